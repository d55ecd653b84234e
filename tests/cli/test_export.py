"""Several certificates at once, as files for the desk."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from tests.cli.program import Program
from tests.cli.shapes import FILE
from tests.cli.test_pairs import add, german
from tests.promises.deaths import deadly
from tests.support.vaults import PASSPHRASE

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
    assert file.keys() == FILE
    assert document["failed"] == []
    assert document["interrupted"] is False
    assert document["head"] == program.run("audit").out.split()[-1]
    path = Path(file["path"])
    assert path.parts[:3] == ("out", "Müller GmbH", "arag")
    assert (program.folder / path).read_bytes() == (program.folder / "Müller GmbH-365.p12").read_bytes()
    titles, row = rows(program.folder / document["list"])
    assert (titles[0], titles[-2]) == ("certvault-file", "Id")
    assert (row[0], row[1], row[2], row[-2]) == (
        str(path.relative_to("out")),
        "Müller GmbH",
        "ARAG / Interlloyd",
        one,
    )
    assert (program.folder / "out" / "list.csv").stat().st_mode & 0o777 == 0o600
    everything = b"".join(found.read_bytes() for found in (program.folder / "out").rglob("*") if found.is_file())
    assert b"MARKED" not in everything


def test_several_names_and_options_choose(program: Program) -> None:
    """Ids or words each; a provider; no two ways at once."""
    mueller, kaya = several(program, "Müller GmbH", "Kaya")

    def ids(*arguments: str) -> set[str]:
        return {file["pair"] for file in handed(program, *arguments, "--to", "out")["files"]}

    assert ids("müller", kaya[:6]) == {mueller, kaya}
    assert ids("--provider", "interlloyd") == {mueller, kaya}
    assert ids("--provider", "interlloyd", "--holder", "kaya") == {kaya}
    for wrong in (["müller", "--due"], [], ["müller", "--holder", "kaya"]):
        assert program.run("export", *wrong, "--to", "out", "--json").error["code"] == 2, wrong
    assert program.run("export", "--provider", "vhv", "--to", "out", "--json").error["type"] == "nothing-to-export"
    assert program.run("export", "müller", "nobody", "--to", "new", "--json").error["code"] == 6
    assert not (program.folder / "new").exists()


def test_what_is_due_is_what_is_to_be_installed(program: Program) -> None:
    """Of all software, or of one; of all holders, or of one; until it is confirmed."""
    mueller, kaya = several(program, "Müller GmbH", "Kaya")

    def due(*arguments: str) -> set[str]:
        return {file["pair"] for file in handed(program, "--due", *arguments, "--to", "out")["files"]}

    assert due() == set()
    assert not (program.folder / "out").exists()
    assert "targets list" in program.run("export", "--due", "--to", "out").out
    for whose, software in (("müller", "keasy"), ("kaya", "java"), ("kaya", "firefox")):
        assert program.run("targets", "add", whose, "--for", software).code == 0
    assert due() == {mueller, kaya}
    assert due("--for", "keasy") == {mueller}
    assert due("--holder", "kaya") == {kaya}
    assert due("--for", "keasy", "--holder", "kaya") == set()
    told = program.run("export", "--due", "--holder", "kaya", "--for", "java", "--to", "out").out
    (command,) = [line for line in told.splitlines() if "targets confirm" in line]
    assert program.run(*command.split("certvault ")[1].split()).code == 0
    assert due("--for", "java") == set()
    assert program.run("targets", "confirm", "müller").code == 0
    assert due() == {kaya}


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


def test_a_software_gets_what_it_reads(program: Program) -> None:
    """Written anew where it must be, with the reason, the steps there and the ending; on record with both."""
    (mueller,) = several(program, "Müller GmbH")
    (file,) = handed(program, "müller", "--for", "Keasy", "--to", "out")["files"]
    assert (file["target"], file["flavour"], Path(file["path"]).suffix) == ("keasy", "3des", ".pfx")
    data = (program.folder / file["path"]).read_bytes()
    assert load_pkcs12(data, PIN.encode()).cert is not None
    assert data != (program.folder / "Müller GmbH-365.p12").read_bytes()
    told = german(program, "export", "müller", "--for", "keasy", "--to", "out").out
    assert "Neu geschrieben für Keasy (zeitsprung): 3DES mit SHA-1." in told
    assert "mit AES-256 verschlüsselt" in told
    assert "Was dort zu tun ist:" in told
    assert f"certvault pin {mueller[:6]}" in told
    details = [one["details"] for one in program.run("audit", "--json").document["events"][-2:]]
    assert all((one["profile"], one["flavour"]) == ("keasy", "3des") for one in details)
    (plain,) = handed(program, "müller", "--for", "java", "--to", "out")["files"]
    assert plain["flavour"] == "original"


def test_the_usual_mistakes_with_a_software(program: Program) -> None:
    """Before the vault is opened: unknown names with what is close, endings and options that do not go together."""
    several(program, "Müller GmbH")
    assert program.run("export", "müller", "--for", "kaesy", "--to", "out", "--json").error["near"] == ["keasy"]
    for wrong in (
        ["--for", "keasy", "--ending", "p12"],
        ["--for", "java", "--insecure-plain-key"],
        ["--insecure-plain-key"],
        ["--new-pin-stdin"],
        ["--for", "java", "--new-pin", "--new-pin-stdin"],
        ["--for", "original", "--new-pin-stdin"],
    ):
        error = program.run("export", "müller", *wrong, "--to", "out", "--json", stdin=b"Neu-2026\n").error
        assert error["code"] == 2, wrong
    assert not (program.folder / "out").exists()
    (program.folder / "file").write_text("x")
    assert program.run("export", "müller", "--to", "file", "--json").error["code"] == 2


def test_a_new_pin_is_typed_twice_and_kept_nowhere(program: Program) -> None:
    """Too short for the software, or mistyped: nothing is written; the vault still shows the issuer's."""
    several(program, "Müller GmbH")
    command = ("export", "müller", "--for", "java", "--new-pin", "--to", "out")
    ask = ("New PIN for the copy: ", "The same once more: ")
    differ = program.type(*command, answers=[(ask[0], "Neu-2026\n"), (ask[1], "Neu-2027\n")])
    assert (differ.code, "differ" in differ.out) == (2, True)
    short = program.type(*command, answers=[(ask[0], "Neu\n"), (ask[1], "Neu\n")])
    assert short.code == 2
    assert "wants a password of 6 characters or more" in " ".join(short.out.split())
    assert not list(program.folder.glob("out/*"))
    assert program.run(*command).code == 2  # nobody is there to ask
    done = program.type(*command, answers=[(ask[0], "Neu-2026\n"), (ask[1], "Neu-2026\n")])
    assert done.code == 0, done
    assert "Neu-2026" not in done.out
    (path,) = (program.folder / "out").iterdir()
    assert load_pkcs12(path.read_bytes(), b"Neu-2026").key is not None
    assert program.run("pin", "müller").out == PIN + "\n"
    assert "Neu-2026" not in program.run("audit", "--json").out
    assert program.run("audit", "--json").document["events"][-1]["what"] == "pin-shown"
    passphrase = PASSPHRASE.reveal().encode()
    stdin = ("export", "müller", "--for", "java", "--new-pin-stdin", "--to", "new", "--json")
    assert program.run(*stdin, stdin=passphrase).error["type"] == "passphrase-as-pin"
    several(program, "Kaya")
    both = ("export", "--provider", "arag", "--for", "java", "--new-pin-stdin", "--to", "new", "--json")
    assert program.run(*both, stdin=b"Neu-2026\n").error["code"] == 2
    assert not list(program.folder.glob("new/*"))


