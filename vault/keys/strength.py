"""How soon a passphrase is guessed, by zxcvbn: its estimate of the guesses that it takes whoever has the folder.

The library knows English words, names, keyboards and dates. What it does not know are German words, of which
``german.txt`` holds those that people here take first, and the words of this very vault.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import zxcvbn_rs_py as zxcvbn

from vault.errors import N_
from vault.model.fold import words
from vault.secret import Passphrase

ENOUGH = 10
"""Guesses, as a power of ten, from which a passphrase is good enough: decades for one computer under Argon2id as it is
set here.
"""

_GERMAN = Path(__file__).with_name("german.txt")
_PROGRAM = ("certvault", "tresor", "vault")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_REASONS = {
    "StraightRowsOfKeysAreEasyToGuess": N_("neighbouring keys are guessed first"),
    "ShortKeyboardPatternsAreEasyToGuess": N_("neighbouring keys are guessed first"),
    "RepeatsLikeAaaAreEasyToGuess": N_("the same again adds next to nothing"),
    "RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess": N_("the same again adds next to nothing"),
    "ThisIsATop10Password": N_("it is one that very many people have"),
    "ThisIsATop100Password": N_("it is one that very many people have"),
    "ThisIsACommonPassword": N_("it is one that very many people have"),
    "ThisIsSimilarToACommonlyUsedPassword": N_("it is close to one that very many people have"),
    "SequencesLikeAbcAreEasyToGuess": N_("letters or digits in their order are guessed first"),
    "RecentYearsAreEasyToGuess": N_("years are guessed first"),
    "DatesAreOftenEasyToGuess": N_("dates are guessed first"),
    "AWordByItselfIsEasyToGuess": N_("one word alone is guessed soon"),
    "NamesAndSurnamesByThemselvesAreEasyToGuess": N_("names are guessed first"),
    "CommonNamesAndSurnamesAreEasyToGuess": N_("names are guessed first"),
}
_TOO_FEW = N_("it is too short, or made of words that are tried first")


def weakness(passphrase: Passphrase, about: Iterable[str] = ()) -> str:
    """Why ``passphrase`` is too easy to guess, or nothing where it is not.

    ``about`` are texts that whoever guesses would try: of the person, the agency, the machine. The answer is for
    people, and does not quote the passphrase.
    """
    known = [word for text in about for word in words(text)]
    found = zxcvbn.zxcvbn(passphrase.reveal(), [*_PROGRAM, *known, *german_words()])
    if found.guesses_log10 >= ENOUGH:
        return ""
    warning = found.feedback.warning if found.feedback else None
    return _REASONS.get(repr(warning).removeprefix("Warning."), _TOO_FEW)


def german_words() -> list[str]:
    """Words that are tried first, the likeliest first, each as it is written and without umlauts."""
    written = _GERMAN.read_text("utf-8").split()
    return list(dict.fromkeys(form for word in written for form in (word, word.translate(_UMLAUTS))))
