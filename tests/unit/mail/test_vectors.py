"""Mails as mail programs write them: each file of ``tests/vectors/mail`` with what must be found in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from vault.errors import LinkUnreadable
from vault.mail import Person, found_in
from vault.model.times import text
from vault.profiles import load_all

MAILS = Path(__file__).parents[2] / "vectors" / "mail"
PROFILES = load_all()
BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2019, 10, 2, 8, 0, tzinfo=UTC)
SUBJECT = "ARAG Webservice: Link zu Ihrem Sicherheitszertifikat"
PREFIX = "f83f71f08bdf3c"
AGENCY = "zertifikate@example.de"

RENE = Person("Schäffer, René", "rene.schaeffer@example.de")
RENE_SWAPPED = Person("René Schäffer", "rene.schaeffer@example.de")
RENE_BY_NAME = Person("Schäffer, René", "")
RENE_BY_ADDRESS = Person("", "rene.schaeffer@example.de")
FIRM = Person("Müller GmbH", "")


class Link(NamedTuple):
    """What is expected of a link: the end of its reference, the moments as text, the candidates for the holder."""

    reference: str
    received: str
    deadline: str
    people: tuple[Person, ...]
    subject: str = SUBJECT
    precise: bool = True


FOUND: dict[str, list[Link]] = {
    "agency-was-recipient.eml": [Link("31", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE,))],
    "apple-mail-en.eml": [Link("12", "2019-09-30T05:31:22Z", "2019-10-21T05:31:22Z", (RENE_SWAPPED,))],
    "apple-mail-html-de.eml": [Link("13", "2019-09-30T05:31:22Z", "2019-10-21T05:31:22Z", (RENE_SWAPPED,))],
    "attached-forward.eml": [Link("20", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE,))],
    "attached-message-base64.eml": [Link("1c", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "attached-message.eml": [Link("1b", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "attached-octet-stream.eml": [Link("1d", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "bare-url.txt": [Link("29", "2019-10-01T22:00:00Z", "2019-10-22T22:00:00Z", (), subject="", precise=False)],
    "broken-without-angles.txt": [Link("33", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_BY_NAME,))],
    "day-only.txt": [Link("27", "2019-09-29T22:00:00Z", "2019-10-20T22:00:00Z", (RENE_BY_NAME,), precise=False)],
    "direct-alternative-base64.eml": [Link("03", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "direct-html-latin1.eml": [Link("02", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "direct-plain.eml": [Link("01", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "direct-raw-8bit-windows1252.eml": [Link("04", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "direct-unknown-charset.eml": [Link("05", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "direct-utf16.eml": [Link("06", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "flowed-delsp.eml": [Link("24", "2019-09-30T05:31:22Z", "2019-10-21T05:31:22Z", (RENE_SWAPPED,))],
    "forward-of-forward.eml": [Link("1e", "2019-09-30T05:31:22Z", "2019-10-21T05:31:22Z", (RENE_SWAPPED,))],
    "forward-quoted-twice.eml": [Link("1f", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE,))],
    "future-date.eml": [Link("2d", "2019-09-30T22:00:00Z", "2019-10-21T22:00:00Z", (RENE_BY_NAME,), precise=False)],
    "gmail-en-html.eml": [Link("15", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_SWAPPED,))],
    "gmail-mixed.eml": [Link("14", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE,))],
    "gmx-de-quoted.eml": [Link("16", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_SWAPPED,))],
    "hubspot-de.txt": [Link("36", "2019-09-30T05:31:22Z", "2019-10-21T05:31:22Z", (RENE_BY_ADDRESS,))],
    "ionos-en.eml": [Link("39", "2019-09-10T05:31:00Z", "2019-10-01T05:31:00Z", (RENE_SWAPPED,))],
    "iphone-de.eml": [Link("11", "2019-09-30T05:31:22Z", "2019-10-21T05:31:22Z", (RENE_SWAPPED,))],
    "label-and-target.txt": [Link("25", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_BY_NAME,))],
    "mbox.eml": [Link("35", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "no-date.eml": [Link("2e", "2019-10-01T22:00:00Z", "2019-10-22T22:00:00Z", (RENE_BY_ADDRESS,), precise=False)],
    "no-scheme.txt": [Link("32", "2019-10-01T22:00:00Z", "2019-10-22T22:00:00Z", (), subject="", precise=False)],
    "notes-de.eml": [Link("1a", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_SWAPPED,))],
    "outlook-de-html-label-only.eml": [Link("37", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE,))],
    "outlook-de-html-safelinks.eml": [Link("0b", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE,))],
    "outlook-de-plain.eml": [Link("0a", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_BY_NAME,))],
    "outlook-en-html.eml": [Link("0c", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE,))],
    "outlook-on-behalf.eml": [Link("34", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_BY_NAME,))],
    "outlook-web-de.eml": [Link("0d", "2019-09-30T05:31:22Z", "2019-10-21T05:31:22Z", (RENE,))],
    "pasted-outlook-blank-lines.md": [Link("09", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_BY_NAME,))],
    "pasted-outlook-de-utf16.txt": [Link("08", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_BY_NAME,))],
    "pasted-outlook-de.txt": [Link("07", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_BY_NAME,))],
    "received-instead-of-date.eml": [Link("2f", "2019-09-30T05:31:09Z", "2019-10-21T05:31:09Z", (RENE,))],
    "redirected.eml": [Link("26", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "reply-en-iphone.eml": [Link("30", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (), subject=f"Re: {SUBJECT}")],
    "safelinks-around-urldefense.eml": [Link("21", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE,))],
    "samsung-de.eml": [Link("19", "2019-09-30T06:31:00Z", "2019-10-21T06:31:00Z", (RENE,))],
    "saved-page.htm": [Link("2a", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE,))],
    "slash-date.eml": [Link("28", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (), subject=f"Re: {SUBJECT}")],
    "slash-date-unclear.eml": [
        Link("38", "2019-09-30T22:00:00Z", "2019-10-21T22:00:00Z", (), subject=f"Re: {SUBJECT}", precise=False)
    ],
    "thunderbird-de.eml": [Link("0e", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "thunderbird-en-html.eml": [Link("0f", "2019-09-30T05:31:07Z", "2019-10-21T05:31:07Z", (RENE,))],
    "thunderbird-reply-de.eml": [
        Link("10", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (), subject=f"Re: {SUBJECT}")
    ],
    "two-links.eml": [
        Link("2b", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_BY_NAME,)),
        Link("2c", "2019-09-18T14:05:00Z", "2019-10-09T14:05:00Z", (FIRM,)),
    ],
    "urldefense-v3.txt": [Link("22", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE_BY_NAME,))],
    "webde-html.eml": [Link("17", "2019-09-30T05:31:00Z", "2019-10-21T05:31:00Z", (RENE,))],
    "wrapped-in-angles.eml": [
        Link(
            "23",
            "2019-09-30T05:31:00Z",
            "2019-10-21T05:31:00Z",
            (
                RENE,
                Person("Backoffice", "backoffice@example.de"),
                Person("Müller GmbH", "info.mueller@example.de"),
            ),
        )
    ],
    "yahoo-de-glued.eml": [Link("18", "2019-09-30T05:31:22Z", "2019-10-21T05:31:22Z", (RENE_BY_ADDRESS,))],
}

PROBLEMS = {
    "problem-cut-short.txt": "its reference is missing or has another form",
    "problem-http.txt": "it does not begin with https://",
    "problem-lookalike.txt": "it has letters that only look like others",
    "problem-mismatch.eml": "the mail shows the provider's address, but the link leads elsewhere",
    "problem-other-host.txt": "it leads to another host",
    "problem-wrapped.eml": "it leads to another host",
    "problem-wrong-path.txt": "it leads to another path",
}
UNREADABLE = "problem-unknown-gateway.eml"
NO_HEAD = {"bare-url.txt", "no-scheme.txt"}
NOISE = "noise-newsletter.eml"


@pytest.mark.parametrize("name", FOUND)
def test_a_mail_gives_its_links(name: str) -> None:
    """Link, receipt, deadline, holder and subject are those of the provider's mail, however it was forwarded."""
    found = found_in((MAILS / name).read_bytes(), PROFILES, BERLIN, AT)
    links = [
        Link(
            reference=link.url.reference.removeprefix(PREFIX),
            received=text(link.received),
            deadline=text(link.deadline) if link.deadline else "",
            people=link.people,
            subject=link.subject,
            precise=link.precise,
        )
        for link in found.links
    ]
    assert links == FOUND[name]
    assert found.problems == ()
    assert found.is_mail == (name not in NO_HEAD)
    assert all(link.sender_fits == found.is_mail for link in found.links)


