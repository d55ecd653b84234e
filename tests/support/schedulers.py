"""Real schedulers for tests: cron with a spool of the test's own, and a user's systemd, each in a mount namespace."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.program import Program

_CRON = """
mount --bind "$1" /var/spool/cron && mount -t tmpfs tmpfs /run && mount -t tmpfs tmpfs /etc/cron.d || exit 99
shift
exec "$@"
"""
_SYSTEMD = """
mount -t tmpfs tmpfs /run || exit 99
mkdir -p /run/systemd/system "$XDG_RUNTIME_DIR" && chmod 700 "$XDG_RUNTIME_DIR"
dbus-daemon --session --address=$DBUS_SESSION_BUS_ADDRESS --nofork >/dev/null 2>&1 &
bus=$!
/usr/lib/systemd/systemd --user >/dev/null 2>&1 &
manager=$!
for try in $(seq 100); do systemctl --user show-environment >/dev/null 2>&1 && break; sleep 0.1; done
sh -e "$1"
ended=$?
systemctl --user exit >/dev/null 2>&1
wait $manager
kill $bus
wait
exit $ended
"""


def with_cron(program: Program) -> Path:
    """Have the program find Debian's cron with an empty spool; where its user's crontab lies then."""
    _need("crontab", "cron", "unshare")
    tables = program.folder / "spool" / "crontabs"
    tables.mkdir(parents=True)
    shutil.chown(tables, group="crontab")
    tables.chmod(0o1730)
    program.command = ["unshare", "-m", "sh", "-c", _CRON, "sh", str(tables.parent), *program.command]
    table = tables / "root"
    table.touch(0o600)
    shutil.chown(table, group="crontab")
    return table


@contextmanager
def cron_daemon(program: Program) -> Iterator[None]:
    """Debian's cron at work on that spool."""
    spool = str(program.folder / "spool")
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    command = ["unshare", "-m", "sh", "-c", _CRON, "sh", spool, "cron", "-f"]
    daemon = subprocess.Popen(command, env=environment, stdin=-3, stdout=-3, stderr=-3)
    try:
        yield
    finally:
        daemon.kill()
        daemon.wait(10)


def with_systemd(program: Program, script: str) -> subprocess.CompletedProcess[str]:
    """Run a ``script`` in the program's folder and environment, where its user's own systemd runs."""
    _need("systemctl", "dbus-daemon", "unshare")
    file = program.folder / "script"
    file.write_text(script)
    environment = {
        **program.environment,
        "PATH": os.environ["PATH"],
        "XDG_RUNTIME_DIR": "/run/user/0",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/0/bus",
    }
    command = ["unshare", "-m", "sh", "-c", _SYSTEMD, "sh", str(file)]
    return subprocess.run(
        command, env=environment, cwd=program.folder, capture_output=True, text=True, timeout=120, check=False
    )


def _need(*programs: str) -> None:
    """Skip the test where it lacks root, namespaces or programs; fail it where CI says that they must be there."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    lacking = [name for name in programs if shutil.which(name, path=path) is None]
    able = os.geteuid() == 0 and not lacking
    if not able or subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        refuse = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        refuse(f"takes root, mount namespaces and what scripts/setup --system installs {lacking}")
