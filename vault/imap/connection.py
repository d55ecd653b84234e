"""The line to a mail server: encrypted before anything is told, and bounded in bytes and in time.

``imaplib`` speaks the protocol; how its bytes come and go is here, because it takes as many as a server likes to send.
"""

from __future__ import annotations

import imaplib
import socket
import ssl
import time
from typing import Any, NamedTuple

from vault.errors import MailServerUnencrypted
from vault.model.account import Account


class Limits(NamedTuple):
    """Seconds for connecting and for one silence; for one command and its answer, at least and per byte; bytes of an
    answer beside the mails that were asked for."""

    connect: float = 15
    silence: float = 30
    command: float = 60
    per_byte: float = 1e-4
    answer: int = 1 << 20


class TooMuch(OSError):
    """More bytes, or more patience, than the answer to a command needs."""


class Connection(imaplib.IMAP4):
    """A connection to the server of ``account`` before any log-in. Raises OSError and ``imaplib.IMAP4.error``;
    MailServerUnencrypted where the server does not want to speak TLS."""

    def __init__(self, account: Account, context: ssl.SSLContext, limits: Limits) -> None:
        self._account = account
        self._context = context
        self._limits = limits
        self._arrived = bytearray()
        self._left = 0
        self._end = 0.0
        self.allow(0)
        super().__init__(account.host, account.port, limits.connect)
        try:
            if account.scheme == "imap":
                self._encrypt()
            self.abilities = self.able()
        except BaseException:
            self.shutdown()
            raise

    def allow(self, size: int) -> None:
        """What the next command may bring: ``size`` bytes beside what every answer may have."""
        self._left = self._limits.answer + size
        self._end = time.monotonic() + self._limits.command + size * self._limits.per_byte

    def able(self) -> set[str]:
        """What the server says now that it can: before TLS, before the log-in and after it that differs."""
        self.allow(0)
        _, said = self.capability()
        lines = (line.decode("ascii", "replace").upper() for line in said if isinstance(line, bytes))
        return {word for line in lines for word in line.split()}

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Connect; with TLS where the account wants it from the first byte."""
        self.host, self.port = host, port
        self.sock: socket.socket = socket.create_connection((host, port), timeout)
        if self._account.scheme == "imaps":
            self._wrap()

    def read(self, size: int) -> bytes:
        """Exactly ``size`` bytes."""
        while len(self._arrived) < size:
            self._receive()
        return self._taken(size)

    def readline(self) -> bytes:
        """A whole line."""
        searched = 0
        while (end := self._arrived.find(b"\n", searched)) < 0:
            searched = len(self._arrived)
            self._receive()
        return self._taken(end + 1)

    def send(self, data: Any) -> None:
        """Send all of ``data``."""
        self.sock.settimeout(self._limits.silence)
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Hang up."""
        self.sock.close()

    def _encrypt(self) -> None:
        """STARTTLS (RFC 3501 section 6.2.1). What came in clear is forgotten; what follows in clear is an attack."""
        if self.state != "NONAUTH" or "STARTTLS" not in self.able():
            raise self._in_clear()
        answer, _ = self.xatom("STARTTLS")
        if answer != "OK" or self._arrived:
            raise self._in_clear()
        self._wrap()

    def _in_clear(self) -> MailServerUnencrypted:
        return MailServerUnencrypted(host=self._account.host, port=self._account.port)

    def _wrap(self) -> None:
        self.sock.settimeout(self._limits.connect)
        self.sock = self._context.wrap_socket(self.sock, server_hostname=self._account.host)

    def _receive(self) -> None:
        patience = self._end - time.monotonic()
        if self._left <= 0 or patience <= 0:
            raise TooMuch
        self.sock.settimeout(min(self._limits.silence, patience))
        data = self.sock.recv(min(1 << 16, self._left))
        if not data:
            raise ConnectionError
        self._left -= len(data)
        self._arrived += data

    def _taken(self, size: int) -> bytes:
        data = bytes(self._arrived[:size])
        del self._arrived[:size]
        return data
