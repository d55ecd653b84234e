"""How far a mail can be trusted: the topmost word of the agency's own server counts, for the author's own domain."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.mail import found_in
from vault.mail.genuine import author, trust
from vault.mail.heads import Claims, Heads
from vault.profiles import load_all

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROFILES = load_all()
ARAG = "Webservice-Zertifikat@arag.de"
SERVER = "mx.agentur.example"
LINK = "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
DMARC = f"{SERVER}; dmarc=pass header.from=arag.de"


def judged(*above: str, sender: str = f"From: ARAG <{ARAG}>", server: str = SERVER, body: str = LINK) -> str:
    """What is said of a mail from the insurer with these fields above its own."""
    lines = [
        *above,
        sender,
        "To: info@agentur.example",
        "Subject: ARAG Webservice: Link zu Ihrem Sicherheitszertifikat",
    ]
    mail = "\n".join([*lines, "Date: Sun, 22 Nov 2026 09:00:00 +0100", "", body])
    return found_in(mail.encode(), PROFILES, ZoneInfo("Europe/Berlin"), AT, mail_server=server).links[0].trust


def results(text: str) -> str:
    """The field."""
    return f"Authentication-Results: {text}"


VERIFIED = {
    "DMARC": DMARC,
    "DMARC with a comment": f"{SERVER}; dmarc=pass (p=reject; dis=none) header.from=arag.de",
    "DKIM of the domain": f"{SERVER}; dkim=pass header.d=arag.de header.s=k1",
    "DKIM by its identity": f"{SERVER}; dkim=pass header.i=@arag.de",
    "SPF of the domain": f"{SERVER}; spf=pass smtp.mailfrom=bounce@arag.de",
    "one of several": f"{SERVER}; spf=fail smtp.mailfrom=x@other.example; dkim=pass header.d=arag.de",
    "a version, and capitals": "MX.Agentur.Example 1; DMARC=Pass header.From=ARAG.de",
    "on several lines": f"{SERVER};\n\tdkim=pass header.d=arag.de;\n\tdmarc=pass header.from=arag.de",
    "a quoted reason": f'{SERVER}; dmarc=pass reason="good; dmarc=fail" header.from=arag.de',
}


@pytest.mark.parametrize("text", VERIFIED.values(), ids=VERIFIED)
def test_what_the_own_server_has_verified(text: str) -> None:
    """DMARC, or an aligned DKIM or SPF, in the ways in which servers write it."""
    assert judged(results(text)) == "verified"


FAILED = {
    "DMARC": f"{SERVER}; dmarc=fail header.from=arag.de",
    "DMARC beside another domain's DKIM": f"{SERVER}; dkim=pass header.d=evil.example; dmarc=fail header.from=arag.de",
    "SPF alone": f"{SERVER}; spf=fail smtp.mailfrom=arag.de",
    "DKIM alone": f"{SERVER}; dkim=fail header.d=arag.de",
}


@pytest.mark.parametrize("text", FAILED.values(), ids=FAILED)
def test_what_the_own_server_found_forged(text: str) -> None:
    """Said as such, and a person must vouch for it."""
    assert judged(results(text)) == "failed"


NOTHING = {
    "another server": results("mx.other.example; dmarc=pass header.from=arag.de"),
    "a name that begins so": results(f"{SERVER}.evil.example; dmarc=pass header.from=arag.de"),
    "a name in a comment": results(f"evil.example ({SERVER}); dmarc=pass header.from=arag.de"),
    "no name": results("dmarc=pass header.from=arag.de"),
    "another version": results(f"{SERVER} 2; dmarc=pass header.from=arag.de"),
    "another domain's DMARC": results(f"{SERVER}; dmarc=pass header.from=evil.example"),
    "DMARC of nobody": results(f"{SERVER}; dmarc=pass"),
    "another domain's DKIM": results(f"{SERVER}; dkim=pass header.d=evil.example"),
    "a domain that ends so": results(f"{SERVER}; dkim=pass header.d=g.de"),
    "a top-level domain": results(f"{SERVER}; dkim=pass header.d=de"),
    "another domain's SPF": results(f"{SERVER}; spf=pass smtp.mailfrom=x@evil.example"),
    "nothing found out": results(f"{SERVER}; none"),
    "not tried": results(f"{SERVER}; spf=none; dkim=none; dmarc=none"),
    "not reached": results(f"{SERVER}; dkim=temperror header.d=arag.de"),
    "inside a comment": results(f"{SERVER}; (dmarc=pass header.from=arag.de)"),
    "inside a quotation": results(f'{SERVER}; x=y reason="; dmarc=pass header.from=arag.de"'),
    "another field": f"X-Authentication-Results: {DMARC}",
    "the results of a list": f"ARC-Authentication-Results: i=1; {DMARC}",
}


@pytest.mark.parametrize("field", NOTHING.values(), ids=NOTHING)
def test_what_says_nothing(field: str) -> None:
    """A word of somebody else, or of another domain, is none."""
    assert judged(field) == "unverified"


def test_only_the_topmost_counts() -> None:
    """Whoever sends a mail can write such a field into it; that of the server stands above."""
    forged = results(DMARC)
    assert judged(results(f"{SERVER}; dmarc=none"), forged) == "unverified"
    assert judged(results("mx.other.example; spf=pass smtp.mailfrom=a@b.example"), forged) == "unverified"
    assert judged(results(f"{SERVER}; dmarc=fail header.from=arag.de"), forged) == "failed"


def test_without_a_trusted_server_nothing_is_verified() -> None:
    """Nor is anything failed."""
    assert judged(results(DMARC), server="") == "unverified"
    assert judged(results(f"{SERVER}; dmarc=fail header.from=arag.de"), server="") == "unverified"


SENDERS = {
    "somebody else": "From: Broker <info@makler.example>",
    "an address as a name": f'From: "{ARAG}" <me@evil.example>',
    "an address in an encoded name": "From: =?utf-8?q?Webservice-Zertifikat=40arag=2Ede=2C?= <me@evil.example>",
    "an address in a comment": f"From: me@evil.example ({ARAG})",
    "two authors": f"From: {ARAG}\nFrom: me@evil.example",
    "two authors in one line": f"From: me@evil.example, {ARAG}",
    "a domain that begins so": f"From: {ARAG}.evil.example",
    "nobody": "From:",
}


@pytest.mark.parametrize("sender", SENDERS.values(), ids=SENDERS)
def test_another_sender_is_told(sender: str) -> None:
    """Whatever stands around the address: only the provider's own, alone, is the provider's."""
    assert judged(results(DMARC), sender=sender) == "other-sender"


HEAD = "Von: {}\nGesendet: Sonntag, 22. November 2026 09:00\nAn: Müller\nBetreff: ARAG Webservice\n\n"


def test_a_forward_cannot_be_verified() -> None:
    """In the text or attached: what the server says is about who forwarded it."""
    outer = "From: Broker <info@makler.example>"
    passed = results(f"{SERVER}; dmarc=pass header.from=makler.example")
    assert judged(passed, sender=outer, body=HEAD.format(ARAG) + LINK) == "forwarded"
    assert judged(passed, sender=outer, body=HEAD.format("Me <me@evil.example>") + LINK) == "other-sender"
    attached = f"{results(DMARC)}\nFrom: {ARAG}\nSubject: ARAG\nDate: Sun, 22 Nov 2026 09:00:00 +0100\n\n{LINK}"
    kind = 'Content-Type: multipart/mixed; boundary="b"'
    body = f"--b\nContent-Type: message/rfc822\n\n{attached}\n--b--\n"
    assert judged(passed, kind, sender=outer, body=body) == "forwarded"


def test_a_link_without_a_mail_is_by_hand() -> None:
    """A bare URL has no sender; a pasted mail is a forward."""

    def of(text: str) -> str:
        return found_in(text.encode(), PROFILES, ZoneInfo("Europe/Berlin"), AT, mail_server=SERVER).links[0].trust

    assert of(LINK) == "by-hand"
    assert of(HEAD.format(ARAG) + LINK) == "forwarded"


def test_a_provider_without_senders_cannot_be_verified() -> None:
    """Nobody knows who would be right."""
    nobody = PROFILES["arag"]._replace(senders=())
    head = Heads(None, (), (), (), None, "", Claims("x@arag.de", DMARC))
    assert trust([head], nobody, SERVER) == "unverified"


@given(st.text(alphabet=st.sampled_from(list(f'{SERVER}arag.de;=()\\" dmarcpassheader.from')), max_size=200))
def test_no_field_breaks_the_reader(text: str) -> None:
    """Whatever stands there, one of the words is the answer."""
    head = Heads(None, (), (), (), None, "", Claims(ARAG.lower(), text))
    assert trust([head], PROFILES["arag"], SERVER) in {"verified", "unverified", "failed"}


@given(st.lists(st.text(max_size=80), max_size=3))
def test_an_author_is_one_address_or_none(fields: list[str]) -> None:
    """However a From line is written."""
    assert author(fields).count("@") in {0, 1}
