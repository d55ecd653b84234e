"""Mails that bring certificate files, made up."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime


def mail(
    *files: tuple[str, str, bytes],
    sender: str = "Zertifikate <zertifikate@insurer.example>",
    to: str = '"Kaya, Deniz" <deniz@kaya.example>',
    sent: datetime,
    text: str = "Ihr Zertifikat liegt bei.\n",
    subject: str = "Ihr Zertifikat",
) -> EmailMessage:
    """A mail with these files: each a name, a type and its bytes."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Date"] = sender, to, subject, format_datetime(sent)
    made.set_content(text)
    for name, kind, data in files:
        made.add_attachment(data, *kind.split("/"), filename=name)
    return made


def around(inner: EmailMessage, *, sender: str, to: str, sent: datetime) -> EmailMessage:
    """A mail to which ``inner`` is attached as it is."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"], made["Date"] = sender, to, "WG: Zertifikat", format_datetime(sent)
    made.set_content("anbei\n")
    made.add_attachment(inner)
    return made
