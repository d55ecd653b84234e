"""``docs/format.md`` is enough: the program on that page opens a vault, and needs nothing of certvault for it."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.attacks import attacker
from tests.attacks.story import put
from tests.stand_in.certificates import make_pair
from tests.stand_in.slots import AT, PASSPHRASE, QUICK
from tests.support import vaults
from tests.support.rotation import rotated, watch_rotated
from tests.support.vaults import NOW
from vault import opening
from vault.custody import Custody, Watch
from vault.keys.authenticate import event_auth, setting_auth
from vault.keys.derive import events_key, inbox_key, pairs_key, register_key, watch_keys
from vault.keys.making import Label
from vault.keys.recovery import new_code, recognised
from vault.keys.slots import KeySlots
from vault.keys.unlocking import unlock_root, unlock_watch
from vault.keys.watch_file import read_watch_key
from vault.ledger.events import record
from vault.ledger.holders import holder_for
from vault.model.actor import Actor
from vault.model.chain import BEFORE_THE_FIRST, event_hash
from vault.model.event import Event
from vault.model.holder import Holder
from vault.model.ids import new_id
from vault.model.link import Kind, Link
from vault.model.pair import Contents, Pair
from vault.model.parked import ParkedFile, pin_from_bytes, pin_to_bytes
from vault.model.texts import commitment
from vault.model.times import moment
from vault.operations.backup import written
from vault.operations.keys import add_watch
from vault.pkcs12.opener import ChildOpener
from vault.sealing import Inbox, Sealer
from vault.secret import Passphrase, Pin, RootKey

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/format.md").read_text("utf-8")
PROGRAM = PAGE.split("```python\n")[1].split("```")[0]
FOLDER = ROOT / "tests/vectors/format"
VECTORS: dict[str, Any] = json.loads((FOLDER / "vectors.json").read_text("ascii"))
SLOTS_FILE = (FOLDER / "keyslots.json").read_bytes()
FILE: dict[str, Any] = json.loads(SLOTS_FILE)
CODE = new_code(os.urandom)
WITHOUT_US = """
import runpy, sys
sys.modules["vault"] = None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def page() -> ModuleType:
    """The program of the page, as a module."""
    module = ModuleType("rescue")
    exec(compile(PROGRAM, "docs/format.md", "exec"), module.__dict__)  # noqa: S102 - it is our own page
    return module


def octets(name: str) -> bytes:
    """A vector in hex."""
    return bytes.fromhex(VECTORS[name])


def row() -> dict[str, Any]:
    """The row of the pair in the vectors, as it stands in the database."""
    stored: dict[str, Any] = VECTORS["pair"]["row"]
    return stored | {"sealed": bytes.fromhex(VECTORS["pair"]["sealed"])}


def pair(custody: Custody, number: int, holder: str) -> tuple[Pair, Contents]:
    """A pair to be stored; the opening of PKCS#12 is not what is looked at here."""
    made = Pair(
        id=new_id(os.urandom),
        provider="arag",
        holder=holder,
        lineage=new_id(os.urandom),
        purpose="",
        subject=f"CN=Schäffer {number}",
        issuer="CN=CA",
        serial="01",
        fingerprint=os.urandom(32).hex(),
        not_before=datetime(1, 1, 1, tzinfo=UTC),
        not_after=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        state="current",
        proof="file",
        added=AT,
    )
    return made, Contents(os.urandom(1000), Pin(f"Pin\u00a0{number} ä\\"))


def a_vault(folder: Path) -> dict[str, Contents]:
    """A vault with three pairs, made by certvault, and what it holds by id."""
    opening.create(folder, PASSPHRASE, CODE, user="jo", at=AT, random=os.urandom, profile=QUICK)
    held = {}
    with opening.custody(folder, PASSPHRASE, user="jo", at=AT) as custody, custody.writing() as writer:
        holder = Holder(new_id(os.urandom), "Schäffer, René")
        writer.add_holder(holder)
        for number in range(3):
            made, held[made.id] = pair(custody, number, holder.id)
            sealed = custody.seal(made, held[made.id], os.urandom)
            writer.add_pair(made, sealed)
            said = {"proof": made.proof, "sealed": hashlib.sha256(sealed).hexdigest()}
            record(custody, writer, "pair-added", at=AT, pair=made.id, holder=holder.id, **said)
    return held


