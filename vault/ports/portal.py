"""What operations ask of a token service: open the page of a link, hand in the PIN, get the file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from vault.model.address import CheckedUrl
from vault.model.profile import Profile
from vault.secret import Pin

Progress = Callable[[int, int | None], None]
"""Called with the bytes that have arrived and the bytes that are expected, None where nobody said."""


class PinPage(Protocol):
    """A page with one form that takes the PIN: still open, with its cookies."""

    def submit(self, pin: Pin) -> bytes:
        """Send ``pin`` by POST to the origin of the page, once, and give the file that comes back.

        The file is whatever begins like an ASN.1 file and is complete: only who opens it knows whether it is a
        PKCS#12. Raises PinRefused, LinkGone, PageNotUnderstood (``pin_sent=True``; False where the page has no room
        for a character of the PIN), RedirectNotAllowed, NotReachable where surely nothing was sent, or OutcomeUnknown
        (its hint's ``link`` is the caller's to fill) where the PIN may have been sent and the answer is lost. It is
        never repeated.
        """
        ...


class Portal(Protocol):
    """A token service of one provider."""

    def reach(self, url: CheckedUrl, profile: Profile, progress: Progress) -> PinPage | bytes:
        """Open the page of ``url``. Bytes where the portal hands out the file without asking for a PIN.

        Only what is safe to repeat is retried. Raises LinkNotAllowed, Usage (a proxy or certificate setting of this
        machine that cannot be used), NotReachable, LinkGone, PageNotUnderstood, RedirectNotAllowed,
        FormNotAllowed; in every case the PIN was not sent.
        """
        ...
