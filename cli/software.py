"""For which software certificates are written: what the options say of it, and the PIN of a copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cli import pins
from cli.session import Session
from vault.errors import N_, Usage
from vault.operations.fitting import Fit
from vault.operations.waiting import refuse_passphrase

if TYPE_CHECKING:
    from vault.custody import Custody


class Options(NamedTuple):
    """What a person says: the name of a target profile, the ending of the files, and how the key is protected there."""

    software: str | None = None
    ending: str | None = None
    new_pin: bool = False
    new_pin_stdin: bool = False
    plain: bool = False

    def fit(self, session: Session) -> Fit:
        """How files are made. Raises TargetProfileUnknown, Usage, PinMayNotChange before any vault is opened."""
        if self.new_pin and self.new_pin_stdin:
            raise Usage(what=N_("--new-pin asks on the terminal, --new-pin-stdin reads one line: say one of them."))
        fit = Fit(session.target_profile(self.software) if self.software is not None else None, plain=self.plain)
        fit.check(renew=self.new_pin or self.new_pin_stdin)
        fit.endings(self.ending, "p12")
        return fit

    def renewed(self, fit: Fit, custody: Custody, ids: Sequence[str]) -> Fit:
        """The same, with the new PIN that a person gives where one is wanted. Raises Usage, BadPin, PinNotTaken,
        PassphraseAsPin."""
        if not (self.new_pin or self.new_pin_stdin):
            return fit
        with custody.reading() as reader:
            holders = {pair.holder for id_ in ids if (pair := reader.pair(id_)) is not None}
        if len(holders) > 1:
            raise Usage(what=N_("One new PIN is for the certificates of one holder."))
        pin = pins.new(stdin=self.new_pin_stdin)
        refuse_passphrase(custody, pin.reveal())
        return fit.under(pin)
