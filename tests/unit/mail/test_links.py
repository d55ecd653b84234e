"""The rules by which a link, its date and its people are chosen."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

import pytest

from vault.errors import LinkUnreadable
from vault.mail import Found, Person, found_in
from vault.profiles import load_all

PROFILES = load_all()
BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2019, 10, 2, 8, 0, tzinfo=UTC)
LINK = "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
ARAG = "Webservice-Zertifikat@arag.de"
RENE = Person("Schäffer, René", "rene@example.de")
OUTER = "From: makler@example.de\nTo: agentur@example.de\nDate: Tue, 1 Oct 2019 09:12:00 +0200\nSubject: WG: Link\n"
BLOCK = (
    f"Von: {ARAG}\nGesendet: Montag, 30. September 2019 07:31\nAn: Schäffer, René <rene@example.de>\nBetreff: ARAG\n\n"
)


def _found(text: str) -> Found:
    return found_in(text.encode(), PROFILES, BERLIN, AT)


def _html(body: str) -> Found:
    return _found(f"{OUTER}Content-Type: text/html; charset=utf-8\n\n{body}")


@pytest.mark.parametrize(
    "text",
    [
        f"Link: {LINK}.",
        f"({LINK})",
        f"„{LINK}“",
        f"<{LINK}>",
        f"< {LINK} >",
        f"<URL:{LINK}>",
        f"<{LINK[:30]}\n   {LINK[30:]}>",
        f"> <{LINK[:30]}\n> {LINK[30:]}>",
        f"{LINK}<{LINK}>",
        f"[{LINK}]({LINK})",
        f"[hier]({LINK}), bitte",
        f"Zertifikat herunterladen<{LINK}>",
        f"*{LINK}*",
        f"\ufeff{LINK}\u200b",
        f"siehe{LINK}",
        f"{LINK[:52]}\n{LINK[52:]}\nBitte beachten",
        f"{LINK}\nabc\n",
        LINK.replace("https://www.arag.de", "HTTPS://WWW.ARAG.DE:443"),
        LINK.removeprefix("https://"),
    ],
)
def test_a_link_is_found_however_it_is_written(text: str) -> None:
    """Brackets, punctuation, line breaks and missing schemes around a link do not change it."""
    found = _found(text)
    assert [link.url.text for link in found.links] == [LINK]
    assert found.problems == ()


@pytest.mark.parametrize(
    "body",
    [
        f'<a href="{LINK}">hier</a>',
        f'<a href="{LINK}&amp;lang=de">hier</a>',
        f"<a href=' {LINK[:40]}\n{LINK[40:]} '><b>{LINK}</b></a>",
        f"<p>{LINK}</p><p>Bitte beachten</p>",
        f"<p>Link:<br>{LINK}<br></p>",
        f'<map><area href="{LINK}"></map>',
        f"<!-- x --><A HREF={LINK}>x",
        f"<td>&lt;{LINK}&gt;</td>",
        f'<a name="x">{LINK}</a>',
    ],
)
def test_a_link_is_found_in_html(body: str) -> None:
    """The target of a link counts, and a URL that stands in the text."""
    assert [link.url.reference for link in _html(body).links] == ["f83f71f08bdf3c90"]


@pytest.mark.parametrize(
    "body",
    [
        f'<a href="https://www.example.de/x">{LINK}</a>',
        f'<a href="https://www.example.de/x"><span>{LINK[:30]}</span><span>{LINK[30:]}</span></a>',
        f'<a href="mailto:x@example.de">{LINK}</a>',
    ],
)
def test_what_is_shown_is_not_where_a_link_leads(body: str) -> None:
    """A link whose text is the provider's address and whose target is another is no link, and is told."""
    found = _html(body)
    assert found.links == ()
    assert [p.fields["why"] for p in found.problems] == [
        "the mail shows the provider's address, but the link leads elsewhere"
    ]


def test_a_hidden_text_is_no_part_of_a_page() -> None:
    """What stands in scripts, styles and comments is not read."""
    for hidden in ("<script> {} </script>", "<style> {} </style>", "<!-- {} -->", "<title> {} </title>"):
        found = _html(hidden.format(LINK))
        assert (found.links, found.problems) == ((), ())


