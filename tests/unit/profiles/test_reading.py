"""A profile's TOML: what is shipped is right, and what is wrong is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import NotFound, ProfileInvalid
from vault.model.address import checked
from vault.model.fold import folded
from vault.profiles import load_all, named, titles
from vault.profiles.reading import profile

GOOD = """
title = "Nord"
senders = ["zertifikate@nord.example"]
subjects = ["Ihr Zertifikat für Müller"]
days = 14
pin_by = "letter"
always_new_pin = false
hosts = ["login.nord.example:8443"]
button = ["Herunterladen"]

[[links]]
host = "www.nord.example"
path = "/abholen"
reference = "token"
pattern = "[0-9a-f]{16}[A-Z_-]{2,4}"
"""

WRONG = {
    "no TOML": (GOOD + "\n=", "-"),
    "unknown key": ("farbe = 1" + GOOD, "farbe"),
    "unknown key of a link": (GOOD + 'hosst = "x"', "links[0].hosst"),
    "missing title": (GOOD.replace('title = "Nord"', ""), "title"),
    "empty title": (GOOD.replace('"Nord"', '""'), "title"),
    "title a number": (GOOD.replace('"Nord"', "1"), "title"),
    "days a text": (GOOD.replace("14", '"14"'), "days"),
    "days a truth": (GOOD.replace("14", "true"), "days"),
    "days none": (GOOD.replace("14", "0"), "days"),
    "new PIN a number": (GOOD.replace("= false", "= 0"), "always_new_pin"),
    "sender a text": (GOOD.replace('["zertifikate@nord.example"]', '"zertifikate@nord.example"'), "senders"),
    "sender in capitals": (GOOD.replace("zertifikate@", "Zertifikate@"), "senders"),
    "subject a number": (GOOD.replace('["Ihr Zertifikat für Müller"]', "[1]"), "subjects"),
    "empty button": (GOOD.replace('["Herunterladen"]', '[""]'), "button"),
    "channel of the PIN": (GOOD.replace('"letter"', '"fax"'), "pin_by"),
    "host with a scheme": (GOOD.replace('"login.', '"https://login.'), "hosts"),
    "port too large": (GOOD.replace(":8443", ":84430"), "hosts"),
    "no links": (GOOD.partition("[[links]]")[0], "links"),
    "links no tables": (GOOD.partition("[[links]]")[0] + "links = []", "links"),
    "host with capitals": (GOOD.replace('"www.', '"WWW.'), "links[0].host"),
    "host with umlaut": (GOOD.replace('"www.nord', '"www.nörd'), "links[0].host"),
    "host with a wildcard": (GOOD.replace('"www.', '"*.'), "links[0].host"),
    "host with a dot at its end": (GOOD.replace('"www.nord.example"', '"www.nord.example."'), "links[0].host"),
    "port": (GOOD + "port = 65536", "links[0].port"),
    "path without a slash": (GOOD.replace('"/abholen"', '"abholen"'), "links[0].path"),
    "path with dots": (GOOD.replace('"/abholen"', '"/a/../b"'), "links[0].path"),
    "path with percent signs": (GOOD.replace('"/abholen"', '"/%61"'), "links[0].path"),
    "path with a query": (GOOD.replace('"/abholen"', '"/a?b"'), "links[0].path"),
    "reference with signs": (GOOD.replace('"token"', '"to&en"'), "links[0].reference"),
    "pattern that allows all": (GOOD.replace("[0-9a-f]{16}", ".*"), "links[0].pattern"),
    "pattern that runs away": (GOOD.replace("[0-9a-f]{16}", "([a-f]+)+"), "links[0].pattern"),
    "pattern open twice": (GOOD.replace("{16}", "{1,16}"), "links[0].pattern"),
    "pattern that counts down": (GOOD.replace("{2,4}", "{4,2}"), "links[0].pattern"),
    "pattern that is long": (GOOD.replace("{16}", "{999}"), "links[0].pattern"),
    "pattern with a wide class": (GOOD.replace("[0-9a-f]", "[!-~]"), "links[0].pattern"),
    "empty pattern": (GOOD.replace("[0-9a-f]{16}[A-Z_-]{2,4}", ""), "links[0].pattern"),
}


def test_a_profile_is_read() -> None:
    """Every key arrives; words that are compared are folded; the hosts of links may be redirected to."""
    read = profile("nord", GOOD, "nord.toml")
    assert (read.name, read.title, read.days, read.pin_by, read.always_new_pin) == ("nord", "Nord", 14, "letter", False)
    assert read.subjects == ("ihr zertifikat fur muller",)
    assert read.hosts == (("www.nord.example", 443), ("login.nord.example", 8443))
    assert checked("https://www.nord.example/abholen?token=0123456789abcdefX_-", read).reference.endswith("X_-")


@pytest.mark.parametrize(("text", "key"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named(text: str, key: str) -> None:
    """Each mistake is refused with the file and the key where it stands."""
    with pytest.raises(ProfileInvalid) as refused:
        profile("nord", text, "nord.toml")
    assert (refused.value.fields["file"], refused.value.fields["key"]) == ("nord.toml", key)


@pytest.mark.parametrize("name", ["", "Nord", "no rd", "../x", "x" * 40])
def test_the_files_name_is_the_name(name: str) -> None:
    """A profile's name can be typed in a command and stored in a register."""
    with pytest.raises(ProfileInvalid):
        profile(name, GOOD, "nord.toml")


@given(st.text(max_size=200))
def test_any_text_is_a_profile_or_an_error(text: str) -> None:
    """No file makes the reader fail in another way."""
    with pytest.raises(ProfileInvalid):
        profile("nord", text, "nord.toml")


def test_what_is_shipped_is_complete() -> None:
    """ARAG and Interlloyd are one profile, with the facts of the insurer's installation help."""
    arag = named("Interlloyd")
    assert load_all() == {"arag": arag}
    assert (arag.days, arag.pin_by, arag.always_new_pin) == (21, "sms", True)
    assert arag.senders == ("webservice-zertifikat@arag.de",)
    assert arag.hosts == (("www.arag.de", 443),)
    assert arag.button == (folded("Zertifikatsdownload"),)
    assert checked("https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90", arag)


def test_a_name_that_nobody_bears() -> None:
    """An unknown provider is not found, under its own words."""
    with pytest.raises(NotFound):
        named("Nordlicht")


def test_titles_are_those_of_the_profiles() -> None:
    """The quick way to the titles and the whole reading of the profiles agree."""
    assert titles() == {name: one.title for name, one in load_all().items()}
