"""Taking note of what is due, with the real program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.cli.desk import pair
from tests.cli.program import Program
from tests.cli.test_pairs import add, german
from tests.stand_in.register import SEALED, a_holder, a_pair, an_id
from tests.support.vaults import NOW, custody, new_watch_key
from vault.ledger.events import record


def day(days: int) -> str:
    """The day so many days from now."""
    return f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d}"


def activating(program: Program, name: str, *, days: int, since: int) -> str:
    """Store a certificate of the provider that activates; gives the pair's id."""
    file = program.folder / "new.p12"
    file.write_bytes(pair(name, "Pin1", days=days, since=since))
    call = ("add", file, "--provider", "tgic", "--pin-stdin", "--json")
    return str(program.run(*call, stdin=b"Pin1").document["pair"]["id"])


def test_what_was_noted_is_quiet_and_comes_with_all(program: Program) -> None:
    """With a watch key; the answer says until when, in both languages, and --undo ends it."""
    one = add(program, "Müller GmbH", "Pin1", days=40)
    add(program, "Kaya", "Pin2", days=41)
    new_watch_key(program.vault, program.folder / "watch.key")
    closed = {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": "watch.key"}
    noted = program.run("ack", "müller", "--until", day(9), "--json", env=closed).document
    assert (noted.keys(), noted["id"], noted["until"] > day(8)) == ({"id", "until"}, one, True)
    assert [row["holder"] for row in program.run("due", "--json").document["due"]] == ["Kaya"]
    assert [row["holder"] for row in program.run("due", "--all", "--json").document["due"]] == ["Müller GmbH", "Kaya"]
    assert "zur Kenntnis genommen bis" in " ".join(german(program, "due", "--all").out.split())
    assert "Bis " in german(program, "ack", "müller").out
    assert f"until {day(9)}: " in program.run("ack", "müller", "--until", day(9)).out
    assert "No longer" not in program.run("ack", "müller", "--until", day(9)).out
    assert "No longer than that" in program.run("ack", "müller", "--until", day(60)).out
    assert "taken note of" in program.run("audit").out
    assert program.run("ack", "müller", "--undo", "--json").document == {"id": one, "until": None}
    assert len(program.run("due", "--json").document["due"]) == 2


def test_what_does_not_fit_together_is_refused(program: Program) -> None:
    """Code 2, or the code for what nobody finds; nothing is noted."""
    add(program, "Müller GmbH", "Pin1", days=40)
    for call in (
        ("müller", "--until", day(-1)),
        ("müller", "--until", day(400)),
        ("müller", "--until", "soon"),
        ("müller", "--undo", "--activated"),
        ("backup", "--activated"),
    ):
        assert program.run("ack", *call, "--json").error["code"] == 2, call
    assert program.run("ack", "nobody", "--json").error["code"] == 6
    assert len(program.run("due", "--json").document["due"]) == 1


def test_a_new_certificate_of_a_provider_that_activates_is_told_until_it_is_done(program: Program) -> None:
    """The next step is the command; one that was in use elsewhere for long is not told."""
    new = activating(program, "Müller GmbH", days=300, since=1)
    activating(program, "Kaya", days=200, since=100)
    (row,) = program.run("due", "--json").document["due"]
    assert (row["kind"], row["id"], row["next"]) == ("activation", new, {"do": "activate", "ref": new})
    shown = " ".join(program.run("due").out.split())
    assert "activation is missing" in shown
    assert f"certvault ack {new[:6]} --activated" in shown
    assert program.run("ack", new, "--activated", "--json").document == {"id": new, "activated": True}
    assert program.run("due", "--json").document["due"] == []


def test_a_missing_backup_can_be_noted(program: Program) -> None:
    """By its own word, because it is neither a link nor a certificate; where none is missing, that is said."""
    assert program.run("ack", "backup", "--json").error["type"] == "nothing-to-note"
    assert "Bei der Sicherung ist nichts fällig" in german(program, "ack", "backup").err
    with custody(program.vault) as opened, opened.writing() as writer:
        record(opened, writer, "pair-added", at=NOW, pair=an_id(9))
        writer.add_holder(a_holder(1))
        writer.add_pair(a_pair(9, added=datetime.now(UTC) - timedelta(days=40)), SEALED)
    assert program.run("ack", "backup", "--json").document.keys() == {"id", "until"}


def test_what_is_not_due_is_said_to_be_not_due(program: Program) -> None:
    """A certificate in good time, and an activation that is not open: nothing is noted."""
    add(program, "Müller GmbH", "Pin1", days=300)
    before = program.run("audit", "--json").document["head"]
    for more in ((), ("--until", day(200))):
        error = program.run("ack", "müller", *more, "--json").error
        assert (error["code"], error["type"]) == (2, "nothing-to-note")
    assert "No activation was open" in program.run("ack", "müller", "--activated").out
    assert program.run("audit", "--json").document["head"] == before
