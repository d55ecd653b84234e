"""What every way to tell people promises: mail, webhook, note."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stand_in.posting import talker, tls_context
from vault import trust
from vault.channels import smtp
from vault.channels.mail import Mail
from vault.channels.note import Note
from vault.channels.webhook import Webhook
from vault.errors import NotSent
from vault.http.transfer import Limits
from vault.model.outgoing import Address, MailServer
from vault.ports.channel import Channel, Message

MESSAGE = Message("petra@agentur.example", "subject", "MARKED text", "<p>MARKED</p>", {"n": 1}, "a1")
Make = Callable[[int, Path], Channel]


def mail(port: int, folder: Path) -> Channel:
    """A mail server on this port."""
    server = MailServer("localhost", port, "tls", Address("a", "b.example"))
    limits = smtp.Limits(connect=1, silence=1, mail=1)
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    return Mail(server, lambda: None, trust.context(folder / "ca.pem"), names=False, at=moment, limits=limits)


def webhook(port: int, folder: Path) -> Channel:
    """A webhook on this port."""
    limits = Limits(exchange=1, connect=1, silence=1)
    return Webhook("teams", f"https://localhost:{port}/", names=False, ca_file=folder / "ca.pem", limits=limits)


def note(_port: int, _folder: Path) -> Channel:
    """The desk of nobody."""
    return Note(names=False, patience=1)


@pytest.mark.parametrize("make", [mail, webhook, note])
def test_whoever_is_silent_is_not_waited_for(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not sent, in bounded time, for a reason that later may be gone; what was to be told stands in no error."""
    tls_context(tmp_path)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/none")
    with talker(lambda _connection: time.sleep(2)) as port:
        channel = make(port, tmp_path)
        begin = time.monotonic()
        with pytest.raises(NotSent) as caught:
            channel.send(MESSAGE)
        assert time.monotonic() - begin < 4
    assert caught.value.again
    assert caught.value.fields["channel"] == channel.name
    assert caught.value.fields["to"] == MESSAGE.to
    assert "MARKED" not in str(caught.value) + repr(caught.value.fields)
    assert channel.names is False
    assert capfd.readouterr() == ("", "")
