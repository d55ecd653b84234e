"""The words by which a German or English page says what a field, a button or a sentence is about.

All comparisons are of folded words (``vault.model.fold``): blind to case and umlauts.
"""

from __future__ import annotations

import re
from typing import Literal

from vault.model.fold import folded, words

About = Literal["captcha", "pin", "password", "search", "user", "mail", "code", ""]


def _folded(*texts: str) -> tuple[str, ...]:
    return tuple(folded(text) for text in texts)


_PASSWORD = _folded("kennwort", "passwort", "password", "passwd", "passphrase", "geheimzahl", "losungswort", "passcode")
_PASSWORD_WORDS = set(_folded("pwd", "pw", "pass", "pswd", "secret", "kw"))
_SEARCH = _folded("such", "search", "query", "volltext")
_SEARCH_WORDS = set(_folded("q", "s", "find", "finden"))
_USER = _folded("benutzer", "username", "userid", "login", "anmeldename", "kundennummer", "vermittlernummer", "kennung")
_USER_WORDS = set(_folded("user", "uid", "nutzer", "name", "vorname", "nachname"))
_MAIL = _folded("email", "newsletter", "mailadresse")
_MAIL_WORDS = set(_folded("mail"))
_CODE = _folded("code", "schlüssel", "zertifikat", "certificate", "geheim")
_CODE_WORDS = set(_folded("tan", "smstan", "mtan", "otp", "token", "cert"))
_NOT_PIN = set(_folded("pinterest", "pinnwand", "pinboard", "pinned", "spin", "opinion", "shopping"))
_PIN_AT_END = re.compile(
    r"(?:sms|zertifikats?|download|user|txt|the|new|tf|fld|input|cert|ihre?|your|p12|token)?pin[0-9]*"
)
_PIN_AT_START = re.compile(
    r"pin(?:code|nr|nummer|eingabe|feld|field|input|number|wert|value|text|box|form|entry)[0-9]*"
)

_OTHER_BUTTON = _folded(
    "abbrechen", "abbruch", "zurück", "cancel", "back", "reset", "anfordern",
    "request", "suche", "search", "newsletter", "abonnieren", "subscribe", "sprache", "language", "login",
    "hilfe", "help", "logout", "abmelden", "ablehnen", "drucken",
)  # fmt: skip
_HARM = _folded(
    "löschen", "delete", "sperr", "widerruf", "revoke", "zusenden", "ändern", "vergessen", "forgot", "registr"
)
_OTHER_BUTTON_WORDS = set(_folded("de", "en", "fr", "deutsch", "english", "los"))


def tokens(text: str) -> tuple[str, ...]:
    """The folded words of ``text``, with names of fields taken apart: ``ctl00$Main$txtPin`` ends in txt and pin."""
    spaced = re.sub(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])", " ", text[:1000])
    return words(spaced.replace("_", " "))


def about(text: str) -> About:
    """What a field with this name, label or placeholder asks for; empty where the words say nothing."""
    parts = tokens(text)
    joined = " ".join(parts)
    if "captcha" in joined:
        return "captcha"
    if any(_is_pin(part) for part in parts):
        return "pin"
    found: tuple[tuple[About, tuple[str, ...], set[str]], ...] = (
        ("password", _PASSWORD, _PASSWORD_WORDS),
        ("search", _SEARCH, _SEARCH_WORDS),
        ("mail", _MAIL, _MAIL_WORDS),
        ("user", _USER, _USER_WORDS),
        ("code", _CODE, _CODE_WORDS),
    )
    for meaning, inside, whole in found:
        if any(word in joined for word in inside) or not whole.isdisjoint(parts):
            return meaning
    return ""


def _is_pin(word: str) -> bool:
    return word not in _NOT_PIN and bool(_PIN_AT_END.fullmatch(word) or _PIN_AT_START.fullmatch(word))


def says(text: str, wanted: tuple[str, ...]) -> bool:
    """Whether ``text`` contains one of ``wanted``: as whole words in this order, or glued in a longer word."""
    have = " ".join(words(text))
    return any(want and want in have for want in (" ".join(words(w)) for w in wanted))


def other_button(text: str) -> bool:
    """Whether a button of this wording surely does something else than handing in a PIN."""
    parts = tokens(text)
    inside = any(word in " ".join(parts) for word in _OTHER_BUTTON)
    return inside or not _OTHER_BUTTON_WORDS.isdisjoint(parts) or harms(text)


def harms(text: str) -> bool:
    """Whether a button of this wording changes something for good, so that it is never pressed as the only one."""
    return any(part.startswith(_HARM) for part in tokens(text))
