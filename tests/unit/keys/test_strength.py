"""What is guessed soon is called weak, in the words of this country and trade too."""

from __future__ import annotations

import pytest

from vault.keys.strength import german_words, weakness
from vault.secret import Passphrase


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "12345678",
        "qwertzuiop",
        "Thomas",
        "13.04.1975",
        "Passwort123",
        "Versicherung1",
        "Zertifikat2026",
        "Maklerpool-Berlin",
        "Sommer2026!",
        "Schlüssel123",
        "SCHLUESSEL123!",
        "MünchenOktober2026",
        "certvault2026",
        "a" * 1024,
        "\u0000\u0301\U0001f511",
    ],
)
def test_what_is_weak(text: str) -> None:
    """Each has a reason, which does not quote it."""
    why = weakness(Passphrase(text))
    assert why
    assert len(text) < 2 or text not in why


@pytest.mark.parametrize(
    "text",
    ["correct horse battery", "Vier wilde Gänse tanzen Polka", "Hund Katze Maus Pferd Bier", "tRk9-aX2m-qq"],
)
def test_what_is_good_enough(text: str) -> None:
    """Several words, German ones too, or a dozen random characters."""
    assert weakness(Passphrase(text)) == ""


def test_words_of_this_vault_do_not_help() -> None:
    """The agency's name and the owner's are tried first by whoever knows whose vault it is."""
    assert weakness(Passphrase("Brzeszczynski77")) == ""
    assert weakness(Passphrase("Brzeszczynski77"), ["Agentur Brzeszczynski"])


def test_the_words_are_plain() -> None:
    """One word each, in small letters, none twice; those with umlauts are there in both writings."""
    words = german_words()
    assert len(words) == len(set(words)) > 500
    assert all(word.isalpha() and word == word.lower() for word in words)
    assert {"schlüssel", "schluessel", "straße", "strasse"} <= set(words)