@pytest.mark.parametrize(
    "url",
    [
        LINK.replace("www.arag.de", "www.arag.de.example.de"),
        LINK.replace("www.arag.de", "www.arag.de@example.de"),
        LINK.replace("www.arag.de", "www.аrag.de"),
        LINK.replace("https", "http"),
        LINK.replace("https", "ftp"),
        LINK.replace("//", "\\\\"),
        LINK.replace("T", "%54", 1),
        LINK.replace(".de/", ".de/x/../"),
        LINK.replace("arag", "ａｒａｇ"),
        "https://ｗｗｗ.ａｒａｇ.ｄｅ/%54oken%53ervice/%64ownload?%64id=f83f71f08bdf3c90",
        LINK + "&did=0000000000000000",
        LINK.replace("download", "upload"),
        LINK.partition("?")[0],
    ],
)
def test_what_is_meant_for_the_provider_and_wrong_is_told(url: str) -> None:
    """A URL with the provider's host or shape that breaks a rule is a problem with its reason."""
    found = _found(f"Bitte <{url}> öffnen")
    assert found.links == ()
    assert len(found.problems) == 1


@pytest.mark.parametrize(
    "url",
    ["https://www.arag.de/", "https://www.arag.de/kontakt", "https://example.de/?did=f83f71f08bdf3c90", "https://"],
)
def test_what_is_not_meant_for_the_provider_is_noise(url: str) -> None:
    """The insurer's home page and other people's parameters are not worth a word."""
    assert _found(f"Bitte {url} öffnen") == Found((), (), is_mail=False)


def test_text_and_html_of_one_mail_are_one_link() -> None:
    """The same reference in two parts is one link, with the story of the part that tells more."""
    block = escape(BLOCK).replace("\n", "<br>")
    mail = (
        f'{OUTER}Content-Type: multipart/alternative; boundary="b"\n\n--b\n\n{LINK}\n'
        f'--b\nContent-Type: text/html; charset=utf-8\n\n{block}<a href="{LINK}">x</a>\n--b--\n'
    )
    (link,) = _found(mail).links
    assert (link.people, link.received) == ((RENE,), datetime(2019, 9, 30, 5, 31, tzinfo=UTC))


def test_two_references_are_two_links() -> None:
    """Links with different references stay apart, each with the head above it."""
    other = LINK.replace("3c90", "3c91")
    first, second = _found(f"{OUTER}\n{BLOCK}{LINK}\n\n{BLOCK.replace('30. Sept', '29. Sept')}{other}\n").links
    assert (first.url.text, second.url.text) == (LINK, other)
    assert (first.received.day, second.received.day) == (30, 29)


def test_the_known_addresses_begin_with_the_nearest() -> None:
    """All addresses of a mail help to find the holder, the innermost recipients first, without the provider's."""
    (link,) = _found(f"{OUTER}\n{BLOCK}{LINK}\n\nMail: {ARAG}, buero@example.de").links
    assert link.addresses == ("rene@example.de", "agentur@example.de", "makler@example.de", "buero@example.de")
    assert (link.people, link.envelope) == ((RENE,), ("agentur@example.de",))


def test_a_mail_that_was_not_forwarded_has_its_own_recipient() -> None:
    """Without a head inside, the mail's own To line names the candidate, and there is no envelope."""
    head = f"From: {ARAG}\nTo: Schäffer, René <rene@example.de>\nDate: Mon, 30 Sep 2019 07:31 +0200\n"
    (link,) = _found(f"{head}\n{LINK}").links
    assert (link.people, link.envelope, link.sender_fits) == ((RENE,), (), True)


def test_a_date_after_the_mail_that_carries_it_is_not_believed() -> None:
    """Nobody forwards a mail before it came: then the day of the forward counts, and is said to be a day only."""
    later = f"{OUTER}\n{BLOCK.replace('30. September', '11. November')}{LINK}"
    (link,) = found_in(later.encode(), PROFILES, BERLIN, datetime(2020, 1, 1, tzinfo=UTC)).links
    assert (link.received, link.precise) == (datetime(2019, 9, 30, 22, tzinfo=UTC), False)


def test_a_date_in_the_near_future_is_now() -> None:
    """A clock that runs a little ahead is forgiven, but nothing was received later than now."""
    (link,) = _found(f"{BLOCK.replace('30. September', '2. Oktober').replace('07:31', '23:00')}{LINK}").links
    assert (link.received, link.precise) == (AT, True)


