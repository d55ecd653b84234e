"""Mails from a real mail server: with a watch key, from where it was left, and nothing changed there unasked."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.desk import pair
from tests.cli.mails import forwarded
from tests.cli.program import Answer, Program
from tests.stand_in.attachments import mail as attached
from tests.stand_in.dovecot import PASSWORD, TOKEN, USER, Dovecot, dovecot
from tests.support.vaults import custody, new_watch_key

NOISE = b"From: a@b.example\nDate: Mon, 30 Sep 2019 07:31:07 +0200\nSubject: lunch\n\nAt noon?\n"


@pytest.fixture
def server() -> Iterator[Dovecot]:
    """A mail server with one user."""
    with dovecot() as running:
        yield running


@pytest.fixture
def agency(program: Program, server: Dovecot) -> Program:
    """The program with a watch key alone, which trusts the server."""
    key = new_watch_key(program.vault, program.folder / "watch.key")
    config = program.folder / "config"
    config.mkdir()
    program.environment |= {
        "CERTVAULT_WATCH_KEY_FILE": str(key),
        "CERTVAULT_PASSPHRASE_FILE": "",
        "CERTVAULT_CONFIG_DIR": str(config),
        "SSL_CERT_FILE": str(server.ca_file),
    }
    return program


def did(number: int) -> str:
    """A reference."""
    return f"f83f71f08bdf3c{number:02x}"


def mail(number: int) -> bytes:
    """A mail with a link."""
    return forwarded(f"Makler {number}", did(number))


def configure(program: Program, command: list[str], owner: str = f"{USER}@localhost") -> Path:
    """Name the command that prints a token in the user's own configuration."""
    path = program.folder / "config" / "config.toml"
    path.write_text(f'[imap."{owner}"]\ntoken-command = {json.dumps(command)}\n')
    return path


def with_token(program: Program) -> None:
    """Let the program in by a token."""
    configure(program, [sys.executable, "-c", f"print({TOKEN!r})"])


def found(answer: Answer) -> set[str]:
    """The references of the links that are new."""
    return {link["reference"] for link in answer.document["links"] if not link["duplicate"]}


def test_a_password_that_is_typed_once_and_kept(agency: Program, server: Dovecot) -> None:
    """Typed unseen on a terminal, kept when the server took it; then the job runs without one, and it is on record."""
    server.deliver(mail(1), NOISE)
    url = server.url()
    asked = agency.type("ingest", url, "--remember-password", answers=[("at localhost: ", PASSWORD + "\n")])
    assert asked.code == 0
    assert PASSWORD not in asked.out
    assert "1 new link." in asked.out
    server.deliver(mail(2))
    assert found(agency.run("ingest", url, "--json")) == {did(2)}
    log = agency.run("audit", "--json").out
    assert "mail-password-kept" in log
    assert json.dumps(PASSWORD)[1:-1] not in log


def test_a_kept_password_is_for_one_server_and_one_user(agency: Program, server: Dovecot) -> None:
    """Another user, port, scheme or host is another account: nothing is sent there, also where it answers."""
    agency.type("ingest", server.url(), "--remember-password", answers=[("localhost: ", PASSWORD + "\n")])
    for other in (
        server.url().replace("petra", "paula"),
        server.url(scheme="imap"),
        server.url(host="127.0.0.1"),
    ):
        answer = agency.run("ingest", other, "--json")
        assert (answer.code, answer.error["type"]) == (2, "mail-password-missing")


def test_a_kept_password_is_forgotten(agency: Program, server: Dovecot) -> None:
    """And a wrong one is never kept."""
    url = server.url()
    agency.type("ingest", url, "--remember-password", answers=[("localhost: ", PASSWORD + "\n")])
    refused = agency.type("ingest", url, "--remember-password", answers=[("localhost: ", "wrong\n")])
    assert refused.code == 13
    assert agency.run("ingest", url).code == 0
    assert agency.run("ingest", url, "--forget-password", "--json").error["type"] == "mail-password-missing"
    assert agency.run("ingest", url, "--json").error["type"] == "mail-password-missing"
    assert "mail-password-forgotten" in agency.run("audit", "--json").out


def test_only_new_mails_are_read_the_next_time(agency: Program, server: Dovecot) -> None:
    """By the numbers of the server; --again reads all, and so does a folder that was numbered anew."""
    with_token(agency)
    url = server.url()
    server.deliver(mail(1), NOISE)
    first = agency.run("ingest", url, "--json").document
    assert (len(first["links"]), first["ignored"]) == (1, 1)
    server.deliver(mail(2))
    second = agency.run("ingest", url, "--json").document
    assert ([link["reference"] for link in second["links"]], second["ignored"]) == ([did(2)], 0)
    assert agency.run("ingest", url, "--json").document == {"links": [], "rejected": [], "ignored": 0}
    again = agency.run("ingest", url, "--again", "--json").document
    assert [link["duplicate"] for link in again["links"]] == [True, True]
    server.renumber()
    assert agency.run("ingest", url, "--json").document == again


