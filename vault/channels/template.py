"""The user's own template for what a webhook is sent: JSON with jinja2's marks in it, in a sandbox and bounded."""

from __future__ import annotations

import json
from collections.abc import Callable

from jinja2 import StrictUndefined, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from vault.channels.webhook import LONGEST
from vault.errors import N_, ConfigurationUnusable, Phrase
from vault.model.shown import shown
from vault.ports.channel import Message

LONGEST_TEMPLATE = 64 * 1024
"""Bytes of a template file."""


def rendering(text: str, path: str) -> Callable[[Message], str]:
    """What fills the template ``text``, which stands in the file ``path``, with a message: ``subject``, ``text``,
    ``html``, ``to``, ``id`` and ``data``.

    A value in the middle of a text in quotation marks is written as JSON wants it there, so no name can end the text;
    ``{{ data | tojson }}`` writes a whole value. Raises ConfigurationUnusable, now and when it is filled.
    """
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=_within_quotes)
    try:
        template = environment.from_string(text)
    except (TemplateError, RecursionError) as error:
        raise _faulty(path, error) from None

    def filled(message: Message) -> str:
        parts, length = [], 0
        try:
            for part in template.generate(**message._asdict()):
                parts.append(part)
                length += len(part)
                if length > LONGEST:  # more is not sent
                    break
        except Exception as error:  # noqa: BLE001 - what a template calls can raise anything
            raise _faulty(path, error) from None
        return "".join(parts)

    return filled


def _within_quotes(value: object) -> object:
    """A value as it stands inside a JSON text; ``tojson`` has written its own already."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, Undefined):
        return str(value)  # which raises, and says what is not there
    return json.dumps(value)[1:-1] if isinstance(value, str) else json.dumps(value)


def _faulty(path: str, error: Exception) -> ConfigurationUnusable:
    line = getattr(error, "lineno", None)
    said = shown(str(error) or type(error).__name__)
    if line is None:
        return ConfigurationUnusable(path=path, why=Phrase(N_("its template fails: {text}"), text=said))
    return ConfigurationUnusable(path=path, why=Phrase(N_("line {line}: {text}"), line=line, text=said))
