"""Outlook's own file of a mail (``.msg``), made into a mail as it is sent."""

from vault.mail.outlook.compound import MAGIC
from vault.mail.outlook.message import as_mail

__all__ = ["MAGIC", "as_mail"]
