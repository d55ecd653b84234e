"""Whatever goes wrong on the line to a mail server, in words."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from vault.errors import N_, MailServerNotReachable, MailServerNotTrusted, Phrase
from vault.imap.connection import TooMuch
from vault.model.account import Account
from vault.model.shown import shown


@contextmanager
def told(account: Account) -> Iterator[None]:
    """What goes wrong in the block as an error of ours. Raises MailServerNotReachable, MailServerNotTrusted."""
    host = account.host
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise MailServerNotTrusted(host=host, why=shown(str(error.verify_message))) from None
    except (TooMuch, TimeoutError):
        raise MailServerNotReachable(host=host, why=N_("it took too long or sent too much")) from None
    except imaplib.IMAP4.readonly:
        raise MailServerNotReachable(host=host, why=N_("it lets this user only read there")) from None
    except imaplib.IMAP4.abort:
        raise MailServerNotReachable(host=host, why=N_("the connection was lost")) from None
    except (imaplib.IMAP4.error, ValueError):  # imaplib makes text and numbers of whatever a server says
        raise MailServerNotReachable(host=host, why=N_("its answer was not understood")) from None
    except ssl.SSLError:
        raise MailServerNotReachable(host=host, why=N_("it does not speak TLS there")) from None
    except ConnectionRefusedError:
        why = Phrase(N_("nothing answers on port {port}"), port=account.port)
        raise MailServerNotReachable(host=host, why=why) from None
    except ConnectionError:
        raise MailServerNotReachable(host=host, why=N_("the connection was lost")) from None
    except OSError as error:
        why = Phrase(N_("the system says: {text}"), text=error.strerror or type(error).__name__)
        raise MailServerNotReachable(host=host, why=why) from None
