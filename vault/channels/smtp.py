"""The line to a mail server that takes mails (SMTP, RFC 5321): encrypted before anything is told, bounded in bytes and
in time.

``smtplib`` speaks the protocol; how its bytes come and go is here, because it takes as many as a server likes to send,
and waits for each as long as for the first.
"""

from __future__ import annotations

import binascii
import smtplib
import socket
import ssl
import time
from typing import TYPE_CHECKING, NamedTuple

from vault.model.outgoing import MailServer
from vault.secret import MailPassword, MailToken

if TYPE_CHECKING:
    from typing_extensions import Buffer


_SPEAKING = {0, 421, 432, 454, 530, 534, 535, 538}
"""Answers to a log-in that say why (RFC 4954 section 6). Others may repeat what was sent, which nobody shall read."""


class Limits(NamedTuple):
    """Seconds for connecting, for one silence, and for one mail from the first byte to the last; bytes of all answers
    to one mail."""

    connect: float = 15
    silence: float = 30
    mail: float = 90
    answers: int = 1 << 18


class TooMuch(OSError):
    """More bytes than the answers to one mail need."""


class Unencrypted(Exception):
    """The server does not want to speak TLS, or somebody on the way took the offer out."""


class LogInRefused(Exception):
    """The log-in is not taken. ``code`` is the server's, 0 where it knows no way that we know; ``said`` its words."""

    def __init__(self, code: int, said: bytes) -> None:
        super().__init__()
        self.code, self.said = code, said


class Connection(smtplib.SMTP):
    """An encrypted connection to ``server``, before any log-in. Raises OSError, Unencrypted, and what smtplib does."""

    def __init__(self, server: MailServer, context: ssl.SSLContext, limits: Limits) -> None:
        self._context = context
        self._limits = limits
        self._wraps = server.security == "tls"
        self._arrived = bytearray()
        self._left = limits.answers
        self._end = time.monotonic() + limits.mail
        # what it would find out by itself to say EHLO with may take the name server a while, and tell it
        super().__init__(local_hostname="localhost", timeout=limits.connect)
        self._host = server.host
        self.sock: socket.socket | None = None
        try:
            self._greeted(*self.connect(server.host, server.port))
            if not self._wraps:
                self._encrypt()
            self.ehlo_or_helo_if_needed()
        except BaseException:
            self.close()
            raise

    def getreply(self) -> tuple[int, bytes]:
        """The next answer: its code, -1 where it has none, and its words."""
        said = []
        while True:
            line = self._line_of_answer()
            said.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]) if line[:3].isdigit() else -1, b"\n".join(said)

    def send(self, s: Buffer | str) -> None:
        """Send all of it."""
        rest = memoryview(s.encode(self.command_encoding) if isinstance(s, str) else s)
        while rest:
            rest = rest[self._line().send(rest[: 1 << 14]) :]

    def close(self) -> None:
        """Hang up."""
        line, self.sock = self.sock, None
        if line is not None:
            line.close()

    def log_in(self, user: str, secret: MailPassword | MailToken) -> None:
        """Log in by PLAIN (RFC 4616), LOGIN or, with a token, XOAUTH2. Raises LogInRefused.

        What smtplib offers takes ASCII alone, and CRAM-MD5 before the others.
        """
        ways = self.esmtp_features.get("auth", "").upper().split()
        clear = secret.reveal()
        if isinstance(secret, MailToken):
            code, said = self._bearing(ways, _coded(f"user={user}\x01auth=Bearer {clear}\x01\x01"))
        elif "PLAIN" in ways:
            code, said = self.docmd("AUTH", "PLAIN " + _coded(f"\0{user}\0{clear}"))
        elif "LOGIN" in ways:
            code, said = self._one_by_one(_coded(user), _coded(clear))
        else:
            code, said = 0, " ".join(ways).encode()
        if code != 235:
            raise LogInRefused(code, said if code in _SPEAKING else b"")

    def _one_by_one(self, *answers: str) -> tuple[int, bytes]:
        code, said = self.docmd("AUTH", "LOGIN")
        for answer in answers:
            if code == 334:
                code, said = self.docmd(answer)
        return code, said

    def _bearing(self, ways: list[str], credentials: str) -> tuple[int, bytes]:
        if "XOAUTH2" not in ways:
            return 0, " ".join(ways).encode()
        code, said = self.docmd("AUTH", "XOAUTH2 " + credentials)
        # a challenge says why the token was refused, and wants an empty answer
        return self.docmd("") if code == 334 else (code, said)

    def _greeted(self, code: int, said: bytes) -> None:
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        self.local_hostname = _literal(self._line())

    def _encrypt(self) -> None:
        """STARTTLS (RFC 3207). What came in clear is forgotten; what follows in clear is an attack."""
        self.ehlo_or_helo_if_needed()
        if not self.has_extn("starttls") or self.docmd("STARTTLS")[0] != 220 or self._arrived:
            raise Unencrypted
        self.sock = self._wrapped(self._line())
        self.ehlo_resp = self.helo_resp = None
        self.esmtp_features, self.does_esmtp = {}, False

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect; with TLS where the server wants it from the first byte."""
        line = socket.create_connection((host, port), timeout)
        return self._wrapped(line) if self._wraps else line

    def _wrapped(self, line: socket.socket) -> ssl.SSLSocket:
        try:
            line.settimeout(min(self._limits.connect, max(self._end - time.monotonic(), 0.001)))
            return self._context.wrap_socket(line, server_hostname=self._host)
        except BaseException:
            line.close()
            raise

    def _line_of_answer(self) -> bytes:
        while (end := self._arrived.find(b"\n")) < 0:
            line = self._line()
            if self._left <= 0:
                raise TooMuch
            data = line.recv(min(1 << 14, self._left))
            if not data:
                raise ConnectionError
            self._left -= len(data)
            self._arrived += data
        taken = bytes(self._arrived[: end + 1])
        del self._arrived[: end + 1]
        return taken

    def _line(self) -> socket.socket:
        """The socket, with as much patience as is left. Raises TimeoutError, ConnectionError."""
        patience = self._end - time.monotonic()
        if patience <= 0:
            raise TimeoutError
        if self.sock is None:
            raise ConnectionError
        self.sock.settimeout(min(self._limits.silence, patience))
        return self.sock


def _coded(text: str) -> str:
    return binascii.b2a_base64(text.encode(), newline=False).decode("ascii")


def _literal(line: socket.socket) -> str:
    """How this machine calls itself: its address on this line (RFC 5321 section 4.1.3)."""
    own = str(line.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{own}]" if ":" in own else f"[{own}]"
