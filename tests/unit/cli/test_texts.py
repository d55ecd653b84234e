"""The text catalogue: complete, fresh, and the same fields on both sides."""

from __future__ import annotations

import ast
import gettext
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from cli import texts
from cli.texts.catalogue import Catalogue
from vault import errors
from vault.errors import N_, CertvaultError, Phrase

ROOT = Path(__file__).parents[3]
COMPILED = texts.FOLDER / "de" / "LC_MESSAGES" / "certvault.mo"
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
OTHER_WORDS = {
    r"\bIds?\b": "Kennung",
    r"(?<!;)\bInhabers?\b": "Zertifikatsinhaber",
    r"\bTags\b(?! )": "Schlagwörter",
    "Ereignis": "Protokolleintrag",
    "Wurzelschlüssel": "Hauptschlüssel",
    r"\bAnbieter": "Aussteller",
    "[Kk]ennwort": "Passwort",
}
"""German words that somebody could write for what is called otherwise, with the right one: one word for one thing."""
NEW = "run scripts/texts and fill in the new texts"


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """The German catalogue as it is edited."""
    with COMPILED.with_suffix(".po").open("rb") as file:
        return read_po(file, locale="de")


def messages(catalogue: Catalog) -> list[Message]:
    """All messages but the header."""
    return [message for message in catalogue if message.id]


def in_code() -> set[str | tuple[str, ...]]:
    """The texts that are marked in the code."""
    found: set[str | tuple[str, ...]] = set()
    for folder in ("cli", "vault"):
        for _file, _line, text, _comments, _context in extract_from_dir(ROOT / folder, METHODS, keywords=KEYWORDS):
            found.add(text)
    return found


def test_every_text_is_found_as_the_standard_library_finds_it(catalogue: Catalog) -> None:
    """One by one, with the forms for one thing and for several; what is not there comes back as it is."""
    ours = Catalogue(COMPILED.read_bytes())
    with COMPILED.open("rb") as file:
        theirs = gettext.GNUTranslations(file)
    for message in messages(catalogue):
        if isinstance(message.id, str):
            assert ours.gettext(message.id) == theirs.gettext(message.id)
        else:
            one, many = message.id
            for n in (0, 1, 2, 11):
                assert ours.ngettext(one, many, n) == theirs.ngettext(one, many, n)
    for unknown in ("~", "\0", "no such text", "Zertifikat", "\udcff", "\U0010ffff"):
        assert ours.gettext(unknown) == unknown
    assert [ours.ngettext("{n} moon", "{n} moons", n) for n in (1, 2)] == ["{n} moon", "{n} moons"]


def test_what_is_no_catalogue_is_refused() -> None:
    """The file of a machine with the other order of octets, too."""
    with pytest.raises(ValueError, match="no catalogue"):
        Catalogue(COMPILED.read_bytes()[3::-1] + bytes(28))


def test_the_catalogue_is_fresh(catalogue: Catalog) -> None:
    """It has the texts that the code has, and no others."""
    listed = {message.id if isinstance(message.id, str) else tuple(message.id) for message in messages(catalogue)}
    assert in_code() - listed == set(), NEW
    assert listed - in_code() == set(), NEW


def test_the_catalogue_is_complete(catalogue: Catalog) -> None:
    """Every text is translated, every form of it, and none is a guess."""
    for message in messages(catalogue):
        assert all(forms(message)), (message.id, NEW)
        assert not message.fuzzy, message.id


def test_the_fields_are_the_same_on_both_sides(catalogue: Catalog) -> None:
    """``{host}`` in English is ``{host}`` in German, as often as it likes."""
    for message in messages(catalogue):
        last = message.id if isinstance(message.id, str) else message.id[-1]
        assert {fields(form) for form in forms(message)} == {fields(last)}, message.id


