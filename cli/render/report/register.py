"""The register for an auditor: every certificate that is or was here, for a spreadsheet and for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from cli.render import shapes, spreadsheet, targets, when
from cli.render.pairs import PROOFS, STATES
from cli.texts import _
from vault.model.chain import witness
from vault.model.event import Head
from vault.model.holder import Holder
from vault.model.leaving import without_urls
from vault.model.pair import Pair
from vault.model.target import Target
from vault.model.times import text
from vault.operations.places import Place
from vault.operations.register import LinkRow, PairRow

CSV_MARK = b"\xef\xbb\xbfcertvault-id;"
"""How every such table begins, in any language: a byte-order mark, and the name of its first column."""
JSON_MARK = b'{"certvault_report": 1,'
_SECRET = ("url", "reference")
"""What a link's shape has and no report: where a file can be fetched."""


def spread(rows: Iterable[tuple[PairRow, Sequence[Target]]], titles: Mapping[str, str], zone: tzinfo) -> Iterator[str]:
    """The certificates as CSV (RFC 4180) with semicolons, UTF-8 with a byte-order mark; each with the places
    where it is said to be installed."""
    heads = (
        "certvault-id",
        _("Holder"),
        _("Agency numbers"),
        _("Responsible"),
        _("Provider"),
        _("Purpose"),
        _("State"),
        _("Valid from"),
        _("Valid until"),
        _("Subject"),
        _("Issuer"),
        _("Serial number"),
        _("Fingerprint"),
        _("Lineage"),
        _("Superseded by"),
        _("Stored on"),
        _("Proof"),
        _("Installed at"),
    )
    yield "\ufeff"
    lines = ((*_values(row.pair, row.holder, titles, zone), _places(there)) for row, there in rows)
    yield from spreadsheet.lines(heads, lines)


def _places(there: Iterable[Target]) -> str:
    return without_urls("; ".join(", ".join(filter(None, (one.profile, one.name))) for one in there))


def _values(pair: Pair, holder: Holder | None, titles: Mapping[str, str], zone: tzinfo) -> Iterator[str]:
    yield pair.id
    yield without_urls(holder.name) if holder else ""
    yield without_urls(", ".join(holder.numbers)) if holder else ""
    yield without_urls(holder.responsible) if holder else ""
    yield titles.get(pair.provider, pair.provider)
    yield without_urls(pair.purpose)
    yield _(STATES[pair.state])
    yield when.day(pair.not_before, zone)
    yield when.day(pair.not_after, zone)
    yield without_urls(pair.subject)
    yield without_urls(pair.issuer)
    yield pair.serial
    yield pair.fingerprint
    yield pair.lineage
    yield pair.superseded_by or ""
    yield when.minute(pair.added, zone)
    yield _(PROOFS[pair.proof])


def document(
    vault: str,
    at: datetime,
    head: Head,
    pairs: Iterable[PairRow],
    links: Iterable[LinkRow],
    places: Iterable[Place],
) -> Iterator[str]:
    """One JSON document, ASCII only: the vault's id, the moment, the head of the audit log, and the register."""
    begin = {"certvault_report": 1, "vault": vault, "at": text(at), "head": witness(head)}
    yield json.dumps(begin)[:-1]
    yield from _list("pairs", (_leaving(shapes.pair(row.pair, row.holder)) | _holder(row.holder) for row in pairs))
    yield from _list("links", (_link(row, at) for row in links))
    yield from _list("targets", (_leaving(targets.shape(one)) | _holder(one.holder) for one in places))
    yield "\n}\n"


def _list(name: str, items: Iterable[Mapping[str, object]]) -> Iterator[str]:
    yield f",\n{json.dumps(name)}: ["
    for number, item in enumerate(items):
        yield (",\n" if number else "\n") + json.dumps(item)
    yield "\n]"


def _holder(holder: Holder | None) -> shapes.Shape:
    return {"holder_id": holder.id if holder else None}


def _link(row: LinkRow, at: datetime) -> shapes.Shape:
    shape = shapes.link(row.link, row.holder, at=at) | _holder(row.holder) | {"pair": row.link.pair}
    return _leaving({key: value for key, value in shape.items() if key not in (*_SECRET, "duplicate")})


def _leaving(shape: shapes.Shape) -> shapes.Shape:
    return {key: without_urls(value) if isinstance(value, str) else value for key, value in shape.items()}
