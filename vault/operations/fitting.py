"""What is written of a pair for a kind of software: the issuer's own bytes where it reads them, else the pair anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from vault.errors import N_, Phrase, PinMayNotChange, PinNotTaken, Usage
from vault.model.pair import Contents
from vault.model.reading_target import why_not
from vault.model.target_profile import NAME, TargetProfile, why_not_pin
from vault.secret import Pin

Rewrite = Callable[[bytes, Pin, str, Pin | None], tuple[bytes, ...]]
"""As :meth:`vault.ports.opener.Rewriter.anew`."""


class Fit(NamedTuple):
    """For which kind of software a file is made; None stands for the issuer's own bytes, whoever takes them.

    ``new_pin`` is the PIN of the copy, where that shall not be the pair's. ``plain`` leaves the private key of a PEM
    unencrypted.
    """

    target: TargetProfile | None = None
    new_pin: Pin | None = None
    plain: bool = False

    @property
    def name(self) -> str:
        """The pattern of a file's name."""
        return self.target.name if self.target else NAME

    @property
    def is_pem(self) -> bool:
        """Whether PEM is written, and not one PKCS#12."""
        return self.target is not None and self.target.form == "pem"

    def endings(self, ending: str | None, usual: str) -> tuple[str, ...]:
        """The endings of the files: the one that is said, else what is ``usual`` where the software takes it, else what
        it does.

        Raises Usage for one that the software does not take.
        """
        taken = self.target.endings if self.target else ()
        if ending is None:
            return taken if self.is_pem else (usual,) if not taken or usual in taken else taken[:1]
        if taken and (self.is_pem or ending not in taken):
            title, endings = self.target.title if self.target else "", ", ".join(taken)
            raise Usage(what=Phrase(N_("{title} takes files that end in: {endings}."), title=title, endings=endings))
        return (ending,)

    def check(self, *, renew: bool) -> None:
        """Raise what can be said before a vault is opened: Usage, and PinMayNotChange where a PIN is to be ``renew``-ed
        that cannot be."""
        if self.plain and not self.is_pem:
            raise Usage(what=N_("--insecure-plain-key goes with software that takes PEM, as --for pem."))
        if not renew:
            return
        if self.target is None or self.plain:
            raise Usage(what=N_("A new PIN goes with --for, and with a key that is encrypted."))
        if not self.target.pin_may_change or (self.target.writes == "original" and not self.is_pem):
            raise PinMayNotChange(title=self.target.title)

    def under(self, pin: Pin) -> Fit:
        """The same with this new PIN. Raises PinNotTaken."""
        if self.target is not None:
            _check_pin(self.target, pin)
        return self._replace(new_pin=pin)


class Made(NamedTuple):
    """What is written: one PKCS#12, or for PEM the key, then certificate and chain.

    ``flavour`` is ``original``, ``3des``, ``aes`` or ``pem``; ``why`` says why not the issuer's own bytes.
    """

    flavour: str
    data: tuple[bytes, ...]
    why: tuple[Phrase, ...] = ()

    def __repr__(self) -> str:
        return f"<Made: {self.flavour}>"


def here(pkcs12: bytes, pin: Pin, flavour: str, secret: Pin | None) -> tuple[bytes, ...]:
    """A pair written anew in this process."""
    from vault.pkcs12.writing import anew

    return anew(pkcs12, pin, flavour, secret)


def made(contents: Contents, fit: Fit, rewrite: Rewrite = here) -> Made:
    """What is written of a pair. What is made anew, by ``rewrite``, was opened again, as another reader sees it.

    The same call gives the same bytes. Raises PinNotTaken where the software would not take the PIN.
    """
    target = fit.target
    if target is None:
        return Made("original", (contents.pkcs12,))
    if not fit.plain:
        _check_pin(target, fit.new_pin or contents.pin)
    if fit.is_pem:
        return Made("pem", rewrite(*contents, "pem", None if fit.plain else fit.new_pin or contents.pin))
    from vault.pkcs12.protection import protection

    why = why_not(target, protection(contents.pkcs12))
    if target.writes == "original" or (not why and fit.new_pin is None):
        return Made("original", (contents.pkcs12,), why)
    return Made(target.writes, rewrite(*contents, target.writes, fit.new_pin or contents.pin), why)


def _check_pin(target: TargetProfile, pin: Pin) -> None:
    why = why_not_pin(target.pin, pin)
    if why:
        raise PinNotTaken(title=target.title, why=why[0])
