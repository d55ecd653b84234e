"""``certvault doctor`` as people and scripts see it."""

from __future__ import annotations

from typing import get_args

import pytest

from cli.render.doctor import KINDS
from tests.cli.program import Program
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from vault.rehousing import LostKind


def damage(program: Program) -> None:
    """One bit in a page of the database."""
    path = next(program.vault.glob("*.db"))
    data = bytearray(path.read_bytes())
    data[3 * 4096 + 77] ^= 4
    path.write_bytes(data)


def test_a_healthy_vault(program: Program) -> None:
    """Code 0; the document says so, and the page too, in German as well."""
    assert program.run("doctor", "--json").document == {
        "healthy": True,
        "findings": [],
        "pairs": {"total": 0, "opened": 0, "damaged": 0},
        "backup": None,
    }
    assert "Nothing is damaged" in program.run("doctor").out
    assert "Nichts ist beschädigt" in program.run("doctor", "--lang", "de").out


def test_damage_is_code_5_with_the_findings_on_standard_output(program: Program) -> None:
    """Each with its severity, subject, what works and what to do; ``list`` may refuse meanwhile."""
    damage(program)
    answer = program.run("doctor", "--json")
    assert answer.error["type"] == "unsound"
    assert answer.code == 5
    document = answer._replace(code=0).document
    assert not document["healthy"]
    assert {"severity", "subject", "what", "works", "hint"} == document["findings"][0].keys()
    assert "--rescue" in document["findings"][0]["hint"]


@pytest.mark.parametrize(("how", "notes"), [("watch", 1), ("none", 1), ("empty", 1)])
def test_without_the_root_key_it_says_what_it_did_not_look_at(how: str, notes: int, program: Program) -> None:
    """With a watch key, without any key, and where the return key alone is typed: code 0, and no pairs."""
    vaults.new_watch_key(program.vault, program.folder / "watch.key")
    env = {"CERTVAULT_PASSPHRASE_FILE": ""}
    if how == "empty":
        typed = program.type("doctor", answers=[("Passphrase", "\n")], env=env)
        assert typed.code == 0
        assert "not looked at" in typed.out
        return
    more = ["--watch-key-file", "watch.key"] if how == "watch" else []
    document = program.run("doctor", "--json", *more, env=env).document
    assert [finding["severity"] for finding in document["findings"]] == ["note"] * notes
    assert document["pairs"] is None


def test_a_wrong_passphrase_is_code_3_and_no_damage(program: Program) -> None:
    """What could be told without a key stands on standard output."""
    wrong = program.folder / "wrong"
    wrong.write_text("not it\n")
    wrong.chmod(0o600)
    answer = program.run("doctor", "--json", "--passphrase-file", wrong)
    assert answer.error["type"] == "wrong-passphrase"
    assert [one["severity"] for one in answer._replace(code=0).document["findings"]] == ["note"]


def test_it_looks_at_what_every_other_command_refuses(program: Program) -> None:
    """Loosened modes are a warning with the command that mends them; no vault at all is code 4."""
    program.vault.chmod(0o755)
    assert program.run("list", "--json").error["type"] == "exposed"
    (finding,) = program.run("doctor", "--json").document["findings"]
    assert finding["severity"] == "warning"
    assert finding["hint"].endswith(f"chmod 700 {program.vault}")
    assert program.run("doctor", "--vault", program.folder / "none").code == 4


def test_a_rescue_makes_a_vault_that_opens(program: Program) -> None:
    """What is lost is named, with code 8; the new vault is healthy and opened by the same passphrase."""
    damage(program)
    to = program.folder / "new"
    answer = program.run("doctor", "--rescue", to, "--json")
    assert answer.code in {0, 8}, answer.err
    document = answer._replace(code=0).document
    assert document["vault"] == str(to)
    assert program.run("list", "--vault", to).code == 0
    assert program.run("doctor", "--vault", to, "--json").document["healthy"]
    assert program.run("doctor", "--rescue", to, "--json").error["code"] == 15
    assert program.run("doctor", "--rescue", program.folder / "second").code in {0, 8}


def test_whatever_is_lost_has_a_name() -> None:
    """No kind of loss that a rescue tells of is unknown to the page that tells it."""
    assert set(get_args(LostKind)) == set(KINDS)


def test_a_rotated_and_restored_vault_is_healthy(program: Program) -> None:
    """Events from before the present key, a backup that came back, and the log: nothing contradicts anything."""
    file = make_pair("Müller GmbH", "Ab3x")
    (program.folder / "a.p12").write_bytes(file)
    assert program.run("add", "a.p12", "--pin-stdin", stdin=b"Ab3x").code == 0
    assert program.run("backup", "b").code == 0
    assert program.run("keys", "rotate").code == 0
    assert program.run("doctor", "--json").document["healthy"]
    assert "no contradiction inside" in program.run("audit", "--verify").out
    assert program.run("restore", "b", "--accept-keys").code == 0
    assert program.run("doctor", "--json").document["pairs"] == {"total": 1, "opened": 1, "damaged": 0}
    assert "no contradiction inside" in program.run("audit", "--verify").out


def test_a_backup_is_looked_at_without_restoring_it(program: Program) -> None:
    """In a folder without a vault too; damaged it is code 5, not there 6, and with --rescue the call is wrong."""
    (program.folder / "a.p12").write_bytes(make_pair("Müller GmbH", "Ab3x"))
    assert program.run("add", "a.p12", "--pin-stdin", stdin=b"Ab3x").code == 0
    assert program.run("backup", "b").code == 0
    document = program.run("doctor", "--json").document
    assert document["backup"]["path"] == str(program.folder / "b") or document["backup"]["path"] == "b"
    assert (document["backup"]["state"], document["backup"]["grade"]) == ("whole", "opened")
    assert "it is whole" in program.run("doctor").out
    elsewhere = ["--vault", program.folder / "none"]
    found = program.run("doctor", "b", "--json", *elsewhere).document
    assert found["healthy"]
    assert found["pairs"] == {"total": 1, "opened": 1, "damaged": 0}
    assert program.run("doctor", "b", "--rescue", "new").code == 2
    assert program.run("doctor", "missing", "--json", *elsewhere).error["code"] == 6
    data = bytearray((program.folder / "b").read_bytes())
    data[9000] ^= 1
    (program.folder / "b").write_bytes(data)
    assert program.run("doctor", "b", "--json").error["type"] == "backup-damaged"
    assert program.run("doctor", "--json").document["backup"]["state"] == "damaged"
