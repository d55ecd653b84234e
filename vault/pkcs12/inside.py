"""Proving that a PIN belongs to a PKCS#12, and saying what is inside.

The order: what the file declares is added up; then its MAC decides about the PIN; then everything is decrypted; then
the key and the certificates are judged. A PIN is tried as the standards have it, then as programs are known to have
written it. Where a file uses what is not known here, the library's own reader has the last word on the contents, but
never on the PIN of a file whose MAC can be checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from vault.errors import N_, BeyondUs, CertvaultError, FileDamaged, Phrase, TooCostly, WrongPin
from vault.pkcs12 import belonging, ber, contents, facts, library, limits, mac, passwords, structure
from vault.pkcs12.contents import Contents
from vault.pkcs12.derivation import Unknown
from vault.pkcs12.encryption import LEFT_TO_THE_LIBRARY, Undecryptable
from vault.pkcs12.passwords import Password
from vault.ports.opener import Opened
from vault.secret import Pin

_CANNOT_TELL = N_("The file uses something that certvault cannot read, so the PIN could not be tried: {what}.")
_NOT_BY_PIN = N_("it is protected by a certificate and not by a PIN")
_ANEW = N_("Ask the issuer for a new file.")
_ONE_PASSWORD = N_("Ask the issuer for a new file, in which one PIN protects everything.")


class Found(NamedTuple):
    """The contents, whether the file itself proves the PIN, and whether it has the PIN in an encoding of its own."""

    contents: Contents
    proven: bool
    otherwise: bool = False


def opened(pkcs12: bytes, pin: Pin) -> Opened:
    """Open bytes that were proven before, in this process: what stands in a sealed pair.

    Raises what :func:`prove` does. For anything that comes from outside, use a ChildOpener.
    """
    return prove(pkcs12, pin, ())


def prove(pkcs12: bytes, pin: Pin, strangers: tuple[Pin, ...]) -> Opened:
    """Open ``pkcs12`` with ``pin``; a file without MAC is proven where none of ``strangers`` opens it.

    Raises WrongPin, FileDamaged, BeyondUs, TooCostly, NoPrivateKey, NoCertificate, KeyDoesNotFit, SeveralCertificates.
    The derivations are bounded; a caller who needs a bound on time and memory uses a ChildOpener.
    """
    found = decrypted(pkcs12, pin, strangers)
    chosen = belonging.choose(found.contents)
    end = chosen.certificate
    return Opened(
        certificate=facts.facts(end.read, chosen.valid),
        proven=found.proven,
        friendly_name=chosen.key.item.friendly_name or end.item.friendly_name,
        chain=chosen.further,
        otherwise_encoded=found.otherwise,
    )


def cut_short(short: ber.CutShort) -> FileDamaged:
    """What is said of a file of which the end is missing."""
    what = N_("it is cut short: {found} of {expected} bytes are there")
    return FileDamaged(what=Phrase(what, found=short.found, expected=short.expected))


def decrypted(pkcs12: bytes, pin: Pin, strangers: tuple[Pin, ...]) -> Found:
    """All that is in ``pkcs12``, not yet judged; ``strangers`` as for :func:`prove`.

    Raises WrongPin, FileDamaged, BeyondUs, TooCostly.
    """
    try:
        pfx = structure.read(pkcs12)
    except ber.CutShort as short:
        raise cut_short(short) from short
    except structure.NotByPin as other:
        raise BeyondUs(_CANNOT_TELL, what=_NOT_BY_PIN) from other
    except ber.BerError:
        return _by_library(pkcs12, pin, strangers, FileDamaged(what=N_("its structure is broken")))
    if pfx.others and not pfx.safes:
        raise BeyondUs(_CANNOT_TELL, what=_NOT_BY_PIN)
    limits.check_declared(contents.visible_steps(pfx))
    attempt = _Attempt(pkcs12, pfx, pin, limits.Budget())
    return attempt.without_mac(strangers) if pfx.mac is None else attempt.with_mac(pfx.mac, strangers)


class _Attempt(NamedTuple):
    """One file, one PIN, and the steps of derivation that are left for them."""

    pkcs12: bytes
    pfx: structure.Pfx
    pin: Pin
    budget: limits.Budget

    def with_mac(self, seal: structure.Mac, strangers: tuple[Pin, ...]) -> Found:
        standard = passwords.standard(self.pin)
        try:
            fitting = self._fitting(seal, standard) or self._fitting_otherwise(seal)
        except Unknown as unknown:
            return _by_library(self.pkcs12, self.pin, strangers, self._untold(unknown))
        except mac.TooWeak:
            raise BeyondUs(_CANNOT_TELL, what=N_("its MAC has so short a key that it proves nothing")) from None
        except ber.BerError as broken:
            raise FileDamaged(what=N_("its MAC is broken")) from broken
        try:
            found = self._opening((fitting, *standard)) or self._opening_otherwise()
        except ber.BerError:
            return _by_library(self.pkcs12, self.pin, (), BeyondUs(hint=_ANEW, what=N_("its contents are malformed")))
        if found is None:
            what = N_("its contents are encrypted under another password than its MAC")
            raise BeyondUs(hint=_ONE_PASSWORD, what=what)
        found = found._replace(otherwise=found.otherwise or fitting not in standard)
        return self._completed(found, _beyond(found.contents.unknown), ())._replace(proven=True)

    def without_mac(self, strangers: tuple[Pin, ...]) -> Found:
        try:
            found = self._opening(passwords.standard(self.pin)) or self._opening_otherwise()
        except ber.BerError:
            return _by_library(self.pkcs12, self.pin, strangers, FileDamaged(what=N_("its contents are broken")))
        if found is None:
            raise WrongPin
        unknown = found.contents.unknown
        if unknown is not None and not found.contents.keys:
            refusal = WrongPin() if unknown in LEFT_TO_THE_LIBRARY else _beyond(unknown, _CANNOT_TELL)
            return self._completed(found, refusal, strangers)
        proven = found.contents.protected and all(
            self._opening(passwords.standard(stranger)) is None for stranger in strangers
        )
        return self._completed(found, _beyond(unknown), ())._replace(proven=proven)

    def _fitting(self, seal: structure.Mac, candidates: Iterable[Password]) -> Password | None:
        """The one of ``candidates`` that the MAC is made from. What is the same to this MAC is tried once."""
        forms = {mac.taken(seal, each): each for each in reversed(tuple(candidates))}
        return next((each for each in reversed(forms.values()) if mac.fits(self.pfx, seal, each, self.budget)), None)

    def _fitting_otherwise(self, seal: structure.Mac) -> Password:
        """The PIN as it was written otherwise. Raises FileDamaged where its key opens all the same, and WrongPin."""
        standard = passwords.standard(self.pin)
        tried = {mac.taken(seal, each) for each in standard}
        others = [each for each in passwords.otherwise(self.pin) if mac.taken(seal, each) not in tried]
        try:
            if (fitting := self._fitting(seal, others)) is not None:
                return fitting
            found = self._opening(standard)
        except (TooCostly, ber.BerError):
            raise WrongPin from None  # these were further attempts: the MAC has spoken
        if found is not None and found.contents.keys and found.contents.protected:
            what = N_("its key opens with the PIN, but its MAC does not fit: it was changed, or has another password")
            raise FileDamaged(what=what)
        raise WrongPin

    def _untold(self, unknown: Unknown) -> CertvaultError:
        """What to say of a MAC that is not known here: where no key opens, the PIN is wrong all the same."""
        try:
            wrong = self._opening(passwords.standard(self.pin)) is None
        except ber.BerError:
            wrong = False
        return WrongPin() if wrong else _beyond(unknown, _CANNOT_TELL)

    def _opening(self, candidates: Iterable[Password]) -> Found | None:
        """The contents under one of ``candidates``, or None where they do not decrypt. Raises TooCostly, BerError."""
        for password in dict.fromkeys(candidates):
            try:
                return Found(contents.decrypted(self.pfx, password, self.budget), proven=False)
            except Undecryptable:
                continue
        return None

    def _opening_otherwise(self) -> Found | None:
        try:
            found = self._opening(passwords.otherwise(self.pin))
        except (TooCostly, ber.BerError):
            return None
        return found and found._replace(otherwise=True)

    def _completed(self, found: Found, refusal: CertvaultError, strangers: tuple[Pin, ...]) -> Found:
        """``found`` with what only the library can decrypt. It knows one key, so those found here stay."""
        if found.contents.unknown is None:
            return found
        more = _by_library(self.pkcs12, self.pin, strangers, refusal)
        keys = [*more.contents.keys, *found.contents.keys]
        return found._replace(
            contents=found.contents._replace(keys=keys, certificates=more.contents.certificates), proven=more.proven
        )


def _by_library(pkcs12: bytes, pin: Pin, strangers: tuple[Pin, ...], refusal: CertvaultError) -> Found:
    """What the library finds, proven where it finds nothing under any of ``strangers``. Raises ``refusal``."""
    try:
        found = library.opened(pkcs12, pin)
    except library.Refused:
        raise refusal from None
    return Found(found, not any(_opens(pkcs12, stranger) for stranger in strangers))


def _opens(pkcs12: bytes, pin: Pin) -> bool:
    try:
        library.opened(pkcs12, pin)
    except library.Refused:
        return False
    return True


def _beyond(algorithm: object, sentence: str | None = None) -> BeyondUs:
    return BeyondUs(sentence, what=Phrase(N_("an algorithm that is not known here ({oid})"), oid=str(algorithm)))
