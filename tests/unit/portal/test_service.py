"""Whole exchanges over real TLS: what is sent, how often, where to, and what each outcome is called."""

from __future__ import annotations

import gzip
import itertools
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from urllib.parse import quote_plus

import pytest

from tests.stand_in.certificates import make_authority, make_pair
from tests.stand_in.pages import Shape
from tests.stand_in.service import StandIn
from tests.stand_in.tricks import UNROUTED, Trick, values
from tests.unit.portal.profiles import PROFILE
from vault.errors import (
    CertvaultError,
    FormNotAllowed,
    LinkGone,
    NotReachable,
    OutcomeUnknown,
    PageNotUnderstood,
    PinRefused,
    RedirectNotAllowed,
    Usage,
)
from vault.http.transfer import Limits
from vault.model.address import checked
from vault.model.pin import pin
from vault.portal.service import TokenService
from vault.ports.portal import Portal

PIN = "geH-ä+ &%7Marke"
PAIR = make_pair("Schäffer, René", PIN)
_numbers = itertools.count(1)


class Desk(NamedTuple):
    """A stand-in, the service that speaks to it, and the waits between its tries."""

    stand_in: StandIn
    service: Portal
    waits: list[float]

    def fetch(self, shape: Shape = Shape.PLAIN, trick: Trick = Trick.NONE, typed: str = PIN, times: int = 1) -> bytes:
        """Offer a pair under a new reference and fetch it, as the program does."""
        url = self.stand_in.offer(self.new(), pin=PIN, file=PAIR, shape=shape, trick=trick, times=times)
        page = self.service.reach(checked(url, PROFILE), PROFILE, lambda _have, _all: None)
        return page if isinstance(page, bytes) else page.submit(pin(typed))

    def new(self) -> str:
        """A reference that no other test has."""
        return f"{os.getpid():08x}{next(_numbers):08x}"

    def asked(self) -> list[str]:
        """The methods of the requests for the newest reference, in their order."""
        return [request.method for request in self.stand_in.of(next(reversed(self.stand_in.offers)))]


