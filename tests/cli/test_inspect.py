"""What a file is, who reads it, and whether it is one of ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from tests.cli.desk import pair
from tests.cli.program import Program
from tests.cli.shapes import PAIR
from tests.cli.test_pairs import add, german
from tests.stand_in.certificates import make_pair
from tests.support.vaults import PASSPHRASE, new_watch_key

VECTORS = Path(__file__).parents[1] / "vectors" / "pkcs12"
PIN = b"Test-1234"
NO_KEYS = {"CERTVAULT_PASSPHRASE_FILE": ""}


def test_without_a_vault_and_without_a_pin(bare: Program) -> None:
    """How it is protected, who reads it and who calls its password wrong: no vault and no PIN are needed."""
    answer = bare.run("inspect", VECTORS / "aes256.p12", env=NO_KEYS)
    assert answer.code == 0, answer.err
    assert "AES-256 (PBKDF2, SHA-256, 2048 rounds)" in answer.out
    (refused,) = [line for line in answer.out.splitlines() if line.startswith("Says »wrong password«")]
    assert "Windows Server 2016" in refused
    assert "macOS" in refused
    assert "encrypted with AES-256" in refused
    assert "PIN of six digits at once" in answer.out
    assert not bare.vault.exists()


def test_in_german(bare: Program) -> None:
    """The same in German."""
    out = german(bare, "inspect", VECTORS / "rc2-40.p12").out
    assert "Zertifikate" in out
    assert "RC2-40 (SHA-1, 2048 Runden)" in out
    assert "Meldet „Fehler“" in out
    assert "errät eine PIN aus sechs Ziffern sofort" in out


def test_for_scripts(bare: Program) -> None:
    """One document: protection, readers and guessing by their keys, and no PIN in it."""
    answer = bare.run("inspect", "--json", "--pin-stdin", VECTORS / "chain-and-name.p12", stdin=PIN)
    document = answer.document
    assert document["vault"] == "none"
    (file,) = document["files"]
    assert file["protection"]["names"] == ["aes"]
    assert {one["id"]: one["reads"] for one in file["readers"]}["macos"] is False
    assert (file["opened"], file["proven"], file["keys"], file["error"]) == (True, True, 1, None)
    assert [(one["key"], one["has_key"], one["authority"]) for one in file["certificates"]] == [
        ("RSA 2048", True, False),
        ("EC P-256", False, True),
    ]
    assert PIN.decode() not in answer.out


def test_what_the_pin_opens(bare: Program) -> None:
    """Certificate, kind of key, chain, name and validity in plain words; the PIN is asked for, and not shown."""
    answer = bare.type("inspect", VECTORS / "chain-and-name.p12", "--pin", answers=[("PIN for", "Test-1234\n")])
    assert answer.code == 0
    for words in ("Makler Müller, RSA 2048", "belongs to it", "Test CA, EC P-256", "Müller & Söhne"):
        assert words in answer.out
    assert "Test-1234" not in answer.out


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("ec", 9, "Wrong PIN"),
        ("cut-short", 10, "cut short"),
        ("changed-after-the-mac", 9, "Wrong PIN"),
        ("unknown-mac", 9, "Wrong PIN"),
        ("count-shown", 10, "steps of key derivation"),
        ("keytool-jks", 10, "a Java keystore (JKS)"),
        ("enveloped-only", 10, "protected by a certificate"),
    ],
)
def test_a_wrong_pin_damage_and_what_nobody_reads(bare: Program, name: str, code: int, words: str) -> None:
    """A wrong PIN, a damaged file, one that asks for too much and one of another kind are told apart."""
    answer = bare.run("inspect", VECTORS / f"{name}.p12", "--pin-stdin", stdin=b"wrong")
    assert (answer.code, words in answer.err) == (code, True), answer.err


def test_a_right_pin_and_something_unknown(bare: Program) -> None:
    """Where the PIN is right and the file uses what is not known here, that is said, and not that the PIN is wrong."""
    answer = bare.run("inspect", VECTORS / "curve-unknown.p12", "--pin-stdin", stdin=PIN)
    assert answer.code == 10
    assert "The PIN is right" in answer.err
    assert "PIN" in answer.out


def test_a_pair_that_is_none(bare: Program) -> None:
    """What add would refuse is shown all the same: two keys with their certificates."""
    answer = bare.run("inspect", VECTORS / "two-pairs.p12", "--pin-stdin", "--json", stdin=PIN)
    assert answer.code == 10
    assert answer.out.count('"has_key": true') == 2


def test_other_kinds_of_files(bare: Program) -> None:
    """PEM, DER, ZIP, PKCS#7 and an error page say what they are and what helps; several files end with 8."""
    certificate = pkcs12.load_pkcs12((VECTORS / "ec.p12").read_bytes(), PIN).cert
    assert certificate is not None
    x509 = certificate.certificate
    files = {
        "a.pem": x509.public_bytes(Encoding.PEM),
        "b.cer": x509.public_bytes(Encoding.DER),
        "c.zip": b"PK\x03\x04" + bytes(40),
        "d.p12": b"<!DOCTYPE html><html><body>Ihr Link ist abgelaufen</body></html>",
        "e.p7b": b"-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n",
        "f.p12": b"",
    }
    for name, data in files.items():
        (bare.folder / name).write_bytes(data)
    answer = bare.run("inspect", *files, "missing.p12")
    assert answer.code == 8
    for words in ("(PEM)", "(DER)", "a ZIP archive", "an HTML page", "PKCS#7", "an empty file", "no file missing.p12"):
        assert words in answer.err
    assert "Unpack it" in answer.err
    assert "press its download button" in answer.err
    assert answer.out.count("Makler EC") == 2


