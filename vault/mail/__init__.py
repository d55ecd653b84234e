"""From a mail to the download links and certificate files inside it."""

from vault.mail.files import FoundFile
from vault.mail.links import Found, FoundLink, found_in
from vault.mail.people import Person

__all__ = ["Found", "FoundFile", "FoundLink", "Person", "found_in"]
