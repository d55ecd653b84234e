"""A real mail server (Debian's dovecot) on loopback, with configuration, certificate and mails of the test's own."""

from __future__ import annotations

import getpass
import grp
import imaplib
import itertools
import json
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.stand_in.certificates import make_authority, make_server

PASSWORD, TOKEN = 'Geheim ä\\"1', "ya29.MARKED-token"
USER = "petra@agentur.example"
_PATIENCE = 20.0
_CONFIG = """
base_dir = {run}
state_dir = {run}
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {us}
default_internal_group = {our_group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
mail_location = maildir:{folder}/mails/%u
auth_mechanisms = plain xoauth2
disable_plaintext_auth = yes
auth_failure_delay = 0
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2
}}
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mails/%u
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service stats {{
  chroot =
}}
"""


class Dovecot:
    """The running server. ``ca_file`` is what its certificate is trusted by."""

    def __init__(self, folder: Path, ports: tuple[int, int]) -> None:
        self.folder = folder
        self.imap, self.imaps = ports
        self.ca_file = folder / "ca.pem"
        self.root = folder / "mails" / USER
        self._numbers = itertools.count(1)

    def url(self, folder: str = "", *, scheme: str = "imaps", host: str = "localhost") -> str:
        """How the program is told of one of its folders."""
        port = self.imaps if scheme == "imaps" else self.imap
        return f"{scheme}://{USER}@{host}:{port}/{folder}"

    def deliver(self, *mails: bytes, folder: str = "") -> None:
        """Put mails into the inbox, or into a folder by the name that it has on the disk."""
        box = self.root / folder
        for name in ("cur", "new", "tmp"):
            (box / name).mkdir(parents=True, exist_ok=True)
        for mail in mails:
            (box / "new" / f"{next(self._numbers):08d}.M1P1.host").write_bytes(mail)
        self._own(self.root)

    def renumber(self) -> None:
        """Have the inbox lose its numbers: it gets another UIDVALIDITY.

        A session that is still ending may write the old ones down again, so the server is asked until it names another.
        """
        before, end = self._validity(), time.monotonic() + _PATIENCE
        while self._validity() == before:
            assert time.monotonic() < end, "the inbox kept its UIDVALIDITY"
            for path in self.root.glob("dovecot*"):
                path.unlink(missing_ok=True)

    def _validity(self) -> bytes:
        context = ssl.create_default_context(cafile=self.ca_file)
        with imaplib.IMAP4_SSL("localhost", self.imaps, ssl_context=context, timeout=_PATIENCE) as session:
            session.authenticate("PLAIN", lambda _challenge: f"\0{USER}\0{PASSWORD}".encode())
            return bytes(session.status("INBOX", "(UIDVALIDITY)")[1][0])

    def flags(self, folder: str = "") -> list[str]:
        """The flags of the mails in a folder, as their names on the disk carry them."""
        return sorted(
            path.name.partition(":2,")[2] for kind in ("cur", "new") for path in (self.root / folder / kind).iterdir()
        )

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            owner = pwd.getpwnam("mail")
            for one in (path, *path.rglob("*")):
                os.chown(one, owner.pw_uid, owner.pw_gid)


@contextmanager
def dovecot(*, host: str = "localhost") -> Iterator[Dovecot]:
    """A server whose certificate is for ``host``, with one user. Where dovecot is not installed the test is skipped,
    and fails where CI says that it must be."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("scripts/setup --system installs dovecot")
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))  # short, because a socket's path may have 107 octets
    folder.chmod(0o755)
    server = Dovecot(folder, (_free_port(), _free_port()))
    with _tokens() as endpoint:
        _configure(server, endpoint, host)
        process = subprocess.Popen([program, "-F", "-c", str(folder / "config")], stdout=-3, stderr=-3, stdin=-3)
        try:
            _wait(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(_PATIENCE)
            shutil.rmtree(folder, ignore_errors=True)


def _configure(server: Dovecot, endpoint: str, host: str) -> None:
    folder = server.folder
    authority = make_authority()
    (folder / "ca.pem").write_bytes(authority.pem)
    (folder / "server.pem").write_bytes(make_server(authority, (host,)))
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    (folder / "oauth2").write_text(
        f"introspection_mode = post\nintrospection_url = {endpoint}\nusername_attribute = username\n"
        "active_attribute = active\nactive_value = true\n"
    )
    (folder / "run").mkdir()
    root = os.geteuid() == 0
    me, mail = pwd.getpwnam(getpass.getuser()), pwd.getpwnam("mail")
    group = grp.getgrgid(me.pw_gid).gr_name
    (folder / "config").write_text(
        _CONFIG.format(
            folder=folder,
            run=folder / "run",
            us="dovecot" if root else me.pw_name,
            our_group="dovecot" if root else group,
            login="dovenull" if root else me.pw_name,
            uid=mail.pw_uid if root else me.pw_uid,
            gid=mail.pw_gid if root else me.pw_gid,
            imap=server.imap,
            imaps=server.imaps,
        )
    )
    server.deliver()
    (folder / "mails").chmod(0o777)


@contextmanager
def _tokens() -> Iterator[str]:
    """An endpoint that knows one token and whose it is (RFC 7662)."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            active = parse_qs(body).get("token") == [TOKEN]
            answer = json.dumps({"active": str(active).lower(), "username": USER} if active else {"active": "false"})
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _wait(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", server.imaps), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
        if process.poll() is not None:
            break
    log = server.folder / "log"
    raise AssertionError(log.read_text() if log.exists() else "dovecot did not start")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
