"""Reminders with the real program and a real mail server: what is sent, what is told, and what it never has."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Program
from tests.cli.test_pairs import add, german
from tests.stand_in.posting import PASSWORD, USER, Post, post_office
from tests.support import vaults
from vault.keys.derive import events_key, inbox_key, pairs_key, register_key

OFFICE = "buero@agentur.example"
CONFIGURATION = """
[mail]
server = "localhost"
port = {port}
security = "starttls"
from = "zertifikate@agentur.example"
user = "{user}"
password-file = "mail-password"
"""


@pytest.fixture
def job(program: Program) -> Program:
    """The program as a scheduled job runs it: with a watch key, in English, and with an office that gets mail."""
    vaults.new_watch_key(program.vault, program.folder / "watch.key")
    for setting in (("office", OFFICE), ("language", "en"), ("sign-of-life", "off")):
        assert program.run("config", "set", *setting).code == 0
    return program


@pytest.fixture
def post(job: Program) -> Iterator[Post]:
    """A mail server that the job is configured for."""
    with post_office(job.folder) as post:
        configure(job, post.port)
        yield post


def configure(job: Program, port: int) -> None:
    """Write its configuration, as its user would."""
    folder = job.folder / "config"
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / "config.toml").write_text(CONFIGURATION.format(port=port, user=USER))
    (folder / "mail-password").write_text(PASSWORD + "\n")
    (folder / "mail-password").chmod(0o600)
    job.environment |= {"CERTVAULT_CONFIG_DIR": str(folder), "SSL_CERT_FILE": str(job.folder / "ca.pem")}


WATCHING = {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": "watch.key"}


def test_what_is_due_reaches_the_office_once(job: Program, post: Post) -> None:
    """A mail in text and HTML from a locked vault; the next run has nothing to do, and nothing of it is due."""
    add(job, "Müller GmbH", "Pin1", days=20)
    would = job.run("remind", "--dry-run", "--json", env=WATCHING).document
    assert [(one["to"], one["entries"], one["due"][0]["holder"]) for one in would["would"]] == [
        (OFFICE, 1, "Müller GmbH")
    ]
    assert "Müller GmbH" in job.run("remind", "--dry-run", env=WATCHING).out
    assert post.mails == []
    done = job.run("remind", "--json", env=WATCHING).document
    assert done.keys() == {"at", "sent", "failed", "nobody", "next"}
    assert done["sent"] == [{"kind": "digest", "to": OFFICE, "channel": "mail", "entries": 1}]
    (mail,) = post.mails
    assert (mail["To"], mail["Subject"]) == (OFFICE, "certvault: 1 thing needs you")
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        assert "Müller GmbH" in body.get_content()
        assert "Pin1" not in body.get_content()
    again = job.run("remind", "--json", env=WATCHING).document
    assert (again["sent"], again["next"]) == ([], done["next"])
    assert "Nichts zu senden." in german(job, "remind").out
    assert len(post.mails) == 1
    assert "people told" in job.run("audit").out


def test_a_server_that_is_down_is_told_and_tried_again(job: Program, tmp_path: Path) -> None:
    """Partly done, with the reason; it is due meanwhile, and the same run later sends it."""
    add(job, "Müller GmbH", "Pin1", days=20)
    with post_office(tmp_path) as gone:
        port = gone.port
    configure(job, port)
    answer = job.run("remind", env=WATCHING)
    assert answer.code == 8
    assert "Not sent: 1 entry, mail buero@agentur.example" in answer.out
    failed = json.loads(job.run("remind", "--json", env=WATCHING).out)["failed"]
    assert [(one["channel"], one["error"]) for one in failed] == [("mail", "not-sent")]
    kinds = [row["kind"] for row in job.run("due", "--json").document["due"]]
    assert kinds == ["watcher", "certificate-expiry"]
    assert "nothing can be sent by mail" in " ".join(job.run("due").out.split())
    with post_office(job.folder) as post:
        configure(job, post.port)
        assert job.run("remind", env=WATCHING).code == 0
        assert len(post.mails) == 1
    assert [row["kind"] for row in job.run("due", "--json").document["due"]] == ["certificate-expiry"]


def test_every_way_is_tried_with_a_test(job: Program, post: Post) -> None:
    """One mail that says so, and nothing is noted."""
    assert job.run("remind", "--test", env=WATCHING).code == 0
    assert [mail["Subject"] for mail in post.mails] == ["certvault: a test"]
    assert job.run("config", "unset", "office").code == 0
    assert job.run("remind", "--test", "--json", env=WATCHING).error["type"] == "nobody-to-tell"
    assert job.run("remind", "--test", "--dry-run", "--json", env=WATCHING).error["code"] == 2


def test_a_sign_of_life_says_that_the_watch_works(job: Program, post: Post) -> None:
    """How many are watched, and the head of the log to keep elsewhere."""
    assert job.run("config", "unset", "sign-of-life").code == 0
    head = job.run("audit", "--json").document["head"]
    assert job.run("remind", env=WATCHING).code == 0
    (mail,) = post.mails
    body = mail.get_body(("plain",))
    assert body is not None
    assert "I watch 0 certificates." in body.get_content()
    assert f"{head['count']}:{head['hash']}" in body.get_content().replace("\n", "")


def test_who_configured_nothing_is_told_how(job: Program) -> None:
    """An error that names the file's tables; what is due is not noted as told."""
    add(job, "Müller GmbH", "Pin1", days=20)
    error = job.run("remind", "--json", env=WATCHING).error
    assert (error["code"], error["type"]) == (2, "no-channel")
    assert "[mail]" in str(error["hint"])
    assert "config.toml" in str(error["hint"])
    would = job.run("remind", "--dry-run", "--json", env=WATCHING)
    assert len(would.document["would"]) == 1
    assert json.loads(would.err)["warning"]["type"] == "no-channel"


