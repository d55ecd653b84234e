"""Windows' access lists as text: who else may read or write. The strings are as Windows writes and documents them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.model.sddl import mending, owner, protected, strangers

ANNA, BERND = "S-1-5-21-3623811015-3361044348-30300820-1013", "S-1-5-21-3623811015-3361044348-30300820-1014"
LOCAL_DATA = f"O:{ANNA}G:{ANNA}D:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;FA;;;{ANNA})"
"""What a folder below ``%LOCALAPPDATA%`` inherits."""

CLOSED = {
    "below a user's local data": LOCAL_DATA,
    "as init makes it": f"O:{ANNA}{protected(ANNA)}",
    "made by an administrator": "O:BAG:DUD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICIIO;GA;;;CO)",
    "the owner's rights": f"O:{ANNA}D:P(A;;FA;;;OW)(A;;FA;;;SY)",
    "others are denied": f"O:{ANNA}D:P(D;OICI;FA;;;BG)(D;;FA;;;AN)(A;OICI;FA;;;{ANNA})",
    "others may pass and look at the list": f"O:{ANNA}D:P(A;;FA;;;{ANNA})(A;;0x1200a0;;;BU)(A;;FX;;;WD)(A;;RC;;;AU)",
    "nobody may anything": f"O:{ANNA}D:P",
    "with an audit of everybody": f"O:{ANNA}D:P(A;;FA;;;{ANNA})S:AI(AU;SAFA;FA;;;WD)",
}
OPEN = {
    "the root of a disk": (
        f"O:{ANNA}D:AI(A;OICIID;FA;;;BA)(A;OICIID;FA;;;SY)(A;OICIID;0x1200a9;;;BU)(A;ID;0x1301bf;;;AU)(A;OICIIOID;SDGXGWGR;;;AU)",
        ("S-1-5-32-545", "S-1-5-11"),
    ),
    "Creating a DACL": (  # the example of that page in Microsoft's "Access Control"
        f"O:{ANNA}D:(D;OICI;GA;;;BG)(D;OICI;GA;;;AN)(A;OICI;GRGWGX;;;AU)(A;OICI;GA;;;BA)",
        ("S-1-5-11",),
    ),
    "a colleague": (LOCAL_DATA + f"(A;;FR;;;{BERND})", (BERND,)),
    "the guests of this machine": (LOCAL_DATA + "(A;;FR;;;LG)", ("LG",)),
    "who makes files there later": (LOCAL_DATA + "(A;OICIIO;GR;;;BU)", ("S-1-5-32-545",)),
    "only to delete": (LOCAL_DATA + "(A;;SD;;;BU)", ("S-1-5-32-545",)),
    "only to change the list": (LOCAL_DATA + "(A;;WD;;;BU)", ("S-1-5-32-545",)),
    "on a condition": (
        LOCAL_DATA + '(XA;;FR;;;WD;(@User.Title=="PM)" && (@User.Division=="Finance" || @User.Division =="Sales")))',
        ("S-1-1-0",),
    ),
    "an entry for one kind of object": (
        LOCAL_DATA + "(OA;CIIO;RPWP;4c164200-20c0-11d0-a768-00aa006e0529;;S-1-5-10)",
        ("S-1-5-10",),
    ),
    "no list": (f"O:{ANNA}G:{ANNA}", ("S-1-1-0",)),
    "no access control": (f"O:{ANNA}D:NO_ACCESS_CONTROL", ("S-1-1-0",)),
    "a disk that keeps none": ("", ("S-1-1-0",)),
    "cut short": (LOCAL_DATA[:-3], ("S-1-1-0",)),
    "an unknown kind of entry": (LOCAL_DATA + "(QQ;;FR;;;SY)", ("S-1-1-0",)),
    "an unknown right": (LOCAL_DATA + "(A;;QQ;;;BU)", ("S-1-5-32-545",)),
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_list_for_the_owner_and_the_system_alone_is_no_strangers(name: str) -> None:
    """Also where it denies others, or lets them pass without reading."""
    assert strangers(CLOSED[name]) == ()


@pytest.mark.parametrize("name", OPEN)
def test_whoever_else_may_read_or_write_is_named(name: str) -> None:
    """Once, in the order of the list; what is not understood lets everybody in."""
    found, who = OPEN[name]
    assert strangers(found) == who


def test_a_file_that_somebody_else_owns_is_open_to_him() -> None:
    """Whatever its list says: he may change the list."""
    assert strangers(f"O:{BERND}D:P(A;;FA;;;{ANNA})", ANNA) == (BERND,)
    assert strangers(f"O:BAD:P(A;;FA;;;{ANNA})", ANNA) == ()
    assert (owner(LOCAL_DATA), owner("D:P"), owner(f"O:BAG:{ANNA}D:P")) == (ANNA, "", "BA")


trusted = st.sampled_from([ANNA, "SY", "BA", "CO", "OW", "S-1-5-18", "S-1-5-32-544"])
others = st.sampled_from([BERND, "WD", "BU", "AU", "LG", "S-1-1-0", "S-1-5-21-1-2-3-513"])
rights = st.sampled_from(["FA", "FR", "FW", "GA", "GR", "GRGX", "SD", "0x1", "0x1200a9", "0x1301bf", "WDWO"])
flags = st.sampled_from(["", "OICI", "OICIID", "ID", "OICIIO"])
kinds = st.sampled_from(["A", "D"])


@given(st.lists(st.tuples(kinds, flags, rights, trusted | others)))
def test_exactly_those_are_named_whom_an_entry_lets_in(entries: list[tuple[str, str, str, str]]) -> None:
    """However many entries there are, of whatever kind, and in whatever order."""
    text = f"O:{ANNA}D:PAI" + "".join(f"({kind};{how};{right};;;{who})" for kind, how, right, who in entries)
    expected = {who for kind, _, _, who in entries if kind == "A"} - {ANNA, "SY", "BA", "CO", "OW"}
    named = {"WD": "S-1-1-0", "BU": "S-1-5-32-545", "AU": "S-1-5-11"}
    assert set(strangers(text)) == {named.get(who, who) for who in expected} - {"S-1-5-18", "S-1-5-32-544"}


@given(st.text('()OGDSAI:;"XWBUFR0x1-5 ', max_size=60))
def test_any_text_gives_an_answer(text: str) -> None:
    """Nothing that Windows could say breaks it, and nothing without a list is taken for closed."""
    assert strangers(text) or "D:" in text


def test_the_list_of_a_new_folder_is_passed_on_to_files_and_takes_nothing_from_above() -> None:
    """The user, the system, administrators, each once."""
    assert protected(ANNA) == f"D:PAI(A;OICI;FA;;;{ANNA})(A;OICI;FA;;;S-1-5-18)(A;OICI;FA;;;S-1-5-32-544)"
    assert protected("BA") == "D:PAI(A;OICI;FA;;;S-1-5-32-544)(A;OICI;FA;;;S-1-5-18)"


def test_the_line_that_mends_it_names_everybody_by_number() -> None:
    """Names differ with the language of Windows; a star before a SID says that it is one (icacls)."""
    assert mending("C:\\Mein Tresor", ANNA, ("S-1-1-0", BERND), folder=True) == (
        f'icacls "C:\\Mein Tresor" /inheritance:r /remove:g "*S-1-1-0" /remove:g "*{BERND}"'
        f' /grant:r "*{ANNA}:(OI)(CI)F" "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F"'
    )
    assert mending("k.json", "BA", ("S-1-1-0",), folder=False).endswith('/grant:r "*S-1-5-32-544:F" "*S-1-5-18:F"')
    assert mending("k.json", ANNA, ("LG",), folder=False) == 'icacls "k.json" /reset'
