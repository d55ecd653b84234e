"""Fetching by link and PIN, against a stand-in for the insurer over TLS."""

from __future__ import annotations

from tests.cli.desk import Desk, pair
from tests.cli.shapes import stored
from tests.support.vaults import PASSPHRASE

NO_FILE = {"CERTVAULT_PASSPHRASE_FILE": ""}
TYPED = PASSPHRASE.reveal() + "\n"


def test_a_link_and_its_pin_become_a_pair(desk: Desk) -> None:
    """PAIR has exactly its keys, the holder's name is the mail's, and no secret is in the answer."""
    desk.link("Schäffer, René", "Ab3xMARKED")
    answer = desk.program.run("fetch", "schaeffer", "--pin-stdin", "--json", stdin=b"Ab3xMARKED\n")
    found = stored(answer.document)
    assert (found["holder"], found["provider"], found["state"]) == ("Schäffer, René", "arag", "current")
    assert answer.document["supersedes"] is None
    assert "Ab3xMARKED" not in answer.out + answer.err
    assert desk.program.run("links", "--json").document == {"links": []}


def test_the_new_certificate_supersedes_the_old_one(desk: Desk) -> None:
    """Same subject: the old pair is superseded and named in the answer."""
    desk.link("Müller GmbH", "First1", days=9)
    first = stored(desk.program.run("fetch", "müller", "--pin-stdin", "--json", stdin=b"First1\n").document)
    desk.link("Müller GmbH", "Second2")
    answer = desk.program.run("fetch", "müller", "--pin-stdin", "--json", stdin=b"Second2\n")
    assert answer.document["supersedes"] == first["id"]
    assert stored(answer.document)["lineage"] == first["lineage"]


def test_a_did_and_an_id_name_a_link_too(desk: Desk) -> None:
    """What stands in the mail, and what stands in the list, both find it."""
    did = desk.link("Müller GmbH", "Pin1")
    other = desk.link("Kaya & Söhne", "Pin2")
    links = {one["reference"]: one["id"] for one in desk.program.run("links", "--json").document["links"]}
    assert desk.program.run("fetch", did, "--pin-stdin", stdin=b"Pin1").code == 0
    assert desk.program.run("fetch", links[other][:6].lower(), "--pin-stdin", stdin=b"Pin2").code == 0


def test_a_refused_pin_is_told_and_counted(desk: Desk) -> None:
    """Code 9 names the host, and the link says how often."""
    desk.link("Müller GmbH", "Right1")
    error = desk.program.run("fetch", "müller", "--pin-stdin", "--json", stdin=b"Wrong1\n").error
    assert (error["code"], error["type"], error["host"]) == (9, "pin-refused", "www.arag.de")
    link = desk.program.run("links", "--json").document["links"][0]
    assert (link["refusals"], link["needs"]) == (1, "pin")


def test_from_the_second_refusal_a_person_must_say_so(desk: Desk) -> None:
    """Without a terminal it takes ``--try-again``; the portal hears nothing before."""
    did = desk.link("Müller GmbH", "Right1", times=9)
    for _ in range(2):
        assert desk.program.run("fetch", did, "--pin-stdin", stdin=b"Wrong1\n").code == 9
    heard = len(desk.service.of(did))
    error = desk.program.run("fetch", did, "--pin-stdin", "--json", stdin=b"Right1\n").error
    assert (error["code"], error["type"]) == (11, "refused-before")
    assert len(desk.service.of(did)) == heard
    assert desk.program.run("fetch", did, "--pin-stdin", "--try-again", stdin=b"Right1\n").code == 0


def test_on_a_terminal_the_person_is_asked_before_another_try(desk: Desk) -> None:
    """No is no; yes sends it."""
    did = desk.link("Müller GmbH", "Right1", times=9)
    for _ in range(2):
        desk.program.run("fetch", did, "--pin-stdin", stdin=b"Wrong1\n")
    refused = desk.program.type("fetch", did, answers=[("Send another one? [y/N]", "\n")])
    assert refused.code == 11
    answer = desk.program.type("fetch", did, answers=[("Send another one? [y/N]", "y\n"), ("PIN for", "Right1\n")])
    assert answer.code == 0


def test_the_host_is_shown_before_the_pin_is_typed_and_the_pin_is_not(desk: Desk) -> None:
    """Whose PIN, and where it goes, stands in the question; the answer is unseen."""
    desk.link("Müller GmbH", "Ab3xMARKED")
    answer = desk.program.type(
        "fetch", "müller", answers=[("(it goes to www.arag.de; mail: forwarded): ", "Ab3xMARKED\n")]
    )
    assert answer.code == 0
    assert "PIN for Müller GmbH" in answer.out
    assert "MARKED" not in answer.out


