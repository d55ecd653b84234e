"""Creating a vault: where the recovery code goes, and that nothing is made where it would be lost."""

from __future__ import annotations

import re
import stat

from tests.cli.program import Program

NO_FILE = {"CERTVAULT_PASSPHRASE_FILE": ""}
GOOD = "four words are best\n"
CODE = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}")


def test_without_a_terminal_a_way_for_the_recovery_code_must_be_said(bare: Program) -> None:
    """The code would be lost: an error before anything is created."""
    error = bare.run("init", "--json").error
    assert error["code"] == 2
    assert "--recovery-file" in error["hint"]
    assert not bare.vault.exists()


def test_the_recovery_code_can_go_to_a_file(bare: Program) -> None:
    """``--recovery-file`` is new, for its owner alone, and opens the vault; JSON names the folder and no secret."""
    sheet = bare.folder / "sheet"
    answer = bare.run("init", "--recovery-file", sheet, "--json")
    assert answer.document == {"vault": str(bare.vault)}
    assert answer.err == ""
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    assert CODE.fullmatch(sheet.read_text().strip())
    assert bare.run("list", "--passphrase-file", sheet).code == 0


def test_a_recovery_file_is_never_overwritten(bare: Program) -> None:
    """A sheet of another vault stays what it is, and no vault is made."""
    sheet = bare.folder / "sheet"
    sheet.write_text("another vault's code")
    assert bare.run("init", "--recovery-file", sheet).code == 15
    assert sheet.read_text() == "another vault's code"
    assert not bare.vault.exists()


def test_the_two_ways_exclude_each_other(bare: Program) -> None:
    """``--recovery-file`` with ``--no-recovery`` is a mistake, not a choice of ours."""
    assert bare.run("init", "--recovery-file", "sheet", "--no-recovery").code == 2
    assert not bare.vault.exists()


def test_on_a_terminal_the_code_is_shown_once_and_beside_the_answer(bare: Program) -> None:
    """The passphrase is typed twice, unseen; the code is shown and opens the vault."""
    answer = bare.type("init", answers=[("New passphrase", GOOD), ("once more", GOOD)], env=NO_FILE)
    assert answer.code == 0
    assert GOOD.strip() not in answer.out
    found = CODE.findall(answer.out)
    assert len(found) == 1
    opened = bare.type("list", answers=[("Passphrase", found[0] + "\n")], env=NO_FILE)
    assert opened.code == 0


def test_two_different_passphrases_make_no_vault(bare: Program) -> None:
    """A slip in the second one is told, and nothing is there."""
    answer = bare.type("init", answers=[("New passphrase", GOOD), ("once more", "other\n")], env=NO_FILE)
    assert answer.code == 2
    assert "differ" in answer.out
    assert not bare.vault.exists()


def test_a_passphrase_that_is_easy_to_guess_is_asked_anew(bare: Program) -> None:
    """With the reason, as often as it takes; German words and the agency's trade are known. None of them is shown."""
    weak = ["Versicherung1\n", "qwertzuiop\n", "Sommer2026!\n"]
    answers = [*(("New passphrase", one) for one in weak), ("New passphrase", GOOD), ("once more", GOOD)]
    answer = bare.type("init", answers=answers, env=NO_FILE)
    assert answer.code == 0, answer.out
    assert answer.out.count("easy to guess") == len(weak)
    assert "many people" in answer.out
    assert not any(one.strip() in answer.out for one in (*weak, GOOD))


def test_a_weak_passphrase_in_a_file_is_told_and_taken(bare: Program) -> None:
    """Nobody is there to choose another; standard output, and JSON with it, stay clean."""
    bare.passphrase_file.write_text("Zertifikat2026\n")
    answer = bare.run("init", "--no-recovery", env={"CERTVAULT_LANG": "de"})
    assert (answer.code, "leicht zu erraten" in answer.err) == (0, True)
    assert "Zertifikat2026" not in answer.err + answer.out
    assert bare.run("init", "--vault", "other", "--no-recovery", "--json").err == ""


def test_an_empty_passphrase_makes_no_vault(bare: Program) -> None:
    """The return key alone is no passphrase."""
    assert bare.type("init", answers=[("New passphrase", "\n")], env=NO_FILE).code == 2
    assert not bare.vault.exists()


def test_a_vault_that_is_there_is_left_alone(program: Program) -> None:
    """Code 15 whatever else is said; the vault still opens."""
    before = (program.vault / "keyslots.json").read_bytes()
    assert program.run("init", "--no-recovery", "--json").error["code"] == 15
    assert program.run("init").code == 15
    assert (program.vault / "keyslots.json").read_bytes() == before


def test_a_folder_that_is_copied_elsewhere_gets_a_warning(bare: Program) -> None:
    """On standard error, once: the vault is made all the same, and other commands say nothing."""
    folder = bare.folder / "OneDrive - Agentur" / "vault"
    made = bare.run("init", "--no-recovery", "--json", env={"CERTVAULT_DIR": str(folder)})
    assert made.document["vault"] == str(folder)
    assert "OneDrive" in made.err
    assert bare.run("list", "--json", env={"CERTVAULT_DIR": str(folder)}).err == ""


def test_a_folder_that_others_may_read_is_refused_before_anything_is_asked(bare: Program) -> None:
    """With the command that closes it, by ``init`` and by what opens a vault."""
    bare.vault.mkdir()
    (bare.vault / "letter").touch()  # an empty folder is closed without a word
    bare.vault.chmod(0o755)
    error = bare.run("init", "--no-recovery", "--json").error
    assert (error["code"], error["type"]) == (3, "exposed")
    assert error["command"] == f"chmod 700 {bare.vault}"
    bare.vault.chmod(0o700)
    assert bare.run("init", "--no-recovery").code == 0
    (bare.vault / "keyslots.json").chmod(0o644)
    error = bare.run("list", "--json", env={"CERTVAULT_PASSPHRASE_FILE": ""}).error
    assert (error["type"], error["command"]) == ("exposed", f"chmod 600 {bare.vault / 'keyslots.json'}")
