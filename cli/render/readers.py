"""Which programs read a file, and what the others say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cli.texts import _, translated
from vault.errors import N_
from vault.model.protection import Protection
from vault.model.reading_target import Says, Verdict, verdicts, why_not
from vault.model.target_profile import TargetProfile

SAYS: dict[Says, str] = {"wrong-password": N_("Says »wrong password«"), "error": N_("Says »error«")}


def facts(protection: Protection) -> Iterator[tuple[str, str]]:
    """Who reads the file, who calls its password wrong, and why."""
    found = verdicts(protection)
    yield _("Read by"), _titles(one for one in found if one.reads)
    for says, title in SAYS.items():
        refusing = [one for one in found if one.reads is False and one.system.says == says]
        for why in dict.fromkeys(one.why for one in refusing):
            yield _(title), f"{_titles(one for one in refusing if one.why == why)}: {_joined(why)}"
    yield _("Not known of"), _titles(one for one in found if one.reads is None)


def _titles(found: Iterable[Verdict]) -> str:
    return "; ".join(_(one.system.title) for one in found)


def _joined(why: Iterable[str]) -> str:
    return "; ".join(map(translated, why))


def software(protection: Protection, profiles: Iterable[TargetProfile]) -> list[TargetProfile]:
    """The target profiles whose software reads the file only once it is written anew."""
    return [one for one in profiles if one.writes != "original" and one.form == "pkcs12" and why_not(one, protection)]


def shapes(protection: Protection) -> list[dict[str, object]]:
    """The same for scripts."""
    return [
        {
            "id": one.system.id,
            "reads": one.reads,
            "says": one.system.says if one.reads is False else None,
            "why": [*map(translated, one.why)],
        }
        for one in verdicts(protection)
    ]


def hash_title(name: str) -> str:
    """``sha256`` as people write it: SHA-256."""
    return name.upper().replace("SHA", "SHA-", 1).replace("_", "/")
