"""``certvault install``: a pair into a certificate store of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import choose, noting, stores
from cli.about import About
from cli.minding import mind
from cli.options import PairWords
from cli.render import installed as render
from cli.session import Session
from cli.texts import _
from vault.operations.install import install
from vault.operations.register import pair_row

ABOUT = About(
    _("Install a certificate on this machine, in Firefox or in Windows."),
    detail=_(
        "The PIN is not shown and not typed: the program of that store gets it with the certificate, by standard input "
        "or an inherited descriptor, and nothing is written to a disk in between. --for firefox is for each program "
        "that keeps certificates in a database of NSS: Firefox, Thunderbird, and with --to ~/.pki/nssdb Chromium on "
        "Linux; restart it afterwards. --for windows was written from Microsoft's documents and never run. The "
        "keychain of macOS is told the password where others can read it, so there it is done by hand. Where the "
        "holder has a place for such software that lacks the certificate, you are asked whether this is it."
    ),
    examples=(
        ("certvault install müller --for firefox", _("where this user has one Firefox profile")),
        ("certvault install müller --for firefox --to ~/.pki/nssdb", _("for Chromium")),
        ("certvault install müller --for windows", _("for Edge, Chrome and services of this user on a PC")),
    ),
    exits=(6, 7, 17),
    opens="pairs",
)

For = Annotated[
    str,
    typer.Option(
        "--for",
        metavar="firefox|windows|macos",
        help=_("Which certificate store."),
        show_default=False,
    ),
]
To = Annotated[
    Path | None,
    typer.Option("--to", metavar=_("DIR"), help=_("Folder of a database of NSS; else the one of Firefox.")),
]
PrimaryPassword = Annotated[
    bool,
    typer.Option("--primary-password", help=_("Ask for the primary password of the database."), show_default=False),
]


def command(
    ctx: typer.Context, pair: PairWords, for_: For, to: To = None, primary_password: PrimaryPassword = False
) -> None:
    """Install a pair on this machine."""
    session: Session = ctx.obj
    profile = session.target_profile(for_)
    store = stores.store(stores.checked(profile.id), to, ask=primary_password)
    with session.custody() as custody:
        choose.no_software(session, custody, pair)
        found = pair_row(custody, choose.pair(session, custody, pair))
        mind(custody, found)
        done = install(custody, found.pair, profile, store, at=session.now(), random=session.random)
        render.answer(session, found, done, profile.id)
        noting.note(session, custody, found, profile.id)