@pytest.mark.parametrize("name", FOUND)
def test_where_a_forwarded_mail_went_is_no_holder(name: str) -> None:
    """The agency's own mailbox is told apart and is never a candidate."""
    for link in found_in((MAILS / name).read_bytes(), PROFILES, BERLIN, AT).links:
        assert link.envelope in {(), (AGENCY,)}
        assert bool(link.envelope) == (b"makler.mueller@" in (MAILS / name).read_bytes() or name == "redirected.eml")
        assert AGENCY not in {person.address for person in link.people}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_only_looks_like_a_link_is_told(name: str) -> None:
    """A URL that is meant for a provider and not allowed is no link, and its reason is told."""
    found = found_in((MAILS / name).read_bytes(), PROFILES, BERLIN, AT)
    assert found.links == ()
    assert [problem.fields["why"] for problem in found.problems] == [PROBLEMS[name]]


def test_a_link_mail_without_its_link_is_told() -> None:
    """A gateway that nobody knows has rewritten the link: the mail is not noise, somebody has to see to it."""
    found = found_in((MAILS / UNREADABLE).read_bytes(), PROFILES, BERLIN, AT)
    assert found.links == ()
    assert [(type(p), p.fields["provider"]) for p in found.problems] == [(LinkUnreadable, "ARAG / Interlloyd")]


def test_the_insurers_other_mails_are_noise() -> None:
    """A newsletter with links to the insurer's home page is neither a link nor a problem."""
    found = found_in((MAILS / NOISE).read_bytes(), PROFILES, BERLIN, AT)
    assert (found.links, found.problems, found.is_mail) == ((), (), True)


def test_every_file_is_tried() -> None:
    """No mail lies in the folder without an expectation."""
    assert {path.name for path in MAILS.iterdir()} == {*FOUND, *PROBLEMS, UNREADABLE, NOISE}
