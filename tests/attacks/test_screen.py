"""What is planted in the register reaches no screen as it is: every text column, every command that shows it."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.attacks.attacker import plain_sql, register_key_of
from tests.cli.program import Program
from tests.stand_in.certificates import make_pair
from tests.support import vaults

HOSTILE = "A\x1b[2J\x1b]0;x\x07\u202eB\u200b\x9b31m\r\nroot# \x00\u2028Ä'\"`$(id)"
COLUMNS = [
    ("holder", "name"),
    ("pair", "provider"),
    ("pair", "purpose"),
    ("pair", "subject"),
    ("pair", "issuer"),
    ("pair", "serial"),
    ("pair", "fingerprint"),
    ("pair", "lineage"),
    ("pair", "holder"),
    ("link", "provider"),
    ("link", "url"),
    ("link", "reference"),
    ("link", "subject"),
    ("link", "sender"),
    ("link", "holder"),
    ("event", "user"),
    ("event", "slot"),
    ("event", "what"),
    ("event", "pair"),
    ("event", "link"),
    ("setting", "value"),
    ("target", "profile"),
    ("target", "name"),
    ("installation", "provider"),
    ("installation", "by"),
]
COMMANDS = [
    [],
    ["due"],
    ["list"],
    ["list", "--all"],
    ["links", "--all"],
    ["show", "{pair}"],
    ["history", "{pair}"],
    ["targets", "list"],
    ["targets", "confirm", "a"],
    ["targets", "confirm", "--all"],
    ["holders", "show", "b"],
    ["config", "show"],
    ["audit"],
    ["audit", "--by", "nobody"],
    ["audit", "--verify"],
    ["fetch", "{link}", "--pin-stdin"],
    ["pin", "{pair}"],
    ["export", "{pair}", "--to", "."],
    ["export", "a", "--to", "."],
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder with a vault, and the ids of its pair and its link."""
    program = Program(tmp_path_factory.mktemp("told"))
    vaults.new_vault(program.vault, at=datetime.now(UTC))
    last = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
    (program.folder / "a.p12").write_bytes(make_pair("A", "PIN", not_after=last))
    pair = program.run("add", "a.p12", "--pin-stdin", "--json", stdin=b"PIN").document["pair"]["id"]
    url = "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
    (link,) = program.run("ingest", url, "--holder", "B", "--json").document["links"]
    for software, more in (("vias", ["--installed"]), ("keasy", [])):
        assert program.run("targets", "add", "B", "--for", software, "--name", "PC").code == 0
        assert program.run("targets", "add", "A", "--for", software, "--name", "PC", *more).code == 0
    assert program.run("config", "set", "mailbox", "a@b.example").code == 0
    with plain_sql(program.vault, register_key_of(program.vault)) as connection:
        for table, column in COLUMNS:
            rows = connection.execute(f"SELECT count(*) FROM {table} WHERE {column} <> ''").fetchone()  # noqa: S608
            if (table, column) not in {("pair", "purpose"), ("link", "subject"), ("link", "sender"), ("event", "link")}:
                assert rows[0], (table, column)
            unique = "" if table in {"holder", "setting", "event", "target", "installation"} else " || rowid"
            connection.execute(f"UPDATE {table} SET {column} = ?{unique}", (HOSTILE,))  # noqa: S608
    return program.folder, pair, link["id"]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("language", ["en", "de"])
def test_no_control_character_reaches_the_screen(
    command: list[str], language: str, told: tuple[Path, str, str]
) -> None:
    """Neither escape sequences nor text that runs the other way; what went wrong is never a fault of ours."""
    folder, pair, link = told
    arguments = [part.format(pair=pair, link=link) for part in command]
    answer = Program(folder, CERTVAULT_LANG=language).run(*arguments, stdin=b"x")
    assert answer.code != 1, answer
    for char in answer.out + answer.err:
        assert char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Zl", "Zp"}, answer
    assert "Traceback" not in answer.err


@pytest.mark.parametrize("command", COMMANDS[1:], ids=" ".join)
def test_json_stays_one_document_in_ascii(command: list[str], told: tuple[Path, str, str]) -> None:
    """A script reads what is there, as text and as nothing else."""
    folder, pair, link = told
    answer = Program(folder).run(*[part.format(pair=pair, link=link) for part in command], "--json", stdin=b"x")
    assert (answer.out + answer.err).isascii()
    assert answer.code != 1, answer
    json.loads(answer.out if answer.code == 0 else answer.err)
