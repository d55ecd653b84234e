"""The seal of a pair, and of what waits in the inbox (``docs/format.md``, byte by byte).

A pair's PKCS#12 and PIN are one plain text under one key that is used once. Bound to it are the vault, the record's id
and what the register says of the certificate; inside stand provider, holder, lineage, purpose, proof and the time. So
whoever changes a row, or moves a sealed value to another row or vault, has a pair that does not open.
"""

from __future__ import annotations

import base64
import json

from vault.crypto import hpke
from vault.crypto.aead import TAG, seal_once, unseal
from vault.crypto.failure import NotAuthentic
from vault.crypto.hkdf import hkdf
from vault.crypto.hpke import PublicKey
from vault.errors import PairDamaged, PairDiffers, ParkedDamaged
from vault.model import times
from vault.model.canonical import canonical
from vault.model.ids import Random
from vault.model.pair import Contents, Pair
from vault.secret import InboxKey, PairsKey, Pin

_VERSION = b"\x01"
_SALT = 32


class Sealer:
    """Seals and opens the pairs of one vault."""

    def __init__(self, key: PairsKey, vault: str) -> None:
        self._key = key
        self._vault = vault

    def seal(self, pair: Pair, contents: Contents, random: Random) -> bytes:
        """``contents`` sealed as the record of ``pair``."""
        salt = random(_SALT)
        plaintext = canonical(
            _inside(pair) | {"pin": contents.pin.reveal(), "pkcs12": base64.b64encode(contents.pkcs12).decode()}
        )
        return _VERSION + salt + seal_once(self._once(salt), plaintext, self._bound(pair))

    def open(self, pair: Pair, sealed: bytes) -> Contents:
        """The contents of ``pair``, whose row was compared with what was sealed.

        ``state`` and ``superseded_by`` are not sealed. Raises PairDamaged, or PairDiffers, which names both sides.
        """
        found = self._unsealed(pair, sealed)
        for field, row in _inside(pair).items():
            if found[field] != row:
                raise PairDiffers(pair=pair.id, field=field, row=row, sealed=found[field])
        return Contents(base64.b64decode(found["pkcs12"]), Pin(found["pin"]))

    def _unsealed(self, pair: Pair, sealed: bytes) -> dict[str, str]:
        salt, ciphertext = sealed[1 : 1 + _SALT], sealed[1 + _SALT :]
        if sealed[:1] != _VERSION or len(ciphertext) < TAG:
            raise PairDamaged(pair=pair.id)
        try:
            found: dict[str, str] = json.loads(unseal(self._once(salt), ciphertext, self._bound(pair)))
        except NotAuthentic:
            raise PairDamaged(pair=pair.id) from None
        return found

    def _once(self, salt: bytes) -> bytes:
        return hkdf(self._key.reveal(), salt=salt, info=b"certvault/1/pair")

    def _bound(self, pair: Pair) -> bytes:
        return canonical(
            {
                "label": "certvault/1/pair",
                "vault": self._vault,
                "pair": pair.id,
                "subject": pair.subject,
                "issuer": pair.issuer,
                "serial": pair.serial,
                "fingerprint": pair.fingerprint,
                "not_before": times.text(pair.not_before),
                "not_after": times.text(pair.not_after),
            }
        )


class Letterbox:
    """Puts into the inbox of one vault what only its root key takes out again."""

    def __init__(self, public: PublicKey, vault: str) -> None:
        self._public = public
        self._vault = vault

    def seal(self, kind: str, link: str, data: bytes) -> bytes:
        """``data`` sealed as what of this ``kind`` waits with the link of this id."""
        return _VERSION + hpke.seal(self._public, data, _inbox_context(self._vault, kind, link))


class Inbox:
    """Takes out of the inbox. Whoever has the public half can have put it in, so the contents are hostile."""

    def __init__(self, key: InboxKey, vault: str) -> None:
        self._key = key
        self._vault = vault

    def open(self, kind: str, link: str, sealed: bytes) -> bytes:
        """What a :class:`Letterbox` sealed under this ``kind`` and ``link``. Raises ParkedDamaged."""
        if sealed[:1] != _VERSION:
            raise ParkedDamaged(link=link)
        try:
            return hpke.unseal(self._key.reveal(), sealed[1:], _inbox_context(self._vault, kind, link))
        except NotAuthentic:
            raise ParkedDamaged(link=link) from None


def _inside(pair: Pair) -> dict[str, str]:
    """What is sealed of a row besides the contents, to be compared with it."""
    return {
        "provider": pair.provider,
        "holder": pair.holder,
        "lineage": pair.lineage,
        "purpose": pair.purpose,
        "proof": pair.proof,
        "added": times.text(pair.added),
    }


def _inbox_context(vault: str, kind: str, link: str) -> bytes:
    return canonical({"label": "certvault/1/inbox", "vault": vault, "kind": kind, "link": link})
