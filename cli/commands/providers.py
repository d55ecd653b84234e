"""``certvault providers``: what is known about those who issue certificates, and what a user adds to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import prompt
from cli.about import About
from cli.checking import checked
from cli.render import providers as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage
from vault.model.profile import Profile
from vault.operations import providers
from vault.profiles import read_own

ABOUT = About(
    _("See what is known about providers, and add or change one."),
    detail=_(
        "A provider is a profile: who mails what, where its links lead, how the PIN comes, when the file is deleted. "
        "Your own are files NAME.toml in the folder providers of your configuration folder (CERTVAULT_CONFIG_DIR, else "
        "the system's), and nowhere else. One with the name of a profile that ships changes single keys of it. How to "
        "write one: docs/providers.md."
    ),
    examples=(
        ("certvault providers list", _("who there is")),
        ("certvault providers show tgic", _("all that is known, and what is not")),
        ("certvault providers check nord.toml", _("a profile that you write")),
        ("certvault providers trust nord", _("once, before anything is fetched from its hosts")),
    ),
    json=False,
)

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("Its name, or words of it."), show_default=False)]
File = Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("A profile in TOML."), show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help=_("Trust it without being asked."), show_default=False)]


def list_(ctx: typer.Context) -> None:
    """List the providers."""
    session: Session = ctx.obj
    render.listing(session, *session.found)


def show(ctx: typer.Context, name: Name) -> None:
    """Show a provider."""
    session: Session = ctx.obj
    render.one(session, session.profile(name))


def check(ctx: typer.Context, file: File) -> None:
    """Check a profile."""
    session: Session = ctx.obj
    render.checked(session, checked(session, file, read_own))


def trust(ctx: typer.Context, name: Name, yes: Yes = False) -> None:
    """Trust a provider."""
    session: Session = ctx.obj
    profile = session.profile(name)
    if not profile.widens:
        render.trusted(session, profile, changed=False)
        return
    with session.custody() as custody:
        needed = not providers.trusted(custody, profile)
        if needed and not yes and not _meant(session, profile):
            return
        changed = needed and providers.trust(custody, profile, at=session.now())
    render.trusted(session, profile, changed=changed)


def _meant(session: Session, profile: Profile) -> bool:
    """Whether a person who has seen where it leads wants that. Raises Usage where nobody can be asked."""
    if session.json or not prompt.possible():
        raise Usage(what=N_("Nobody can be asked here whether the provider is trusted."), hint=N_("Say --yes."))
    for line in render.reach(profile):
        prompt.tell(line)
    return prompt.yes(_("May PINs go there, and may mails from there be believed?"))


SUBCOMMANDS = {
    "list": (
        list_,
        About(
            _("List the providers."),
            detail=_("A profile of your own that cannot be used is named with its mistake, and the others are listed."),
            exits=(2, 8),
        ),
    ),
    "show": (show, About(_("Show all that is known of a provider, and what is not."), exits=(2, 6))),
    "check": (
        check,
        About(
            _("Check a profile, and tell every mistake by line and column."),
            detail=_(
                "Nothing is stored or trusted. The name of the file without .toml is the name of the provider; with "
                "the name of a profile that ships the file may hold single keys of it."
            ),
            examples=(("certvault providers check nord.toml", _("before it goes to the configuration folder")),),
            exits=(2, 6),
        ),
    ),
    "trust": (
        trust,
        About(
            _("Trust where a profile of your own leads, so that certvault fetches from there."),
            detail=_(
                "Its hosts, paths and senders are shown and asked about, and that is on record. Trusted is exactly "
                "what was shown: each later change of these takes it anew. A profile that only narrows the hosts of "
                "one that ships needs no trust."
            ),
            examples=(("certvault providers trust nord", _("after a look at its hosts")),),
            exits=(2, 6),
            opens="pairs",
        ),
    ),
}
