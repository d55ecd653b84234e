"""``certvault keys``: who can open the vault."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.about import About
from cli.options import one_of
from cli.render import keys as render
from cli.session import Session
from cli.texts import _
from vault import opening
from vault.keys.making import Label
from vault.operations import keys

ABOUT = About(
    _("See and change who can open the vault."),
    examples=(
        ("certvault keys list", _("the keys that there are")),
        ("certvault keys add watch --watch-key-file watch.key", _("a key for a scheduled job, which reads no PIN")),
    ),
    json=False,
)


def list_(ctx: typer.Context) -> None:
    """List the keys."""
    session: Session = ctx.obj
    render.listing(session, opening.slots(session.folder))


Kind = Annotated[
    str, typer.Argument(metavar=_("KIND"), help=_("The kind of key: watch."), parser=one_of("KIND", ("watch",)))
]
KeyFile = Annotated[
    Path,
    typer.Option("--watch-key-file", metavar=_("FILE"), help=_("The key file to create."), show_default=False),
]
Name = Annotated[str, typer.Option("--name", metavar=_("NAME"), help=_("What the key is called."))]
Person = Annotated[
    str, typer.Option("--person", metavar=_("NAME"), help=_("Who is in charge of it."), show_default=False)
]
Place = Annotated[str, typer.Option("--place", metavar=_("TEXT"), help=_("Where it lies."), show_default=False)]


def add(
    ctx: typer.Context,
    kind: Kind,  # noqa: ARG001 - there is one kind so far
    watch_key_file: KeyFile,
    name: Name = "watch",
    person: Person = "",
    place: Place = "",
) -> None:
    """Add a key."""
    session: Session = ctx.obj
    with session.custody(exclusive=True) as custody:
        label = Label(name, person, place)
        slot = keys.add_watch(custody, watch_key_file, label, at=session.now(), random=session.random)
    render.added(session, slot, watch_key_file)


SUBCOMMANDS = {
    "list": (list_, About(_("List the keys that open the vault. Needs no passphrase."), exits=(4, 5))),
    "add": (
        add,
        About(
            _("Add a key that opens the vault."),
            detail=_(
                "A watch key opens the register alone: with it a job can warn and take in mails, and read no PIN."
            ),
            examples=(("certvault keys add watch --watch-key-file watch.key --place SRV1", _("for a scheduled job")),),
            exits=(15, 17),
            opens="pairs",
        ),
    ),
}