@pytest.fixture
def desk(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A service behind the stand-in's proxy."""
    for name, value in stand_in.environment().items():
        monkeypatch.setenv(name, value)
    waits: list[float] = []
    return Desk(stand_in, TokenService(waits.append, ca_file=stand_in.ca_file, limits=Limits(exchange=20)), waits)


def impatient(desk: Desk) -> Desk:
    """The same with a deadline of a third of a second."""
    return desk._replace(service=TokenService(desk.waits.append, ca_file=desk.stand_in.ca_file, limits=Limits(0.3)))


GOOD = [Shape.PLAIN, Shape.JSF, Shape.ASPNET, Shape.SPRING, Shape.WICKET, Shape.TYPO3, Shape.TABLE]
GOOD += [Shape.SEVERAL_FORMS, Shape.LATIN1, Shape.MULTIPART]


@pytest.mark.parametrize("shape", GOOD)
def test_every_shape_gives_the_file(desk: Desk, shape: Shape) -> None:
    """One GET, one POST with the PIN in the page's encoding, and the file comes back byte for byte."""
    assert desk.fetch(shape) == PAIR
    assert desk.asked() == ["GET", "POST"]


def test_every_request_has_a_connection_of_its_own(desk: Desk) -> None:
    """A connection that the portal may have closed meanwhile never carries the PIN."""
    before = len(desk.stand_in.proxy.asked)
    desk.fetch(trick=Trick.SEE_OTHER_AFTER)
    assert len(desk.stand_in.proxy.asked) - before == len(desk.asked()) == 3


def test_the_request_is_a_modest_one(desk: Desk) -> None:
    """Nothing may be compressed, German pages are preferred, the PIN comes from the page's own origin."""
    desk.fetch()
    got, sent = desk.stand_in.requests[-2:]
    assert got.headers["accept-encoding"] == sent.headers["accept-encoding"] == "identity"
    assert got.headers["accept-language"].startswith("de")
    assert "python" not in got.headers["user-agent"].lower()
    assert sent.headers["origin"] == "https://www.arag.de"
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert sent.body == b"pin=" + quote_plus(PIN).encode()
    assert got.path.startswith("/TokenService/download?did=")


def test_hidden_fields_and_the_button_go_along(desk: Desk) -> None:
    """A JSF page gets back its state and the name of its own button, and not that of the other."""
    desk.fetch(Shape.JSF)
    sent = desk.stand_in.requests[-1]
    assert values(sent, "javax.faces.ViewState") == [b"-42:+/=77&x"]
    assert values(sent, "tokenForm:go") == [b"Zertifikatsdownload"]
    assert values(sent, "tokenForm:cancel") == []


def test_cookies_live_for_one_fetch(desk: Desk) -> None:
    """A cookie set on the way goes along with the PIN, and is forgotten with the next fetch."""
    assert desk.fetch(trick=Trick.COOKIES_AND_REDIRECTS) == PAIR
    assert desk.asked() == ["GET", "GET", "POST", "GET"]
    assert desk.fetch(trick=Trick.COOKIES_AND_REDIRECTS) == PAIR
    assert desk.asked() == ["GET", "GET", "POST", "GET"]


@pytest.mark.parametrize("trick", [Trick.SEE_OTHER_AFTER, Trick.META_REFRESH_AFTER])
def test_the_file_may_wait_at_another_address(desk: Desk, trick: Trick) -> None:
    """After the PIN a redirect or a refresh is followed by GET, without the PIN."""
    assert desk.fetch(trick=trick) == PAIR
    assert desk.asked() == ["GET", "POST", "GET"]
    assert desk.stand_in.requests[-1].body == b""


def test_a_file_without_a_pin(desk: Desk) -> None:
    """A portal that hands out the file at once is asked once, and gets no PIN."""
    assert desk.fetch(trick=Trick.NO_PIN) == PAIR
    assert desk.asked() == ["GET"]


@pytest.mark.parametrize(
    ("shape", "trick", "error", "asked"),
    [
        (Shape.GET_FORM, Trick.NONE, FormNotAllowed, ["GET"]),
        (Shape.ELSEWHERE, Trick.NONE, FormNotAllowed, ["GET"]),
        (Shape.BASE, Trick.NONE, FormNotAllowed, ["GET"]),
        (Shape.FORMACTION, Trick.NONE, FormNotAllowed, ["GET"]),
        (Shape.FORMMETHOD, Trick.NONE, FormNotAllowed, ["GET"]),
        (Shape.TWO_CANDIDATES, Trick.NONE, PageNotUnderstood, ["GET"]),
        (Shape.SCRIPT_ONLY, Trick.NONE, PageNotUnderstood, ["GET"]),
        (Shape.CAPTCHA, Trick.NONE, PageNotUnderstood, ["GET"]),
        (Shape.NO_FORM, Trick.NONE, PageNotUnderstood, ["GET"]),
        (Shape.PLAIN, Trick.GONE_TEXT, LinkGone, ["GET"]),
        (Shape.PLAIN, Trick.GONE_404, LinkGone, ["GET"]),
        (Shape.PLAIN, Trick.GONE_410, LinkGone, ["GET"]),
        (Shape.PLAIN, Trick.GONE_AFTER, LinkGone, ["GET", "POST"]),
        (Shape.PLAIN, Trick.ERROR, NotReachable, ["GET"]),
        (Shape.PLAIN, Trick.GZIP, PageNotUnderstood, ["GET"]),
        (Shape.PLAIN, Trick.ENDLESS, PageNotUnderstood, ["GET"]),
        (Shape.PLAIN, Trick.REDIRECT_HOST, RedirectNotAllowed, ["GET"]),
        (Shape.PLAIN, Trick.REDIRECT_HTTP, RedirectNotAllowed, ["GET"]),
        (Shape.PLAIN, Trick.REDIRECT_LOOP, RedirectNotAllowed, ["GET"] * 6),
        (Shape.PLAIN, Trick.REDIRECT_HOST_AFTER, RedirectNotAllowed, ["GET", "POST"]),
        (Shape.PLAIN, Trick.REPEAT_AFTER, RedirectNotAllowed, ["GET", "POST"]),
        (Shape.PLAIN, Trick.ERROR_AFTER, OutcomeUnknown, ["GET", "POST"]),
        (Shape.PLAIN, Trick.LOST_AFTER, OutcomeUnknown, ["GET", "POST"]),
        (Shape.PLAIN, Trick.CUT_AFTER, OutcomeUnknown, ["GET", "POST"]),
        (Shape.PLAIN, Trick.GZIP_AFTER, PageNotUnderstood, ["GET", "POST"]),
        (Shape.PLAIN, Trick.ENDLESS_AFTER, PageNotUnderstood, ["GET", "POST"]),
        (Shape.PLAIN, Trick.PUZZLE_AFTER, PageNotUnderstood, ["GET", "POST"]),
    ],
)
def test_each_outcome_has_its_name(
    desk: Desk, shape: Shape, trick: Trick, error: type[CertvaultError], asked: list[str]
) -> None:
    """Each way in which a portal fails is told apart, the PIN is sent at most once, and it is in no error."""
    proxied = len(desk.stand_in.proxy.asked)
    with pytest.raises(error) as caught:
        desk.fetch(shape, trick)
    assert desk.asked() == asked
    assert set(desk.stand_in.proxy.asked[proxied:]) == {"www.arag.de:443"}
    assert caught.value.fields.get("pin_sent", "POST" in asked) == ("POST" in asked)
    assert PIN not in told(caught.value, echoed=trick in {Trick.PUZZLE_AFTER, Trick.REDIRECT_HOST_AFTER})


@pytest.mark.parametrize("shape", [Shape.PLAIN, Shape.JSF, Shape.ASPNET, Shape.TABLE])
@pytest.mark.parametrize("trick", [Trick.NONE, Trick.REFUSED_WITHOUT_FORM])
def test_a_wrong_pin_is_refused(desk: Desk, shape: Shape, trick: Trick) -> None:
    """With the form again or without, a refusal is a refusal, and the PIN is not sent a second time."""
    with pytest.raises(PinRefused) as caught:
        desk.fetch(shape, trick, typed=PIN.upper())
    assert desk.asked() == ["GET", "POST"]
    assert PIN.upper() not in told(caught.value)


def told(error: BaseException, *, echoed: bool = False) -> str:
    """All that an exception carries: its chain, its fields, and the locals of the product's own frames.

    Where the portal ``echoed`` the PIN, the frames hold the portal's answer, and are left out.
    """
    parts: list[str] = []
    step: BaseException | None = error
    while step is not None:
        parts += [str(step), repr(step.args), repr(vars(step))]
        parts += [] if echoed else [repr(frame) for frame in _locals(step.__traceback__)]
        step = step.__cause__ or step.__context__
    return "\n".join(parts)


def _locals(trace: TracebackType | None) -> Iterator[dict[str, object]]:
    while trace is not None:
        if "/vault/" in trace.tb_frame.f_code.co_filename:
            yield trace.tb_frame.f_locals
        trace = trace.tb_next


def test_the_text_of_a_page_is_told_cleaned(desk: Desk) -> None:
    """What the portal said reaches the person: readable, without the PIN it repeats, without escape sequences."""
    with pytest.raises(PageNotUnderstood) as caught:
        desk.fetch(trick=Trick.PUZZLE_AFTER)
    text = str(caught.value.fields["text"])
    assert "Bitte Geduld" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("typed", "trick", "said"),
    [
        ("falsch", Trick.REFUSED_WITHOUT_FORM, "PIN"),
        (PIN, Trick.GONE_AFTER, "nicht mehr"),
        (PIN, Trick.GONE_TEXT, "21"),
    ],
)
def test_what_the_portal_says_is_told_with_a_refusal(desk: Desk, typed: str, trick: Trick, said: str) -> None:
    """It may say how many tries are left, that it has locked, or that only the session is over."""
    with pytest.raises((PinRefused, LinkGone)) as caught:
        desk.fetch(trick=trick, typed=typed)
    assert said in str(caught.value.fields["text"])


