"""Forgetting a holder who asks for it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.program import Program
from tests.cli.test_pairs import add
from tests.support.vaults import NOW, custody
from vault.ledger.events import record


@pytest.fixture
def known(program: Program) -> str:
    """Müller with two pairs, one handed out, and Schmidt; gives the id of Müller's newer one."""
    add(program, "Müller GmbH", "Pin1", days=20, since=300)
    newer = add(program, "Müller GmbH", "Pin2")
    add(program, "Schmidt", "Pin3")
    (program.folder / "out").mkdir()
    assert program.run("export", newer, "--to", "out").code == 0
    assert program.run("pin", newer, "--to", "Herr Müller").code == 0
    return newer


def test_he_is_shown_and_then_forgotten(program: Program, known: str) -> None:
    """A dry run changes nothing; then he is gone, the log verifies, and neither answer nor receipt has his name."""
    with custody(program.vault) as opened, opened.writing() as writer:
        record(opened, writer, "backup-made", at=NOW, path="/mnt/stick/one")
    shown = program.run("purge", "--forget", "müller", "--dry-run", "--json").document["forgettable"]
    row = {"holder", "id", "addresses", "numbers", "mobile", "responsible", "tags", "merged"}
    assert (shown["holder"], len(shown["pairs"]), shown["texts"]) == ("Müller GmbH", 2, 7)
    assert shown.keys() == {*row, "pairs", "links", "targets", "texts", "files", "backups"}
    assert [path.rsplit("/", 1)[1][:6] for path in shown["files"]] == ["Müller"]
    answer = program.run("purge", "--forget", "müller", "--yes", "--receipt", "receipt.json", "--json")
    done = answer.document["forgotten"]
    receipt = (program.folder / "receipt.json").read_text("utf-8")
    assert not [said for said in (answer.out, receipt) if "ller" in said or "CN=" in said]
    assert json.loads(receipt) == {"receipt": "certvault-forgotten", "version": 1, **done, "vault": _vault(program)}
    assert {one["id"] for one in done["pairs"]} == {one["id"] for one in shown["pairs"]}
    assert (done["id"], done["texts"], done["files"]) == (shown["id"], 9, 1)
    assert [one["path"] for one in done["backups"]] == ["/mnt/stick/one"]
    verified = program.run("audit", "--verify", "--json").document
    assert (verified["contradictions"], verified["verdict"]) == ([], "no contradiction inside")
    assert f"{verified['head']['count']}:{verified['head']['hash']}" == done["head"]
    assert [one["holder"] for one in program.run("list", "--all", "--json").document["pairs"]] == ["Schmidt"]
    assert program.run("purge", "--forget", "müller", "--yes", "--json").error["type"] == "not-found"


def _vault(program: Program) -> str:
    with custody(program.vault) as opened:
        return opened.vault_id


def test_the_log_shows_him_as_forgotten(program: Program, known: str) -> None:
    """For people, scripts and spreadsheets, in both languages; what was done on his pairs is found by his id."""
    ident = program.run("purge", "--forget", "müller", "--dry-run", "--json").document["forgettable"]["id"]
    before, after = program.run("purge", "--forget", ident, "--yes").out.split("Deleted for good")
    assert ("ller" in before, "ller" in after) == (True, False)
    english, german = (program.run("audit", "--lang", one, "--holder", ident[:6]).out for one in ("en", "de"))
    assert f"forgotten holder {ident[:6]}" in english
    assert "PIN shown, to: forgotten" in english
    assert f"vergessener Zertifikatsinhaber {ident[:6]}" in german
    assert "ller" not in english + german
    events = program.run("audit", "--holder", ident, "--json").document["events"]
    assert [one["what"] for one in events][-4:] == ["pair-retired", "purge", "purge", "pseudonymised"]
    (added,) = (one for one in events if one["what"] == "holder-added")
    assert (added["holder"], added["details"]) == (ident, {"name": None})
    rows = list(csv.DictReader(io.StringIO(program.run("audit", "--pair", known, "--csv", "-").out.lstrip("\ufeff"))))
    assert {row["details"] for row in rows if row["what"] == "exported"} == {"path: "}


def test_a_person_is_told_what_is_in_use(program: Program, known: str) -> None:
    """The question names him and how many certificates are in use; no changes nothing."""
    question = "Forget Müller GmbH for good, with 1 certificate that is in use?"
    no = program.type("purge", "--forget", "müller", answers=[(question, "n\n")])
    assert (no.code, known[:6] in no.out, "Nothing was deleted." in no.out) == (0, True, True)
    assert "Handed out, and not touched" in " ".join(no.out.split())
    assert program.run("purge", "--forget", "müller", "--json").error["type"] == "confirmation-needed"
    assert len(program.run("list", "--all", "--json").document["pairs"]) == 3
    assert program.type("purge", "--forget", "müller", answers=[(question, "y\n")]).code == 0
    assert len(program.run("list", "--all", "--json").document["pairs"]) == 1


def test_it_goes_with_nothing_that_narrows_it(program: Program, known: str) -> None:
    """Neither one pair nor an age: a holder is forgotten whole, or not."""
    for more in (("--older-than", "0"), (known,)):
        error = program.run("purge", "--forget", "müller", "--yes", *more, "--json").error
        assert (error["code"], error["type"]) == (2, "usage")