def test_show_pin_shows_it_while_it_is_typed(desk: Desk) -> None:
    """Who has nobody behind them sees what they type."""
    desk.link("Müller GmbH", "Ab3xMARKED")
    answer = desk.program.type("fetch", "müller", "--show-pin", answers=[("PIN for", "Ab3xMARKED\n")])
    assert answer.code == 0
    assert "Ab3xMARKED" in answer.out


def test_a_pin_on_standard_input_loses_line_end_and_mark_and_nothing_else(desk: Desk) -> None:
    """A Windows line end and a byte-order mark are not the PIN; a blank is, once ``--pin-exact`` says so."""
    did = desk.link("Müller GmbH", " Ab3x", times=9)
    error = desk.program.run("fetch", did, "--pin-stdin", "--json", stdin=b" Ab3x\n").error
    assert (error["code"], error["type"]) == (2, "bad-pin")
    assert "--pin-exact" in error["hint"]
    assert desk.service.of(did) == []
    written = "\ufeff Ab3x\r\n".encode()
    assert desk.program.run("fetch", did, "--pin-stdin", "--pin-exact", stdin=written).code == 0


def test_no_pin_is_told_before_the_portal_hears_anything(desk: Desk) -> None:
    """Neither a terminal nor ``--pin-stdin``: a link may burn on its first use."""
    did = desk.link("Müller GmbH", "Pin1")
    assert desk.program.run("fetch", did).code == 2
    assert desk.program.run("fetch", did, "--pin-stdin").code == 2
    assert desk.service.of(did) == []


def test_the_passphrase_is_no_pin(desk: Desk) -> None:
    """Typed by mistake, it does not leave the house."""
    did = desk.link("Müller GmbH", "Pin1")
    error = desk.program.run("fetch", did, "--pin-stdin", "--json", stdin=TYPED.encode()).error
    assert (error["code"], error["type"]) == (9, "passphrase-as-pin")
    assert desk.service.of(did) == []
    assert PASSPHRASE.reveal() not in str(error)


def test_several_links_are_offered_with_their_ids(desk: Desk) -> None:
    """Without a terminal ``ambiguous`` lists the candidates; on one, a number picks."""
    desk.link("Müller GmbH", "Pin1")
    desk.link("Müller, Petra", "Pin2")
    error = desk.program.run("fetch", "müller", "--pin-stdin", "--json", stdin=b"Pin1").error
    assert (error["code"], error["type"], len(error["candidates"])) == (7, "ambiguous", 2)
    names = [one["holder"] for one in error["candidates"]]
    pin = ("Pin1", "Pin2")[names[0] == "Müller, Petra"]
    answer = desk.program.type("fetch", "müller", answers=[("Number:", "1\n"), ("PIN for", pin + "\n")])
    assert answer.code == 0, answer.out


def test_a_claimed_link_names_its_pair(desk: Desk) -> None:
    """Fetched twice: code 11 and the pair, and no PIN is asked."""
    did = desk.link("Müller GmbH", "Pin1")
    found = stored(desk.program.run("fetch", did, "--pin-stdin", "--json", stdin=b"Pin1").document)
    error = desk.program.run("fetch", did, "--json").error
    assert (error["code"], error["type"], error["pair"]) == (11, "link-already-claimed", found["id"])


def test_an_unclear_lineage_is_asked_on_a_terminal(desk: Desk) -> None:
    """Another subject of the same holder: which pair it replaces, or that it stands beside; nothing is sent twice."""
    (desk.program.folder / "old.p12").write_bytes(pair("Müller alt", "Old1", days=9, since=300))
    assert desk.program.run("add", "old.p12", "--holder", "Müller GmbH", "--pin-stdin", stdin=b"Old1").code == 0
    did = desk.link("Müller GmbH", "New1", times=1)
    error = desk.program.run("fetch", did, "--pin-stdin", "--json", stdin=b"New1").error
    assert (error["code"], error["type"]) == (7, "lineage-unclear")
    sent = len(desk.service.of(did))
    answers = [("the file is here already", "New1\n"), ("Number:", "2\n"), ("What is it for?", "Vollmacht\n")]
    answer = desk.program.type("fetch", did, answers=answers)
    assert answer.code == 0, answer.out
    assert len(desk.service.of(did)) == sent
    purposes = {one["purpose"] for one in desk.program.run("list", "--json").document["pairs"]}
    assert purposes == {"", "Vollmacht"}


