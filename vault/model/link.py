"""A download link from a mail, with its deadline and its state; or a half that came without one: a file, a PIN."""

from datetime import datetime
from typing import Literal, NamedTuple

Kind = Literal["link", "file", "pin"]
State = Literal["open", "claimed", "expired", "gone", "discarded"]
Trust = Literal["verified", "unverified", "forwarded", "by-hand", "other-sender", "failed"]
"""How far the mail of a link can be trusted.

``verified``: the agency's own mail server found that the provider's domain sent it. ``unverified``: nobody says that
it did or did not. ``forwarded``: somebody passed it on, so nothing can be verified. ``by-hand``: a person gave the
link, or vouched for it. ``other-sender``: it says itself that somebody else wrote it. ``failed``: the server found that
it does not come from where it says. The better one stands before the worse.
"""
DOUBTED: frozenset[Trust] = frozenset({"other-sender", "failed"})
"""What a person must vouch for before a PIN is sent."""
Needs = Literal["pin", "file", "new-link"]

WAITS_AS: dict[Kind, str] = {"link": "file", "file": "mailed-file", "pin": "pin"}
"""To what kind of contents a value in the inbox is bound by its seal, by the kind of the link that it waits with."""

GENERIC = "generic"
"""The provider of whose halves nobody said who issued them: the profile for issuers that nothing is known about."""


class Link(NamedTuple):
    """A link as the register keeps it.

    ``kind`` ``file`` is a certificate file that a mail brought: ``reference`` is its SHA-256 and ``subject`` the
    name of the file. ``pin`` is a PIN that came first, of which the register knows nothing else than whose it is. Both
    have no ``url`` and no ``deadline``, and what came is ``parked``.
    ``holder`` is a holder's id, or None until the certificate names one. ``deadline`` is when the provider deletes the
    file, or None where it does not. ``state`` is the stored one: ``expired`` is reckoned from the deadline when asked
    (:meth:`state_at`) and never stored. ``refusals`` counts PINs that the portal refused, and
    those that were sent and never answered. ``parked`` says that the file is here, sealed, and waits for its PIN.
    ``pair`` is the pair that came of it. ``subject`` and ``sender`` are the mail's, as they were (hostile text).
    ``trust`` is how far that mail can be trusted, as it was recorded: whoever has the register key can write it.
    """

    id: str
    kind: Kind
    provider: str
    holder: str | None
    url: str | None
    reference: str | None
    received: datetime
    deadline: datetime | None
    state: State = "open"
    refusals: int = 0
    last_attempt: datetime | None = None
    parked: bool = False
    pair: str | None = None
    subject: str = ""
    sender: str = ""
    recorded: datetime | None = None
    trust: Trust = "unverified"

    def state_at(self, at: datetime) -> State:
        """The state at a moment: an open link is ``expired`` once its deadline is past and no file of it is here."""
        past = self.deadline is not None and self.deadline <= at
        return "expired" if self.state == "open" and past and not self.parked else self.state

    def needs_at(self, at: datetime) -> Needs | None:
        """What the link still needs at a moment to become a pair; None where nothing is open any more."""
        state = self.state_at(at)
        if state in {"expired", "gone"}:
            return "new-link"
        if state != "open":
            return None
        return "file" if self.kind == "pin" else "pin"


def fits_pin(link: Link, pin: Link) -> bool:
    """Whether the PIN that waits as ``pin`` can be that of ``link``, as far as the register knows.

    Of the same holder, and of the same provider unless nobody said which.
    """
    return (
        link.kind != "pin"
        and pin.holder is not None
        and link.holder == pin.holder
        and pin.provider in {link.provider, GENERIC}
    )
