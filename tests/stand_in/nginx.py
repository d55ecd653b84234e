"""A real web server (Debian's nginx) on loopback that lets in only who shows a client certificate of its authority.

It runs as whoever runs the tests, out of a folder of its own. The port is opened here and handed over,
so nobody else can take it in between.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.stand_in.certificates import make_authority, make_server
from tests.stand_in.programs import program

HOST = "localhost"
_PATIENCE = 20.0
_USER = "user root;" if os.geteuid() == 0 else ""
"""Else a worker of root's would be nobody, who may not read our folder."""
_CONFIG = """
daemon off;
{user}
worker_processes 1;
pid {folder}/pid;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type text/plain;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.pem;
    ssl_client_certificate {folder}/clients.pem;
    ssl_verify_client on;
    ssl_verify_depth 2;
    location / {{ return 200 "$ssl_client_verify $ssl_client_escaped_cert"; }}
  }}
  {more}
}}
"""
_CALLING = """
server {{
  listen unix:{folder}/calling;
  location / {{
    proxy_pass https://127.0.0.1:{port};
    proxy_ssl_name {host};
    proxy_ssl_server_name on;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate {folder}/ca.pem;
    proxy_ssl_certificate {certificate};
    proxy_ssl_certificate_key {key};
    proxy_ssl_password_file {pin};
  }}
}}
"""


class Insurer(NamedTuple):
    """The server: its port, and the authority that a client trusts."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://{HOST}:{self.port}/"

    @property
    def authority(self) -> Path:
        """The certificate of the authority that issued the server's."""
        return self.folder / "ca.pem"

    @property
    def calling(self) -> Path:
        """The socket on which it calls itself as a client; see :func:`running`."""
        return self.folder / "calling"


class Client(NamedTuple):
    """The files by which nginx itself logs in as a client: as ``proxy_ssl_certificate`` and its sisters want them."""

    certificate: Path
    key: Path
    pin: Path


@contextmanager
def running(folder: Path, clients: str, client: Client | None = None) -> Iterator[Insurer]:
    """The server, letting in whose certificate leads to ``clients`` (PEM); gone at the end.

    With ``client`` it takes plain requests on a socket of the system and passes them on to itself, as that client.
    """
    authority = make_authority()
    (folder / "ca.pem").write_bytes(authority.pem)
    (folder / "server.pem").write_bytes(make_server(authority, (HOST,)))
    (folder / "clients.pem").write_text(clients)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        more = "" if client is None else _CALLING.format(folder=folder, port=port, host=HOST, **client._asdict())
        (folder / "nginx.conf").write_text(_CONFIG.format(folder=folder, port=port, more=more, user=_USER))
        log = folder / "error.log"
        call = [program("nginx"), "-e", str(log), "-p", str(folder), "-c", str(folder / "nginx.conf")]
        environment = {**os.environ, "NGINX": f"{listening.fileno()};"}  # so it takes over the open port
        process = subprocess.Popen(
            call, env=environment, pass_fds=[listening.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _await(process, folder)
            yield Insurer(folder, port)
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _await(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Until it says by its file that it runs."""
    patience = time.monotonic() + _PATIENCE
    while not (folder / "pid").is_file() or not (folder / "pid").read_text():
        if process.poll() is not None or time.monotonic() > patience:
            raise RuntimeError((folder / "error.log").read_text())
        time.sleep(0.02)
