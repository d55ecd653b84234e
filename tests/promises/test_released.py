"""A vault of every released format opens: with the program, and by the page about the format alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.promises.test_format import rescued
from tests.vectors.vaults.make import AT, FOLDER, PAIRS, PASSPHRASE
from vault import opening
from vault.operations.settings import settings
from vault.operations.verify import verify


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The vault of 0.1.0, with the modes that a version control system does not keep."""
    folder = tmp_path / "vault"
    shutil.copytree(FOLDER, folder)
    folder.chmod(0o700)
    for file in folder.iterdir():
        file.chmod(0o600)
    return folder


def test_a_released_vault_opens_with_every_pair(folder: Path) -> None:
    """Every PKCS#12 opens with its PIN, names, states and settings are as they were, and the log holds."""
    with opening.custody(folder, PASSPHRASE, user="jo", at=AT) as custody:
        with custody.reading() as reader:
            pairs = list(reader.pairs(every=True))
            holders = reader.holders([pair.holder for pair in pairs])
            assert settings(custody, reader)["timezone"] == "Europe/Vienna"
        found = {(holders[one.holder].name, custody.contents(one).pin.reveal(), one.state) for one in pairs}
        states = ("superseded", "current", "current")
        assert found == {(holder, pin, state) for (holder, pin, _), state in zip(PAIRS, states, strict=True)}
        assert not verify(custody).contradictions


def test_a_released_vault_opens_by_the_page(folder: Path, tmp_path: Path) -> None:
    """The program of ``docs/format.md`` gets the same out of it."""
    done = rescued(folder, tmp_path / "out", PASSPHRASE.reveal())
    assert done.returncode == 0, done.stderr
    pins = {file.read_text("utf-8") for file in (tmp_path / "out").glob("*.pin")}
    assert pins == {pin for _, pin, _ in PAIRS}
