"""What each system is told of a job, read again by what reads it there: no path is anything else than a path."""

from __future__ import annotations

import json
import plistlib
import shlex
import shutil
import subprocess
import sys
from datetime import date, time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import SchedulerUnusable, Usage
from vault.model.job import Job, job
from vault.scheduling import cron, launchd, systemd, windows

ODD = [
    '/srv/Büro & Söhne/it\'s 100% "Tresor"',
    "/srv/$HOME/${PATH}/`id`/$(id)",
    "/srv/%h/%i/%%/a\\%b/\\",
    "/srv/; rm -rf ~ #",
    "/srv/\u00a0blank \\\\ two  blanks ",
    "/srv/<a>&amp;]]>",
    "-f",
    "~",
    "*",
    "",
]
"""Paths as nobody has them, until somebody has."""
PATHS = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=40)
PROGRAM = "/opt/certvault/bin/certvault"
TIMES = (time(7), time(12, 30))


def made(*paths: str) -> Job:
    """A job with these paths as arguments, and one in its environment."""
    return job("certvault-remind-abc", [PROGRAM, *paths], {"CERTVAULT_CONFIG_DIR": paths[0]}, TIMES)


@pytest.mark.parametrize("path", ["a\nb", "a\rb", "a\0b", "a\x1bb", "a\u2028b", "a\udcffb"])
def test_what_no_line_can_hold_is_refused(path: str) -> None:
    """By every system alike, before anything is written."""
    with pytest.raises(Usage):
        made(path)


def test_times_are_in_their_order_and_once() -> None:
    """However they were said."""
    assert job("x", ["/y"], {}, [time(12), time(7), time(12)]).times == (time(7), time(12))


def words_of(line: str) -> list[str]:
    """A line of a unit as systemd.syntax(7) and systemd.unit(5) read it: quoted words, C escapes, %% for %."""
    words, word, inside, letters = [], "", False, iter(line)
    for letter in letters:
        if letter == '"':
            if inside:
                words.append(word)
            word, inside = "", not inside
        elif letter == "\\":
            word += next(letters)
        elif letter == "%":
            assert next(letters) == "%", "a specifier"
            word += "%"
        elif inside:
            word += letter
        else:
            assert letter == " "
    assert not inside
    return words


@given(PATHS, PATHS)
def test_systemd_reads_the_paths(one: str, two: str) -> None:
    """ExecStart with a colon, so that $ is a letter; every word in quotation marks."""
    unit = systemd.service(made(one, two)).splitlines()
    (start,) = [line for line in unit if line.startswith("ExecStart=:")]
    assert words_of(start.removeprefix("ExecStart=:")) == [PROGRAM, one, two]
    (setting,) = [line for line in unit if line.startswith("Environment=")]
    assert words_of(setting.removeprefix("Environment=")) == [f"CERTVAULT_CONFIG_DIR={one}"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
@pytest.mark.parametrize("path", ODD)
def test_systemd_itself_finds_no_fault(path: str, tmp_path: Path) -> None:
    """``systemd-analyze verify`` says nothing to either unit."""
    told = job("certvault-remind-abc", [sys.executable, path], {"CERTVAULT_CONFIG_DIR": path}, TIMES)
    (tmp_path / "certvault-remind-abc.service").write_text(systemd.service(told))
    (tmp_path / "certvault-remind-abc.timer").write_text(systemd.timer(TIMES))
    command = ["systemd-analyze", "--user", "verify", "certvault-remind-abc.timer", "certvault-remind-abc.service"]
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "certvault" in line]
    assert (done.returncode, said) == (0, [])


def test_the_timer_makes_up_for_what_was_missed() -> None:
    """Both times, and persistent."""
    lines = systemd.timer(TIMES).splitlines()
    assert [line for line in lines if line.startswith("OnCalendar")] == [
        "OnCalendar=*-*-* 07:00:00",
        "OnCalendar=*-*-* 12:30:00",
    ]
    assert "Persistent=true" in lines


def as_cron_reads(command: str) -> str:
    """What cron hands to its shell (do_command.c of Debian's): up to the first % without a backslash before it; a
    backslash before % or another backslash goes."""
    found, letters = "", iter(command)
    for letter in letters:
        if letter == "%":
            break
        if letter == "\\":
            following = next(letters, "")
            found += following if following in ("%", "\\") else letter + following
        else:
            found += letter
    return found


@given(PATHS, PATHS)
def test_crons_line_is_the_command(one: str, two: str) -> None:
    """One line for each time; what the shell makes of it are the paths."""
    told = made(one, two)
    if len(cron.shell_line(told).encode()) > 400:
        return
    begin, *entries, end = cron.lines(told).splitlines()
    assert begin.startswith("# certvault-remind-abc: begin")
    assert end.startswith("# certvault-remind-abc: end")
    assert [entry.split(" ")[:5] for entry in entries] == [["0", "7", "*", "*", "*"], ["30", "12", "*", "*", "*"]]
    for entry in entries:
        words = shlex.split(as_cron_reads(entry.split(" ", 5)[5]))
        assert words == [f"CERTVAULT_CONFIG_DIR={one}", PROGRAM, one, two, ">/dev/null"]


@pytest.mark.parametrize("path", ODD)
def test_the_shell_runs_it_with_the_paths(path: str) -> None:
    """/bin/sh itself: the arguments arrive, and the setting too."""
    script = "import json, os, sys; print(json.dumps([sys.argv[1:], os.environ['CERTVAULT_CONFIG_DIR']]))"
    told = job("x", [sys.executable, "-c", script, path, "b"], {"CERTVAULT_CONFIG_DIR": path}, TIMES)
    done = subprocess.run(["/bin/sh", "-c", cron.shell_line(told)], capture_output=True, check=True)
    assert json.loads(done.stdout) == [[path, "b"], path]


