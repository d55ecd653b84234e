"""The RTF in Outlook's files: unpacked, and made the HTML that it hides or could be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stand_in.outlook import packed
from vault.mail.outlook.bounds import Bounds
from vault.mail.outlook.compressed import unpacked
from vault.mail.outlook.richtext import html_in

HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
"""MS-OXRTFCP section 3.1.1: the packed form of a short text."""
CROSSING = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
"""MS-OXRTFCP section 3.1.2: a reference that runs into what it writes itself."""


def html(rtf: str, encoding: str = "ascii") -> str:
    """The HTML of this RTF."""
    return html_in(rtf.encode(encoding), Bounds())


def test_the_examples_of_the_specification() -> None:
    """References into the window as it is at the beginning, and into what is being written."""
    assert unpacked(HELLO, Bounds()) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpacked(CROSSING, Bounds()) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


@given(st.binary(max_size=5_000))
def test_what_was_packed_without_references(data: bytes) -> None:
    """Any bytes come back as they were."""
    assert unpacked(packed(data), Bounds()) == data


def test_rtf_that_was_never_packed() -> None:
    """Its kind says so."""
    plain = b"{\\rtf1 a}"
    head = (len(plain) + 12).to_bytes(4, "little") + len(plain).to_bytes(4, "little") + b"MELA" + bytes(4)
    assert unpacked(head + plain, Bounds()) == plain
    assert unpacked(b"", Bounds()) == unpacked(b"x" * 40, Bounds()) == b""


def test_html_in_disguise() -> None:
    """The tags as they were, the text once; what RTF alone needs is left out, also where it stands in groups."""
    source = r"""{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0
{\fonttbl{\f0\fswiss Arial;}}{\colortbl\red0\green0\blue0;}
{\*\generator Microsoft Exchange Server;}
{\*\htmltag19 <html lang=3D"DE">}{\*\htmltag2 \par }
{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Gr\'fc\'dfe{\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 an \u8222?alle\u8220?
{\*\mhtmltag84 <a href="no">}{\*\htmltag84 <a href="https://x.example/?a=1&amp;b=\{2\}">}
\htmlrtf {\field{\*\fldinst{HYPERLINK "https://other.example/"}}{\fldrslt\cf1\ul \htmlrtf0 hier\htmlrtf }\htmlrtf0
\htmlrtf }\htmlrtf0 {\*\htmltag92 </a>}\htmlrtf\par}\htmlrtf0
{\*\htmltag72 </p>}}"""
    assert html(source) == (
        '<html lang=3D"DE">\r\n<p>Grüße&nbsp;an „alle“<a href="https://x.example/?a=1&amp;b={2}">hier</a></p>'
    )


def test_links_of_plain_rtf_are_kept_apart_from_their_text() -> None:
    """The target without the control words inside it; the text with what HTML would take for tags made harmless."""
    source = (
        r'{\rtf1{\field{\*\fldinst{\cf1 HYPERLINK "https://a.example/\b x\b0 ?y=1&z"}}{\fldrslt{\ul a < b}}}\par'
        r" next\line{\field{\*\fldinst HYPERLINK \\n {\i0 https://c.example/}}}end}"
    )
    assert html(source) == (
        '<a href="https://a.example/x?y=1&amp;z">a &lt; b</a><br>\r\nnext<br>\r\nend<a href="https://c.example/"></a>'
    )


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"{\rtf1\ansicpg1250 \'9e}", "ž"),
        (r"{\rtf1{\fonttbl{\f1\fcharset204 Arial;}{\f2\fcharset0 x;}}\f1 \'e6\f2 \'e6{\f1\'e6}\'e6}", "жæжæ"),
        (r"{\rtf1\ansicpg65001{\fonttbl{\f0\fcharset0 x;}}\f0 \'c3\'bc}", "ü"),
        (r"{\rtf1\ansicpg932 \'82\'a0}", "あ"),
        (r"{\rtf1 \uc2\u252 xxy{\uc0\u223}z\u-10179??\u-8704??}", "üyßz😀"),
        (r"{\rtf1 a\~b\_c\-d\{e\}\\f\tab g\emdash}", "a\u00a0b\u2011c\u00add{e}\\f\tg—"),
        (r"{\rtf1{\pict\bin5 }}}}}x}{\*\unknown no{ no}}{\info{\title no}}yes}", "yes"),
        (r"{\rtf1 a\par}}} b", "a<br>\r\n b"),
        (r"{\rtf1\fromtext a{\*\htmltag <b>}&c", "a<b>&amp;c"),
        ("{\\rtf1 a\\\nb", "a<br>\r\nb"),
        ("\\", ""),
    ],
)
def test_what_rtf_can_say(source: str, shown: str) -> None:
    """Code pages by text and by font, characters beyond them, symbols, and groups that have nothing to read."""
    assert html(source) == shown


@given(
    st.lists(
        st.sampled_from([*"{}\\ab;* \n", r"\u252 ", r"\'e4", r"\fldinst ", r"\fldrslt ", r"\htmltag1 ", "HYPERLINK x"])
    )
)
def test_any_sequence_of_tokens_is_read(pieces: list[str]) -> None:
    """Nothing that is not RTF breaks the reader."""
    html("".join(pieces))
