"""One request and its whole answer, bounded in bytes and in time; failures are values, so that no traceback of
an exception holds a request with a PIN in it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx

from vault.errors import N_, Phrase
from vault.ports.portal import Progress


class Limits(NamedTuple):
    """Seconds for the whole of one exchange, for connecting, for one silence; and bytes of one answer."""

    exchange: float = 90
    connect: float = 15
    silence: float = 30
    size: int = 4 * 1024 * 1024


class Answer(NamedTuple):
    """What came back, complete. ``body`` is what went over the wire."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    body: bytes


class Lost(NamedTuple):
    """No answer, or not all of it. ``sent`` is false where surely no byte of the request itself left this machine."""

    why: str
    sent: bool


class Unfit(NamedTuple):
    """An answer that is not taken in, for its size or its encoding; its ``status`` is known."""

    why: str
    status: int


class Deadline:
    """The end of one exchange. It cuts the connection, because a server that drips a byte a time is never silent."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._over = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()
        self._socket = None

    def holds(self, connection: socket.socket) -> None:
        """Cut ``connection`` when the time is up."""
        self._socket = connection
        if self._over:
            self._end()

    def over(self) -> bool:
        """Whether the time is up."""
        return self._over

    def _end(self) -> None:
        self._over = True
        connection = self._socket
        if connection is not None:
            try:
                # The plain shutdown: the one of ssl.SSLSocket takes the TLS object away under the reader's hands.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            except OSError:
                pass


class _Trace:
    """Listens to httpx's ``trace`` extension: which socket is in use, and whether the request has begun to leave."""

    def __init__(self, method: str, host: str, deadline: Deadline) -> None:
        self.sent = False
        self.proxy: str | None = None
        self._method = method.encode()
        self._host = host
        self._deadline = deadline

    def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.started" and info["host"] != self._host:
            self.proxy = str(info["host"])
        if event.endswith(".send_request_headers.started") and info["request"].method == self._method:
            self.sent = True
        stream = info.get("return_value")
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")) and stream is not None:
            connection = stream.get_extra_info("socket")
            if isinstance(connection, socket.socket):
                self._deadline.holds(connection)


Prepare = Callable[[httpx.Client, Mapping[str, Any]], httpx.Request]
"""Builds the request with the given extensions: called here, so that no frame further up ever holds it."""


def transfer(
    client: httpx.Client, url: httpx.URL, prepare: Prepare, deadline: Deadline, limits: Limits, progress: Progress
) -> Answer | Lost | Unfit:
    """Send one request to ``url`` and take in its answer. Raises nothing of the network's."""
    timeout = httpx.Timeout(limits.silence, connect=limits.connect)
    request = prepare(client, {"timeout": timeout.as_dict()})
    trace = _Trace(request.method, url.raw_host.decode("ascii"), deadline)
    request.extensions["trace"] = trace
    if deadline.over():
        return Lost(_too_long(deadline), sent=False)
    try:
        response = client.send(request, stream=True)
        try:
            return _taken(response, limits.size, progress)
        finally:
            response.close()
    except httpx.HTTPError as error:
        return Lost(_too_long(deadline) if deadline.over() else _why(error, trace), trace.sent)


def _taken(response: httpx.Response, size: int, progress: Progress) -> Answer | Unfit:
    if response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        return Unfit(N_("its answer is compressed, which was not asked for"), response.status_code)
    length = response.headers.get("content-length", "")
    expected = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None
    body = bytearray()
    if expected is None or expected <= size:
        for part in response.iter_raw():
            body += part
            if len(body) > size:
                break
            progress(len(body), expected)
    if max(len(body), expected or 0) > size:
        return Unfit(Phrase(N_("its answer is larger than {limit} bytes"), limit=size), response.status_code)
    return Answer(response.request.url, response.status_code, response.headers, bytes(body))


def _too_long(deadline: Deadline) -> str:
    return Phrase(N_("it took longer than {seconds} seconds"), seconds=f"{deadline.seconds:g}")


def _why(error: httpx.HTTPError, trace: _Trace) -> str:
    causes = _causes(error)
    if isinstance(error, httpx.ProxyError):
        return Phrase(N_("the proxy {proxy} refused: {answer}"), proxy=trace.proxy or "?", answer=str(error)[:80])
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return N_("its certificate is not trusted by this machine")
    if any(isinstance(cause, ssl.SSLError) for cause in causes) and isinstance(error, httpx.ConnectError):
        return N_("no secure connection could be agreed on")
    if isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout)) and trace.proxy is not None:
        return Phrase(N_("the proxy {proxy} does not answer"), proxy=trace.proxy)
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return N_("its name is not known")
    if isinstance(error, httpx.TimeoutException):
        return N_("it did not answer in time")
    if isinstance(error, httpx.ConnectError):
        return N_("it takes no connection")
    if isinstance(error, httpx.NetworkError):
        return N_("the connection was lost")
    return N_("the connection ended in the middle of the answer, or the answer is not HTTP")


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    step: BaseException | None = error
    while step is not None and len(found) < 10:
        found.append(step)
        step = step.__cause__ or step.__context__
    return found
