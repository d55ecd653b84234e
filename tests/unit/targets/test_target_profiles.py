"""Target profiles: what ships is right and honest, a user's own joins, and what is wrong is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import ProfileInvalid, TargetProfileUnknown
from vault.model.target_profile import PinLimits, TargetProfile, why_not_pin
from vault.secret import Pin
from vault.targets import load_all, named, read_own, titles
from vault.targets.reading import target_profile

EVERY = frozenset({"rc2-40", "3des", "aes", "pbmac1", "none", "other"})
GOOD = """
title = "Assistent"
aliases = ["helfer"]
reads = ["3des", "aes"]
writes = "aes"
endings = ["pfx"]
name = "{holder}-{id}"
pin_shortest = 8
pin_longest = 20
pin_ascii = true
pin_may_change = false
commands = ["import {file}"]
source = "Handbuch"

[steps]
de = ["Öffnen Sie {file}."]
en = ["Open {file}."]
"""
WRONG = {
    "no TOML": (GOOD + "\n=", "-"),
    "unknown key": ("farbe = 1" + GOOD, "farbe"),
    "missing title": (GOOD.replace('title = "Assistent"', ""), "title"),
    "form of no kind": ('form = "jks"' + GOOD, "form"),
    "reads what is no protection": (GOOD.replace('"3des", "aes"', '"des"'), "reads"),
    "reads nothing": (GOOD.replace('reads = ["3des", "aes"]', ""), "reads"),
    "reads, and unknown at once": ('unknown = ["reads"]' + GOOD, "unknown"),
    "writes what cannot be written": (GOOD.replace('writes = "aes"', 'writes = "pbmac1"'), "writes"),
    "ending with a path": (GOOD.replace('"pfx"', '"../pfx"'), "endings"),
    "ending with capitals": (GOOD.replace('"pfx"', '"PFX"'), "endings"),
    "no ending": (GOOD.replace('["pfx"]', "[]"), "endings"),
    "one ending for PEM": ('form = "pem"' + GOOD.replace('reads = ["3des", "aes"]', ""), "endings"),
    "name without the id": (GOOD.replace('"{holder}-{id}"', '"{holder}"'), "name"),
    "name with another field": (GOOD.replace('"{holder}-{id}"', '"{pin}-{id}"'), "name"),
    "name with a lone brace": (GOOD.replace('"{holder}-{id}"', '"{id}}"'), "name"),
    "PIN of no character": (GOOD.replace("pin_shortest = 8", "pin_shortest = 0"), "pin_shortest"),
    "PIN longer than longest": (GOOD.replace("pin_shortest = 8", "pin_shortest = 80"), "pin_longest"),
    "change a text": (GOOD.replace("pin_may_change = false", 'pin_may_change = "no"'), "pin_may_change"),
    "no steps": (GOOD.partition("[steps]")[0], "steps"),
    "steps in no language": (GOOD.replace("de =", "fr =").replace("en =", "it ="), "steps"),
    "step with another field": (GOOD.replace("Open {file}", "Open {pin}"), "steps.en"),
    "empty step": (GOOD.replace("Open {file}.", " "), "steps.en"),
    "step beyond all bounds": (GOOD.replace("Open", "Open" * 200), "steps.en"),
    "too many steps": (GOOD.replace('"Open {file}."', '"x",' * 21), "steps.en"),
    "command with another field": (GOOD.replace("import {file}", "import -p {pin}"), "commands"),
    "source a number": (GOOD.replace('"Handbuch"', "1"), "source"),
    "source in another language": (GOOD.replace('source = "Handbuch"', "") + '[source]\nfr = "x"', "source.fr"),
    "unknown that is no key": ('unknown = ["title"]' + GOOD, "unknown"),
}


def test_every_kind_of_software_ships() -> None:
    """The ten that were promised, each with steps in both languages, as many in the one as in the other."""
    every = load_all()
    assert [*every] == [
        *("atlas", "con-center", "firefox", "java", "keasy", "macos", "original", "pem", "vias", "windows"),
    ]
    for one in every.values():
        assert len(one.steps["de"]) == len(one.steps["en"]) >= 3
        assert one.steps["de"] != one.steps["en"]
        assert one.source["de"] != one.source["en"]
        assert not one.own


def test_what_ships_says_what_is_known() -> None:
    """The facts for which a person would else telephone, and what nobody outside knows is left open."""
    every = load_all()
    assert every["original"].reads == EVERY
    assert (every["original"].writes, every["original"].pin_may_change) == ("original", False)
    keasy = every["keasy"]
    assert keasy.reads == {"3des"}
    assert (keasy.endings[0], keasy.writes) == ("pfx", "3des")
    for old in ("windows", "macos"):
        assert every[old].reads == {"rc2-40", "3des"}
    assert every["java"].pin == PinLimits(6, ascii=True)
    assert every["pem"].form == "pem"
    for open_ in ("con-center", "vias", "atlas"):
        assert "reads" in every[open_].unknown
        assert every[open_].reads == EVERY
    assert "-importkeystore" in every["atlas"].commands[0]


def test_no_shipped_text_leads_a_secret_onto_a_command_line() -> None:
    """Neither a step nor a command names an option that takes a password as its value."""
    texts = [text for one in load_all().values() for text in (*one.commands, *one.steps["de"], *one.steps["en"])]
    assert texts
    assert not [text for text in texts if any(bad in text for bad in ("-srcstorepass ", "-storepass ", "-P ", "pass:"))]


def test_titles_are_those_of_the_profiles() -> None:
    """The quick way to the titles and the whole reading of the profiles agree."""
    assert titles() == {name: one.title for name, one in load_all().items()}


def test_a_good_profile_is_read() -> None:
    """Every key of a file of the user's arrives."""
    assert target_profile("assistent", GOOD, "a.toml") == TargetProfile(
        id="assistent",
        title="Assistent",
        aliases=("helfer",),
        reads=frozenset({"3des", "aes"}),
        writes="aes",
        form="pkcs12",
        endings=("pfx",),
        name="{holder}-{id}",
        pin=PinLimits(8, 20, ascii=True),
        pin_may_change=False,
        steps={"de": ("Öffnen Sie {file}.",), "en": ("Open {file}.",)},
        commands=("import {file}",),
        source={"de": "Handbuch", "en": "Handbuch"},
    )


