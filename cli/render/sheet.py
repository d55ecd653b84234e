"""The recovery sheet: one page to print, which needs nothing but itself."""

from __future__ import annotations

from datetime import UTC
from html import escape
from pathlib import Path
from typing import NamedTuple

from cli.render import when
from cli.session import Session
from cli.texts import _, language
from vault.model.shown import shown
from vault.secret import RecoveryCode

ENDINGS = (".html", ".htm")
IN_A_ROW = 4
STYLE = """
@page { size: A4; margin: 20mm }
body { font: 11pt/1.45 sans-serif; color: #000; background: #fff; max-width: 170mm; margin: 0 auto; padding: 6mm 0 }
h1 { font-size: 22pt; margin: 0 0 2mm } h2 { font-size: 12pt; margin: 6mm 0 1mm }
p { margin: 0 0 2mm } ol, ul { margin: 0; padding-left: 6mm }
table { border-collapse: collapse; width: 100% }
.code { margin: 6mm 0; border: .6mm solid #000; table-layout: fixed }
.code td { font: bold 26pt monospace; text-align: center; padding: 4mm 0; letter-spacing: .06em }
.code small { display: block; font: 8pt sans-serif; letter-spacing: 0 }
.facts th { text-align: left; font-weight: normal; width: 45mm; vertical-align: top; padding: .6mm 0 }
.facts td { font-weight: bold; overflow-wrap: anywhere }
.line th { text-align: left; font-weight: normal; width: 45mm; padding-top: 7mm }
.line td { border-bottom: .3mm solid #000 }
"""
PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
{title}
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


class About(NamedTuple):
    """Of which vault a code is, and under which name its key stands there."""

    vault: str
    key: str


def for_file(session: Session, code: RecoveryCode, file: Path, about: About) -> bytes:
    """What goes into the file of a recovery code: a sheet where the file's name ends so, else the code in one line."""
    if is_sheet(file):
        return _sheet(session, code, about).encode()
    return code.reveal().encode() + b"\n"


def is_sheet(file: Path) -> bool:
    """Whether a file of this name is a sheet to print."""
    return file.suffix.lower() in ENDINGS


def _sheet(session: Session, code: RecoveryCode, about: About) -> str:
    now = session.now()
    facts = {
        _("Vault"): shown(str(session.folder.absolute()), 1000),
        _("Its id"): about.vault,
        _("Name of the key"): shown(about.key),
        _("Date"): when.day(now, now.astimezone().tzinfo or UTC),
    }
    use = (
        _("Start any command, for example: {command}").format(command="certvault list"),
        _("Where it asks for the passphrase, type this code. Capitals, blanks and hyphens do not matter."),
        _("Choose a new passphrase: {command}").format(command="certvault keys change-passphrase"),
    )
    keep = (
        _("Keep it where you keep contracts, not beside the computer, and take no picture of it."),
        _("Whoever has this sheet and the vault's folder can read everything in it."),
        _("Delete the file from which it was printed."),
        _("When it is lost or was seen: {command}").format(command="certvault help recovery-lost"),
    )
    title = _("Recovery code")
    body = (
        _tag("h1", title),
        _tag("p", _("It opens the vault of certificates and PINs when the passphrase is lost.")),
        _groups(code.reveal().split("-")),
        _tag("p", _("There is no letter I, L, O or U in it: 1 is the digit one, 0 the digit zero.")),
        _rows("facts", facts),
        _tag("h2", _("When it is needed")),
        f"<ol>{_items(use)}</ol>",
        _tag("h2", _("Until then")),
        f"<ul>{_items(keep)}</ul>",
        _rows("line", dict.fromkeys((_("Put away at"), _("on"), _("by")), "")),
    )
    return PAGE.format(language=language(), title=_tag("title", title), style=STYLE, body="\n".join(body))


def _groups(groups: list[str]) -> str:
    """The code in rows of large groups, each with its number."""
    cells = [f"<td><small>{number}</small>{escape(group)}</td>" for number, group in enumerate(groups, 1)]
    rows = ["".join(cells[at : at + IN_A_ROW]) for at in range(0, len(cells), IN_A_ROW)]
    return '<table class="code">' + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _rows(kind: str, rows: dict[str, str]) -> str:
    told = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows.items())
    return f'<table class="{kind}">{told}</table>'


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _items(lines: tuple[str, ...]) -> str:
    return "".join(_tag("li", line) for line in lines)
