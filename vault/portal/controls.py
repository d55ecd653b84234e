"""The controls of a form, and what each of them sends (WHATWG HTML, 4.10.21)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from lxml import etree

from vault.portal.pages import Element, Page, is_unseen
from vault.portal.words import About, about

MOST = 2000
"""Controls of a page that is looked at."""

DEEPEST = 600
"""Levels around a control that are looked at: a page may be nested a hundred thousand deep."""

_BUTTONS = {"submit", "image"}
_IDLE = {"button", "reset", "file"}
_NOT_TYPED = _BUTTONS | _IDLE | {"hidden", "checkbox", "radio", "range", "color", "date", "time", "month", "week"}
KINDS = ("input", "button", "select", "textarea")
"""The elements that are controls of a form."""

_UNSEEN_CLASSES = {"d-none", "hidden", "invisible", "visually-hidden"}


def words_in(element: Element) -> str:
    """The text inside ``element``, white space folded; only the beginning of a long one."""
    return " ".join("".join(islice(element.itertext(), 50)).split())[:200]


def ancestors(element: Element) -> Iterator[Element]:
    """What is around ``element``, from the inside out; not further than any real page is nested."""
    return islice(element.iterancestors(), DEEPEST)


class Control(NamedTuple):
    """One control: its element, what its own words say it is about, and what the text in front of it says."""

    element: Element
    own: str
    before: str

    @property
    def name(self) -> str:
        """What its value is sent as; empty where it is never sent."""
        return str(self.element.get("name") or "")

    @property
    def kind(self) -> str:
        """The type of an input, else the element's name; a button that says nothing else submits."""
        tag = str(self.element.tag)
        if tag == "input":
            return str(self.element.get("type") or "text").strip().lower()
        if tag == "button":
            said = str(self.element.get("type") or "submit").strip().lower()
            return said if said in _IDLE else "submit"
        return tag

    @property
    def submits(self) -> bool:
        """Whether it is a button that sends the form."""
        return self.element.tag in {"input", "button"} and self.kind in _BUTTONS

    @property
    def disabled(self) -> bool:
        """Whether it is switched off, itself or by a fieldset around it."""
        if self.element.get("disabled") is not None:
            return True
        inside = self.element
        for around in ancestors(self.element):
            if around.tag == "fieldset" and around.get("disabled") is not None:
                return not (inside.tag == "legend" and inside is around.find("legend"))
            inside = around
        return False

    @property
    def typed(self) -> bool:
        """Whether a person can type a short text into it and sees it."""
        return (
            self.element.tag == "input"
            and self.kind not in _NOT_TYPED
            and not self._readonly
            and not self.disabled
            and not self._unseen
        )

    @property
    def about(self) -> About:
        """What it asks for: by its own words, else by its type, else by the text in front of it."""
        if said := about(self.own):
            return said
        if self.element.get("autocomplete") == "one-time-code":
            return "pin"
        by_type: dict[str, About] = {"password": "password", "search": "search", "email": "mail"}
        return by_type.get(self.kind) or about(self.before)

    @property
    def unmet(self) -> bool:
        """Whether a browser would not send the form before a person has ticked or chosen something here."""
        required = self.element.get("required") is not None and not self.disabled and self.kind != "hidden"
        return required and not self.typed and not any(value for _, value in self.sent())

    @property
    def label(self) -> str:
        """The words on a button."""
        element = self.element
        inside = words_in(element) if element.tag == "button" else element.get("value") or ""
        said = (inside, *(element.get(key) or "" for key in ("alt", "title", "aria-label", "name", "id")))
        return " ".join(" ".join(said).split())

    @property
    def _readonly(self) -> bool:
        # A known trick against browsers that fill in by themselves: readonly until a person steps into the field.
        return self.element.get("readonly") is not None and "readonly" not in self.element.get("onfocus", "").lower()

    @property
    def _unseen(self) -> bool:
        classes = self.element.get("class", "").lower().split()
        hidden = is_unseen(self.element) or not _UNSEEN_CLASSES.isdisjoint(classes)
        return hidden or any(is_unseen(around) for around in ancestors(self.element))

    def sent(self) -> list[tuple[str, str]]:
        """Name and value that are sent without a person's doing: buttons and switched-off controls send nothing."""
        if not self.name or self.disabled or self.kind in _BUTTONS | _IDLE or self._in_datalist:
            return []
        if self.kind in {"checkbox", "radio"}:
            return [(self.name, self.element.get("value", "on"))] if self.element.get("checked") is not None else []
        if self.kind == "select":
            return [(self.name, value) for value in _chosen(self.element)]
        if self.kind == "textarea":
            return [(self.name, (self.element.text or "").removeprefix("\n"))]
        return [(self.name, self.element.get("value") or "")]

    def pressed(self) -> list[tuple[str, str]]:
        """What this button sends when it is the one that was pressed; an image sends where it was hit."""
        if self.kind == "image":
            dot = f"{self.name}." if self.name else ""
            return [(f"{dot}x", "1"), (f"{dot}y", "1")]
        if not self.name:
            return []
        return [(self.name, self.element.get("value") or "")]

    @property
    def _in_datalist(self) -> bool:
        return any(around.tag == "datalist" for around in ancestors(self.element))


def _chosen(select: Element) -> list[str]:
    options = [o for o in select.iter("option") if o.get("disabled") is None]
    chosen = [o for o in options if o.get("selected") is not None]
    if select.get("multiple") is None:
        chosen = chosen[-1:] or options[:1]
    return [o.get("value", words_in(o)) for o in chosen]


def controls(page: Page) -> list[Control]:
    """Every control of the page in its order, at most :data:`MOST`, each with the words that belong to it."""
    labels = _labels(page)
    found = []
    before = ""
    for element, text in _walk(page.root):
        if element is None:
            before = f"{before} {text}"[-300:]
            continue
        if element.tag == "form":
            before = element.text or ""
            continue
        found.append(Control(element, _own(element, labels), _last_line(before)))
        before = ""
        if len(found) > MOST:
            break
    return found


def _walk(root: Element) -> Iterator[tuple[Element | None, str]]:
    """Elements that are controls or forms, and the text between them, in the order of the page."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            yield None, element.tail or ""
        elif element.tag in KINDS or element.tag == "form":
            yield element, ""
        elif element.tag not in {"script", "style", "option"}:
            yield None, element.text or ""


def _last_line(text: str) -> str:
    return " ".join(text.split())[-120:]


def _labels(page: Page) -> dict[str, str]:
    labels = islice((label for label in page.root.iter("label") if label.get("for")), MOST)
    return {str(label.get("for")): words_in(label) for label in labels}


def _own(element: Element, labels: dict[str, str]) -> str:
    said = [element.get(key) or "" for key in ("placeholder", "aria-label", "title", "data-label")]
    around = next((a for a in ancestors(element) if a.tag == "label"), None)
    if around is not None:
        said.append(words_in(around))
    said.append(labels.get(element.get("id") or "", ""))
    said += [element.get("name") or "", element.get("id") or ""]
    return " ".join(said)
