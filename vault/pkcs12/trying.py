"""Trying many PINs on one file by its MAC alone: a miss costs one derivation, and nothing is decrypted."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from vault.pkcs12 import ber, library, limits, mac, passwords, structure
from vault.pkcs12.derivation import Unknown
from vault.secret import Pin

_DERIVED = 4
"""What a declared step costs at most: an empty PIN has two writings, and a PBMAC1 key may have two blocks."""


def cost(pkcs12: bytes) -> int:
    """The steps of derivation that one PIN costs; 0 where the file has no MAC that could be tried."""
    try:
        pfx = structure.read(pkcs12)
        return max(mac.steps(pfx.mac), 1) if pfx.mac is not None else 0
    except (ber.BerError, Unknown):
        return 0


def at_once(pkcs12: bytes) -> int:
    """How many PINs may be tried on ``pkcs12`` in one request; 0 where not even one may."""
    each = cost(pkcs12)
    return limits.TRIED_AT_ONCE // (each * _DERIVED) if each else 0


def fitting(pkcs12: bytes, pins: Sequence[Pin]) -> int | None:
    """The index of the first of ``pins`` that the MAC of ``pkcs12`` is made from, as the standards have it.

    None where there is no such, and where the MAC cannot be tried. Raises TooCostly.
    """
    return _first(pkcs12, pins, lambda _pin: True)


def quickly(pkcs12: bytes, pins: Sequence[Pin]) -> int | None:
    """The same where the library opens the file, and None also where it does not, for whatever reason.

    A miss costs a sixth, a hit all that is inside: an RSA key is worth 400 misses. What the library takes is believed
    only where the MAC fits, as :func:`fitting` says.
    """
    return _first(pkcs12, pins, functools.partial(_opens, pkcs12))


def _first(pkcs12: bytes, pins: Sequence[Pin], may_fit: Callable[[Pin], bool]) -> int | None:
    budget = limits.Budget(limits.TRIED_AT_ONCE)
    try:
        pfx = structure.read(pkcs12)
        seal = pfx.mac
        if seal is None:
            return None
        for index, pin in enumerate(pins):
            if may_fit(pin) and any(mac.fits(pfx, seal, each, budget) for each in passwords.standard(pin)):
                return index
    except (ber.BerError, Unknown, mac.TooWeak):
        pass
    return None


def _opens(pkcs12: bytes, pin: Pin) -> bool:
    try:
        library.opened(pkcs12, pin)
    except library.Refused:
        return False
    return True
