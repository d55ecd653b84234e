"""The record: what takes in, changes, shows, hands out or deletes stands in the log: who, what, on what, to whom."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.cli.desk import Desk, pair
from tests.cli.mails import forwarded
from tests.cli.program import Program
from tests.cli.test_providers import NORD, configure
from tests.stand_in.service import StandIn
from tests.support.vaults import new_vault

NO_PAIR = {"pin-refused", "pin-waiting"}
"""What happens to a PIN before there is a pair."""


class Clerk:
    """Who runs one command after the other, and looks what each left in the log."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.seen = len(self.events())

    def events(self) -> list[dict[str, Any]]:
        """The whole log."""
        found: list[dict[str, Any]] = self.program.run("audit", "--json").document["events"]
        return found

    def does(self, *arguments: object, pin: str = "") -> list[dict[str, Any]]:
        """What one command left, by whom it was done in every line."""
        answer = self.program.run(*arguments, stdin=pin.encode())
        new = self.events()[self.seen :]
        self.seen += len(new)
        for event in new:
            assert event["slot"], (arguments, event)
            assert event["user"] not in {"", "?", event["slot"]}, (arguments, event)
            if event["what"].startswith(("pair-", "pin-", "export", "purge")) and event["what"] not in NO_PAIR:
                assert event["pair"], (arguments, event)
        assert new, (arguments, answer)
        return new

    def leaves(self, *arguments: object, pin: str = "") -> list[str]:
        """The kinds of these events."""
        return [event["what"] for event in self.does(*arguments, pin=pin)]

    def file(self, name: str, pin: str, *, days: int, since: int = 1) -> Path:
        """A certificate file that is here."""
        path = self.program.folder / f"{name}-{days}.p12"
        path.write_bytes(pair(name, pin, days=days, since=since))
        return path


def test_everything_is_on_record(tmp_path: Path, stand_in: StandIn) -> None:
    """Each command leaves its events; the names of keys and of the user of the system stand apart."""
    program = Program(tmp_path)
    new_vault(program.vault, at=datetime.now(UTC))
    clerk, desk = Clerk(program), Desk(program, stand_in)
    assert [event["what"] for event in clerk.events()] == ["vault-created", "key-added", "key-added"]

    did = desk.link("Müller GmbH", "Pin1", days=20)
    assert "link-recorded" in [event["what"] for event in clerk.events()[clerk.seen :]]
    clerk.seen = len(clerk.events())
    assert clerk.leaves("fetch", did, "--pin-stdin", pin="wrong") == ["fetch-attempted", "pin-refused"]
    fetched = clerk.does("fetch", did, "--pin-stdin", pin="Pin1")
    assert (fetched[0]["what"], fetched[-1]["what"]) == ("fetch-attempted", "pair-added")
    assert all(event["link"] for event in (fetched[0], fetched[-1]))
    newer = clerk.leaves("add", clerk.file("Müller GmbH", "Pin2", days=365), "--pin-stdin", pin="Pin2")
    assert newer == ["pair-added", "pair-superseded"]

    shown = clerk.does("pin", "müller", "--to", "Frau Kaya")
    assert [event["what"] for event in shown] == ["pin-attempt", "pin-shown"]
    handed = clerk.does("export", "müller", "--to", "out", "--recipient", "Frau Kaya")
    assert [event["what"] for event in handed] == ["export-attempt", "exported"]
    assert {event["details"]["to"] for event in (*shown, *handed)} == {"Frau Kaya"}

    (program.folder / "new").write_text("Vier wilde Gänse tanzen Polka\n", "utf-8")
    label = ("--name", "Sommer", "--new-passphrase-file", "new")
    assert clerk.leaves("keys", "add", "passphrase", *label) == ["key-added"]
    (program.folder / "new").write_text("Fünf wilde Gänse tanzen Polka\n", "utf-8")
    assert clerk.leaves("keys", "change-passphrase", "Sommer", "--new-passphrase-file", "new") == ["key-changed"]
    assert clerk.leaves("keys", "remove", "Sommer") == ["key-removed"]
    assert clerk.leaves("keys", "rotate", "--watch") == ["watch-rotated"]
    assert clerk.leaves("keys", "rotate") == ["rotated"]
    assert clerk.leaves("config", "set", "timezone", "Europe/Vienna") == ["setting-changed"]
    assert clerk.leaves("config", "unset", "timezone") == ["setting-unset"]
    assert clerk.leaves("config", "set", "retention", "0") == ["setting-changed"]
    assert "backup-made" in clerk.leaves("backup", "b.backup")
    assert clerk.leaves("purge", "--older-than", "0", "--yes")[0] == "purge"

    assert program.run("restore", "b.backup").code == 0
    assert clerk.events()[-1]["what"] == "restored"  # the log goes on from the backup's
    assert program.run("audit", "--verify").code == 0


