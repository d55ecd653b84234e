"""``certvault request``: from what is due to a draft, and from the insurer's mail to its answer."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from tests.cli.desk import Desk, pair
from tests.cli.mails import forwarded
from tests.cli.program import Program
from tests.cli.test_pairs import add, german
from tests.support.vaults import new_watch_key

LOCKED = {"CERTVAULT_PASSPHRASE_FILE": ""}


def drafts(folder: Path) -> dict[str, str]:
    """The drafts in a folder: their texts by their names."""
    found = {}
    for path in folder.glob("*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=default)
        found[path.name] = f"To: {message['To']}\n{message['Subject']}\n{message.get_content()}"
    return found


def test_the_whole_way_with_a_watch_key(program: Program) -> None:
    """Due, asked for, quiet; the insurer's mail is told as the answer; the record tells of it."""
    identity = add(program, "Müller GmbH", "Pin1", days=20, since=300)
    key = ("--watch-key-file", new_watch_key(program.vault, program.folder / "watch.key"))
    assert f"certvault request {identity[:6]}" in program.run("due", *key, env=LOCKED).out
    told = program.run("request", "müller", "--to", "out", *key, env=LOCKED)
    assert told.code == 0, told
    assert "To: webservice-zertifikat@arag.de" in told.out
    ((name, mail),) = drafts(program.folder / "out").items()
    assert name.startswith("Anfrage Müller GmbH arag ")
    assert mail.startswith("To: webservice-zertifikat@arag.de\nBiPRO-Zertifikat: Anfrage für Müller GmbH\n")
    assert "Das bisherige Zertifikat läuft am " in mail
    assert "a new one was asked for" in program.run("due").out
    assert program.run("request", "--due", "--json", *key, env=LOCKED).document == {"drafts": []}
    again = program.run("request", "müller", "--to", "out", "--json").error
    assert (again["code"], again["type"]) == (15, "would-overwrite")
    did = "00aa00aa00aa00aa"
    source = program.folder / "mail.eml"
    source.write_bytes(forwarded("Müller GmbH", did).replace(b"Gesendet: ", b"X: "))
    answer = program.run("ingest", source, "--json").document
    assert [one["request"] for one in answer["answers"]] == [identity]
    assert "answers" not in program.run("ingest", source, "--json").document
    assert "beim Aussteller angefordert, an: webservice-zertifikat@arag.de" in german(program, "audit").out
    assert program.run("audit", "--verify").code == 0


def test_all_that_is_due_is_one_mail_for_each_provider(program: Program) -> None:
    """And in the language that is said; of another provider nobody knows whom to ask, which is told with a hint."""
    for name in ("Müller GmbH", "Kaya & Söhne"):
        add(program, name, "Pin1", days=20, since=300)
    file = program.folder / "tgic.p12"
    file.write_bytes(pair("Schmidt", "Pin2", days=20, since=300))
    assert program.run("add", file, "--provider", "tgic", "--pin-stdin", stdin=b"Pin2").code == 0
    told = program.run("request", "--due", "--to", "out", "--lang", "en")
    assert told.code == 0, told
    assert "whom to ask is not known" in told.out
    arag, tgic = (
        next(text for name, text in drafts(program.folder / "out").items() if f" {key} " in name)
        for key in ("arag", "tgic")
    )
    assert "1. Certificate holder: " in arag
    assert "2. Certificate holder: " in arag
    assert tgic.startswith("To: None\n")
    assert program.run("request", "--due", "--to", "out").out.startswith("Nothing is due that has to be asked for")


def test_a_link_and_its_broker(desk: Desk) -> None:
    """His PIN: a mail to him, without the link; lost: a mail to the insurer, without the link."""
    program = desk.program
    did = desk.link("Müller GmbH", "Pin1")
    program.run("holders", "edit", "müller", "--remove", f"info@{did}.example")
    nobody = german(program, "request", "--broker", "müller", "--to", "a")
    assert "Noch ohne Empfänger" in nobody.out
    program.run("holders", "edit", "müller", "--email", "post@mueller.example")
    assert program.run("request", "--broker", "--due", "--to", "b").code == 0
    assert program.run("request", did, "--to", "c").code == 0
    ((broker_name, broker),) = drafts(program.folder / "b").items()
    ((name, insurer),) = drafts(program.folder / "c").items()
    assert broker.startswith("To: post@mueller.example\nIhre PIN zum BiPRO-Zertifikat: Bitte rufen Sie uns an\n")
    assert "liegt nicht mehr vor" in insurer
    assert did not in broker_name + broker + name + insurer
    document = program.run("request", did, "--withdraw", "--json").document
    assert document == {"withdrawn": [program.run("links", "--json").document["links"][0]["id"]]}
    assert program.run("request", did, "--withdraw", "--json").error["type"] == "nothing-asked"


