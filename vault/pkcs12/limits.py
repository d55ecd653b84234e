"""How much a file may ask for before it is refused.

Measured on a machine of 2026: a step of the PKCS#12 derivation takes about 0.4 µs, one of PBKDF2 up to 1 µs. Real files
ask for 1 to 600,000 steps a derivation and have two or three derivations.
"""

from __future__ import annotations

from vault.errors import N_, Phrase, TooCostly

LARGEST = 4 * 1024 * 1024
"""Bytes of a file; real ones have 2 to 20 thousand."""
DECLARED = 5_000_000
"""Steps of key derivation that a file may declare openly, added up."""
STEPS = 3 * DECLARED
"""Steps that a file may cost, all attempts together: one declared step is up to three where key and vector are made."""

TRIED_AT_ONCE = DECLARED
"""Steps of derivation in which several PINs are tried on one file, in one request."""
TRIED = 10 * DECLARED
"""The same for all PINs of a list: some 24,000 of them on a file of 2,048 steps."""


def check_size(pkcs12: bytes) -> None:
    """Raises TooCostly for a file beyond :data:`LARGEST`."""
    if len(pkcs12) > LARGEST:
        raise TooCostly(
            what=Phrase(N_("it has {size} bytes, and {largest} are allowed"), size=len(pkcs12), largest=LARGEST)
        )


def check_declared(steps: int) -> None:
    """Raises TooCostly for a sum of steps beyond :data:`DECLARED`."""
    if steps > DECLARED:
        raise _too_many(steps)


def check_tried(steps: int) -> None:
    """Raises TooCostly for steps beyond :data:`TRIED`, which trying all PINs of a list would take."""
    if steps > TRIED:
        what = Phrase(N_("trying all PINs on it would take {steps} steps of key derivation"), steps=steps)
        raise TooCostly(what=what, hint=N_("Write its name beside its PIN in the list."))


class Budget:
    """The steps of key derivation that are left for a file."""

    def __init__(self, steps: int = STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take ``steps``, before they are derived. Raises TooCostly."""
        if steps > self.left:
            raise _too_many(steps)
        self.left -= steps


def _too_many(steps: int) -> TooCostly:
    return TooCostly(what=Phrase(N_("it demands {steps} steps of key derivation"), steps=steps))
