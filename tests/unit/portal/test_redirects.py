"""Only https, only the profile's hosts, and never the PIN a second time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.portal.profiles import URL
from vault.errors import RedirectNotAllowed
from vault.portal.redirects import Allowed, redirect

ALLOWED = Allowed(frozenset({("www.arag.de", 443), ("login.arag.de", 8443)}))


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("/x", "https://www.arag.de/x"),
        ("x?y=1#z", "https://www.arag.de/TokenService/x?y=1"),
        ("?did=2", "https://www.arag.de/TokenService/download?did=2"),
        ("https://WWW.arag.DE:443/x", "https://www.arag.de/x"),
        ("//login.arag.de:8443/", "https://login.arag.de:8443/"),
    ],
)
def test_a_step_within_the_profile_is_resolved(target: str, url: str) -> None:
    """A relative Location is seen from the page that sent it."""
    assert str(ALLOWED.step(URL, target)) == url


@pytest.mark.parametrize(
    "target",
    [
        "http://www.arag.de/",
        "https://evil.example/",
        "https://www.arag.de:8443/",
        "https://login.arag.de/",
        "//evil.example",
        "https://www.arag.de@evil.example/",
        "https://a:b@www.arag.de/",
        "https://www.arag.de.evil.example/",
        "ftp://www.arag.de/",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://[::1",
        "https://www.ärag.de/",
        "https://www.arag.de\\@evil.example/",
        "https://www。arag。de.evil.example/",
        "file:///etc/passwd",
        "https://www.arag.de./",
    ],
)
def test_a_step_out_of_the_profile_is_refused(target: str) -> None:
    """Another scheme, host, port, a user name, a look-alike, and what cannot be read are not followed."""
    with pytest.raises(RedirectNotAllowed):
        ALLOWED.step(URL, target)


def test_the_error_names_the_origin_only() -> None:
    """A target that repeats the PIN in its address does not carry it into the error."""
    with pytest.raises(RedirectNotAllowed) as caught:
        ALLOWED.step(URL, "https://u:geheim@evil.example/geheim?pin=geheim")
    assert caught.value.fields["target"] == "https://evil.example"
    assert "geheim" not in repr(caught.value.__context__)


@given(st.text(max_size=60))
def test_any_location_is_allowed_or_refused(target: str) -> None:
    """Whatever stands in a Location, the result is one of the profile's hosts or the one error."""
    try:
        url = ALLOWED.step(URL, target)
    except RedirectNotAllowed:
        return
    assert (url.host, url.port or 443) in ALLOWED.hosts
    assert url.scheme == "https"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_redirect_is_followed_before_the_pin(status: int) -> None:
    """Before the PIN all requests are GET, so the five kinds of redirect are the same."""
    assert redirect(status, "/x", URL, pin_sent=False) == "/x"
    assert redirect(status, None, URL, pin_sent=False) is None


@pytest.mark.parametrize(("status", "followed"), [(301, True), (302, True), (303, True), (307, False), (308, False)])
def test_no_redirect_repeats_the_pin(status: int, followed: bool) -> None:
    """After the PIN, 307 and 308 would send it again."""
    if followed:
        assert redirect(status, "/x", URL, pin_sent=True) == "/x"
    else:
        with pytest.raises(RedirectNotAllowed):
            redirect(status, "/x", URL, pin_sent=True)


@pytest.mark.parametrize("status", [200, 204, 300, 304, 404])
def test_other_answers_redirect_nowhere(status: int) -> None:
    """A Location in an answer that is no redirect means nothing."""
    assert redirect(status, "/x", URL, pin_sent=True) is None
