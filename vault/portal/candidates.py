"""Which forms of a page could take the PIN, and why the others could not."""

from __future__ import annotations

import re
from typing import NamedTuple

from vault.errors import N_
from vault.model.profile import Profile
from vault.portal.controls import KINDS, Control, ancestors, controls
from vault.portal.pages import Element, Page, lines
from vault.portal.words import about, harms, says

NO_FORM = N_("there is no form on it that takes a PIN")
MORE = N_("its form asks for more than a PIN")
CAPTCHA = N_("it has a captcha, which only a person in a browser can solve")
SCRIPT = N_("it works with JavaScript only")

_RANK = {"pin": 3, "password": 2, "code": 1, "": 0}


class Evidence(NamedTuple):
    """Why a form is believed to take the PIN: it has the profile's button, and how clearly a field speaks of a PIN."""

    button: bool
    field: int


class Candidate(NamedTuple):
    """A form that could take the PIN, with all its controls and the one for the PIN."""

    form: Element
    controls: list[Control]
    pin: Control
    evidence: Evidence


def candidates(page: Page, profile: Profile) -> tuple[list[Candidate], str]:
    """The forms that could take the PIN, and, where there are none, why not."""
    found: list[Candidate] = []
    reasons: list[str] = []
    for form, members in _groups(page):
        judged = _judged(form, members, profile)
        if isinstance(judged, Candidate):
            found.append(judged)
        elif judged:
            reasons.append(judged)
    clear = [c for c in found if c.evidence.button or c.evidence.field >= _RANK["password"]]
    if not clear and not (len(found) == 1 and any(_RANK.get(about(line), 0) for line in lines(page.root))):
        found = []
    reasons += [NO_FORM] if not _needs_script(page) else [SCRIPT]
    return clear or found, next(why for why in (CAPTCHA, MORE, SCRIPT, NO_FORM) if why in reasons)


def _judged(form: Element | None, members: list[Control], profile: Profile) -> Candidate | str:
    """The form as a candidate, or why it is none; an empty reason where it never spoke of a PIN."""
    submitting = [c for c in members if c.submits]
    if submitting and all(harms(c.label) for c in submitting):
        return ""
    typed = [c for c in members if c.typed]
    button = any(says(c.label, profile.button) for c in submitting)
    asking = [c for c in typed if c.about in _RANK] or (typed if button and len(typed) == 1 else [])
    if not asking:
        return ""
    pin = _pin_field(asking)
    rank = _RANK.get(pin.about, 0)
    if form is None or not pin.name or (not submitting and _scripted(form, members)):
        return SCRIPT if rank >= _RANK["password"] or button else ""
    if _captcha(form, members):
        return CAPTCHA
    if any(c.unmet or (c.typed and _needed(c, pin, rank)) for c in members if c is not pin):
        return MORE
    return Candidate(form, members, pin, Evidence(button, rank))


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
    links = [a for a in form.iter("a") if a.get("onclick") or is_script(a.get("href", ""))]
    return bool(links) or any(c.kind == "button" for c in members)


def _needs_script(page: Page) -> bool:
    return next(page.root.iter("form"), None) is None and next(page.root.iter("script"), None) is not None


def is_script(address: str) -> bool:
    """Whether an address is a script, white space and control characters in between or not."""
    return re.sub(r"[\x00-\x20]", "", address).lower().startswith("javascript:")


def _groups(page: Page) -> list[tuple[Element | None, list[Control]]]:
    """The controls of each form, and last those of none.

    A control belongs to the form that its ``form`` attribute names, else to the one around it, else, where a form lacks
    its end tag, to the last form before it: then the tree ended the form earlier than a browser does.
    """
    forms = list(page.root.iter("form"))
    by_id = {form.get("id"): form for form in reversed(forms) if form.get("id")}
    groups: dict[Element | None, list[Control]] = {form: [] for form in forms}
    groups[None] = []
    before = _forms_before(page)
    for control in controls(page):
        element = control.element
        if element.get("form") is not None:
            owner = by_id.get(element.get("form"))
        else:
            owner = next((a for a in ancestors(element) if a.tag == "form"), before.get(element))
        groups[owner].append(control)
    return list(groups.items())


def _forms_before(page: Page) -> dict[Element, Element | None]:
    """For each control the last form that begins before it; nothing where every form has its end tag."""
    low = page.source.lower()
    if low.count("<form") <= low.count("</form"):
        return {}
    last: Element | None = None
    found: dict[Element, Element | None] = {}
    for element in page.root.iter("form", *KINDS):
        if element.tag == "form":
            last = element
        else:
            found[element] = last
    return found