def test_pem_is_two_files_and_its_key_is_encrypted(program: Program) -> None:
    """Unless a person says so, who is told what it means, and it stands on record."""
    several(program, "Müller GmbH")
    key, certificate = handed(program, "müller", "--for", "curl", "--to", "out")["files"]
    assert (key["path"][-8:], certificate["path"][-9:]) == (".key.pem", ".cert.pem")
    load_pem_private_key((program.folder / key["path"]).read_bytes(), PIN.encode())
    assert b"PRIVATE" not in (program.folder / certificate["path"]).read_bytes()
    answer = program.run("export", "müller", "--for", "pem", "--insecure-plain-key", "--to", "plain")
    assert "Mind: the private key is not encrypted." in answer.err
    assert "certvault pin" not in answer.out
    (path,) = (program.folder / "plain").glob("*.key.pem")
    load_pem_private_key(path.read_bytes(), None)
    assert path.stat().st_mode & 0o777 == 0o600
    assert program.run("audit", "--json").document["events"][-1]["details"]["key"] == "plain"
    many = handed(program, "--holder", "müller", "--for", "pem", "--to", "tree")
    assert len(many["files"]) == 2
    assert len(rows(program.folder / many["list"])) == 3


def test_the_line_that_makes_a_jks_names_the_file_and_no_pin(program: Program) -> None:
    """Its passwords are asked for by keytool."""
    add(program, "Müller GmbH", PIN)
    told = program.run("export", "müller", "--for", "atlas", "--to", "out").out
    (line,) = [one for one in told.splitlines() if one.startswith("  keytool")]
    (path,) = (program.folder / "out").iterdir()
    assert f'"{path.name}"' in line
    assert f'"{path.stem}.jks"' in line
    assert "pass" not in line
    assert PIN not in told


