"""Lines of the audit log as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from cli.render import when
from cli.render.paper import Cell, Column, Paper
from cli.texts import _
from vault.errors import N_
from vault.model.event import Event
from vault.model.ids import LENGTH, SHORT, normalised
from vault.model.shown import shown
from vault.model.texts import said
from vault.operations.audit import Entry

UNUSABLE = (
    "not-pkcs12",
    "file-damaged",
    "no-private-key",
    "no-certificate",
    "key-does-not-fit",
    "several-certificates",
    "beyond-us",
    "too-costly",
)
"""Errors by which a file that came cannot be used."""
NAMES = {
    "vault-created": N_("vault created"),
    "holder-added": N_("holder added"),
    "holder-edited": N_("holder changed"),
    "holder-merged": N_("holder merged into another"),
    "holders-imported": N_("holders imported"),
    "address-added": N_("address noted"),
    "link-recorded": N_("link taken in"),
    "file-waiting": N_("file taken in"),
    "pin-waiting": N_("PIN noted, before its link"),
    "pin-matched": N_("PIN that had waited used"),
    "link-assigned": N_("link assigned"),
    "link-claimed": N_("link used up"),
    "link-discarded": N_("link discarded"),
    "link-reopened": N_("link taken up again"),
    "fetch-attempted": N_("fetch begun"),
    "file-received": N_("file received"),
    "pin-refused": N_("PIN refused"),
    "link-gone": N_("file gone at the provider"),
    "not-reachable": N_("provider not reached"),
    "page-not-understood": N_("page not understood"),
    "redirect-not-allowed": N_("sent elsewhere, refused"),
    "form-not-allowed": N_("form refused"),
    "link-not-allowed": N_("link refused"),
    "outcome-unknown": N_("answer lost"),
    "parked-file-needs-pin": N_("file does not open with this PIN"),
    "any-pin-opens": N_("file opens with any PIN, refused"),
    **dict.fromkeys(UNUSABLE, N_("file cannot be used")),
    "usage": N_("no connection could be set up"),
    "pair-added": N_("stored"),
    "pair-superseded": N_("superseded"),
    "pair-retired": N_("retired"),
    "pair-reinstated": N_("reinstated"),
    "pair-moved": N_("moved to another holder"),
    "renewal-requested": N_("asked for at the provider"),
    "request-withdrawn": N_("not asked for after all"),
    "pin-requested": N_("PIN asked for at its holder"),
    "pin-attempt": N_("PIN asked for"),
    "pin-shown": N_("PIN shown"),
    "export-attempt": N_("export begun"),
    "exported": N_("handed out as a file"),
    "offboarded": N_("all of a holder handed out and put away"),
    "sheet-written": N_("sheet for the broker written"),
    "install-attempt": N_("installing begun"),
    "install-done": N_("put into a certificate store here"),
    "key-added": N_("key added"),
    "key-removed": N_("key taken away"),
    "key-changed": N_("key changed"),
    "rotated": N_("root key renewed"),
    "watch-rotated": N_("register key renewed"),
    "setting-changed": N_("setting changed"),
    "setting-unset": N_("setting back to its default"),
    "mail-password-kept": N_("password of a mailbox kept"),
    "mail-password-forgotten": N_("password of a mailbox forgotten"),
    "link-trusted": N_("sender of the mail trusted"),
    "provider-trusted": N_("provider trusted"),
    "acknowledged": N_("taken note of"),
    "acknowledgement-withdrawn": N_("told of again"),
    "activated": N_("activated"),
    "target-added": N_("place of installation added"),
    "target-dropped": N_("place of installation dropped"),
    "target-taken-up": N_("place of installation counts again"),
    "target-lost": N_("place of installation did not come out of the damaged vault"),
    "target-moved": N_("place of installation goes to another holder"),
    "install-expected": N_("belongs at a place of installation"),
    "installed": N_("said to be installed"),
    "install-withdrawn": N_("not installed after all"),
    "reminded": N_("people told"),
    "backup-made": N_("backup made"),
    "restored": N_("restored from a backup"),
    "rescued": N_("brought out of a damaged vault"),
    "pair-rescued": N_("brought out as it stands"),
    "pair-lost": N_("did not come out of the damaged vault"),
    "text-lost": N_("a text of the log did not come out"),
    "purge": N_("deleted for good"),
    "pseudonymised": N_("holder forgotten"),
}
"""Events in words. One that is not here is an error's name, by which an attempt ended."""

