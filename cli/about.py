"""What a command says about itself, for its help page and for the options that it shares with others."""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

Opens = Literal["nothing", "register", "pairs"]
"""How far a command opens the vault: not at all, with any key, or only with the root key."""


class About(NamedTuple):
    """``summary`` is one sentence, ``detail`` further paragraphs, ``examples`` command lines with what they do.

    ``exits`` are the exit codes beside 0 that its own work can end with. ``json`` says whether it answers in JSON.
    """

    summary: str
    detail: str = ""
    examples: tuple[tuple[str, str], ...] = ()
    exits: tuple[int, ...] = ()
    opens: Opens = "nothing"
    json: bool = True


Subcommands = Mapping[str, tuple[Callable[..., None], About]]