@pytest.mark.parametrize("trick", [Trick.REPEAT_AFTER, Trick.REDIRECT_HOST_AFTER])
def test_a_redirect_that_is_refused_after_the_pin_says_that_it_was_sent(desk: Desk, trick: Trick) -> None:
    """The portal may have refused the PIN and leads to its error page: so it is known to have been sent."""
    with pytest.raises(RedirectNotAllowed) as caught:
        desk.fetch(trick=trick)
    assert caught.value.fields["pin_sent"] is True
    assert "was sent once" in caught.value.hint


@pytest.mark.parametrize("times", [1, 2])
def test_a_busy_portal_is_asked_again(desk: Desk, times: int) -> None:
    """Before the PIN, 503 is waited out for as long as Retry-After says, three tries in all."""
    assert desk.fetch(trick=Trick.BUSY_FIRST, times=times) == PAIR
    assert desk.asked() == ["GET"] * (times + 1) + ["POST"]
    assert desk.waits == [1.0] * times


def test_a_portal_that_stays_busy_is_not_reachable(desk: Desk) -> None:
    """After three tries it is enough."""
    with pytest.raises(NotReachable):
        desk.fetch(trick=Trick.BUSY_FIRST, times=99)
    assert desk.asked() == ["GET"] * 3


def test_a_portal_that_asks_for_much_patience_is_not_waited_for(desk: Desk) -> None:
    """Who says that it is closed for an hour is believed: nobody sits in front of a screen that stands still."""
    with pytest.raises(NotReachable):
        desk.fetch(trick=Trick.CLOSED)
    assert desk.asked() == ["GET"]
    assert desk.waits == []


