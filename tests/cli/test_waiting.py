"""Certificate files that came by mail and wait for their PIN."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.desk import pair
from tests.cli.program import Program
from tests.cli.shapes import stored
from tests.cli.test_ingest import LINK
from tests.stand_in.attachments import mail
from tests.stand_in.certificates import make_authority, make_pair
from tests.support.vaults import new_watch_key

LOCKED = {"CERTVAULT_PASSPHRASE_FILE": ""}


def mailed(folder: Path, name: str, pin: str, *, file: str = "zertifikat.p12", **more: str) -> Path:
    """A mail of three days ago with a certificate file for ``name``."""
    made = mail(
        (file, "application/octet-stream", pair(name, pin)),
        to=f"{name} <post@kaya.example>",
        sent=datetime.now(UTC) - timedelta(days=3),
        **more,
    )
    path = folder / f"{name}.eml"
    path.write_bytes(made.as_bytes())
    return path


def test_a_file_out_of_a_mail_waits_for_its_pin(program: Program) -> None:
    """LINK with the kind ``file``; a watch key takes it in and reads nothing of it; the PIN makes it a pair."""
    key = new_watch_key(program.vault, program.folder / "watch.key")
    source = mailed(program.folder, "Deniz Kaya", "MARKED-pin-1")
    taken = program.run("ingest", source, "--watch-key-file", key, "--json", env=LOCKED).document
    (link,) = taken["links"]
    assert link.keys() >= LINK
    assert (link["kind"], link["needs"], link["state"], link["holder"]) == ("file", "pin", "open", "Deniz Kaya")
    assert (link["url"], link["reference"], link["deadline"], link["refusals"]) == (None, None, None, 0)
    closed = program.run("fetch", link["id"], "--pin-stdin", stdin=b"MARKED-pin-1\n", env=LOCKED)
    assert closed.code == 3
    answer = program.run("fetch", "kaya", "--pin-stdin", "--json", stdin=b"MARKED-pin-1\n")
    found = stored(answer.document)
    assert (found["holder"], found["proof"], found["state"]) == ("Deniz Kaya", "file", "current")
    assert program.run("links", "--json").document == {"links": []}
    again = program.run("ingest", source, "--json").document["links"]
    assert [(one["id"], one["state"], one["duplicate"]) for one in again] == [(link["id"], "claimed", True)]


def test_a_wrong_pin_costs_nothing(program: Program) -> None:
    """Code 9; the file waits on, and the right one still opens it."""
    program.run("ingest", mailed(program.folder, "Deniz Kaya", "Right-1"))
    error = program.run("fetch", "kaya", "--pin-stdin", "--json", stdin=b"Wrong-1\n").error
    assert (error["code"], error["type"]) == (9, "parked-file-needs-pin")
    assert "Wrong PIN" in error["message"]
    assert program.run("fetch", "kaya", "--pin-stdin", stdin=b"Right-1\n").code == 0


def test_the_same_file_waits_once(program: Program) -> None:
    """By itself, in a folder, in a mail, with another provider's name: one link, by what the file is."""
    file = program.folder / "in" / "kaya.p12"
    file.parent.mkdir()
    file.write_bytes(pair("Deniz Kaya", "PIN-1"))
    first = program.run("ingest", file, "--holder", "Kaya", "--json").document["links"][0]
    made = mail(("other name.bin", "image/png", file.read_bytes()), sent=datetime.now(UTC))
    (file.parent / "mail.eml").write_bytes(made.as_bytes())
    again = program.run("ingest", file.parent, "--json").document["links"]
    assert [(one["id"], one["duplicate"], one["holder"]) for one in again] == [(first["id"], True, "Kaya")]
    assert len(program.run("links", "--json").document["links"]) == 1


def test_what_only_has_the_name_is_told(program: Program) -> None:
    """A damaged file and a picture called .p12 are rejected with the reason, what else is in the mail is taken."""
    good, now = pair("Deniz Kaya", "PIN-1"), datetime.now(UTC)
    files = [("a.p12", "image/png", b"\x89PNG\r\n\x1a\n" + bytes(99)), ("b.pfx", "image/png", good[7:])]
    made = mail(*files, ("c.p12", "application/x-pkcs12", good), sent=now)
    (program.folder / "mail.eml").write_bytes(made.as_bytes())
    answer = program.run("ingest", "mail.eml", "--json")
    document = json.loads(answer.out)
    assert answer.code == 8
    assert [one["source"] for one in document["rejected"]] == ["mail.eml: a.p12", "mail.eml: b.pfx"]
    assert len(document["links"]) == 1


def test_another_issuer_is_asked_about(program: Program) -> None:
    """Subject and PIN are not enough to take the place of a certificate that somebody else issued."""
    old = program.folder / "old.p12"
    old.write_bytes(pair("Deniz Kaya", "Old-1", days=20))
    first = stored(program.run("add", old, "--holder", "Kaya", "--pin-stdin", "--json", stdin=b"Old-1\n").document)
    other = make_pair("Deniz Kaya", "New-1", authority=make_authority("Other CA"))
    (program.folder / "new.p12").write_bytes(other)
    (link,) = program.run("ingest", "new.p12", "--json").document["links"]
    arguments = ("fetch", link["id"], "--pin-stdin", "--json")
    error = program.run(*arguments, stdin=b"New-1\n").error
    assert (error["code"], error["type"]) == (7, "unasked-successor")
    assert [one["id"] for one in error["candidates"]] == [first["id"]]
    assert "Other CA" in error["message"]
    answer = program.run(*arguments, "--supersedes", first["id"], stdin=b"New-1\n")
    assert answer.document["supersedes"] == first["id"]


def test_a_waiting_file_is_due_and_stands_in_the_morning(program: Program) -> None:
    """``half-waiting`` since the mail came, with the command to copy; in German too."""
    program.run("ingest", mailed(program.folder, "Deniz Kaya", "PIN-1", file="ka\x1b[2Jya.p12"))
    (due,) = program.run("due", "--json").document["due"]
    assert (due["kind"], due["next"]["do"], due["days_left"], due["holder"]) == (
        "half-waiting",
        "ask-pin",
        -3,
        "Deniz Kaya",
    )
    morning = program.run(env={"CERTVAULT_LANG": "de"}).out
    assert f"certvault fetch {due['id'][:6]}" in morning
    assert "wartet auf" in morning
    listed = program.run("links").out
    assert "\x1b" not in listed
    assert "PIN is missing" in listed


def test_nobody_learns_from_the_vault_what_waits(program: Program) -> None:
    """Neither the file nor its name lies in the folder in clear."""
    file = pair("Deniz Kaya", "PIN-1")
    made = mail(("MARKED-name.p12", "application/x-pkcs12", file), sent=datetime.now(UTC))
    (program.folder / "mail.eml").write_bytes(made.as_bytes())
    assert program.run("ingest", "mail.eml").code == 0
    stored_bytes = b"".join(path.read_bytes() for path in program.vault.iterdir())
    assert file[40:80] not in stored_bytes
    assert b"MARKED-name" not in stored_bytes