def test_what_is_put_right_is_on_record(tmp_path: Path) -> None:
    """retire, reinstate, assign, discard, the holders, trust in a provider, settings: each leaves its event."""
    program = Program(tmp_path)
    new_vault(program.vault, at=datetime.now(UTC))
    clerk = Clerk(program)
    added = clerk.does("add", clerk.file("Kaya", "Pin1", days=20), "--provider", "arag", "--pin-stdin", pin="Pin1")
    one = next(event["pair"] for event in added if event["what"] == "pair-added")
    newer = clerk.leaves("add", clerk.file("Kaya", "Pin2", days=365), "--provider", "arag", "--pin-stdin", pin="Pin2")
    assert newer == ["pair-added", "pair-superseded"]
    assert clerk.leaves("reinstate", one) == ["pair-retired", "pair-reinstated"]
    (retired,) = clerk.does("retire", one, "--reason", "left the agency")
    assert (retired["what"], retired["pair"], retired["details"]["reason"]) == ("pair-retired", one, "left the agency")
    assert clerk.leaves("reinstate", one) == ["pair-reinstated"]

    assert clerk.leaves("holders", "add", "Müller GmbH", "--number", "0042") == ["holder-added"]
    assert clerk.leaves("holders", "edit", "0042", "--mobile", "0170 1234567") == ["holder-edited"]
    assert clerk.leaves("assign", one, "--holder", "müller gmbh")[0] == "pair-moved"
    people = tmp_path / "people.csv"
    people.write_text("Name;Handy\nVogel;0170 7654321\nMüller GmbH;0171 1111111\n", "utf-8")
    assert clerk.leaves("holders", "import", people) == ["holder-added", "holder-edited", "holders-imported"]
    merged = clerk.leaves("holders", "merge", "Müller GmbH", "--into", "Vogel", "--yes")
    assert merged[0] == "pair-moved"
    assert "holder-merged" in merged

    mail = tmp_path / "mail.eml"
    mail.write_bytes(forwarded("Schmidt", "3f2a91c07d5e8b64"))
    assert "link-recorded" in clerk.leaves("ingest", mail)
    assert clerk.leaves("assign", "3f2a91c07d5e8b64", "--holder", "Vogel") == ["link-assigned"]
    assert clerk.leaves("discard", "3f2a91c07d5e8b64") == ["link-discarded"]
    assert clerk.leaves("reinstate", "3f2a91c07d5e8b64") == ["link-reopened"]
    assert clerk.leaves("ingest", "--pin-stdin", "--holder", "Vogel", pin="Pin9") == ["pin-waiting"]

    configure(program, "nord.toml", NORD)
    assert clerk.leaves("providers", "trust", "nord", "--yes") == ["provider-trusted"]
    assert clerk.leaves("config", "set", "mail-server", "mx.example") == ["setting-changed"]
    assert clerk.leaves("config", "unset", "mail-server") == ["setting-unset"]
    assert program.run("audit", "--verify").code == 0
