"""A holder is forgotten: nothing names him any more, and the log holds as before."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.attacks import attacker
from tests.attacks.story import YEAR, Story, make, put
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.pages import pages
from tests.support.rotation import rotated, watch_rotated
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.doctor import examine
from vault.errors import Busy, Fault, NotFound
from vault.ledger.events import record
from vault.ledger.holders import holder_for
from vault.model.event import Wanted
from vault.model.fold import folded
from vault.model.holder import Holder
from vault.model.ids import new_id
from vault.model.link import Link
from vault.model.texts import commitment, said, salted
from vault.operations import audit, find, purge
from vault.operations.backup import backup
from vault.operations.export import export
from vault.operations.forget import Forgotten, forget, plan
from vault.operations.pin import reveal
from vault.operations.verify import verify
from vault.pkcs12.opener import ChildOpener
from vault.rescue import rescue

NAME = "Zacharias Quandt-Öttinger"
PIECES = ("Zacharias", "Quandt", "ttinger", "zacharias", "quandt", "zq@makler", "ZQ-4711", "zq-4711", "Praxis Q")
"""What would stand in a page if anything of him did, in whatever coding."""
LINK = "https://www.arag.de/TokenService/download?did=0123456789abcdef"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A vault with three holders; of NAME there are a current and a superseded pair, links, a file, a shown PIN."""
    folder = tmp_path_factory.mktemp("whole")
    story = make(folder / "vault")
    (folder / "out").mkdir()
    with ChildOpener(os.urandom) as opener, vaults.custody(story.folder) as custody:
        with custody.writing() as writer:
            addresses = ["zq@makler.example"]
            zq = holder_for(custody, writer, NAME, at=NOW, random=os.urandom, addresses=addresses)
        for pin, last in (("PIN-5", NOW + timedelta(days=50)), ("PIN-6", NOW + YEAR)):
            pair = put(custody, make_pair(NAME, pin, not_after=last), pin, opener, NAME)
        with custody.writing() as writer:
            link = Link(new_id(os.urandom), "link", "arag", zq.id, LINK, "0123456789abcdef", NOW, NOW)
            writer.add_link(link._replace(subject=f"WG: {NAME}", sender=f"{NAME} <zq@makler.example>"))
            writer.park(link.id, custody.put_in(link.id, b"a file"))
            record(custody, writer, "link-recorded", at=NOW, link=link.id, holder=zq.id, provider="arag")
            for what in ("pin-attempt", "pin-shown"):
                record(custody, writer, what, salted(os.urandom, to="Praxis Q"), at=NOW, pair=pair.id, holder=zq.id)
            path = f"/out/{NAME} arag.p12"
            record(custody, writer, "exported", salted(os.urandom, path=path), at=NOW, pair=pair.id, holder=zq.id)
        with reveal(custody, story.schmidt, to="Kaya", at=NOW, random=os.urandom):
            pass
        export(custody, story.schmidt, folder / "out", ending="p12", at=NOW, random=os.urandom)
    return story


@pytest.fixture
def story(whole: Story, tmp_path: Path) -> Story:
    """A copy of it for this test."""
    return whole.copied(tmp_path / "vault")


def holder(custody: Custody, name: str = NAME) -> Holder:
    """The holder of that name."""
    with custody.reading() as reader:
        return find.holder(reader, name)


def forgotten(custody: Custody) -> Forgotten:
    """NAME, forgotten and wiped."""
    done = forget(custody, plan(custody, holder(custody)), at=NOW, random=os.urandom)
    purge.wipe(custody)
    return done


def clear(folder: Path) -> str:
    """All that the pages of the database hold, in capitals and not."""
    key = attacker.register_key_of(folder)
    return b"".join(pages(attacker.database(folder), key.reveal())).decode("latin-1")


