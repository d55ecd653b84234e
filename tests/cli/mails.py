"""A mail as an agency gets it: forwarded by the broker to whom the insurer wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

MAILBOX = "zertifikate@agentur.example"
MAILED = (datetime.now(ZoneInfo("Europe/Berlin")) - timedelta(days=4)).replace(
    hour=7, minute=31, second=0, microsecond=0
)
"""When the insurer's mails were sent, as the mails say it: without seconds, in the local time of Germany."""
_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip


def forwarded(name: str, did: str) -> bytes:
    """The insurer's mail to ``name`` with the link for ``did``, sent on to the agency."""
    day = f"{_DAYS[MAILED.weekday()]}, {MAILED.day}. {_MONTHS[MAILED.month - 1]} {MAILED.year} {MAILED:%H:%M}"
    return f"""\
From: {name.split()[0].strip(",")} <info@{did}.example>
To: {MAILBOX}
Subject: WG: ARAG Webservice: Link zu Ihrem Sicherheitszertifikat
Date: {format_datetime(datetime.now(UTC) - timedelta(hours=1))}
Content-Type: text/plain; charset=utf-8

Von: Webservice-Zertifikat@arag.de
Gesendet: {day}
An: {name}
Betreff: ARAG Webservice: Link zu Ihrem Sicherheitszertifikat

<https://www.arag.de/TokenService/download?did={did}>
""".encode()
