"""``certvault help``: what to do, on the terminal, in the person's language, from the documents themselves."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from cli import guide
from cli.app import NAMES
from tests.cli.program import ROOT, Program

NAMED = [one.name for one in guide.topics("en")]
GERMAN = {"CERTVAULT_LANG": "de"}


def test_without_a_topic_it_lists_them_all(bare: Program) -> None:
    """One line for each topic, in both languages, and none is too wide for a terminal."""
    for language in ("en", "de"):
        out = bare.run("help", "--lang", language).out
        listed = re.findall(r"^  ([a-z-]+)  +\S", out, re.MULTILINE)
        assert listed == NAMED
        assert all(len(line) < 80 for line in out.splitlines())
    assert "Jemand ist ausgeschieden" in out


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", NAMED)
def test_every_topic_is_readable_in_a_pipe(bare: Program, name: str, language: str) -> None:
    """Eighty columns, no colour, no Markdown but the ticks around a command; what to do stands there in full."""
    answer = bare.run("help", name, "--lang", language)
    assert (answer.code, answer.err) == (0, "")
    assert "\x1b" not in answer.out
    assert not re.search(r"```|<!--|^#|\]\(|\*\w|`tests/", answer.out, re.MULTILINE)
    assert max(map(len, answer.out.splitlines())) < 80
    source = next(one for one in guide.topics(language) if one.name == name)
    assert answer.out.startswith(source.title + "\n") or language == "de"
    for command in re.findall(r"^ *(certvault .+)$", source.text, re.MULTILINE):
        assert f"    {command}\n" in answer.out + "\n"


def test_what_is_there_in_english_alone_says_so(bare: Program) -> None:
    """The threat model is not translated; a German reader is told, in German."""
    german = bare.run("help", "threat-model", env=GERMAN).out
    assert german.startswith("Wer was kann\n\nDiesen Text gibt es nur auf Englisch.\n")
    assert "Englisch" not in bare.run("help", "pin-wrong", env=GERMAN).out
    assert "English only" not in bare.run("help", "threat-model").out


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (("pin-wrong",), "The PIN is said to be wrong"),
        (("PIN-W",), "The PIN is said to be wrong"),
        (("pin", "wrong"), "The PIN is said to be wrong"),
        (("pin falsch",), "The PIN is said to be wrong"),
        (("passwort",), "The passphrase is forgotten"),
        (("passphrase", "vergessen"), "The passphrase is forgotten"),
        (("kuendigung",), "Somebody left"),
        (("Kündigung",), "Somebody left"),
        (("kaputt",), "The vault is damaged"),
        (("laptop",), "A PC was stolen, or a key may be known to others"),
        (("threat",), "Who can do what"),
        (("bedrohungsmodell",), "Who can do what"),
    ],
)
def test_a_beginning_or_a_word_in_either_language_leads_there(
    bare: Program, words: tuple[str, ...], title: str
) -> None:
    """Nobody has to know the exact name of a topic."""
    assert bare.run("help", *words).out.startswith(title + "\n")


def test_several_and_none_are_told(bare: Program) -> None:
    """Code 7 with the names of those that answer, code 6 with the way to the list."""
    error = bare.run("help", "p", "--json").error
    assert (error["code"], error["type"]) == (7, "topic-unclear")
    assert {"passphrase-lost", "pin-wrong", "pc-stolen"} <= set(str(error["topics"]).split(", "))
    answer = bare.run("help", "cake")
    assert answer.code == 6
    assert "certvault help" in answer.err
    assert bare.run("help", "").code == 7
    assert bare.run("help", "?!").code == 6


def test_a_commands_name_gives_its_page(bare: Program) -> None:
    """Whoever types ``help fetch`` or ``help keys add`` means ``--help``; a topic of that name is pointed to."""
    for words in (("fetch",), ("keys",), ("keys", "add"), ("help",)):
        assert bare.run("help", *words).out.startswith(bare.run(*words, "--help").out)
    assert "certvault help pin-wrong" in bare.run("help", "pin").out


def test_no_topic_has_the_name_of_a_command() -> None:
    """It would never be shown."""
    assert not set(NAMED) & set(NAMES)


def test_scripts_get_the_same_as_json(bare: Program) -> None:
    """The list with names and titles, a topic with its Markdown, a command with its page."""
    assert [one["name"] for one in bare.run("help", "--json").document["topics"]] == NAMED
    found = bare.run("help", "busy", "--json", env=GERMAN).document["topic"]
    assert found.keys() == {"name", "title", "language", "text"}
    assert (found["name"], found["language"]) == ("busy", "de")
    assert bare.run("help", "due", "--json").document["command"]["name"] == "due"


def test_it_needs_no_vault_and_reads_none(bare: Program) -> None:
    """Help works where nothing else does: without a vault, with a damaged one, without a key."""
    bare.vault.mkdir(mode=0o700)
    (bare.vault / "keyslots.json").write_text("{")
    assert bare.run("help", "vault-damaged").code == 0


def test_on_a_terminal_commands_are_coloured_and_fit(bare: Program) -> None:
    """A narrow window wraps the text; a command to copy is never broken."""
    answer = bare.type("help", "employee-left", answers=[], columns=50)
    assert answer.code == 0
    assert "    certvault audit --by NAME --secrets\n" in answer.out
    assert max(map(len, answer.out.splitlines())) < 50


def test_the_installed_program_has_the_documents(tmp_path: Path) -> None:
    """The wheel brings them along: the same bytes, and ``help`` reads them there, far from any checkout."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    for name in (*guide.WHAT_TO_DO.values(), guide.THREATS):
        assert (tmp_path / "installed/cli/documents" / name).read_bytes() == (ROOT / "docs" / name).read_bytes()
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed"), "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-m", "cli", "help", "--json"]
    code = "import cli.guide; print(cli.guide.__file__)"
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert Path(told.stdout.decode().strip()).is_relative_to(tmp_path)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert [one["name"] for one in json.loads(done.stdout)["topics"]] == NAMED