def test_why_nothing_is_sent_is_told_in_one_line_with_what_to_do(job: Program, post: Post) -> None:
    """To whom, why, with the file it is about; what helps once for all of them."""
    assert job.run("config", "set", "office", OFFICE, "chef@agentur.example").code == 0
    password = job.folder / "config" / "mail-password"
    password.chmod(0o644)
    answer = job.run("remind", "--test", env=WATCHING)
    lines = answer.out.splitlines()
    assert [line.startswith("Not sent: test, mail ") for line in lines] == [True, True, False]
    assert all(str(password) in line for line in lines[:2])
    assert "nobody else may read" in lines[2]


def test_entries_that_nobody_gets_are_told(job: Program, post: Post) -> None:
    """Without an office they go nowhere, and that is no success."""
    add(job, "Müller GmbH", "Pin1", days=20)
    assert job.run("config", "unset", "office").code == 0
    answer = job.run("remind", env=WATCHING)
    assert (answer.code, post.mails) == (8, [])
    assert "Nobody is named for 1 entry." in answer.out
    assert "config set office" in answer.err


HOLDING = """
import os, signal, sys
import vault.secret
made, leave = [], os._exit
born = vault.secret.Secret.__init__

def noting(self, value):
    made.append(type(self).__name__)
    born(self, value)

def telling(code):
    with open({told!r}, "w") as file:
        file.write(" ".join(made))
    os.kill(os.getpid(), signal.SIGSTOP)
    leave(code)

vault.secret.Secret.__init__ = noting
os._exit = telling
"""
"""The program stops where it would leave, so that its memory can be read, and says which secrets it had in hand."""
MEMORY = """
import re, sys
wanted = [bytes.fromhex(one) for one in sys.argv[2:]]
found = set()
for line in open(f"/proc/{sys.argv[1]}/maps"):
    place = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
    if place:
        start, end = (int(one, 16) for one in place.groups())
        with open(f"/proc/{sys.argv[1]}/mem", "rb") as memory:
            memory.seek(start)
            octets = memory.read(end - start)
        found |= {one.hex() for one in wanted if one in octets}
print(" ".join(found))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_what_reminds_never_held_a_key_that_opens_a_pair(job: Program, post: Post) -> None:
    """With a watch key it has the register key in hand, and no other; its memory holds none of those. The same look at
    one that was opened with the passphrase finds them."""
    add(job, "Müller GmbH", "Pin1", days=20)
    with vaults.custody(job.vault) as custody:
        place = custody.root, custody.vault_id, custody.slots.generation
        keys = {
            "root": custody.root.reveal(),
            "pairs": pairs_key(*place).reveal(),
            "inbox": inbox_key(*place).reveal(),
            "events": events_key(*place).reveal(),
        }
        register = register_key(custody.root, custody.vault_id, custody.slots.register_generation).reveal()
    made, found = looked_into(job, WATCHING, [*keys.values(), register])
    assert made <= {"WatchKey", "RegisterKey", "MailPassword"}
    assert "RegisterKey" in made
    assert not found & {key.hex() for key in keys.values()}
    assert len(post.mails) == 1
    made, found = looked_into(job, {}, list(keys.values()))
    assert {"RootKey", "PairsKey"} <= made
    assert keys["pairs"].hex() in found


def looked_into(job: Program, environment: dict[str, str], keys: list[bytes]) -> tuple[set[str], set[str]]:
    """The kinds of secrets that a run had in hand, and which of ``keys`` are in its memory when it ends."""
    folder, told = job.folder / "holding", job.folder / "told"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(HOLDING.format(told=str(told)))
    path = f"{folder}{os.pathsep}{job.environment['PYTHONPATH']}"
    given = {name: value for name, value in {**job.environment, **environment, "PYTHONPATH": path}.items() if value}
    with subprocess.Popen([*job.command, "remind"], env=given, cwd=job.folder, start_new_session=True) as process:
        try:
            _pid, status = os.waitpid(process.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status), status
            look = [sys.executable, "-c", MEMORY, str(process.pid), *(key.hex() for key in keys)]
            found = subprocess.run(look, capture_output=True, text=True, check=True).stdout.split()
        finally:
            process.kill()
            os.kill(process.pid, signal.SIGCONT)
    return set(told.read_text().split()), set(found)
