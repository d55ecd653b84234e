"""The audit log as people, scripts and spreadsheets have it."""

from __future__ import annotations

import csv
import io
import os
import pwd
import re
from pathlib import Path

import pytest

from cli.render.audit import COLUMNS
from cli.render.spreadsheet import harmless as spreadsheet_cell
from tests.attacks.attacker import plain_sql, register_key_of
from tests.cli.program import Program
from tests.cli.test_pairs import add, german
from tests.support.vaults import new_watch_key
from vault.model.chain import head_of

NAMES_OF_USER = ("LOGNAME", "USER", "LNAME", "USERNAME")
EVENT = {"number", "at", "slot", "user", "what", "pair", "link", "holder", "details"}


@pytest.fixture
def told(program: Program) -> Program:
    """The program after a pair was added and its PIN shown to somebody with an unusual name."""
    add(program, "Müller GmbH", "Pin1")
    assert program.run("pin", "müller", "--to", '=HYPERLINK("http://x";"y")').code == 0
    return program


def spoil(program: Program, sql: str) -> None:
    """Run ``sql`` past the program."""
    with plain_sql(program.vault, register_key_of(program.vault)) as connection:
        connection.execute(sql)


def test_the_log_for_scripts(told: Program) -> None:
    """The head and the events, newest last; each question narrows."""
    document = told.run("audit", "--json").document
    assert document.keys() == {"head", "events"}
    assert document["head"].keys() == {"count", "hash"}
    assert [one["number"] for one in document["events"]] == list(range(1, document["head"]["count"] + 1))
    assert all(one.keys() == EVENT for one in document["events"])
    last = document["events"][-1]
    assert (last["what"], last["holder"], last["details"]) == (
        "pin-shown",
        "Müller GmbH",
        {"to": '=HYPERLINK("http://x";"y")'},
    )
    pair = last["pair"]

    def what(*options: str) -> list[str]:
        return [one["what"] for one in told.run("audit", *options, "--json").document["events"]]

    assert what("--pair", pair[:6]) == what("--pair", "müller") == ["pair-added", "pin-attempt", "pin-shown"]
    assert what("--holder", "mueller", "--secrets") == ["pair-added", "pin-attempt", "pin-shown"]
    assert what("--by", "tester") == ["vault-created", "key-added", "key-added"]
    assert what("--since", "2026-01-01", "--until", "31.12.9998") == what()
    assert what("--until", "2001-01-01") == []


def test_the_log_for_people(told: Program, tmp_path: Path) -> None:
    """In German on 80 columns, with the head as its last line; the watch key is enough."""
    key = new_watch_key(told.vault, tmp_path / "watch.key")
    answer = told.type(
        "audit",
        "--watch-key-file",
        key,
        answers=[],
        env={"CERTVAULT_LANG": "de", "CERTVAULT_PASSPHRASE_FILE": ""},
    )
    assert answer.code == 0, answer
    assert max(map(len, answer.out.splitlines())) <= 80
    for text in ("Tresor angelegt", "PIN gezeigt", "abgelegt", "Müller GmbH"):
        assert text in answer.out
    head = told.run("audit", "--json").document["head"]
    assert head_of(answer.out.split()[-1]) == (head["count"], bytes.fromhex(head["hash"]))
    assert "Diesen Protokolleintrag gibt es nicht" in german(told, "audit", "--until", "2001-01-01").out


def test_the_log_for_spreadsheets(told: Program) -> None:
    """RFC 4180 with a byte-order mark; nothing in it is a formula; the file is new, private, and no other is lost."""
    assert told.run("audit", "--csv", "log.csv").code == 0
    file = told.folder / "log.csv"
    assert file.stat().st_mode & 0o777 == 0o600
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert rows[-1][2] == "pin-shown"
    assert rows[-1][-1] == 'to: =HYPERLINK("http://x";"y")'
    assert told.run("audit", "--csv", "log.csv", "--json").code == 2
    assert told.run("audit", "--csv", "log.csv").code == 15
    assert file.read_bytes() == data
    assert told.run("audit", "--csv", "-").out.encode() == data


def test_no_name_becomes_a_formula(program: Program) -> None:
    """A holder called like one is a text in the spreadsheet."""
    add(program, "Kaya", "Pin1", holder="=1+1")
    rows = csv.reader(io.StringIO(program.run("audit", "--csv", "-", "--secrets").out, newline=""))
    assert [row[5] for row in rows][-1] == "'=1+1"


@pytest.mark.parametrize("name", ["x;=1+1", "x; +1", "a;b;@SUM(A1)", "＝1+1", " -1"])
def test_no_part_of_a_name_becomes_one_where_cells_end_at_semicolons(name: str) -> None:
    """A German spreadsheet splits a line there, within quotation marks too."""
    assert all(re.match(r"'|\s*[^\s=+\-@＝＋－＠]", part) for part in spreadsheet_cell(name).split(";"))


def test_the_user_is_who_the_system_says(program: Program) -> None:
    """Whoever sets LOGNAME does not act under another's name in the log."""
    assert program.run("config", "set", "retention", "400", env=dict.fromkeys(NAMES_OF_USER, "somebody")).code == 0
    assert program.run("audit", "--json").document["events"][-1]["user"] == pwd.getpwuid(os.getuid()).pw_name