def test_no_byte_of_the_name_stays_in_the_file(story: Story) -> None:
    """Not in the register, the words for searching, the links, the log, nor in what SQLite left in a page."""
    before = clear(story.folder)
    assert {piece for piece in PIECES if piece not in before} <= {"ZQ-4711", "zq-4711"}
    with vaults.custody(story.folder, exclusive=True) as custody:
        done = forgotten(custody)
        assert not custody.unwiped()
    after = clear(story.folder)
    assert [piece for piece in (*PIECES, folded(NAME), LINK[-16:]) if piece in after] == []
    assert done.what.pairs
    for pair in done.what.pairs:
        assert pair.fingerprint not in after
    assert sorted(path.name for path in story.folder.iterdir()) == sorted(
        ["keyslots.json", "vault.lock", attacker.database(story.folder).name]
    )


def test_the_log_holds_and_tells_what_was_done(story: Story) -> None:
    """Each event stays with its hash, who did it and on which pair; of NAME the texts are gone, of others none."""
    with vaults.custody(story.folder, exclusive=True) as custody:
        with custody.reading() as reader:
            before = reader.events(Wanted(), after=0, limit=1000)
        noted = audit.head(custody)
        zq, told = holder(custody), sum(len(one.texts) for one in before)
        done = forgotten(custody)
        assert (len(done.what.pairs), len(done.what.links), done.what.texts, done.texts) == (2, 1, 7, 9)
        with custody.reading() as reader:
            after = reader.events(Wanted(), after=0, limit=1000)
            assert reader.forgotten() == {zq.id: len(after)}
            assert (reader.holder(zq.id), reader.links_of(zq.id)) == (None, [])
        assert [(one.event, one.hash, one.auth) for one in after[: len(before)]] == [
            (one.event, one.hash, one.auth) for one in before
        ]
        added = [one.event.what for one in after[len(before) :]]
        assert added == ["pair-retired", "purge", "purge", "pseudonymised"]
        assert said(after[-1]) == {"pairs": "2", "links": "1", "texts": "9"}
        assert sum(len(one.texts) for one in after) == told - 7
        (name,) = (said(one) for one in after if one.event.holder == zq.id and one.event.what == "holder-added")
        assert name == {"name": None}
        found = verify(custody, against=noted)
        assert (found.contradictions, found.unauthenticated) == ([], 0)


def test_it_stays_so_through_rotations_backups_and_a_rescue(story: Story, tmp_path: Path) -> None:
    """Nothing of the name comes back, everything verifies, and the doctor finds nothing."""
    with vaults.custody(story.folder, exclusive=True) as custody:
        zq = holder(custody)
        forgotten(custody)
    for turn in (watch_rotated, rotated):
        turn(story.folder)
    with vaults.custody(story.folder) as custody:
        assert verify(custody).contradictions == []
        backup(custody, tmp_path / "backup", at=NOW, random=os.urandom, progress=lambda *_: None)
        with pytest.raises(NotFound):
            holder(custody)
        question = audit.Question(holder=zq.id[:6].lower())
        (last, *_rest) = reversed(
            list(audit.entries(custody, audit.wanted(custody, question), upto=audit.head(custody)))
        )
        assert (last.recorded.event.what, last.holder, last.forgotten) == ("pseudonymised", None, True)
    assert examine(story.folder, vaults.PASSPHRASE, at=NOW, progress=lambda *_: None).healthy
    out = tmp_path / "rescued"
    done = rescue(story.folder, vaults.PASSPHRASE, out, user="tester", at=NOW, progress=lambda *_: None)
    assert done.lost == ()
    with vaults.custody(out) as custody:
        assert verify(custody).contradictions == []
    for folder in (story.folder, out):
        assert not any(piece in clear(folder) for piece in PIECES)


