"""Make ``vectors.json`` and ``keyslots.json`` anew: ``python -m tests.vectors.format.make``.

Only where the format itself changes, which it must not within version 1. The randomness is a fixed stream; what HPKE
seals differs each time all the same, because it draws its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from vault.keys.authenticate import event_auth, setting_auth
from vault.keys.derive import events_key, inbox_key, pairs_key, register_key, watch_keys
from vault.keys.making import Label, new_slots, with_watch_slot
from vault.keys.recovery import code_bytes, new_code
from vault.keys.watch_file import contents
from vault.keys.wrapping import Argon2Profile, wrapping_key
from vault.model.actor import Actor
from vault.model.chain import BEFORE_THE_FIRST, event_hash
from vault.model.event import Event
from vault.model.ids import Random, new_id
from vault.model.pair import Contents, Pair
from vault.model.parked import pin_to_bytes
from vault.model.texts import commitment
from vault.sealing import Letterbox, Sealer
from vault.secret import Passphrase, Pin, RootKey

HERE = Path(__file__).parent
AT = datetime(2026, 11, 22, 7, 40, tzinfo=UTC)
PROFILE = Argon2Profile("vectors", memory_kib=1024, passes=2, lanes=2)


def stream(seed: str) -> Random:
    """A fixed stream of octets: SHA-256 of ``seed`` and a counter, block after block."""

    def blocks() -> Iterator[int]:
        for number in range(2**32):
            yield from hashlib.sha256(f"{seed} {number}".encode()).digest()

    source = blocks()
    return lambda count: bytes(next(source) for _ in range(count))


def make() -> None:
    """Write both files."""
    random = stream("certvault vectors")
    vault, root, code = new_id(random), RootKey(random(32)), new_code(random)
    passphrase = Passphrase("Schlüssel im Schrank")
    slots = new_slots(vault, "vault.db", root, AT, random, passphrase, code, PROFILE)
    slots, watch = with_watch_slot(slots, root, Label("nightly", "Jo", "server"), AT, random)
    HERE.joinpath("keyslots.json").write_bytes(slots.to_bytes())
    events, public = events_key(root, vault, 1), watch_keys(root, vault, 1, 1).inbox_public
    pair = Pair(
        id=new_id(random),
        provider="arag",
        holder=new_id(random),
        lineage=new_id(random),
        purpose="",
        subject="CN=Schäffer\\, René,O=Makler 😀",
        issuer="CN=ARAG Webservice CA",
        serial="0a1b2c",
        fingerprint=random(32).hex(),
        not_before=datetime(2026, 11, 1, tzinfo=UTC),
        not_after=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        state="current",
        proof="file",
        added=AT,
    )
    contained = Contents(b"not really a PKCS#12", Pin('geheim "4711" ä'))
    text, salt = "Schäffer, René 😀", b"\x5a" * 32
    committed = (("name", commitment(salt, text)),)
    who, details = Actor("passphrase", "jo"), (("proof", "file"),)
    event = Event(AT, who, "pair-added", pair.id, None, pair.holder, details, committed)
    hashed = event_hash(BEFORE_THE_FIRST, 1, event)
    vectors = {
        "vault": vault,
        "generation": 1,
        "root": root.reveal().hex(),
        "register": register_key(root, vault, 1).reveal().hex(),
        "pairs": pairs_key(root, vault, 1).reveal().hex(),
        "inbox": inbox_key(root, vault, 1).reveal().hex(),
        "inbox_public": public.hex(),
        "events": events.reveal().hex(),
        "passphrase": passphrase.reveal(),
        "passphrase_wrapping_key": wrapping_key(slots.slots[0].wrap, passphrase).hex(),
        "recovery_code": code.reveal(),
        "recovery_code_octets": code_bytes(code).hex(),
        "recovery_wrapping_key": wrapping_key(slots.slots[1].wrap, code).hex(),
        "watch_key": watch.reveal().hex(),
        "watch_key_file": contents(watch).decode(),
        "watch_wrapping_key": wrapping_key(slots.slots[2].wrap, watch).hex(),
        "pair": {
            "row": pair._asdict()
            | {name: int(getattr(pair, name).timestamp()) for name in ("not_before", "not_after", "added")},
            "salt": "77" * 32,
            "sealed": Sealer(pairs_key(root, vault, 1), vault).seal(pair, contained, lambda n: b"\x77" * n).hex(),
            "pkcs12": contained.pkcs12.hex(),
            "pin": contained.pin.reveal(),
        },
        "parked": {
            "link": pair.id,
            "sealed": Letterbox(public, vault).seal("file", pair.id, b'{"pin":null,"pkcs12":""}').hex(),
            "text": '{"pin":null,"pkcs12":""}',
        },
        "waiting_file": {
            "link": pair.id,
            "sealed": Letterbox(public, vault).seal("mailed-file", pair.id, b"not really a PKCS#12").hex(),
            "text": b"not really a PKCS#12".hex(),
        },
        "waiting_pin": {
            "link": pair.id,
            "sealed": Letterbox(public, vault).seal("pin", pair.id, pin_to_bytes(contained.pin)).hex(),
            "text": contained.pin.reveal().encode().hex(),
        },
        "text": {"salt": salt.hex(), "text": text},
        "text_commitment": committed[0][1],
        "event": {
            "at": "2026-11-22T07:40:00Z",
            "commitments": [list(one) for one in committed],
            "details": [["proof", "file"]],
            "holder": pair.holder,
            "link": None,
            "number": 1,
            "pair": pair.id,
            "slot": "passphrase",
            "user": "jo",
            "what": "pair-added",
        },
        "event_hash": hashed.hex(),
        "event_auth": event_auth(events, hashed, 1).hex(),
        "setting": {"name": "timezone", "value": "Europe/Berlin", "vault": vault},
        "setting_auth": setting_auth(events, vault, "timezone", "Europe/Berlin").hex(),
    }
    HERE.joinpath("vectors.json").write_text(json.dumps(vectors, indent=1) + "\n", "ascii")


if __name__ == "__main__":
    make()
