"""Keys that people manage: added, changed, removed; what opens the vault afterwards, and what no longer does."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime
from pathlib import Path

from tests.cli.program import Answer, Program
from tests.support.vaults import PASSPHRASE, new_vault

NO_FILE = {"CERTVAULT_PASSPHRASE_FILE": ""}
OLD = PASSPHRASE.reveal()
NEW = "Vier wilde Gänse tanzen Polka"
CODE = re.compile(r"(?:[0-9A-HJKMNP-TV-Z]{4}-){7}[0-9A-HJKMNP-TV-Z]{4}")


def new_file(program: Program, text: str = NEW) -> Path:
    """A file with a new passphrase."""
    path = program.folder / "new passphrase"
    path.write_text(text + "\n", "utf-8")
    return path


def opens(program: Program, secret: str) -> bool:
    """Whether the vault opens with this passphrase or code."""
    path = program.folder / "tried"
    path.write_text(secret + "\n", "utf-8")
    answer = program.run("list", "--passphrase-file", path)
    assert answer.code in {0, 3}, answer
    return answer.code == 0


def names(program: Program) -> list[str]:
    """The names of the keys, as listed."""
    return [one["name"] for one in program.run("keys", "list", "--json").document["keys"]]


def add_sommer(program: Program) -> Answer:
    """A passphrase for a colleague."""
    label = ("--person", "Frau Sommer", "--place", "Büro-PC")
    return program.run("keys", "add", "passphrase", *label, "--new-passphrase-file", new_file(program), "--json")


def test_a_colleague_gets_a_passphrase_of_her_own(program: Program) -> None:
    """It opens the vault, the old one still does, and the list says whose it is and where."""
    key = add_sommer(program).document["key"]
    assert (key["kind"], key["name"], key["person"]) == ("passphrase", "Frau Sommer", "Frau Sommer")
    assert opens(program, NEW)
    assert opens(program, OLD)
    listed = program.run("keys", "list").out
    assert "Frau Sommer" in listed
    assert "Büro-PC" in listed
    assert key["id"][:6] in listed


def test_a_new_passphrase_is_typed_twice_and_never_shown(program: Program) -> None:
    """The vault is tried with the old one before anybody chooses a new one."""
    answers = [("Passphrase of the vault", OLD), ("New passphrase", NEW), ("once more", NEW)]
    lines = [(prompt, typed + "\n") for prompt, typed in answers]
    answer = program.type("keys", "add", "passphrase", "--name", "Sommer", answers=lines, env=NO_FILE)
    assert answer.code == 0, answer.out
    assert "Added: the key Sommer." in answer.out
    assert NEW not in answer.out
    assert opens(program, NEW)
    refused = program.type("keys", "add", "passphrase", "--name", "x", answers=[("Pass", "wrong\n")], env=NO_FILE)
    assert refused.code == 3
    assert "New passphrase" not in refused.out


def test_without_a_terminal_the_new_passphrase_comes_from_a_file(program: Program) -> None:
    """Else the call fails at once and names the option; nothing is changed."""
    for command in (("add", "passphrase", "--name", "x"), ("change-passphrase",)):
        error = program.run("keys", *command, "--json").error
        assert error["code"] == 2
        assert "--new-passphrase-file" in error["hint"]
    assert names(program) == ["passphrase", "recovery code"]


def test_a_name_is_given_once(program: Program) -> None:
    """It says in the audit log who it was: in another case it is the same name, and the one who has it is told."""
    assert add_sommer(program).code == 0
    for command in (
        ("add", "passphrase", "--name", "frau  SOMMER", "--new-passphrase-file", new_file(program)),
        ("add", "recovery", "--recovery-file", "sheet"),
        ("add", "watch", "--watch-key-file", "watch.key", "--name", "passphrase"),
    ):
        error = program.run("keys", *command, "--json").error
        assert (error["code"], error["type"]) == (7, "key-name-taken")
        assert len(error["candidates"]) == 1
    assert not (program.folder / "sheet").exists()
    assert not (program.folder / "watch.key").exists()


def test_a_second_recovery_code(program: Program) -> None:
    """In a file of its own, for its owner alone; it opens the vault."""
    arguments = ("keys", "add", "recovery", "--name", "Blatt 2", "--recovery-file", "sheet")
    assert "sheet" in program.run(*arguments).out
    sheet = program.folder / "sheet"
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    assert opens(program, sheet.read_text().strip())
    assert program.run(*arguments).code == 15


def test_a_recovery_code_is_shown_on_the_terminal_or_not_made(program: Program) -> None:
    """Where it would be lost, nothing is changed."""
    assert program.run("keys", "add", "recovery", "--name", "Blatt 2").code == 2
    assert names(program) == ["passphrase", "recovery code"]
    shown = program.type("keys", "add", "recovery", "--name", "Blatt 2", answers=[])
    code = CODE.search(shown.out)
    assert code is not None
    assert opens(program, code[0])


def test_a_file_of_another_kind_is_refused(program: Program) -> None:
    """No option without effect."""
    for kind, option in (
        ("passphrase", "--watch-key-file"),
        ("passphrase", "--recovery-file"),
        ("watch", "--recovery-file"),
        ("recovery", "--new-passphrase-file"),
    ):
        error = program.run("keys", "add", kind, option, "x", "--json").error
        assert (error["code"], option in error["message"]) == (2, True)
    assert program.run("keys", "add", "watch", "--json").error["code"] == 2


def test_a_passphrase_is_changed(program: Program) -> None:
    """The new one opens, the old one no longer does; name and place in the list stay."""
    changed = program.run("keys", "change-passphrase", "--new-passphrase-file", new_file(program), "--json").document
    assert changed["key"]["name"] == "passphrase"
    assert names(program) == ["passphrase", "recovery code"]
    assert opens(program, NEW)
    assert not opens(program, OLD)


def test_a_forgotten_passphrase_is_replaced_with_the_recovery_code(bare: Program) -> None:
    """The code is typed where the passphrase is asked; the old passphrase is needed nowhere."""
    code = new_vault(bare.vault, at=datetime.now(UTC))
    lines = [("Passphrase of the vault", code.reveal()), ("New passphrase", NEW), ("once more", NEW)]
    answer = bare.type("keys", "change-passphrase", answers=[(a, b + "\n") for a, b in lines], env=NO_FILE)
    assert answer.code == 0, answer.out
    assert "until: certvault keys rotate" in " ".join(answer.out.split())
    assert opens(bare, NEW)
    assert opens(bare, code.reveal())
    assert not opens(bare, OLD)


def test_whose_passphrase_is_changed(program: Program) -> None:
    """The one that is named; else one's own; with the recovery code and several there, somebody must say which."""
    code_file = program.folder / "code"
    recovery = ("keys", "add", "recovery", "--name", "Blatt 2", "--recovery-file", code_file)
    assert program.run(*recovery).code == 0
    add_sommer(program)
    new = ("--new-passphrase-file", new_file(program, "Drei alte Kähne rosten leise"))
    error = program.run("keys", "change-passphrase", *new, "--passphrase-file", code_file, "--json").error
    assert (error["code"], error["type"], len(error["candidates"])) == (7, "key-unclear", 2)
    assert program.run("keys", "change-passphrase", "Blatt 2", *new, "--json").error["type"] == "not-a-passphrase"
    assert program.run("keys", "change-passphrase", "Winter", *new, "--json").error["code"] == 6
    assert program.run("keys", "change-passphrase", "frau sommer", *new).code == 0
    assert opens(program, OLD)
    assert not opens(program, NEW)
    assert opens(program, "Drei alte Kähne rosten leise")


