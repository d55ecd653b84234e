"""What the README says is so: its commands are run, its tables are the program's."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from cli.about import About
from cli.app import NAMES
from cli.commands import morning
from cli.render.help import EXITS
from tests.cli.program import ROOT, Program
from tests.stand_in import mails
from tests.stand_in.certificates import make_pair
from tests.stand_in.service import StandIn
from vault.errors import CertvaultError

README = (ROOT / "README.md").read_text(encoding="utf-8")
HOME = "/home/petra"
DID, PIN = "f83f71f08bdf3c90", "hK7p-Q2xm"
TYPED = {
    "New passphrase": "correct horse battery",
    "The same once more:": "correct horse battery",
    "Passphrase of the vault:": "correct horse battery",
    "PIN for ": PIN,
}
"""What a person types, by the beginning of the prompt."""
HERS = dict.fromkeys(("New passphrase", "The same once more:"), "wild geese dancing polka")
"""What her colleague types in its place."""
OPENS = {"nothing": "", "register": "register", "pairs": "pairs"}


class Shown(NamedTuple):
    """A command as the README shows it, and the lines below it."""

    line: str
    output: str


def blocks(kind: str) -> Iterator[str]:
    """The fenced blocks of one kind, in their order."""
    yield from re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def session() -> list[Shown]:
    """All commands of the ``console`` blocks, in their order."""
    found = []
    for block in blocks("console"):
        for part in block.split("$ ")[1:]:
            line, _, output = part.partition("\n")
            found.append(Shown(line, output))
    return found


def rows(title: str) -> list[list[str]]:
    """The rows of the table that begins with this title, without their ticks."""
    table = README[README.index(f"| {title} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in table]


def everywhere() -> set[str]:
    """Every call of the program that stands in the README, in text, tables and blocks."""
    return {match.strip().rstrip('"') for match in re.findall(r"(?<![\w/])certvault(?: [^`\n>|]+)?(?=[`\n>|])", README)}


def plain(text: str, home: Path) -> list[str]:
    """The words that do not differ from run to run: ids, codes and dates replaced, however lines are broken."""
    text = re.sub(r"\r(?:\x1b\[K[^\r\n]*\r)*\x1b\[K|\x1b\[K", "\r", text).replace(str(home), HOME)
    text = re.sub(r"^.*\r", "", text, flags=re.MULTILINE)
    text = re.sub(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}", "CODE", text)
    text = re.sub(r"\b(?=[A-Z]*\d)[0-9A-HJKMNP-TV-Z]{6}\b|\b[A-HJKMNP-TV-Z]{6}\b", "ID", text)
    text = re.sub(r"\b\d+:[0-9a-f]{64}\b", "HEAD", text)
    text = re.sub(r"\b20\d\d-\d\d-\d\d\b", "DATE", text)
    return text.split()


@pytest.fixture
def petra(tmp_path: Path, stand_in: StandIn) -> Program:
    """A newcomer's home with the mail of a broker, and an insurer who has his certificate."""
    at = datetime.now(UTC).replace(microsecond=0)
    file = make_pair("René Schäffer", PIN, not_after=at + timedelta(days=364))
    stand_in.offer(DID, pin=PIN, file=file)
    (tmp_path / "Downloads").mkdir()
    mail = mails.outlook_forward("Schäffer, René", DID, at - timedelta(days=1))
    (tmp_path / "Downloads" / "WG Link.eml").write_bytes(mail)
    return Program(tmp_path, **stand_in.environment(), CERTVAULT_DIR="", CERTVAULT_PASSPHRASE_FILE="")


def test_the_first_ten_minutes(petra: Program) -> None:
    """Each command of the README, typed in its order, shows what stands below it."""
    shown = session()
    assert len(shown) > 5
    for one in shown:
        program, *arguments = shlex.split(one.line)
        assert program == "certvault"
        answers = [
            (prompt, f"{typed}\n")
            for line in one.output.splitlines()
            for prompt, typed in (TYPED | (HERS if "keys add" in one.line else {})).items()
            if line.startswith(prompt)
        ]
        answer = petra.type(*arguments, answers=answers, columns=110)
        assert answer.code == 0, answer.out
        assert plain(answer.out, petra.folder) == plain(one.output, petra.folder), one.line


def test_the_table_of_commands_is_the_programs() -> None:
    """Exactly the commands that there are, each with what it takes to open the vault for it."""
    abouts: dict[str, About] = {"certvault": morning.ABOUT}
    for name in NAMES:
        module = import_module(f"cli.commands.{name}")
        for sub, (_, about) in getattr(module, "SUBCOMMANDS", {"": (None, module.ABOUT)}).items():
            abouts[f"certvault {name} {sub}".strip()] = about
    told = {}
    for call, _, opens in rows("command"):
        names = (" ".join(call.split()[:length]) for length in (3, 2, 1))
        told[next(name for name in names if name in abouts)] = opens
    assert told == {name: OPENS[about.opens] for name, about in abouts.items()}


def test_the_exit_codes_are_the_programs() -> None:
    """Every code of the errors, with the words that the help pages use."""
    told = {int(code): meaning for code, meaning in rows("code")}
    assert told == EXITS
    assert told.keys() - {0} == {kind.code for kind in _all(CertvaultError)}


def test_every_call_names_commands_and_options_that_exist(petra: Program) -> None:
    """Whatever call of the program stands in the README, its help page knows the options."""
    checked = 0
    for call in everywhere():
        words = call.split()[1:]
        command = (
            words[: 1 + (words[:1] in (["keys"], ["config"], ["providers"], ["targets"]))]
            if words and words[0] in NAMES
            else []
        )
        options = [word for word in words if word.startswith("--")]
        if not options:
            continue
        page = petra.run(*command, "--help").out
        assert all(re.search(rf"{option}\b", page) for option in options), call
        checked += 1
    assert checked > 5


def test_every_file_and_script_that_is_named_is_there() -> None:
    """Links lead to files, and the scripts of the developers' table are exactly those that there are."""
    assert all((ROOT / target).exists() for target in re.findall(r"\]\(([^)#]+)\)", README))
    scripts = {path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and not path.suffix}
    assert {row[0].removeprefix("scripts/") for row in rows("script")} == scripts


def _all(kind: type[CertvaultError]) -> Iterator[type[CertvaultError]]:
    yield kind
    for each in kind.__subclasses__():
        yield from _all(each)
