"""What can be asked for, and to which addresses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.model.link import Link
from vault.model.pair import Pair, State
from vault.model.renewal import mail_address, reason

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def pair(days: int, state: State = "current") -> Pair:
    """A pair that runs out in so many days."""
    last = AT + days * DAY
    return Pair("P", "arag", "H", "L", "", "CN=a", "CN=b", "01", "00", AT - DAY, last, state, "file", AT)


@pytest.mark.parametrize(("days", "why"), [(1, "runs-out"), (0, "ran-out"), (-1, "ran-out")])
def test_a_current_pair_is_renewed(days: int, why: str) -> None:
    """Whether it has run out already is a question of the moment."""
    assert reason(pair(days), AT) == why


@pytest.mark.parametrize("state", ["superseded", "retired"])
def test_nothing_takes_the_place_of_what_was_put_away(state: State) -> None:
    """Neither of a superseded nor of a retired one."""
    assert reason(pair(1, state), AT) is None


def test_a_link_is_asked_for_by_what_it_lacks() -> None:
    """A file that was deleted, a PIN that was lost, a link that never came; a settled one lacks nothing."""
    link = Link("L", "link", "arag", "H", "https://x", "d", AT - DAY, AT + DAY)
    assert reason(link, AT) == "pin-lost"
    assert reason(link, AT + DAY) == "file-deleted"
    assert reason(link._replace(state="gone"), AT) == "file-deleted"
    assert reason(link._replace(kind="pin", url=None, reference=None, deadline=None, parked=True), AT) == "link-missing"
    assert reason(link._replace(state="claimed"), AT) is None
    assert reason(link._replace(state="discarded"), AT) is None


@pytest.mark.parametrize("text", ["webservice-zertifikat@arag.de", " a.b+c@x-y.example "])
def test_a_plain_address_is_one(text: str) -> None:
    """Blanks around it do not matter."""
    assert mail_address(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Frau Kaya, Tel. 0211 123",
        "https://portal.example/neu",
        "a@b",
        "a@b.de\r\nBcc: x@y.de",
        "a@b.de, c@d.de",
        "Name <a@b.de>",
        "a..b@c.de",
        '"a b"@c.de',
        "a@müller.de",
        "a@" + "b" * 63 + ("." + "c" * 60) * 4,
    ],
)
def test_anything_else_is_none(text: str) -> None:
    """Words, several, quoted or with a line break in them: nobody is written to."""
    assert mail_address(text) == ""


@given(st.text())
def test_an_address_never_holds_what_ends_a_header(text: str) -> None:
    """Whatever is taken is one word of ASCII without separators."""
    found = mail_address(text)
    assert found.isascii()
    assert not set(found) & set(' \t\r\n<>,;:"()[]\\')
