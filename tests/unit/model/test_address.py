"""Which URLs may be opened: what only looks like the provider's link never passes."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import LinkNotAllowed
from vault.model.address import LONGEST, checked
from vault.model.profile import LinkShape, Profile

REFERENCE = "f83f71f08bdf3c90"
LINK = f"https://www.arag.de/TokenService/download?did={REFERENCE}"
ARAG = Profile(
    name="arag",
    title="ARAG",
    aliases=(),
    senders=(),
    subjects=(),
    links=(LinkShape("www.arag.de", 443, "/TokenService/download", "did", "[0-9A-Fa-f]{8,64}"),),
    hosts=(("www.arag.de", 443),),
    days=21,
    always_new_pin=True,
    button=(),
    refused=(),
    gone=(),
)
ELSEWHERE = ARAG._replace(links=(ARAG.links[0]._replace(port=8443),))

REFUSED = {
    "plain http": (LINK.replace("https", "http"), "it does not begin with https://"),
    "file": (LINK.replace("https", "file"), "it does not begin with https://"),
    "javascript": ("javascript:alert(1)", "it does not begin with https://"),
    "no scheme": (LINK.removeprefix("https:"), "it does not begin with https://"),
    "one slash": (LINK.replace("//", "/"), "it does not begin with https://"),
    "three slashes": (LINK.replace("//", "///"), "it has characters that do not belong there"),
    "blank in front": (" " + LINK, "it does not begin with https://"),
    "empty": ("", "it does not begin with https://"),
    "another host": (LINK.replace("www.arag.de", "www.arag.example"), "it leads to another host"),
    "the host as a prefix": (LINK.replace("arag.de/", "arag.de.example.de/"), "it leads to another host"),
    "the host as a suffix": (LINK.replace("www.", "wwww."), "it leads to another host"),
    "bare domain": (LINK.replace("www.", ""), "it leads to another host"),
    "trailing dot": (LINK.replace("arag.de/", "arag.de./"), "it has characters that do not belong there"),
    "two dots": (LINK.replace("www.", "www.."), "it leads to another host"),
    "punycode": (LINK.replace("arag", "xn--arg-5cd"), "it leads to another host"),
    "Cyrillic a": (LINK.replace("arag", "аrag"), "it has letters that only look like others"),
    "Cyrillic a in the path": (LINK.replace("download", "downloаd"), "it has letters that only look like others"),
    "fullwidth letters": (LINK.replace("arag", "ａｒａｇ"), "it has letters that only look like others"),
    "fullwidth dot": (LINK.replace("arag.de", "arag。de"), "it has letters that only look like others"),
    "fullwidth slash": (LINK.replace("de/T", "de／T"), "it has letters that only look like others"),
    "Kelvin sign": (LINK.replace("Token", "To\u212aen"), "it has letters that only look like others"),
    "fullwidth digit": (LINK[:-1] + "０", "it has letters that only look like others"),
    "zero-width space": (LINK.replace("arag", "ar\u200bag"), "it has letters that only look like others"),
    "right-to-left override": (LINK + "\u202e", "it has letters that only look like others"),
    "user name": (LINK.replace("www", "www.arag.de@www"), "it has a user name in front of the host"),
    "user name and another host": (LINK.replace("de/", "de@example.de/"), "it has a user name in front of the host"),
    "password": (LINK.replace("www", "a:b@www"), "it has a user name in front of the host"),
    "port": (LINK.replace("de/", "de:8443/"), "it leads to another port"),
    "port in front of 443": (LINK.replace("de/", "de:0443/"), "it has characters that do not belong there"),
    "empty port": (LINK.replace("de/", "de:/"), "it has characters that do not belong there"),
    "another path": (LINK.replace("download", "upload"), "it leads to another path"),
    "path in other case": (LINK.replace("TokenService", "tokenservice"), "it leads to another path"),
    "deeper path": (LINK.replace("download", "download/x"), "it leads to another path"),
    "slash at the end": (LINK.replace("download", "download/"), "it leads to another path"),
    "double slash": (LINK.replace("de/T", "de//T"), "it leads to another path"),
    "dot segments": (LINK.replace("de/", "de/x/../"), "it leads to another path"),
    "dot segment": (LINK.replace("de/", "de/./"), "it leads to another path"),
    "percent-encoded dots": (LINK.replace("de/", "de/x/%2e%2e/"), "its path is written in percent signs"),
    "percent-encoded letter": (LINK.replace("T", "%54"), "its path is written in percent signs"),
    "percent-encoded host": (LINK.replace("www", "%77ww"), "its path is written in percent signs"),
    "path parameter": (LINK.replace("download", "download;x"), "it has characters that do not belong there"),
    "backslash": (LINK.replace("de/", "de\\"), "it has a backslash in it"),
    "backslashes for slashes": (LINK.replace("//", "\\\\"), "it does not begin with https://"),
    "backslash before an at sign": (LINK.replace("de/", "de\\@example.de/"), "it has a backslash in it"),
    "fragment": (LINK + "#x", "it has a fragment in it"),
    "empty fragment": (LINK + "#", "it has a fragment in it"),
    "fragment before the host": (LINK.replace("www", "#www"), "it has a fragment in it"),
    "new line at the end": (LINK + "\n", "it has characters that do not belong there"),
    "new line inside": (LINK.replace("?", "\n?"), "it has characters that do not belong there"),
    "tab in the host": (LINK.replace("arag", "ar\tag"), "it has characters that do not belong there"),
    "carriage return and header": (LINK + "\r\nHost: x", "it has characters that do not belong there"),
    "NUL": (LINK + "\0", "it has characters that do not belong there"),
    "blank": (LINK.replace("?", " ?"), "it has characters that do not belong there"),
    "no query": (LINK.partition("?")[0], "its reference is missing or has another form"),
    "empty query": (LINK.partition("?")[0] + "?", "its reference is missing or has another form"),
    "no reference": (LINK.replace("did", "id"), "its reference is missing or has another form"),
    "name in capitals": (LINK.replace("did", "DID"), "its reference is missing or has another form"),
    "empty reference": (LINK.replace(REFERENCE, ""), "its reference is missing or has another form"),
    "reference too short": (LINK.replace(REFERENCE, "f83f71f"), "its reference is missing or has another form"),
    "reference too long": (LINK + "0" * 49, "its reference is missing or has another form"),
    "reference not hex": (LINK.replace("f83f", "g83f"), "its reference is missing or has another form"),
    "two references": (LINK + "&did=0000000000000000", "its reference is missing or has another form"),
    "the same one twice": (LINK + f"&did={REFERENCE}", "its reference is missing or has another form"),
    "a second one in capitals": (LINK + "&Did=0000000000000000", "its reference is missing or has another form"),
    "a second one in percent signs": (LINK + "&%64id=00000000", "it has characters that do not belong there"),
    "equals sign in the value": (LINK.replace("did=", "did=="), "its reference is missing or has another form"),
    "nameless parameter": (LINK + "&=x", "its reference is missing or has another form"),
    "ampersand at the end": (LINK + "&", "its reference is missing or has another form"),
    "semicolon": (LINK + ";did=0000000000000000", "it has characters that do not belong there"),
    "percent in the query": (LINK + "&x=%0d%0a", "it has characters that do not belong there"),
    "very long": (LINK + "&x=" + "a" * LONGEST, "it is too long"),
}


@pytest.mark.parametrize(("url", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_not_exactly_the_link_is_refused(url: str, why: str) -> None:
    """Each way of being nearly the provider's link is refused, with the rule that it breaks."""
    with pytest.raises(LinkNotAllowed) as refused:
        checked(url, ARAG)
    assert refused.value.fields["why"] == why


