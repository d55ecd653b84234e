"""One vault for each worker, copied for each test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.story import Story, make
from tests.attacks.watcher import Watcher, taken_to_pieces
from tests.support import vaults
from vault.pkcs12.opener import ChildOpener
from vault.ports.opener import Matcher


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The vault that nobody has touched."""
    return make(tmp_path_factory.mktemp("whole") / "vault")


@pytest.fixture
def story(whole: Story, tmp_path: Path) -> Story:
    """A copy of it for this test."""
    return whole.copied(tmp_path / "vault")


@pytest.fixture(scope="session")
def opener() -> Iterator[Matcher]:
    """Opens PKCS#12 files."""
    with ChildOpener(os.urandom) as found:
        yield found


@pytest.fixture
def watcher(story: Story, tmp_path: Path) -> Watcher:
    """Somebody with a watch key of the story's vault."""
    return taken_to_pieces(story.folder, vaults.new_watch_key(story.folder, tmp_path / "watch.key"))
