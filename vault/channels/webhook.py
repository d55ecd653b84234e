"""Telling by webhook: one POST of JSON over https, to the address of the user's own configuration and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import httpx

from vault.errors import N_, ConfigurationUnusable, NotSent, Phrase
from vault.http.client import new_client
from vault.http.transfer import Deadline, Limits, Lost, transfer
from vault.model.outgoing import webhook_fault
from vault.model.shown import shown
from vault.ports.channel import Message

LONGEST = 256 * 1024
"""Characters of what is sent."""
Render = Callable[[Message], str]
"""What makes the body of a message. It raises ConfigurationUnusable."""

_HEADERS = {"Accept": "*/*", "Content-Type": "application/json"}
_PASSING = {408, 425, 429}
"""Refusals that are over later (RFC 9110, RFC 8470, RFC 6585), as those from 500 on are."""


def plain(message: Message) -> str:
    """The body of a webhook for which the user has no template."""
    return json.dumps(
        {"id": message.id, "to": message.to, "subject": message.subject, "text": message.text, "data": message.data}
    )


class Webhook:
    """Implements :class:`vault.ports.channel.Channel`. The ``url`` is a secret as a rule: nothing ever repeats it.

    ``ca_file`` is what ``SSL_CERT_FILE`` names.
    """

    def __init__(
        self,
        name: str,
        url: str,
        render: Render = plain,
        *,
        names: bool = True,
        ca_file: Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.name = name
        self.names = names
        self._url = url
        self._render = render
        self._ca_file = ca_file
        self._limits = limits or Limits(exchange=60, size=64 * 1024)

    def send(self, message: Message) -> None:
        """Hand over ``message``; any answer that is a success will do. A redirect is not followed."""
        why = webhook_fault(self._url)
        if why:
            self._not_sent(message, why, again=False)
        body = self._body(message)
        with Deadline(self._limits.exchange) as deadline, new_client(_HEADERS, self._ca_file) as client:
            answer = transfer(client, httpx.URL(self._url), self._posting(body), deadline, self._limits, _unseen)
        if isinstance(answer, Lost):
            self._not_sent(message, Phrase(N_("{host}: {why}"), host=self._host, why=answer.why), again=True)
        if not 200 <= answer.status < 300:
            why = Phrase(N_("{host} answers {status}"), host=self._host, status=answer.status)
            self._not_sent(message, why, again=answer.status in _PASSING or answer.status >= 500)

    @property
    def _host(self) -> str:
        return shown(httpx.URL(self._url).host)

    def _body(self, message: Message) -> bytes:
        """What is sent: JSON, and not too long."""
        try:
            text = self._render(message)
            if len(text) > LONGEST:
                self._not_sent(
                    message, Phrase(N_("it would be longer than {limit} characters"), limit=LONGEST), again=False
                )
            return json.dumps(json.loads(text)).encode("ascii")
        except ConfigurationUnusable as error:
            why = Phrase(N_("its template {path} cannot be used: {why}"), **error.fields)
            self._not_sent(message, why, again=False)
        except (ValueError, RecursionError):
            self._not_sent(message, N_("what its template makes is no JSON"), again=False)

    def _posting(self, body: bytes) -> Callable[[httpx.Client, Mapping[str, Any]], httpx.Request]:
        url = self._url
        return lambda client, extensions: client.build_request("POST", url, content=body, extensions=extensions)

    def _not_sent(self, message: Message, why: str, *, again: bool) -> NoReturn:
        raise NotSent(channel=self.name, to=shown(message.to), why=why, again=again)


def _unseen(_arrived: int, _expected: int | None) -> None:
    """Nobody looks on."""
