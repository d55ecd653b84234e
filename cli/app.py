"""The commands: their names, and the classes that load one when it is called.

A command is a module of ``cli.commands`` with a function ``command`` and its ``ABOUT``, or, where it has subcommands,
with ``ABOUT`` and a dictionary ``SUBCOMMANDS``.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from cli import mistakes
from cli.about import About
from cli.options import shared
from cli.session import Session
from vault.errors import N_

PANELS: dict[str, tuple[str, ...]] = {
    N_("Every day"): ("due", "ingest", "links", "fetch", "add", "list", "show", "history"),
    N_("Hand out"): ("export", "handover", "install", "pin", "inspect", "targets", "offboard"),
    N_("Warn"): ("remind", "ack", "request", "report", "schedule"),
    N_("Put right"): ("holders", "assign", "retire", "reinstate", "discard"),
    N_("Look after"): ("audit", "backup", "restore", "doctor", "purge"),
    N_("Set up, and when stuck"): ("init", "keys", "providers", "config", "help"),
}
"""The commands as the help groups them. Each is a module of ``cli.commands``."""

NAMES = tuple(name for names in PANELS.values() for name in names)
COLLECTED_AFTER = 20_000
"""Objects that are made before the garbage collector looks at them: more than a short command makes."""
SETTINGS = {"help_option_names": ["-h", "--help"], "allow_extra_args": True}


class Command(TyperCommand):
    """A command with its own help page."""

    about: About

    def get_help(self, ctx: Any) -> str:
        """The help page, in the chosen language."""
        from cli.render import help as pages

        return pages.of_command(self, ctx, self.about)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Split the arguments. Where a value was forgotten, the option that follows is not taken for it."""
        mistakes.check_values(self.params, args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> object:
        """Run the command. What is loaded stays for good; the garbage collector works again, for what comes now."""
        if ctx.args:
            raise mistakes.too_many(self.name or "")
        gc.freeze()
        gc.set_threshold(COLLECTED_AFTER)
        gc.enable()
        return super().invoke(ctx)


class Group(TyperGroup):
    """Commands under one name, with a help page of its own."""

    about: About

    def get_help(self, ctx: Any) -> str:
        """The help page, in the chosen language."""
        from cli.render import help as pages

        return pages.of_group(self, ctx, self.about)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Split the arguments; where nothing is named and the group itself does nothing, say what there is."""
        if not args and not self.invoke_without_command:
            sys.stderr.write(self.get_help(ctx) + "\n")
            raise typer.Exit(2)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that ``args`` names. Raises Usage, with the name that was probably meant."""
        command = self.get_command(ctx, args[0])
        if command is None:
            raise mistakes.unknown_command(args[0], self.list_commands(ctx), ctx.command_path)
        return args[0], command, args[1:]


class Root(Group):
    """``certvault`` itself: its commands are loaded when they are called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        """The names of all commands."""
        return list(NAMES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - typer's signature
        """The command of this name, or None."""
        return _loaded(cmd_name) if cmd_name in NAMES else None


def run(arguments: list[str]) -> int:
    """Run the program with ``arguments``; gives the exit code. Raises CertvaultError and what a person interrupts."""
    try:
        root = _root()
        with root.make_context("certvault", arguments, obj=Session()) as ctx:
            root.invoke(ctx)
    except typer.Exit as done:
        return done.exit_code
    except mistakes.CLICK as error:
        raise mistakes.explained(error) from None
    return 0


def _root() -> Group:
    from cli.commands import morning

    return _group("certvault", Root, morning.command, morning.ABOUT)


def _loaded(name: str) -> Command | Group:
    module: Any = import_module(f"cli.commands.{name}")
    if hasattr(module, "command"):
        return _command(name, module.command, module.ABOUT)
    group = _group(name, Group, None, module.ABOUT)
    for each, (function, about) in module.SUBCOMMANDS.items():
        group.add_command(_command(each, function, about))
    return group


def _command(name: str, function: Callable[..., None], about: About) -> Command:
    one = typer.Typer(add_completion=False)
    one.command(name, cls=Command, context_settings=dict(SETTINGS))(function)
    made = get_command(one)
    if not isinstance(made, Command):
        raise TypeError(name)
    made.about = about
    made.params += shared(about)
    return made


def _group(name: str, cls: type[Group], function: Callable[..., None] | None, about: About) -> Group:
    several = typer.Typer(name=name, cls=cls, add_completion=False, context_settings=dict(SETTINGS))
    several.callback(invoke_without_command=function is not None)(function or _nothing)
    made = get_command(several)
    if not isinstance(made, Group):
        raise TypeError(name)
    made.about = about
    made.params += shared(about)
    return made


def _nothing() -> None:
    """Where only a subcommand does something."""
