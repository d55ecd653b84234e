"""Webhooks: one POST of JSON, to the configured address alone, and nothing of a name can break it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stand_in.posting import dripping, talker, tls_context
from vault.channels.template import rendering
from vault.channels.webhook import LONGEST, Webhook
from vault.errors import ConfigurationUnusable, NotSent
from vault.http.transfer import Limits
from vault.model.outgoing import webhook_fault
from vault.ports.channel import Message

MESSAGE = Message("petra@agentur.example", "Läuft ab", "Grüße\n", "<p>x</p>", {"n": [1, {"a": None}]}, "a1")
SECRET = "/hook/MARKED-secret"
LIMITS = Limits(exchange=2, connect=2, silence=1, size=1000)


class Hook(NamedTuple):
    """A server for webhooks on loopback: what it heard, and the port on which it does."""

    port: int
    heard: list[tuple[str, str, bytes]]

    def way(self, folder: Path, text: str = "", *, path: str = SECRET) -> Webhook:
        """The channel to it."""
        url = f"https://localhost:{self.port}{path}"
        more = (rendering(text, "t.json"),) if text else ()
        return Webhook("teams", url, *more, ca_file=folder / "ca.pem", limits=LIMITS)


@contextmanager
def hook(folder: Path, status: int = 200, body: bytes = b"1", **headers: str) -> Iterator[Hook]:
    """A server that answers so."""
    found = Hook(0, [])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append((self.path, self.headers["Content-Type"], sent))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.socket = tls_context(folder).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found._replace(port=server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def refused(channel: Webhook, message: Message = MESSAGE) -> NotSent:
    """Why a message was not sent; the address is a secret, and stands in nothing of it."""
    with pytest.raises(NotSent) as caught:
        channel.send(message)
    assert "MARKED" not in str(caught.value) + repr(caught.value.fields)
    assert caught.value.fields["channel"] == "teams"
    return caught.value


def test_a_message_arrives_as_json(tmp_path: Path) -> None:
    """Without a template: all of it but the HTML."""
    with hook(tmp_path) as server:
        server.way(tmp_path).send(MESSAGE)
    ((path, kind, sent),) = server.heard
    assert (path, kind) == (SECRET, "application/json")
    expected = {name: value for name, value in MESSAGE._asdict().items() if name != "html"}
    assert json.loads(sent) == expected


def test_a_template_of_the_users_own(tmp_path: Path) -> None:
    """Values in the middle of texts, and whole ones."""
    letters = '[{% for c in "ab" %}"{{c}}",{% endfor %}1]'
    text = '{"title": "{{ subject }}: {{ data.n[0] }}", "all": {{ data | tojson }}, "x": ' + letters + "}"
    with hook(tmp_path) as server:
        server.way(tmp_path, text).send(MESSAGE)
    assert json.loads(server.heard[0][2]) == {"title": "Läuft ab: 1", "all": MESSAGE.data, "x": ["a", "b", 1]}


@given(
    st.text(max_size=50)
    | st.sampled_from(['"', '","to":"x', "\\", "\r\n", "</script>", "{{ 7 * 7 }}", "\u2028", "\ud800"])
)
def test_no_name_ends_a_text(name: str) -> None:
    """Whatever somebody is called, the JSON has the same shape, and the name in its place."""
    made = rendering('{"t": "von {{ subject }}!", "v": {{ subject | tojson }}}', "t.json")(
        MESSAGE._replace(subject=name)
    )
    assert json.loads(made) == {"t": f"von {name}!", "v": name}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": "{{ nothing }}"}', "nothing"),
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ data.update({'x': 1}) }}", "unsafe"),
        ("{% include 'other' %}", "template fails"),
        ("{{ 1 / 0 }}", "zero"),
        ('{"a": ', "no JSON"),
        ("{% for i in range(99999) %}{{ text }}{% endfor %}", "longer"),
    ],
)
def test_a_template_that_fails_when_it_is_filled(text: str, why: str, tmp_path: Path) -> None:
    """What is not there, what a sandbox refuses, what would be no JSON or without end: nothing is sent."""
    with hook(tmp_path) as server:
        error = refused(server.way(tmp_path, text), MESSAGE._replace(text="x" * 1000))
    assert why in str(error)
    assert not error.again
    assert not server.heard


def test_a_template_that_is_none() -> None:
    """A mistake is told with its line, when the configuration is read."""
    with pytest.raises(ConfigurationUnusable, match=r"t\.json cannot be used: line 2"):
        rendering("{\n{% if %}", "t.json")


@pytest.mark.parametrize(
    ("status", "again"), [(204, None), (301, False), (307, False), (400, False), (404, False), (429, True), (503, True)]
)
def test_the_answer_says_what_became_of_it(status: int, again: bool | None, tmp_path: Path) -> None:
    """A redirect is not followed: it could lead anywhere."""
    with hook(tmp_path) as elsewhere, hook(tmp_path, status, Location=f"https://localhost:{elsewhere.port}/") as server:
        if again is None:
            server.way(tmp_path).send(MESSAGE)
        else:
            assert refused(server.way(tmp_path)).again is again
    assert not elsewhere.heard


@pytest.mark.parametrize("headers", [{"Content_Encoding": "gzip"}, {}])
def test_an_answer_that_nobody_reads(headers: dict[str, str], tmp_path: Path) -> None:
    """Longer than anybody needs, or compressed: it was taken all the same."""
    with hook(tmp_path, 200, b"x" * LIMITS.size * 3, **headers) as server:
        server.way(tmp_path).send(MESSAGE)
    assert len(server.heard) == 1


def test_who_is_not_there_slow_or_not_trusted(tmp_path: Path) -> None:
    """Told in bounded time; nothing is sent to a server that does not prove that it is the one."""
    with hook(tmp_path) as server:
        other = tmp_path / "other"
        other.mkdir()
        tls_context(other)
        assert "not trusted" in str(refused(server.way(other)))
    assert not server.heard
    assert refused(server.way(tmp_path)).again
    with talker(dripping) as port:
        assert refused(Hook(port, []).way(tmp_path)).again


def test_a_body_that_is_too_long(tmp_path: Path) -> None:
    """Nobody takes that."""
    with hook(tmp_path) as server:
        refused(server.way(tmp_path), MESSAGE._replace(text="x" * LONGEST))
    assert not server.heard


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/x",
        "https://",
        "https://u:p@a.example/",
        "https://a.example/#x",
        "https://a.example:99999/",
        "https://a.example/ä",
        "https://a.example\\@b.example/",
        "https://a.example/\r\nHost: b",
        "ftp://a.example/",
        "https://a.example/" + "x" * 3000,
    ],
)
def test_addresses_that_are_never_used(url: str) -> None:
    """https alone, a host and nothing before it, no other letters."""
    assert webhook_fault(url)
    assert not webhook_fault("https://a.example:8443/x?y=z&sig=a%2Fb")
    with pytest.raises(NotSent):
        Webhook("x", url).send(MESSAGE)
