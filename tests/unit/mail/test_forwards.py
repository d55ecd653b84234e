"""Heads inside a text: the labels of mail programs, in all their layouts."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import SourceNotReadable
from vault.mail.forwards import forwards
from vault.mail.plain import page

BERLIN = ZoneInfo("Europe/Berlin")
SENT = datetime(2019, 9, 30, 5, 31, tzinfo=UTC)
SUBJECT = "ARAG Webservice: Link zu Ihrem Sicherheitszertifikat"

LAYOUTS = {
    "Outlook": "Von: ARAG <a@b.de>\nGesendet: Montag, 30. September 2019 07:31\nAn: Müller, Hans\nBetreff: {s}\n\n",
    "Outlook in English": "From: ARAG <a@b.de>\nSent: Monday, September 30, 2019 7:31 AM\nTo: Müller, Hans\n"
    "Subject: {s}\nImportance: High\nAttachments: x.pdf\n\n",
    "bold as stars": "*Von:* ARAG <a@b.de>\n*Gesendet:* Montag, 30. September 2019 07:31\n*An:* Müller, Hans\n"
    "*Betreff:* {s}\n\n",
    "quoted, wrapped": "> Von: ARAG\n> <a@b.de>\n> Gesendet: Montag, 30. September 2019 07:31\n> An: Müller,\n> Hans\n"
    "> Betreff: ARAG Webservice: Link zu Ihrem\n> Sicherheitszertifikat\n>\n",
    "blank lines between": "Von: a@b.de\n\nGesendet: Montag, 30. September 2019 07:31\n\nAn: Müller, Hans\n\n"
    "Betreff: {s}\n\n",
    "values on lines of their own": "Von:\na@b.de\nGesendet:\nMontag, 30. September 2019 07:31\nAn:\nMüller, Hans\n"
    "Betreff:\n{s}\n\n",
    "tabs": "Von:\ta@b.de\nDatum:\t30.09.2019 07:31\nAn:\tMüller, Hans\nBetreff:\t{s}\n\n",
    "a table in Markdown": "| Von: | a@b.de |\n| Gesendet: | 30.09.2019 07:31 |\n| An: | Müller, Hans |\n"
    "| Betreff: | {s} |\n\n",
    "eM Client": 'Von "ARAG" <a@b.de>\nAn "Müller, Hans"\nDatum 30.09.2019 07:31:00\nBetreff {s}\n\n',
    "eM Client, without names": 'Von a@b.de\nAn "Müller, Hans" <h@b.de>\nDatum 30.09.2019 07:31:00\nBetreff {s}\n\n',
    "subject first": "Betreff: {s}\nDatum: Mon, 30 Sep 2019 07:31:00 +0200\nVon: ARAG <a@b.de>\nAn: Müller, Hans\n\n",
    "two languages": "Von: ARAG <a@b.de>\nDate: Mo., 30. Sept. 2019 um 07:31 Uhr\nSubject: {s}\nTo: Müller, Hans\n\n",
    "marks of direction": "\u200eVon: \u202aa@b.de\u202c\nGesendet: 30.09.2019 07:31\nAn: \u202aMüller, Hans\u202c\n"
    "Betreff: {s}\n\n",
    "glued": "----- Weitergeleitete Nachricht ----- Von: ARAG <a@b.de>An: Müller, HansGesendet: 30.09.2019 07:31"
    "Betreff: {s}\n\n",
    "no blank line behind": "Von: a@b.de\nGesendet: 30.09.2019 07:31\nAn: Müller, Hans\nBetreff: {s}\n"
    "Sehr geehrter Webservice-User,\n\n",
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_head_is_read_in_every_layout(layout: str) -> None:
    """Sender, date, recipient and subject come out the same, whichever program wrote them."""
    text = page(f"Bitte erledigen.\n\n{layout.format(s=SUBJECT)}Hier ist er.\n", flowed=False).text
    (found,) = forwards(text, BERLIN)
    head = found.heads
    assert head.sender is not None
    assert (head.sender.address, head.subject) == ("a@b.de", SUBJECT)
    assert head.date is not None
    assert (head.date.at, [person.name for person in head.to]) == (SENT, ["Müller, Hans"])
    assert "Hier ist er." in text[found.end :]


def test_a_short_line_behind_the_subject_may_be_the_label_of_a_link() -> None:
    """What may be a wrapped subject's rest ends no head: a link that stands there is below that head."""
    text = f"Von: a@b.de\nGesendet: 30.09.2019 07:31\nBetreff: {SUBJECT}\nDownload\n\n"
    (found,) = forwards(text, BERLIN)
    assert found.end <= text.index("Download")


@pytest.mark.parametrize(
    "text",
    [
        "Von: Norden\nBis: Süden\n\nAn: alle\n",
        "Von: a@b.de\n\n\n\n\n\nBetreff: später\n",
        "An: alle\nBetreff: Fest\n",
        "Von: Norden\nAn: Süden\n",
        "Von Hamburg nach Bremen\nDatum wird noch genannt\n",
        "Am Montag schrieb ich:\n",
        "On the whole he wrote:\n",
        "Anfrage: x\nVonwegen: y\n",
    ],
)
def test_a_text_is_no_head(text: str) -> None:
    """Lines of a letter that begin with such words are no head."""
    assert forwards(text, BERLIN) == ()


def test_heads_in_heads_come_in_their_order() -> None:
    """A forward of a forward has two heads, the outer one first, and a repeated label begins the next."""
    outer = "Von: b@example.de\nGesendet: 01.10.2019 08:00\nAn: c@example.de\nBetreff: WG\n"
    inner = "Von: a@b.de\nGesendet: 30.09.2019 07:31\nAn: b@example.de\nBetreff: Link\n"
    assert [f.heads.subject for f in forwards(f"{outer}\n{inner}\n", BERLIN)] == ["WG", "Link"]


def test_more_labels_than_a_mail_can_have() -> None:
    """A text of nothing but labels is refused."""
    with pytest.raises(SourceNotReadable):
        forwards("An: x\n" * 30_000, BERLIN)


@given(
    st.lists(st.sampled_from(["Von: ", "An: ", "Betreff: ", "Datum: 1.1.2019", "a@b.de", "\n", "\n\n", "> ", ",", "x"]))
)
def test_any_mixture_of_lines_is_read(pieces: list[str]) -> None:
    """However labels are mixed, heads are in their order and end within the text."""
    text = "".join(pieces)
    ends = [found.end for found in forwards(text, BERLIN)]
    assert ends == sorted(ends)
    assert all(0 < end <= len(text) for end in ends)
