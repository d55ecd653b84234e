"""Windows' access lists as text (SDDL): who else may read or write a file or folder than its owner and the system.

Sources: Microsoft, "Security Descriptor String Format", "ACE Strings", "SID Strings"; ``icacls``. Nothing here asks
Windows; what is not understood counts as open.
"""

from __future__ import annotations

import re

EVERYBODY = "WD"
"""Everyone: who may, too, where there is no list at all."""
_TRUSTED = {"SY": "S-1-5-18", "BA": "S-1-5-32-544", "CO": "S-1-3-0", "OW": "S-1-3-4"}
"""The system, administrators, and whoever owns what (creator owner, owner rights): as letters, and as a SID."""
_KNOWN = {
    **_TRUSTED,
    "WD": "S-1-1-0",
    "NU": "S-1-5-2",
    "IU": "S-1-5-4",
    "AN": "S-1-5-7",
    "AU": "S-1-5-11",
    "LS": "S-1-5-19",
    "NS": "S-1-5-20",
    "BU": "S-1-5-32-545",
    "BG": "S-1-5-32-546",
    "PU": "S-1-5-32-547",
    "BO": "S-1-5-32-551",
    "AC": "S-1-15-2-1",
}
"""Letters for SIDs that are the same on every machine."""
_RIGHTS = {
    "GA": 0x10000000,
    "GR": 0x80000000,
    "GW": 0x40000000,
    "GX": 0x20000000,
    "RC": 0x20000,
    "SD": 0x10000,
    "WD": 0x40000,
    "WO": 0x80000,
    "CC": 0x1,
    "DC": 0x2,
    "LC": 0x4,
    "SW": 0x8,
    "RP": 0x10,
    "WP": 0x20,
    "DT": 0x40,
    "LO": 0x80,
    "CR": 0x100,
    "FA": 0x1F01FF,
    "FR": 0x120089,
    "FW": 0x120116,
    "FX": 0x1200A0,
}
_HARMLESS = 0x20000000 | 0x100000 | 0x20000 | 0x20 | 0x8 | 0x80
"""To pass through or execute, to wait, and to read what a list, extended attributes and attributes say."""
_ALLOWING, _DENYING = {"A", "OA", "XA", "ZA"}, {"D", "OD", "XD"}
_SID = r"[A-Z]{2}|S-1(?:-(?:0x[0-9a-fA-F]+|\d+))+"


def owner(sddl: str) -> str:
    """The owner in ``sddl``, as a SID or two letters, or an empty text."""
    found = re.match(rf"O:({_SID})(?=[GDS]:|$)", sddl)
    return found[1] if found else ""


def strangers(sddl: str, trusted: str = "") -> tuple[str, ...]:
    """Who may read or write according to ``sddl`` besides ``trusted``, the system and administrators.

    ``trusted`` is the owner of the vault's folder; without it the owner in ``sddl`` is. Who owns a file can open it to
    himself, so an owner whom nobody trusts is a stranger too. As SIDs, or letters where the SID depends on the machine.
    """
    own = owner(sddl)
    right = {_sid(trusted or own), *_TRUSTED.values()}
    entries = _entries(sddl)
    found = [EVERYBODY] if entries is None else [trustee for entry in entries for trustee in _let_in(entry)]
    return tuple(dict.fromkeys(sid for sid in map(_sid, [own or EVERYBODY, *found]) if sid not in right))


def protected(owner_: str) -> str:
    """The access list of a vault's folder: its owner, the system and administrators, and nothing from above."""
    return "D:PAI" + "".join(f"(A;OICI;FA;;;{sid})" for sid in dict.fromkeys((_sid(owner_), *_always())))


def mending(path: str, owner_: str, found: tuple[str, ...], *, folder: bool) -> str:
    """The ``icacls`` line that shuts out whom :func:`strangers` ``found``.

    Where one of them has no SID that can be named, or is the owner, what is set by hand goes first.
    """
    if any(not sid.startswith("S-") for sid in found):
        return f'icacls "{path}" /reset'
    full = ":(OI)(CI)F" if folder else ":F"
    removed = "".join(f' /remove:g "*{sid}"' for sid in found)
    granted = "".join(f' "*{sid}{full}"' for sid in dict.fromkeys((_sid(owner_), *_always())))
    return f'icacls "{path}" /inheritance:r{removed} /grant:r{granted}'


def _always() -> tuple[str, str]:
    return _TRUSTED["SY"], _TRUSTED["BA"]


def _sid(trustee: str) -> str:
    return _KNOWN.get(trustee, trustee)


def _let_in(entry: list[str]) -> list[str]:
    """Whom an entry lets read or write; everybody where it is not understood."""
    if entry[0] in _DENYING:
        return []
    if len(entry) < 6 or entry[0] not in _ALLOWING or not re.fullmatch(_SID, entry[5]):
        return [EVERYBODY]
    return [entry[5]] if _mask(entry[2]) & ~_HARMLESS else []


def _mask(rights: str) -> int:
    if re.fullmatch(r"0x[0-9a-fA-F]{1,8}", rights):
        return int(rights, 16)
    mask = 0
    for at in range(0, len(rights), 2):
        mask |= _RIGHTS.get(rights[at : at + 2], 0xFFFFFFFF)
    return mask


def _entries(sddl: str) -> list[list[str]] | None:
    """The entries of the list, each as its fields; None where there is none, so that everybody may do everything."""
    start = re.match(rf"(?:O:(?:{_SID}))?(?:G:(?:{_SID}))?D:([A-Z_]*)", sddl)
    if not start or "NO_ACCESS_CONTROL" in start[1]:
        return None
    found, rest = [], sddl[start.end() :]
    while rest.startswith("("):
        end = _end(rest)
        if not end:
            return None
        found.append(rest[1 : end - 1].split(";"))
        rest = rest[end:]
    return found if not rest or rest.startswith("S:") else None


def _end(text: str) -> int:
    """Where the parenthesis that ``text`` begins with is closed; a condition has some of its own, and texts."""
    depth, quoted = 0, False
    for at, letter in enumerate(text):
        quoted ^= letter == '"'
        if not quoted:
            depth += (letter == "(") - (letter == ")")
        if not depth:
            return at + 1
    return 0
