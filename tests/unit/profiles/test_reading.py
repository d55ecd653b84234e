"""A profile's TOML: what is shipped is right, and what is wrong is named."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import NotFound, ProfileInvalid
from vault.model.address import checked
from vault.model.fold import folded
from vault.model.profile import Profile
from vault.profiles import load_all, named, read_own, titles, windows
from vault.profiles.reading import profile
from vault.toml.positions import Positions

GOOD = """
title = "Nord"
senders = ["zertifikate@nord.example"]
subjects = ["Ihr Zertifikat für Müller"]
file_by = "link"
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
    "refusals none": ("ask_from = 0" + GOOD, "ask_from"),
    "validity a text": ('valid_days = "a year"' + GOOD, "valid_days"),
    "renewal window none": ("renew_days = 0" + GOOD, "renew_days"),
    "activation a text": ('activation = "yes"' + GOOD, "activation"),
    "another flavour": ('flavour = "modern"' + GOOD, "flavour"),
    "another ending": ('ending = "zip"' + GOOD, "ending"),
    "unknown that is no key": ('unknown = ["colour"]' + GOOD, "unknown"),
    "unknown that is given": ('unknown = ["days"]' + GOOD, "unknown"),
    "no channel of the PIN": (GOOD.replace('pin_by = "letter"', ""), "pin_by"),
    "another way of the file": (GOOD.replace('"link"', '"fax"'), "file_by"),
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
    assert load_all()["arag"] == arag
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


def test_what_nobody_knows_is_left_open_and_said() -> None:
    """The others that ship lead nowhere, believe nobody, and name what is not known of them."""
    others = [one for name, one in load_all().items() if name != "arag"]
    assert {one.name for one in others} == {"tgic", "vhv", "generic"}
    assert not any(one.links or one.hosts or one.senders for one in others)
    assert all("renewal" in one.unknown for one in others)
    tgic, vhv = named("gdv"), named("VHV")
    assert {"links", "senders"} < set(tgic.unknown)
    assert (tgic.valid_days, tgic.renew_days, tgic.activation, tgic.pin_by) == (365, 30, True, "mail")
    assert (vhv.file_by, vhv.pin_by, vhv.flavour, vhv.ending) == ("portal", "chosen", "legacy", "pfx")


MISTAKEN = """\
# a comment = "with a key"
title = ''
senders = [
  "a@nord.example",  # fine ]
  "B@nord.example", "c@nord.example",
  '''
x''', "=[",
]
farbe = { rot = [1, 2] }
links = [{ host = "www.nord.example", port = 0 }]
pin_by = "sms"
[[links2]]
x = 1
"""
MISTAKES = [
    (2, 1, "title"),
    (5, 3, "senders"),
    (6, 3, "senders"),
    (7, 7, "senders"),
    (9, 1, "farbe"),
    *((10, 10, f"links[0].{key}") for key in ("path", "pattern", "port", "reference")),
    (12, 1, "links2"),
]


def test_all_mistakes_are_told_with_line_and_column() -> None:
    """Not only the first: each where its key or item begins, whatever comments, strings and lists stand around."""
    with pytest.raises(ProfileInvalid) as refused:
        profile("nord", MISTAKEN, "nord.toml")
    assert [(one["line"], one["column"], one["key"]) for one in told(refused.value)] == MISTAKES


def told(error: ProfileInvalid) -> list[dict[str, object]]:
    """All mistakes that an error tells."""
    mistakes = error.fields["mistakes"]
    assert isinstance(mistakes, list)
    return mistakes


NO_TOML = {
    "a value is missing": ('title = "Nord"\ndays =\n', 2, 7),
    "a string has no end": ('title = "Nord\n', 1, 14),
    "a key twice": ("days = 1\ndays = 2\n", 2, 9),
    "a list has no end": ('title = "Nord"\nhosts = [\n  1,\n', 3, 1),
}


@pytest.mark.parametrize("name", NO_TOML)
def test_what_is_no_toml_is_told_by_line_and_column(name: str) -> None:
    """As far as the parser knows the place; at the end of the file its last line."""
    text, line, column = NO_TOML[name]
    with pytest.raises(ProfileInvalid) as refused:
        profile("nord", text, "nord.toml")
    assert (refused.value.fields["line"], refused.value.fields["column"]) == (line, column)
    assert str(refused.value.fields["why"]).startswith("this is not TOML: ")


def test_a_file_that_is_too_long_is_not_read() -> None:
    """Nobody writes so much about a provider, and the time is bounded."""
    with pytest.raises(ProfileInvalid):
        profile("nord", "#" * 70_000 + GOOD, "nord.toml")


def own(text: str, name: str = "arag") -> Profile:
    """What a file of the user's makes of a provider."""
    return read_own(name, text, f"{name}.toml")


def test_a_file_of_the_users_changes_single_keys() -> None:
    """Beside what it says, everything stays as it ships; it leads nowhere else, so nobody is asked."""
    changed = own("days = 14\nvalid_days = 700\n")
    rest = ("renew_days", "activation", "flavour")
    assert changed == named("arag")._replace(days=14, valid_days=700, own=True, unknown=rest)


def test_the_title_of_what_ships_stays() -> None:
    """A table names a provider without a look at the user's files."""
    with pytest.raises(ProfileInvalid):
        own('title = "Nord"')


NARROWER = {
    "fewer hosts": "hosts = []",
    "no senders": "senders = []",
    "the same again": 'hosts = ["www.arag.de"]',
}
WIDER = {
    "another host": 'hosts = ["www.arag.de", "www.arag.example"]',
    "another port": 'hosts = ["www.arag.de:8443"]',
    "another sender": 'senders = ["webservice-zertifikat@arag.de", "me@arag.example"]',
    "another path": '[[links]]\nhost = "www.arag.de"\npath = "/x"\nreference = "did"\npattern = "[0-9a-f]{16}"',
    "another form": """
[[links]]
host = "www.arag.de"
path = "/TokenService/download"
reference = "did"
pattern = "[A-Z]{1,99}"
""",
}


@pytest.mark.parametrize("text", NARROWER.values(), ids=NARROWER)
def test_a_file_of_the_users_may_narrow(text: str) -> None:
    """Fewer hosts or senders than ship need nobody's trust."""
    assert not own(text).widens


@pytest.mark.parametrize("text", WIDER.values(), ids=WIDER)
def test_whatever_a_file_of_the_users_adds_widens(text: str) -> None:
    """A host, port, path, form or sender that does not ship is marked."""
    assert own(text).widens


def test_a_new_provider_widens_where_it_has_links() -> None:
    """One without links leads nowhere; one with the name of a provider whose links are unknown is new."""
    assert own(GOOD, "nord").widens
    assert not own('title = "Nord"\nfile_by = "mail"\npin_by = "letter"\n', "nord").widens
    assert own(GOOD.replace('title = "Nord"', 'title = "TGIC / GDV"'), "tgic").widens


@given(st.text(alphabet="ab=[]{}\"'#\n, .1", max_size=60))
def test_places_are_found_in_any_toml(text: str) -> None:
    """Whatever the parser takes, every key has a place that begins with it."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines, positions = text.split("\n"), Positions(text)
    for key in values:
        line, column = positions.of((key,))
        assert lines[line - 1][column - 1 :].strip(" [\"'").startswith(key.split(".")[0][:1] or "")


def test_windows_are_read_as_the_profiles_have_them() -> None:
    """A line of each file tells the same as all of it."""
    assert windows() == {name: one.renew_days for name, one in load_all().items() if one.renew_days is not None}
    assert windows()
