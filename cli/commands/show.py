"""``certvault show``: all that the register says of one pair, of what waits, or of a holder."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import choose
from cli.about import About
from cli.render import holders, links, requested
from cli.render import pairs as render
from cli.session import Session
from cli.texts import _
from vault.model.link import Link
from vault.model.pair import Pair
from vault.operations.holders import card
from vault.operations.places import places_of_lineage
from vault.operations.register import link_row, pair_row, waiting_for
from vault.operations.request import asked

ABOUT = About(
    _("Show all about one certificate, link or holder, except the PIN."),
    detail=_(
        "Of a certificate, also what waits for its holder at that provider: links, files, and PINs that came first. Of "
        "a link, file or PIN that waits, by its id, what it waits for. Of a holder without a certificate, all that is "
        "known of him; certvault holders show NAME says that of every holder."
    ),
    examples=(
        ("certvault show müller arag", _("by words of holder and provider, or by its id")),
        ("certvault show 3f2a91c07d5e8b64", _("a link, by its did")),
    ),
    exits=(6, 7),
    opens="register",
)

What = Annotated[
    list[str],
    typer.Argument(
        metavar=_("PAIR|LINK|HOLDER"), help=_("Id, did, or words of holder and provider."), show_default=False
    ),
]


def command(ctx: typer.Context, what: What) -> None:
    """Show one pair, link or holder."""
    session: Session = ctx.obj
    with session.watch() as watch:
        found, zone = choose.anything(session, watch, what), session.zone(watch)
        if isinstance(found, Pair):
            installed = places_of_lineage(watch, found.lineage)
            render.one(session, pair_row(watch, found), waiting_for(watch, found), installed, zone)
        elif isinstance(found, Link):
            links.one(session, link_row(watch, found), waiting_for(watch, found), zone)
        else:
            holders.card(session, card(watch, found), zone)
            return
        requested.awaited(session, found, asked(watch, found), zone)
