"""Mistakes in the call, said as every other error is: in the chosen language, with a hint, exit code 2."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Any

import typer

from vault.errors import N_, Phrase, Usage

CLICK: type[Exception] = typer.BadParameter.__mro__[2]
"""The root of the errors that typer raises about a call, wherever its version keeps it."""

NAME_SOFTWARE = N_("Name the software: --for SOFTWARE. Which there are: certvault targets profiles")
PIN_IS_ASKED = N_("A PIN or passphrase is never an argument: certvault asks for it.")


def explained(error: Exception) -> Usage:
    """What typer found wrong with the call, as one of our errors."""
    ctx = getattr(error, "ctx", None)
    path = ctx.command_path if ctx is not None else "certvault"
    if type(error).__name__ == "MissingParameter" and "--for" in getattr(getattr(error, "param", None), "opts", ()):
        return Usage(what=_what(error), hint=NAME_SOFTWARE)
    return Usage(what=_what(error), hint=Phrase(N_("See {command}"), command=f"{path} --help"))


def unknown_command(name: str, known: Sequence[str], path: str) -> Usage:
    """A command that is not there, with the one that was probably meant."""
    near = get_close_matches(name, known, n=2)
    hint = (
        Phrase(N_("Did you mean: {commands}"), commands=", ".join(f"{path} {one}" for one in near))
        if near
        else Phrase(N_("See {command}"), command=f"{path} --help")
    )
    return Usage(what=Phrase(N_("There is no command {name}."), name=name), hint=hint)


def too_many(command: str) -> Usage:
    """More arguments than the command takes. They are not repeated: one of them may be a secret."""
    return Usage(
        what=Phrase(N_("There are more arguments than {command} takes."), command=command),
        hint=PIN_IS_ASKED,
    )


def check_values(params: Sequence[Any], arguments: Sequence[str]) -> None:
    """Raise Usage for an option with another option in the place of its value; ``--to=--for`` says that it is meant."""
    options = {name: one for one in params for name in one.opts if name[:2] == "--"}
    for said, after in pairwise(arguments):
        if said == "--":
            return
        if after in options and said in options and not options[said].is_flag:
            raise Usage(what=Phrase(N_("{option} needs a value, or does not take one."), option=said))


def _what(error: Exception) -> str:
    option = getattr(error, "option_name", "")
    match type(error).__name__:
        case "MissingParameter":
            param = getattr(error, "param", None)
            name = "" if param is None else param.opts[0] if param.opts[0][:1] == "-" else param.make_metavar(ctx=None)
            return Phrase(N_("{name} is missing."), name=name)
        case "NoSuchOption":
            near = ", ".join(sorted(getattr(error, "possibilities", None) or ()))
            if near:
                return Phrase(N_("There is no option {option}. Did you mean {near}?"), option=option, near=near)
            return Phrase(N_("There is no option {option}."), option=option)
        case "BadOptionUsage":
            return Phrase(N_("{option} needs a value, or does not take one."), option=option)
        case _:
            return Phrase(N_("The call is wrong: {why}"), why=getattr(error, "message", ""))
