"""Store, find, hand out and list pairs."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from tests.stand_in.certificates import make_pair
from tests.stand_in.register import a_link
from tests.support import vaults
from tests.support.vaults import NOW
from vault import opening
from vault.custody import Custody
from vault.errors import (
    Ambiguous,
    AnyPinOpens,
    HolderUnclear,
    LineageUnclear,
    NotFound,
    OlderThanCurrent,
    SameCertificateOtherPin,
    SlotsDamaged,
    Usage,
    WouldOverwrite,
    WrongPin,
)
from vault.keys.unlocking import is_passphrase
from vault.ledger.pairs import Stored
from vault.model.profile import Profile
from vault.model.succession import UNSAID, Placing
from vault.model.texts import said
from vault.operations import find, register
from vault.operations.add import add
from vault.operations.due import due
from vault.operations.export import export
from vault.operations.pin import reveal
from vault.operations.settings import TIMEZONE, change, settings
from vault.pkcs12.opener import ChildOpener
from vault.secret import Passphrase, Pin

Add = Callable[..., Stored]


@pytest.fixture(scope="module")
def opener() -> Iterator[ChildOpener]:
    """One for the module: a child costs 100 ms."""
    with ChildOpener(os.urandom) as opener:
        yield opener


@pytest.fixture
def put(custody: Custody, profiles: dict[str, Profile], opener: ChildOpener) -> Add:
    """Add a new certificate for a name."""

    def adding(
        name: str,
        *,
        days: float = 300,
        pin: str = "Ab3x",
        file: bytes | None = None,
        holder: str | None = None,
        placing: Placing = UNSAID,
    ) -> Stored:
        made = file or make_pair(name, pin, not_after=NOW + timedelta(days=days))
        return add(
            custody,
            made,
            Pin(pin),
            opener=opener,
            profiles=profiles,
            holder=holder,
            placing=placing,
            at=NOW,
            random=os.urandom,
        )

    return adding


def test_the_only_provider_and_the_common_name_stand_where_nobody_says_more(put: Add, custody: Custody) -> None:
    """A file alone is enough: the certificate names its holder."""
    stored = put("Müller GmbH")
    assert stored.pair.provider == "arag"
    row = register.pair_row(custody, stored.pair)
    assert row.holder is not None
    assert row.holder.name == "Müller GmbH"


def test_the_very_same_pair_again_changes_nothing(put: Add, custody: Custody) -> None:
    """Safe to repeat: known, and no second row."""
    file = make_pair("Müller GmbH", "Ab3x")
    first = put("", file=file)
    again = put("", file=file)
    assert (again.pair, again.known, again.supersedes) == (first.pair, True, None)
    with custody.reading() as reader:
        assert reader.count_current() == 1


def test_the_same_certificate_with_another_pin_is_refused(put: Add) -> None:
    """Two PINs for one certificate: the proven one stays."""
    file = make_pair("Müller GmbH", "Ab3x")
    put("", file=file)
    key, certificate, _ = pkcs12.load_key_and_certificates(file, b"Ab3x")
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    other = pkcs12.serialize_key_and_certificates(
        None,
        key,
        certificate,
        None,
        BestAvailableEncryption(b"other"),
    )
    with pytest.raises(SameCertificateOtherPin):
        put("", file=other, pin="other")


def test_a_wrong_pin_stores_nothing(put: Add, custody: Custody) -> None:
    """No half record."""
    with pytest.raises(WrongPin):
        put("", file=make_pair("Müller GmbH", "Ab3x"), pin="ab3x")
    with custody.reading() as reader:
        assert (reader.count_current(), list(reader.pairs(every=True))) == (0, [])


def test_a_file_that_any_pin_opens_is_not_added(put: Add) -> None:
    """It proves nothing about the PIN."""
    with pytest.raises(AnyPinOpens):
        put("", file=make_pair("Müller GmbH", "Ab3x", flavour="open"))


def test_a_certificate_that_names_nobody_needs_a_holder(put: Add) -> None:
    """An empty subject is no name to file it under."""
    key = ec.generate_private_key(ec.SECP256R1())
    nobody = x509.Name([])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(nobody)
        .issuer_name(nobody)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=100))
        .sign(key, hashes.SHA256())
    )
    file = pkcs12.serialize_key_and_certificates(None, key, certificate, None, BestAvailableEncryption(b"Ab3x"))
    with pytest.raises(HolderUnclear):
        put("", file=file)
    assert put("", file=file, holder="Müller GmbH").pair.subject == ""


def test_an_older_certificate_supersedes_only_when_a_person_says_so(put: Add) -> None:
    """The file of last year, found in a drawer."""
    new = put("Müller GmbH", days=300)
    old = make_pair("Müller GmbH", "P1", not_after=NOW + timedelta(days=10))
    with pytest.raises(OlderThanCurrent):
        put("", file=old, pin="P1")
    assert put("", file=old, pin="P1", placing=Placing(supersedes=new.pair)).supersedes == new.pair.id


def test_another_subject_of_one_holder_asks(put: Add) -> None:
    """Replaces, or stands beside with a purpose of its own."""
    put("Müller GmbH", holder="Müller")
    file = make_pair("Müller & Sohn GmbH", "P2")
    with pytest.raises(LineageUnclear):
        put("", file=file, pin="P2", holder="Müller")
    stored = put("", file=file, pin="P2", holder="Müller", placing=Placing("second", separate=True))
    assert (stored.pair.purpose, stored.supersedes) == ("second", None)


def test_a_pair_is_found_by_id_prefix_and_by_words(put: Add, custody: Custody, profiles: dict[str, Profile]) -> None:
    """Umlaut- and case-blind, words in any order, with the provider's name or without."""
    pair = put("Müller, Jörg").pair
    put("Meier")
    for name in (pair.id, pair.id[:8].lower(), "mueller", "JORG müll", "interlloyd müller", "arag jörg"):
        assert find.pair(custody, name, profiles).id == pair.id


