"""Root without the right to pass over the modes of files: what others may not write, it may not write either."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2
_CAPBSET_DROP = 24
_VERSION_3 = 0x20080522


def give_up() -> None:
    """Give that right up for this process and all that it starts; who is not root never had it. Linux alone."""
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then the same for those above 31
    fine = libc.capget(header, sets) == 0
    rights = 1 << _DAC_OVERRIDE | 1 << _DAC_READ_SEARCH
    for which in range(3):
        sets[which] &= ~rights
    for right in (_DAC_OVERRIDE, _DAC_READ_SEARCH):  # else what it starts as root would have it again
        fine = fine and libc.prctl(_CAPBSET_DROP, right, 0, 0, 0) == 0
    if not fine or libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "the rights could not be given up")


if __name__ == "__main__":  # python -m tests.support.privileges COMMAND...
    give_up()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - a command of the test's own
