"""Proving that a PIN belongs to a PKCS#12, and saying what is inside.

The order: what the file declares is added up; then its MAC decides about the PIN; then everything is decrypted; then
the key and the certificates are judged. Where a file uses what is not known here, the library's own reader has the
last word on the contents, but never on the PIN of a file whose MAC can be checked.
"""

from __future__ import annotations

from typing import NamedTuple

from vault.errors import N_, BeyondUs, CertvaultError, FileDamaged, Phrase, PinOtherwiseEncoded, TooCostly, WrongPin
from vault.pkcs12 import belonging, ber, contents, facts, library, limits, mac, passwords, structure
from vault.pkcs12.contents import Contents
from vault.pkcs12.derivation import Unknown
from vault.pkcs12.encryption import LEFT_TO_THE_LIBRARY, Undecryptable
from vault.pkcs12.passwords import Password
from vault.ports.opener import Opened
from vault.secret import Pin

_CANNOT_TELL = N_("The file uses something that certvault cannot read, so the PIN could not be tried: {what}.")

_ANEW = N_("Ask the issuer for a new file.")
_WHOLLY_OTHERWISE = N_("The PIN is right, but the whole file was made with the PIN in another encoding.")


def opened(pkcs12: bytes, pin: Pin) -> Opened:
    """Open bytes that were proven before, in this process: what stands in a sealed pair.

    Raises what :func:`prove` does. For anything that comes from outside, use a ChildOpener.
    """
    return prove(pkcs12, pin, ())


def prove(pkcs12: bytes, pin: Pin, strangers: tuple[Pin, ...]) -> Opened:
    """Open ``pkcs12`` with ``pin``; a file without MAC is proven where none of ``strangers`` opens it.

    Raises WrongPin, PinOtherwiseEncoded, FileDamaged, BeyondUs, TooCostly, NoPrivateKey, NoCertificate, KeyDoesNotFit,
    SeveralCertificates. The derivations are bounded; a caller who needs a bound on time and memory uses a ChildOpener.
    """
    found, proven = _found(pkcs12, pin, strangers)
    chosen = belonging.choose(found)
    end = chosen.certificate
    return Opened(
        certificate=facts.facts(end.read),
        proven=proven,
        friendly_name=chosen.key.item.friendly_name or end.item.friendly_name,
        chain=chosen.further,
    )


def _found(pkcs12: bytes, pin: Pin, strangers: tuple[Pin, ...]) -> tuple[Contents, bool]:
    """The contents, and whether the file itself proves the PIN."""
    try:
        pfx = structure.read(pkcs12)
    except ber.CutShort as short:
        what = N_("it is cut short: {found} of {expected} bytes are there")
        raise FileDamaged(what=Phrase(what, found=short.found, expected=short.expected)) from short
    except structure.NotByPin as other:
        raise BeyondUs(_CANNOT_TELL, what=N_("it is protected by a certificate and not by a PIN")) from other
    except ber.BerError:
        return _by_library(pkcs12, pin, strangers, FileDamaged(what=N_("its structure is broken")))
    limits.check_declared(contents.visible_steps(pfx))
    attempt = _Attempt(pkcs12, pfx, pin, limits.Budget())
    return attempt.without_mac(strangers) if pfx.mac is None else attempt.with_mac(pfx.mac, strangers)


