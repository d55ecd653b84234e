"""What the agency has set."""

from __future__ import annotations

import pytest

from tests.cli.desk import pair
from tests.cli.program import Program
from vault.operations.settings import SETTINGS

DEFAULTS = {"timezone": "Europe/Berlin", "mailbox": "", "retention": "365"}


def test_defaults_are_shown_as_such(program: Program) -> None:
    """For scripts each with its default, for people with the word for it."""
    found = program.run("config", "show", "--json").document["settings"]
    assert (
        found.items()
        >= {name: {"value": value, "default": value, "set": False} for name, value in DEFAULTS.items()}.items()
    )
    lines = program.run("config", "show").out.splitlines()
    assert any(line.startswith("timezone") and "Europe/Berlin (default)" in line for line in lines)
    assert any("mailbox" in line and "none (default)" in line for line in lines)


def test_a_setting_is_changed_and_unset(program: Program) -> None:
    """The answer says what it is now, whether somebody chose it, and so does the next start."""
    changed = program.run("config", "set", "mailbox", "a@agentur.example", "B@agentur.example", "--json").document
    mailbox = {"value": "a@agentur.example b@agentur.example", "default": "", "set": True}
    assert changed == {"settings": {"mailbox": mailbox}}
    assert program.run("config", "set", "timezone", "Atlantic/Reykjavik").code == 0
    assert program.run("config", "show", "--json").document["settings"]["mailbox"] == mailbox
    assert "Atlantic/Reykjavik  " in program.run("config", "show").out
    unset = program.run("config", "unset", "timezone", "--json").document["settings"]["timezone"]
    assert unset == {"value": "Europe/Berlin", "default": "Europe/Berlin", "set": False}
    assert program.run("config", "show", "--json").document["settings"]["timezone"] == unset


@pytest.mark.parametrize(
    "wrong",
    [
        ("set", "timezone", "Berlin"),
        ("set", "timezone", "../../../etc/passwd"),
        ("set", "mailbox", "agentur"),
        ("set", "mailbox", "@agentur.example"),
        ("set", "mailbox", "a@b.example\x1b[2J"),
        ("set", "mailbox", "a@b.example " * 400),
        ("set", "mailbox", ""),
        ("set", "retention", "a year"),
        ("set", "retention", "36501"),
        ("set", "colour", "red"),
        ("unset", "colour"),
    ],
)
def test_what_cannot_be_is_refused(program: Program, wrong: tuple[str, ...]) -> None:
    """Code 2 with the reason, nothing is changed and nothing recorded."""
    before = program.run("audit", "--json").document["head"]
    error = program.run("config", *wrong, "--json").error
    assert error["code"] == 2
    assert error["message"]
    assert program.run("audit", "--json").document["head"] == before


def test_an_empty_value_leads_to_unset(program: Program) -> None:
    """Who wants the default back is told the command for it."""
    assert "config unset" in str(program.run("config", "set", "mailbox", "", "--json").error["hint"])


def test_every_setting_is_explained_in_both_languages(program: Program) -> None:
    """Where it is shown, and in the help, each has its line, which is another one in German."""
    pages = [
        "".join(program.run(*call, env={"CERTVAULT_LANG": language}).out.split())
        for language in ("en", "de")
        for call in (("config", "show"), ("config", "--help"), ("config", "set", "--help"))
    ]
    for name, setting in SETTINGS.items():
        said = "".join(setting.says.split())
        assert all(name in page for page in pages)
        assert [said in page for page in pages] == [True] * 3 + [False] * 3


def test_the_day_of_the_sign_of_life_is_typed_and_shown_in_german_too(program: Program) -> None:
    """One word in both languages, kept as one; what is none leads to those that are."""
    for typed, kept, told in (
        ("Dienstag", "tuesday", "dienstag"),
        ("friday", "friday", "freitag"),
        ("aus", "off", "aus"),
    ):
        answer = program.run("config", "set", "sign-of-life", typed, env={"CERTVAULT_LANG": "de"})
        assert answer.out.splitlines()[1].split()[:2] == ["sign-of-life", told]
        shown = program.run("config", "show", "--json").document["settings"]["sign-of-life"]
        assert shown["value"] == kept
    assert "mittwoch" in program.run("config", "set", "sign-of-life", "Mitwoch").err


def test_a_watch_key_shows_and_does_not_change(program: Program) -> None:
    """The register key is enough to see the settings; to change one, the pairs must be open."""
    assert program.run("keys", "add", "watch", "--watch-key-file", "watch.key").code == 0
    closed = {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": "watch.key"}
    assert program.run("config", "show", env=closed).code == 0
    for change in (("set", "retention", "1"), ("unset", "retention")):
        assert program.run("config", *change, env=closed).code == 3


def test_the_time_zone_is_where_days_are_counted(program: Program) -> None:
    """``show`` gives times of day in the vault's zone, and in the default one once it is unset."""
    (program.folder / "a.p12").write_bytes(pair("Müller GmbH", "Pin1"))
    program.run("add", "a.p12", "--pin-stdin", stdin=b"Pin1")
    berlin = program.run("show", "müller").out
    program.run("config", "set", "timezone", "Pacific/Auckland")
    assert program.run("show", "müller").out != berlin
    program.run("config", "unset", "timezone")
    assert program.run("show", "müller").out == berlin


def test_thresholds_are_set_for_one_provider_or_holder(program: Program) -> None:
    """Shown beside the others, for whom they are; unset they are gone; what is the same for all is refused."""
    (program.folder / "a.p12").write_bytes(pair("Müller GmbH", "Pin1"))
    program.run("add", "a.p12", "--pin-stdin", stdin=b"Pin1")
    found = program.run("config", "set", "warn-days", "90", "30", "--provider", "arag", "--json").document["settings"]
    default = "60 30 14 7 3 1"
    assert found == {"warn-days provider arag": {"value": "90 30", "default": default, "set": True}}
    assert program.run("config", "set", "warn-days", "45", "--holder", "müller").code == 0
    settings = program.run("config", "show", "--json").document["settings"]
    (holder,) = [name for name in settings if name.startswith("warn-days holder ")]
    assert (settings[holder]["value"], settings["warn-days"]["set"]) == ("45", False)
    assert "For Müller GmbH alone." in program.run("config", "show").out
    assert program.run("config", "unset", "warn-days", "--holder", "müller").code == 0
    assert holder not in program.run("config", "show", "--json").document["settings"]
    for wrong in (
        ("warn-days", "0"),
        ("warn-days", "60;30"),
        ("timezone", "Europe/Vienna", "--provider", "arag"),
        ("warn-days", "3", "--provider", "arag", "--holder", "müller"),
    ):
        assert program.run("config", "set", *wrong, "--json").error["code"] == 2, wrong
    assert program.run("config", "set", "warn-days", "3", "--holder", "nobody", "--json").error["code"] == 6