def test_who_asks_in_good_time_is_told_so(program: Program) -> None:
    """It may be a slip: on a terminal it is asked about first, elsewhere it is said beside the draft."""
    ids = [add(program, name, "Pin1", days=days) for name, days in (("Müller GmbH", 300), ("Kaya", 20))]
    question = "Ask for a new one all the same? [y/N]"
    assert not program.type("request", "müller", "--to", "a", answers=[(question, "n\n")]).code
    assert "Nothing was asked for." in program.type("request", "müller", "--to", "a", answers=[(question, "\n")]).out
    assert drafts(program.folder / "a") == {}
    assert program.run("request", "müller", "--withdraw", "--json").error["type"] == "nothing-asked"
    done = program.type("request", ids[0], ids[1], "--to", "b", answers=[(question, "y\n")])
    assert (done.code, len(drafts(program.folder / "b"))) == (0, 1)
    told = german(program, "request", "müller", "kaya", "--to", "c").out
    assert f"Achtung: {ids[0][:6]}, Müller GmbH, gilt noch bis " in told
    assert ids[1][:6] + ", Kaya, gilt noch" not in told
    (draft,) = program.run("request", "müller", "kaya", "--to", "d", "--json").document["drafts"]
    assert {one["id"]: one["early"] for one in draft["for"]} == {ids[0]: True, ids[1]: False}


def test_a_link_that_was_asked_for_anew_waits_for_the_answer(desk: Desk) -> None:
    """``due`` no longer says to fetch it; nor is the broker asked for its PIN; withdrawn, all is as before."""
    program = desk.program
    did = desk.link("Müller GmbH", "Pin1")
    (before,) = program.run("due", "--json").document["due"]
    assert program.run("request", did).code == 0
    (row,) = program.run("due", "--json").document["due"]
    assert row == {**before, "next": {"do": "look", "ref": before["id"]}}
    told = program.run("due").out
    assert "download link is deleted, a new one was asked for" in told
    assert "certvault show " in told
    assert "neu angefordert" in german(program, "due").out
    withdrawing = f"certvault request {before['id'][:6]} --withdraw"
    assert withdrawing in program.run("show", did).out
    assert program.run("request", "--due", "--broker", "--json").document == {"drafts": []}
    assert program.run("request", did, "--withdraw").code == 0
    assert program.run("due", "--json").document["due"] == [before]
    assert withdrawing not in program.run("show", did).out


def test_several_by_name(program: Program) -> None:
    """Words that mean nothing together mean one each; a word that means nothing is told."""
    ids = [add(program, name, "Pin1", days=20, since=300)[:6] for name in ("Müller GmbH", "Kaya")]
    document = program.run("request", *ids, "--to", "out", "--json").document
    assert [len(draft["for"]) for draft in document["drafts"]] == [2]
    assert program.run("request", *ids, "--withdraw").code == 0
    assert (
        program.run("request", "müller", "arag", "--to", "out", "--json").document["drafts"][0]["for"][0]["kind"]
        == "pair"
    )
    assert program.run("request", ids[1], "nobody", "--to", "out", "--json").error["type"] == "not-found"


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("müller", "--due"),
        ("müller", "--within", "30"),
        ("müller", "--provider", "arag"),
        ("--due", "--withdraw"),
        ("müller", "--withdraw", "--to", "."),
        ("müller", "--withdraw", "--broker"),
    ],
)
def test_what_does_not_go_together_is_a_mistake(program: Program, arguments: tuple[str, ...]) -> None:
    """Told before the vault is opened."""
    assert program.run("request", *arguments, "--json").error["code"] == 2


def test_what_is_settled_is_not_asked_for(desk: Desk) -> None:
    """A link that was used up, and a pair whose PIN nobody misses."""
    program = desk.program
    did = desk.link("Müller GmbH", "Pin1", days=300)
    assert program.run("fetch", did, "--pin-stdin", stdin=b"Pin1").code == 0
    assert program.run("request", did, "--json").error["type"] == "nothing-to-ask"
    assert program.run("request", did, "--broker", "--json").error["type"] == "nothing-to-ask"


def test_the_language_of_what_is_sent(program: Program) -> None:
    """That of the setting, whatever the clerk's own is; ``--lang`` says another."""
    add(program, "Müller GmbH", "Pin1", days=20, since=300)
    for folder, spoken, told in (("a", (), "Anfrage"), ("b", ("--lang", "en"), "Request")):
        assert program.run("request", "müller", "--to", folder, *spoken).code == 0
        assert all(name.startswith(told) for name in drafts(program.folder / folder))
    assert program.run("config", "set", "language", "en").code == 0
    assert german(program, "request", "müller", "--to", "c").code == 0
    assert [name.split()[0] for name in drafts(program.folder / "c")] == ["Request"]
