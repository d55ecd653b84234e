"""The examples of docs/reminders.md are taken by the program."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from cli import channels
from cli.session import Session
from tests.cli.program import ROOT
from vault.channels.template import rendering
from vault.ports.channel import Message

PAGE = (ROOT / "docs" / "reminders.md").read_text(encoding="utf-8")
MESSAGE = Message("petra@agentur.example", 'Läuft ab: "Müller"', "one\ntwo", "<p>x</p>", {"n": 1}, "a1")


def blocks(kind: str) -> list[str]:
    """The fenced blocks of one kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_each_configuration_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No mistake in any of them, and each makes its channel."""
    monkeypatch.setenv("CERTVAULT_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("CERTVAULT_DIR", str(tmp_path / "vault"))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    (template,) = blocks("jinja")
    (tmp_path / "teams.json").write_text(template)
    found = []
    for text in blocks("toml"):
        (tmp_path / "config.toml").touch(0o600)
        (tmp_path / "config.toml").write_text(text)
        found += [one.name for one in channels.configured(Session())]
    assert found == ["mail", "mail", "mail", "mail", "tickets", "teams", "note"]


def test_the_template_makes_json() -> None:
    """With the words in their places."""
    (template,) = blocks("jinja")
    made = json.loads(rendering(template, "teams.json")(MESSAGE))
    assert [block["text"] for block in made["attachments"][0]["content"]["body"]] == [MESSAGE.subject, MESSAGE.text]
