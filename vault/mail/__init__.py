"""From a mail to the download links inside it."""

from vault.mail.links import Found, FoundLink, found_in
from vault.mail.people import Person

__all__ = ["Found", "FoundLink", "Person", "found_in"]
