"""Who has what at which provider."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cli.program import Program
from tests.stand_in.register import SEALED, a_holder, a_link, a_pair
from tests.support import vaults

NOW = datetime.now(UTC).replace(microsecond=0)
MUELLER, SCHAEFFER, NOBODY, LEFT = (
    a_holder(1, name="Müller & Söhne Versicherungsmakler GmbH"),
    a_holder(2, name="=Schäffer, René"),
    a_holder(3, name="Nobody"),
    a_holder(4, name="Left"),
)


def day(days: int) -> datetime:
    """Noon of a day from today on, so that no test turns at midnight."""
    return NOW + timedelta(days=days)


def pair(number: int, days: int, holder: Any, **fields: Any) -> Any:
    """A pair of ``holder`` that runs out in ``days``."""
    made = {"not_before": day(-300), "added": day(-300), "not_after": day(days), **fields}
    return a_pair(number, holder=holder.id, **made)


@pytest.fixture
def agency(program: Program) -> Program:
    """A vault with two holders at three providers, one who never had anything, and one who left."""
    with vaults.custody(program.vault) as custody, custody.writing() as writer:
        for holder in (NOBODY, SCHAEFFER, MUELLER, LEFT):
            writer.add_holder(holder)
        newer = pair(1, 400, MUELLER)
        older = pair(6, -100, MUELLER, lineage=newer.lineage)
        for one in (
            newer,
            pair(2, 30, MUELLER, provider="vhv"),
            pair(3, -3, MUELLER, provider="vhv"),
            pair(4, 400, SCHAEFFER, provider="vhv"),
            pair(5, 400, LEFT, state="retired", provider="generic"),
            older._replace(state="superseded", superseded_by=newer.id),
        ):
            writer.add_pair(one, SEALED)
        writer.add_link(a_link(1, holder=SCHAEFFER.id, received=day(-1), deadline=day(20)))
        writer.add_link(a_link(2, holder=SCHAEFFER.id, provider="tgic", received=day(-20), deadline=day(3)))
        writer.add_link(a_link(3, holder=SCHAEFFER.id, received=day(-40), state="gone"))
        writer.add_link(a_link(4, holder=None, provider="arag"))
        writer.add_link(a_link(5, holder=MUELLER.id, received=day(-310), deadline=day(-290)))
    return program


def states(program: Program, *arguments: str) -> dict[str, dict[str, str]]:
    """The states by holder and provider."""
    document = program.run("list", "--matrix", *arguments, "--json").document
    return {
        row["holder"]: {provider: cell["state"] for provider, cell in row["cells"].items()}
        for row in document["holders"]
    }


def test_holders_by_providers_for_scripts(agency: Program) -> None:
    """A row for each who has anything or nothing yet, by name, none for who left; a column for each
    provider in use; the most urgent, and how many."""
    document = agency.run("list", "--matrix", "--json").document
    assert [one["name"] for one in document["providers"]] == ["arag", "tgic", "vhv"]
    assert all(one["title"] for one in document["providers"])
    assert [row["holder"] for row in document["holders"]] == [MUELLER.name, NOBODY.name, SCHAEFFER.name]
    assert states(agency) == {
        MUELLER.name: {"arag": "current", "tgic": "missing", "vhv": "expired"},
        NOBODY.name: dict.fromkeys(("arag", "tgic", "vhv"), "missing"),
        SCHAEFFER.name: {"arag": "link-expired", "tgic": "link-running-out", "vhv": "current"},
    }
    first = document["holders"][0]["cells"]
    assert first["vhv"] == {
        "state": "expired",
        "date": f"{day(-3):%Y-%m-%dT%H:%M:%SZ}",
        "days_left": -3,
        "ref": pair(3, -3, MUELLER).id,
        "of": 2,
        "install": 0,
    }
    assert first["tgic"] == {"state": "missing", "date": None, "days_left": None, "ref": None, "of": 0, "install": 0}


def test_words_narrow_holders_and_providers(agency: Program) -> None:
    """A name means his row, a provider its column, both one cell; who is not there gives an empty table."""
    assert states(agency, "mueller") == {MUELLER.name: {"arag": "current", "tgic": "missing", "vhv": "expired"}}
    assert states(agency, "schäffer", "vhv") == {SCHAEFFER.name: {"vhv": "current"}}
    at_arag = {MUELLER.name: {"arag": "current"}, SCHAEFFER.name: {"arag": "link-expired"}}
    assert states(agency, "arag") == {**at_arag, NOBODY.name: {"arag": "missing"}}
    assert states(agency, "zzz") == {}
    assert "Nothing" in agency.run("list", "--matrix", "zzz").out


def test_gaps_are_what_must_be_asked_for(agency: Program) -> None:
    """Only who lacks something in what is shown."""
    assert states(agency, "--gaps").keys() == {MUELLER.name, NOBODY.name, SCHAEFFER.name}
    assert states(agency, "--gaps", "vhv").keys() == {MUELLER.name, NOBODY.name}
    assert states(agency, "--gaps", "arag").keys() == {NOBODY.name, SCHAEFFER.name}


@pytest.mark.parametrize(("columns", "language"), [(40, "de"), (60, "de"), (80, "de"), (80, "en"), (120, "de")])
def test_no_terminal_is_too_narrow(agency: Program, columns: int, language: str) -> None:
    """No line is longer than the terminal, every state is on it, in the chosen language."""
    env = {"CERTVAULT_LANG": language}
    shown = agency.type("list", "--matrix", answers=[], columns=columns, env=env).out
    assert max(map(len, shown.splitlines())) <= columns
    flat = " ".join(shown.split())
    for word in ("abgelaufen", "Link bis", "fehlt") if language == "de" else ("expired", "link runs out", "missing"):
        assert word.split()[0] in flat
    assert "(+1)" in flat


def test_a_spreadsheet_takes_no_formula(agency: Program) -> None:
    """Semicolons, a byte-order mark, state and date in columns of their own, and text where a formula would begin."""
    assert agency.run("list", "--matrix", "--csv", "m.csv", env={"CERTVAULT_LANG": "de"}).code == 0
    data = (agency.folder / "m.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[0][:2] == ["Kennung", "Zertifikatsinhaber"]
    assert {len(row) for row in rows} == {2 + 2 * 3}
    assert rows[1][2:4] == ["aktuell", f"{day(400):%d.%m.%Y}"]
    assert rows[1][4:6] == ["fehlt", ""]
    assert rows[3][1] == "'" + SCHAEFFER.name
    assert agency.run("list", "--matrix", "--csv", "m.csv").code == 15
    assert (agency.folder / "m.csv").read_bytes() == data
    assert agency.run("list", "--matrix", "--csv", "-", env={"CERTVAULT_LANG": "de"}).out.encode() == data


@pytest.mark.parametrize(
    "wrong", [("--gaps",), ("--csv", "m.csv"), ("--matrix", "--all"), ("--matrix", "--csv", "m.csv", "--json")]
)
def test_options_that_mean_nothing_together(agency: Program, wrong: tuple[str, ...]) -> None:
    """Code 2, and no file."""
    assert agency.run("list", *wrong).code == 2
    assert not (agency.folder / "m.csv").exists()


def test_a_watch_key_is_enough(agency: Program) -> None:
    """No certificate is opened for it."""
    assert agency.run("keys", "add", "watch", "--watch-key-file", "watch.key").code == 0
    closed = {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": "watch.key"}
    assert agency.run("list", "--matrix", "--json", env=closed).code == 0
