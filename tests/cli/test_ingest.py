"""Taking in mails, and listing the links that come of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from tests.cli.mails import MAILED, forwarded
from tests.cli.program import Program
from tests.stand_in.outlook import BODY, SUBJECT, outlook
from tests.support.vaults import new_watch_key
from vault.model.times import text

LINK = {
    "id",
    "kind",
    "provider",
    "holder",
    "url",
    "reference",
    "received",
    "deadline",
    "state",
    "needs",
    "refusals",
    "last_attempt",
    "trust",
    "duplicate",
}
DID = "f83f71f08bdf3c90"
URL = f"https://www.arag.de/TokenService/download?did={DID}"


def test_a_mail_becomes_a_link(program: Program) -> None:
    """LINK has exactly its keys; the holder is a name, the dates are UTC, and the deadline is 21 days away."""
    (program.folder / "mail.eml").write_bytes(forwarded("Schäffer, René", DID))
    document = program.run("ingest", "mail.eml", "--json").document
    assert document.keys() == {"links", "rejected", "ignored"}
    (link,) = document["links"]
    assert link.keys() == LINK
    assert len(link.pop("id")) == 16
    assert link == {
        "kind": "link",
        "provider": "arag",
        "holder": "Schäffer, René",
        "url": URL,
        "reference": DID,
        "received": text(MAILED),
        "deadline": text(MAILED + timedelta(days=21)),
        "state": "open",
        "needs": "pin",
        "refusals": 0,
        "last_attempt": None,
        "trust": "forwarded",
        "duplicate": False,
    }
    assert (document["rejected"], document["ignored"]) == ([], 0)


def test_the_same_mail_again_is_a_duplicate(program: Program) -> None:
    """The link keeps its id, says that it was here, and stays one."""
    mail = program.folder / "mail.eml"
    mail.write_bytes(forwarded("Schäffer, René", DID))
    first = program.run("ingest", mail, "--json").document["links"][0]
    again = program.run("ingest", mail, "--json").document["links"][0]
    assert again == {**first, "duplicate": True}
    assert len(program.run("links", "--json").document["links"]) == 1


def test_a_folder_is_searched_and_a_file_by_hand_must_hold_a_link(program: Program) -> None:
    """No link in a folder's mail is ignored; in a file named by hand it is rejected, with code 8 and the rest done."""
    folder = program.folder / "in"
    folder.mkdir()
    (folder / "a.eml").write_bytes(forwarded("Müller GmbH", DID))
    (folder / "b.eml").write_bytes(b"Subject: lunch\n\nAt noon?\n")
    assert program.run("ingest", folder, "--json").document["ignored"] == 1
    answer = program.run("ingest", folder / "b.eml", folder / "a.eml", "--json")
    assert answer.code == 8
    assert answer.error["failed"] == 1
    document = json.loads(answer.out)
    assert len(document["links"]) == 1
    assert document["rejected"][0].keys() == {"source", "reason"}
    assert document["rejected"][0]["source"] == str(folder / "b.eml")


def test_a_file_of_outlook_and_a_mailbox(program: Program) -> None:
    """A .msg and an mbox in a folder, and the same mailbox piped in: each link once."""
    says = {SUBJECT: "WG: Link", BODY: f"Von: a@b.example\r\nGesendet: 30.09.2019\r\nBetreff: x\r\n\r\n{URL}"}
    folder = program.folder / "in"
    folder.mkdir()
    (folder / "WG Link.msg").write_bytes(outlook(says))
    others = [f"f83f71f08bdf3c9{n}" for n in range(1, 4)]
    box = b"".join(b"From - Mon Nov 02 07:31:00 2026\n" + forwarded("Kaya", did) + b"\n" for did in others)
    (folder / "Archiv").write_bytes(box)
    found = program.run("ingest", folder, "--json").document
    assert {link["reference"] for link in found["links"]} == {DID, *others}
    again = program.run("ingest", "-", "--json", stdin=box).document
    assert [link["duplicate"] for link in again["links"]] == [True] * 3


def test_text_on_standard_input_and_a_bare_link(program: Program) -> None:
    """``-`` is standard input; a URL stands for itself; both mean one link."""
    first = program.run("ingest", "-", "--json", stdin=f"see <{URL}>".encode()).document["links"][0]
    second = program.run("ingest", URL, "--holder", "Kaya", "--json").document["links"][0]
    assert first["id"] == second["id"]
    assert (first["holder"], second["holder"]) == (None, "Kaya")


def test_a_link_to_elsewhere_is_rejected(program: Program) -> None:
    """A look-alike host is told, and nothing is recorded."""
    answer = program.run("ingest", "https://www.arag.de.example/TokenService/download?did=f83f71f08bdf3c90")
    assert answer.code == 8
    assert program.run("links", "--json").document == {"links": []}


