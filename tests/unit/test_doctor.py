"""What is wrong with a vault, and what still comes out of it."""

from __future__ import annotations

import json
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.vaults import NOW
from vault import opening
from vault.custody import Custody
from vault.doctor import Report, examine
from vault.errors import Damaged, WouldOverwrite, WrongPassphrase
from vault.keys.watch_file import read_watch_key
from vault.ledger.pairs import Admission, Proven, admit
from vault.model.link import Link
from vault.model.pair import Contents
from vault.model.parked import ParkedFile
from vault.model.succession import UNSAID
from vault.operations.settings import change
from vault.pkcs12.inside import opened
from vault.rescue import Rescued, rescue
from vault.secret import Passphrase, Pin

PAIRS = 50
PAGE = 4096


def put(custody: Custody, number: int, *, years: int = 1) -> str:
    """A pair of its own for the holder ``number``, the newer the more ``years``."""
    pin = Pin(f"PIN-{number}-{years}")
    file = make_pair(f"Makler {number} GmbH", pin.reveal(), not_after=NOW + timedelta(days=365 * years))
    proven = Proven(Contents(file, pin), opened(file, pin), "file")
    admission = Admission("arag", f"Makler {number} GmbH", UNSAID)
    return admit(custody, proven, admission, at=NOW, random=os.urandom).pair.id


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with fifty pairs, one of them superseded, a link whose file waits, and a setting."""
    folder = tmp_path_factory.mktemp("whole") / "vault"
    vaults.new_vault(folder)
    vaults.new_watch_key(folder, folder.parent / "watch.key")
    with vaults.custody(folder) as custody:
        for number in range(PAIRS - 1):
            put(custody, number)
        put(custody, 0, years=2)
        change(custody, "timezone", "Europe/Vienna", at=NOW)
        link = Link("0123456789ABCDEF", "link", "arag", None, "https://www.arag.de/x", "did", NOW, None)
        with custody.writing() as writer:
            writer.add_link(link)
            writer.park(link.id, custody.put_in(link.id, ParkedFile(b"file", None).to_bytes()))
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "vault"))


def database(folder: Path) -> Path:
    """The file of the database."""
    return next(folder.glob("*.db"))


def flip(path: Path, *places: int) -> None:
    """One bit at each of these places."""
    data = bytearray(path.read_bytes())
    for place in places:
        data[place] ^= 0x10
    path.write_bytes(data)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def looked(folder: Path) -> Report:
    """What is found with the passphrase."""
    return examine(folder, vaults.PASSPHRASE, at=NOW, progress=lambda done, total: None)


def rescued(folder: Path, to: Path) -> Rescued:
    """What comes out with the passphrase."""
    return rescue(folder, vaults.PASSPHRASE, to, user="tester", at=NOW, progress=lambda done, total: None)


def pins(folder: Path) -> dict[str, tuple[str, str]]:
    """State and PIN of every pair, each opened and compared with its row."""
    with vaults.custody(folder) as custody:
        with custody.reading() as reader:
            pairs = list(reader.pairs(every=True))
        return {pair.id: (pair.state, custody.contents(pair).pin.reveal()) for pair in pairs}


def test_a_sound_vault_is_healthy(folder: Path) -> None:
    """With the root key every pair is opened; nothing is changed, not even the time of a file."""
    before = contents(folder)
    report = looked(folder)
    assert report.healthy
    assert report.findings == ()
    assert report.pairs == (PAIRS, PAIRS, 0)
    assert contents(folder) == before


def test_a_watch_key_and_no_key_say_what_they_did_not_look_at(whole: Path, folder: Path) -> None:
    """Healthy as far as was looked, with a note."""
    key = read_watch_key((whole.parent / "watch.key").read_bytes(), "watch.key")
    for given in (key, None):
        report = examine(folder, given, key_path="watch.key", at=NOW, progress=lambda done, total: None)
        assert report.healthy
        assert [finding.severity for finding in report.findings] == ["note"]
        assert report.pairs is None
    flip(database(folder), 9 * PAGE + 5)
    assert not examine(folder, key, at=NOW, progress=lambda done, total: None).healthy


def test_a_wrong_key_is_not_damage(folder: Path) -> None:
    """It is told apart: nothing of the files is called damaged."""
    report = examine(folder, Passphrase("another one"), at=NOW, progress=lambda done, total: None)
    assert isinstance(report.refused, WrongPassphrase)
    assert not any(finding.severity == "damage" for finding in report.findings)


def test_every_damaged_page_is_found(folder: Path) -> None:
    """One bit anywhere in a page, in each page of the file by turns."""
    path = database(folder)
    good = path.read_bytes()
    pages = len(good) // PAGE
    for page in range(0, pages, pages // 8):
        path.write_bytes(good)
        flip(path, page * PAGE + (page * 131) % (PAGE - 20) + 17)
        found = looked(folder)
        assert not found.healthy, page
        assert any(finding.subject == str(page + 1) for finding in found.findings)


def test_a_changed_slot_file_is_told(folder: Path) -> None:
    """A name in it that somebody changed: the key still opens, the authentication does not fit."""
    path = folder / "keyslots.json"
    path.write_bytes(path.read_bytes().replace(b"Nachtlauf", b"Taglauf!!"))
    with pytest.raises(Damaged), vaults.custody(folder):
        pass
    report = looked(folder)
    assert [finding.subject for finding in report.findings] == ["keyslots.json"]
    assert report.pairs == (PAIRS, PAIRS, 0)


@pytest.mark.parametrize("what", [b"", b"{}", b"certvault"])
def test_a_slot_file_that_is_none_is_told(what: bytes, folder: Path) -> None:
    """There is nothing to try a key on, and that is said."""
    (folder / "keyslots.json").write_bytes(what)
    report = looked(folder)
    assert not report.healthy
    assert report.findings[0].subject == "keyslots.json"
    assert report.findings[0].hint


def test_loosened_modes_are_a_warning_with_the_command_that_mends_them(folder: Path) -> None:
    """The vault is healthy; folder and file are named."""
    folder.chmod(0o755)
    database(folder).chmod(0o644)
    report = looked(folder)
    assert report.healthy
    assert [finding.hint for finding in report.findings] == [
        f"Close it: chmod 700 {folder}",
        f"Close it: chmod 600 {database(folder)}",
    ]


def test_a_moved_pair_and_a_broken_chain_are_named(folder: Path) -> None:
    """What somebody with the register key changes past the program: each is told by its id or number."""
    import sqlcipher3

    from tests.attacks.attacker import register_key_of

    with vaults.custody(folder) as custody, custody.reading() as reader:
        pair = next(reader.pairs())
    connection = sqlcipher3.connect(str(database(folder)), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{register_key_of(folder).reveal().hex()}'\"").fetchall()
    connection.execute("DROP TRIGGER pair_fixed")
    connection.execute("DROP TRIGGER event_fixed")
    connection.execute("UPDATE pair SET not_after = not_after + 86400 WHERE id = ?", (pair.id,))
    connection.execute("UPDATE event SET user = 'nobody' WHERE number = 7")
    connection.execute("UPDATE setting SET value = 'UTC'")
    connection.close()
    report = looked(folder)
    assert {"7", pair.id, "timezone"} <= {finding.subject for finding in report.findings}
    assert report.pairs == (PAIRS, PAIRS - 1, 1)


def test_all_undamaged_pairs_come_out_and_open(folder: Path, tmp_path: Path) -> None:
    """Bits flipped in a third of the pages, the first among them: every pair whose own pages are sound is in the new
    vault, the others are named, and the damaged vault is what it was."""
    path, true = database(folder), pins(folder)
    for page in range(0, path.stat().st_size // PAGE, 3):
        flip(path, page * PAGE + 100)
    before = contents(folder)
    with pytest.raises(Damaged), vaults.custody(folder):
        pass
    done = rescued(folder, tmp_path / "new")
    assert contents(folder) == before
    out = pins(tmp_path / "new")
    lost = {one.id for one in done.lost if one.kind == "pair"}
    assert out.keys() | lost <= true.keys()
    assert 10 < len(out) < PAIRS
    assert not out.keys() & lost
    assert {pin for _state, pin in out.values()} <= {pin for _state, pin in true.values()}
    assert looked(tmp_path / "new").healthy
    assert {one["id"] for one in json.loads((tmp_path / "new" / "rescued.json").read_bytes())["lost"]} >= lost


@pytest.mark.parametrize("page", [0, 1, 5, 11, 23])
def test_one_damaged_page_costs_what_lies_on_it_alone(page: int, folder: Path, tmp_path: Path) -> None:
    """Also where it is the first, or one that only leads to others."""
    true = pins(folder)
    flip(database(folder), page * PAGE + 1000)
    rescued(folder, tmp_path / "new")
    out = pins(tmp_path / "new")
    assert len(out) >= PAIRS - 4
    assert all(true[id_][1] == pin for id_, (_state, pin) in out.items())


def test_a_rescue_of_a_sound_vault_loses_nothing(folder: Path, tmp_path: Path) -> None:
    """Pairs with their states, the waiting file, the setting, and the log with one event more."""
    true = pins(folder)
    done = rescued(folder, tmp_path / "new")
    assert done.lost == ()
    assert pins(tmp_path / "new") == true
    with vaults.custody(folder) as old, vaults.custody(tmp_path / "new") as new:
        with old.reading() as before, new.reading() as after:
            assert after.head().number == before.head().number + 1
            assert after.setting("timezone") == "Europe/Vienna"
            (link,) = after.links(every=True)
            assert after.holders_named("0 gmbh makler")
        assert new.take_out(link.id, after_sealed(new, link.id))
    assert looked(tmp_path / "new").healthy


def after_sealed(custody: Custody, link: str) -> bytes:
    """The sealed file that waits with a link."""
    with custody.reading() as reader:
        return reader.parked(link) or b""


def test_with_a_changed_slot_file_only_the_key_that_opened_comes_along(folder: Path, tmp_path: Path) -> None:
    """The others may be anybody's; they are named."""
    path = folder / "keyslots.json"
    path.write_bytes(path.read_bytes().replace(b"Nachtlauf", b"Taglauf!!"))
    done = rescued(folder, tmp_path / "new")
    assert [one.kind for one in done.lost] == ["key", "key"]
    assert len(opening.slots(tmp_path / "new").slots) == 1
    assert len(pins(tmp_path / "new")) == PAIRS


def test_a_rescue_writes_over_nothing(folder: Path, tmp_path: Path) -> None:
    """Not into a folder with anything in it, and not into the vault's own."""
    before = contents(folder)
    for to in (folder, tmp_path):
        with pytest.raises(WouldOverwrite):
            rescued(folder, to)
    assert contents(folder) == before
