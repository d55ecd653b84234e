"""A tiny HTTP proxy on loopback that knows only CONNECT: it leads well-known names to ports of this machine.

So the real program speaks to ``https://www.arag.de`` unchanged, with ``HTTPS_PROXY`` set, and never leaves the machine:
a name that is not in ``routes`` is refused.
"""

from __future__ import annotations

import select
import socket
import socketserver
import threading
from typing import cast


class Proxy(socketserver.ThreadingTCPServer):
    """``routes`` maps ``host:port`` to a port on loopback; ``asked`` lists what was asked for."""

    daemon_threads = True
    block_on_close = True
    allow_reuse_address = True

    def __init__(self, routes: dict[str, int]) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.routes = routes
        self.asked: list[str] = []
        self.ending = threading.Event()

    @property
    def address(self) -> str:
        """What ``HTTPS_PROXY`` wants."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Connection(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self) -> None:
        proxy = cast("Proxy", self.server)
        words = self.rfile.readline(4096).decode("latin-1").split()
        while self.rfile.readline(4096).strip():
            pass
        if len(words) < 2 or words[0] != "CONNECT":
            self.wfile.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            return
        proxy.asked.append(words[1])
        port = proxy.routes.get(words[1])
        if port is None:
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        try:
            onward = socket.create_connection(("127.0.0.1", port), timeout=10)
        except OSError:
            self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        with onward:
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _pump(self.connection, onward, proxy.ending)


def _pump(one: socket.socket, other: socket.socket, ending: threading.Event) -> None:
    """Carry bytes both ways until one side ends."""
    while not ending.is_set():
        ready, _, _ = select.select([one, other], [], [], 0.1)
        for source in ready:
            try:
                data = source.recv(65536)
                (other if source is one else one).sendall(data)
            except OSError:
                return
            if not data:
                return
