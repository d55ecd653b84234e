"""Whatever a file holds, only errors of ours come out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vectors.pkcs12 import build
from vault.errors import CertvaultError, FileDamaged, TooCostly, WrongPin
from vault.pkcs12 import contents, inside, limits, recognise, structure
from vault.secret import Pin

HERE = Path(__file__).parents[2] / "vectors" / "pkcs12"
FILES = [
    (HERE / f"{name}.p12").read_bytes()
    for name in (
        "ec",
        "pbmac1",
        "ber",
        "keytool",
        "no-mac-rc2-40",
        "key-bag-in-sealed-safe",
        "nothing-encrypted-no-mac",
    )
]
PIN = Pin("Test-1234")
FREELY = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])


def tried(data: bytes) -> None:
    """Open ``data``; an error of ours is an answer."""
    try:
        recognise.check(data)
        inside.prove(data, PIN, (Pin("a"),))
    except CertvaultError:
        pass


@FREELY
@given(st.binary(max_size=400), st.sampled_from([b"", b"\x30\x80\x02\x01\x03", b"\x30\x82\x01\x00\x02\x01\x03\x30"]))
def test_any_bytes(data: bytes, start: bytes) -> None:
    """Any bytes, also behind the beginning of a PKCS#12."""
    tried(start + data)


@FREELY
@given(st.data(), st.sampled_from(FILES))
def test_changed_files(data: st.DataObject, file: bytes) -> None:
    """Real files with bits flipped, pieces cut out, or cut short."""
    changed = bytearray(file)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at] ^= 1 << data.draw(st.integers(0, 7))
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(changed) - 1))
        del changed[at : at + data.draw(st.integers(1, 40))]
    tried(bytes(changed))


@FREELY
@given(st.data())
def test_changed_before_the_mac(data: st.DataObject) -> None:
    """What somebody wrote who knows the PIN: the MAC fits, and key and certificates may be anything."""
    covered = bytearray(structure.read(FILES[-1]).authenticated)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(covered) - 1))
        covered[at] = data.draw(st.integers(0, 255))
    content = build.sequence(build.oid(build.DATA), build.der(0xA0, build.octets(bytes(covered))))
    mac = build.classic_mac(bytes(covered), build.wide(PIN.reveal()))
    tried(build.sequence(build.integer(3), content, mac))


def test_every_cut() -> None:
    """A file that is cut short anywhere is damaged, never a wrong PIN."""
    whole = FILES[0]
    for length in range(8, len(whole), 3):
        with pytest.raises(FileDamaged):
            inside.prove(whole[:length], PIN, ())


def test_what_is_declared_is_added_up() -> None:
    """The openly declared steps of MAC, safes and keys are one sum."""
    assert contents.visible_steps(structure.read((HERE / "ec.p12").read_bytes())) == 3 * 2048


def test_refused_before_anything_is_derived(monkeypatch: pytest.MonkeyPatch) -> None:
    """A declared sum beyond the limit costs not one step."""
    spent: list[int] = []
    monkeypatch.setattr(limits.Budget, "spend", lambda _self, steps: spent.append(steps))
    with pytest.raises(TooCostly):
        inside.prove((HERE / "count-shown.p12").read_bytes(), PIN, ())
    assert spent == []


def test_further_attempts_do_not_hide_a_wrong_pin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where trying other encodings would cost too much, a wrong PIN is still a wrong PIN."""
    monkeypatch.setattr(limits.Budget.__init__, "__defaults__", (2048,))
    with pytest.raises(WrongPin):
        inside.prove((HERE / "ec.p12").read_bytes(), Pin("Größe"), ())


def test_a_wrong_pin_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PIN of plain letters has one form for the MAC, so the derivation is not done for others in vain."""
    spent: list[int] = []
    monkeypatch.setattr(limits.Budget, "spend", lambda _self, steps: spent.append(steps))
    with pytest.raises(WrongPin):
        inside.prove((HERE / "mac-only.p12").read_bytes(), Pin("test-1234"), ())
    assert spent == [2048]


def test_deep_nesting() -> None:
    """A hundred thousand sequences in one another end in an error, in no time and no stack."""
    deep = b"\x30\x80\x02\x01\x03" + b"\x30\x80" * 100_000
    with pytest.raises(CertvaultError):
        inside.prove(deep, PIN, ())
    nested = b""
    for _ in range(2000):
        nested = build.sequence(nested)
    with pytest.raises(CertvaultError):
        inside.prove(build.sequence(build.integer(3), nested), PIN, ())


def test_no_secret_in_an_error() -> None:
    """Neither the PIN nor the key stands in an error or in what led to it."""
    for path in HERE.glob("*.p12"):
        if path.stem == "count-hidden-from-us":
            continue
        try:
            inside.prove(path.read_bytes(), PIN, ())
        except CertvaultError as error:
            chain: BaseException | None = error
            while chain is not None:
                assert "Test-1234" not in repr(chain) + str(chain)
                chain = chain.__cause__ or chain.__context__
