"""HTML as a person reads it, line by line, with the target of each link in its place."""

from __future__ import annotations

from typing import NamedTuple

_BREAKS = frozenset(
    """address article aside blockquote body center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 header hr li
    main nav ol p pre section table tbody thead tr ul""".split()  # noqa: SIM905 - thirty quoted words read worse
)
_CELLS = frozenset({"td", "th"})
_SILENT = frozenset({"script", "style", "title", "template"})


class Anchor(NamedTuple):
    """The target of the link whose label is ``text[start:end]``."""

    start: int
    end: int
    target: str


class Page(NamedTuple):
    """A text, and the links in it that are more than text."""

    text: str
    anchors: tuple[Anchor, ...] = ()


def page(html: str) -> Page:
    """``html`` as lines of text; cells of a table's row are parted by tabs.

    Read as a stream of tags, so that nesting costs neither memory nor stack. Never fails on any text: libxml2 mends.
    """
    from lxml import etree

    reader = _Reader()
    parser = etree.HTMLParser(target=reader, huge_tree=True, recover=True, encoding="utf-8")
    try:
        parser.feed(html.replace("\0", "\ufffd").encode("utf-8", "replace"))
        parser.close()
    except etree.LxmlError:
        pass
    return reader.page()


class _Reader:
    """Takes the parser's events."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.length = 0
        self.anchors: list[Anchor] = []
        self.open: tuple[int, str] | None = None
        self.silent = 0

    def page(self) -> Page:
        self._close_anchor()
        return Page("".join(self.out), tuple(self.anchors))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif self.silent:
            return
        elif tag == "br":
            self._write("\n")
        elif tag in _BREAKS:
            self._break()
        elif tag in _CELLS:
            self._write("\t")
        elif tag in {"a", "area"} and (target := attributes.get("href", "").strip()):
            self._close_anchor()
            self.open = (self.length, target)
            if tag == "area":
                self._close_anchor()

    def end(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag == "a":
            self._close_anchor()
        elif tag in _BREAKS:
            self._break()

    def data(self, data: str) -> None:
        if not self.silent:
            self._write(
                " ".join(data.replace("\u00a0", " ").split("\n")) if "\n" in data else data.replace("\u00a0", " ")
            )

    def comment(self, text: str) -> None:
        """Nothing: a comment is not shown."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Nothing: neither is a processing instruction."""

    def close(self) -> None:
        """Nothing: :meth:`page` has it all."""

    def _write(self, text: str) -> None:
        self.out.append(text)
        self.length += len(text)

    def _break(self) -> None:
        if self.out and not self.out[-1].endswith("\n"):
            self._write("\n")

    def _close_anchor(self) -> None:
        if self.open is not None:
            self.anchors.append(Anchor(self.open[0], self.length, self.open[1]))
            self.open = None
