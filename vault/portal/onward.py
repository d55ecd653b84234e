"""A page that only leads on: a refresh, a frame around the real page, a link under the button's words."""

from __future__ import annotations

import re

from vault.model.fold import folded
from vault.model.profile import Profile
from vault.portal.controls import words_in
from vault.portal.pages import Page
from vault.portal.words import says

_REFRESH = re.compile(r"\s*\d{1,2}(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE)


def onward(page: Page, profile: Profile) -> str | None:
    """Where a page without a PIN form leads by itself, or by its one link in the words of the profile's button."""
    for found in (_refreshes(page), _frames(page), _links(page, profile)):
        targets = {target.strip() for target in found if target.strip() and not target.strip().startswith("#")}
        if len(targets) == 1:
            return targets.pop()
    return None


def _refreshes(page: Page) -> list[str]:
    said = [m.get("content") or "" for m in page.root.iter("meta") if m.get("http-equiv", "").lower() == "refresh"]
    return [match[1] for match in map(_REFRESH.match, said) if match]


def _frames(page: Page) -> list[str]:
    return [frame.get("src") or "" for frame in page.root.iter("frame", "iframe")]


def _links(page: Page, profile: Profile) -> list[str]:
    links = [a for a in page.root.iter("a") if not a.get("onclick")]
    return [a.get("href") or "" for a in links if _offers(words_in(a), profile)]


def _offers(text: str, profile: Profile) -> bool:
    """Whether a link of this wording leads to the certificate, and not to a help about it."""
    low = folded(text)
    certificate = bool(re.search(r"zertifikat|certificate", low) and re.search(r"download|herunterladen", low))
    return (certificate or says(text, profile.button)) and not re.search(r"hilfe|anleitung|help|guide|pdf", low)
