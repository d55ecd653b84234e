"""Names compared as people mean them: blind to case, umlauts and word order."""

from __future__ import annotations

import re
import unicodedata

_DIGRAPHS = re.compile("(?<=[aou])e")


def folded(text: str) -> str:
    """``text`` in small letters without marks: "Müller", "MUELLER" and "muller" are all "muller"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _DIGRAPHS.sub("", "".join(c for c in plain if not unicodedata.combining(c)))


def words(text: str) -> tuple[str, ...]:
    """The folded words of ``text``, in their order."""
    return tuple(re.findall(r"\w+", folded(text)))


def same_name(text: str) -> str:
    """A key that is equal for two writings of one name: "Schäffer, René" and "René Schaeffer"."""
    return " ".join(sorted(words(text)))


def akin(one: str, other: str) -> bool:
    """Whether two texts share a word, as a holder's name and the subject of his certificate nearly always do."""
    return not set(words(one)).isdisjoint(words(other))
