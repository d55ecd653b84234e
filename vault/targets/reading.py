"""A target profile's TOML, checked key by key: whoever writes one is told every mistake in it by line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast, get_args

from vault.errors import N_
from vault.model.protection import Name
from vault.model.target_profile import (
    LANGUAGES,
    NAME,
    NAME_FIELDS,
    STEP_FIELDS,
    Flavour,
    Form,
    PinLimits,
    TargetProfile,
)
from vault.toml import reading
from vault.toml.positions import Positions
from vault.toml.table import Mistake, Table

COMMAND = "targets"
"""The group of commands that checks a target profile."""
KEYS = frozenset(
    {"aliases", "reads", "endings", "pin_shortest", "pin_longest", "pin_ascii", "pin_may_change", "steps", "commands"}
)
"""What ``unknown`` may name."""
PROTECTIONS: tuple[Name, ...] = get_args(Name)

_ENDING = re.compile(r"[a-z0-9]{1,8}(?:\.[a-z0-9]{1,8})?", re.ASCII)
_BRACES = re.compile(r"\{(\w*)\}|[{}]")
_LONGEST_PIN = 1000
_LONGEST_STEP = 600
"""Characters of a step: it stands on a sheet of paper with the others."""
_MOST_STEPS = 20


def target_profile(name: str, text: str, file: str, base: Mapping[str, object] | None = None) -> TargetProfile:
    """The target profile ``name`` that the TOML ``text`` describes; ``file`` is what errors call it.

    ``base`` are the values of the shipped profile of this name: those of the text take their place, key by key. Raises
    ProfileInvalid, with all ``mistakes`` and the ``line``, ``column``, ``key`` and ``why`` of the first.
    """
    mistakes: list[Mistake] = []
    values = reading.parsed(text, file, COMMAND)
    top = Table({**(base or {}), **values}, Positions(text), mistakes)
    if not reading.NAME.fullmatch(name):
        top.wrong("-", N_("the file's name must be small letters, digits and hyphens"))
    if base is not None and values.get("title", base["title"]) != base["title"]:
        top.wrong("title", N_("stays as it is in the profile that ships"))
    made = _profile(name, top, values)
    top.done()
    if mistakes:
        raise reading.invalid(file, COMMAND, mistakes)
    return made


def _profile(name: str, top: Table, own: Mapping[str, object]) -> TargetProfile:
    unknown = top.unknown(own, KEYS)
    form = cast("Form", top.choice("form", get_args(Form), "pkcs12", N_("must be pkcs12 or pem")))
    return TargetProfile(
        id=name,
        title=top.text("title", None),
        aliases=tuple(top.words("aliases", N_("must be a list of texts, none of them empty or long"))),
        reads=_reads(top, form, unknown),
        writes=cast("Flavour", top.choice("writes", get_args(Flavour), "3des", N_("must be original, 3des or aes"))),
        form=form,
        endings=_endings(top, form),
        name=_pattern(top),
        pin=_pin(top),
        pin_may_change=cast("bool", top.take("pin_may_change", bool, True)),
        steps=_steps(top, unknown),
        commands=_texts(top, "commands"),
        source=_source(top),
        unknown=unknown,
    )


def _reads(top: Table, form: Form, unknown: tuple[str, ...]) -> frozenset[Name]:
    """What it reads. Where nobody knows that, all: the issuer's own bytes are the first choice."""
    why = N_("must be a list of: rc2-40, 3des, aes, pbmac1, none, other")
    found = top.words("reads", why, PROTECTIONS.__contains__)
    if "reads" in unknown or form == "pem":
        if found:
            top.wrong("reads", N_("is given and unknown at once, or means nothing where PEM is written"))
        return frozenset(PROTECTIONS)
    if not found:
        top.wrong("reads", N_("is missing: what it reads, or that it is unknown"))
    return frozenset(cast("list[Name]", found))


def _endings(top: Table, form: Form) -> tuple[str, ...]:
    default: list[object] = ["key.pem", "cert.pem"] if form == "pem" else ["p12", "pfx"]
    top.values.setdefault("endings", default)
    found = top.words("endings", N_("must be small letters and digits, such as pfx"), _ENDING.fullmatch)
    if form == "pem" and len(set(found)) != 2:
        top.wrong("endings", N_("must be two where PEM is written: of the key and of the certificate"))
    elif not found:
        top.wrong("endings", N_("must be one at least"))
    return tuple(found)


def _pattern(top: Table) -> str:
    found = top.text("name", NAME)
    if not found.strip() or not _only(found, NAME_FIELDS) or "{id}" not in found:
        top.wrong("name", N_("must hold {id}, and in braces nothing but holder, provider, until and id"))
    return found


def _pin(top: Table) -> PinLimits:
    why = N_("must be between 1 and 1000")
    shortest, longest = (top.number(key, 1, _LONGEST_PIN, why) for key in ("pin_shortest", "pin_longest"))
    if shortest and longest and shortest > longest:
        top.wrong("pin_longest", N_("must not be below pin_shortest"))
    return PinLimits(shortest or 0, longest, top.truth("pin_ascii"))


def _steps(top: Table, unknown: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The steps by language. Where a language lacks, the other one stands in."""
    empty: dict[str, object] = {}
    found = top.take("steps", dict, empty if "steps" in unknown else None)
    if found is None:
        return dict.fromkeys(LANGUAGES, ())
    table = Table(found, top.positions, top.mistakes, ("steps",))
    given = {language: _texts(table, language) for language in LANGUAGES if language in found}
    table.done()
    if "steps" not in unknown and not any(given.values()):
        top.wrong("steps", N_("must be a table with the texts under de and en, or one of them"))
    any_ = next((texts for texts in given.values() if texts), ())
    return {language: given.get(language) or any_ for language in LANGUAGES}


def _source(top: Table) -> dict[str, str]:
    """Where all this is from: one text, or a table of texts by language."""
    found = top.values.get("source")
    if not isinstance(found, dict):
        return dict.fromkeys(LANGUAGES, top.text("source", ""))
    del top.values["source"]
    table = Table(found, top.positions, top.mistakes, ("source",))
    given = {language: table.text(language, "") for language in LANGUAGES}
    table.done()
    return {language: given[language] or next(filter(None, given.values()), "") for language in LANGUAGES}


def _texts(table: Table, key: str) -> tuple[str, ...]:
    why = N_("must be texts of at most 600 characters, in braces nothing but file, stem, holder, provider and until")
    found = table.words(key, why, lambda text: bool(text.strip()) and _only(text, STEP_FIELDS), longest=_LONGEST_STEP)
    if len(found) > _MOST_STEPS:
        table.wrong(key, N_("must be 20 texts at most"))
    return tuple(found)


def _only(text: str, fields: frozenset[str]) -> bool:
    """Whether nothing but ``fields`` stands in braces, and no brace alone."""
    return all(found[1] in fields for found in _BRACES.finditer(text))
