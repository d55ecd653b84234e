"""Who can open the vault."""

from __future__ import annotations

import stat

from tests.cli.program import Program


def test_keys_are_listed_without_unlocking(program: Program) -> None:
    """Who stands before a closed vault sees what would open it, and no secret."""
    answer = program.run("keys", "list", "--json", env={"CERTVAULT_PASSPHRASE_FILE": ""})
    keys = answer.document["keys"]
    assert [one["kind"] for one in keys] == ["passphrase", "recovery"]
    assert all(one.keys() == {"id", "kind", "name", "person", "place", "created"} for one in keys)
    assert "Wiederherstellungscode" in program.run("keys", "list", env={"CERTVAULT_LANG": "de"}).out


def test_keys_of_no_vault(bare: Program) -> None:
    """Code 4, as everywhere."""
    assert bare.run("keys", "list", "--json").error["code"] == 4


def test_a_watch_key_is_made_and_opens_the_register(program: Program) -> None:
    """The file is new and for its owner alone; with it ``due`` runs without a passphrase."""
    options = ("--name", "Nachtlauf", "--person", "Frau Kaya", "--place", "SRV1")
    document = program.run("keys", "add", "watch", "--watch-key-file", "watch.key", *options, "--json").document
    assert document["key"]["kind"] == "watch"
    assert (document["key"]["name"], document["key"]["place"]) == ("Nachtlauf", "SRV1")
    key = program.folder / "watch.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert key.read_text().strip() not in str(document)
    assert program.run("due", "--watch-key-file", key, env={"CERTVAULT_PASSPHRASE_FILE": ""}).code == 0
    assert "Frau Kaya" in program.run("keys", "list").out


def test_a_watch_key_file_is_never_overwritten(program: Program) -> None:
    """Code 15, and the file stays."""
    (program.folder / "watch.key").write_text("mine")
    assert program.run("keys", "add", "watch", "--watch-key-file", "watch.key").code == 15
    assert (program.folder / "watch.key").read_text() == "mine"
