"""The web server of the stand-in: real TLS, one thread a connection, and every request written down."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, cast


class Received(NamedTuple):
    """One request as it arrived."""

    method: str
    host: str
    path: str
    headers: dict[str, str]
    body: bytes


class Reply(NamedTuple):
    """One answer. ``drip`` is the pause between single bytes of the body; ``lost`` cuts the connection instead."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    drip: float = 0
    drip_head: bool = False
    endless: bool = False
    lost: bool = False
    short: bool = False


Answerer = Callable[[Received], Reply]


class Server(ThreadingHTTPServer):
    """Answers over TLS with what ``answerer`` says, once it is set; ``ending`` stops whatever drips or never ends."""

    daemon_threads = True
    block_on_close = True

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.context = context
        self.answerer: Answerer = lambda _request: Reply(503)
        self.ending = threading.Event()

    @property
    def port(self) -> int:
        """The port on loopback."""
        return int(self.server_address[1])

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands here, in the connection's own thread."""
        request.settimeout(5)
        try:
            secured = self.context.wrap_socket(request, server_side=True)
        except OSError:  # whoever called does not trust us: that is a case to be tested
            return
        with secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a GET."""
        self._serve()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._serve()

    def _serve(self) -> None:
        server = cast("Server", self.server)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._reply(server.answerer(Received(self.command, headers.get("host", ""), self.path, headers, body)), server)

    def _reply(self, reply: Reply, server: Server) -> None:
        self.close_connection = reply.lost or reply.endless or reply.short or bool(reply.drip or reply.drip_head)
        if reply.lost:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        length = () if reply.endless else (("Content-Length", str(len(reply.body) + reply.short)),)
        lines = [f"HTTP/1.1 {reply.status} Stand-in", *(f"{k}: {v}" for k, v in (*reply.headers, *length))]
        head = ("\r\n".join(lines) + "\r\n").encode("latin-1")
        try:
            if reply.drip_head:
                self._drip(head + b"X-Drip: " + b"." * 5000, 0.02, server)
            self.wfile.write(head + b"\r\n")
            while reply.endless and not server.ending.is_set():
                self.wfile.write(b" " * 65536)
            if reply.drip:
                self._drip(reply.body, reply.drip, server)
            else:
                self.wfile.write(reply.body)
        except OSError:
            pass

    def _drip(self, data: bytes, pause: float, server: Server) -> None:
        for byte in data:
            self.wfile.write(bytes([byte]))
            if server.ending.wait(pause):
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: requests are written down instead."""
