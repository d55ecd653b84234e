"""``certvault targets``: where pairs are installed, and what each kind of software takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import choose, prompt, whereabouts
from cli.about import About
from cli.checking import checked
from cli.render import target_profiles as render
from cli.render import targets as render_places
from cli.session import Session
from cli.texts import _
from vault.errors import N_, NotFound, Usage
from vault.operations import targets
from vault.operations.holders import everybody
from vault.targets import read_own

ABOUT = About(
    _("Where certificates are installed, and what each kind of software takes."),
    detail=_(
        "A place is a software, a PC or a server where a holder's certificates are installed. Say once which he has; "
        "from then on each new certificate is due there until somebody says that it is installed. A watch key is "
        "enough; who said what, and when, is on record."
    )
    + "\n\n"
    + _(
        "A target profile says which file a kind of software takes, how its name ends, and what a person does there. "
        "Your own are files NAME.toml in the folder targets of your configuration folder (CERTVAULT_CONFIG_DIR, else "
        "the system's). One with the name of a profile that ships changes single keys of it. How to write one: "
        "docs/targets.md."
    ),
    examples=(
        ("certvault targets add schäffer --for con-center", _("he has it, and his certificates belong there")),
        ("certvault targets list --open", _("where the new one is missing")),
        ("certvault targets confirm schäffer", _("it is installed now")),
        ("certvault targets profiles", _("which kinds of software there are")),
        ("certvault targets profiles keasy", _("what is known of one, with the steps")),
        ("certvault targets check assistent.toml", _("a profile that you write")),
    ),
    json=False,
)

Profile = Annotated[
    str | None, typer.Argument(metavar="[NAME]", help=_("A target profile, by its name."), show_default=False)
]
File = Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("A target profile in TOML."), show_default=False)]


Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar=_("[WORDS]"), help=_("Ids, or words of holder, provider, software and name."), show_default=False
    ),
]
Holder = Annotated[
    list[str] | None,
    typer.Argument(metavar=_("[NAME]"), help=_("The holder: id, address or words."), show_default=False),
]
Software = Annotated[
    str, typer.Option("--for", metavar=_("SOFTWARE"), help=_("A target profile, by its name."), show_default=False)
]
OnlySoftware = Annotated[
    str | None,
    typer.Option("--for", metavar=_("SOFTWARE"), help=_("Only places of this kind."), show_default=False),
]
Called = Annotated[
    str,
    typer.Option(
        "--name", metavar=_("TEXT"), help=_("Tells several of one holder apart, as a PC."), show_default=False
    ),
]
Providers = Annotated[
    list[str] | None,
    typer.Option("--provider", metavar=_("NAME"), help=_("Only what is of this provider."), show_default=False),
]
Tag = Annotated[
    str | None, typer.Option("--tag", metavar=_("TAG"), help=_("Of all holders with this tag."), show_default=False)
]
Installed = Annotated[
    bool, typer.Option("--installed", help=_("What is current is there already."), show_default=False)
]
Open = Annotated[bool, typer.Option("--open", help=_("Only where something is to be installed."), show_default=False)]
Dropped = Annotated[bool, typer.Option("--all", help=_("What was dropped, too."), show_default=False)]
Every = Annotated[bool, typer.Option("--all", help=_("Wherever something is to be installed."), show_default=False)]
ThisPair = Annotated[
    str | None,
    typer.Option(
        "--pair", metavar=_("PAIR"), help=_("This certificate is there, not the current one."), show_default=False
    ),
]
Undo = Annotated[bool, typer.Option("--undo", help=_("Take it back."), show_default=False)]


def list_(
    ctx: typer.Context,
    words: Words = None,
    software: OnlySoftware = None,
    provider: Providers = None,
    tag: Tag = None,
    only_open: Open = False,
    every: Dropped = False,
) -> None:
    """List the places."""
    session: Session = ctx.obj
    which = whereabouts.asked(session, words, software, provider, tag, dropped=every)
    with session.watch() as watch:
        found = whereabouts.found(session, watch, which)
        render_places.listing(session, found, session.zone(watch), only_open=only_open)


def add(
    ctx: typer.Context,
    software: Software,
    name: Holder = None,
    called: Called = "",
    provider: Providers = None,
    tag: Tag = None,
    installed: Installed = False,
) -> None:
    """Say where certificates are installed."""
    session: Session = ctx.obj
    if (name is None) == (tag is None):
        raise Usage(what=N_("say a holder, or --tag for all who have one"))
    called = targets.checked(called)
    profile, providers = session.target_profile(software).id, whereabouts.provider_names(session, provider)
    with session.watch() as watch:
        if name is not None:
            holders = [choose.holder(session, watch, " ".join(name))]
        else:
            holders = [one.holder for one in everybody(watch, "", tag)]
            if not holders:
                raise NotFound(name=tag or "", hint=N_("Nobody has this tag. See: certvault holders list"))
        at, random = session.now(), session.random
        done = [
            targets.add(watch, one, profile, called, providers, installed=installed, at=at, random=random)
            for one in holders
        ]
        render_places.added(session, done, session.zone(watch))


def confirm(
    ctx: typer.Context,
    words: Words = None,
    software: OnlySoftware = None,
    provider: Providers = None,
    tag: Tag = None,
    pair: ThisPair = None,
    every: Every = False,
    undo: Undo = False,
) -> None:
    """Say that it is installed."""
    session: Session = ctx.obj
    asks = not (words or every)
    if asks and (undo or session.json or not prompt.possible()):
        raise Usage(what=N_("say which place, or --all"))
    if undo and (pair is not None or every):
        raise Usage(what=N_("--undo goes without --pair and --all"))
    which = whereabouts.asked(session, words, software, provider, tag)
    at = session.now()
    with session.watch() as watch:
        if undo:
            some = whereabouts.chosen(session, watch, which, lambda one: any(each.pair for each in one.installations))
            render_places.withdrawn(session, targets.withdraw(watch, some, at=at), session.zone(watch))
            return
        said = choose.pair(session, watch, [pair]) if pair is not None else None
        if asks:
            picked = whereabouts.ticked(session, watch, which)
        else:
            picked = whereabouts.chosen(session, watch, which, lambda one: said is not None or one.open, every=every)
        done = targets.confirm(watch, picked or (), said, at=at, random=session.random)
        render_places.confirmed(
            session, [one for one in done if one.anything] or done, session.zone(watch), all_done=picked is None
        )


def drop(
    ctx: typer.Context,
    words: Words = None,
    software: OnlySoftware = None,
    provider: Providers = None,
    undo: Undo = False,
) -> None:
    """Say that nothing is to be installed there any more."""
    session: Session = ctx.obj
    if not words:
        raise Usage(what=N_("say which place"))
    which = whereabouts.asked(session, words, software, provider, dropped=undo)
    change = targets.take_up if undo else targets.drop
    with session.watch() as watch:
        some = whereabouts.chosen(session, watch, which, lambda one: one.dropped == undo)
        render_places.dropped(session, change(watch, some, at=session.now()), undo=undo)


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
    "list": (
        list_,
        About(
            _("List where certificates are installed, and which are there."),
            examples=(
                ("certvault targets list --open", _("what is still to be installed")),
                ("certvault targets list schäffer", _("all of one holder")),
            ),
            exits=(6,),
            opens="register",
        ),
    ),
    "add": (
        add,
        About(
            _("Say that a holder has a software, a PC or a server where his certificates belong."),
            detail=_(
                "All his current certificates belong there from now on, and whatever takes their place; with "
                "--provider only those. Said again, it adds what is new. A kind of software that is not among the "
                "target profiles: --for original --name TEXT."
            ),
            examples=(
                ('certvault targets add schäffer --for con-center --name "Büro-PC"', _("one of several")),
                ("certvault targets add --tag vias --for vias --installed", _("all who have a tag; it is there")),
            ),
            exits=(6, 7),
            opens="register",
        ),
    ),
    "confirm": (
        confirm,
        About(
            _("Say that the current certificate is installed at a place."),
            detail=_(
                "Of several places of a holder, the one where something is to be installed is meant; if there is more "
                "than one, you are asked. Several are named by their ids. Without a name, on a terminal, all that is "
                "open is shown, and you say the numbers of those where it is installed now."
            ),
            examples=(
                ("certvault targets confirm schäffer", _("his software has the new one")),
                ("certvault targets confirm K7M2QX 9F3A1C", _("several, by the ids of: certvault targets list --open")),
                ("certvault targets confirm --all --for vias --provider arag", _("all of one kind")),
                ("certvault targets confirm schäffer --undo", _("it was not installed after all")),
            ),
            exits=(6, 7),
            opens="register",
        ),
    ),
    "drop": (
        drop,
        About(
            _("Say that nothing is to be installed at a place any more."),
            detail=_("With --provider, nothing of that provider. Nothing is deleted; --undo takes it back."),
            examples=(("certvault targets drop schäffer vias", _("he has another software now")),),
            exits=(6, 7),
            opens="register",
        ),
    ),
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