def rescued(folder: Path, out: Path, text: str) -> subprocess.CompletedProcess[str]:
    """The program of the page, run by a Python that cannot import certvault."""
    program = out.with_suffix(".py")
    program.write_text(PROGRAM, "utf-8")
    return subprocess.run(
        [sys.executable, "-X", "utf8", "-I", "-c", WITHOUT_US, program, folder, out],
        input=text + "\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_program_imports_nothing_of_ours() -> None:
    """The page's program stands on published packages alone."""
    imported = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else node.names[0].name.split(".")[0]
        for node in ast.walk(ast.parse(PROGRAM))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported - set(sys.stdlib_module_names) == {"cryptography", "sqlcipher3"}


@pytest.mark.parametrize("text", [PASSPHRASE.reveal(), CODE.reveal().lower()], ids=["passphrase", "recovery code"])
def test_everything_comes_out_without_certvault(tmp_path: Path, text: str) -> None:
    """With the passphrase or the recovery code, the page's program gets every PKCS#12 and PIN out of a vault."""
    held = a_vault(tmp_path / "vault")
    done = rescued(tmp_path / "vault", tmp_path / "out", text)
    assert done.returncode == 0, done.stderr
    for name, contents in held.items():
        assert (tmp_path / f"out/{name}.p12").read_bytes() == contents.pkcs12
        assert (tmp_path / f"out/{name}.pin").read_text("utf-8") == contents.pin.reveal()
    assert len(list((tmp_path / "out").iterdir())) == 2 * len(held)


def test_what_waits_comes_out_too(tmp_path: Path) -> None:
    """Files and PINs that wait for their other half; what does not open stops nothing."""
    folder, out = tmp_path / "vault", tmp_path / "out"
    a_vault(folder)
    released = ParkedFile(b"from the portal", Pin("Pin ä")).to_bytes()
    waits: tuple[tuple[Kind, bytes], ...] = (
        ("link", released),
        ("file", b"from a mail"),
        ("pin", pin_to_bytes(Pin("Pin ä"))),
        ("file", b""),
    )
    ids = [new_id(os.urandom) for _ in waits]
    with opening.custody(folder, PASSPHRASE, user="jo", at=AT) as custody, custody.writing() as writer:
        for id_, (kind, data) in zip(ids, waits, strict=True):
            writer.add_link(Link(id_, kind, "arag", None, None, None, AT, None))
            writer.park(id_, custody.put_in(id_, data, kind) if data else bytes(99))
    done = rescued(folder, out, PASSPHRASE.reveal())
    assert done.returncode == 0, done.stderr
    assert (out / f"{ids[0]}.waiting.p12").read_bytes() == b"from the portal"
    assert (out / f"{ids[1]}.waiting.p12").read_bytes() == b"from a mail"
    for number in (0, 2):
        assert (out / f"{ids[number]}.waiting.pin").read_text("utf-8") == "Pin ä"
    assert f"{ids[3]} waits and does not open" in done.stdout
    assert len(list(out.glob("*.waiting.*"))) == 4


@pytest.mark.parametrize("by_watch", [False, True], ids=["root key", "watch key"])
def test_everything_comes_out_of_a_backup(tmp_path: Path, by_watch: bool) -> None:
    """A backup alone is enough too, whoever made it; one that was changed is refused."""
    held = a_vault(tmp_path / "vault")
    file = tmp_path / "vault.backup"
    with watch(tmp_path) if by_watch else opening.custody(tmp_path / "vault", PASSPHRASE, user="jo", at=AT) as opened:
        written(opened, file, AT)
    done = rescued(file, tmp_path / "out", PASSPHRASE.reveal())
    assert done.returncode == 0, done.stderr
    for name, contents in held.items():
        assert (tmp_path / f"out/{name}.p12").read_bytes() == contents.pkcs12
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["out", "vault"]
    whole = file.read_bytes()
    for place in (20, 40, len(whole) // 2, len(whole) - 150, len(whole) - 50, *([] if by_watch else [len(whole) - 1])):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert rescued(file, tmp_path / "no", PASSPHRASE.reveal()).returncode == 1, place
        assert not (tmp_path / "no").exists()


@contextmanager
def watch(folder: Path) -> Iterator[Watch]:
    """The vault, opened with a new watch key."""
    with opening.custody(folder / "vault", PASSPHRASE, user="jo", at=AT, exclusive=True) as custody:
        add_watch(custody, folder / "watch.key", Label("job"), at=AT, random=os.urandom)
    key = read_watch_key((folder / "watch.key").read_bytes(), "watch.key")
    with opening.watch(folder / "vault", key, path="watch.key", user="jo", at=AT) as watch:
        yield watch


def test_everything_comes_out_after_rotations(tmp_path: Path) -> None:
    """A vault with other generations of its keys, and events under keys that are gone, is the same format."""
    folder = tmp_path / "vault"
    vaults.new_vault(folder)
    with ChildOpener(os.urandom) as opener, vaults.custody(folder) as custody:
        stored = put(custody, make_pair("René", "Pin \u00e4"), "Pin \u00e4", opener, "René")
        contents = custody.contents(stored)
    for turn in (rotated, watch_rotated, rotated, watch_rotated):
        turn(folder)
    assert (
        json.loads((folder / "keyslots.json").read_text("ascii")).items()
        >= {
            "generation": 3,
            "register_generation": 5,
        }.items()
    )
    done = rescued(folder, tmp_path / "out", vaults.PASSPHRASE.reveal())
    assert done.returncode == 0, done.stderr
    assert (tmp_path / f"out/{stored.id}.p12").read_bytes() == contents.pkcs12
    assert (tmp_path / f"out/{stored.id}.pin").read_text("utf-8") == contents.pin.reveal()


def test_the_program_finds_a_changed_text(tmp_path: Path) -> None:
    """A name in the log that was changed is found; one that was forgotten is not missed."""
    folder = tmp_path / "vault"
    vaults.new_vault(folder)
    with vaults.custody(folder) as custody, custody.writing() as writer:
        holder_for(custody, writer, "Schäffer, René", at=NOW, random=os.urandom)
    with attacker.plain_sql(folder, attacker.register_key_of(folder)) as connection:
        connection.execute("UPDATE event_text SET text = '\"Zoff, Ren\u00e9\"'")
    done = rescued(folder, tmp_path / "no", vaults.PASSPHRASE.reveal())
    assert (done.returncode, "text name of event" in done.stderr) == (1, True)
    with attacker.plain_sql(folder, attacker.register_key_of(folder)) as connection:
        connection.execute("DELETE FROM event_text")
    assert rescued(folder, tmp_path / "out", vaults.PASSPHRASE.reveal()).returncode == 0


def test_the_program_finds_a_rotated_vault_without_its_event(tmp_path: Path) -> None:
    """The page's program demands the event that answers for all before the rotation."""
    folder = tmp_path / "vault"
    vaults.new_vault(folder)
    rotated(folder)
    with attacker.plain_sql(folder, attacker.register_key_of(folder)) as connection:
        connection.execute("DELETE FROM event WHERE what = 'rotated'")
    done = rescued(folder, tmp_path / "out", vaults.PASSPHRASE.reveal())
    assert done.returncode == 1
    assert "root key began" in done.stderr


def test_the_program_refuses_a_wrong_passphrase(tmp_path: Path) -> None:
    """Without the passphrase nothing comes out."""
    a_vault(tmp_path / "vault")
    done = rescued(tmp_path / "vault", tmp_path / "out", "wrong")
    assert done.returncode == 1
    assert "No slot opens" in done.stderr
    assert not (tmp_path / "out").exists()


def test_vectors_by_the_page(page: ModuleType) -> None:
    """The page's program comes to every test vector."""
    root, code = octets("root"), page.code_octets(VECTORS["recovery_code"])
    watch = page.watch_octets(VECTORS["watch_key_file"])
    assert (code, watch) == (octets("recovery_code_octets"), octets("watch_key"))
    secrets = (VECTORS["passphrase"], code, watch)
    opened = [page.open_slot(FILE, slot, secret) for slot, secret in zip(FILE["slots"], secrets, strict=True)]
    assert opened == [root, root, octets("register") + octets("inbox_public")]
    for slot, secret, kind in zip(FILE["slots"], secrets, ("passphrase", "recovery", "watch"), strict=True):
        assert page.wrapping_key(slot["wrap"], secret) == octets(f"{kind}_wrapping_key")
    page.check_file(FILE, root)
    for purpose in ("register", "pairs", "inbox", "events"):
        assert page.derived(FILE, root, purpose) == octets(purpose)
    pkcs12, pin = page.open_pair(VECTORS["vault"], octets("pairs"), row())
    assert (pkcs12.hex(), pin) == (VECTORS["pair"]["pkcs12"], VECTORS["pair"]["pin"])
    text = VECTORS["text"]
    assert page.commitment(bytes.fromhex(text["salt"]), text["text"]) == VECTORS["text_commitment"]
    hashed = page.event_hash(bytes(32), VECTORS["event"])
    assert hashed == octets("event_hash")
    claim = page.canonical({"hash": hashed.hex(), "number": 1})
    assert page.mac(octets("events"), "event", claim) == octets("event_auth")
    assert page.mac(octets("events"), "setting", page.canonical(VECTORS["setting"])) == octets("setting_auth")
    parked = VECTORS["parked"]
    info = page.canonical(
        {"kind": "file", "label": "certvault/1/inbox", "link": parked["link"], "vault": VECTORS["vault"]}
    )
    assert page.hpke_open(octets("inbox"), bytes.fromhex(parked["sealed"])[1:], info).decode() == parked["text"]
    for name, kind, half in (("waiting_file", "file", "p12"), ("waiting_pin", "pin", "pin")):
        one = VECTORS[name]
        sealed = bytes.fromhex(one["sealed"])
        opened = page.open_waiting(VECTORS["vault"], octets("inbox"), one["link"], kind, sealed)
        assert opened == {half: bytes.fromhex(one["text"])}


def test_the_kept_voucher_keys_by_the_page(page: ModuleType) -> None:
    """Whoever has the root key finds each slot's voucher key as the page says, and it proves the slot's seal."""
    for slot in FILE["slots"]:
        kept = base64.b64decode(slot["voucher_key"])
        key = page.hkdf(octets("events"), kept[:32], "certvault/1/voucher-key")
        names = {"slot": slot["id"], "vault": FILE["vault"]}
        voucher_key = page.aead_open(key, kept[32:], page.canonical(names | {"label": "certvault/1/voucher-key"}))
        context = page.canonical(names | {"label": "certvault/1/slot-sealed", "kind": slot["kind"], "generation": 1})
        proof = page.mac(voucher_key, "voucher", context + b"\n" + base64.b64decode(slot["sealed"]))
        assert base64.b64encode(proof).decode() == slot["voucher"]


def test_vectors_by_the_library() -> None:
    """The library comes to the same vectors: what was written once can always be read."""
    slots, vault = KeySlots.from_bytes(SLOTS_FILE, "keyslots.json"), VECTORS["vault"]
    root = RootKey(octets("root"))
    code = recognised(VECTORS["recovery_code"])
    assert code is not None
    assert unlock_root(slots, Passphrase(VECTORS["passphrase"]))[0] == root
    assert unlock_root(slots, code)[0] == root
    watch = read_watch_key(VECTORS["watch_key_file"].encode(), "watch.key")
    assert unlock_watch(slots, watch, "watch.key")[0] == watch_keys(root, vault, 1, 1)
    for name, derive in (
        ("register", register_key),
        ("pairs", pairs_key),
        ("inbox", inbox_key),
        ("events", events_key),
    ):
        assert derive(root, vault, 1).reveal() == octets(name)
    events = events_key(root, vault, 1)
    told = VECTORS["event"]
    event = Event(
        moment(told["at"]), Actor(told["slot"], told["user"]), told["what"], told["pair"], None, told["holder"],
        tuple((name, value) for name, value in told["details"]), (("name", VECTORS["text_commitment"]),),
    )  # fmt: skip
    text = VECTORS["text"]
    assert commitment(bytes.fromhex(text["salt"]), text["text"]) == VECTORS["text_commitment"]
    assert event_hash(BEFORE_THE_FIRST, 1, event) == octets("event_hash")
    assert event_auth(events, octets("event_hash"), 1) == octets("event_auth")
    assert setting_auth(events, vault, "timezone", "Europe/Berlin") == octets("setting_auth")


def test_sealed_vectors_by_the_library() -> None:
    """The library opens the sealed vectors, and seals a pair with the same salt to the same octets."""
    vault, root = VECTORS["vault"], RootKey(octets("root"))
    fields = row()
    sealed = fields.pop("sealed")
    times = {name: datetime.fromtimestamp(fields[name], UTC) for name in ("not_before", "not_after", "added")}
    made = Pair(**(fields | times))
    sealer = Sealer(pairs_key(root, vault, 1), vault)
    contents = sealer.open(made, sealed)
    assert contents.pkcs12.hex() == VECTORS["pair"]["pkcs12"]
    assert contents.pin.reveal() == VECTORS["pair"]["pin"]
    assert sealer.seal(made, contents, lambda _: bytes.fromhex(VECTORS["pair"]["salt"])) == sealed
    parked = VECTORS["parked"]
    opened = Inbox(inbox_key(root, vault, 1), vault).open("file", parked["link"], bytes.fromhex(parked["sealed"]))
    assert opened.decode() == parked["text"]
    inbox = Inbox(inbox_key(root, vault, 1), vault)
    file, pin = VECTORS["waiting_file"], VECTORS["waiting_pin"]
    assert inbox.open("mailed-file", file["link"], bytes.fromhex(file["sealed"])).hex() == file["text"]
    padded = inbox.open("pin", pin["link"], bytes.fromhex(pin["sealed"]))
    assert pin_from_bytes(padded).reveal().encode().hex() == pin["text"]


def test_the_page_quotes_the_vectors() -> None:
    """The vectors on the page are those in the file."""
    lines = PAGE.split("## Test vectors")[1].split("## ")[0].splitlines()
    quoted = dict(line.strip().split(" = ", 1) for line in lines if line.startswith("    "))
    assert {"root", "vault", "register", "pairs", "inbox", "inbox_public", "events", "recovery_code"} <= set(quoted)
    assert quoted == {name: VECTORS[name] for name in quoted}


@pytest.mark.parametrize("name", ["subject", "not_before", "id", "holder"])
def test_the_page_finds_a_changed_row(page: ModuleType, name: str) -> None:
    """Whoever opens a pair by the page alone finds a row that was changed, as certvault does."""
    changed = row()
    changed[name] = changed[name] + 1 if isinstance(changed[name], int) else changed[name] + "x"
    with pytest.raises((page.InvalidTag, ValueError)):
        page.open_pair(VECTORS["vault"], octets("pairs"), changed)
