"""How the stand-in answers, and how it misbehaves: one named trick for each thing that a portal may do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from enum import Enum
from urllib.parse import unquote_to_bytes

from tests.stand_in.pages import FIELDS, Shape, charset, document, pin_page
from tests.stand_in.server import Received, Reply

HOST = "www.arag.de"
PATH = "/TokenService/download"
UNROUTED = "files.arag.de"
"""A host that the proxy does not lead to."""
OTHER = "other.example"
"""A host that the proxy leads to as well, and that no profile allows."""


class Trick(Enum):
    """How the service misbehaves, before or after the PIN."""

    NONE = "none"
    BUSY_FIRST = "busy-first"
    CLOSED = "closed"
    ERROR = "error"
    ERROR_AFTER = "error-after"
    COOKIES_AND_REDIRECTS = "cookies-and-redirects"
    REDIRECT_LOOP = "redirect-loop"
    REDIRECT_HOST = "redirect-host"
    REDIRECT_HTTP = "redirect-http"
    REDIRECT_HOST_AFTER = "redirect-host-after"
    REPEAT_AFTER = "repeat-after"
    SEE_OTHER_AFTER = "see-other-after"
    UNROUTED_AFTER = "unrouted-after"
    META_REFRESH_AFTER = "meta-refresh-after"
    ENDLESS = "endless"
    ENDLESS_AFTER = "endless-after"
    DRIP = "drip"
    DRIP_AFTER = "drip-after"
    DRIP_HEAD_AFTER = "drip-head-after"
    GZIP = "gzip"
    GZIP_AFTER = "gzip-after"
    LOST_AFTER = "lost-after"
    CUT_AFTER = "cut-after"
    PUZZLE_AFTER = "puzzle-after"
    GONE_TEXT = "gone-text"
    GONE_404 = "gone-404"
    GONE_410 = "gone-410"
    GONE_AFTER = "gone-after"
    REFUSED_WITHOUT_FORM = "refused-without-form"
    NO_PIN = "no-pin"
    ONE_TIME = "one-time"


@dataclass
class Offer:
    """One reference: its PIN, its file, how its page is built, how it misbehaves."""

    pin: str
    file: bytes
    shape: Shape = Shape.PLAIN
    trick: Trick = Trick.NONE
    times: int = 1
    seen: int = 0
    given: bool = False


def before(offer: Offer, request: Received, path: str, did: str) -> Reply:
    """The answer to the GET of the link."""
    if offer.trick is Trick.BUSY_FIRST and offer.seen <= offer.times:
        return page("<p>Service Unavailable</p>", 503, ("Retry-After", "1"))
    if offer.trick is Trick.ONE_TIME and offer.given:
        return page("<p>Der Link wurde bereits verwendet.</p>", 410)
    if offer.trick is Trick.COOKIES_AND_REDIRECTS and "sid=" not in request.headers.get("cookie", ""):
        cookie = ("Set-Cookie", "sid=1; Secure; HttpOnly; Path=/")
        return Reply(302, headers=(cookie, ("Location", f"./download?did={did}")))
    offer.given = True
    kind = (("Content-Type", "text/html" + ("" if offer.shape is Shape.LATIN1 else "; charset=UTF-8")),)
    first = Reply(body=pin_page(offer.shape, PATH, f"did={did}"), headers=kind)
    tricky = _BEFORE.get(offer.trick)
    return tricky(offer, first, f"{path}?did={did}") if tricky else first


_BEFORE: dict[Trick, Callable[[Offer, Reply, str], Reply]] = {
    Trick.CLOSED: lambda _o, _f, _h: page("<p>Wartungsarbeiten</p>", 503, ("Retry-After", "3600")),
    Trick.ERROR: lambda _o, _f, _h: page("<p>Interner Fehler</p>", 500),
    Trick.REDIRECT_LOOP: lambda _o, _f, here: _moved(f"{here}&n=1"),
    Trick.REDIRECT_HOST: lambda _o, _f, here: _moved(f"https://{OTHER}{here}"),
    Trick.REDIRECT_HTTP: lambda _o, _f, here: _moved(f"http://{HOST}{here}"),
    Trick.ENDLESS: lambda _o, first, _h: first._replace(endless=True),
    Trick.DRIP: lambda _o, first, _h: first._replace(drip=0.02),
    Trick.GZIP: lambda _o, first, _h: first._replace(headers=(*first.headers, ("Content-Encoding", "gzip"))),
    Trick.GONE_TEXT: lambda _o, _f, _h: page(
        "<h1>Das Zertifikat ist nicht mehr verfügbar.</h1><p>Es wurde nach 21 Tagen gelöscht.</p>"
    ),
    Trick.GONE_404: lambda _o, _f, _h: page("<p>Not Found</p>", 404),
    Trick.GONE_410: lambda _o, _f, _h: page("<p>Gone</p>", 410),
    Trick.NO_PIN: lambda offer, _f, _h: Reply(body=offer.file, headers=(("Content-Type", "application/octet-stream"),)),
}


def after(offer: Offer, request: Received, did: str) -> Reply:
    """The answer to the POST of the PIN."""
    if offer.trick is Trick.COOKIES_AND_REDIRECTS and "sid=1" not in request.headers.get("cookie", ""):
        return page("<p>Ihre Sitzung ist abgelaufen.</p>")
    tricky = _AFTER.get(offer.trick)
    if tricky:
        return tricky(offer, f"{PATH}?did={did}")
    if not _right(offer, request):
        return _refusal(offer, did)
    if offer.trick in {Trick.SEE_OTHER_AFTER, Trick.COOKIES_AND_REDIRECTS}:
        return _moved(f"{PATH}?did={did}&ready=1", 303)
    if offer.trick is Trick.META_REFRESH_AFTER:
        refresh = f'<meta http-equiv="refresh" content="1; url={PATH}?did={did}&amp;ready=1">'
        return page(f"{refresh}<p>Download startet …</p>")
    return Reply(body=offer.file, headers=(("Content-Type", "application/x-pkcs12"),))


_AFTER: dict[Trick, Callable[[Offer, str], Reply]] = {
    Trick.LOST_AFTER: lambda _o, _h: Reply(lost=True),
    Trick.CUT_AFTER: lambda offer, _h: Reply(body=offer.file[: len(offer.file) // 2], short=True),
    Trick.ERROR_AFTER: lambda _o, _h: page("<p>Interner Fehler</p>", 503),
    Trick.ENDLESS_AFTER: lambda _o, _h: Reply(endless=True),
    Trick.DRIP_AFTER: lambda offer, _h: Reply(body=offer.file, drip=0.02),
    Trick.DRIP_HEAD_AFTER: lambda offer, _h: Reply(body=offer.file, drip_head=True),
    Trick.GZIP_AFTER: lambda offer, _h: Reply(body=offer.file, headers=(("Content-Encoding", "gzip"),)),
    Trick.REPEAT_AFTER: lambda _o, here: _moved(here, 307),
    Trick.REDIRECT_HOST_AFTER: lambda offer, _h: _moved(f"https://{OTHER}/?pin={offer.pin}"),
    Trick.UNROUTED_AFTER: lambda _o, _h: _moved(f"https://{UNROUTED}/"),
    Trick.GONE_AFTER: lambda _o, _h: page("<p>Ihr Zertifikat wurde bereits gelöscht und ist nicht mehr verfügbar.</p>"),
    Trick.PUZZLE_AFTER: lambda offer, _h: page(
        f"<p>Vorgang {offer.pin} wird geprüft.\x1b[31m \u202e Bitte Geduld.</p>"
    ),
}


def _moved(location: str, status: int = 302) -> Reply:
    return Reply(status, headers=(("Location", location),))


def _refusal(offer: Offer, did: str) -> Reply:
    if offer.trick is Trick.REFUSED_WITHOUT_FORM:
        return page("<p>Die eingegebene PIN ist falsch.</p><p>Das Zertifikat wird nach 21 Tagen gelöscht.</p>")
    return Reply(body=pin_page(offer.shape, PATH, f"did={did}", "Die eingegebene PIN ist nicht korrekt."))


def _right(offer: Offer, request: Received) -> bool:
    """Whether the body carries the PIN in the page's own encoding."""
    name = FIELDS.get(offer.shape, "pin")
    return values(request, name) == [offer.pin.encode(charset(offer.shape))]


def values(request: Received, name: str) -> list[bytes]:
    """The values that a body carries under ``name``, as bytes."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        message: Message = BytesParser().parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body)
        parts = [part for part in message.walk() if part.get_param("name", header="content-disposition") == name]
        return [bytes(part.get_payload(decode=True) or b"") for part in parts]
    pairs = [pair.partition(b"=") for pair in request.body.split(b"&")]
    wanted = name.encode()
    return [
        unquote_to_bytes(value.replace(b"+", b" "))
        for key, _, value in pairs
        if unquote_to_bytes(key.replace(b"+", b" ")) == wanted
    ]


def page(inside: str, status: int = 200, *headers: tuple[str, str]) -> Reply:
    """A page that is not the first one."""
    return Reply(status, document(inside), (("Content-Type", "text/html; charset=utf-8"), *headers))
