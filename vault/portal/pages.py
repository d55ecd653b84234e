"""A page as a tree and as the lines a person would read."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
from lxml import etree, html

from vault.model.shown import shown
from vault.secret import Pin

Element = Any
"""An ``lxml.html.HtmlElement``: lxml brings no types."""

LARGEST = 1024 * 1024
"""Bytes of a page that is looked at: its tree takes about fifty times that."""

LONGEST_TEXT = 600

# What the WHATWG Encoding Standard calls by these names; no codec that is not a character set is ever looked up.
_CHARSETS = re.compile(
    r"utf-?8|utf-?16(?:-?[lb]e)?|iso[-_]?8859-?\d{1,2}|latin-?[19]|l1|windows-?125\d|cp125\d|(?:us-)?ascii"
)
_SILENT = {"script", "style", "noscript", "template", "head", "option", "object", "iframe", "svg", "textarea"}
_INLINE = {"a", "abbr", "b", "bdi", "big", "code", "em", "font", "i", "label", "mark", "nobr", "small", "span"}
_INLINE |= {"strong", "sub", "sup", "tt", "u", "wbr"}
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top)\s*:\s*-\d{3,}", re.IGNORECASE)


class Page(NamedTuple):
    """A page that arrived: where from, its tree, its character set, its source."""

    url: httpx.URL
    root: Element
    charset: str
    source: str


def page(url: httpx.URL, content_type: str, body: bytes) -> Page | None:
    """``body`` as a page, or None where it is empty, too large, or no text at all.

    The character set is the byte-order mark's, else the header's, else the meta element's, else UTF-8 where that
    fits, else windows-1252 (WHATWG HTML, 13.2.3).
    """
    if len(body) > LARGEST or is_binary(body):
        return None
    charset = _charset(content_type, body)
    source = body.decode(charset, "replace").removeprefix("\ufeff").replace("\0", "\ufffd")
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):  # nothing but white space or comments
        return None
    for template in list(root.iter("template")):
        if template.getparent() is not None:
            template.drop_tree()  # no browser shows it, and a form in there is no form
    return Page(url, root, charset, source)


def is_binary(body: bytes) -> bool:
    """Whether these bytes are no text in any character set that pages come in."""
    head = body[:1024]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    return sum(c < 32 and c not in b"\t\n\r\f\x1b" for c in head) * 20 > len(head)


def _charset(content_type: str, body: bytes) -> str:
    for mark, name in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if body.startswith(mark):
            return name
    in_header = re.search(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", content_type, re.IGNORECASE)
    if in_header and (said := known_charset(in_header[1])):
        return said
    in_meta = re.search(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", body[:4096], re.IGNORECASE)
    if in_meta and (said := known_charset(in_meta[1].decode("ascii", "replace"))):
        return "utf-8" if said.startswith("utf-16") else said
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def known_charset(label: str) -> str | None:
    """The codec of a character set that pages come in; Latin-1 and ASCII mean windows-1252, as in every browser."""
    label = label.strip().lower()
    if not _CHARSETS.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return "cp1252" if name in {"iso8859-1", "ascii"} else name


def lines(tree: Element) -> tuple[str, ...]:
    """The readable text of ``tree``, a line for each block, white space folded; nothing that is hidden."""
    found: list[str] = []
    current: list[str] = []
    for piece in _pieces(tree):
        if piece is None:
            found.append(" ".join("".join(current).split()))
            current = []
        else:
            current.append(piece)
    found.append(" ".join("".join(current).split()))
    return tuple(line for line in found if line)


def _pieces(tree: Element) -> Iterator[str | None]:
    """Text in its order, None where a line ends. Without recursion: pages may be nested a hundred thousand deep."""
    hidden: Element | None = None
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        breaks = (None,) if element.tag not in _INLINE else ()
        if event == "start" and hidden is None:
            if _is_silent(element):
                hidden = element
                continue
            yield from breaks
            yield element.text or ""
        elif event == "end" and hidden in {None, element}:
            hidden = None
            yield from breaks
            yield (element.tail or "") if element is not tree else ""


def _is_silent(element: Element) -> bool:
    return element.tag in _SILENT or is_unseen(element)


def is_unseen(element: Element) -> bool:
    """Whether the element's own markup hides it."""
    return element.get("hidden") is not None or bool(_UNSEEN.search(element.get("style", "")))


def text(page: Page, pin: Pin | None = None, known: frozenset[str] = frozenset()) -> str:
    """The readable text of ``page`` in one line, cleaned and bounded, without ``pin`` where it repeats it.

    Lines that are ``known`` already are left out.

    Long unbroken runs of characters are cut: a page must not carry a key in Base64 into an error message.
    """
    plain = " / ".join(line for line in lines(page.root) if line not in known)
    if pin is not None and pin.reveal():
        plain = re.sub(re.escape(" ".join(pin.reveal().split()) or pin.reveal()), "***", plain, flags=re.IGNORECASE)
    if "PRIVATE KEY" in plain:
        return ""
    return shown(re.sub(r"\S{60,}", "…", plain), LONGEST_TEXT)
