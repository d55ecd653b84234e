"""Whatever goes wrong with a mail on its way to the mail server, in words."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from vault.channels.smtp import LogInRefused, TooMuch, Unencrypted
from vault.errors import N_, Phrase
from vault.model.outgoing import MailServer
from vault.model.shown import shown


class Refusal(Exception):
    """Why a mail did not go out. ``again`` says whether doing the same later can help, ``whole`` whether any other mail
    would be refused now as well."""

    def __init__(self, why: str, *, again: bool, whole: bool, hint: str = "") -> None:
        super().__init__()
        self.why, self.again, self.whole, self.hint = why, again, whole, hint


@contextmanager
def told(server: MailServer, *, whole: bool) -> Iterator[None]:
    """What goes wrong in the block as a Refusal; ``whole`` says whether what is lost there is lost for every mail."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        ((code, said),) = error.recipients.values()
        raise _answered(N_("the mail server refuses this address: {answer}"), code, said, whole=False) from None
    except smtplib.SMTPSenderRefused as error:
        sentence = N_("the mail server refuses the sender: {answer}")
        raise _answered(sentence, error.smtp_code, error.smtp_error, whole=True) from None
    except smtplib.SMTPResponseException as error:
        sentence = N_("the mail server refuses: {answer}")
        raise _answered(sentence, error.smtp_code, error.smtp_error, whole=whole) from None
    except LogInRefused as error:
        raise _not_let_in(server, error) from None
    except Unencrypted:
        sentence = N_("the mail server {host} offers no encryption on port {port}")
        raise Refusal(Phrase(sentence, host=server.host, port=server.port), again=False, whole=True) from None
    except ssl.SSLCertVerificationError as error:
        sentence = N_("the mail server {host} does not prove that it is the one: {text}")
        why = Phrase(sentence, host=server.host, text=shown(str(error.verify_message)))
        hint = N_("Nothing was told to it. SSL_CERT_FILE names a certificate authority of your own.")
        raise Refusal(why, again=False, whole=True, hint=hint) from None
    except (OSError, smtplib.SMTPException) as error:
        sentence = N_("the mail server {host} cannot be used: {why}")
        why = Phrase(sentence, host=server.host, why=_lost(server, error))
        raise Refusal(why, again=True, whole=whole or isinstance(error, TimeoutError)) from None


def _answered(sentence: str, code: int, said: bytes | str, *, whole: bool) -> Refusal:
    """A refusal in the server's own words; only one with a code from 500 on is its last word (RFC 5321, 4.2.1)."""
    for_good = code >= 500
    return Refusal(Phrase(sentence, answer=_words(code, said)), again=not for_good, whole=whole and for_good)


def _not_let_in(server: MailServer, error: LogInRefused) -> Refusal:
    if error.code == 0:
        sentence = N_("the mail server {host} knows no log-in of this kind; it knows: {ways}")
        ways = shown(error.said.decode("utf-8", "replace")) or "-"
        return Refusal(Phrase(sentence, host=server.host, ways=ways), again=False, whole=True)
    why = Phrase(
        N_("the mail server {host} does not let {user} in: {answer}"),
        host=server.host,
        user=server.user,
        answer=_words(error.code, error.said),
    )
    return Refusal(why, again=error.code < 500, whole=True)


def _words(code: int, said: bytes | str) -> str:
    text = said if isinstance(said, str) else said.decode("utf-8", "replace")
    return f"{code} {shown(text)}".strip()


def _lost(server: MailServer, error: Exception) -> str:
    match error:
        case TooMuch() | TimeoutError():
            return N_("it took too long or sent too much")
        case ssl.SSLError():
            return N_("it does not speak TLS there")
        case ConnectionRefusedError():
            return Phrase(N_("nothing answers on port {port}"), port=server.port)
        case ConnectionError():
            return N_("the connection was lost")
        case OSError(strerror=str(text)) if not isinstance(error, smtplib.SMTPException):
            return Phrase(N_("the system says: {text}"), text=text)
    return N_("its answer was not understood")
