"""Errors as people and scripts read them: on standard error, and nowhere else."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from json import dumps as json_text

from cli.render.paper import Paper
from cli.texts import _, translated
from vault.errors import CertvaultError, NotSent, Phrase, filled
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.model.times import text

LONGEST = 500
LONGEST_LINE = 4000
PAGE_LINES = 12
WHOLE = "{what}"
"""A sentence that is one field and nothing else."""
GIVEN = frozenset({"name", "names", "holder", "person"})
"""What people have called something stays as it is, though it be a word that is translated elsewhere."""


def report(error: CertvaultError, *, json: bool) -> None:
    """Say what went wrong: sentence, then hint, one line each; with ``json`` one line of JSON."""
    if json:
        sys.stderr.write(json_text({"error": as_document(error)}) + "\n")
        return
    paper = Paper(sys.stderr)
    paper.write(sentence(error), "red")
    for line in (*_candidates(error), *_page(error)):
        paper.write(line)
    if hint := _filled(error, error.hint):
        paper.write(hint)


def warn(error: CertvaultError, *, json: bool) -> None:
    """Say what is wrong and hinders nobody now: as :func:`report`, but called a warning."""
    if json:
        sys.stderr.write(json_text({"warning": as_document(error)}) + "\n")
        return
    paper = Paper(sys.stderr)
    paper.write(sentence(error), "yellow")
    if hint := _filled(error, error.hint):
        paper.write(hint)


def sentence(error: CertvaultError) -> str:
    """What went wrong, in the chosen language."""
    said = _filled(error, error.sentence)
    if error.sentence != WHOLE:
        return said
    begin = said[:1] if _begins_with_a_field(error.fields.get("what")) else said[:1].upper()
    return begin + said[1:] + ("" if said.endswith((".", "?", "!")) else ".")


def reason(error: CertvaultError) -> str:
    """Why a message was not sent, where it is told beside to whom."""
    if not isinstance(error, NotSent):
        return sentence(error)
    why = shown(translated(error.why), LONGEST_LINE)
    return why if why.endswith(".") else why + "."


def hint(error: CertvaultError) -> str:
    """What to do about it; empty where there is nothing to say."""
    return _filled(error, error.hint)


def _begins_with_a_field(what: object) -> bool:
    """Whether it begins with what somebody wrote, which keeps its letters."""
    return isinstance(what, Phrase) and _(what.template).startswith("{")


def sentence_and_hint(error: CertvaultError) -> str:
    """What went wrong and what to do about it, for where only one line can be said."""
    return f"{sentence(error)} {_filled(error, error.hint)}".rstrip()


def as_document(error: CertvaultError) -> dict[str, object]:
    """The error as scripts read it."""
    told = {"what"} if error.sentence == WHOLE else set()
    fields = {name: _plain(value, name) for name, value in error.fields.items() if not name.startswith("_")}
    known = {
        "code": error.code,
        "type": error.kind(),
        "message": sentence(error),
        "hint": _filled(error, error.hint) or None,
    }
    return {**known, **{name: value for name, value in fields.items() if name not in {*known, *told}}}


def _filled(error: CertvaultError, template: str) -> str:
    """``template`` in one line, whatever stands in its fields or in those of a phrase."""
    fields: dict[str, object] = {name: _shown(name, value) for name, value in error.fields.items()}
    return shown(filled(translated(template), fields), LONGEST_LINE)


def _shown(name: str, value: object) -> str:
    return shown(translated(value) if isinstance(value, str) and name not in GIVEN else str(value), LONGEST)


def _plain(value: object, name: str = "") -> object:
    """A field as JSON: dates as text, sentences translated, everything else that JSON has no form for as its text."""
    if isinstance(value, Phrase):
        return shown(translated(value), LONGEST)
    if isinstance(value, str):
        return shown(value if name in GIVEN else _(value), LONGEST)
    if isinstance(value, datetime):
        return text(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(each, str(key)) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, (bool, int)) else shown(str(value), LONGEST)


def _candidates(error: CertvaultError) -> list[str]:
    found = error.fields.get("candidates")
    if not isinstance(found, (list, tuple)):
        return []
    return ["  " + candidate(one) for one in found if isinstance(one, Mapping)]


def _page(error: CertvaultError) -> list[str]:
    """What the page said that was not understood."""
    page = error.fields.get("text")
    lines = page.splitlines()[:PAGE_LINES] if isinstance(page, str) else []
    return [f"  | {shown(line)}" for line in lines if line.strip()]


def candidate(one: Mapping[str, object]) -> str:
    """One of several that answer to a name: its short id, and what tells it from the others."""
    facts = [shown(str(value)) for key, value in one.items() if key != "id" and value]
    return GAP.join([str(one.get("id", ""))[:SHORT], *facts])


GAP = "  "
