"""Links that mail gateways rewrote."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.mail.unwrapping import DEEPEST, unwrapped

LINK = "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
ESCAPED = quote(LINK, safe="")
SAFE = "https://eur01.safelinks.protection.outlook.com/?url="

REWRITTEN = {
    "Safe Links": f"{SAFE}{ESCAPED}&data=05%7C01%7Cx&sdata=y%3D&reserved=0",
    "Safe Links, in capitals": f"HTTPS://EUR01.SafeLinks.Protection.Outlook.com/?url={ESCAPED}",
    "Safe Links, not escaped": f"{SAFE}{LINK}&data=x",
    "Safe Links, entities left": f"{SAFE}{ESCAPED}&amp;data=x&amp;url2=y",
    "Safe Links for Office": f"https://eur01.safelinks.protection.outlook.com/ap/w-59584e83/?url={ESCAPED}&data=x",
    "Safe Links, US government": f"https://usg01.safelinks.protection.office365.us/?url={ESCAPED}",
    "Teams": f"https://statics.teams.cdn.office.net/evergreen-assets/safelinks/2/atp-safelinks.html?url={ESCAPED}&locale=de",
    "Teams, 2026": f"https://teams.public.onecdn.static.microsoft/evergreen-assets/safelinks/2/x.html?url={ESCAPED}",
    "URL Defense 1": f"https://urldefense.proofpoint.com/v1/url?u={ESCAPED}&k=x",
    "URL Defense 2": "https://urldefense.proofpoint.com/v2/url?u=https-3A__www.arag.de_TokenService_download-3Fdid-3D"
    "f83f71f08bdf3c90&d=DwMFaQ&c=x&r=y&m=z&s=a&e=",
    "URL Defense 3": f"https://urldefense.com/v3/__{LINK}__;!!ABcD!xy-_z$",
    "URL Defense 3, one slash": f"https://urldefense.com/v3/__{LINK.replace('//', '/')}__;!!ABcD!xy$",
    "URL Defense 3, a byte": f"https://urldefense.com/v3/__{LINK.replace('?', '*')}__;Pw!!ABcD!xy$",
    "URL Defense 3, a run": f"https://urldefense.com/v3/__{LINK.replace('did', '**B')}__;ZGlk!!ABcD!xy$",
    "Sophos": "https://eu-central-1.protection.sophos.com/?d=arag.de&u=aHR0cHM6Ly93d3cuYXJhZy5kZS9Ub2tlblNlcnZpY2UvZG93bmxv"
    "YWQ_ZGlkPWY4M2Y3MWYwOGJkZjNjOTA=&p=m&i=x&t=y&h=z&s=a",
    "Barracuda": f"https://linkprotect.cudasvc.com/url?a={ESCAPED}&c=E,1,x&typo=1",
}
LEFT_ALONE = [
    LINK,
    f"https://safelinks.protection.outlook.com.example.de/?url={ESCAPED}",
    f"https://example.de/safelinks.protection.outlook.com/?url={ESCAPED}",
    f"https://eur01.safelinks.protection.outlook.com@example.de/?url={ESCAPED}",
    f"https://statics.teams.cdn.office.net/other?url={ESCAPED}",
    f"ftp://eur01.safelinks.protection.outlook.com/?url={ESCAPED}",
    f"{SAFE}{ESCAPED}&url={ESCAPED}",
    "https://eur01.safelinks.protection.outlook.com/",
    "https://urldefense.com/v3/x",
    "https://eu-central-1.protection.sophos.com/?d=arag.de&u=!",
    "https://eu-central-1.protection.sophos.com/?d=arag.de&q=x",
    "https://urldefense.com/v3/__https://a*b__;=!!x$",
    "https://urldefense.com/v4/url?u=x",
    "https://[",
    "",
]


@pytest.mark.parametrize("url", REWRITTEN.values(), ids=REWRITTEN)
def test_the_target_comes_out(url: str) -> None:
    """What a gateway made of the link gives the link back, letter by letter."""
    assert unwrapped(url) == LINK


@pytest.mark.parametrize("url", LEFT_ALONE)
def test_only_the_gateways_own_hosts_are_unwrapped(url: str) -> None:
    """A URL that only looks like a gateway's, or hides two targets, stays what it is."""
    assert unwrapped(url) == url


def test_gateways_behind_gateways() -> None:
    """Several layers are taken off, and no more than the bound."""
    url = LINK
    for _ in range(DEEPEST):
        url = SAFE + quote(url, safe="")
    assert unwrapped(url) == LINK
    assert unwrapped(SAFE + quote(url, safe="")) == SAFE + ESCAPED


@given(st.sampled_from([*REWRITTEN.values(), *LEFT_ALONE]), st.text(max_size=20), st.integers(0, 200))
def test_no_url_is_too_much(url: str, noise: str, place: int) -> None:
    """A damaged URL of a gateway gives some text or itself, and never fails."""
    assert isinstance(unwrapped(url[:place] + noise + url[place:]), str)
