"""Several certificates at once, as files for the desk."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Program
from tests.cli.test_pairs import add, german
from tests.promises.deaths import deadly

PIN = "Ab3xMARKED"


def rows(path: Path) -> list[list[str]]:
    """The rows of a list as a German spreadsheet reads it."""
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))


def several(program: Program, *names: str) -> list[str]:
    """The ids of new pairs of these holders."""
    return [add(program, name, PIN) for name in names]


def handed(program: Program, *arguments: str) -> Any:
    """The answer of an export that went well."""
    return program.run("export", *arguments, "--json").document


def test_all_of_a_holder_lie_in_folders_with_a_list(program: Program) -> None:
    """Holder, provider, file; the list names them in the order of their end and holds no PIN."""
    (one, _other) = several(program, "Müller GmbH", "Kaya")
    document = handed(program, "--holder", "müller", "--to", "out")
    (file,) = document["files"]
    assert file.keys() == {"path", "pair", "sha256", "unchanged"}
    assert document["failed"] == []
    assert document["interrupted"] is False
    assert document["head"] == program.run("audit").out.split()[-1]
    path = Path(file["path"])
    assert path.parts[:3] == ("out", "Müller GmbH", "arag")
    assert (program.folder / path).read_bytes() == (program.folder / "Müller GmbH-365.p12").read_bytes()
    titles, row = rows(program.folder / document["list"])
    assert (titles[0], titles[-1]) == ("certvault-file", "Id")
    assert (row[0], row[1], row[2], row[-1]) == (
        str(path.relative_to("out")),
        "Müller GmbH",
        "ARAG / Interlloyd",
        one,
    )
    assert (program.folder / "out" / "list.csv").stat().st_mode & 0o777 == 0o600
    everything = b"".join(found.read_bytes() for found in (program.folder / "out").rglob("*") if found.is_file())
    assert b"MARKED" not in everything


def test_several_names_and_options_choose(program: Program) -> None:
    """Ids or words each; a provider; what is due; no two ways at once."""
    mueller, kaya = several(program, "Müller GmbH", "Kaya")
    soon = add(program, "Meier", PIN, days=20)

    def ids(*arguments: str) -> set[str]:
        return {file["pair"] for file in handed(program, *arguments, "--to", "out")["files"]}

    assert ids("müller", kaya[:6]) == {mueller, kaya}
    assert ids("--provider", "interlloyd") == {mueller, kaya, soon}
    assert ids("--due") == {soon}
    assert ids("--due", "--within", "400") == {mueller, kaya, soon}
    assert ids("--due", "--holder", "kaya") == set()
    for wrong in (
        ["müller", "--due"],
        [],
        ["müller", "--within", "3"],
        ["--within", "3"],
    ):
        assert program.run("export", *wrong, "--to", "out", "--json").error["code"] == 2, wrong
    assert program.run("export", "--provider", "vhv", "--to", "out", "--json").error["type"] == "nothing-to-export"
    assert program.run("export", "müller", "nobody", "--to", "new", "--json").error["code"] == 6
    assert not (program.folder / "new").exists()


def test_a_list_keeps_what_an_earlier_run_wrote(program: Program) -> None:
    """Until the file is gone; the language does not matter; nothing in it is a formula."""
    add(program, "Müller GmbH", PIN, holder="=1+1")
    several(program, "Kaya", "Meier")
    first = handed(program, "--holder", "=1+1", "--to", "out")["files"][0]["path"]
    handed(program, "--holder", "kaya", "--to", "out")
    listed = rows(program.folder / "out" / "list.csv")
    assert {row[1] for row in listed[1:]} == {"'=1+1", "Kaya"}
    handed(program, "--holder", "=1+1", "--to", "out")
    assert sorted(rows(program.folder / "out" / "list.csv")) == sorted(listed)
    (program.folder / first).unlink()
    handed(program, "--holder", "meier", "--to", "out")
    assert {row[1] for row in rows(program.folder / "out" / "list.csv")[1:]} == {"Meier", "Kaya"}


def test_another_file_in_the_place_of_the_list_stays(program: Program) -> None:
    """Then nothing is handed out."""
    several(program, "Müller GmbH")
    (program.folder / "out").mkdir()
    (program.folder / "out" / "list.csv").write_text("my own")
    assert program.run("export", "--holder", "müller", "--to", "out", "--json").error["code"] == 15
    assert [path.name for path in (program.folder / "out").iterdir()] == ["list.csv"]


def test_what_fails_is_told_and_stops_nothing(program: Program) -> None:
    """Exit code 8, each with its reason, in both forms of the answer."""
    mueller, kaya = several(program, "Müller GmbH", "Kaya")
    path = program.folder / handed(program, "--holder", "müller", "--to", "out")["files"][0]["path"]
    path.write_bytes(b"other")
    answer = program.run("export", mueller, kaya, "--to", "out", "--json")
    assert answer.code == 8
    document = json.loads(answer.out)
    assert [file["pair"] for file in document["files"]] == [kaya]
    ((pair, kind),) = [(one["pair"], one["error"]["type"]) for one in document["failed"]]
    assert (pair, kind) == (mueller, "would-overwrite")
    told = german(program, "export", mueller, kaya, "--to", "out")
    assert told.code == 8
    assert "0 geschrieben, 1 schon da, 1 fehlgeschlagen." in told.out
    assert "ist schon da und würde überschrieben" in told.out.replace("\n", " ")
    assert path.read_bytes() == b"other"


def test_a_name_that_a_certificate_does_not_know_is_told_of_several_too(program: Program) -> None:
    """Names are not sealed: whoever swapped two of them would have a file lie in the wrong folder."""
    add(program, "Müller GmbH", PIN, holder="Petra Schmidt")
    answer = program.run("export", "--holder", "schmidt", "--to", "out")
    assert "Mind: it is filed under Petra Schmidt; the certificate itself says CN=Müller GmbH" in answer.err


def test_to_whom_several_went_is_on_record(program: Program) -> None:
    """Each pair's attempt, then each pair's file."""
    several(program, "Müller GmbH", "Kaya")
    handed(program, "--provider", "arag", "--to", "out", "--recipient", "Frau Sommer")
    last = program.run("audit", "--json").document["events"][-4:]
    assert [one["what"] for one in last] == ["export-attempt", "export-attempt", "exported", "exported"]
    assert {one["details"]["to"] for one in last} == {"Frau Sommer"}


@pytest.mark.skipif(sys.platform != "linux", reason="killed by a signal")
@pytest.mark.parametrize(("when", "turn"), [("before", 1), ("after", 2), ("before", 3)])
def test_killed_in_the_middle_a_second_run_finishes(when: str, turn: int, program: Program) -> None:
    """No half file has a name, no attempt is missing, and the list is whole in the end."""
    several(program, "Müller GmbH", "Kaya", "Meier")
    command = ("export", "--provider", "arag", "--to", "out")
    killed = program.run(*command, env=deadly(program, "vault.operations.export_many", "put", when, turn))
    assert killed.code == -9
    originals = {path.read_bytes() for path in program.folder.glob("*.p12")}
    out = program.folder / "out"
    assert all(path.read_bytes() in originals for path in out.rglob("*.p12"))
    attempts = [one for one in program.run("audit", "--json").document["events"] if one["what"] == "export-attempt"]
    assert len(attempts) == 3
    document = handed(program, *command[1:])
    assert {(program.folder / file["path"]).read_bytes() for file in document["files"]} == originals
    assert len(rows(out / "list.csv")) == 4
    assert not [path for path in out.rglob("*") if path.is_file() and path.suffix not in {".p12", ".csv"}]


def test_what_is_interrupted_says_what_is_done(program: Program) -> None:
    """Ctrl-C: what was written stays and is listed; the same command goes on."""
    several(program, "Müller GmbH", "Kaya")
    hook = program.folder / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "import vault.operations.export_many as many\n"
        "def wait(running):\n"
        "    next(iter(running)).result()\n"
        "    raise KeyboardInterrupt\n"
        "whole, many.wait = many.wait, lambda running: (setattr(many, 'wait', whole), wait(running))\n"
    )
    path = f"{hook}:{program.environment['PYTHONPATH']}"
    answer = program.run("export", "--provider", "arag", "--to", "out", env={"PYTHONPATH": path})
    assert answer.code == 130
    assert "The same command goes on from there." in answer.out
    again = handed(program, "--provider", "arag", "--to", "out")["files"]
    assert len(again) == 2
    assert any(file["unchanged"] for file in again)
