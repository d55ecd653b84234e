"""A fixture that several promises share."""

from __future__ import annotations

from tests.promises.standing import program

__all__ = ["program"]
