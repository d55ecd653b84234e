"""The options that commands share, and the types of what people type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperOption

from cli.about import About
from cli.texts import LANGUAGES, _, known_language
from vault.errors import N_, Phrase, Usage


def shared(about: About) -> list[TyperOption]:
    """The options that a command takes because of how far it opens the vault; they are kept in the session."""
    options = []
    if about.opens != "nothing":
        help_ = _("File with the passphrase in one line. Else CERTVAULT_PASSPHRASE_FILE, else you are asked.")
        options.append(_kept("passphrase_file", _("FILE"), help_, Path))
    if about.opens == "register":
        help_ = _("File with a watch key, which is enough here. Else CERTVAULT_WATCH_KEY_FILE.")
        options.append(_kept("watch_key_file", _("FILE"), help_, Path))
    options.append(_kept("vault", _("DIR"), _("Folder of the vault. Else CERTVAULT_DIR."), Path, "named_folder"))
    options.append(
        _kept("lang", _("LANG"), _("Language: en or de. Else CERTVAULT_LANG, else the system's."), _language)
    )
    if about.json:
        options.append(_flag("json", _("Answer with one JSON document.")))
    return options


def whole_number(option: str, lowest: int, highest: int) -> Callable[[str], int]:
    """A parser for whole numbers in a range, to which typer hands the default too. It raises Usage."""

    def parse(given: str | int) -> int:
        text = str(given)
        number = int(text) if text.isdecimal() and len(text) < 10 else -1
        if not lowest <= number <= highest:
            what = N_("{option} takes a whole number from {lowest} to {highest}.")
            raise Usage(what=Phrase(what, option=option, lowest=lowest, highest=highest))
        return number

    return parse


def day(text: str | date) -> date:
    """A parser for a day: 2026-11-22, or 22.11.2026. It raises Usage."""
    if isinstance(text, date):
        return text
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            found = datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
        if 1970 <= found.year < 9999:
            return found
    raise Usage(what=Phrase(N_("{text} is no day; write for example 2026-11-22"), text=text))


def one_of(option: str, choices: Sequence[str]) -> Callable[[str], str]:
    """A parser for one of a few words. It raises Usage."""

    def parse(text: str) -> str:
        if text not in choices:
            what = N_("{option} is one of: {choices}.")
            raise Usage(what=Phrase(what, option=option, choices=", ".join(choices)))
        return text

    return parse


def _kept(option: str, metavar: str, help_: str, convert: Callable[[str], Any], name: str = "") -> TyperOption:
    """An option with a value that goes into the session."""

    def keep(ctx: Any, _param: Any, value: str | None) -> None:
        if value is not None:
            setattr(ctx.obj, name or option, convert(value))

    flag = "--" + option.replace("_", "-")
    return TyperOption(
        param_decls=[flag], metavar=metavar, help=help_, callback=keep, expose_value=False, show_default=False
    )


def _flag(option: str, help_: str) -> TyperOption:
    """A switch that goes into the session."""

    def keep(ctx: Any, _param: Any, value: bool) -> None:
        if value:
            setattr(ctx.obj, option, True)

    return TyperOption(
        param_decls=[f"--{option}"], is_flag=True, default=False, help=help_, callback=keep, expose_value=False
    )


def _language(text: str) -> str:
    language = known_language(text)
    if language is None:
        raise Usage(what=Phrase(N_("There is no language {language} here."), language=text), hint=_known())
    return language


def _known() -> str:
    return Phrase(N_("Choose one of: {languages}"), languages=", ".join(LANGUAGES))


PairWords = Annotated[
    list[str],
    typer.Argument(metavar=_("PAIR"), help=_("Id, or words of holder and provider."), show_default=False),
]
LinkOrPair = Annotated[
    list[str],
    typer.Argument(metavar=_("LINK|PAIR"), help=_("Id, did, or words of holder and provider."), show_default=False),
]
LinkWords = Annotated[
    list[str],
    typer.Argument(metavar=_("LINK"), help=_("Id, did, or words of holder and provider."), show_default=False),
]
New = Annotated[
    bool, typer.Option("--new", help=_("It is another holder, however close the name is."), show_default=False)
]
Holder = Annotated[
    str | None,
    typer.Option("--holder", metavar=_("NAME"), help=_("Whose certificate it is."), show_default=False),
]
Provider = Annotated[
    str | None, typer.Option("--provider", metavar=_("NAME"), help=_("Who issues it."), show_default=False)
]
Purpose = Annotated[
    str | None,
    typer.Option("--purpose", metavar=_("TEXT"), help=_("Tells several of one holder apart."), show_default=False),
]
Separate = Annotated[
    bool,
    typer.Option("--separate", help=_("It stands beside the others; say --purpose too."), show_default=False),
]
Supersedes = Annotated[
    str | None,
    typer.Option("--supersedes", metavar=_("PAIR"), help=_("The pair whose place it takes."), show_default=False),
]
PinStdin = Annotated[
    bool, typer.Option("--pin-stdin", help=_("Read the PIN from standard input, one line."), show_default=False)
]
PinExact = Annotated[
    bool,
    typer.Option("--pin-exact", help=_("Take the PIN as it is, with blanks at its ends."), show_default=False),
]
ShowPin = Annotated[bool, typer.Option("--show-pin", help=_("Show the PIN while you type it."), show_default=False)]
