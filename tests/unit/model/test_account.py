"""How a mailbox on a server is named."""

from __future__ import annotations

import pytest

from vault.errors import Usage
from vault.model.account import Account, account, is_account


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("imaps://petra@mail.example", Account("imaps", "petra", "mail.example", 993, "INBOX")),
        ("IMAP://petra@Mail.Example:1143/A/B%20c/", Account("imap", "petra", "mail.example", 1143, "A/B c")),
        ("imaps://petra@agentur.example@mail.example/Vertr%C3%A4ge", Account(
            "imaps", "petra@agentur.example", "mail.example", 993, "Verträge")),
        ("imaps://petra%40agentur.example@mail.example/Verträge", Account(
            "imaps", "petra@agentur.example", "mail.example", 993, "Verträge")),
        ("imaps://p@[::1]:99/x", Account("imaps", "p", "::1", 99, "x")),
    ],
)  # fmt: skip
def test_what_is_understood(text: str, found: Account) -> None:
    """User, host, port and folder, with or without percent signs; the host in small letters."""
    assert is_account(text)
    assert account(text) == found
    assert account(str(found)) == found


def test_a_log_in_is_written_one_way() -> None:
    """What a kept password is for: scheme, user, host and port, and never the folder."""
    assert account("imaps://P%C3%A9@Mail.example/x").login == "imaps://P%C3%A9@mail.example:993"
    assert account("imap://p@mail.example").login != account("imaps://p@mail.example:143").login


@pytest.mark.parametrize(
    "text",
    [
        "imaps://petra:secret@mail.example/INBOX",
        "imaps://mail.example/INBOX",
        "imaps://petra@",
        "imaps://petra@ma il.example",
        "imaps://petra@mäil.example",
        "imaps://petra@mail.example:99999",
        "imaps://petra@mail.example:x",
        "imaps://petra@mail.example/a%0d%0ab",
        "imaps://pet%00ra@mail.example/a",
        "imaps://petra@mail.example/a?b",
        "imaps://petra@-mail.example",
    ],
)
def test_what_is_refused(text: str) -> None:
    """A password in it above all, which others of the machine could read; and it is not repeated."""
    with pytest.raises(Usage) as refused:
        account(text)
    assert "secret" not in str(refused.value)


def test_other_addresses_are_none() -> None:
    """Links, paths and standard input."""
    assert not any(map(is_account, ("https://imap.example", "imap.eml", "-", "C://x", "file://a/imaps://b@c")))
