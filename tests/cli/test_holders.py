"""Looking after holders, with the real program."""

from __future__ import annotations

from tests.cli.program import Program
from tests.cli.test_pairs import add, german
from tests.support.vaults import new_watch_key

HOLDER = {"id", "name", "addresses", "numbers", "mobile", "responsible", "tags"}


def test_a_holder_from_beginning_to_end(program: Program) -> None:
    """Added with a watch key, changed, listed, shown; all that is known is there, in both languages."""
    key = ("--watch-key-file", new_watch_key(program.vault, program.folder / "watch.key"))
    facts = ("--number", "0042", "--email", "m@example.org", "--mobile", "0170 1234567", "--tag", "nord")
    made = program.run("holders", "add", "Müller GmbH", *facts, *key, "--json").document["holder"]
    assert (made.keys(), made["numbers"], made["name"]) == (HOLDER, ["0042"], "Müller GmbH")
    changed = program.run(
        "holders", "edit", "0042", "--responsible", "Kaya", "--remove", "m@example.org", *key, "--json"
    ).document["holder"]
    assert (changed["responsible"], changed["addresses"]) == ("Kaya", [])
    add(program, "Müller GmbH", "Pin1")
    (row,) = program.run("holders", "list", "--tag", "NORD", *key, "--json").document["holders"]
    assert (row.keys(), row["pairs"], row["id"]) == (HOLDER | {"pairs"}, 1, made["id"])
    card = program.run("holders", "show", "müller", *key, "--json").document
    assert (card["holder"].keys(), len(card["pairs"]), card["links"]) == (HOLDER | {"others"}, 1, [])
    assert "0170 1234567" in german(program, "holders", "list").out
    assert "Handy" in german(program, "holders", "show", "müller").out
    log = german(program, "audit", "--holder", "müller").out
    assert "Zertifikatsinhaber geändert, " in log
    assert "zuständig: Kaya" in log


def test_a_close_name_is_not_added_unasked(program: Program) -> None:
    """Ambiguous without a terminal; asked on one; ``--new`` adds it."""
    program.run("holders", "add", "Müller GmbH")
    error = program.run("holders", "add", "Mueller", "--json").error
    assert (error["code"], error["type"], len(error["candidates"])) == (7, "same-holder", 1)
    assert program.run("holders", "add", "müller gmbh", "--json").error["message"] == "Müller GmbH is here already."
    assert program.type("holders", "add", "Mueller", answers=[("nothing if it is another:", "\n")]).code == 0
    assert program.run("holders", "add", "Muller KG", "--new").code == 0
    assert len(program.run("holders", "list", "--json").document["holders"]) == 3


def test_two_become_one(program: Program) -> None:
    """His certificates come along and open; both names find him; the record verifies."""
    pair = add(program, "Mueller", "Pin1")
    program.run("holders", "add", "Müller GmbH", "--new")
    done = program.run("holders", "merge", "Mueller", "--into", "müller gmbh", "--yes", "--json").document
    assert (done.keys(), done["pairs"], done["holder"]["name"]) == (
        {"holder", "pairs", "links", "targets"},
        1,
        "Müller GmbH",
    )
    assert program.run("pin", "mueller").out == "Pin1\n"
    assert program.run("show", pair, "--json").document["pair"]["holder"] == "Müller GmbH"
    assert "Heißt auch" in german(program, "holders", "show", "müller").out
    assert program.run("audit", "--verify").code == 0
    log = program.run("audit").out
    assert "holder merged into another" in log
    assert "moved to another holder" in log


def test_a_merge_is_asked_about(program: Program) -> None:
    """On a terminal both are shown with what they have; no is the answer to Enter; without a terminal it is refused."""
    add(program, "Mueller", "Pin1")
    program.run("holders", "add", "Müller GmbH", "--new", "--number", "0042")
    merge = ("holders", "merge", "Mueller", "--into", "müller gmbh")
    for more in ((), ("--json",)):
        refused = program.run(*merge, *more)
        assert (refused.code, "--yes" in refused.err) == (2, True)
    asked = program.type(*merge, answers=[("[y/N]", "\n")])
    assert asked.code == 0
    goes, stays = asked.out.split("This one stays:")
    assert ("Mueller" in goes, "ARAG" in goes, "0042" in goes) == (True, True, False)
    assert ("Müller GmbH" in stays, "0042" in stays, "Nothing was changed." in stays) == (True, True, True)
    assert len(program.run("holders", "list", "--json").document["holders"]) == 2
    assert program.type(*merge, answers=[("[y/N]", "y\n")]).code == 0
    assert len(program.run("holders", "list", "--json").document["holders"]) == 1
    itself = program.run("holders", "merge", "müller", "--into", "0042")
    assert (itself.code, "that is one holder already" in itself.err.lower()) == (2, True)


def test_a_list_is_taken_in(program: Program) -> None:
    """Each line with what came of it; wrong ones are told by line, code 8; a dry run changes nothing."""
    program.run("holders", "add", "Müller GmbH")
    file = program.folder / "makler.csv"
    file.write_bytes(
        "Makler;Handy;Nr.;Farbe\r\nKaya;0170 1234567;0042;rot\r\nMueller;;;\r\nOtto;1,7E+11;;\r\n".encode("cp1252")
    )
    tried = program.run("holders", "import", file, "--dry-run")
    assert (tried.code, "Nothing was changed" in tried.out) == (8, True)
    assert len(program.run("holders", "list", "--json").document["holders"]) == 1
    answer = program.run("holders", "import", file)
    assert answer.code == 8
    assert "Line 3 (Mueller): Mueller may be a holder who is here already." in answer.out
    assert "Line 4: The mobile number cannot be taken: a spreadsheet has rounded it" in answer.out
    assert "Columns that were not understood: Farbe" in answer.out
    assert "1,7E+11" not in answer.out + answer.err
    assert "Zeile 4: Die Handynummer geht so nicht" in german(program, "holders", "import", file).out
    kaya = program.run("holders", "show", "0042", "--json").document["holder"]
    assert (kaya["name"], kaya["numbers"], kaya["mobile"]) == ("Kaya", ["0042"], "0170 1234567")
    asked = program.type("holders", "import", file, answers=[("nothing if it is another:", "1\n")])
    assert "2  unchanged" in asked.out
    assert "holders imported" in program.run("audit").out


def test_who_is_responsible_and_has_no_mail_address_gets_no_reminder_and_that_is_told(program: Program) -> None:
    """Where it is said, once; an address is as good as none given."""
    assert "Sommer is no mail address" in program.run("holders", "add", "Kaya", "--responsible", "Sommer").out
    assert "no mail address" not in program.run("holders", "edit", "kaya", "--email", "k@example.org").out
    assert "no mail address" not in program.run("holders", "edit", "kaya", "--responsible", "s@example.org").out
