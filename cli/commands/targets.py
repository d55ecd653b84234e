"""``certvault targets``: where pairs are installed, and what each kind of software takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.about import About
from cli.checking import checked
from cli.render import target_profiles as render
from cli.session import Session
from cli.texts import _
from vault.targets import read_own

ABOUT = About(
    _("See what each kind of broker software takes, and add or change one."),
    detail=_(
        "A target profile says which file a kind of software takes, how its name ends, and what a person does there. "
        "Your own are files NAME.toml in the folder targets of your configuration folder (CERTVAULT_CONFIG_DIR, else "
        "the system's). One with the name of a profile that ships changes single keys of it. How to write one: "
        "docs/targets.md."
    ),
    examples=(
        ("certvault targets profiles", _("which there are")),
        ("certvault targets profiles keasy", _("what is known of one, with the steps")),
        ("certvault targets check assistent.toml", _("a profile that you write")),
    ),
    json=False,
)

Profile = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help=_("A target profile, by its name."), show_default=False)
]
File = Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("A target profile in TOML."), show_default=False)]


def profiles(ctx: typer.Context, name: Profile = None) -> None:
    """Show the target profiles, or one."""
    session: Session = ctx.obj
    if name is None:
        render.listing(session, *session.found_targets)
    else:
        render.one(session, session.target_profile(name))


def check(ctx: typer.Context, file: File) -> None:
    """Check a target profile."""
    session: Session = ctx.obj
    render.checked(session, checked(session, file, read_own))


SUBCOMMANDS = {
    "profiles": (
        profiles,
        About(
            _("Show what each kind of software takes, or all that is known of one."),
            detail=_(
                "What nobody outside knows is said to be not known. A profile of your own that cannot be used is named "
                "with its mistake, and the others are listed."
            ),
            examples=(("certvault targets profiles con:center", _("which file it takes, and the steps")),),
            exits=(2, 6, 8),
        ),
    ),
    "check": (
        check,
        About(
            _("Check a target profile, and tell every mistake by line and column."),
            detail=_(
                "Nothing is stored. The name of the file without .toml is the name of the profile; with the name of "
                "one that ships the file may hold single keys of it."
            ),
            examples=(("certvault targets check assistent.toml", _("before it goes to the configuration folder")),),
            exits=(2, 6),
        ),
    ),
}