def test_texts_of_others_outlive_a_rescue(story: Story, tmp_path: Path) -> None:
    """Names in the log come along with their salts; a text that does not fit stays behind and is named."""
    with attacker.plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE event_text SET text = '\"Other\"' WHERE name = 'to' AND text = '\"Kaya\"'")
    found = examine(story.folder, vaults.PASSPHRASE, at=NOW, progress=lambda *_: None)
    assert ["is not as it was written" in str(one.what) for one in found.findings] == [True, True]
    out = tmp_path / "rescued"
    done = rescue(story.folder, vaults.PASSPHRASE, out, user="tester", at=NOW, progress=lambda *_: None)
    assert [one.kind for one in done.lost] == ["text", "text"]
    with vaults.custody(out) as custody:
        assert verify(custody).contradictions == []
        with custody.reading() as reader:
            every = reader.events(Wanted(), after=0, limit=1000)
        texts = {text for one in every for _name, _salt, text in one.texts}
        lost = [said(one)["name"] for one in every if one.event.what == "text-lost"]
    assert lost == ["to", "to"]
    assert examine(out, vaults.PASSPHRASE, at=NOW, progress=lambda *_: None).healthy
    assert {NAME, "Praxis Q", "Müller", "Schmidt"} <= texts
    assert not {"Kaya", "Other"} & texts


def test_it_is_done_as_planned_or_not_at_all(story: Story) -> None:
    """A link that came in meanwhile ends it, and everything stays."""
    with vaults.custody(story.folder, exclusive=True) as custody:
        planned = plan(custody, holder(custody))
        with custody.writing() as writer:
            writer.add_link(planned.links[0]._replace(id=new_id(os.urandom), reference="other"))
        with pytest.raises(Busy):
            forget(custody, planned, at=NOW, random=os.urandom)
        assert len(plan(custody, holder(custody)).pairs) == 2
        assert verify(custody).contradictions == []


def test_the_store_forgets_nobody_without_the_event(story: Story) -> None:
    """Nor anybody who still has pairs."""
    with vaults.custody(story.folder, exclusive=True) as custody:
        zq = holder(custody)
        with pytest.raises(Fault), custody.writing() as writer:
            writer.forget(zq.id)
        with custody.writing() as writer:
            record(custody, writer, "pseudonymised", at=NOW, holder=zq.id)
        with pytest.raises(Fault), custody.writing() as writer:
            writer.forget(zq.id)
        assert holder(custody) == zq
        assert {one.kind for one in verify(custody).contradictions} == {"text-kept", "holder-kept"}


def test_what_holds_him_is_named(story: Story, tmp_path: Path) -> None:
    """Files that were handed out, and backups since he came in: they are not touched, so they are told."""
    with vaults.custody(story.folder, exclusive=True) as custody:
        with custody.writing() as writer:
            record(custody, writer, "backup-made", at=NOW + timedelta(days=1), path="/mnt/one")
        planned = plan(custody, holder(custody))
        assert [one.path for one in planned.backups] == ["/mnt/one"]
        assert planned.files == [f"/out/{NAME} arag.p12"]
        assert plan(custody, holder(custody, "Müller")).files == []


def test_a_commitment_tells_nothing_without_its_salt() -> None:
    """Each salt is 32 random octets of its own: the same name twice is two commitments."""
    ((_, salt, text),) = salted(os.urandom, name="Müller")
    ((_, other, _),) = salted(os.urandom, name="Müller")
    assert (len(salt), salt != other) == (32, True)
    assert commitment(salt, text) != commitment(other, text)
    assert commitment(salt, "Müller") != commitment(salt, "Muller")
    lone = "\udcff"  # a path may be any octets
    assert commitment(salt, lone) != commitment(salt, text)


def test_a_vault_with_a_path_that_is_no_text_can_be_written(story: Story) -> None:
    """What a system gives for octets that are no UTF-8 is kept and read back."""
    with vaults.custody(story.folder) as custody, custody.writing() as writer:
        record(custody, writer, "exported", salted(os.urandom, path="/a\udcff"), at=NOW, holder=story.mueller.holder)
        head = writer.head()
        (last,) = writer.events(Wanted(), after=head.number - 1, limit=1)
        assert said(last) == {"path": "/a\udcff"}
    shutil.rmtree(story.folder)