def test_what_is_compiled_is_what_is_edited(catalogue: Catalog) -> None:
    """The committed .mo says what the committed .po says."""
    with COMPILED.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in messages(catalogue):
        if isinstance(message.id, str):
            found: tuple[str, ...] = (compiled.gettext(message.id),)
        else:
            found = tuple(compiled.ngettext(message.id[0], message.id[1], n) for n in (1, 2))
        assert found == forms(message), NEW


def test_the_german_is_typeset(catalogue: Catalog) -> None:
    """German quotation marks, no typewriter apostrophes for them, no double blanks."""
    for message in messages(catalogue):
        for form in forms(message):
            assert form.count("„") == form.count("“"), form
            assert "  " not in form, form
            assert form[:1].isspace() is str(message.id)[:1].isspace(), form


def test_one_word_for_one_thing(catalogue: Catalog) -> None:
    """What has a name is called by it in every German text, and an id is never a number: agencies have numbers."""
    for message in messages(catalogue):
        for form in forms(message):
            for other, right in OTHER_WORDS.items():
                assert not re.search(other, form), (form, right)
        if re.search(r"\bids?\b(?!})", str(message.id), re.IGNORECASE):
            assert all("Kennung" in form or "{id}" in form for form in forms(message)), message.id


def test_every_error_can_be_told_in_german(catalogue: Catalog) -> None:
    """Sentence and hint of each class of the tree are in the catalogue."""
    for error in tree(CertvaultError):
        for text in (error.sentence, error.hint):
            assert not text or catalogue.get(text), error


def test_no_text_hides_in_an_f_string() -> None:
    """Babel does not look inside f-strings, so a text there would stay English unseen."""
    for path in [*(ROOT / "cli").rglob("*.py"), *(ROOT / "vault").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                assert not any(map(marked, ast.walk(node))), (path, node.lineno)


def test_words_of_a_phrase_are_translated_with_its_fields() -> None:
    """A phrase inside a phrase, and a marked text as a field, are all in the language that is spoken."""
    texts.speak("de")
    try:
        inner = Phrase(N_("it answered with HTTP status {status}"), status=404)
        outer = Phrase(N_("{host} could not be reached: {why}. The PIN was not sent."), host="h", why=inner)
        assert str(outer).startswith("h could not be reached: it answered")
        assert (
            texts.translated(outer)
            == "h war nicht erreichbar: Antwort mit HTTP-Status 404. Die PIN wurde nicht gesendet."
        )
        assert texts.translated("its folder is not there") == "der Ordner ist nicht da"
        assert texts.translated("") == ""
    finally:
        texts.speak("en")


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["--lang", "de", "due"], {"CERTVAULT_LANG": "en"}, "de"),
        (["due", "--lang=de"], {}, "de"),
        (["--lang", "en", "--lang", "de"], {}, "de"),
        (["add", "--", "--lang", "de"], {}, "en"),
        (["--lang"], {"CERTVAULT_LANG": "de"}, "de"),
        ([], {"CERTVAULT_LANG": "fr", "LANG": "de_DE"}, "de"),
        ([], {"LC_ALL": "POSIX", "LANG": "de_DE"}, "en"),
        ([], {"LC_ALL": "de_DE@euro"}, "de"),
        ([], {}, "en"),
    ],
)
def test_the_language_is_chosen(arguments: list[str], environment: dict[str, str], language: str) -> None:
    """The option wins over the variable, the variable over the system, and what is not spoken is passed over."""
    assert texts.chosen(arguments, environment) == language


def forms(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or one for each number."""
    found = message.string
    return (found or "",) if found is None or isinstance(found, str) else tuple(found)


def fields(text: str) -> frozenset[str]:
    """The names in braces."""
    assert "{}" not in text
    names = {name for _, name, _, _ in string.Formatter().parse(re.sub(r"\{\d[^}]*\}", "", text)) if name}
    return frozenset(names)


def tree(error: type[CertvaultError]) -> Iterator[type[CertvaultError]]:
    """The class and all below it."""
    assert error.__module__ == errors.__name__
    yield error
    for below in error.__subclasses__():
        yield from tree(below)


def marked(node: ast.AST) -> bool:
    """Whether a node marks a text."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS
