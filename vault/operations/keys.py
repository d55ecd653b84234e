"""Who can open the vault: new keys."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from vault.custody import Custody
from vault.files import replace, write_new
from vault.keys import watch_file
from vault.keys.making import Label, with_watch_slot
from vault.keys.slots import FILE_NAME, Slot
from vault.ledger.events import record
from vault.model.ids import Random


def add_watch(custody: Custody, path: Path, label: Label, *, at: datetime, random: Random) -> Slot:
    """Make a watch key: the file ``path``, readable by its owner alone, and the slot that it opens.

    Ask for a ``custody`` opened exclusively: the slot file is replaced. The key file is there before the slot is, and
    the slot before the database knows of it: a process that ends in between leaves nothing that does not open. Raises
    WouldOverwrite, NoRoom, Usage.
    """
    changed, key = with_watch_slot(custody.slots, custody.root, label, at, random)
    write_new(path, watch_file.contents(key))
    replace(custody.folder / FILE_NAME, changed.to_bytes())
    slot = changed.slots[-1]
    with custody.writing() as writer:
        writer.set_slots_counter(changed.counter)
        record(custody, writer, "key-added", at=at, slot=slot.id, kind=slot.kind, name=slot.name)
    return slot
