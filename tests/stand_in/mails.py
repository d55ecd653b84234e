"""Mails with a download link as they reach an agency: made up, dated as told."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

SENDER = "Webservice-Zertifikat@arag.de"
SUBJECT = "ARAG Webservice: Link zu Ihrem Sicherheitszertifikat"
AGENCY = "Zertifikate Maklerbüro Nord <zertifikate@maklerbuero-nord.example>"
_BERLIN = ZoneInfo("Europe/Berlin")
_DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_MONTHS = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli"),
    *("August", "September", "Oktober", "November", "Dezember"),
)
_OPENING = """Sehr geehrter Webservice-User,

wir dürfen Ihnen als IT-Dienstleister (ARAG IT GmbH) des ARAG-Konzerns das Zertifikat zur Nutzung von BiPRO-Services
übergeben. Über den folgenden Link können Sie nun Ihr ARAG Webservice Sicherheitszertifikat herunterladen:
"""
_CLOSING = """Bitte beachten Sie, dass das Zertifikat aus Sicherheitsgründen nach 21 Tagen von unseren Serversystemen
gelöscht wird.
"""


def direct(name: str, address: str, did: str, sent: datetime) -> bytes:
    """The insurer's own mail, redirected to the agency unchanged."""
    mail = _mail(SENDER, f"{name} <{address}>", SUBJECT, sent)
    mail.set_content(f"{_OPENING}\n<{_link(did)}>\n\n{_CLOSING}")
    return mail.as_bytes()


def outlook_forward(name: str, did: str, sent: datetime) -> bytes:
    """A forward in plain text, as Outlook writes it in German, a few hours after ``sent``."""
    mail = _mail(f"{name.split(',')[0]} Versicherungsmakler <makler@example.de>", AGENCY, f"WG: {SUBJECT}", sent)
    mail.set_content(
        f"Hallo zusammen,\n\nanbei der Link für das neue Zertifikat.\n\n-----Ursprüngliche Nachricht-----\n"
        f"Von: {SENDER} [mailto:{SENDER}]\nGesendet: {_german(sent)}\nAn: {name}\nCc: {SENDER}\nBetreff: {SUBJECT}\n\n"
        f"{_OPENING}\n<{_link(did)}>\n\n{_CLOSING}"
    )
    return mail.as_bytes()


def outlook_safelinks(name: str, address: str, did: str, sent: datetime) -> bytes:
    """A forward in HTML, as Outlook writes it in German, with the link rewritten by a mail gateway."""
    mail = _mail(f"{name.split(',')[0]} Versicherungsmakler <{address}>", AGENCY, f"WG: {SUBJECT}", sent)
    gateway = "https://eur01.safelinks.protection.outlook.com/"
    wrapped = f"{gateway}?url={quote(_link(did), safe='')}&amp;data=02%7C01%7C&amp;reserved=0"
    mail.set_content(
        '<html><body lang="DE"><p class="MsoNormal">Bitte einspielen, danke!</p>'
        f'<div style="border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal"><b>Von:</b> {SENDER} &lt;{SENDER}&gt;<br>'
        f"<b>Gesendet:</b> {_german(sent)}<br><b>An:</b> {name} &lt;{address}&gt;<br>"
        f"<b>Betreff:</b> {SUBJECT}</p></div>"
        f'<p class="MsoNormal">{_OPENING}</p><p class="MsoNormal"><a href="{wrapped}">{_link(did)}</a></p>'
        f'<p class="MsoNormal">{_CLOSING}</p></body></html>',
        subtype="html",
    )
    return mail.as_bytes()


def newsletter(sent: datetime) -> bytes:
    """A mail without a download link."""
    mail = _mail("Maklerblatt <newsletter@maklerblatt.example>", AGENCY, "Neues aus der Branche", sent)
    mail.set_content("Guten Tag,\n\nlesen Sie heute: BiPRO in der Praxis.\nhttps://www.maklerblatt.example/praxis\n")
    return mail.as_bytes()


def _mail(sender: str, to: str, subject: str, sent: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(sent.astimezone(_BERLIN))
    return mail


def _link(did: str) -> str:
    return f"https://www.arag.de/TokenService/download?did={did}"


def _german(sent: datetime) -> str:
    local = sent.astimezone(_BERLIN)
    return f"{_DAYS[local.weekday()]}, {local.day}. {_MONTHS[local.month - 1]} {local.year} {local:%H:%M}"