def test_one_of_ours(program: Program) -> None:
    """The old one is called old and the current one named, by the file alone, and by any key that is at hand."""
    old = add(program, "Schäffer, René", "Pin1", days=20, since=300)
    new = add(program, "Schäffer, René", "Pin2")
    file = program.folder / "Schäffer, René-20.p12"
    answer = program.run("inspect", file)
    assert f"This is the OLD certificate of Schäffer, René, ARAG / Interlloyd: {old[:6]}. Current is {new[:6]}" in (
        answer.out
    )
    key = new_watch_key(program.vault, program.folder / "watch.key")
    watched = program.run("inspect", "--json", file, "--watch-key-file", key, env=NO_KEYS).document
    assert watched["vault"] == "opened"
    known = watched["files"][0]["known"]
    assert known["by"] == "file"
    assert known["pair"].keys() == known["current"].keys() == PAIR
    assert (known["pair"]["id"], known["current"]["id"]) == (old, new)
    assert "current certificate of Schäffer" in program.run("inspect", program.folder / "Schäffer, René-365.p12").out


def test_a_file_that_was_written_anew_is_known(program: Program) -> None:
    """What was handed out in another flavour is one of ours by its very bytes; what helps other software is named."""
    identity = add(program, "Müller GmbH", "Pin1")
    out = program.run("inspect", program.folder / "Müller GmbH-365.p12").out
    assert f"certvault export {identity[:6]} --for SOFTWARE" in out
    assert "Keasy" in out
    written = program.run("export", "müller", "--for", "keasy", "--to", "out", "--json").document["files"][0]["path"]
    anew = program.run("inspect", written, "--json").document["files"][0]
    assert anew["protection"]["names"] == ["3des"]
    assert (anew["known"]["by"], anew["known"]["id"]) == ("file", identity)
    assert "What helps" not in program.run("inspect", written).out


def test_one_of_ours_in_other_bytes(program: Program) -> None:
    """The same certificate in another file is known by its certificate, once its PIN is there."""
    add(program, "Müller GmbH", "Pin1")
    found = pkcs12.load_pkcs12((program.folder / "Müller GmbH-365.p12").read_bytes(), b"Pin1")
    assert found.cert is not None
    bare = program.folder / "certificate.pem"
    bare.write_bytes(found.cert.certificate.public_bytes(Encoding.PEM))
    answer = program.run("inspect", bare, "--json")
    assert answer.code == 10
    assert '"by": "certificate"' in answer.out


def test_not_one_of_ours(program: Program) -> None:
    """A stranger's file is none of ours; a new one of the same name is told so."""
    add(program, "Müller GmbH", "Pin1")
    for holder, words in (("Fremd GmbH", "none of yours"), ("Müller GmbH", "it has the name of Müller GmbH")):
        file = program.folder / "other.p12"
        file.write_bytes(pair(holder, "Pin9"))
        answer = program.run("inspect", file, "--pin-stdin", stdin=b"Pin9")
        assert answer.code == 0
        assert words in answer.out


def test_nobody_is_asked(program: Program) -> None:
    """Without a key the vault stays closed and nobody is asked; with --unlock the passphrase is."""
    identity = add(program, "Müller GmbH", "Pin1")
    file = program.folder / "Müller GmbH-365.p12"
    closed = program.type("inspect", file, answers=[], env=NO_KEYS)
    assert closed.code == 0
    assert "--unlock" in closed.out
    assert "Passphrase" not in closed.out.replace("its passphrase", "")
    opened = program.type(
        "inspect", file, "--unlock", answers=[("Passphrase", PASSPHRASE.reveal() + "\n")], env=NO_KEYS
    )
    assert identity[:6] in opened.out


def test_a_vault_that_does_not_open_hinders_nothing(program: Program) -> None:
    """A damaged vault is a warning; a key that was named by hand and does not fit is an error."""
    file = VECTORS / "aes256.p12"
    (program.vault / "keyslots.json").write_bytes(b"{}")
    answer = program.run("inspect", file)
    assert answer.code == 0
    assert "damaged" in answer.err
    assert "AES-256" in answer.out
    named = program.run("inspect", file, "--passphrase-file", program.passphrase_file)
    assert named.code == 5


def test_a_file_that_was_forgotten_is_unknown(program: Program) -> None:
    """Who was forgotten is not known again by a file that somebody kept."""
    identity = add(program, "Müller GmbH", "Pin1")
    assert program.run("retire", identity, "--reason", "left").code == 0
    assert program.run("purge", "--forget", "Müller GmbH", "--yes").code == 0
    assert "none of yours" in program.run("inspect", program.folder / "Müller GmbH-365.p12").out


def test_a_short_pin_is_no_protection(bare: Program) -> None:
    """With the PIN at hand it is said of this very PIN how soon it is guessed: six digits at once, a long one never."""
    for pin, words in (("481516", "guesses this PIN at once"), ("x7-Qm2!vRk9_Lw", "This PIN protects the file")):
        (bare.folder / "a.p12").write_bytes(make_pair("Müller", pin))
        assert words in bare.run("inspect", "a.p12", "--pin-stdin", stdin=pin.encode()).out


def test_hostile_names(bare: Program) -> None:
    """Escape sequences in a file's name are made visible."""
    name = bare.folder / "a\x1b[31m.p12"
    shutil.copy(VECTORS / "odd-name.p12", name)
    answer = bare.run("inspect", name, "--pin-stdin", stdin=PIN)
    assert "\x1b" not in answer.out + answer.err
    assert "<U+001B>" in answer.out
