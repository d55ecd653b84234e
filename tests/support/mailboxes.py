"""A mailbox as an agency has it: thousands of mails, among them those with a download link."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path

from tests.stand_in import mails

_LETTER = "Sehr geehrte Damen und Herren, anbei die Unterlagen zum Vertrag mit der Bitte um Durchsicht. "


def reference(number: int) -> str:
    """The reference of the ``number``-th link."""
    return f"{number:08x}{number * 2654435761 % (1 << 32):08x}"


def mailbox(path: Path, *, count: int, links: int, at: datetime) -> Path:
    """Write ``count`` mails to the mbox at ``path``, of which ``links`` are link mails, spread evenly."""
    every = count // links
    with path.open("wb") as file:
        for number in range(count):
            sent = at - timedelta(days=number % 18)
            is_link_mail = number % every == every // 2
            mail = _link_mail(number // every, sent) if is_link_mail else _other(number % 126, sent)
            file.write(b"From - " + sent.strftime("%a %b %d %H:%M:%S %Y").encode() + b"\n" + mail + b"\n\n")
    return path


def references(links: int) -> set[str]:
    """The references of all links in such a mailbox."""
    return {reference(number) for number in range(links)}


READ_ONLY = """
import mailbox, sys
for mail in mailbox.mbox(sys.argv[1]):
    for part in mail.walk():
        part.is_multipart() or part.get_payload(decode=True)
"""
"""What merely reads a mailbox with the standard library, every part of it decoded."""


def _link_mail(number: int, sent: datetime) -> bytes:
    name, did = f"Makler {number}, Petra", reference(number)
    kinds = (
        lambda: mails.direct(f"Petra Makler {number}", f"makler{number}@example.de", did, sent),
        lambda: mails.outlook_forward(name, did, sent),
        lambda: mails.outlook_safelinks(name, f"makler{number}@example.de", did, sent),
    )
    return kinds[number % 3]()


@cache
def _other(number: int, sent: datetime) -> bytes:
    """A newsletter, a letter in HTML with links to elsewhere, or one with a scanned paper."""
    if number % 3 == 0:
        return mails.newsletter(sent)
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Kunde {number} <kunde{number}@example.de>", mails.AGENCY
    mail["Subject"], mail["Date"] = f"Vertrag {number}", format_datetime(sent)
    mail.set_content(_LETTER * (1 + number % 7) + "\nhttps://www.arag.de/service\n")
    if number % 3 == 1:
        cells = (f"<td>{_LETTER}</td><td><a href='https://example.de/{n}'>mehr</a></td>" for n in range(20))
        mail.add_alternative(f"<html><table><tr>{'</tr><tr>'.join(cells)}</tr></table></html>", subtype="html")
    else:
        scan = bytes(range(256)) * (400 if number % 9 == 2 else 8)
        mail.add_attachment(scan, maintype="image", subtype="jpeg", filename="Scan.jpg")
    return mail.as_bytes()