def test_one_provider_alone_leaves_no_mark(agency: Program, server: Dovecot) -> None:
    """What was not looked for is looked for the next time."""
    with_token(agency)
    server.deliver(mail(1))
    assert found(agency.run("ingest", server.url(), "--provider", "arag", "--json")) == {did(1)}
    assert len(agency.run("ingest", server.url(), "--json").document["links"]) == 1


def test_nothing_changes_on_the_server(agency: Program, server: Dovecot) -> None:
    """The mails stay unread, where they are."""
    with_token(agency)
    server.deliver(mail(1), NOISE)
    agency.run("ingest", server.url())
    assert server.flags() == ["", ""]


def test_flagged_and_moved_when_a_person_says_so(agency: Program, server: Dovecot) -> None:
    """Those with a link, known or new; the others stay as they are."""
    with_token(agency)
    server.deliver(mail(1), NOISE, mail(2))
    server.deliver(folder=".Vertr&AOQ-ge.Fertig")
    answer = agency.run("ingest", server.url(), "--move-to", "Verträge/Fertig", "--flag", "flagged")
    assert answer.code == 0, answer
    assert server.flags(".Vertr&AOQ-ge.Fertig") == ["F", "F"]
    assert server.flags() == [""]


def test_a_folder_with_umlauts_and_one_that_is_not_there(agency: Program, server: Dovecot) -> None:
    """Named as people read it; a wrong name is told with those that are there, before anything is read."""
    with_token(agency)
    server.deliver(mail(1), folder=".Vertr&AOQ-ge & Mehr".replace(" & ", " &- "))
    assert found(agency.run("ingest", server.url("Verträge & Mehr"), "--json")) == {did(1)}
    answer = agency.run("ingest", server.url("Vertrage"), "--json")
    assert (answer.code, answer.error["type"]) == (6, "no-such-mail-folder")
    assert "Verträge & Mehr" in answer.error["hint"]
    assert agency.run("ingest", server.url(), "--move-to", "Nirgends", "--json").code == 6


def test_starttls_is_enough_and_needed(agency: Program, server: Dovecot) -> None:
    """imap:// is encrypted before anything is told."""
    with_token(agency)
    server.deliver(mail(1))
    assert found(agency.run("ingest", server.url(scheme="imap"), "--json")) == {did(1)}


def test_a_server_that_does_not_prove_who_it_is(agency: Program, server: Dovecot) -> None:
    """Another authority, or another name: neither password nor token leaves this machine."""
    ran = agency.folder / "ran"
    configure(agency, [sys.executable, "-c", f"open({str(ran)!r}, 'w'); print('x')"])
    for scheme in ("imaps", "imap"):
        answer = agency.run("ingest", server.url(scheme=scheme), "--json", env={"SSL_CERT_FILE": ""})
        assert (answer.code, answer.error["type"]) == (13, "mail-server-not-trusted")
    configure(agency, [sys.executable, "-c", "print('x')"], f"{USER}@127.0.0.1")
    assert agency.run("ingest", server.url(host="127.0.0.1"), "--json").error["type"] == "mail-server-not-trusted"
    assert "Login" not in (server.folder / "log").read_text()


def test_a_log_in_that_is_refused(agency: Program, server: Dovecot) -> None:
    """In plain words, without the secret, and with a hint."""
    configure(agency, [sys.executable, "-c", "print('MARKED-wrong')"])
    answer = agency.run("ingest", server.url(), "--json")
    assert (answer.code, answer.error["type"]) == (13, "mail-log-in-refused")
    assert "MARKED" not in answer.out + answer.err


@pytest.mark.parametrize(
    "code", ["print('two words')", "print()", "import sys; sys.exit(3)", "print('x' * 20000)", "print('ä')"]
)
def test_a_command_that_gives_no_token(code: str, agency: Program, server: Dovecot) -> None:
    """It is told with the file that names it; nothing is sent."""
    path = configure(agency, [sys.executable, "-c", code])
    answer = agency.run("ingest", server.url(), "--json")
    assert (answer.code, answer.error["type"]) == (2, "token-command-failed")
    assert str(path) in answer.error["hint"]


def test_no_shell_reads_the_command(agency: Program, server: Dovecot) -> None:
    """What a shell would run is one argument."""
    configure(agency, [sys.executable, "-c", f"print({TOKEN!r})", "; touch", str(agency.folder / "ran")])
    assert agency.run("ingest", server.url()).code == 0
    assert not (agency.folder / "ran").exists()


@pytest.mark.parametrize(
    "text",
    ["[imap", "imap = 1", '[imap."a@b"]\ntoken-command = "date"', '[imap."a@b"]\ncommand = ["x"]', "[imap]\na = 1"],
)
def test_a_configuration_with_a_mistake(text: str, agency: Program, server: Dovecot) -> None:
    """Is told, and nothing is run."""
    (agency.folder / "config" / "config.toml").write_text(text)
    answer = agency.run("ingest", server.url(), "--json")
    assert (answer.code, answer.error["type"]) == (2, "configuration-unusable")


