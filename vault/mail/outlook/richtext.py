"""The HTML that a mail's RTF is, or can be.

Outlook hides HTML in RTF: the tags stand in groups ``{\\*\\htmltag ...}``, and what RTF needs beside them between
``\\htmlrtf`` and ``\\htmlrtf0`` (MS-OXRTFEX). RTF without becomes HTML of its text and its ``HYPERLINK`` fields,
so that a link's target is kept apart from its text.
"""

from __future__ import annotations

import re
from html import escape
from typing import Literal, NamedTuple

from vault.mail.outlook.bounds import Bounds, too_deep
from vault.mail.outlook.properties import codec
from vault.mail.outlook.tokens import Token, tokens

DEEPEST = 1_000
"""Groups inside groups."""

_HIDDEN = frozenset(
    b"colortbl stylesheet info pict object header footer headerl headerr headerf footerl footerr footerf listtable"
    b" listoverridetable mhtmltag generator themedata xmlnstbl filetbl revtbl".split()
)
_SAYS = {
    **dict.fromkeys((b"par", b"line", b"sect", b"page", b"row"), "\r\n"),
    **dict.fromkeys((b"emspace", b"enspace"), " "),
    **dict.fromkeys((b"tab", b"cell"), "\t"),
}
_SAYS |= {b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emdash": "—", b"endash": "–"}
_SYMBOLS = {b"~": "\u00a0", b"_": "\u2011", b"-": "\u00ad", b"{": "{", b"}": "}", b"\\": "\\", b"\n": "\r\n"}
_CODE_PAGES = {128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256}
_CODE_PAGES |= {0: 1252, 186: 1257, 204: 1251, 222: 874, 238: 1250}
"""Code pages of a font's ``\\fcharset``."""
_HYPERLINK = re.compile(r'HYPERLINK\s{1,20}(?:\\[a-z]\s{1,20}){0,9}(?:"([^"]{1,8000})"|(\S{1,8000}))', re.IGNORECASE)


class _Group(NamedTuple):
    """What counts inside a pair of braces: which text it is, whether HTML has no use for it, the number of its font,
    how many characters repeat a Unicode one, and whether a link ends with it."""

    kind: Literal["text", "tag", "hidden", "fonts", "field"] = "text"
    beside: bool = False
    font: int = -1
    repeats: int = 1
    link: bool = False


def html_in(rtf: bytes, bounds: Bounds) -> str:
    """The HTML of ``rtf``. Raises SourceNotReadable for more tokens or deeper groups than a mail has."""
    reader = _Reader()
    for token in tokens(rtf, bounds):
        reader.take(token)
    return reader.html()


class _Reader:
    """Takes one token after the other."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._around: list[_Group] = []
        self._here = _Group()
        self._is_html = self._starred = False
        self._skip = 0
        self._page = "cp1252"
        self._pages: dict[int, str] = {}
        self._data = bytearray()
        self._field: list[str] = []
        self._target = ""

    def html(self) -> str:
        """All of it."""
        self._decode()
        self._link("")
        # a character beyond the first 65,536 stands in RTF as two halves
        return "".join(self._out).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def take(self, token: Token) -> None:
        """The next token."""
        if token.data:
            rest = token.data[self._skip :]
            self._skip = max(0, self._skip - len(token.data))
            self._data += rest
            return
        self._decode()
        starred, self._starred = self._starred, token.symbol == b"*"
        if token.brace:
            self._brace(token.brace)
        elif token.word:
            self._word(token, starred)
        elif self._skip and token.symbol != b"*":
            self._skip -= 1
        else:
            self._say(_SYMBOLS.get(token.symbol, ""))

    def _brace(self, brace: bytes) -> None:
        self._skip = 0
        if brace == b"{":
            if len(self._around) >= DEEPEST:
                raise too_deep()
            self._around.append(self._here)
            self._here = self._here._replace(link=False)
        elif self._around:
            closed, self._here = self._here, self._around.pop()
            if closed.link:
                self._out.append("</a>")
            if closed.kind == "field" != self._here.kind:
                self._link("".join(self._field))

    def _word(self, token: Token, starred: bool) -> None:
        word, number = token.word, token.number
        if word == b"u":
            self._say(chr((number or 0) & 0xFFFF))
            self._skip = self._here.repeats
            return
        self._skip = 0
        if word in _SAYS:
            self._say(_SAYS[word])
        elif word == b"fromhtml":
            self._is_html = True
        elif word in {b"f", b"fcharset", b"ansicpg", b"uc", b"htmlrtf"}:
            self._property(word, number)
        else:
            self._destination(word, starred)

    def _property(self, word: bytes, number: int | None) -> None:
        value = 1 if number is None else number
        if word == b"f":
            self._here = self._here._replace(font=value)
        elif word == b"fcharset" and self._here.kind == "fonts" and value in _CODE_PAGES:
            if value or self._page != "utf-8":  # a text in UTF-8 has fonts that say that they are Western
                self._pages[self._here.font] = codec(_CODE_PAGES[value]) or self._page
        elif word == b"ansicpg":
            self._page = codec(value) or self._page
        elif word == b"uc":
            self._here = self._here._replace(repeats=max(0, value))
        elif word == b"htmlrtf":
            self._here = self._here._replace(beside=value != 0)

    def _destination(self, word: bytes, starred: bool) -> None:
        """A word that says what its group is for. A starred one that is not known has nothing to read."""
        if self._here.kind == "hidden":
            return
        if word == b"htmltag":
            self._here = self._here._replace(kind="tag", beside=False)
        elif word == b"fonttbl":
            self._here = self._here._replace(kind="fonts")
        elif word == b"fldinst":
            self._field = []
            self._here = self._here._replace(kind="hidden" if self._is_html else "field")
        elif word == b"fldrslt" and self._target:
            self._out.append(f'<a href="{escape(self._target)}">')
            self._target, self._here = "", self._here._replace(link=True)
        elif starred or word in _HIDDEN:
            self._here = self._here._replace(kind="hidden")

    def _link(self, instruction: str) -> None:
        """The target of a field whose text is still to come. One that came without a text is a link all the same."""
        if self._target:
            self._out.append(f'<a href="{escape(self._target)}"></a>')
        found = _HYPERLINK.search(instruction)
        self._target = (found[1] or found[2]).strip() if found else ""

    def _decode(self) -> None:
        if self._data:
            data, self._data = bytes(self._data), bytearray()
            self._say(data.decode(self._pages.get(self._here.font, self._page), "replace"))

    def _say(self, text: str) -> None:
        if self._here.kind == "field":
            self._field.append(text)
        elif self._here.kind == "tag" or (self._here.kind == "text" and self._is_html and not self._here.beside):
            self._out.append(text)
        elif self._here.kind == "text" and not self._is_html:
            self._out.append(escape(text).replace("\r\n", "<br>\r\n"))