def test_nothing_in_a_line_to_copy_is_carried_out(program: Program) -> None:
    """A holder's name comes out of mails: in a shell it stays one word."""
    name = "Müller $(touch hurt) `touch hurt`; touch hurt 'x' %PATH%"
    add(program, "Müller GmbH", PIN, holder=name)
    told = program.run("export", "müller", "--for", "windows", "--to", ".").out
    (line,) = [one for one in told.splitlines() if one.startswith("  certutil")]
    script = line.replace("certutil", "printf '%s\\n'").strip()
    printed = subprocess.run(["sh", "-c", script], cwd=program.folder, capture_output=True, check=True, text=True)
    (path,) = program.folder.glob("*arag*.p12")
    assert printed.stdout.splitlines() == ["-user", "-importpfx", path.name]
    assert not (program.folder / "hurt").exists()


def test_many_on_a_full_disk_leave_no_half_file(program: Program, tmp_path: Path) -> None:
    """A real one, where mounting is allowed: what fits is there and listed or told, and once there is room, all is."""
    several(program, "Anders", "Berger", "Conrad", "Dietz", "Engel", "Fuchs")
    small = tmp_path / "small"
    small.mkdir()
    size = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(small)]
    if subprocess.run(size, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    originals = {path.read_bytes() for path in program.folder.glob("*.p12")}
    try:
        answer = program.run("export", "--provider", "arag", "--to", small / "out", "--json")
        assert answer.code in {8, 17}
        there = [path for path in small.rglob("*") if path.is_file()]
        assert {path.read_bytes() for path in there if path.suffix == ".p12"} < originals
        assert all(path.suffix in {".p12", ".csv"} for path in there)
        subprocess.run(["mount", "-o", "remount,size=1m", small], check=True)
        files = handed(program, "--provider", "arag", "--to", str(small / "out"))["files"]
        assert {Path(file["path"]).read_bytes() for file in files} == originals
    finally:
        subprocess.run(["umount", small], check=True)


def test_holders_with_very_long_names_have_files_each(program: Program) -> None:
    """What tells two apart is not cut off."""
    long = "Versicherungsmaklergesellschaft Müller & Söhne " * 8
    add(program, "Müller", PIN, holder=long + "Nord")
    add(program, "Müller Süd", PIN, holder=long + "Süd")
    files = handed(program, "--provider", "arag", "--to", "out")["files"]
    assert len({file["path"] for file in files}) == 2
    assert len({Path(file["path"]).parts[1] for file in files}) == 2
    assert all(len(part.encode()) <= 160 for file in files for part in Path(file["path"]).parts)


def test_no_file_is_written_where_a_letter_with_its_pin_lies(program: Program) -> None:
    """One alone, and one of several, which does not stop the others."""
    several(program, "Müller GmbH", "Kaya")
    for folder in ("out", "tree/Müller GmbH/arag"):
        (program.folder / folder).mkdir(parents=True)
        assert program.run("pin", "müller", "--letter", f"{folder}/letter.pdf").code == 0
    assert program.run("export", "müller", "--to", "out", "--json").error["type"] == "pin-beside"
    assert [path.name for path in (program.folder / "out").iterdir()] == ["letter.pdf"]
    answer = program.run("export", "--provider", "arag", "--to", "tree", "--json")
    assert (answer.code, [one["error"]["type"] for one in json.loads(answer.out)["failed"]]) == (8, ["pin-beside"])
    assert len(json.loads(answer.out)["files"]) == 1


def test_where_it_is_to_be_installed_is_said_with_the_command(program: Program) -> None:
    """A place that is known is confirmed by it; one that is not becomes known by it."""
    several(program, "Müller GmbH")

    def last(*arguments: str) -> list[str]:
        told = program.run("export", "müller", *arguments, "--to", "out").out
        return next(line.split("certvault ")[1].split() for line in told.splitlines() if "certvault targets" in line)

    add_ = last("--for", "keasy")
    assert add_[:2] == ["targets", "add"]
    assert add_[-1] == "--installed"
    assert program.run(*add_[:-1]).code == 0
    _targets, confirm, id_ = last("--for", "keasy")
    assert confirm == "confirm"
    assert last() == ["targets", "confirm", id_]
    assert program.run("targets", "confirm", id_).code == 0
    assert "certvault targets" not in program.run("export", "müller", "--for", "keasy", "--to", "out").out
    assert program.run(*last("--for", "java")).code == 0
    assert "certvault targets" not in program.run("export", "müller", "--for", "java", "--to", "out").out


def test_a_list_with_anything_in_it_hinders_nobody(program: Program) -> None:
    """Names of files that no system takes, other columns, broken quotes: the new list is whole."""
    several(program, "Müller GmbH")
    handed(program, "--holder", "müller", "--to", "out")
    path = program.folder / "out" / "list.csv"
    first = path.read_bytes()
    for more in (b"a" * 4000 + b";x\r\n", b"../../../etc/passwd\r\n", b";\r\n", b'"open;x\r\n', b"\x00\xff\r\n"):
        path.write_bytes(first + more)
        assert len(handed(program, "--holder", "müller", "--to", "out")["files"]) == 1
        assert path.read_bytes().startswith(first), more


@pytest.mark.skipif(sys.platform != "linux", reason="root's rights are given up as Linux has them")
def test_a_folder_that_may_not_be_written_fails_alone(program: Program) -> None:
    """One of a holder stops none of the others; the folder above all ends it at once; nothing of it is a fault."""
    mueller, kaya = several(program, "Müller GmbH", "Kaya")
    program.command = [sys.executable, "-m", "tests.support.privileges", *program.command]
    closed = program.folder / "out" / "Müller GmbH"
    closed.mkdir(parents=True)
    command = ("export", "--provider", "arag", "--to", "out", "--json")
    for mode in (0o500, 0):
        closed.chmod(mode)
        answer = program.run(*command)
        assert answer.code == 8
        document = json.loads(answer.out)
        assert [file["pair"] for file in document["files"]] == [kaya]
        assert [(one["pair"], one["error"]["type"]) for one in document["failed"]] == [(mueller, "no-room")]
    for folder in ("out/Müller GmbH", "out/Müller GmbH/x/y"):
        assert program.run("export", mueller, "--to", folder, "--json").error["type"] == "no-room", folder
        assert program.run("export", "--holder", "müller", "--to", folder, "--json").error["type"] == "no-room", folder
    closed.chmod(0o700)