def test_who_left_no_longer_opens_the_vault(program: Program) -> None:
    """By name or id; the answer says what an old copy still does, and which other keys are the same person's."""
    add_sommer(program)
    label = ("--name", "Nachtlauf", "--person", "frau sommer")
    watch = program.run("keys", "add", "watch", "--watch-key-file", "watch.key", *label, "--json").document["key"]
    answer = program.run("keys", "remove", "Frau Sommer")
    assert answer.code == 0
    assert not opens(program, NEW)
    assert "old copy" in answer.out
    assert 'certvault audit --by "Frau Sommer" --secrets' in answer.out
    assert program.run("audit", "--by", "Frau Sommer", "--secrets").code == 0
    assert "Nachtlauf" in answer.out
    document = program.run("keys", "remove", watch["id"][:6], "--json").document
    assert (document["key"]["id"], document["same_person"]) == (watch["id"], [])
    assert program.run("due", "--watch-key-file", "watch.key").code == 3
    assert program.run("keys", "remove", "Nachtlauf", "--json").error["type"] == "no-such-key"


def test_the_truth_about_a_removed_key(program: Program) -> None:
    """An old copy of the key file opens the vault's keys as before, as the answer says; put back, it is found."""
    add_sommer(program)
    slots = program.vault / "keyslots.json"
    old = slots.read_bytes()
    assert program.run("keys", "remove", "Frau Sommer").code == 0
    copy = program.folder / "copy"
    copy.mkdir(mode=0o700)
    (copy / "keyslots.json").write_bytes(old)
    for file in program.vault.glob("*.db"):
        (copy / file.name).write_bytes(file.read_bytes())
    for file in copy.iterdir():
        file.chmod(0o600)
    error = program.run("list", "--vault", copy, "--passphrase-file", new_file(program), "--json").error
    assert "older than the database" in error["message"]
    slots.write_bytes(old)
    assert program.run("list", "--json").error["code"] == 5


