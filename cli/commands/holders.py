"""``certvault holders``: whom the certificates identify."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import choose, prompt
from cli.about import About
from cli.options import New
from cli.render import holders as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, ConfirmationNeeded, Phrase, SameHolder, Usage
from vault.files.reading import read_bounded
from vault.model.holder import Holder
from vault.model.shown import shown
from vault.operations import directory, holders
from vault.tables import LONGEST

if TYPE_CHECKING:
    from vault.custody import Watch

ABOUT = About(
    _("See and look after the holders of certificates."),
    detail=_("A holder is named by the beginning of his id, by a mail address, or by words of his name or number."),
    examples=(
        ("certvault holders import makler.csv --dry-run", _("what a list from a spreadsheet would change")),
        ('certvault holders merge "Mueller" --into "Müller GmbH"', _("one who was entered twice")),
    ),
    json=False,
)

Words = Annotated[
    list[str] | None, typer.Argument(metavar=_("[WORDS]"), help=_("Words of name or number."), show_default=False)
]
Tag = Annotated[str | None, typer.Option("--tag", metavar=_("TAG"), help=_("With this tag."), show_default=False)]
Name = Annotated[list[str], typer.Argument(metavar=_("NAME"), help=_("Id, address or words."), show_default=False)]
NewName = Annotated[list[str], typer.Argument(metavar=_("NAME"), help=_("His name."), show_default=False)]
Renamed = Annotated[
    str | None, typer.Option("--name", metavar=_("NAME"), help=_("His name from now on."), show_default=False)
]
Email = Annotated[
    list[str] | None,
    typer.Option("--email", metavar=_("ADDRESS"), help=_("A mail address of his."), show_default=False),
]
Number = Annotated[
    list[str] | None,
    typer.Option("--number", metavar=_("NUMBER"), help=_("An agency number."), show_default=False),
]
Mobile = Annotated[
    str | None,
    typer.Option("--mobile", metavar=_("NUMBER"), help=_("Where PINs are sent."), show_default=False),
]
Responsible = Annotated[
    str | None,
    typer.Option(
        "--responsible",
        metavar=_("NAME"),
        help=_("Who of the agency looks after him; a mail address gets the reminders."),
        show_default=False,
    ),
]
AddTag = Annotated[
    list[str] | None, typer.Option("--tag", metavar=_("TAG"), help=_("A word to find him by."), show_default=False)
]
Remove = Annotated[
    list[str] | None,
    typer.Option("--remove", metavar=_("TEXT"), help=_("An address, number or tag that is wrong."), show_default=False),
]
Into = Annotated[str, typer.Option("--into", metavar=_("NAME"), help=_("The holder who stays."), show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help=_("Merge without asking."), show_default=False)]
File = Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("A CSV file."), show_default=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Show what would change, and stop."), show_default=False)]


def list_(ctx: typer.Context, words: Words = None, tag: Tag = None) -> None:
    """List the holders."""
    session: Session = ctx.obj
    with session.watch() as watch:
        found = holders.everybody(watch, " ".join(words or ()), tag)
    render.listing(session, found)


def show(ctx: typer.Context, name: Name) -> None:
    """Show one holder."""
    session: Session = ctx.obj
    with session.watch() as watch:
        found = holders.card(watch, choose.holder(session, watch, " ".join(name)))
        zone = session.zone(watch)
    render.card(session, found, zone)


def add(
    ctx: typer.Context,
    name: NewName,
    email: Email = None,
    number: Number = None,
    mobile: Mobile = None,
    responsible: Responsible = None,
    tag: AddTag = None,
    new: New = False,
) -> None:
    """Add a holder."""
    session: Session = ctx.obj
    wanted = holders.checked(
        Holder(
            "",
            " ".join(name),
            tuple(email or ()),
            tuple(number or ()),
            mobile or "",
            responsible or "",
            tuple(tag or ()),
        )
    )
    with session.watch() as watch:
        whose = choose.same(session, watch, wanted.name, new=new)
        if whose != wanted.name:
            with watch.reading() as reader:
                known = reader.holder(whose)
            raise SameHolder(
                N_("{name} is here already."),
                name=known.name if known else wanted.name,
                candidates=[{"id": whose, "holder": known.name if known else wanted.name}],
                hint=N_("Nothing was changed. To add what is new of him: certvault holders edit"),
            )
        added = holders.add(watch, wanted, at=session.now(), random=session.random)
        render.one(session, added, N_("Added: {holder}"), responsible=responsible)


def edit(
    ctx: typer.Context,
    who: Name,
    name: Renamed = None,
    email: Email = None,
    number: Number = None,
    mobile: Mobile = None,
    responsible: Responsible = None,
    tag: AddTag = None,
    remove: Remove = None,
) -> None:
    """Change a holder."""
    session: Session = ctx.obj
    with session.watch() as watch:
        old = choose.holder(session, watch, " ".join(who))
        gone = {text.casefold() for text in remove or ()}
        there = {text.casefold(): text for text in (*old.addresses, *old.numbers, *old.tags)}
        if not gone <= there.keys():
            text = min(gone - there.keys())
            raise Usage(what=Phrase(N_("{text} is no address, number or tag of {holder}"), text=text, holder=old.name))
        changed = holders.checked(
            old._replace(
                name=old.name if name is None else name,
                addresses=_changed(old.addresses, email, gone),
                numbers=_changed(old.numbers, number, gone),
                mobile=old.mobile if mobile is None else mobile,
                responsible=old.responsible if responsible is None else responsible,
                tags=_changed(old.tags, tag, gone),
            )
        )
        anything = holders.edit(watch, changed, at=session.now(), random=session.random)
        sentence = N_("Changed: {holder}") if anything else N_("Nothing was changed: {holder}")
        render.one(session, changed, sentence, responsible=responsible)


def merge(ctx: typer.Context, name: Name, into: Into, yes: Yes = False) -> None:
    """Merge one holder into another."""
    session: Session = ctx.obj
    with session.custody() as custody:
        other, kept = choose.holder(session, custody, " ".join(name)), choose.holder(session, custody, into)
        holders.check_two(other, kept)
        if not yes and not _meant(session, custody, other, kept):
            prompt.tell(_("Nothing was changed."))
            return
        done = holders.merge(custody, other, kept, at=session.now(), random=session.random)
    render.merged(session, done, other)


def _meant(session: Session, watch: Watch, other: Holder, kept: Holder) -> bool:
    """Whether a person who has seen what each of both has wants one of them. Raises ConfirmationNeeded."""
    if session.json or not prompt.possible():
        raise ConfirmationNeeded(
            what=N_("Nothing was changed: nobody said that both are the same."), hint=N_("Say --yes to merge them.")
        )
    zone = session.zone(watch)
    for sentence, holder in ((N_("This one goes:"), other), (N_("This one stays:"), kept)):
        render.beside(session, sentence, holders.card(watch, holder), zone)
    return prompt.yes(
        _("Are {other} and {kept} one? It cannot be undone as a whole.").format(
            other=shown(other.name), kept=shown(kept.name)
        )
    )


def import_(ctx: typer.Context, file: File, new: New = False, dry_run: DryRun = False) -> None:
    """Take in a list of holders."""
    session: Session = ctx.obj
    listed = directory.read(read_bounded(file, LONGEST))
    asks = not (session.json or dry_run or new) and prompt.possible()
    with session.watch() as watch:
        done = directory.take(
            watch,
            listed,
            ask=_ask if asks else None,
            new=new,
            dry_run=dry_run,
            at=session.now(),
            random=session.random,
        )
    render.imported(session, done, listed.unknown, dry_run=dry_run)


def _ask(name: str, near: Sequence[Holder]) -> Holder | None:
    index = choose.which(name, near)
    return None if index is None else near[index]


def _changed(old: Sequence[str], more: Sequence[str] | None, gone: set[str]) -> tuple[str, ...]:
    return holders.union([text for text in old if text.casefold() not in gone], more or ())


SUBCOMMANDS = {
    "list": (
        list_,
        About(
            _("List the holders."),
            examples=(("certvault holders list --tag nord", _("those with a tag")),),
            opens="register",
        ),
    ),
    "show": (show, About(_("Show all about one holder."), exits=(6, 7), opens="register")),
    "add": (
        add,
        About(
            _("Add a holder."),
            detail=_("A name that is close to a known one is asked about. A watch key is enough."),
            examples=(
                ('certvault holders add "Müller GmbH" --number 0042 --mobile "0170 1234567"', _("and what is known")),
            ),
            exits=(7,),
            opens="register",
        ),
    ),
    "edit": (
        edit,
        About(
            _("Change what is known of a holder."),
            detail=_("Addresses, numbers and tags are added to those that there are; --remove takes one away."),
            examples=(('certvault holders edit müller --mobile "0171 7654321"', _("a new telephone")),),
            exits=(6, 7),
            opens="register",
        ),
    ),
    "merge": (
        merge,
        About(
            _("Make one holder of two."),
            detail=_(
                "All that the first one has goes to the one who stays; his certificates are sealed anew. He is found "
                "by both names from then on. Both are shown first, and you are asked, because it cannot be undone as a "
                "whole: certvault assign can move single certificates and links back, one by one."
            ),
            examples=(('certvault holders merge "Mueller" --into "Müller GmbH"', _("one who was entered twice")),),
            exits=(5, 6, 7),
            opens="pairs",
        ),
    ),
    "import": (
        import_,
        About(
            _("Take in a list of holders from a spreadsheet."),
            detail=_(
                "A CSV file with titles in its first line, German or English, in any order: name (or first and last "
                "name), e-mail, agency number, mobile, responsible, tags. Leading zeros stay; numbers that the "
                "spreadsheet damaged are told by line. Who is here already gets what is new, so that the same list can "
                "be taken in again. A name that is close to a known one is asked about; without a terminal its line is "
                "not taken, unless --new says that all such are others."
            ),
            examples=(
                ("certvault holders import makler.csv --dry-run", _("what it would change")),
                ("certvault holders import makler.csv", _("and do it")),
            ),
            exits=(6, 8),
            opens="register",
        ),
    ),
}