def test_a_portal_that_takes_no_connection_is_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three tries, a little longer apart each time, and nothing was sent."""
    monkeypatch.setitem(desk.stand_in.proxy.routes, "www.arag.de:443", _closed_port())
    with pytest.raises(NotReachable):
        desk.fetch()
    assert desk.waits == [0.5, 1.0]


@pytest.mark.parametrize("trick", [Trick.DRIP, Trick.DRIP_AFTER, Trick.DRIP_HEAD_AFTER])
def test_a_dripping_portal_has_one_deadline(desk: Desk, trick: Trick) -> None:
    """A server that is never silent, and never done, is cut off: in the body, and in the header too."""
    with pytest.raises(NotReachable if trick is Trick.DRIP else OutcomeUnknown, match=r"longer than 0\.3 seconds"):
        impatient(desk).fetch(trick=trick)
    assert desk.asked() == ["GET"] + ["POST"] * (trick is not Trick.DRIP)
    assert desk.waits == []


def test_progress_is_told(desk: Desk) -> None:
    """Bytes that are here, and bytes that are expected."""
    url = desk.stand_in.offer(desk.new(), pin=PIN, file=PAIR, trick=Trick.NO_PIN)
    seen: list[tuple[int, int | None]] = []
    desk.service.reach(checked(url, PROFILE), PROFILE, lambda have, expected: seen.append((have, expected)))
    assert seen[-1] == (len(PAIR), len(PAIR))


def test_a_character_that_the_page_cannot_carry_is_not_replaced(desk: Desk) -> None:
    """A PIN with a letter that Latin-1 lacks is not sent to a Latin-1 page as something else."""
    with pytest.raises(PageNotUnderstood) as caught:
        desk.fetch(Shape.LATIN1, typed="Łódź")
    assert caught.value.fields["pin_sent"] is False
    assert desk.asked() == ["GET"]
    assert "Łódź" not in told(caught.value)


def test_a_portal_that_is_gone_before_the_pin_leaves_got_none(
    desk: Desk, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the connection for the POST cannot even be made, the PIN surely was not sent, and that is said."""
    url = stand_in.offer(desk.new(), pin=PIN, file=PAIR)
    page = desk.service.reach(checked(url, PROFILE), PROFILE, lambda _have, _all: None)
    assert not isinstance(page, bytes)
    monkeypatch.setitem(stand_in.proxy.routes, "www.arag.de:443", _closed_port())
    with pytest.raises(NotReachable) as caught:
        page.submit(pin(PIN))
    assert desk.asked() == ["GET"]
    assert PIN not in told(caught.value)


