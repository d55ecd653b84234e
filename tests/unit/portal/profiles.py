"""A profile for the portal's tests, as the insurer's is shaped."""

from __future__ import annotations

import httpx

from vault.model.profile import LinkShape, Profile
from vault.portal.pages import Page, page

PROFILE = Profile(
    name="arag",
    title="ARAG",
    aliases=(),
    senders=(),
    subjects=(),
    links=(LinkShape("www.arag.de", 443, "/TokenService/download", "did", "[0-9a-f]{16}"),),
    hosts=(("www.arag.de", 443),),
    days=21,
    always_new_pin=True,
    button=("Zertifikatsdownload",),
    refused=("PIN ist falsch", "ungültige PIN"),
    gone=("nicht mehr verfügbar", "wurde gelöscht", "bereits gelöscht", "ist abgelaufen", "existiert nicht"),
)

URL = httpx.URL("https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90")


def as_page(source: str | bytes, content_type: str = "text/html; charset=utf-8") -> Page:
    """``source`` as it would arrive from the insurer's address."""
    found = page(URL, content_type, source if isinstance(source, bytes) else source.encode())
    assert found is not None
    return found
