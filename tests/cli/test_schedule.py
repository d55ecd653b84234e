"""``certvault schedule``: the reminders are sent by the system, tried with Debian's cron and a user's systemd."""

from __future__ import annotations

import json
import shlex
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Program
from tests.cli.test_pairs import add
from tests.stand_in.posting import PASSWORD, USER, Post, post_office
from tests.support.schedulers import cron_daemon, with_cron, with_systemd
from tests.support.vaults import new_watch_key

ODD = 'Büro & Söhne; 100% it\'s "$HOME" \\%h `id`'
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
INSTALL = ("schedule", "install", "--json")


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """A mail server."""
    with post_office(tmp_path) as running:
        yield running


@pytest.fixture
def agency(program: Program, post: Post) -> Program:
    """A vault with something to tell, in a folder that nobody would call so; of keys a watch key alone."""
    assert program.run("config", "set", "office", OFFICE).code == 0
    assert program.run("config", "set", "sign-of-life", "off").code == 0
    add(program, "Müller GmbH", "Pin1", days=20)
    odd = program.folder / ODD
    config = odd / "config"
    config.mkdir(parents=True)
    program.vault = program.vault.rename(odd / "vault")
    (config / "config.toml").write_text(CONFIGURATION.format(port=post.port, user=USER))
    (config / "mail-password").touch(0o600)
    (config / "mail-password").write_text(PASSWORD)
    program.environment |= {
        "CERTVAULT_DIR": str(program.vault),
        "CERTVAULT_PASSPHRASE_FILE": "",
        "CERTVAULT_WATCH_KEY_FILE": str(new_watch_key(program.vault, odd / "watch.key")),
        "CERTVAULT_CONFIG_DIR": str(config),
        "SSL_CERT_FILE": str(program.folder / "ca.pem"),
    }
    return program


def test_with_cron(agency: Program, post: Post) -> None:
    """Installed beside what is there, run once as scheduled, shown, replaced, and taken out again."""
    table = with_cron(agency)
    others = "MAILTO=petra\n17 3 * * * echo 'mine' # 100\\%\n"
    table.write_text(others)
    answer = agency.run(*INSTALL, "--with", "cron").document
    assert answer["schedule"]["system"] == "cron"
    assert answer["schedule"]["times"] == ["07:00", "12:00"]
    assert answer["run"]["code"] == 0
    assert [mail["To"] for mail in post.mails] == [OFFICE]
    assert others in table.read_text()
    assert agency.run(*INSTALL, "--with", "cron", "--at", "06:30").document["schedule"]["times"] == ["06:30"]
    (shown,) = agency.run("schedule", "show", "--json").document["schedules"]
    assert (shown["system"], shown["name"]) == ("cron", answer["schedule"]["name"])
    assert shown["text"] in table.read_text()
    assert [line.split()[:2] for line in shown["text"].splitlines()[1:-1]] == [["30", "6"]]
    assert agency.run("schedule", "remove", "--json").document == {"removed": ["cron"]}
    assert table.read_text().endswith(others)
    assert agency.run("schedule", "show", "--json").document == {"schedules": []}
    assert agency.run("schedule", "remove", "--json").error["type"] == "nothing-scheduled"


def test_crons_own_daemon_runs_it(agency: Program, post: Post) -> None:
    """At its minute, the line as it stands in the crontab: what could not be sent at the first run is sent then."""
    table = with_cron(agency)
    post.refused[OFFICE] = "450 later"
    assert agency.run(*INSTALL, "--with", "cron").error["type"] == "first-run-failed"
    table.write_text(table.read_text().replace("\n0 12 * * * ", "\n* * * * * "))
    post.refused.clear()
    with cron_daemon(agency):
        (shown,) = agency.run("schedule", "show", "--json").document["schedules"]
        assert not any("No cron runs" in hint for hint in shown["hints"])
        end = time.monotonic() + 65
        while not post.taken and time.monotonic() < end:
            time.sleep(0.2)
    assert [mail["To"] for mail in post.mails] == [OFFICE]