def test_a_sentence_of_a_quoted_mail_is_a_head() -> None:
    """``Am ... schrieb ...:`` tells sender and date, and no recipient."""
    for sentence in (
        f"Am 30.09.2019 um 07:31 schrieb {ARAG}:",
        f"Am Mo., 30. Sept. 2019 um 07:31 Uhr schrieb <\n{ARAG}>:",
        f"On Mon, Sep 30, 2019 at 7:31 AM <{ARAG}>\nwrote:",
        f"<{ARAG}> schrieb am Mo. 30. Sep. 2019 um 07:31:",
    ):
        (link,) = _found(f"{OUTER}\n{sentence}\n\n> {LINK}\n").links
        assert (link.received, link.sender) == (datetime(2019, 9, 30, 5, 31, tzinfo=UTC), ARAG.lower())
        assert link.people == ()


def test_words_that_only_look_like_a_head() -> None:
    """A line of the text that begins with ``Von:`` or ``An:`` is no head."""
    (link,) = _found(f"{OUTER}\nVon: Norden\nBis: Süden\n\nAn: alle\n{LINK}").links
    assert link.sender == "makler@example.de"


def test_lines_may_end_in_carriage_returns_alone() -> None:
    """A mail as old Macs saved it is a mail, with its encoded words."""
    head = f"From: {ARAG}\nTo: =?utf-8?q?Ren=C3=A9?= <rene@example.de>\nDate: Mon, 30 Sep 2019 07:31:07 +0200\n\n"
    (link,) = _found((head + LINK).replace("\n", "\r")).links
    assert link.people == (Person("René", "rene@example.de"),)


def test_a_calendar_entry_is_not_read() -> None:
    """Its lines are cut inside words, so a link in it would be taken for a shorter one."""
    parts = (
        f"--x\nContent-Type: text/plain\n\n{LINK}\n--x\nContent-Type: text/calendar\n\nURL:{LINK[:-4]}\n {LINK[-4:]}\n"
    )
    found = _found(f"{OUTER}Content-Type: multipart/mixed; boundary=x\n\n{parts}--x--\n")
    assert [link.url.text for link in found.links] == [LINK]


def test_mails_that_stand_beside_each_other_bound_nothing() -> None:
    """Three forwards in one mail: each link has the date and the recipient of its own, in whatever order they stand."""
    text = ""
    for day, did in ((20, "a1"), (30, "b2"), (25, "c3")):
        own = BLOCK.replace("30. September", f"{day}. September").replace("René <rene", f"{did} <{did}")
        text += f"{own}{LINK[:-2]}{did}\n\n"
    for found in (_found(text), _found(f"{OUTER}\n{text}")):
        story = {link.url.reference[-2:]: (link.received.day, link.people[0].name) for link in found.links}
        assert story == {"a1": (20, "Schäffer, a1"), "b2": (30, "Schäffer, b2"), "c3": (25, "Schäffer, c3")}


def test_a_link_shown_whole_and_shortened_is_one() -> None:
    """Some programs shorten what they show: the beginning of a reference is no second link."""
    found = _found(f"{OUTER}\n{LINK[:-4]}… oder {LINK} oder {LINK[:-6]}")
    assert [link.url.text for link in found.links] == [LINK]


@pytest.mark.parametrize("kind", ["application/pkcs7-mime; smime-type=enveloped-data", "application/ms-tnef"])
def test_a_link_mail_that_nobody_can_read_is_told(kind: str) -> None:
    """A provider's mail that is encrypted, or in a form of Outlook's own, is not noise."""
    head = f"From: {ARAG}\nSubject: ARAG Webservice: Link zu Ihrem Sicherheitszertifikat\n"
    assert [type(p) for p in _found(f"{head}Content-Type: {kind}\n\nMIIB\n").problems] == [LinkUnreadable]


def test_what_a_page_shows_without_scripts_is_read() -> None:
    """Mail programs run none; a template is never shown."""
    assert len(_html(f'<noscript><a href="{LINK}">hier</a></noscript>').links) == 1
    assert _html(f'<template><a href="{LINK}">hier</a></template>').links == ()