def test_the_last_key_stays(program: Program) -> None:
    """A watch key does not count: with it nobody reads a pair."""
    program.run("keys", "add", "watch", "--watch-key-file", "watch.key")
    assert program.run("keys", "remove", "recovery code").code == 0
    error = program.run("keys", "remove", "passphrase", "--json").error
    assert (error["code"], error["type"]) == (2, "last-key")
    assert opens(program, OLD)


def test_each_change_is_on_record(program: Program) -> None:
    """Who added, changed and removed which key stands in the log, with no secret."""
    from tests.support.vaults import custody

    add_sommer(program)
    program.run("keys", "change-passphrase", "Frau Sommer", "--new-passphrase-file", new_file(program, NEW + "!"))
    program.run("keys", "remove", "Frau Sommer")
    with custody(program.vault) as opened, opened.reading() as reader:
        assert reader.head().number == 3 + 3  # the vault, and the two keys that it was made with
    key_file = (program.vault / "keyslots.json").read_text()
    assert NEW not in key_file


def test_who_removes_his_own_key_is_asked(program: Program) -> None:
    """On a terminal, and no is the answer of whoever only hits return."""
    add_sommer(program)
    answer = program.type("keys", "remove", "passphrase", answers=[("all the same? [y/N]", "\n")])
    assert answer.code == 0
    assert "just opened the vault" in answer.out
    assert opens(program, OLD)
    assert program.type("keys", "remove", "passphrase", answers=[("all the same? [y/N]", "y\n")]).code == 0
    assert not opens(program, OLD)


def test_the_last_recovery_code_does_not_go_in_silence(program: Program) -> None:
    """Whoever removes it is told that none is left, and how to make one."""
    add_sommer(program)
    assert "recovery code" not in program.run("keys", "remove", "Frau Sommer").out
    assert "certvault keys add recovery" in program.run("keys", "remove", "recovery code").out


def test_a_name_is_told_as_it_is(program: Program) -> None:
    """A key that somebody called "recovery code" has that name in a German message too: it is to be typed."""
    answer = program.run("keys", "change-passphrase", "recovery code", "--lang", "de")
    assert "Der Schlüssel recovery code hat keine Passphrase" in answer.err
    taken = program.run("keys", "add", "passphrase", "--name", "recovery code", "--lang", "de", "--json")
    assert taken.error["candidates"][0]["name"] == taken.error["name"] == "recovery code"


def test_other_keys_of_somebody_are_found_by_person_or_name(program: Program) -> None:
    """One key is called Sommer, the other is hers by its person: whoever takes one away is told of the other."""
    program.run("keys", "add", "passphrase", "--name", "Sommer", "--new-passphrase-file", new_file(program))
    program.run("keys", "add", "watch", "--name", "PC-7", "--person", "sommer", "--watch-key-file", "w")
    assert "Other keys of Sommer: PC-7" in program.run("keys", "remove", "Sommer").out


def test_a_key_beside_the_vault_is_told(program: Program) -> None:
    """Who copies the folder would have both; elsewhere nothing is said."""
    beside = program.vault / "watch.key"
    assert "own folder" in program.run("keys", "add", "watch", "--name", "a", "--watch-key-file", beside).err
    answer = program.run("keys", "add", "recovery", "--name", "b", "--recovery-file", program.vault / "sheet.html")
    assert "own folder" in answer.err
    assert program.run("keys", "add", "watch", "--name", "c", "--watch-key-file", "w").err == ""


def test_keys_without_a_name_are_called_in_the_language_of_who_makes_them(bare: Program) -> None:
    """The list, the sheet and the log of a German office speak German."""
    assert bare.run("init", "--recovery-file", "sheet.html", "--lang", "de").code == 0
    assert bare.run("keys", "add", "watch", "--watch-key-file", "w", "--lang", "de").code == 0
    assert names(bare) == ["Passphrase", "Wiederherstellungscode", "Wächterschlüssel"]
    assert bare.run("audit", "--json").document["events"][0]["slot"] == "Passphrase"
    assert "<td>Wiederherstellungscode</td>" in (bare.folder / "sheet.html").read_text("utf-8")