def test_a_configuration_that_others_wrote_is_not_believed(agency: Program, server: Dovecot) -> None:
    """One in the vault's folder, or one that others may write, could run anything."""
    with_token(agency)
    path = agency.folder / "config" / "config.toml"
    path.chmod(path.stat().st_mode | stat.S_IWOTH)
    assert agency.run("ingest", server.url(), "--json").error["type"] == "configuration-unusable"
    path.chmod(0o600)
    planted = agency.vault / "config.toml"
    path.rename(planted)
    assert agency.run("ingest", server.url(), "--json").error["type"] == "mail-password-missing"
    answer = agency.run("ingest", server.url(), "--json", env={"CERTVAULT_CONFIG_DIR": str(agency.vault)})
    assert answer.error["type"] == "configuration-unusable"
    (agency.folder / "config" / "config.toml").symlink_to(planted)
    assert agency.run("ingest", server.url(), "--json").error["type"] == "configuration-unusable"


def test_nobody_there(agency: Program, server: Dovecot) -> None:
    """A port on which nothing answers; beside other sources it is one of those that went wrong."""
    with_token(agency)
    url = server.url().replace(str(server.imaps), "1")
    answer = agency.run("ingest", url, "--json")
    assert (answer.code, answer.error["type"]) == (13, "mail-server-not-reachable")
    server.deliver(mail(1))
    both = agency.run("ingest", server.url(), url, "--json")
    assert both.code == 8
    document = json.loads(both.out)
    assert len(document["links"]) == 1
    assert document["rejected"][0]["source"] == url


def test_a_wish_without_a_mailbox(program: Program) -> None:
    """No option is without effect."""
    for wish in (["--move-to", "x"], ["--flag", "seen"], ["--again"], ["--remember-password"], ["--forget-password"]):
        assert program.run("ingest", "mail.eml", *wish, "--json").error["type"] == "usage"


def test_wishes_that_contradict(agency: Program, server: Dovecot) -> None:
    """Keeping and forgetting at once; a password to keep where a token opens the mailbox; a flag of two words."""
    with_token(agency)
    for wish in (["--remember-password", "--forget-password"], ["--remember-password"], ["--flag", "two words"]):
        assert agency.run("ingest", server.url(), *wish, "--json").error["type"] == "usage"


def test_a_password_in_the_address_is_refused(program: Program) -> None:
    """Others of the machine could read it; it is not even repeated."""
    answer = program.run("ingest", "imaps://petra:MARKED@mail.example/INBOX", "--json")
    assert (answer.code, answer.error["type"]) == (2, "usage")
    assert "MARKED" not in answer.out + answer.err


def test_a_large_mailbox_over_the_line(agency: Program, server: Dovecot) -> None:
    """Many more mails than are fetched at once, one of them broken: all links, and no mail twice."""
    with_token(agency)
    server.deliver(*(mail(n) if n % 10 == 0 else NOISE for n in range(250)), b"\0\xff" * 50)
    answer = agency.run("ingest", server.url(), "--json").document
    assert {link["reference"] for link in answer["links"]} == {did(n) for n in range(0, 250, 10)}
    assert answer["ignored"] == 226
    assert agency.run("ingest", server.url(), "--json").document["ignored"] == 0


def test_what_is_kept_is_readable_with_the_register_alone(agency: Program, server: Dovecot) -> None:
    """As the documents say: whoever opens the register can read it; the vault's files do not show it."""
    agency.type("ingest", server.url(), "--remember-password", answers=[("localhost: ", PASSWORD + "\n")])
    with custody(agency.vault) as opened, opened.reading() as reader:
        kept = reader.mail_password(f"imaps://{USER}@localhost:{server.imaps}")
    assert kept is not None
    assert kept.reveal() == PASSWORD
    assert not any(PASSWORD.encode() in path.read_bytes() for path in agency.vault.iterdir() if path.is_file())


def test_a_certificate_file_by_imap_waits_for_its_pin(agency: Program, server: Dovecot) -> None:
    """With the watch key alone a .p12 is taken in and known again; without the root key nobody reads it."""
    with_token(agency)
    file = pair("Deniz Kaya", "MARKED-pin-1")
    server.deliver(attached(("kaya.p12", "application/octet-stream", file), sent=datetime.now(UTC)).as_bytes())
    url = server.url()
    (link,) = agency.run("ingest", url, "--json").document["links"]
    assert (link["kind"], link["needs"], link["state"]) == ("file", "pin", "open")
    again = agency.run("ingest", url, "--again", "--json").document["links"]
    assert [(one["id"], one["duplicate"]) for one in again] == [(link["id"], True)]
    assert agency.run("fetch", link["id"], "--pin-stdin", stdin=b"MARKED-pin-1\n").code == 3
    root = {"CERTVAULT_PASSPHRASE_FILE": str(agency.passphrase_file)}
    stored = agency.run("fetch", link["id"], "--pin-stdin", "--json", stdin=b"MARKED-pin-1\n", env=root).document
    assert stored["pair"]["proof"] == "file"