def test_a_missing_file_is_rejected_by_name(program: Program) -> None:
    """A typing error in a path is told with the path."""
    answer = program.run("ingest", "nowhere.eml")
    assert answer.code == 8
    assert "nowhere.eml" in answer.out


def test_a_watch_key_is_enough_to_take_in(program: Program) -> None:
    """The unattended job takes in mails and cannot read one PIN."""
    key = new_watch_key(program.vault, program.folder / "watch.key")
    answer = program.run("ingest", URL, "--watch-key-file", key, env={"CERTVAULT_PASSPHRASE_FILE": ""})
    assert answer.code == 0
    assert "1 new link." in answer.out


def test_the_agencys_own_mailbox_is_never_a_holder(program: Program) -> None:
    """A mail to the agency itself leaves the holder open."""
    assert program.run("config", "set", "mailbox", "zertifikate@agentur.example").code == 0
    mail = forwarded("zertifikate@agentur.example", DID)
    assert program.run("ingest", "-", "--json", stdin=mail).document["links"][0]["holder"] is None


def test_what_a_mail_says_cannot_repaint_the_screen(program: Program) -> None:
    """Escape sequences and direction marks in a name are made visible."""
    mail = forwarded("Evil\x1b[2J \u202ehtap", DID)
    program.run("ingest", "-", stdin=mail)
    answer = program.run("links", env={"CERTVAULT_LANG": "de"})
    assert "\x1b" not in answer.out
    assert "\u202e" not in answer.out


def test_links_for_people(program: Program) -> None:
    """Short id, holder, provider, the day of deletion in the reader's way, and what is missing."""
    program.run("ingest", "-", stdin=forwarded("Müller GmbH", DID))
    english, german = program.run("links").out, program.run("links", env={"CERTVAULT_LANG": "de"}).out
    deadline = MAILED + timedelta(days=21)
    assert f"{deadline:%Y-%m-%d}, in 17 days" in english
    assert "PIN is missing" in english
    assert f"{deadline:%d.%m.%Y}, in 17 Tagen" in german
    assert "PIN fehlt" in german
    assert "Müller GmbH" in german


def test_no_links_is_an_answer(program: Program) -> None:
    """An empty list says what to do."""
    answer = program.run("links")
    assert answer.code == 0
    assert "certvault ingest" in answer.out


def direct(program: Program, results: str, sender: str = "Webservice-Zertifikat@arag.de") -> Path:
    """A mail as it comes from the insurer itself, with what some server says of it."""
    mail = program.folder / "direct.eml"
    head = f"Authentication-Results: {results}\nFrom: {sender}\nTo: Müller GmbH <info@mueller.example>\n"
    subject = "Subject: ARAG Webservice: Link zu Ihrem Sicherheitszertifikat\n"
    mail.write_text(f"{head}{subject}Date: {format_datetime(datetime.now(UTC))}\n\n{URL}\n", "utf-8")
    return mail


def test_a_mail_is_verified_by_the_server_that_was_set(program: Program) -> None:
    """Before that nobody is believed; afterwards the better word counts, and is on record."""
    mail = direct(program, "mx.agentur.example; dmarc=pass header.from=arag.de")
    assert taken(program, mail) == [("unverified", False)]
    assert program.run("config", "set", "mail-server", "MX.Agentur.example").code == 0
    assert taken(program, mail) == [("verified", True)]
    assert "verified" in program.run("links").out
    assert "geprüft" in program.run("links", "--lang", "de").out
    events = [
        one["details"] for one in program.run("audit", "--json").document["events"] if one["what"] == "link-trusted"
    ]
    assert events == [{"trust": "verified", "was": "unverified"}]
    forged = direct(program, "mx.agentur.example; dmarc=fail header.from=arag.de")
    assert taken(program, forged) == [("verified", True)], "a worse mail takes nothing away"


def taken(program: Program, *arguments: object) -> list[tuple[str, bool]]:
    """How far the mails of the links can be trusted, and whether they were there."""
    links = program.run("ingest", *arguments, "--json").document["links"]
    return [(one["trust"], one["duplicate"]) for one in links]


def test_a_mail_of_another_sender_is_recorded_and_marked(program: Program) -> None:
    """No link is lost; who vouches for it at once says so."""
    mail = direct(program, "none", "me@evil.example")
    assert taken(program, mail) == [("other-sender", False)]
    assert taken(program, mail, "--trust") == [("by-hand", True)]
    events = [
        one["details"] for one in program.run("audit", "--json").document["events"] if one["what"] == "link-trusted"
    ]
    assert events == [{"trust": "by-hand", "was": "other-sender"}]


def test_a_mail_server_has_a_name(program: Program) -> None:
    """What cannot be one is refused; nothing believes nobody."""
    assert program.run("config", "set", "mail-server", "mx; dmarc=pass").code == 2
    assert program.run("config", "set", "mail-server", "mx.agentur.example").code == 0
    assert program.run("config", "unset", "mail-server").code == 0
