"""A profile's TOML, checked key by key: whoever writes one is told every mistake in it by line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast, get_args

from vault.errors import N_
from vault.model.fold import folded
from vault.model.profile import Ending, FileBy, Flavour, LinkShape, PinBy, Profile
from vault.toml.positions import Positions
from vault.toml.reading import NAME, invalid, parsed
from vault.toml.table import MOST, Mistake, Table

_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.ASCII)
_PATH = re.compile(r"/(?:(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*)?", re.ASCII)
_ADDRESS = re.compile(r"[a-z0-9._+-]+@[a-z0-9.-]+", re.ASCII)
_PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}", re.ASCII)
_STEP = re.compile(r"\[(?:0-9|A-F|a-f|A-Z|a-z|_)+-?\](?:\{(?P<least>\d{1,3})(?P<upto>,\d{1,3})?\})?", re.ASCII)
COMMAND = "providers"
"""The group of commands that checks a profile."""

KEYS = frozenset(
    {
        "aliases",
        "senders",
        "subjects",
        "links",
        "hosts",
        "days",
        "always_new_pin",
        "button",
        "refused",
        "gone",
        "pin_by",
    }
    | {"file_by", "ask_from", "valid_days", "renew_days", "activation", "renewal", "flavour", "ending"}
)
"""What ``unknown`` may name: every key but the title."""


def profile(name: str, text: str, file: str, base: Mapping[str, object] | None = None) -> Profile:
    """The profile ``name`` that the TOML ``text`` describes; ``file`` is what errors call it.

    ``base`` are the values of the shipped profile of this name: those of the text take their place, key by key. Texts
    that are compared with mails and pages are folded here. Raises ProfileInvalid, with all ``mistakes`` and the
    ``line``, ``column``, ``key`` and ``why`` of the first: TOML that does not parse, a key that is missing or unknown,
    a value of the wrong type or form.
    """
    mistakes: list[Mistake] = []
    values = parsed(text, file, COMMAND)
    top = Table({**(base or {}), **values}, Positions(text), mistakes)
    if not NAME.fullmatch(name):
        top.wrong("-", N_("the file's name must be small letters, digits and hyphens"))
    if base is not None and values.get("title", base["title"]) != base["title"]:
        top.wrong("title", N_("stays as it is in the profile that ships"))
    made = _profile(name, top, values)
    top.done()
    if mistakes:
        raise invalid(file, COMMAND, mistakes)
    return made


def _profile(name: str, top: Table, own: Mapping[str, object]) -> Profile:
    unknown = top.unknown(own, KEYS)
    links = _links(top, unknown)
    days = N_("must be between 1 and 3650")

    def way(key: str) -> str | None:
        """How something comes must be said, unless nobody knows or the links say it."""
        return "other" if key in unknown else "link" if key == "file_by" and links else None

    return Profile(
        name=name,
        title=top.text("title", None),
        aliases=tuple(top.words("aliases", _LISTED)),
        senders=tuple(top.words("senders", N_("must be mail addresses in small letters"), _ADDRESS.fullmatch)),
        subjects=_folded(top, "subjects"),
        links=links,
        hosts=tuple(dict.fromkeys((*((link.host, link.port) for link in links), *_hosts(top)))),
        days=top.number("days", 1, 3650, days),
        always_new_pin=top.truth("always_new_pin"),
        button=_folded(top, "button"),
        refused=_folded(top, "refused"),
        gone=_folded(top, "gone"),
        pin_by=cast(
            "PinBy",
            top.choice("pin_by", get_args(PinBy), way("pin_by"), N_("must be sms, mail, letter, chosen or other")),
        ),
        file_by=cast(
            "FileBy", top.choice("file_by", get_args(FileBy), way("file_by"), N_("must be link, portal, mail or other"))
        ),
        ask_from=top.number("ask_from", 1, 9, N_("must be between 1 and 9")) or 2,
        valid_days=top.number("valid_days", 1, 3650, days),
        renew_days=top.number("renew_days", 1, 3650, days),
        activation=top.truth("activation"),
        renewal=top.text("renewal", ""),
        flavour=cast("Flavour", top.choice("flavour", get_args(Flavour), "any", N_("must be any or legacy"))),
        ending=cast("Ending", top.choice("ending", get_args(Ending), "p12", N_("must be p12 or pfx"))),
        unknown=unknown,
    )


_LISTED = N_("must be a list of texts, none of them empty or long")


def _folded(top: Table, key: str) -> tuple[str, ...]:
    return tuple(folded(word) for word in top.words(key, _LISTED))


def _hosts(top: Table) -> list[tuple[str, int]]:
    words = top.words("hosts", N_("must name hosts in small ASCII letters, with a port where it is not 443"), _host)
    return [host for word in words if (host := _host(word)) is not None]


def _host(word: str) -> tuple[str, int] | None:
    host, colon, port = word.partition(":")
    number = int(port) if re.fullmatch(r"[1-9][0-9]{0,4}", port, re.ASCII) else 0 if colon else 443
    return (host, number) if _HOST.fullmatch(host) and 1 <= number <= 65535 else None


def _links(top: Table, unknown: tuple[str, ...]) -> tuple[LinkShape, ...]:
    given = "links" in top.values
    empty: list[object] = []
    found = top.take("links", list, empty)
    if found is None:
        return ()
    tables = [one for one in found if isinstance(one, dict)]
    if len(tables) < len(found) or (given and not found):
        top.wrong("links", N_("must be one or more tables"))
        return ()
    if not found and top.values.get("file_by") == "link" and "links" not in unknown:
        top.wrong("links", N_("is missing: how the links look, or that it is unknown"))
    made = (_link(Table(one, top.positions, top.mistakes, ("links", i))) for i, one in enumerate(tables))
    return tuple(made)


def _link(table: Table) -> LinkShape:
    form = N_("has another form than it must have")
    made = LinkShape(
        host=_shaped(table, "host", _HOST, form),
        port=table.number("port", 1, 65535, N_("must be between 1 and 65535")) or 443,
        path=_shaped(table, "path", _PATH, form),
        reference=_shaped(table, "reference", _PARAMETER, form),
        pattern=_pattern(table),
    )
    table.done()
    return made


def _shaped(table: Table, key: str, form: re.Pattern[str], why: str) -> str:
    value = table.take(key, str)
    if value is not None and (len(value) > MOST or not form.fullmatch(value)):
        table.wrong(key, why)
    return value or ""


def _pattern(table: Table) -> str:
    """Character classes with counts, at most one of them open: such a pattern cannot run away on a hostile link."""
    text = table.take("pattern", str)
    if text is None:
        return ""
    steps = list(_STEP.finditer(text[:MOST]))
    open_ended = [s for s in steps if s["upto"]]
    counts = [int(s["least"] or 1) for s in steps] + [int(s["upto"][1:]) for s in open_ended]
    if not text or "".join(s[0] for s in steps) != text or len(open_ended) > 1 or max(counts) > MOST:
        table.wrong("pattern", N_("must be character classes with a count, such as [0-9a-f]{16}"))
    elif any(int(s["upto"][1:]) < int(s["least"]) for s in open_ended):
        table.wrong("pattern", N_("counts down"))
    return text
