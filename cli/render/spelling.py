"""Spelling alphabets for the telephone: DIN 5009:2022 in German, the ICAO's in English."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from cli.texts import _, language

_ICAO = (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa Quebec Romeo"
    " Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu"
)
_DIN_5009 = (
    "Aachen Berlin Chemnitz Düsseldorf Essen Frankfurt Goslar Hamburg Ingelheim Jena Köln Leipzig München Nürnberg"
    " Offenbach Potsdam Quickborn Rostock Salzwedel Tübingen Unna Völklingen Wuppertal Xanten Ypsilon Zwickau"
)
_UMLAUTS = {"ä": "Umlaut Aachen", "ö": "Umlaut Offenbach", "ü": "Umlaut Unna", "ß": "Eszett"}
_ALPHABETS = {
    "en": dict(zip("abcdefghijklmnopqrstuvwxyz", _ICAO.split(), strict=True)),
    "de": dict(zip("abcdefghijklmnopqrstuvwxyz", _DIN_5009.split(), strict=True)) | _UMLAUTS,
}


def spelled(text: str) -> Iterator[tuple[str, str]]:
    """Each character of ``text`` with what one says for it: capital or small, or which figure or sign."""
    alphabet = _ALPHABETS[language()]
    for char in text:
        word = alphabet.get(char.lower())
        if word is not None:
            kind = _("small") if char == char.lower() else _("CAPITAL")
            yield char, f"{kind} {char} – {word}"
        elif char.isdecimal():
            yield char, _("figure {char}").format(char=char)
        else:
            yield char, _sign(char)


def _sign(char: str) -> str:
    named = {
        " ": _("blank"),
        "-": _("hyphen"),
        "_": _("underscore"),
        ".": _("full stop"),
        ",": _("comma"),
        ":": _("colon"),
        ";": _("semicolon"),
        "!": _("exclamation mark"),
        "?": _("question mark"),
        "#": _("hash"),
        "+": _("plus"),
        "*": _("asterisk"),
        "/": _("slash"),
        "\\": _("backslash"),
        "&": _("ampersand"),
        "%": _("percent sign"),
        "$": _("dollar sign"),
        "§": _("section sign"),
        "=": _("equals sign"),
        "@": _("at sign"),
        "(": _("opening round bracket"),
        ")": _("closing round bracket"),
    }
    return named.get(char) or unicodedata.name(char, f"U+{ord(char):04X}").lower()
