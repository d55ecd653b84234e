"""What a person is told of a pair that goes out: that it is an old one, or is filed under another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.prompt import tell
from cli.render.pairs import tell_other_name
from cli.texts import _
from vault.model.ids import SHORT
from vault.operations.register import PairRow

if TYPE_CHECKING:
    from vault.custody import Watch
    from vault.model.pair import Pair


def mind(watch: Watch, row: PairRow) -> None:
    """Say what somebody may not know who hands out this pair."""
    _tell_old(watch, row.pair)
    tell_other_name(row)


def _tell_old(watch: Watch, pair: Pair) -> None:
    if pair.state == "current":
        return
    with watch.reading() as reader:
        current = next((one.id[:SHORT] for one in reader.lineage(pair.lineage) if one.state == "current"), None)
    if current is not None:
        tell(_("Mind: {old} is an old one; the current one is {current}.").format(old=pair.id[:SHORT], current=current))
    else:
        tell(_("Mind: {old} was put away, and there is no current one.").format(old=pair.id[:SHORT]))
