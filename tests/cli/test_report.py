"""Reports as files: which there are, what they are written over, and what never stands in them."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cli.program import Program
from tests.stand_in.register import SEALED, a_link
from tests.support import agency, vaults
from tests.support.agency import day, pair
from vault.model.holder import Holder
from vault.model.ids import encode

KINDS = (".html", ".csv", ".json", ".ics", ".prom")
MUELLER = Holder(encode(b"m" * 10), "Müller, Petra", mobile="+49 170 1", responsible="sommer@agentur.example")


@pytest.fixture
def watching(program: Program) -> Program:
    """The program with a few records and nothing but a watch key."""
    newer = pair(1, 200, MUELLER)
    older = pair(2, 5, MUELLER, lineage=newer.lineage, state="superseded", superseded_by=newer.id)
    with vaults.custody(program.vault) as custody, custody.writing() as writer:
        writer.add_holder(MUELLER)
        for one in (newer, older, pair(3, 20, MUELLER, provider="vhv"), pair(4, 9, MUELLER, state="retired")):
            writer.add_pair(one, SEALED)
        writer.add_link(a_link(1, holder=MUELLER.id, provider="tgic", received=day(-1), deadline=day(12)))
    key = vaults.new_watch_key(program.vault, program.folder / "watch.key")
    program.environment |= {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": str(key)}
    return program


def written(program: Program, name: str, *options: str) -> str:
    """The text of the report ``name``."""
    answer = program.run("report", name, *options)
    assert answer.code == 0, answer
    return (program.folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_each_ending_is_written_with_a_watch_key(kind: str, watching: Program) -> None:
    """Nobody needs to be there, and the file is for nobody else."""
    answer = watching.run("report", f"a{kind}", "--json")
    path = watching.folder / f"a{kind}"
    assert answer.document == {"path": str(path), "kind": kind[1:]}
    assert path.stat().st_mode & 0o777 == 0o600
    assert "Müller" in path.read_text("utf-8") or "M\\u00fcller" in path.read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_writes_it_every_night(kind: str, watching: Program) -> None:
    """The next one takes the place of the last, in either language, and stays as open as somebody made it."""
    path = watching.folder / f"a{kind}"
    written(watching, path.name)
    path.chmod(0o644)
    written(watching, path.name, "--lang", "de")
    assert path.stat().st_mode & 0o777 == 0o644
    assert sorted(each.name for each in watching.folder.iterdir()) == [path.name, "passphrase", "vault", "watch.key"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_else_is_written_over(kind: str, watching: Program) -> None:
    """A file of somebody's is not a report, whatever its ending; the recovery sheet is a page too."""
    path = watching.folder / f"a{kind}"
    path.write_text("<!doctype html>\n<html lang=en>\nrecovery code")
    answer = watching.run("report", path.name, "--json")
    assert answer.error["type"] == "would-overwrite"
    assert "recovery code" in path.read_text()


@pytest.mark.parametrize("name", ["report", "report.pdf", "report.html.old", ".html"])
def test_another_ending_says_nothing(name: str, watching: Program) -> None:
    """The endings that there are, are named."""
    error = watching.run("report", name, "--json").error
    assert (error["code"], error["type"]) == (2, "usage")
    assert all(kind in error["message"] for kind in KINDS)
    assert not (watching.folder / name).exists()


def test_what_is_never_in_a_report(program: Program) -> None:
    """No download link, no reference of one, no host that serves them: in none of the kinds."""
    agency.hostile(program.vault)
    for kind in KINDS:
        text = written(program, f"a{kind}")
        found = [one for one in ("did=", "TokenService", "://", agency.REFERENCE) if one in text]
        assert not found, kind


def test_the_register_as_a_table(watching: Program) -> None:
    """Every certificate that is or was here, whose it is, and what became of it."""
    rows = list(csv.DictReader(io.StringIO(written(watching, "a.csv").removeprefix("\ufeff")), delimiter=";"))
    assert [row["State"] for row in rows] == ["current", "current", "retired", "superseded"]
    first = rows[0]
    assert first["Holder"] == MUELLER.name
    assert first["Responsible"] == MUELLER.responsible
    assert first["Valid until"] == day(20).astimezone(ZoneInfo("Europe/Berlin")).date().isoformat()
    assert len(first["Fingerprint"]) == 64
    german = written(watching, "b.csv", "--lang", "de")
    assert german.startswith("\ufeffcertvault-id;Zertifikatsinhaber;")


def test_no_cell_is_a_formula(program: Program) -> None:
    """What a spreadsheet would reckon begins with an apostrophe, and no name makes a row of its own."""
    agency.hostile(program.vault)
    text = written(program, "a.csv").removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert {len(row) for row in rows} == {len(rows[0])}
    assert len(rows) == 1 + len(agency.HOSTILE)
    assert any(cell.startswith("'=HYPERLINK") for row in rows for cell in row)
    assert not any(re.match(r"\s*[=+@-]", cell) for row in rows for cell in row)
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\u200b]", text)


def test_the_register_for_scripts(watching: Program) -> None:
    """The pairs and the open links in the shapes that ``list`` and ``links`` give, with whose they are."""
    document: dict[str, Any] = json.loads(written(watching, "a.json"))
    assert document["certvault_report"] == 1
    head = watching.run("audit", "--json").document["head"]
    assert document["head"] == f"{head['count']}:{head['hash']}"
    listed = watching.run("list", "--all", "--json").document["pairs"]
    assert [{**one, "holder_id": MUELLER.id} for one in listed] == document["pairs"]
    (link,) = document["links"]
    assert (link["needs"], link["holder"], link["provider"]) == ("pin", MUELLER.name, "tgic")
    assert not {"url", "reference"} & link.keys()


def test_an_empty_vault_has_reports_too(program: Program) -> None:
    """On the first day there is little to tell, and nothing breaks."""
    for kind in KINDS:
        assert written(program, f"a{kind}")
    assert "Nothing is due." in written(program, "a.html")


def test_how_far_a_page_looks_ahead(watching: Program) -> None:
    """Sixty days, or as many as are said; the other kinds know no such limit, so it is refused there."""
    assert "within 60 days" in written(watching, "a.html")
    page = written(watching, "a.html", "--within", "5")
    assert "within 5 days" in page
    assert page.count('class="word') < written(watching, "a.html").count('class="word')
    assert watching.run("report", "a.csv", "--within", "5", "--json").error["type"] == "usage"
    assert watching.run("report", "a.html", "--within", "x", "--json").error["type"] == "usage"