class _Attempt(NamedTuple):
    """One file, one PIN, and the steps of derivation that are left for them."""

    pkcs12: bytes
    pfx: structure.Pfx
    pin: Pin
    budget: limits.Budget

    def with_mac(self, seal: structure.Mac, strangers: tuple[Pin, ...]) -> tuple[Contents, bool]:
        try:
            fitting = self._fitting(seal)
        except Unknown as unknown:
            return _by_library(self.pkcs12, self.pin, strangers, self._untold(unknown))
        except mac.TooWeak:
            raise BeyondUs(_CANNOT_TELL, what=N_("its MAC has so short a key that it proves nothing")) from None
        except ber.BerError as broken:
            raise FileDamaged(what=N_("its MAC is broken")) from broken
        if fitting is None:
            raise self._misfit(seal)
        try:
            found = contents.decrypted(self.pfx, fitting, self.budget)
        except Undecryptable:
            what = N_("its contents are encrypted under another password than its MAC")
            refusal = BeyondUs(hint=_ANEW, what=what)
            raise (PinOtherwiseEncoded() if self._opens_otherwise() else refusal) from None
        except ber.BerError:
            refusal = BeyondUs(hint=_ANEW, what=N_("its contents are malformed"))
            return _by_library(self.pkcs12, self.pin, (), refusal)
        return self._completed(found, _beyond(found.unknown))[0], True

    def without_mac(self, strangers: tuple[Pin, ...]) -> tuple[Contents, bool]:
        try:
            found = self._opening(self.pin)
        except ber.BerError:
            return _by_library(self.pkcs12, self.pin, strangers, FileDamaged(what=N_("its contents are broken")))
        if found is None:
            raise PinOtherwiseEncoded(_WHOLLY_OTHERWISE) if self._opens_otherwise() else WrongPin
        if found.unknown is not None and not found.keys:
            wrong = found.unknown in LEFT_TO_THE_LIBRARY
            refusal = WrongPin() if wrong else _beyond(found.unknown, _CANNOT_TELL)
            return self._completed(found, refusal, strangers)
        proven = found.protected and all(self._opening(stranger) is None for stranger in strangers)
        return self._completed(found, _beyond(found.unknown))[0], proven

    def _fitting(self, seal: structure.Mac) -> Password | None:
        fit = (each for each in passwords.standard(self.pin) if mac.fits(self.pfx, seal, each, self.budget))
        return next(fit, None)

    def _untold(self, unknown: Unknown) -> CertvaultError:
        """What to say of a MAC that is not known here: where no key opens, the PIN is wrong all the same."""
        try:
            return WrongPin() if self._opening(self.pin) is None else _beyond(unknown, _CANNOT_TELL)
        except ber.BerError:
            return _beyond(unknown, _CANNOT_TELL)

    def _misfit(self, seal: structure.Mac) -> CertvaultError:
        """Why the MAC does not fit: the file was changed (its key still opens), the PIN written otherwise, or wrong."""
        try:
            found = self._opening(self.pin)
            if found is not None and found.keys and found.protected:
                return FileDamaged(what=N_("its key opens with the PIN, but its MAC does not fit, so it was changed"))
            if any(mac.fits(self.pfx, seal, each, self.budget) for each in self._others(seal)):
                return PinOtherwiseEncoded(_WHOLLY_OTHERWISE)
        except (TooCostly, ber.BerError):
            pass  # these were further attempts: the MAC has spoken
        return WrongPin()

    def _others(self, seal: structure.Mac) -> list[Password]:
        """The other ways of writing the PIN that make a difference to this MAC."""
        tried = {mac.taken(seal, each) for each in passwords.standard(self.pin)}
        others = {mac.taken(seal, each): each for each in passwords.otherwise(self.pin)}
        return [each for form, each in others.items() if form not in tried]

    def _opening(self, pin: Pin) -> Contents | None:
        """The contents under ``pin``, or None where they do not decrypt. Raises TooCostly, BerError."""
        return self._first(passwords.standard(pin))

    def _opens_otherwise(self) -> bool:
        try:
            return self._first(passwords.otherwise(self.pin)) is not None
        except (TooCostly, ber.BerError):
            return False

    def _first(self, candidates: tuple[Password, ...]) -> Contents | None:
        for password in candidates:
            try:
                return contents.decrypted(self.pfx, password, self.budget)
            except Undecryptable:
                continue
        return None

    def _completed(
        self, found: Contents, refusal: CertvaultError, strangers: tuple[Pin, ...] = ()
    ) -> tuple[Contents, bool]:
        """``found`` with what only the library can decrypt. It knows one key, so those found here stay."""
        if found.unknown is None:
            return found, True
        more, proven = _by_library(self.pkcs12, self.pin, strangers, refusal)
        return Contents([*more.keys, *found.keys], more.certificates, found.protected), proven


def _by_library(pkcs12: bytes, pin: Pin, strangers: tuple[Pin, ...], refusal: CertvaultError) -> tuple[Contents, bool]:
    """What the library finds, and whether it finds nothing under any of ``strangers``. Raises ``refusal``."""
    try:
        found = library.opened(pkcs12, pin)
    except library.Refused:
        raise refusal from None
    return found, not any(_opens(pkcs12, stranger) for stranger in strangers)


def _opens(pkcs12: bytes, pin: Pin) -> bool:
    try:
        library.opened(pkcs12, pin)
    except library.Refused:
        return False
    return True


def _beyond(algorithm: object, sentence: str | None = None) -> BeyondUs:
    return BeyondUs(sentence, what=Phrase(N_("an algorithm that is not known here ({oid})"), oid=str(algorithm)))
