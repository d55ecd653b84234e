"""``certvault keys``: who can open the vault."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import keymaking, passphrases, progress
from cli.about import About
from cli.options import one_of
from cli.render import keys as render
from cli.session import Session
from cli.texts import _
from vault import opening
from vault.operations import keys

if TYPE_CHECKING:
    from vault.custody import Custody
    from vault.operations.rotate import Rotation

ABOUT = About(
    _("See and change who can open the vault."),
    examples=(
        ("certvault keys list", _("the keys that there are")),
        ("certvault keys add passphrase --name Sommer", _("a passphrase for a colleague")),
        ("certvault keys add watch --watch-key-file watch.key", _("a key for a scheduled job, which reads no PIN")),
        ("certvault keys change-passphrase", _("your own, or one that was forgotten")),
        ("certvault keys remove Sommer", _("the key of somebody who left")),
        ("certvault keys rotate", _("new keys for all who stay; nobody types anything")),
    ),
    json=False,
)


def list_(ctx: typer.Context) -> None:
    """List the keys."""
    session: Session = ctx.obj
    render.listing(session, opening.slots(session.folder))


Kind = Annotated[
    str,
    typer.Argument(
        metavar=_("KIND"),
        help=_("The kind of key: {kinds}.").format(kinds=", ".join(keymaking.KINDS)),
        parser=one_of("KIND", tuple(keymaking.KINDS)),
    ),
]
Name = Annotated[
    str,
    typer.Option(
        "--name", metavar=_("NAME"), help=_("What the key is called. Else its person or kind."), show_default=False
    ),
]
Person = Annotated[str, typer.Option("--person", metavar=_("NAME"), help=_("Whose key it is."), show_default=False)]
Place = Annotated[str, typer.Option("--place", metavar=_("TEXT"), help=_("Where it lies."), show_default=False)]
WatchKeyFile = Annotated[
    Path | None,
    typer.Option("--watch-key-file", metavar=_("FILE"), help=_("watch: the key file to create."), show_default=False),
]
RecoveryFile = Annotated[
    Path | None,
    typer.Option(
        "--recovery-file",
        metavar=_("FILE"),
        help=_("recovery: write it to this new file; .html gives a sheet to print. Else it is shown."),
        show_default=False,
    ),
]
AddedPassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--new-passphrase-file",
        metavar=_("FILE"),
        help=_("passphrase: file with it in one line. Else it is asked."),
        show_default=False,
    ),
]
NewPassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--new-passphrase-file",
        metavar=_("FILE"),
        help=_("File with the new passphrase in one line. Else it is asked."),
        show_default=False,
    ),
]
KeyName = Annotated[str, typer.Argument(metavar=_("KEY"), help=_("Its name or id."), show_default=False)]
SomeKeyName = Annotated[
    str | None,
    typer.Argument(metavar=_("KEY"), help=_("Name or id of a passphrase. Else your own."), show_default=False),
]


def add(
    ctx: typer.Context,
    kind: Kind,
    name: Name = "",
    person: Person = "",
    place: Place = "",
    new_passphrase_file: AddedPassphraseFile = None,
    recovery_file: RecoveryFile = None,
    watch_key_file: WatchKeyFile = None,
) -> None:
    """Add a key."""
    session: Session = ctx.obj
    files = keymaking.Files(new_passphrase_file, recovery_file, watch_key_file)
    added = keymaking.added(session, kind, keymaking.label(kind, name, person, place), files)
    render.added(session, added)


def change_passphrase(
    ctx: typer.Context, key: SomeKeyName = None, new_passphrase_file: NewPassphraseFile = None
) -> None:
    """Change a passphrase."""
    session: Session = ctx.obj
    secret, opened = session.proven()
    slot = keys.with_passphrase(opening.slots(session.folder), key, opened)
    passphrase = passphrases.new(session, new_passphrase_file, slot.name, slot.person, slot.place)
    with session.custody(exclusive=True, secret=secret) as custody:
        changed = keys.change_passphrase(custody, slot, passphrase, at=session.now(), random=session.random)
    render.changed(session, changed)


def remove(ctx: typer.Context, key: KeyName) -> None:
    """Remove a key."""
    session: Session = ctx.obj
    slot = keys.named(opening.slots(session.folder), key)
    secret, opened = session.proven()
    if slot == opened and not keymaking.meant(session, slot):
        return
    with session.custody(exclusive=True, secret=secret) as custody:
        keys.remove(custody, slot, at=session.now())
        left = custody.slots
    if slot.kind == "keyring":
        keymaking.forget(session, slot)
    render.removed(session, slot, keys.of_same_person(left, slot), keys.without_paper(left))


Watch = Annotated[
    bool,
    typer.Option("--watch", help=_("Only the key of the register, which watch keys open."), show_default=False),
]


def rotate(ctx: typer.Context, watch: Watch = False) -> None:
    """Renew the keys."""
    session: Session = ctx.obj
    with session.custody(exclusive=True) as custody:
        done = _register_renewed(session, custody) if watch else _renewed(session, custody)
    render.rotated(session, done, watch=watch)


def _renewed(session: Session, custody: Custody) -> Rotation:
    from vault.operations.rotate import rotate as renew  # once a year; keys list shall not wait for it

    workers = os.cpu_count() or 1
    with session.opener() as opener, progress.counted(_("Renewing the keys")) as tell:
        return renew(custody, opener=opener, workers=workers, progress=tell, at=session.now(), random=session.random)


def _register_renewed(session: Session, custody: Custody) -> Rotation:
    from vault.operations.rotate import rotate_watch

    return rotate_watch(custody, at=session.now(), random=session.random)


SUBCOMMANDS = {
    "list": (list_, About(_("List the keys that open the vault. Needs no passphrase."), exits=(4, 5))),
    "add": (
        add,
        About(
            _("Add a key that opens the vault."),
            detail=_(
                "A passphrase is somebody's own; one that is easy to guess is not taken from the keyboard. A recovery "
                "code is random, to be printed and put away. A keyring key lies in the keyring of this machine and "
                "opens the vault for whoever is logged in. A watch key opens the register alone: with it a job can "
                "warn and take in mails, and read no PIN."
            ),
            examples=(
                ("certvault keys add passphrase --person Sommer", _("for a colleague, who types it")),
                ("certvault keys add recovery --name 'sheet 2'", _("a second recovery code")),
                ("certvault keys add keyring --person Kaya --place PC-7", _("nothing to type on this machine")),
                ("certvault keys add watch --watch-key-file watch.key --place SRV1", _("for a scheduled job")),
            ),
            exits=(7, 15, 17),
            opens="pairs",
        ),
    ),
    "change-passphrase": (
        change_passphrase,
        About(
            _("Give a key another passphrase."),
            detail=_(
                "It opens the vault with any key that there is: so a passphrase that was forgotten is replaced with "
                "the recovery code, typed where the passphrase is asked."
            ),
            examples=(
                ("certvault keys change-passphrase", _("your own, or the only one that there is")),
                ("certvault keys change-passphrase Sommer", _("the one of a colleague who forgot it")),
            ),
            exits=(6, 7, 17),
            opens="pairs",
        ),
    ),
    "remove": (
        remove,
        About(
            _("Remove a key."),
            detail=_(
                "It no longer opens this vault. Who kept a copy of keyslots.json opens with it what he can get of the "
                "database, until the keys are renewed: certvault keys rotate. The last key that opens the whole vault "
                "stays."
            ),
            examples=(("certvault keys remove Sommer", _("somebody left")),),
            exits=(6, 7, 17),
            opens="pairs",
        ),
    ),
    "rotate": (
        rotate,
        About(
            _("Renew the keys, so that neither a removed key nor an old copy opens the vault."),
            detail=_(
                "Makes a new root key and writes the vault anew under it, every certificate sealed anew and opened to "
                "make sure. All keys that the vault has now go on working: nobody types or prints anything. A key that "
                "was removed, and old copies of the folder, do not open what is stored from now on; what they opened "
                "before, they still do."
                "\n\n"
                "With --watch only the key of the register is new, which is quicker: for a watch key that was lost and "
                "removed."
                "\n\n"
                "Nobody else may be at work on the vault meanwhile. Interrupted at any point, the vault is the old one "
                "or the new one, and whole. The old database is deleted, not overwritten: no program can promise that "
                "a disk forgets."
            ),
            examples=(
                ("certvault keys rotate", _("after somebody left, and his key was removed")),
                ("certvault keys rotate --watch", _("after a watch key was removed")),
            ),
            exits=(5, 16, 17),
            opens="pairs",
        ),
    ),
}