def test_several_answers_are_candidates(put: Add, custody: Custody, profiles: dict[str, Profile]) -> None:
    """Each with its id and holder, so that a person can choose."""
    names = {"Müller GmbH", "Müller KG"}
    for name in names:
        put(name)
    with pytest.raises(Ambiguous) as error:
        find.pair(custody, "müller", profiles)
    candidates = error.value.fields["candidates"]
    assert isinstance(candidates, list)
    assert {one["holder"] for one in candidates} == names
    with pytest.raises(NotFound):
        find.pair(custody, "schulze", profiles)


def test_words_find_current_pairs_only_and_ids_the_older_ones(
    put: Add, custody: Custody, profiles: dict[str, Profile]
) -> None:
    """The superseded pair answers to its id."""
    old = put("Müller", days=10).pair
    new = put("Müller", days=300).pair
    assert find.pair(custody, "müller", profiles).id == new.id
    assert find.pair(custody, old.id, profiles).state == "superseded"


def test_an_export_is_the_issuers_bytes_private_and_repeatable(put: Add, custody: Custody, tmp_path: Path) -> None:
    """Same bytes there already is no error; other bytes are never overwritten, links never followed."""
    file = make_pair("Müller/GmbH: <1>", "Ab3x")
    pair = put("", file=file).pair
    done = export(custody, pair, tmp_path, ending="pfx", at=NOW, random=os.urandom)
    assert done.path.read_bytes() == file
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    assert done.path.suffix == ".pfx"
    assert done.path.parent == tmp_path
    assert export(custody, pair, tmp_path, ending="pfx", at=NOW, random=os.urandom).unchanged
    done.path.write_bytes(b"other")
    with pytest.raises(WouldOverwrite):
        export(custody, pair, tmp_path, ending="pfx", at=NOW, random=os.urandom)
    target = tmp_path / "target"
    target.write_bytes(file)
    done.path.unlink()
    done.path.symlink_to(target)
    with pytest.raises(WouldOverwrite):
        export(custody, pair, tmp_path, ending="pfx", at=NOW, random=os.urandom)


def test_a_pin_is_shown_after_its_event_is_on_disk(put: Add, custody: Custody) -> None:
    """Who, and for whom."""
    pair = put("Müller").pair
    with reveal(custody, pair, to="Frau Sommer", at=NOW, random=os.urandom) as pin:
        assert pin.reveal() == "Ab3x"
        assert register.history(custody, pair).events[-1].event.what == "pin-attempt"
    shown = register.history(custody, pair).events[-1]
    assert (shown.event.what, said(shown), shown.event.actor.user) == ("pin-shown", {"to": "Frau Sommer"}, "tester")


