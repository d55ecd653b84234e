"""A mail server that breaks the rules, over TLS or not: each command is answered as the test says."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.stand_in.certificates import make_authority, make_server

Answer = Callable[[bytes, bytes], bytes | None]
"""From a tag and the rest of a line to what is sent; None hangs up."""
ABLE = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n%s OK x\r\n"


def says(text: bytes) -> Answer:
    """Always the same; ``%s`` is the tag."""
    return lambda tag, _line: text.replace(b"%s", tag)


ORDERLY: Mapping[bytes, Answer] = {
    b"CAPABILITY": says(ABLE),
    b"AUTHENTICATE": says(b"+ \r\n"),
    b"LIST": says(b'* LIST () "/" INBOX\r\n%s OK x\r\n'),
    b"EXAMINE": says(b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n%s OK x\r\n"),
    b"UID SEARCH": says(b"* SEARCH 1 2 3\r\n%s OK x\r\n"),
    b"LOGOUT": says(b"* BYE x\r\n%s OK x\r\n"),
}
"""What a server says that does as it should."""


class MailServer:
    """One connection after the other, each line written down in ``heard``."""

    def __init__(
        self, listener: socket.socket, answers: Mapping[bytes, Answer], context: ssl.SSLContext, *, tls: bool
    ) -> None:
        self.port = int(listener.getsockname()[1])
        self.heard: list[bytes] = []
        self.greeting = b"* OK hello\r\n"
        self._listener, self._answers, self._context, self._tls = listener, answers, context, tls

    def serve(self) -> None:
        """Until the listener is closed."""
        while True:
            try:
                connection = self._listener.accept()[0]
            except OSError:
                return
            connection.settimeout(10)
            with suppress(OSError), connection:
                line = self._secured(connection) if self._tls else connection
                with line:
                    line.sendall(self.greeting)
                    self._converse(line)

    def _secured(self, connection: socket.socket) -> ssl.SSLSocket:
        return self._context.wrap_socket(connection, server_side=True)

    def _converse(self, connection: socket.socket) -> None:
        waiting = b""
        for line in iter(lambda: _line(connection), b""):
            self.heard.append(line)
            if waiting:  # what follows a continuation ends the command before it
                connection.sendall(waiting + b" OK x\r\n")
                waiting = b""
                continue
            tag, _, rest = line.partition(b" ")
            answer = next((a for name, a in self._answers.items() if rest.startswith(name)), says(b"%s BAD x\r\n"))
            reply = answer(tag, rest)
            if reply is None:
                return
            connection.sendall(reply)
            if rest.startswith(b"STARTTLS") and b" OK" in reply:
                with self._secured(connection) as secured:
                    self._converse(secured)
                return
            waiting = tag if reply.startswith(b"+") else b""


def _line(connection: socket.socket) -> bytes:
    """The next line, read byte by byte: what follows it may be the beginning of TLS."""
    line = b""
    while not line.endswith(b"\n"):
        octet = connection.recv(1)
        if not octet:
            return b""
        line += octet
    return line


@contextmanager
def mail_server(
    answers: Mapping[bytes, Answer], folder: Path, *, tls: bool = True, greeting: bytes = b"* OK hello\r\n"
) -> Iterator[MailServer]:
    """A server on loopback for ``localhost``; its authority is ``ca.pem`` in ``folder``."""
    authority = make_authority()
    (folder / "ca.pem").write_bytes(authority.pem)
    (folder / "server.pem").write_bytes(make_server(authority, ("localhost",)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = MailServer(
            listener, {**answers, **{k: v for k, v in ORDERLY.items() if k not in answers}}, context, tls=tls
        )
        server.greeting = greeting
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join(15)
