"""The one way in which something sealed fails to open."""

from __future__ import annotations


class NotAuthentic(Exception):
    """What was sealed does not open: another key, another context, or changed bytes. Which of them, nobody can tell.

    It stays inside the library: whoever calls ``vault.crypto`` knows what was meant to open, and raises that error.
    """