def test_due_follows_the_register(put: Add, custody: Custody) -> None:
    """Soonest first, within the days asked for, and silent about what was superseded."""
    put("Alt", days=5)
    put("Alt", days=400)
    soon = put("Bald", days=20).pair
    later = put("Spät", days=59).pair
    put("Fern", days=300)
    found = list(due(custody, at=NOW, within=timedelta(days=60)))
    assert [(row.due.id, row.due.days_left) for row in found] == [(soon.id, 20), (later.id, 59)]
    assert [row.due.id for row in due(custody, at=NOW, within=timedelta(days=20))] == [soon.id]
    assert len(list(due(custody, at=NOW, within=timedelta(days=500)))) == 4


def test_what_is_due_is_the_same_over_any_page_borders(
    put: Add, custody: Custody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Certificates and links stand among one another; a successor's link that is due sooner is no second entry."""
    pairs = [put(f"Firma {number}", days=10 + number // 2).pair for number in range(7)]
    with custody.writing() as writer:
        for number in range(5):
            deadline = NOW + timedelta(days=9 + number)
            writer.add_link(a_link(number, holder=None, received=NOW, deadline=deadline, recorded=NOW))
        soon = NOW + timedelta(hours=5)
        successor = a_link(9, holder=pairs[6].holder, received=NOW, deadline=soon, recorded=NOW)
        writer.add_link(successor)
    within = timedelta(days=40)
    whole = list(due(custody, at=NOW + timedelta(hours=2), within=within))
    assert {row.due.id for row in whole} == {pair.id for pair in pairs} | {a_link(number).id for number in range(5)}
    assert [row.due.date for row in whole] == sorted(row.due.date for row in whole)
    assert [row.due.ref for row in whole if row.due.id == pairs[6].id] == [successor.id]
    for page in (1, 2, 3, 7):
        monkeypatch.setattr("vault.operations.due.PAGE", page)
        assert list(due(custody, at=NOW + timedelta(hours=2), within=within)) == whole


def test_a_listing_pages_through_everything_once(
    put: Add, custody: Custody, profiles: dict[str, Profile], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page borders lose and repeat nothing."""
    monkeypatch.setattr(register, "PAGE", 2)
    ids = {put(f"Firma {number}", days=100).pair.id for number in range(5)}
    listed = [row.pair.id for row in register.pairs(custody, "", profiles)]
    assert len(listed) == len(set(listed)) == 5
    assert set(listed) == ids


def test_a_setting_is_checked_and_kept(custody: Custody) -> None:
    """Nonsense is refused by its name."""
    change(custody, TIMEZONE, "Europe/Vienna", at=NOW)
    with custody.reading() as reader:
        assert settings(custody, reader)[TIMEZONE] == "Europe/Vienna"
    for name, value in ((TIMEZONE, "Mars/Olympus"), (TIMEZONE, "../../etc/passwd"), ("nothing", "x"), ("mailbox", "x")):
        with pytest.raises(Usage):
            change(custody, name, value, at=NOW)


def test_the_recovery_code_opens_what_the_passphrase_opens(tmp_path: Path) -> None:
    """And is recognised where somebody takes it for a PIN."""
    code = vaults.new_vault(tmp_path / "v")
    with opening.custody(tmp_path / "v", Passphrase(code.reveal().lower()), user="t", at=NOW) as opened:
        assert is_passphrase(opened.slots, code.reveal())
        assert not is_passphrase(opened.slots, "1234")


def test_an_old_slot_file_put_back_is_found(folder: Path, tmp_path: Path) -> None:
    """The database knows a higher counter: a key that is gone might stand in the old file."""
    old = (folder / "keyslots.json").read_bytes()
    vaults.new_watch_key(folder, tmp_path / "k")
    (folder / "keyslots.json").write_bytes(old)
    with pytest.raises(SlotsDamaged), vaults.custody(folder):
        pass


def test_a_slot_file_ahead_of_the_database_is_believed_once_authenticated(folder: Path, tmp_path: Path) -> None:
    """The process ended between the two writes: nothing is lost, and the database learns the counter."""
    with vaults.custody(folder) as opened, opened.writing() as writer:
        writer.set_slots_counter(0)
    with vaults.custody(folder) as opened, opened.reading() as reader:
        assert reader.slots_counter() == opened.slots.counter == 1


def test_a_vault_is_never_made_over_another(folder: Path) -> None:
    """The one that is there stays as it is."""
    before = (folder / "keyslots.json").read_bytes()
    with pytest.raises(WouldOverwrite):
        vaults.new_vault(folder)
    assert (folder / "keyslots.json").read_bytes() == before
