"""Holders are added, changed, merged and imported; the record holds, and forgetting takes all of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.attacks import attacker
from tests.attacks.story import Story, make
from tests.support import vaults
from tests.support.pages import pages
from tests.support.rotation import rotated
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import AddressTaken, BadHolder, TableNotReadable, Usage
from vault.model.holder import Holder
from vault.operations import audit, directory, find, purge
from vault.operations.directory import Line
from vault.operations.forget import forget, plan
from vault.operations.holders import add, card, checked, edit, everybody, merge, union
from vault.operations.verify import verify
from vault.rescue import rescue

FULL = Holder(
    "", "Zylka Öttinger", ("zo@makler.example",), ("ZQ-004217788",), "0170 9876543", "Frau Quandt", ("nordwest",)
)
PIECES = ("Zylka", "zylka", "ttinger", "zo@makler", "004217788", "9876543", "Quandt", "nordwest")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A vault with Müller and Schmidt."""
    return make(tmp_path_factory.mktemp("whole") / "vault")


@pytest.fixture
def story(whole: Story, tmp_path: Path) -> Story:
    """A copy of it for this test."""
    return whole.copied(tmp_path / "vault")


def named(custody: Custody, name: str) -> Holder:
    """The holder of that name."""
    with custody.reading() as reader:
        return find.holder(reader, name)


def test_what_is_known_is_written_and_changed(story: Story) -> None:
    """All facts come back, each change is an event with what is new, and the same again is none."""
    with vaults.custody(story.folder) as custody:
        made = add(custody, FULL, at=NOW, random=os.urandom)
        assert named(custody, "zylka") == made == FULL._replace(id=made.id)
        changed = made._replace(mobile="0171 1111111", tags=())
        assert edit(custody, changed, at=NOW, random=os.urandom)
        assert not edit(custody, changed, at=NOW, random=os.urandom)
        with pytest.raises(AddressTaken):
            edit(custody, named(custody, "schmidt")._replace(addresses=FULL.addresses), at=NOW, random=os.urandom)
        rows = everybody(custody)
        assert [(row.holder.name, row.pairs) for row in rows] == [("Müller", 1), ("Schmidt", 1), ("Zylka Öttinger", 0)]
        assert everybody(custody, tag="nordwest") == []
        assert verify(custody).contradictions == []


def test_a_merge_takes_all_along(story: Story, tmp_path: Path) -> None:
    """Pairs open under their new holder, both names find him, and all holds through new keys and a rescue."""
    with vaults.custody(story.folder) as custody:
        made = add(custody, FULL, at=NOW, random=os.urandom)
        schmidt, mueller = named(custody, "schmidt"), named(custody, "müller")
        done = merge(custody, mueller, made, at=NOW, random=os.urandom)
        assert (done.pairs, done.holder.mobile) == (2, FULL.mobile)
        merge(custody, done.holder, schmidt, at=NOW, random=os.urandom)
        kept = named(custody, "müller")
        assert (kept.id, kept) == (schmidt.id, named(custody, "zylka"))
        assert (kept.addresses, kept.numbers, kept.tags) == (FULL.addresses, FULL.numbers, FULL.tags)
        found = card(custody, kept)
        assert (sorted(found.others), len(found.pairs)) == (["Müller", "Zylka Öttinger"], 2)
        with pytest.raises(Usage):
            merge(custody, kept, kept, at=NOW, random=os.urandom)
        told = list(
            audit.entries(custody, audit.wanted(custody, audit.Question(holder="zylka")), upto=audit.head(custody))
        )
        assert [one.recorded.event.what for one in told].count("holder-merged") == 2
    rotated(story.folder)
    out = tmp_path / "out"
    assert rescue(story.folder, vaults.PASSPHRASE, out, user="t", at=NOW, progress=lambda *_: None).lost == ()
    for folder in (story.folder, out):
        with vaults.custody(folder) as custody:
            assert verify(custody).contradictions == []
            assert named(custody, "müller") == kept
            for pair in card(custody, kept).pairs:
                custody.contents(pair)


def test_forgetting_takes_everything_and_everybody_merged(story: Story) -> None:
    """Mobile, responsible, tags, the names of those who were merged: no byte stays, and the log verifies."""
    with vaults.custody(story.folder) as custody:
        made = add(custody, FULL, at=NOW, random=os.urandom)
        edit(custody, made._replace(responsible="Herr Quandt"), at=NOW, random=os.urandom)
        merge(custody, named(custody, "zylka"), named(custody, "schmidt"), at=NOW, random=os.urandom)
    assert [piece for piece in PIECES if piece not in clear(story.folder)] == []
    with vaults.custody(story.folder, exclusive=True) as custody:
        planned = plan(custody, named(custody, "schmidt"))
        assert [name for _id, name in planned.merged] == ["Zylka Öttinger"]
        forget(custody, planned, at=NOW, random=os.urandom)
        purge.wipe(custody)
        assert verify(custody).contradictions == []
    assert [piece for piece in (*PIECES, "Schmidt", "schmidt") if piece in clear(story.folder)] == []


