"""``certvault assign``: whose link or certificate it is."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import choose
from cli.about import About
from cli.options import LinkOrPair, New
from cli.render import corrected as render
from cli.session import Session
from cli.texts import _
from vault.custody import Custody
from vault.errors import N_, Usage, WatchKeyOpensNoPair
from vault.model.link import Link
from vault.operations.correcting import assign, move

ABOUT = About(
    _("Say whose link or certificate it is."),
    detail=_(
        "A certificate is sealed anew for its new holder, with the older ones of the same series and subject; that "
        "takes the passphrase. For a link a watch key is enough. A name close to a known one is asked about."
    ),
    examples=(
        ('certvault assign K7M2QX --holder "Kaya & Söhne"', _("it was put to the wrong holder")),
        ("certvault assign 3f2a91c07d5e8b64 --holder müller", _("a link, by its did")),
    ),
    exits=(5, 6, 7),
    opens="register",
)

Whose = Annotated[
    str, typer.Option("--holder", metavar=_("NAME"), help=_("Whose it is: id, address or name."), show_default=False)
]
Purpose = Annotated[
    str | None,
    typer.Option("--purpose", metavar=_("TEXT"), help=_("Of a certificate: tells several apart."), show_default=False),
]


def command(ctx: typer.Context, what: LinkOrPair, holder: Whose, purpose: Purpose = None, new: New = False) -> None:
    """Say whose it is."""
    session: Session = ctx.obj
    with session.watch() as watch:
        found = choose.either(session, watch, what)
        if isinstance(found, Link):
            if purpose is not None:
                raise Usage(what=N_("--purpose goes with a certificate, and this is a link"))
            whose = choose.whose(session, watch, holder, new=new)
            render.link(session, watch, assign(watch, found, whose, at=session.now(), random=session.random))
        elif isinstance(watch, Custody):
            whose = choose.whose(session, watch, holder, new=new)
            moved = move(watch, found, whose, purpose, at=session.now(), random=session.random)
            render.moved(session, watch, moved)
        else:
            raise WatchKeyOpensNoPair