@pytest.mark.parametrize(("text", "key"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named(text: str, key: str) -> None:
    """Each mistake is refused with the file and the key where it stands."""
    with pytest.raises(ProfileInvalid) as refused:
        target_profile("assistent", text, "a.toml")
    assert (refused.value.fields["file"], refused.value.fields["key"]) == ("a.toml", key)
    assert "certvault targets check" in str(refused.value.hint).replace(
        "{_command}", str(refused.value.fields["_command"])
    )


@given(st.text(max_size=200))
def test_any_text_is_a_profile_or_an_error(text: str) -> None:
    """No file makes the reader fail in another way."""
    with pytest.raises(ProfileInvalid):
        target_profile("assistent", text, "a.toml")


def test_all_mistakes_are_told_with_line_and_column() -> None:
    """Not only the first: each where its key or item begins."""
    text = 'title = ""\nreads = ["3des",\n  "x"]\n[steps]\nde = ["a", "{b}"]\nfr = []\n'
    with pytest.raises(ProfileInvalid) as refused:
        read_own("assistent", text, "a.toml")
    mistakes = refused.value.fields["mistakes"]
    assert isinstance(mistakes, list)
    assert [(one["line"], one["column"], one["key"]) for one in mistakes] == [
        (1, 1, "title"),
        (3, 3, "reads"),
        (5, 12, "steps.de"),
        (6, 1, "steps.fr"),
    ]


def test_a_file_of_the_users_changes_single_keys() -> None:
    """What it says is known from then on; beside it everything stays as it ships."""
    changed = read_own("con-center", 'reads = ["3des"]\npin_longest = 20\n', "con-center.toml")
    shipped = load_all()["con-center"]
    assert changed == shipped._replace(
        reads=frozenset({"3des"}),
        pin=PinLimits(0, 20),
        unknown=tuple(key for key in shipped.unknown if key not in {"reads", "pin_longest"}),
        own=True,
    )


def test_the_title_of_what_ships_stays() -> None:
    """A table names a target profile without a look at the user's files."""
    with pytest.raises(ProfileInvalid):
        read_own("keasy", 'title = "Kiesy"', "keasy.toml")


def test_one_language_stands_in_for_the_other() -> None:
    """Who writes a profile for his own office need not write it twice."""
    alone = GOOD.replace('en = ["Open {file}."]', "").replace('source = "Handbuch"', "") + '[source]\nde = "Handbuch"'
    german = target_profile("assistent", alone, "a.toml")
    assert german.steps_in("en") == german.steps_in("de") == ("Öffnen Sie {file}.",)
    assert german.source == {"de": "Handbuch", "en": "Handbuch"}


def test_steps_are_filled_and_know_no_other_language() -> None:
    """Braces are filled with what is given; a language that nobody wrote gets the English."""
    one = target_profile("assistent", GOOD, "a.toml")
    assert one.steps_in("de", file="a b.pfx") == ("Öffnen Sie a b.pfx.",)
    assert one.steps_in("fr") == ("Open {file}.",)


@pytest.mark.parametrize(
    ("target", "file"),
    [("java", "Co.KG 1.p12"), ("java", "Co.KG 1.pfx"), ("pem", "Co.KG 1.key.pem"), ("pem", "Co.KG 1.cert.pem")],
)
def test_a_file_without_its_ending(target: str, file: str) -> None:
    """Whichever of the endings it has, and all of one with two parts; a dot in a name is no ending."""
    assert load_all()[target].stem(file) == "Co.KG 1"


@pytest.mark.parametrize(
    ("name", "meant"),
    {
        "Keasy": "keasy",
        "ZEITSPRUNG": "keasy",
        "con:center": "con-center",
        "schlusselbund": "macos",
        "curl": "pem",
    }.items(),
)
def test_a_profile_is_named_as_people_do(name: str, meant: str) -> None:
    """By id, title or alias, blind to case and umlauts."""
    assert named(name, load_all()).id == meant


def test_an_unknown_name_offers_close_ones() -> None:
    """And all that there are; nothing is guessed."""
    with pytest.raises(TargetProfileUnknown) as unknown:
        named("kesy", load_all())
    assert (unknown.value.code, unknown.value.fields["near"]) == (6, ["keasy"])
    with pytest.raises(TargetProfileUnknown) as none:
        named("zzzz", load_all())
    assert none.value.fields["near"] == []


LIMITS = PinLimits(6, 8, ascii=True)


@pytest.mark.parametrize(
    ("pin", "reasons"), {"abcdef": 0, "abcdefgh": 0, "abcde": 1, "abcdefghi": 1, "äbcdef": 1, "ä": 2}.items()
)
def test_why_a_pin_is_not_taken(pin: str, reasons: int) -> None:
    """Too short, too long, with umlauts: each is said, and the PIN is not repeated."""
    found = why_not_pin(LIMITS, Pin(pin))
    assert len(found) == reasons
    assert not any(pin in text for text in found if len(pin) > 1)
