"""A download link from a mail, with its deadline and its state."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

Kind = Literal["link", "file", "pin"]
State = Literal["open", "claimed", "expired", "gone", "discarded"]
Needs = Literal["pin", "file", "new-link"]


class Link(NamedTuple):
    """A link as the register keeps it.

    ``holder`` is a holder's id, or None until the certificate names one. ``deadline`` is when the provider deletes the
    file, or None where it does not. ``state`` is the stored one: ``expired`` is reckoned from the deadline when asked
    (:func:`vault.model.deadlines.state_at`) and never stored. ``refusals`` counts PINs that the portal refused, and
    those that were sent and never answered. ``parked`` says that the file is here, sealed, and waits for its PIN.
    ``pair`` is the pair that came of it. ``subject`` and ``sender`` are the mail's, as they were (hostile text).
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
