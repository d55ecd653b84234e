"""What people are sent: harmless whatever stands in the register, in both languages."""

from __future__ import annotations

import html
import json
import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cli.render.digest import composer
from cli.texts import language
from tests.stand_in.register import a_holder, a_link, a_pair
from vault.model.due import of_certificate, of_trouble
from vault.model.shown import LONGEST
from vault.model.watcher import Trouble
from vault.operations.due import DueRow
from vault.operations.planning import Digest, Entry, Life
from vault.ports.channel import Message

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
TITLES = {"arag": "ARAG"}
HOSTILE = {
    "formula": '=HYPERLINK("http://evil.example")',
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "line breaks": "Müller\r\nBcc: all@evil.example\r\n\r\nPay now",
    "escape sequences": "\x1b[2J\x1b]0;owned\x07",
    "right to left": "Müller\u202egnp.exe\u2066",
    "long": "Ä" * 10_000,
    "template": "{{ 7 * 7 }}{% for x in y %}{{ config.__class__ }}",
    "braces": "{n} {day} {id}",
    "separators": "a\u2028b\u2029c\x85d",
}


def digest(*names: str, **fields: object) -> Digest:
    """A digest about holders of these names, whose certificates run out in 20 days; one has the link of the next."""
    entries = []
    for number, name in enumerate(names):
        pair = a_pair(number, not_after=NOW + timedelta(days=20))
        due = of_certificate(pair, NOW, BERLIN, None if number else a_link(1, deadline=NOW + timedelta(days=9)))
        entries.append(Entry(DueRow(due, a_holder(number, name=name)), ()))
    return Digest("digest", "a@b.example", "mail", NOW, "id", entries=tuple(entries))._replace(**fields)  # type: ignore[arg-type]


def composed(one: Digest, *, names: bool = True, spoken: str = "en") -> Message:
    """The message of a digest."""
    return composer(TITLES, BERLIN, spoken)(one, names)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=list(HOSTILE))
def test_a_hostile_name_is_harmless_and_stops_nothing(name: str) -> None:
    """No control or format character, no markup, no line of its own, nothing without end; the others are told."""
    message = composed(digest("Kaya", name, "Zoff"))
    for text in (message.subject, *message.text.splitlines(), html.unescape(message.html).replace("\n", "")):
        assert not [char for char in text if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"}], text
    assert all(len(line) < LONGEST + 60 for line in message.text.splitlines())
    assert len(message.text.splitlines()) == len(composed(digest("Kaya", "plain", "Zoff")).text.splitlines())
    assert "<script" not in message.html
    assert "<img" not in message.html
    assert "49" not in message.text
    assert name[:100] not in message.subject
    for other in ("Kaya", "Zoff"):
        assert other in message.text
        assert other in message.html
    data = json.dumps(message.data, ensure_ascii=False)
    assert data.isprintable()
    assert len(data) < 3 * (LONGEST + 600)


def test_names_stay_in_the_house_where_they_must() -> None:
    """His id stands in place of his name, in all that leaves."""
    message = composed(digest("Zylka GmbH"), names=False)
    for text in (message.subject, message.text, message.html, json.dumps(message.data)):
        assert "Zylka" not in text
    assert a_holder(0).id in message.text


def test_no_download_link_and_no_reference_leaves() -> None:
    """Of the link that brings a successor there is its id, and nothing that leads to it."""
    message = composed(digest("Kaya"))
    whole = "".join((message.subject, message.text, message.html, json.dumps(message.data)))
    link = a_link(1)
    assert f"certvault fetch {link.id[:6]}" in message.text
    assert link.url is not None
    assert link.reference is not None
    assert link.url not in whole
    assert link.reference not in whole
    assert "did" not in whole.split()


def test_texts_and_pages_are_in_the_language_that_was_set() -> None:
    """And the program speaks its own afterwards."""
    german, english = (composed(digest("Kaya", "Zoff"), spoken=spoken) for spoken in ("de", "en"))
    assert german.subject != english.subject
    assert '<html lang="de">' in german.html
    assert "2026-12-12" in english.text
    assert "12.12.2026" in german.text
    assert language() == "en"


def test_the_subject_counts() -> None:
    """How many, and how many of them are urgent."""
    assert composed(digest("Kaya")).subject == "certvault: 1 thing needs you"
    late = digest("Kaya", "Zoff")
    row = late.entries[0].row
    urgent = row._replace(due=row.due._replace(severity="expired"))
    late = late._replace(entries=(Entry(urgent, ()), late.entries[1]), more=3)
    message = composed(late)
    assert message.subject == "certvault: 2 things need you, 1 of them urgent"
    assert "3 more come in other messages." in message.text


def test_a_sign_of_life_says_what_is_watched() -> None:
    """How many, which runs out first, and the head of the log; no name."""
    life = Life(2, a_pair(5), "7:abc")
    message = composed(Digest("sign-of-life", "a@b.example", "mail", NOW, "id", life=life))
    assert "I watch 2 certificates." in message.text
    assert "2026-11-27" in message.text
    assert "7:abc" in message.html
    assert message.data["pairs"] == 2
    empty = composed(Digest("sign-of-life", "", "chat", NOW, "id", life=Life(0, None, "0:0")))
    assert "I watch 0 certificates." in empty.text


def test_a_channel_with_a_hostile_name_is_shown() -> None:
    """What keeps people from being warned names a key or channel, which is as foreign as any name."""
    row = DueRow(of_trouble(Trouble("not-sent", "\x1b[2J<b>", NOW), NOW, BERLIN), None)
    message = composed(Digest("digest", "", "chat", NOW, "id", entries=(Entry(row, ()),)))
    assert "\x1b" not in message.text
    assert "<b>" not in message.html
    assert "the vault" in message.text


def test_a_test_says_so() -> None:
    """In a sentence; nothing of the register is in it."""
    message = composed(Digest("test", "a@b.example", "mail", NOW, "id"))
    assert message.data == {"kind": "test", "at": "2026-11-22T08:00:00Z", "due": []}
    assert message.text


def test_a_page_is_as_narrow_as_a_telephone_whatever_somebody_is_called() -> None:
    """Day and next step stand below the name, not in columns that a long word would push out of sight."""
    message = composed(digest("Donaudampfschifffahrt" * 8))
    assert "<table" not in message.html
    assert "overflow-wrap: anywhere" in message.html
    assert 'name="viewport"' in message.html
