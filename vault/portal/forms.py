"""The one form of a page that takes the PIN."""

from __future__ import annotations

import re
from typing import NamedTuple

import httpx

from vault.errors import N_, FormNotAllowed, PageNotUnderstood, Phrase
from vault.model.profile import Profile
from vault.model.shown import shown
from vault.portal.controls import Control, controls
from vault.portal.pages import Element, Page, known_charset, lines, text
from vault.portal.redirects import joined, named, origin
from vault.portal.words import about, other_button, says

NO_FORM = N_("there is no form on it that takes a PIN")
SEVERAL = N_("several forms could take the PIN")
MORE = N_("its form asks for more than a PIN")
CAPTCHA = N_("it has a captcha, which only a person in a browser can solve")
SCRIPT = N_("it works with JavaScript only")

_RANK = {"pin": 3, "password": 2, "code": 1, "": 0}


class Evidence(NamedTuple):
    """Why a form is believed to take the PIN: it has the profile's button, and how clearly a field speaks of a PIN."""

    button: bool
    field: int


class PinForm(NamedTuple):
    """A form that takes the PIN: where it goes, and what goes along. ``None`` stands where the PIN will be."""

    action: httpx.URL
    field: str
    entries: tuple[tuple[str, str | None], ...]
    charset: str
    multipart: bool
    evidence: Evidence


class _Candidate(NamedTuple):
    form: Element
    controls: list[Control]
    pin: Control
    evidence: Evidence


def pin_form(page: Page, profile: Profile) -> PinForm:
    """The form of ``page`` that takes the PIN.

    Raises PageNotUnderstood where there is none, or more than one, or where only a browser could use it, and
    FormNotAllowed where the PIN would go to another origin, or by GET into the address.
    """
    found, why = _candidates(page, profile)
    if not found:
        raise not_understood(page, why)
    best = max(candidate.evidence for candidate in found)
    chosen = [candidate for candidate in found if candidate.evidence == best]
    if len(chosen) > 1:
        raise not_understood(page, SEVERAL)
    return _ready(page, profile, chosen[0])


def asks_again(page: Page, profile: Profile, before: PinForm) -> bool:
    """Whether ``page`` shows the form ``before`` once more: by the name of its field, or by the same evidence."""
    found, _ = _candidates(page, profile)
    return any(c.pin.name == before.field or c.evidence == before.evidence for c in found)


def takes_pin(page: Page, profile: Profile) -> bool:
    """Whether some form of ``page`` could take a PIN."""
    return bool(_candidates(page, profile)[0])


def not_understood(page: Page, why: str) -> PageNotUnderstood:
    """The error for a page before the PIN was sent."""
    return PageNotUnderstood(host=shown(page.url.host), why=why, text=text(page), pin_sent=False)


# which form ---------------------------------------------------------------------------------------------------


def _candidates(page: Page, profile: Profile) -> tuple[list[_Candidate], str]:
    """The forms that could take the PIN, and, where there are none, why not."""
    found: list[_Candidate] = []
    reasons: list[str] = []
    for form, members in _groups(page):
        judged = _judged(form, members, profile)
        if isinstance(judged, _Candidate):
            found.append(judged)
        elif judged:
            reasons.append(judged)
    clear = [c for c in found if c.evidence.button or c.evidence.field >= _RANK["password"]]
    if not clear and not (len(found) == 1 and _RANK.get(about(" ".join(lines(page.root))), 0) > 0):
        found = []
    reasons += [NO_FORM] if not _needs_script(page) else [SCRIPT]
    return clear or found, next(why for why in (CAPTCHA, MORE, SCRIPT, NO_FORM) if why in reasons)


def _judged(form: Element | None, members: list[Control], profile: Profile) -> _Candidate | str:
    """The form as a candidate, or why it is none; an empty reason where it never spoke of a PIN."""
    typed = [c for c in members if c.typed]
    button = any(c.submits and says(c.label, profile.button) for c in members)
    asking = [c for c in typed if c.about in _RANK] or (typed if button and len(typed) == 1 else [])
    if not asking:
        return ""
    pin = _pin_field(asking)
    rank = _RANK.get(pin.about, 0)
    if form is None or not pin.name or (not any(c.submits for c in members) and _scripted(form, members)):
        return SCRIPT if rank >= _RANK["password"] or button else ""
    if _captcha(form, members):
        return CAPTCHA
    if any(_needed(c, pin, rank) for c in typed if c is not pin):
        return MORE
    return _Candidate(form, members, pin, Evidence(button, rank))


def _pin_field(asking: list[Control]) -> Control:
    """The field that speaks of a PIN most clearly; among equals the first that is empty."""
    return max(asking, key=lambda c: (_RANK.get(c.about, 0), not c.element.get("value")))


def _needed(other: Control, pin: Control, rank: int) -> bool:
    """Whether a person would have to fill in this other field too. A search or newsletter field may stay empty."""
    if other.element.get("value") or other.about in {"search", "mail"}:
        return False
    a_box_each = other.name == pin.name or other.element.get("maxlength") == "1"
    optional = other.about == "" and other.element.get("required") is None and not a_box_each
    return not (optional and rank == _RANK["pin"])


def _captcha(form: Element, members: list[Control]) -> bool:
    marks = [form.get(key) for key in ("class", "id")]
    for element in (*form.iter("div", "img", "iframe", "script", "span"), *(c.element for c in members)):
        marks += [element.get(key) for key in ("class", "id", "name", "src")]
    return bool(re.search(r"captcha|cf-turnstile|turnstile/v", " ".join(m for m in marks if m), re.IGNORECASE))


def _scripted(form: Element, members: list[Control]) -> bool:
    links = [a for a in form.iter("a") if a.get("onclick") or _is_script(a.get("href", ""))]
    return bool(links) or any(c.kind == "button" for c in members)


def _needs_script(page: Page) -> bool:
    return next(page.root.iter("form"), None) is None and next(page.root.iter("script"), None) is not None


def _is_script(address: str) -> bool:
    return re.sub(r"[\x00-\x20]", "", address).lower().startswith("javascript:")


def _groups(page: Page) -> list[tuple[Element | None, list[Control]]]:
    """The controls of each form, and last those of none.

    A control belongs to the form that its ``form`` attribute names, else to the one around it, else, where a form lacks
    its end tag, to the last form before it: then the tree ended the form earlier than a browser does.
    """
    forms = list(page.root.iter("form"))
    by_id = {form.get("id"): form for form in reversed(forms) if form.get("id")}
    low = page.source.lower()
    unclosed = low.count("<form") > low.count("</form")
    groups: dict[Element | None, list[Control]] = {form: [] for form in forms}
    groups[None] = []
    place = {
        element: number
        for number, element in enumerate(page.root.iter("form", "input", "button", "select", "textarea"))
    }
    for control in controls(page):
        element = control.element
        named = element.get("form")
        around = by_id.get(named) if named is not None else next(element.iterancestors("form"), None)
        if around is None and named is None and unclosed:
            around = next((form for form in reversed(forms) if place[form] < place[element]), None)
        groups[around].append(control)
    return list(groups.items())


# what it sends ------------------------------------------------------------------------------------------------


def _ready(page: Page, profile: Profile, chosen: _Candidate) -> PinForm:
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
    if _is_script(action):
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