@pytest.mark.parametrize(
    "url",
    [LINK, LINK.replace("https", "HTTPS"), LINK.replace("www.arag.de", "WWW.ARAG.DE"), LINK.replace("de/", "de:443/")],
)
def test_other_writings_of_scheme_and_host_are_the_same_link(url: str) -> None:
    """Capitals in scheme and host and a spelled-out port 443 change nothing about where a link leads."""
    assert checked(url, ARAG) == (LINK, "www.arag.de", 443, REFERENCE)


def test_a_further_parameter_is_kept_as_it_is() -> None:
    """A harmless parameter beside the reference does not make the link another, and is sent as it came."""
    assert checked(f"{LINK}&lang=de", ARAG).text == f"{LINK}&lang=de"


def test_the_port_of_the_profile_is_the_only_one() -> None:
    """Where a profile names a port, the link must have it; the default one is refused."""
    assert checked(LINK.replace("de/", "de:8443/"), ELSEWHERE).port == 8443
    with pytest.raises(LinkNotAllowed):
        checked(LINK, ELSEWHERE)


def test_many_parameters_are_no_work() -> None:
    """A link made to keep a careless pattern busy is refused at once."""
    with pytest.raises(LinkNotAllowed):
        checked(LINK.partition("?")[0] + "?" + "a=" * 900 + "!", ARAG)


WORDS = "https:// HTTPS:// http:// // www.arag.de WWW.arag.DE аrag.de arag.de. @ :443 :8443 :0443 / \\ .. %2e ? # . [ ]"
WORDS += f" /TokenService/download TokenService did= DID= & = ; {REFERENCE} f83f71f0 x=1 %64id= + ａ \u200b \0"
PIECES = st.sampled_from([*WORDS.split(), " ", "\t", "\n"])


@given(st.one_of(st.lists(PIECES, max_size=9).map("".join), st.text(max_size=80).map(lambda t: LINK + t), st.text()))
def test_what_passes_is_read_alike_by_every_reader(url: str) -> None:
    """What passes has exactly the profile's host, port and path for urllib and httpx, and httpx sends it unchanged."""
    try:
        passed = checked(url, ARAG)
    except LinkNotAllowed:
        return
    split, sent = urlsplit(passed.text), httpx.URL(passed.text)
    assert str(sent) == passed.text
    assert (sent.scheme, sent.host, sent.port, sent.path, sent.userinfo, sent.fragment) == (
        *("https", "www.arag.de", None, "/TokenService/download", b"", ""),
    )
    assert (split.scheme, split.netloc, split.path, split.fragment) == (
        *("https", "www.arag.de", "/TokenService/download", ""),
    )
    assert parse_qs(split.query)["did"] == [passed.reference]
    assert checked(passed.text, ARAG) == passed


@given(st.from_regex(r"[0-9A-Fa-f]{8,64}", fullmatch=True), st.booleans())
def test_every_reference_of_the_pattern_passes(reference: str, port: bool) -> None:
    """A link that is exactly as the profile says passes with its reference, whatever that is."""
    url = LINK.replace(REFERENCE, reference).replace("de/", "de:443/" if port else "de/")
    assert checked(url, ARAG).reference == reference