DETAILS = {
    "to": N_("to"),
    "by": N_("by"),
    "into": N_("into"),
    "mobile": N_("mobile"),
    "responsible": N_("responsible"),
    "numbers": N_("agency numbers"),
    "addresses": N_("addresses"),
    "tags": N_("tags"),
    "path": N_("file"),
    "name": N_("name"),
    "person": N_("person"),
    "value": N_("value"),
    "way": N_("way"),
    "address": N_("address"),
    "account": N_("mailbox"),
    "provider": N_("provider"),
    "reason": N_("reason"),
    "grade": N_("grade"),
    "profile": N_("software"),
    "flavour": N_("written as"),
    "target": N_("place"),
    "backup": N_("backup"),
    "hosts": N_("hosts"),
    "until": N_("until"),
    "channel": N_("way"),
    "entries": N_("entries"),
}
"""The details that people are shown; the others are for scripts."""
VALUES = {
    ("way", "letter"): N_("letter"),
    ("way", "clipboard"): N_("clipboard"),
    ("channel", "mail"): N_("mail"),
    ("channel", "note"): N_("note on the desk"),
    ("grade", "opened"): N_("every certificate opened"),
    ("grade", "intact"): N_("intact, none opened"),
}
"""Details that are one of a few words."""
LONGEST = 300


def table(paper: Paper, entries: Iterable[Entry], zone: tzinfo) -> None:
    """Events, one a row."""
    columns = (
        Column(_("When")),
        Column(_("What happened"), flexible=True),
        Column(_("On what"), flexible=True),
        Column(_("By"), flexible=True),
    )
    paper.table(columns, (_row(entry, zone) for entry in entries))


def what(event: Event) -> str:
    """What happened, in words."""
    return _(NAMES[event.what]) if event.what in NAMES else shown(event.what)


def by(event: Event) -> str:
    """Who did it: the user of the system, and the key that opened the vault."""
    return shown(f"{event.actor.user} ({event.actor.slot})")


def about(entry: Entry) -> str:
    """What it was done to: the short id of a pair or link, and whose it is."""
    event = entry.recorded.event
    ids = [one[:SHORT] for one in (event.pair or event.link,) if one]
    holder = [entry.holder.name] if entry.holder else [forgotten(event.holder)] if entry.forgotten else []
    return shown(" ".join([*ids, *holder]))


def details(entry: Entry) -> str:
    """What else is worth reading: not what stands beside it already."""
    beside = entry.holder.name if entry.holder else ""
    told = [(DETAILS[name], _value(name, value)) for name, value in said(entry.recorded).items() if name in DETAILS]
    worth = ((name, value) for name, value in told if value not in {"", beside})
    return shown(", ".join(_(name) + ": " + _short(_("forgotten") if v is None else v) for name, v in worth), LONGEST)


def _value(name: str, value: str | None) -> str | None:
    return _(VALUES[name, value]) if value is not None and (name, value) in VALUES else value


def forgotten(holder: str | None) -> str:
    """What stands in the place of the name of a holder who was forgotten."""
    return _("forgotten holder {id}").format(id=(holder or "")[:SHORT])


def _short(value: str) -> str:
    return value[:SHORT] if len(value) == LENGTH and normalised(value) == value else value


def _row(entry: Entry, zone: tzinfo) -> list[Cell]:
    event = entry.recorded.event
    return [
        Cell(when.minute(event.at, zone)),
        Cell(", ".join(filter(None, (what(event), details(entry))))),
        Cell(about(entry)),
        Cell(by(event)),
    ]
