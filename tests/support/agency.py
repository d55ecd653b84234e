"""A vault of an agency whose register holds what mails, files and other people may write into it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.stand_in.register import SEALED, a_holder, a_link, a_pair
from tests.support import vaults
from vault.ledger.events import record
from vault.model.holder import Holder
from vault.model.pair import Pair

NOW = datetime.now(UTC).replace(microsecond=0)
REFERENCE = "feedc0dedeadbee"
"""How the reference of every link begins."""
HOSTILE = (
    "<script>document.title='taken'</script><img src=//evil.example/x onerror=alert(1)>",
    "\"' onmouseover='alert(1)' style='position:fixed;inset:0'",
    '=HYPERLINK("//evil.example";"click")',
    "Müller\r\nEND:VCALENDAR\r\nX-EVIL:1",
    "\u202eezilaM\u202c \u2066\u200b",
    "\x1b[2J\x1b]0;taken\x07ESC",
    "{{ 7*7 }}{% raw %}",
    ']]>--></style></script>\\"\n} 1\nevil 1',
    "A" * 10_000,
    f"Müller https://www.arag.de/TokenService/download?did={REFERENCE}1",
    f"www.evil.example \\\\evil.example\\share [x](evil.example/y) did={REFERENCE}2 EVIL.example",
)
"""Names: HTML, attributes, formulas, line breaks, bidi, ESC, templates, what ends a place, very long ones, links."""


def day(days: float) -> datetime:
    """A moment, so many days from today on."""
    return NOW + timedelta(days=days)


def holder(number: int, name: str) -> Holder:
    """A holder whose every text is ``name``."""
    return a_holder(number, name=name, mobile=name, responsible=name, numbers=(name,))


def pair(number: int, days: float, holder: Holder, **fields: object) -> Pair:
    """A pair of ``holder`` that runs out in ``days``."""
    made = {"not_before": day(days - 365), "added": day(days - 365), "not_after": day(days), **fields}
    return a_pair(number, holder=holder.id, **made)


def hostile(folder: Path) -> None:
    """Fill the vault in ``folder`` with holders, pairs and links of hostile names."""
    with vaults.custody(folder) as custody, custody.writing() as writer:
        for number, name in enumerate(HOSTILE, 1):
            whose = holder(number, name)
            writer.add_holder(whose)
            one = pair(number, 5 * number, whose, purpose=name, subject=f"CN={name}", issuer=name)
            writer.add_pair(one, SEALED)
            record(custody, writer, "pair-added", at=one.added, pair=one.id, holder=whose.id)
            link = a_link(
                number,
                holder=whose.id,
                provider="vhv",
                received=day(-1),
                deadline=day(number),
                subject=name,
                sender=name,
                reference=f"{REFERENCE}{number}",
                url=f"https://www.arag.de/TokenService/download?did={REFERENCE}{number}",
            )
            writer.add_link(link)
