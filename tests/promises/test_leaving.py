"""Whatever leaves the house, over names that are links: no download link, no reference, no PIN, nothing to click."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from cli.reporting import KINDS
from tests.cli.program import Program
from tests.cli.test_pairs import add
from tests.stand_in.desktop import desktop
from tests.stand_in.posting import PASSWORD, USER, post_office
from tests.stand_in.register import SEALED
from tests.support import agency, vaults
from tests.unit.channels.test_webhook import hook

PIN = "MARKED-Pin-1"
OFFICE = "buero@agentur.example"
CONFIGURATION = """
[mail]
server = "localhost"
port = {port}
security = "starttls"
from = "zertifikate@agentur.example"
user = "{user}"
password-file = "mail-password"

[webhook.tickets]
url = "https://localhost:{hook}/x"

[note]
"""
JOB = {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": "watch.key"}
CLICKED = re.compile(
    r"[a-z][a-z0-9+-]*://|\bwww\.\w|\bmailto:|\\\\\w|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,24}\b(?!@)[/?#]",
    re.IGNORECASE,
)
"""What some program makes a link of."""
BARE = re.compile(r"(?<!@)\bevil\.example", re.IGNORECASE)
"""What mail programs and chats make a link of too."""


@pytest.fixture
def house(program: Program) -> Program:
    """A vault in which every holder is called what a hostile mail wants, with something due of each kind."""
    agency.hostile(program.vault)
    soonest = agency.holder(99, agency.HOSTILE[-2])
    with vaults.custody(program.vault) as custody, custody.writing() as writer:
        writer.add_holder(soonest)
        writer.add_pair(agency.pair(99, 1, soonest), SEALED)
    add(program, "Kaya", PIN, days=20, since=300)
    assert program.run("ingest", "--pin", "--pin-stdin", "--holder", "kaya", stdin=PIN.encode()).code == 0
    assert program.run("config", "set", "office", OFFICE).code == 0
    vaults.new_watch_key(program.vault, program.folder / "watch.key")
    return program


def bodies(mail: EmailMessage) -> Iterator[str]:
    """All that a person reads of a mail."""
    yield f"{mail['Subject']}\n{mail['From']}\n{mail['To']}"
    for part in mail.walk():
        if not part.is_multipart():
            yield str(part.get_content())


def strings(found: object) -> Iterator[str]:
    """All texts in a JSON document."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from strings(value)
    elif isinstance(found, list):
        for value in found:
            yield from strings(value)


def sent(house: Program, folder: Path, language: str) -> Iterator[tuple[str, str]]:
    """What a run of the job sends by mail, webhook and note, with its signs of life, and what it writes itself."""
    assert house.run("config", "set", "language", language).code == 0
    (folder / "mail").mkdir(parents=True)
    (folder / "hook").mkdir()
    with post_office(folder / "mail") as post, hook(folder / "hook") as server, desktop() as desk:
        (folder / "config.toml").write_text(CONFIGURATION.format(port=post.port, user=USER, hook=server.port))
        (folder / "config.toml").chmod(0o600)
        (folder / "mail-password").write_text(PASSWORD + "\n")
        (folder / "mail-password").chmod(0o600)
        trusted = b"".join((folder / name / "ca.pem").read_bytes() for name in ("mail", "hook"))
        (folder / "ca.pem").write_bytes(trusted)
        ways = {"CERTVAULT_CONFIG_DIR": str(folder), "SSL_CERT_FILE": str(folder / "ca.pem"), **desk.environment}
        done = house.run("remind", env={**JOB, **ways})
        assert done.code == 0, done
        assert len(post.mails) == len(server.heard) == len(desk.notes) == 2
    yield "job", done.out + done.err
    for mail in post.mails:
        yield from (("mail", body) for body in bodies(mail))
    for _path, _kind, body in server.heard:
        yield from (("webhook", text) for text in strings(json.loads(body)))
    yield from (("note", f"{title}\n{text}") for title, text in desk.notes)


def drafted(house: Program) -> Iterator[tuple[str, str]]:
    """The drafts to providers and to holders."""
    for number, more in enumerate(("--due", "--broker")):
        names = ("--due", "--broker") if more == "--broker" else ("--due",)
        assert house.run("request", *names, "--to", f"out{number}", env=JOB).code == 0
    found = list(house.folder.glob("out*/*.eml"))
    assert len(found) > len(agency.HOSTILE)
    for path in found:
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        yield from (("draft", body) for body in bodies(mail))


def reported(house: Program) -> Iterator[tuple[str, str]]:
    """Each kind of report, in both languages."""
    for kind in KINDS:
        for language in ("de", "en"):
            assert house.run("report", f"a-{language}{kind}", "--lang", language, env=JOB).code == 0
            text = (house.folder / f"a-{language}{kind}").read_text()
            yield kind, re.sub(r"\r\n[ \t]", "", text) if kind == ".ics" else text


def test_nothing_that_leaves_opens_or_leads_anywhere(house: Program, tmp_path: Path) -> None:
    """Mails, webhooks, notes, signs of life, the output of the job, drafts, reports and the plugin's line."""
    found = [*sent(house, tmp_path / "de", "de")]
    found += [*drafted(house), *reported(house), ("plugin", house.run("due", "--nagios", env=JOB).out)]
    told = dict.fromkeys(where for where, _text in found)
    assert list(told) == ["job", "mail", "webhook", "note", "draft", *KINDS, "plugin"]
    for where, text in found:
        for never in (agency.REFERENCE, "did=", "TokenService", PIN, *(one.strip() for one in CLICKED.findall(text))):
            assert never not in text, (where, never)
        assert where in {".csv", ".json", ".html", ".prom"} or not BARE.search(text), where
    assert any("<URL>" in text for where, text in found if where == "mail")
