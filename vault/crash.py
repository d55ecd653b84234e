"""What a crash leaves: no memory, for there stand secrets."""

from __future__ import annotations

import sys
from contextlib import suppress

_FILTER = "/proc/self/coredump_filter"


def leave_no_core() -> None:
    """From here on a crash of this process, or of one that it starts, writes no memory to a file.

    The limit of 0 says so everywhere but where Linux hands a crash to another program (core_pattern with a pipe), which
    the limit does not reach. The filter of no memory at all does. Source: core(5), "Piping core dumps to a program" and
    "Controlling which mappings are written to the core dump"; both pass on to children.
    """
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":
        with suppress(OSError), open(_FILTER, "wb", buffering=0) as memory:  # noqa: PTH123 - sooner than by Path
            memory.write(b"0")