def test_a_terminal_shows_how_far_the_fetch_is_and_a_pipe_does_not(desk: Desk) -> None:
    """One line, which is gone when the answer comes; nothing of it where nobody looks."""
    did = desk.link("Müller GmbH", "Pin1")
    answer = desk.program.type(
        "fetch", did, env=NO_FILE, answers=[("Passphrase", TYPED), ("PIN for", "Pin1\n"), ("Stored", "")]
    )
    shown, cleared = answer.out.split("Asking ARAG / Interlloyd …", 1)
    assert "PIN for Müller GmbH" in shown
    assert cleared.index("\r\x1b[K") < cleared.index("Stored")
    assert " kB" in cleared
    other = desk.link("Kaya & Söhne", "Pin2")
    assert "Asking" not in desk.program.run("fetch", other, "--pin-stdin", stdin=b"Pin2").err


def test_the_desk_serves_one_after_the_other(desk: Desk) -> None:
    """Unlock once; name, PIN, result, next; a mistake does not end it, an empty line does."""
    desk.link("Müller GmbH", "Pin1")
    desk.link("Kaya & Söhne", "Pin2")
    answer = desk.program.type(
        "fetch",
        env=NO_FILE,
        answers=[
            ("Passphrase", TYPED),
            ("2 certificates wait", ""),
            ("Whose PIN?", "müller\n"),
            ("PIN for Müller GmbH", "Wrong1\n"),
            ("refused the PIN", ""),
            ("+ for the same", "+\n"),
            ("PIN for Müller GmbH", "Pin1\n"),
            ("Stored", ""),
            ("Whose PIN?", "nobody\n"),
            ("Nothing here answers", ""),
            ("Whose PIN?", "kaya\n"),
            ("PIN for Kaya", "Pin2\n"),
            ("Stored", ""),
            ("Whose PIN?", "\n"),
        ],
    )
    assert answer.code == 0
    assert answer.out.count("Passphrase") == 1
    assert len(desk.program.run("list", "--json").document["pairs"]) == 2


def test_without_a_link_and_a_terminal_there_is_nothing_to_serve(desk: Desk) -> None:
    """The desk needs a person."""
    assert desk.program.run("fetch").code == 2
    assert desk.program.run("fetch", "--json").error["code"] == 2


def test_a_page_that_is_not_understood_is_shown(desk: Desk) -> None:
    """Code 12, with the page's own words for the person who will open a browser."""
    did = desk.link("Müller GmbH", "Pin1")
    desk.service.offers.pop(did)
    answer = desk.program.run("fetch", did, "--pin-stdin", stdin=b"Pin1")
    assert answer.code in {11, 12}
    assert "www.arag.de" in answer.err


def doubted(desk: Desk) -> str:
    """A link whose mail says that somebody else wrote it; gives its did."""
    did = desk.link("Müller GmbH", "Pin1")
    other = desk.program.folder / "other.eml"
    text = (desk.program.folder / f"{did}.eml").read_text("utf-8").replace(did, did[::-1])
    other.write_text(text.replace("Von: Webservice-Zertifikat@arag.de", "Von: me@evil.example"), "utf-8")
    desk.service.offer(did[::-1], pin="Pin2", file=pair("Kaya & Söhne", "Pin2"))
    assert desk.program.run("ingest", other).code == 0
    return did[::-1]


def test_a_link_of_another_sender_is_not_fetched_unasked(desk: Desk) -> None:
    """Nothing is asked of the portal before a person vouches for it; that is on record, once."""
    did = doubted(desk)
    error = desk.program.run("fetch", did, "--pin-stdin", "--json", stdin=b"Pin2").error
    assert (error["code"], error["type"], error["sender"]) == (11, "sender-in-doubt", "me@evil.example")
    assert desk.service.of(did) == []
    assert desk.program.run("fetch", did, "--pin-stdin", "--trust", stdin=b"Wrong").code == 9
    assert desk.program.run("fetch", did, "--pin-stdin", stdin=b"Pin2").code == 0
    events = [one["what"] for one in desk.program.run("audit", "--json").document["events"]]
    assert events.count("link-trusted") == 1


def test_who_is_asked_sees_sender_and_host(desk: Desk) -> None:
    """On a terminal, before the PIN; no is no."""
    did = doubted(desk)
    refused = desk.program.type("fetch", did, answers=[("[y/N]", "n\n")])
    assert refused.code == 11
    assert "me@evil.example" in refused.out
    assert "www.arag.de" in refused.out
    assert desk.service.of(did) == []
    told = desk.program.type("fetch", did, answers=[("[y/N]", "y\n"), ("PIN for", "Pin2\n")])
    assert told.code == 0


def test_how_far_the_mail_is_trusted_is_told_before_the_pin(desk: Desk) -> None:
    """Beside the host to which it goes."""
    did = desk.link("Müller GmbH", "Pin1")
    told = desk.program.type("fetch", did, answers=[("it goes to www.arag.de; mail: forwarded", "Pin1\n")])
    assert told.code == 0
