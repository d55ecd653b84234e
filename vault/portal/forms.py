"""The one form of a page that takes the PIN, and what it sends."""

from __future__ import annotations

from typing import NamedTuple

import httpx

from vault.errors import N_, FormNotAllowed, PageNotUnderstood, Phrase
from vault.model.profile import Profile
from vault.model.shown import shown
from vault.portal.candidates import SCRIPT, Candidate, Evidence, candidates, is_script
from vault.portal.controls import Control
from vault.portal.pages import Element, Page, known_charset, text
from vault.portal.redirects import joined, named, origin
from vault.portal.words import other_button, says

SEVERAL = N_("several forms could take the PIN")


class PinForm(NamedTuple):
    """A form that takes the PIN: where it goes, and what goes along. ``None`` stands where the PIN will be."""

    action: httpx.URL
    field: str
    entries: tuple[tuple[str, str | None], ...]
    charset: str
    multipart: bool
    evidence: Evidence


def pin_form(page: Page, profile: Profile) -> PinForm:
    """The form of ``page`` that takes the PIN.

    Raises PageNotUnderstood where there is none, or more than one, or where only a browser could use it, and
    FormNotAllowed where the PIN would go to another origin, or by GET into the address.
    """
    found, why = candidates(page, profile)
    if not found:
        raise not_understood(page, why)
    best = max(candidate.evidence for candidate in found)
    chosen = [candidate for candidate in found if candidate.evidence == best]
    if len(chosen) > 1:
        raise not_understood(page, SEVERAL)
    return _ready(page, profile, chosen[0])


def asks_again(page: Page, profile: Profile, before: PinForm) -> bool:
    """Whether ``page`` shows the form ``before`` once more: by the name of its field, or by the same evidence."""
    found, _ = candidates(page, profile)
    return any(c.pin.name == before.field or c.evidence == before.evidence for c in found)


def takes_pin(page: Page, profile: Profile) -> bool:
    """Whether some form of ``page`` could take a PIN."""
    return bool(candidates(page, profile)[0])


def not_understood(page: Page, why: str) -> PageNotUnderstood:
    """The error for a page before the PIN was sent."""
    return PageNotUnderstood(host=shown(page.url.host), why=why, text=text(page), pin_sent=False)


def _ready(page: Page, profile: Profile, chosen: Candidate) -> PinForm:
    button = _button(chosen.controls, profile)
    entries: list[tuple[str, str | None]] = []
    charset = _charset(chosen.form, page)
    for control in chosen.controls:
        if control is chosen.pin:
            entries.append((control.name, None))
        elif control is button:
            entries += control.pressed()
        elif control.name == "_charset_" and control.kind == "hidden":
            entries.append((control.name, charset))
        else:
            entries += control.sent()
    return PinForm(
        action=_action(page, chosen.form, button),
        field=chosen.pin.name,
        entries=tuple(entries),
        charset=charset,
        multipart=_multipart(page, chosen.form, button),
        evidence=chosen.evidence,
    )


def _button(members: list[Control], profile: Profile) -> Control | None:
    """The button to press: the profile's, else the first that does not say that it does something else."""
    buttons = [c for c in members if c.submits]
    wanted = [c for c in buttons if says(c.label, profile.button)]
    fitting = [c for c in buttons if not other_button(c.label)]
    usable = wanted or fitting or buttons
    return next((c for c in usable if not c.disabled), usable[0] if usable else None)


def _said(form: Element, button: Control | None, name: str) -> str:
    """An attribute of the form, unless the button says otherwise (``formaction``, ``formmethod``, ``formenctype``)."""
    told = button.element.get(f"form{name}") if button is not None else None
    return str(told if told is not None else form.get(name) or "").strip()


def _action(page: Page, form: Element, button: Control | None) -> httpx.URL:
    host = shown(page.url.host)
    action = _said(form, button, "action")
    if is_script(action):
        raise not_understood(page, SCRIPT)
    if _said(form, button, "method").lower() != "post":
        raise FormNotAllowed(host=host, why=N_("into the address, by GET"))
    url = joined(base(page), action) if action else page.url.copy_with(fragment=None)
    if url is None:
        raise FormNotAllowed(host=host, why=N_("to an address that cannot be read"))
    if origin(url) != origin(page.url) or url.userinfo:
        raise FormNotAllowed(host=host, why=Phrase(N_("to {target}"), target=named(url)))
    return url


def base(page: Page) -> httpx.URL:
    """What addresses on the page are relative to: its ``<base href>``, else its own address."""
    for element in page.root.iter("base"):
        if href := (element.get("href") or "").strip():
            return joined(page.url, href) or page.url
    return page.url


def _multipart(page: Page, form: Element, button: Control | None) -> bool:
    kind = _said(form, button, "enctype").lower()
    if kind == "text/plain":
        raise not_understood(page, N_("its form sends text/plain"))
    return kind == "multipart/form-data"


def _charset(form: Element, page: Page) -> str:
    labels = (form.get("accept-charset") or "").replace(",", " ").split()
    known = next((name for label in labels if (name := known_charset(label))), page.charset)
    return "utf-8" if known.startswith("utf-16") else known
