"""A real mail server that takes mails (Debian's exim) on loopback, with configuration and certificate of its own."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.stand_in.certificates import make_authority, make_server

USER, PASSWORD = "zertifikate@agentur.example", 'Geheim ä\\"1'
NOBODY, LATER = "niemand@agentur.example", "spaeter@agentur.example"
"""Recipients that it refuses for good, and for now."""
_PATIENCE = 20.0
_CONFIG = r"""
primary_hostname = mail.agentur.example
spool_directory = {folder}/spool
log_file_path = {folder}/%slog
pid_file_path = {folder}/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {starttls} : {tls}
tls_on_connect_ports = {tls}
tls_certificate = {folder}/server.pem
tls_privatekey = {folder}/server.pem
tls_advertise_hosts = {offers_tls}
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
smtputf8_advertise_hosts = {smtputf8}
deliver_drop_privilege = true
exim_user = {user}
exim_group = {group}
never_users =
host_lookup =
rfc1413_hosts =
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  deny !authenticated = *
       message = authenticate first
  deny recipients = {nobody}
       message = no such user here
  defer recipients = {later}
       message = greylisted
  accept
begin routers
everybody:
  driver = accept
  transport = files
begin transports
files:
  driver = appendfile
  directory = {folder}/mails
  maildir_format
  create_directory
  user = {user}
  group = {group}
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{login}}}}}{{eq{{$auth3}}{{${{readfile{{{folder}/password}}}}}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{{login}}}}}{{eq{{$auth2}}{{${{readfile{{{folder}/password}}}}}}}}}}}}
  server_set_id = $auth1
"""


class Exim:
    """The running server. ``ca_file`` is what its certificate is trusted by."""

    def __init__(self, folder: Path, ports: tuple[int, int]) -> None:
        self.folder = folder
        self.starttls, self.tls = ports
        self.ca_file = folder / "ca.pem"

    def mails(self, count: int) -> list[EmailMessage]:
        """The mails that were delivered, once they are ``count``."""
        box = self.folder / "mails" / "new"
        end = time.monotonic() + _PATIENCE
        while len(found := sorted(box.iterdir()) if box.is_dir() else []) < count:
            assert time.monotonic() < end, (self.folder / "mainlog").read_text()
            time.sleep(0.02)
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in found]


@contextmanager
def exim(*, host: str = "localhost", starttls: bool = True, smtputf8: bool = True) -> Iterator[Exim]:
    """A server whose certificate is for ``host``, with one user. Where exim is not installed the test is skipped, and
    fails where CI says that it must be."""
    program = shutil.which("exim4", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("scripts/setup --system installs exim")
    folder = Path(tempfile.mkdtemp(prefix="exim-"))
    server = Exim(folder, (_free_port(), _free_port()))
    _configure(server, host, starttls=starttls, smtputf8=smtputf8)
    process = subprocess.Popen([program, "-bdf", "-C", str(folder / "config")], stdout=-3, stderr=-3, stdin=-3)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(_PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)


def _configure(server: Exim, host: str, *, starttls: bool, smtputf8: bool) -> None:
    folder = server.folder
    authority = make_authority()
    (folder / "ca.pem").write_bytes(authority.pem)
    (folder / "server.pem").write_bytes(make_server(authority, (host,)))
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    user = pwd.getpwnam("Debian-exim" if os.geteuid() == 0 else getpass.getuser())
    (folder / "config").write_text(
        _CONFIG.format(
            folder=folder,
            starttls=server.starttls,
            tls=server.tls,
            offers_tls="*" if starttls else "",
            smtputf8="*" if smtputf8 else "",
            user=user.pw_uid,
            group=user.pw_gid,
            nobody=NOBODY,
            later=LATER,
            login=USER,
        )
    )
    for path in (folder, *folder.iterdir()):
        if path.name != "config":
            os.chown(path, user.pw_uid, user.pw_gid)


def _wait(server: Exim, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", server.tls), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
        if process.poll() is not None:
            break
    log = server.folder / "paniclog"
    raise AssertionError(log.read_text() if log.exists() else "exim did not start")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
