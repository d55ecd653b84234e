"""The text catalogue: English in the code, other languages in ``<language>/LC_MESSAGES/certvault.mo``.

The language is chosen once, before any text is built: ``_`` at the top of a command's file is evaluated in it.
"""

from __future__ import annotations

import gettext
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vault.errors import Phrase, filled

if TYPE_CHECKING:
    from cli.texts.catalogue import Catalogue

FOLDER = Path(__file__).parent
DOMAIN = "certvault"
LANGUAGES = ("en", "de")

_catalogue: gettext.NullTranslations | Catalogue = gettext.NullTranslations()
_language = "en"


def speak(language: str) -> None:
    """Use ``language``, one of :data:`LANGUAGES`, for every text from now on."""
    global _catalogue, _language  # noqa: PLW0603 - one program speaks one language
    _language = language
    if language == "en":
        _catalogue = gettext.NullTranslations()
    else:
        from cli.texts.catalogue import Catalogue

        _catalogue = Catalogue((FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes())


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Use ``language`` within the block: what is written for others need not be in the language of who writes it."""
    before = _language
    speak(language)
    try:
        yield
    finally:
        speak(before)


def language() -> str:
    """The language that is spoken."""
    return _language


def _(text: str) -> str:
    """``text`` in the chosen language."""
    return _catalogue.gettext(text) if text else ""


def ngettext(one: str, many: str, n: int) -> str:
    """The form for ``n`` things, with ``{n}`` filled in."""
    return filled(_catalogue.ngettext(one, many, n), {"n": n})


def translated(text: str) -> str:
    """A marked text or a :class:`vault.errors.Phrase` in the chosen language; any other text as it is."""
    if isinstance(text, Phrase):
        fields = {name: translated(value) if isinstance(value, str) else value for name, value in text.fields.items()}
        return filled(_(text.template), fields)
    return _(text)


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language to speak: ``--lang`` anywhere, else CERTVAULT_LANG, else the system's, else English."""
    wanted = (*_asked(arguments), environment.get("CERTVAULT_LANG", ""), *_system(environment))
    return next((known for known in map(known_language, wanted) if known is not None), "en")


def known_language(text: str) -> str | None:
    """``de_AT.UTF-8`` as ``de``; None for a language that is not spoken here."""
    short = text.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return short if short in LANGUAGES else None


def _asked(arguments: Sequence[str]) -> list[str]:
    values: list[str] = []
    for position, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == "--lang":
            values += arguments[position + 1 : position + 2]
        elif argument.startswith("--lang="):
            values.append(argument.removeprefix("--lang="))
    return values[::-1]


def _system(environment: Mapping[str, str]) -> list[str]:
    locale = next((environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)), "")
    if locale.partition(".")[0] in {"C", "POSIX"}:
        return ["en"]
    if not locale and sys.platform == "win32":
        locale = _windows()
    return [*environment.get("LANGUAGE", "").split(":"), locale]


def _windows() -> str:
    import ctypes
    import locale

    identity: int = getattr(ctypes, "windll").kernel32.GetUserDefaultUILanguage()  # noqa: B009 - only on Windows
    return locale.windows_locale.get(identity, "")


def from_environment(arguments: Sequence[str]) -> None:
    """Choose the language as :func:`chosen` says, and speak it."""
    speak(chosen(arguments, os.environ))
