"""Why software does not read a file: the rule, and the words."""

from __future__ import annotations

from typing import NamedTuple

from vault.model.protection import Protection, Seal
from vault.model.reading_target import NOT_PEM, verdicts, why_not

DES = Seal("3DES", "3des", "pkcs12", "sha1", 2048, 8)
RC2 = Seal("RC2-40", "rc2-40", "pkcs12", "sha1", 2048, 8)
AES = Seal("AES-256", "aes", "pbkdf2", "sha256", 2048, 16)
SHA1 = Seal("SHA-1", "3des", "pkcs12", "sha1", 2048, 8)
SHA256 = Seal("SHA-256", "aes", "pkcs12", "sha256", 2048, 8)
OLD = Protection((DES,), (RC2,), SHA1, 1)
LEGACY = Protection((DES,), (DES,), SHA1, 1)
MODERN = Protection((AES,), (AES,), SHA256, 1)


class Takes(NamedTuple):
    """Of a target profile what the rule asks."""

    reads: frozenset[str]
    form: str = "pkcs12"


KEASY = Takes(frozenset({"3des"}))


def test_what_is_read_has_no_reasons() -> None:
    """A file whose every protection is read goes out as it is."""
    assert why_not(KEASY, LEGACY) == ()


def test_each_reason_is_named() -> None:
    """What is not read is named with its algorithm: the key, the certificates, both, the integrity check."""
    assert list(map(str, why_not(KEASY, OLD))) == ["its certificates are encrypted with RC2-40"]
    assert list(map(str, why_not(KEASY, MODERN))) == [
        "its private key and certificates are encrypted with AES-256",
        "its integrity check is made with SHA-256",
    ]
    assert list(map(str, why_not(KEASY, LEGACY._replace(mac=SHA256)))) == ["its integrity check is made with SHA-256"]


def test_what_is_not_protected() -> None:
    """A missing integrity check and a bare private key are reasons where the target is not known to take them."""
    bare = Protection(open_keys=1)
    assert list(map(str, why_not(KEASY, bare))) == [
        "the file has no integrity check",
        "its private key is not encrypted",
    ]
    assert why_not(Takes(frozenset({"none"})), bare) == ()


def test_pem() -> None:
    """Software that takes PEM texts reads no PKCS#12, however it is protected."""
    assert why_not(Takes(frozenset({"3des", "aes"}), "pem"), LEGACY) == (NOT_PEM,)


def test_a_structure_that_nobody_understands() -> None:
    """Of a file whose structure could not be read nothing is promised, except where everything goes."""
    assert list(map(str, why_not(KEASY, Protection(understood=False)))) == [
        "the structure of the file could not be read"
    ]
    assert why_not(Takes(frozenset({"3des", "other"})), Protection(understood=False)) == ()


def test_who_says_that_the_password_is_wrong() -> None:
    """A modern file is refused by the older Windows Server and by macOS with these words, and read by the others."""
    found = {verdict.system.id: verdict for verdict in verdicts(MODERN)}
    refusing = {name for name, verdict in found.items() if verdict.reads is False}
    assert refusing == {"windows-2016", "macos", "java-8"}
    assert {name for name in refusing if found[name].system.says == "wrong-password"} == {"windows-2016", "macos"}
    assert str(found["macos"].why[0]) == "its private key and certificates are encrypted with AES-256"


def test_who_reads_the_older_ones() -> None:
    """3DES is read by everybody; RC2-40 by all but OpenSSL 3."""
    assert all(verdict.reads for verdict in verdicts(LEGACY))
    assert [verdict.system.id for verdict in verdicts(OLD) if not verdict.reads] == ["openssl-3"]


def test_nobody_knows() -> None:
    """What is in no table is neither promised nor denied, and the reason is named."""
    odd = Protection((Seal("1.2.3", "other"),), (DES,), SHA1, 1)
    assert {verdict.reads for verdict in verdicts(odd)} == {None}
    assert str(verdicts(odd)[0].why[0]) == "its private key is encrypted with 1.2.3"


def test_the_newest_is_not_promised() -> None:
    """PBMAC1 depends on the version: where nothing else is refused, it is neither promised nor denied."""
    newest = MODERN._replace(mac=Seal("PBMAC1, SHA-256", "pbmac1", "pbkdf2", "sha256", 2048, 16))
    found = {verdict.system.id: verdict.reads for verdict in verdicts(newest)}
    assert found == {
        **dict.fromkeys(("windows-2016", "macos", "java-8"), False),
        **dict.fromkeys(("windows", "java", "firefox", "openssl-3")),
    }
