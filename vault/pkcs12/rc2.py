"""RC2 (RFC 2268) with keys of any effective length, for reading only.

Most older PKCS#12 files have RC2 with 40 bits, which protects nothing, around their certificates. The library has it
with 128 bits only, and its own reader of such files gives up over one odd certificate.
"""

from __future__ import annotations

import struct

_PI = bytes.fromhex(
    "d978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2"
    "179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82"
    "54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626"
    "6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7"
    "08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec"
    "c2e0416e0f51cbcc2491af50a1f4703999 7c3a8523b8b47afc02365b25559731"
    "2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9"
    "0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad"
)
_WORDS = struct.Struct("<4H")


def decrypt_cbc(key: bytes, bits: int, initial: bytes, ciphertext: bytes) -> bytes:
    """``ciphertext`` decrypted in CBC mode, its padding still on. Raises ValueError for what is no whole blocks."""
    if len(initial) != 8 or len(ciphertext) % 8 or not key or not 0 < bits <= 1024:
        raise ValueError("no whole blocks")
    schedule = _expanded(key, bits)
    plain = b"".join(_WORDS.pack(*_decrypted(schedule, *words)) for words in _WORDS.iter_unpack(ciphertext))
    chained = int.from_bytes(plain) ^ int.from_bytes((initial + ciphertext)[: len(plain)])
    return chained.to_bytes(len(plain))


def _expanded(key: bytes, bits: int) -> tuple[int, ...]:
    """RFC 2268, section 2."""
    size, effective = len(key), (bits + 7) // 8
    octets = bytearray(key) + bytes(128 - size)
    for i in range(size, 128):
        octets[i] = _PI[(octets[i - 1] + octets[i - size]) & 255]
    octets[128 - effective] = _PI[octets[128 - effective] & 255 >> (8 * effective - bits)]
    for i in range(127 - effective, -1, -1):
        octets[i] = _PI[octets[i + 1] ^ octets[i + effective]]
    return struct.unpack("<64H", octets)


def _decrypted(schedule: tuple[int, ...], a: int, b: int, c: int, d: int) -> tuple[int, int, int, int]:
    """RFC 2268, section 4: five rounds of mixing back, one of mashing, six, one, five."""
    for i in range(60, -1, -4):
        d = (d << 11 | d >> 5) & 0xFFFF
        d = (d - schedule[i + 3] - (c & b) - (~c & a)) & 0xFFFF
        c = (c << 13 | c >> 3) & 0xFFFF
        c = (c - schedule[i + 2] - (b & a) - (~b & d)) & 0xFFFF
        b = (b << 14 | b >> 2) & 0xFFFF
        b = (b - schedule[i + 1] - (a & d) - (~a & c)) & 0xFFFF
        a = (a << 15 | a >> 1) & 0xFFFF
        a = (a - schedule[i] - (d & c) - (~d & b)) & 0xFFFF
        if i in (44, 20):
            d = (d - schedule[c & 63]) & 0xFFFF
            c = (c - schedule[b & 63]) & 0xFFFF
            b = (b - schedule[a & 63]) & 0xFFFF
            a = (a - schedule[d & 63]) & 0xFFFF
    return a, b, c, d
