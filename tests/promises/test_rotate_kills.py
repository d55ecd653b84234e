"""Killed while keys are rotated: the vault is the old one or the new one, whole, and the next rotation works."""

from __future__ import annotations

import random
import subprocess
import sys
import time

import pytest

from tests.cli.program import COMMAND, Program
from tests.promises.deaths import deadly
from tests.promises.standing import state
from vault import opening

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")

KILLED = -9
OPERATION, COPYING, STORE, MOVING = (
    "vault.operations.rotate",
    "vault.store.copying",
    "vault.store.store",
    "vault.moving",
)
FILES = "vault.files.writing"
POINTS = {
    "before the note": (MOVING, "begin", "before", 1, False),
    "after the note": (MOVING, "begin", "after", 1, False),
    "before the new database": (STORE, "SqlStore.renewed", "before", 1, False),
    "when the new database is empty": (COPYING, "copy_rows", "before", 1, False),
    "when its tables are made": (COPYING, "lay_out", "after", 1, False),
    "when some tables were copied": (COPYING, "_copy_table", "after", 9, False),
    "when it was written": (COPYING, "copy_rows", "after", 1, False),
    "when it was read back": (STORE, "SqlStore.check", "after", 1, False),
    "before its counter": ("vault.store.writer", "SqlWriter.set_slots_counter", "before", 1, False),
    "before its event": (OPERATION, "record", "before", 1, False),
    "after its event": (OPERATION, "record", "after", 1, False),
    "before the slot file is written": (OPERATION, "replace", "before", 1, False),
    "before the rename": (FILES, "Path.replace", "before", 2, False),
    "right after the rename": (FILES, "Path.replace", "after", 2, True),
    "when the rename is on the disk": (OPERATION, "replace", "after", 1, True),
    "before anything is tidied": (MOVING, "_noted", "after", 2, True),
    "before the old database is deleted": (FILES, "Path.unlink", "before", 4, True),
    "when the old database is deleted": (FILES, "Path.unlink", "after", 4, True),
    "before the note is deleted": (FILES, "Path.unlink", "before", 5, True),
    "at the end": (FILES, "Path.unlink", "after", 5, True),
}
"""Where it is killed, at which call of that function, and whether the new keys count then."""
FULL = [(["keys", "rotate", "--json"], point) for point in POINTS]
WATCH = [(["keys", "rotate", "--watch", "--json"], point) for point in POINTS if "rename" in point or "delete" in point]


def whole(program: Program) -> None:
    """Every pair opens, and beside the slot file and its database nothing is left."""
    assert state(program) == [("current", "PIN-old")]
    database = opening.slots(program.vault).database
    assert sorted(path.name for path in program.vault.iterdir()) == ["keyslots.json", database, "vault.lock"]


@pytest.mark.parametrize(("command", "point"), FULL + WATCH, ids=lambda one: one if isinstance(one, str) else one[-2])
def test_a_rotation_that_was_killed_left_one_whole_vault(command: list[str], point: str, program: Program) -> None:
    """Old or new, never neither and never half; what it left is gone after the next one."""
    module, name, when, turn, new = POINTS[point]
    old = opening.slots(program.vault)
    assert program.run(*command, env=deadly(program, module, name, when, turn)).code == KILLED
    now = opening.slots(program.vault)
    assert (now != old) is new
    assert now.register_generation == old.register_generation + new
    assert state(program) == [("current", "PIN-old")]
    assert program.run(*command).code == 0
    whole(program)
    assert opening.slots(program.vault).register_generation == old.register_generation + new + 1


def test_rotations_killed_at_any_moment(program: Program) -> None:
    """At random moments, one after the other: the vault opens each time, and its events hold to the end."""
    generation = 1
    for _turn in range(8):
        process = subprocess.Popen(
            [*COMMAND, "keys", "rotate"], env=program.environment, cwd=program.folder, stdout=subprocess.DEVNULL
        )
        time.sleep(random.uniform(0.1, 0.7))  # noqa: S311 - a moment
        process.kill()
        process.wait()
        assert state(program) == [("current", "PIN-old")]
        found = opening.slots(program.vault).generation
        assert found in {generation, generation + 1}
        generation = found
    assert program.run("keys", "rotate", "--json").document["generation"] == generation + 1
    whole(program)
