"""Secrets that do not show themselves."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest

from vault.secret import Passphrase, Pin, RootKey, Secret

MARK = "s3cr3t-MARK"


@pytest.mark.parametrize("secret", [Pin(MARK), Passphrase(MARK), RootKey(MARK.encode())])
def test_a_secret_never_prints_itself(secret: Secret[str] | Secret[bytes]) -> None:
    """Not in repr, str, f-strings, format, percent, containers, or a traceback's message."""
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", f"{secret:>40}", "%s" % secret, str([secret])]  # noqa: UP031 - one way of seven
    try:
        raise ValueError(secret)  # noqa: TRY301 - it is the traceback that is looked at
    except ValueError:
        shown.append(traceback.format_exc())
    assert not any(MARK in one for one in shown)


def test_a_secret_cannot_be_pickled_copied_or_hashed() -> None:
    """It does not wander into files, queues or keys of dictionaries."""
    for leak in (pickle.dumps, copy.copy, copy.deepcopy, hash):
        with pytest.raises(TypeError):
            leak(Pin(MARK))


def test_two_secrets_are_equal_by_kind_and_value() -> None:
    """A passphrase is no PIN, even where the letters are the same."""
    assert Pin("ä") == Pin("ä")
    assert Pin("a") != Pin("b")
    assert Pin(MARK) != Passphrase(MARK)
