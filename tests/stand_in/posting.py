"""A mail server in the test's own process (aiosmtpd), and one that says whatever the test wants."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from tests.stand_in.certificates import make_authority, make_server

USER, PASSWORD = "zertifikate@agentur.example", "Geheim ä1"


class Post:
    """What the server has taken, and from whom it takes it. As a handler of aiosmtpd its hooks are called by name."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[Envelope] = []
        self.logins: list[bytes] = []
        self.refused = {"niemand@agentur.example": "550 5.1.1 no such user", "spaeter@agentur.example": "450 later"}

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, as mails."""
        return [message_from_bytes(octets(one), policy=policy.default) for one in self.taken]

    async def handle_RCPT(  # noqa: D102, N802 - aiosmtpd's name
        self, _server: SMTP, _session: object, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: object, envelope: Envelope) -> str:  # noqa: D102, N802
        self.taken.append(envelope)
        return "250 taken"

    def authenticate(self, _server: object, _session: object, _envelope: object, _way: str, data: Any) -> AuthResult:
        """Whether these are the one user's."""
        assert isinstance(data, LoginPassword)
        self.logins.append(data.password)
        return AuthResult(success=data == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


@contextmanager
def post_office(folder: Path, *, tls: bool = False, smtputf8: bool = True) -> Iterator[Post]:
    """A server on loopback for ``localhost``, with STARTTLS or TLS; its authority is ``ca.pem`` in ``folder``."""
    post, context = Post(), tls_context(folder)
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        with warnings.catch_warnings(action="ignore"):  # that it would log in without TLS, which is outside of it
            return SMTP(
                post,
                hostname="mail.agentur.example",
                enable_SMTPUTF8=smtputf8,
                tls_context=None if tls else context,
                require_starttls=not tls,
                auth_required=True,
                auth_require_tls=not tls,
                authenticator=post.authenticate,
                loop=loop,
            )

    server = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0, ssl=context if tls else None))
    post.port = int(server.sockets[0].getsockname()[1])
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield post
    finally:
        asyncio.run_coroutine_threadsafe(_closed(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def octets(one: Envelope) -> bytes:
    """A mail as it came."""
    assert isinstance(one.content, bytes)
    return one.content


async def _closed(server: asyncio.Server) -> None:
    server.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0.05)  # connections that are going down


Talk = Callable[[socket.socket], None]
"""What is done with a connection, until it is closed."""


@contextmanager
def talker(talk: Talk) -> Iterator[int]:
    """A server on loopback that does ``talk`` with each connection; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_talking, args=(listener, talk), daemon=True)
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join(15)


def _talking(listener: socket.socket, talk: Talk) -> None:
    while True:
        try:
            connection = listener.accept()[0]
        except OSError:
            return
        connection.settimeout(10)
        with suppress(OSError), connection:
            talk(connection)


def saying(*answers: bytes, heard: list[bytes] | None = None, context: ssl.SSLContext | None = None) -> Talk:
    """One answer to each line, the first as a greeting; then it hangs up. With a ``context`` all of it over TLS."""

    def talk(connection: socket.socket) -> None:
        line = context.wrap_socket(connection, server_side=True) if context else connection
        with line:
            for answer in answers:
                line.sendall(answer)
                said = line.recv(4096)
                if heard is not None:
                    heard.append(said)

    return talk


def dripping(connection: socket.socket) -> None:
    """A greeting that comes byte by byte and never ends."""
    while True:
        connection.sendall(b"2")
        time.sleep(0.05)


def endless(connection: socket.socket) -> None:
    """A greeting of as many lines as anybody reads."""
    while True:
        connection.sendall(b"220-hello\r\n" * 1000)


def tls_context(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS for ``localhost``; its authority is ``ca.pem`` in ``folder``."""
    authority = make_authority()
    (folder / "ca.pem").write_bytes(authority.pem)
    (folder / "server.pem").write_bytes(make_server(authority, ("localhost",)))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return context