def test_the_job_holds_no_secret_and_nobody_elses_key(agency: Program) -> None:
    """The key stays in its file; one that others may read is refused, and nothing is made."""
    table = with_cron(agency)
    key = Path(agency.environment["CERTVAULT_WATCH_KEY_FILE"])
    secret = key.read_text().split()[1]
    assert agency.run(*INSTALL, "--with", "cron").code == 0
    assert secret not in table.read_text()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    agency.run("schedule", "remove")
    key.chmod(0o644)
    assert agency.run(*INSTALL, "--with", "cron").error["type"] == "key-file-unusable"
    key.chmod(0o600)
    key.write_text(key.read_text().swapcase())
    assert agency.run(*INSTALL, "--with", "cron").code == 3
    assert agency.run("schedule", "show", "--json").document == {"schedules": []}


def test_a_first_run_that_goes_wrong_is_told(agency: Program, post: Post) -> None:
    """The job is there, and what must be put right is said at once, not at seven in the morning."""
    with_cron(agency)
    post.refused[OFFICE] = "550 no such user"
    error = agency.run(*INSTALL, "--with", "cron").error
    assert (error["code"], error["type"]) == (8, "first-run-failed")
    assert "no such user" in error["said"]
    assert len(agency.run("schedule", "show", "--json").document["schedules"]) == 1


@pytest.mark.parametrize(
    ("arguments", "type_"),
    [
        (["--at", "7"], "usage"),
        (["--at", "24:00"], "usage"),
        (["--at", ""], "usage"),
        (["--with", "launchd"], "scheduler-unusable"),
        (["--with", "at"], "usage"),
    ],
)
def test_what_cannot_be(program: Program, arguments: list[str], type_: str) -> None:
    """Times that are none, systems that are not here; without a key nothing is begun."""
    key = str(new_watch_key(program.vault, program.folder / "watch.key"))
    assert program.run(*INSTALL, "--watch-key-file", key, *arguments).error["type"] == type_
    assert program.run(*INSTALL).error["type"] == "usage"


def test_with_a_users_systemd(agency: Program, post: Post, tmp_path: Path) -> None:
    """The timer waits for its times and makes up for a missed one; the service runs once, hardened, and does well."""
    call = " ".join(map(shlex.quote, [sys.executable, "-m", "cli", "schedule"]))
    script = (
        f"{call} install --json > installed\n{call} show --json > shown\n"
        "systemctl --user list-timers --all --no-legend > timers\n"
        "systemctl --user show --property=ActiveState --property=Persistent 'certvault-remind-*.timer' > timer\n"
        "unit=$(basename .config/systemd/user/certvault-remind-*.service)\n"
        'systemctl --user show --property=NoNewPrivileges --property=Result "$unit" > service\n'
        f"{call} remove --json > removed\n"
        "systemctl --user list-timers --all --no-legend > after\n"
    )
    done = with_systemd(agency, script)
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = {
        name: (agency.folder / name).read_text() for name in ("timers", "timer", "service", "after")
    }
    installed, shown, removed = (
        json.loads((agency.folder / name).read_text()) for name in ("installed", "shown", "removed")
    )
    name = installed["schedule"]["name"]
    assert (installed["schedule"]["system"], installed["run"]["code"]) == ("systemd", 0)
    assert [mail["To"] for mail in post.mails] == [OFFICE]
    assert any("enable-linger" in hint for hint in installed["hints"])
    assert f"{name}.timer" in answers["timers"]
    assert answers["timer"].split() == ["Persistent=yes", "ActiveState=active"]
    assert {"NoNewPrivileges=yes", "Result=success"} == set(answers["service"].split())
    assert shown["schedules"][0]["system"] == "systemd"
    assert removed == {"removed": ["systemd"]}
    assert name not in answers["after"]
    assert not list((agency.folder / ".config/systemd/user").glob("certvault*"))