def test_to_whom_a_file_was_handed_is_on_record(told: Program) -> None:
    """``export --recipient``: with the attempt and with what was done, as ``pin --to``."""
    assert told.run("export", "müller", "--to", "out", "--recipient", "Frau Kaya").code == 0
    last = told.run("audit", "--json").document["events"][-2:]
    assert [(one["what"], one["details"]["to"]) for one in last] == [
        ("export-attempt", "Frau Kaya"),
        ("exported", "Frau Kaya"),
    ]
    assert "to: Frau Kaya" in told.run("audit").out


def test_verification_says_no_more_than_it_knows(told: Program, tmp_path: Path) -> None:
    """ "no contradiction inside", in these words, and what that does not mean; with a witness it says more."""
    answer = told.run("audit", "--verify")
    assert answer.code == 0
    assert "no contradiction inside\n" in answer.out
    assert "cannot be seen from inside" in answer.out
    assert "in sich kein Widerspruch\n" in german(told, "audit", "--verify").out
    head = answer.out.split()[-1]
    document = told.run("audit", "--verify", "--json").document
    assert (document["verdict"], document["witness"]) == ("no contradiction inside", None)
    assert (document["unauthenticated"], document["authentication_checked"]) == (0, True)
    with_witness = told.run("audit", "--verify", "--head", head)
    assert with_witness.code == 0
    assert "goes on from the head" in with_witness.out
    assert "cannot be seen" not in with_witness.out
    key = new_watch_key(told.vault, tmp_path / "watch.key")
    options = ("--verify", "--watch-key-file", key)
    env = {"CERTVAULT_PASSPHRASE_FILE": ""}
    assert "Authentications were not checked" in told.run("audit", *options, env=env).out
    assert told.run("audit", *options, "--json", env=env).document["authentication_checked"] is False


def test_contradictions_are_named_and_end_with_code_5(told: Program) -> None:
    """Each one, for people and for scripts."""
    noted = told.run("audit").out.split()[-1]
    spoil(told, "UPDATE pair SET state = 'retired'")
    spoil(told, "DELETE FROM event WHERE number = (SELECT max(number) FROM event)")
    answer = told.run("audit", "--verify", "--head", noted, "--json")
    assert answer.code == 5
    assert answer.error["type"] == "log-contradicts"
    import json

    found = json.loads(answer.out)["contradictions"]
    assert {one["kind"] for one in found} == {"pair-state", "cut-off"}
    assert all(one.keys() == {"kind", "text", "event", "pair"} for one in found)
    people = told.run("audit", "--verify", "--head", noted)
    assert people.code == 5
    assert "the register says state is retired, the log says current" in people.out
    assert "cut off" in people.out
    assert "no contradiction" not in people.out


@pytest.mark.parametrize(
    "options",
    [
        ["--head", f"1:{'0' * 64}"],
        ["--verify", "--head", "12"],
        ["--verify", "--secrets"],
        ["--verify", "--csv", "-"],
        ["--since", "yesterday"],
        ["--until", "0001-01-01"],
        ["--since", "31.02.2026"],
    ],
)
def test_options_that_mean_nothing_are_refused(options: list[str], program: Program) -> None:
    """Code 2, before the vault is opened."""
    assert program.run("audit", *options, "--json", env={"CERTVAULT_DIR": "nowhere"}).error["code"] == 2


def test_who_is_not_there_is_not_found(program: Program) -> None:
    """Code 6; whoever asks by a name is told which names there are."""
    for option in ("--pair", "--holder"):
        assert program.run("audit", option, "nobody", "--json").error["code"] == 6
    assert "tester" in str(program.run("audit", "--by", "nobody", "--json").error["hint"])


def test_an_export_gives_the_head_as_a_receipt(told: Program) -> None:
    """A witness for later, outside the vault."""
    out = told.run("export", "müller", "--to", "out").out
    assert told.run("audit", "--verify", "--head", out.split()[-1]).code == 0
    assert told.run("audit").out.split()[-1] == out.split()[-1]


def test_a_purged_pair_is_no_contradiction_and_still_in_the_log(program: Program) -> None:
    """Deleted on purpose, with its event: found by the beginning of its id, though the register has it no more."""
    old = add(program, "Müller GmbH", "Pin1", days=20, since=300)
    add(program, "Müller GmbH", "Pin2")
    assert program.run("purge", old, "--older-than", "0", "--yes").code == 0
    assert program.run("audit", "--verify").code == 0
    found = program.run("audit", "--pair", old[:6], "--json").document["events"]
    assert [one["what"] for one in found] == ["pair-added", "pair-superseded", "purge"]


def test_a_restored_vault_goes_on_from_its_backup_and_not_from_what_came_after(program: Program) -> None:
    """The head of the backup stands in it; a head from after the backup is told as cut off or written anew."""
    add(program, "Müller GmbH", "Pin1")
    noted = program.run("backup", "b.backup").out
    (backed_up,) = [word for word in noted.split() if word.count(":") == 1 and len(word) > 64]
    add(program, "Kaya", "Pin2")
    later = program.run("audit").out.split()[-1]
    restored = program.run("restore", "b.backup")
    assert restored.code == 0, restored
    assert program.run("audit", "--verify", "--head", backed_up).code == 0
    assert program.run("audit", "--verify", "--head", later, "--json").error["type"] == "log-contradicts"
