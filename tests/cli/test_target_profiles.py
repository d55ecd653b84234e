"""Target profiles on the command line: listed, shown and checked, also where one of the user's own is broken."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.program import Program

OWN = """
title = "Assistent"
reads = ["3des"]
endings = ["pfx"]

[steps]
de = ["Öffnen Sie die Datei {file}."]
"""


def configure(program: Program, name: str, text: str) -> Path:
    """A file of the user's own; gives its path."""
    folder = program.folder / "configuration" / "targets"
    folder.mkdir(parents=True, exist_ok=True)
    program.environment["CERTVAULT_CONFIG_DIR"] = str(folder.parent)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_what_ships_is_listed_and_shown(bare: Program) -> None:
    """Without a vault; what nobody knows is said, in JSON as null and by its key."""
    listed = bare.run("targets", "profiles", "--json").document["profiles"]
    assert len(listed) == 10
    shown = bare.run("targets", "profiles", "Con:Center", "--json").document["profile"]
    assert shown == next(one for one in listed if one["id"] == "con-center")
    assert (shown["reads"], shown["pin_longest"], shown["form"]) == (None, None, "pkcs12")
    assert "reads" in shown["unknown"]
    assert [*shown["steps"]] == ["de", "en"]


def test_steps_come_in_the_language_that_is_spoken(bare: Program) -> None:
    """Numbered, with the lines for a terminal below them."""
    german = bare.run("targets", "profiles", "java", "--lang", "de").out
    assert "Starten Sie den Dienst neu" in german
    assert "keytool -list -keystore {file}" in german
    assert "Start the service anew" in bare.run("targets", "profiles", "java", "--lang", "en").out
    assert "nicht bekannt" in bare.run("targets", "profiles", "vias", "--lang", "de").out


def test_an_unknown_profile_is_not_found(bare: Program) -> None:
    """Code 6, with those that were perhaps meant."""
    error = bare.run("targets", "profiles", "kesy", "--json").error
    assert (error["code"], error["type"], error["near"]) == (6, "target-profile-unknown", ["keasy"])


def test_a_profile_of_the_users_joins(bare: Program) -> None:
    """A new one, and one that changes a key of what ships."""
    configure(bare, "assistent.toml", OWN)
    configure(bare, "con-center.toml", 'reads = ["3des"]\n')
    listed = {one["id"]: one for one in bare.run("targets", "profiles", "--json").document["profiles"]}
    assert len(listed) == 11
    assert (listed["assistent"]["own"], listed["assistent"]["steps"]["en"]) == (True, ["Öffnen Sie die Datei {file}."])
    assert (listed["con-center"]["reads"], listed["con-center"]["own"]) == (["3des"], True)


def test_a_broken_one_stops_only_itself(bare: Program) -> None:
    """The others are listed and shown; its mistake is named by line, and it is not replaced by what ships."""
    configure(bare, "keasy.toml", "\npin_longest = 0\n")
    listed = bare.run("targets", "profiles", "--json")
    assert (listed.code, len(json.loads(listed.out)["profiles"])) == (8, 9)
    assert json.loads(listed.out)["broken"][0]["error"]["line"] == 2
    assert bare.run("targets", "profiles", "vias").code == 0
    error = bare.run("targets", "profiles", "keasy", "--json").error
    assert (error["code"], error["type"]) == (2, "profile-invalid")
    assert "certvault targets check" in error["hint"]
    assert bare.run("targets", "profiles", "zeitsprung", "--json").error["type"] == "profile-invalid"


def test_a_good_profile_is_checked(bare: Program) -> None:
    """And it is said where it must lie to count."""
    (bare.folder / "assistent.toml").write_text(OWN, encoding="utf-8")
    assert bare.run("targets", "check", "assistent.toml", "--json").document["mistakes"] == []
    text = bare.run("targets", "check", "assistent.toml").out
    assert str(bare.folder / ".config" / "certvault" / "targets") in text


def test_all_mistakes_of_a_profile_are_told_by_line(bare: Program) -> None:
    """A line each for people, as editors know it; for scripts in the error."""
    (bare.folder / "assistent.toml").write_text(OWN.replace("3des", "des") + "fr = []\n", encoding="utf-8")
    answer = bare.run("targets", "check", "assistent.toml")
    assert answer.code == 2
    assert [line.split()[0] for line in answer.out.splitlines()] == [
        "assistent.toml:3:1:",
        "assistent.toml:3:10:",
        "assistent.toml:8:1:",
    ]
    german = bare.run("targets", "check", "assistent.toml", "--lang", "de")
    assert "rc2-40, 3des, aes" in german.out


def test_a_profile_in_the_vaults_folder_is_nobodys(program: Program) -> None:
    """Others may write there: it is not looked at, and one that leads there is refused."""
    planted = program.vault / "targets"
    planted.mkdir()
    (planted / "assistent.toml").write_text(OWN, encoding="utf-8")
    assert len(program.run("targets", "profiles", "--json").document["profiles"]) == 10
    file = configure(program, "assistent.toml", "")
    file.unlink()
    file.symlink_to(planted / "assistent.toml")
    listed = program.run("targets", "profiles", "--json")
    assert (listed.code, json.loads(listed.out)["broken"][0]["error"]["type"]) == (8, "configuration-unusable")
