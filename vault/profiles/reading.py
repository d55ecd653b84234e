"""A profile's TOML, checked key by key: whoever writes one is told which line of it is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeVar, cast, get_args

from vault.errors import N_, ProfileInvalid
from vault.model.fold import folded
from vault.model.profile import LinkShape, PinBy, Profile

T = TypeVar("T")

_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}", re.ASCII)
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.ASCII)
_PATH = re.compile(r"/(?:(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*)?", re.ASCII)
_ADDRESS = re.compile(r"[a-z0-9._+-]+@[a-z0-9.-]+", re.ASCII)
_PARAMETER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}", re.ASCII)
_STEP = re.compile(r"\[(?:0-9|A-F|a-f|A-Z|a-z|_)+-?\](?:\{(?P<least>\d{1,3})(?P<upto>,\d{1,3})?\})?", re.ASCII)
_MOST = 256


class _Table:
    """A table of the file that knows where it stands, so that an error can say so."""

    def __init__(self, file: str, where: str, values: Mapping[str, object]) -> None:
        self.file, self.where, self.values = file, where, dict(values)

    def refuse(self, key: str, why: str) -> NoReturn:
        raise ProfileInvalid(file=self.file, key=f"{self.where}{key}", why=why)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        value = self.values.pop(key, default)
        if value is None:
            self.refuse(key, N_("is missing"))
        if type(value) is not kind:
            self.refuse(key, N_("has another type than it must have"))
        return value

    def words(self, key: str, fits: Callable[[str], object] = bool, default: list[object] | None = None) -> list[str]:
        found = self.take(key, list, default)
        if not all(isinstance(word, str) and len(word) <= _MOST and fits(word) for word in found):
            self.refuse(key, N_("must be a list of texts, none of them empty or malformed"))
        return cast("list[str]", found)

    def done(self) -> None:
        for key in self.values:
            self.refuse(key, N_("is not a key of a profile"))


def profile(name: str, text: str, file: str) -> Profile:
    """The profile ``name`` that the TOML ``text`` describes; ``file`` is what errors call it.

    Raises ProfileInvalid with ``file``, ``key`` and ``why``: TOML that does not parse, a key that is missing or
    unknown, a value of the wrong type or form. Texts that are compared with mails and pages are folded here.
    """
    try:
        top = _Table(file, "", tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ProfileInvalid(file=file, key="-", why=N_("this is not TOML")) from error
    if not _NAME.fullmatch(name):
        top.refuse("-", N_("the file's name must be small letters, digits and hyphens"))
    links = _links(top)
    hosts = tuple(_host(top, word) for word in top.words("hosts", default=[]))
    made = Profile(
        name=name,
        title=_title(top),
        aliases=tuple(top.words("aliases", default=[])),
        senders=tuple(top.words("senders", _ADDRESS.fullmatch)),
        subjects=_folded(top, "subjects"),
        links=links,
        hosts=tuple(dict.fromkeys((*((link.host, link.port) for link in links), *hosts))),
        days=_days(top),
        always_new_pin=top.take("always_new_pin", bool),
        button=_folded(top, "button"),
        refused=_folded(top, "refused"),
        gone=_folded(top, "gone"),
        pin_by=_pin_by(top),
    )
    top.done()
    return made


def _title(top: _Table) -> str:
    title = top.take("title", str)
    if not 0 < len(title) <= _MOST:
        top.refuse("title", N_("must be a short text"))
    return title


def _days(top: _Table) -> int | None:
    if "days" not in top.values:
        return None
    days = top.take("days", int)
    if not 1 <= days <= 3650:
        top.refuse("days", N_("must be between 1 and 3650"))
    return days


def _pin_by(top: _Table) -> PinBy:
    way = top.take("pin_by", str, "other")
    if way not in get_args(PinBy):
        top.refuse("pin_by", N_("must be sms, mail, letter, chosen or other"))
    return cast("PinBy", way)


def _folded(top: _Table, key: str) -> tuple[str, ...]:
    return tuple(folded(word) for word in top.words(key, default=[]))


def _host(table: _Table, word: str) -> tuple[str, int]:
    host, _, port = word.partition(":")
    if not _HOST.fullmatch(host) or (port and not re.fullmatch(r"[1-9][0-9]{0,4}", port, re.ASCII)):
        table.refuse("hosts", N_("must name hosts in small ASCII letters, with a port where it is not 443"))
    return host, _port(table, "hosts", int(port or 443))


def _port(table: _Table, key: str, port: int) -> int:
    if not 1 <= port <= 65535:
        table.refuse(key, N_("must be between 1 and 65535"))
    return port


def _links(top: _Table) -> tuple[LinkShape, ...]:
    found = top.take("links", list)
    if not all(isinstance(one, dict) for one in found) or not found:
        top.refuse("links", N_("must be one or more tables"))
    return tuple(_link(_Table(top.file, f"links[{i}].", one)) for i, one in enumerate(found))


def _link(table: _Table) -> LinkShape:
    made = LinkShape(
        host=_shaped(table, "host", _HOST),
        port=_port(table, "port", table.take("port", int, 443)),
        path=_shaped(table, "path", _PATH),
        reference=_shaped(table, "reference", _PARAMETER),
        pattern=_pattern(table),
    )
    table.done()
    return made


def _shaped(table: _Table, key: str, form: re.Pattern[str]) -> str:
    value = table.take(key, str)
    if len(value) > _MOST or not form.fullmatch(value):
        table.refuse(key, N_("has another form than it must have"))
    return value


def _pattern(table: _Table) -> str:
    """Character classes with counts, at most one of them open: such a pattern cannot run away on a hostile link."""
    text = table.take("pattern", str)
    steps = list(_STEP.finditer(text[:_MOST]))
    open_ended = [s for s in steps if s["upto"]]
    counts = [int(s["least"] or 1) for s in steps] + [int(s["upto"][1:]) for s in open_ended]
    if not text or "".join(s[0] for s in steps) != text or len(open_ended) > 1 or max(counts) > _MOST:
        table.refuse("pattern", N_("must be character classes with a count, such as [0-9a-f]{16}"))
    if any(int(s["upto"][1:]) < int(s["least"]) for s in open_ended):
        table.refuse("pattern", N_("counts down"))
    return text