def clear(folder: Path) -> str:
    """All that the pages of the database hold."""
    return b"".join(pages(attacker.database(folder), attacker.register_key_of(folder).reveal())).decode("latin-1")


LIST = """Nachname;Vorname;Agentur-Nr.;E-Mail;Handy;Betreuer;Tags;Schuhgröße\r
Kaya;Aylin;0042;a@kaya.example, b@kaya.example;0170 1234567;Frau Sommer;nord ost;40\r
Müller;;0007;;;;;\r
Mueller;Petra;;;;;;\r
Otto;;1,2E+04;;;;;\r
Otto;;;;1701234567;;;\r
=HYPERLINK(1);;;;;;;\r
;;0043;;;;;\r
Otto;;;a@kaya.example;;;;\r
""".encode("cp1252")


def taken(custody: Custody, data: bytes, **how: bool) -> list[Line]:
    """What came of a list."""
    told = {"new": False, "dry_run": False} | how
    return directory.take(
        custody, directory.read(data), ask=None, new=told["new"], dry_run=told["dry_run"], at=NOW, random=os.urandom
    )


def test_a_list_out_of_a_spreadsheet(story: Story) -> None:
    """New ones with leading zeros, known ones with what is new; unclear and wrong ones are told by line."""
    with vaults.custody(story.folder) as custody:
        assert directory.read(LIST).unknown == ["Schuhgröße"]
        before = audit.head(custody)
        tried = taken(custody, LIST, dry_run=True)
        assert (audit.head(custody), everybody(custody, "kaya")) == (before, [])
        done = taken(custody, LIST)
        assert [(one.line, one.outcome) for one in done] == [(one.line, one.outcome) for one in tried]
        assert [(one.line, one.outcome) for one in done] == [
            (2, "added"),
            (3, "changed"),
            (4, "unclear"),
            (5, "refused"),
            (6, "refused"),
            (7, "refused"),
            (8, "refused"),
            (9, "unclear"),
        ]
        kaya = named(custody, "kaya")
        assert kaya == Holder(
            kaya.id,
            "Aylin Kaya",
            ("a@kaya.example", "b@kaya.example"),
            ("0042",),
            "0170 1234567",
            "Frau Sommer",
            ("nord", "ost"),
        )
        assert named(custody, "0007").name == "Müller"
        count = audit.head(custody)
        assert {one.outcome for one in taken(custody, LIST)} == {"unchanged", "unclear", "refused"}
        assert audit.head(custody) == count
        assert [one.outcome for one in taken(custody, LIST, new=True)].count("added") == 1
        assert verify(custody).contradictions == []


def test_who_is_meant_is_asked(story: Story) -> None:
    """The one who is picked gets what is new; nobody picked is somebody else."""
    asked: list[tuple[str, list[str]]] = []

    def ask(name: str, near: object) -> Holder | None:
        found = [*near] if isinstance(near, list) else []
        asked.append((name, [one.name for one in found]))
        return found[0] if name == "Mueller GmbH" else None

    data = b"Name;Nummer\nMueller GmbH;0001\nSchmidt KG;0002\n"
    with vaults.custody(story.folder) as custody:
        done = directory.take(
            custody, directory.read(data), ask=ask, new=False, dry_run=False, at=NOW, random=os.urandom
        )
        assert [one.outcome for one in done] == ["changed", "added"]
        assert asked == [("Mueller GmbH", ["Müller"]), ("Schmidt KG", ["Schmidt"])]
        assert named(custody, "0001").name == "Müller"


@pytest.mark.parametrize("data", [b"", b"Ort;Strasse\nA;B\n"])
def test_a_list_without_names_is_refused(data: bytes) -> None:
    """Before anything is recorded."""
    with pytest.raises(TableNotReadable):
        directory.read(data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "@SUM(1)"},
        {"name": "a\u202eb"},
        {"name": "x" * 201},
        {"addresses": ("nowhere",)},
        {"addresses": ("a@b c",)},
        {"numbers": ("4,5E+11",)},
        {"mobile": "4,91701E+11"},
        {"mobile": "call me"},
        {"mobile": "1711234567"},
        {"tags": ("two words",)},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    """Each with its field, and without repeating it."""
    with pytest.raises(BadHolder) as caught:
        checked(FULL._replace(**wrong))  # type: ignore[arg-type]
    assert checked(FULL) == FULL
    assert not any(str(text) in str(caught.value) for text in wrong.values() if str(text).strip())


def test_two_lists_are_one() -> None:
    """Each once, as it was written first."""
    assert union(("A@x", "b"), ("a@X", "c")) == ("A@x", "b", "c")