def test_a_pin_that_was_sent_stays_sent(desk: Desk) -> None:
    """When the host that the portal then leads to cannot be reached, nobody says that the PIN was not sent."""
    profile = PROFILE._replace(hosts=(*PROFILE.hosts, (UNROUTED, 443)))
    url = desk.stand_in.offer(desk.new(), pin=PIN, file=PAIR, trick=Trick.UNROUTED_AFTER)
    page = desk.service.reach(checked(url, profile), profile, lambda _have, _all: None)
    assert not isinstance(page, bytes)
    with pytest.raises(OutcomeUnknown):
        page.submit(pin(PIN))


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_an_unknown_authority_is_named_as_the_reason(desk: Desk, tmp_path: Path) -> None:
    """A certificate that this machine does not trust is no network trouble, and is said to be what it is."""
    stranger = tmp_path / "other.pem"
    stranger.write_bytes(make_authority().pem)
    service = TokenService(desk.waits.append, ca_file=stranger)
    with pytest.raises(NotReachable, match="not trusted"):
        desk._replace(service=service).fetch()
    assert desk.asked() == []


def test_without_a_file_the_systems_trust_store_decides(desk: Desk) -> None:
    """The system's store does not know the stand-in's authority unless SSL_CERT_FILE names it."""
    assert desk._replace(service=TokenService(desk.waits.append)).fetch() == PAIR


def test_the_systems_trust_store_does_not_know_the_stand_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without SSL_CERT_FILE nobody trusts the stand-in."""
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(NotReachable, match="not trusted"):
        desk._replace(service=TokenService(desk.waits.append)).fetch()


@pytest.mark.parametrize("content", [b"", b"no certificate"])
def test_a_certificate_file_that_is_none_is_named(desk: Desk, tmp_path: Path, content: bytes) -> None:
    """SSL_CERT_FILE that names nothing useful is an error of the setting, with its path."""
    wrong = tmp_path / "ca.pem"
    wrong.write_bytes(content)
    with pytest.raises(Usage, match=r"ca\.pem"):
        desk._replace(service=TokenService(desk.waits.append, ca_file=wrong)).fetch()


def test_a_host_name_that_does_not_fit_is_not_trusted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate for other names is worth nothing."""
    profile = PROFILE._replace(links=(PROFILE.links[0]._replace(host="token.arag.de"),), hosts=())
    monkeypatch.setitem(desk.stand_in.proxy.routes, "token.arag.de:443", desk.stand_in.server.port)
    url = checked(f"https://token.arag.de/TokenService/download?did={desk.new()}", profile)
    with pytest.raises(NotReachable, match="not trusted"):
        desk.service.reach(url, profile, lambda _have, _all: None)


def test_a_proxy_that_refuses_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy's no is not the portal's."""
    monkeypatch.delitem(desk.stand_in.proxy.routes, "www.arag.de:443")
    with pytest.raises(NotReachable, match=r"the proxy 127\.0\.0\.1 refused: 403"):
        desk.fetch()


def test_a_proxy_that_is_not_there_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that does not answer is told apart from a portal that does not."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, f"http://user:geheim@127.0.0.1:{_closed_port()}")
    with pytest.raises(NotReachable, match=r"the proxy 127\.0\.0\.1 does not answer") as caught:
        desk.fetch()
    assert "geheim" not in told(caught.value)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "gopher://geheim@127.0.0.1", "http://[::1"])
def test_a_proxy_of_an_unknown_kind_is_an_error_of_the_setting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    """A proxy setting that cannot be used is said to be that, without what stands in it."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    with pytest.raises(Usage) as caught:
        desk.fetch()
    assert "geheim" not in f"{caught.value}"


def test_nothing_is_left_behind(desk: Desk) -> None:
    """No thread of ours outlives an exchange."""
    desk.fetch()
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer) and thread.is_alive()]


def test_the_compressed_file_is_really_refused(desk: Desk) -> None:
    """A file that is compressed on its way is not unpacked: what is stored is what was sent."""
    url = desk.stand_in.offer(desk.new(), pin=PIN, file=gzip.compress(PAIR), trick=Trick.GZIP_AFTER)
    page = desk.service.reach(checked(url, PROFILE), PROFILE, lambda _have, _all: None)
    assert not isinstance(page, bytes)
    with pytest.raises(PageNotUnderstood, match="compressed"):
        page.submit(pin(PIN))
