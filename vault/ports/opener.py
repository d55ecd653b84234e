"""What operations ask of PKCS#12: prove that a PIN belongs to a file, and say what is inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from vault.errors import CertvaultError
from vault.model.certificate import Certificate
from vault.secret import Pin


class Opened(NamedTuple):
    """What a file holds that opened with its PIN: one private key and the end-entity certificate it belongs to.

    ``proven`` is true where the file itself proves the PIN: its MAC fits, or, where it has none, the private key
    decrypts under this PIN and under none of three random ones. ``friendly_name`` is hostile text. ``chain`` counts
    further certificates. ``otherwise_encoded`` is true where the file was made with the PIN in another encoding than
    the standards have it, so that not every program opens it.
    """

    certificate: Certificate
    proven: bool
    friendly_name: str | None = None
    chain: int = 0
    otherwise_encoded: bool = False


class Within(NamedTuple):
    """A certificate within a file, None where it cannot be read, and the kind of its public key (``RSA 2048``).

    ``authority`` says that it says so itself; ``has_key`` that a private key within the file belongs to it, ``chosen``
    that it is the pair's.
    """

    certificate: Certificate | None
    kind: str
    authority: bool
    has_key: bool = False
    chosen: bool = False


class Inside(NamedTuple):
    """All that is in a file that opened with its PIN: its certificates, the pair's first, and its private keys.

    Of very many certificates some are left out; ``total`` counts all. ``refusal`` is why it is no pair that could be
    stored, or None. The others are as of :class:`Opened`.
    """

    certificates: tuple[Within, ...]
    total: int
    keys: int
    friendly_name: str | None
    proven: bool
    otherwise_encoded: bool
    refusal: CertvaultError | None


class Opener(Protocol):
    """Opens PKCS#12 files."""

    def open(self, pkcs12: bytes, pin: Pin) -> Opened:
        """Open ``pkcs12`` with ``pin``, within limits of time, memory and size. Several threads may do so at once.

        Raises BadPin for what can be no PIN, WrongPin (only where the file's own MAC or key encryption says so),
        NotPkcs12, FileDamaged, NoPrivateKey, NoCertificate, KeyDoesNotFit, SeveralCertificates,
        BeyondUs, TooCostly.
        """
        ...


class Matcher(Opener, Protocol):
    """Finds the PIN of a file among many."""

    def fitting(self, pkcs12: bytes, pins: Sequence[Pin]) -> int | None:
        """Which of ``pins`` the file's MAC is made from: its index, or None. Several threads may ask at once.

        A miss is cheap, but what fits still must be opened. None too for a file without such a MAC. Raises NotPkcs12,
        FileDamaged, and TooCostly for a file that asks for more work than trying so many PINs is worth.
        """
        ...


class Rewriter(Opener, Protocol):
    """Writes pairs anew."""

    def anew(self, pkcs12: bytes, pin: Pin, flavour: str, secret: Pin | None) -> tuple[bytes, ...]:
        """The pair of ``pkcs12``, which was proven before, as a PKCS#12 of the ``flavour`` ``3des`` or ``aes``; or, for
        ``pem``, its key and its certificates. Under ``secret``; None leaves the key of a PEM unencrypted.

        The same call gives the same bytes. Several threads may ask at once. Raises as :meth:`Opener.open`.
        """
        ...


class Looker(Protocol):
    """Says what is in a file, be it a pair or not."""

    def look(self, pkcs12: bytes, pin: Pin) -> Inside:
        """Open ``pkcs12`` with ``pin``, within the limits of :meth:`Opener.open`.

        Raises BadPin, WrongPin, NotPkcs12, FileDamaged, BeyondUs, TooCostly.
        """
        ...