def machine(root: Path, *processes: str) -> Path:
    """The files of a system on which these run, the first of them as number 1."""
    for number, name in enumerate(processes, 1):
        (root / f"proc/{number}").mkdir(parents=True)
        (root / f"proc/{number}/comm").write_text(name + "\n")
    return root


def test_a_machine_without_a_cron_is_known(tmp_path: Path) -> None:
    """Only where all processes can be seen, none is a cron, and systemd makes no timers of crontabs."""
    assert cron.no_daemon(machine(tmp_path / "a", "systemd", "cronies", "sshd"))
    assert not cron.no_daemon(machine(tmp_path / "b", "systemd", "sshd", "crond"))
    hidden = machine(tmp_path / "c", "systemd", "sshd")
    (hidden / "proc/1/comm").unlink()
    assert not cron.no_daemon(hidden)
    assert not cron.no_daemon(tmp_path / "no proc")
    by_timers = machine(tmp_path / "d", "systemd")
    generator = by_timers / "usr/lib/systemd/system-generators/systemd-crontab-generator"
    generator.parent.mkdir(parents=True)
    generator.touch()
    assert not cron.no_daemon(by_timers)


def test_a_line_too_long_for_cron() -> None:
    """It would be cut off, and something else run."""
    with pytest.raises(SchedulerUnusable):
        cron.lines(made("/srv/" + "x" * 600))


@given(st.binary(max_size=60).filter(lambda data: b"certvault" not in data))
def test_the_other_lines_of_a_crontab_stay(others: bytes) -> None:
    """To the byte, whatever they are; an older block of ours goes."""
    block = cron.lines(made("/a")).encode()
    other = cron.lines(made("/b")._replace(name="certvault-remind-xyz")).encode()
    before = others if not others or others.endswith(b"\n") else others + b"\n"
    assert cron.without(before + block + others, "certvault-remind-abc") == before + others
    assert cron.without(before + other + block, "certvault-remind-abc") == before + other


@given(PATHS, PATHS)
def test_launchd_reads_the_paths(one: str, two: str) -> None:
    """As a property list, both times in it."""
    found = plistlib.loads(launchd.agent(made(one, two), Path("/log")))
    assert found["ProgramArguments"] == [PROGRAM, one, two]
    assert found["EnvironmentVariables"] == {"CERTVAULT_CONFIG_DIR": one}
    assert found["StartCalendarInterval"] == [{"Hour": 7, "Minute": 0}, {"Hour": 12, "Minute": 30}]
    assert found["Label"] == "certvault-remind-abc"


def as_windows_reads(line: str) -> list[str]:
    """A command line as programs of Windows read it ("Parsing C++ command-line arguments")."""
    words, word, quoted, at, begun = [], "", False, 0, False
    while at < len(line):
        slashes = len(line[at:]) - len(line[at:].lstrip("\\"))
        following = line[at + slashes : at + slashes + 1]
        if following == '"':
            word += "\\" * (slashes // 2)
            at += slashes + 1
            begun = True
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            continue
        if slashes:
            word, at, begun = word + "\\" * slashes, at + slashes, True
            continue
        if following in " \t" and not quoted:
            if begun:
                words.append(word)
            word, begun = "", False
        else:
            word, begun = word + following, True
        at += 1
    return [*words, word] if begun else words


TASK = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
WINDOWS_PATHS = PATHS.filter(lambda path: "%" not in path and "$(" not in path)


@given(WINDOWS_PATHS, WINDOWS_PATHS)
def test_windows_reads_the_paths(one: str, two: str) -> None:
    """As XML in UTF-16, the arguments in one line."""
    root = ET.fromstring(windows.task(made(one, two), "AGENTUR\\petra", date(2026, 11, 23)))  # noqa: S314 - our own
    assert root.findtext("t:Actions/t:Exec/t:Command", namespaces=TASK) == PROGRAM
    arguments = root.findtext("t:Actions/t:Exec/t:Arguments", "", TASK)
    assert as_windows_reads(arguments) == [one, two]


def test_the_task_of_windows() -> None:
    """At both times, for its user without a password, also on battery, and later where a time was missed."""
    root = ET.fromstring(windows.task(made("C:\\Büro"), "AGENTUR\\petra", date(2026, 11, 23)))  # noqa: S314 - our own
    starts = [found.text for found in root.findall("t:Triggers/t:CalendarTrigger/t:StartBoundary", TASK)]
    assert starts == ["2026-11-23T07:00:00", "2026-11-23T12:30:00"]
    principal = {found.tag.partition("}")[2]: found.text for found in root.find("t:Principals/t:Principal", TASK) or []}
    assert principal == {"UserId": "AGENTUR\\petra", "LogonType": "S4U", "RunLevel": "LeastPrivilege"}
    settings = {found.tag.partition("}")[2]: found.text for found in root.find("t:Settings", TASK) or []}
    assert settings["StartWhenAvailable"] == "true"
    assert settings["DisallowStartIfOnBatteries"] == settings["StopIfGoingOnBatteries"] == "false"


@pytest.mark.parametrize("path", ["C:\\100%\\x", "C:\\$(Arg0)"])
def test_what_windows_would_fill_in_is_refused(path: str) -> None:
    """The Task Scheduler replaces variables in what it runs, and knows no way to keep it from that."""
    with pytest.raises(SchedulerUnusable):
        windows.task(made(path), "u", date(2026, 11, 23))
