"""Who has what opens what; what was put in other hands, or changed, does not open."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable

import pytest

from tests.stand_in.slots import AT, PASSPHRASE, QUICK, keys
from vault.crypto import hpke
from vault.crypto.failure import NotAuthentic
from vault.errors import (
    RecoveryCodeMistyped,
    SlotsDamaged,
    Usage,
    WrongPassphrase,
    WrongRecoveryCode,
    WrongWatchKey,
)
from vault.keys.authenticate import slots_mac
from vault.keys.derive import events_key, inbox_key, pairs_key, watch_keys
from vault.keys.making import Label, new_slots, with_passphrase_slot, with_watch_slot
from vault.keys.recovery import new_code
from vault.keys.slot_seal import recalled, sealed_for, voucher_key
from vault.keys.slots import KeySlots
from vault.keys.unlocking import is_passphrase, unlock_root, unlock_watch
from vault.keys.watch_file import new_watch_key
from vault.keys.wrapping import PROFILE, argon2_wrap, unwrapped, wrapping_key
from vault.secret import Passphrase, RecoveryCode, RootKey

KEYS = keys()
SLOTS, ROOT, CODE, WATCH = KEYS


def with_slot(slots: KeySlots, index: int, **fields: object) -> KeySlots:
    """``slots`` with fields of one slot changed; the MAC stays."""
    changed = list(slots.slots)
    changed[index] = changed[index]._replace(**fields)  # type: ignore[arg-type]
    return slots._replace(slots=tuple(changed))


def signed(slots: KeySlots, root: RootKey = ROOT) -> KeySlots:
    """``slots`` with the MAC that ``root`` gives them."""
    return slots._replace(mac=slots_mac(events_key(root, slots.vault, slots.generation), slots.body()))


def test_the_passphrase_opens() -> None:
    """The passphrase gives the root key, and says by which slot."""
    root, slot = unlock_root(SLOTS, PASSPHRASE)
    assert root == ROOT
    assert slot.kind == "passphrase"


def test_a_passphrase_is_one_whatever_the_keyboard_sends() -> None:
    """Composed and decomposed umlauts are the same passphrase."""
    decomposed = Passphrase(unicodedata.normalize("NFD", PASSPHRASE.reveal()))
    assert decomposed != PASSPHRASE
    assert unlock_root(SLOTS, decomposed)[0] == ROOT


def test_the_recovery_code_opens() -> None:
    """The recovery code gives the root key."""
    root, slot = unlock_root(SLOTS, CODE)
    assert root == ROOT
    assert slot.kind == "recovery"


def test_the_recovery_code_is_taken_for_the_passphrase() -> None:
    """Typed where a passphrase is asked, in any writing, the code opens all the same."""
    typed = Passphrase(CODE.reveal().replace("-", " ").lower())
    assert unlock_root(SLOTS, typed)[0] == ROOT


def test_a_passphrase_in_the_form_of_a_code_opens() -> None:
    """A passphrase that happens to read as another vault's recovery code is a passphrase here."""
    passphrase = Passphrase(new_code(os.urandom).reveal())
    slots = with_passphrase_slot(SLOTS, ROOT, Label("odd"), AT, os.urandom, passphrase, QUICK)
    assert unlock_root(slots, passphrase)[0] == ROOT


@pytest.mark.parametrize(
    ("secret", "error"),
    [
        (Passphrase("wrong"), WrongPassphrase),
        (Passphrase(""), WrongPassphrase),
        (Passphrase("\udcff"), WrongPassphrase),
        (Passphrase(PASSPHRASE.reveal() + " "), WrongPassphrase),
        (Passphrase(PASSPHRASE.reveal().lower()), WrongPassphrase),
        (new_code(os.urandom), WrongRecoveryCode),
        (Passphrase(new_code(os.urandom).reveal()), WrongRecoveryCode),
        (Passphrase(CODE.reveal()[:-4] + "0000"), RecoveryCodeMistyped),
        (RecoveryCode("nonsense"), RecoveryCodeMistyped),
    ],
)
def test_wrong_secrets(secret: Passphrase | RecoveryCode, error: type[Exception]) -> None:
    """Each wrong secret has the error that says what is wrong, and none of them quotes it."""
    with pytest.raises(error) as caught:
        unlock_root(SLOTS, secret)
    shown = f"{caught.value} {caught.value!r} {caught.value.args} {vars(caught.value)}"
    assert secret.reveal() not in shown or len(secret.reveal()) < 2


def test_the_watch_key_gives_the_register_and_nothing_else() -> None:
    """A watch key gives the register key and the inbox's public half: 64 octets, none of them of another key."""
    found, slot = unlock_watch(SLOTS, WATCH, "watch.key")
    assert found == watch_keys(ROOT, SLOTS.vault, 1, 1)
    assert (slot.name, slot.person, slot.place) == ("nightly", "Jo", "server")
    assert len(slot.sealed) == 64 + hpke.OVERHEAD
    secret = (ROOT, pairs_key(ROOT, SLOTS.vault, 1), inbox_key(ROOT, SLOTS.vault, 1), events_key(ROOT, SLOTS.vault, 1))
    held = found.register.reveal() + found.inbox_public
    assert not any(key.reveal() in held for key in secret)


def test_a_wrong_watch_key() -> None:
    """Another watch key is refused, with the file's name."""
    with pytest.raises(WrongWatchKey, match=r"there/watch\.key"):
        unlock_watch(SLOTS, new_watch_key(os.urandom), "there/watch.key")


def test_is_passphrase() -> None:
    """The vault's passphrase and its recovery code are known; a PIN is not one of them."""
    assert is_passphrase(SLOTS, PASSPHRASE.reveal())
    assert is_passphrase(SLOTS, CODE.reveal().lower())
    assert not is_passphrase(SLOTS, "4711")
    assert not is_passphrase(SLOTS, new_code(os.urandom).reveal())


TAMPERED: dict[str, Callable[[KeySlots], KeySlots]] = {
    "MAC changed": lambda slots: slots._replace(mac=bytes(32)),
    "counter turned back": lambda slots: slots._replace(counter=1),
    "other database": lambda slots: slots._replace(database="other.db"),
    "generation changed": lambda slots: slots._replace(generation=2),
    "slot removed": lambda slots: slots._replace(slots=slots.slots[:2]),
    "slots in another order": lambda slots: slots._replace(slots=slots.slots[::-1]),
    "slot renamed": lambda slots: with_slot(slots, 2, name="other"),
    "slot's proof key changed": lambda slots: with_slot(slots, 2, voucher_key=bytes(80)),
    "public half exchanged": lambda slots: with_slot(slots, 0, public=hpke.public_of(bytes(32))),
    "seal of another slot": lambda slots: with_slot(slots, 0, sealed=slots.slots[1].sealed),
    "seal and proof of another slot": lambda slots: with_slot(
        slots, 0, sealed=slots.slots[1].sealed, voucher=slots.slots[1].voucher
    ),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_changed_file_does_not_unlock(tamper: Callable[[KeySlots], KeySlots]) -> None:
    """The right passphrase does not make a changed file good, even where its own slot is untouched."""
    with pytest.raises(SlotsDamaged):
        unlock_root(tamper(SLOTS), PASSPHRASE)


def test_slots_of_another_vault_do_not_open() -> None:
    """A slot that is carried into another vault does not open there, though the passphrase is the same."""
    other = keys()
    with pytest.raises(WrongPassphrase):
        unlock_root(other.slots._replace(slots=SLOTS.slots), PASSPHRASE)
    with pytest.raises(WrongWatchKey):
        unlock_watch(other.slots._replace(slots=SLOTS.slots), WATCH, "watch.key")


def test_a_private_half_does_not_open_in_another_slot() -> None:
    """A wrapped private half belongs to its slot."""
    first, second = SLOTS.slots[:2]
    swapped = with_slot(SLOTS, 1, private=first.private, wrap=first.wrap, kind="passphrase")
    with pytest.raises(WrongPassphrase):
        unlock_root(swapped._replace(slots=swapped.slots[1:]), PASSPHRASE)
    assert second.private != first.private


def test_a_slot_of_another_generation_does_not_open() -> None:
    """A seal belongs to its generation, even under a MAC that fits."""
    with pytest.raises(SlotsDamaged, match="sealed there"):
        unlock_root(signed(SLOTS._replace(generation=2)), PASSPHRASE)
    with pytest.raises(SlotsDamaged, match="sealed there"):
        unlock_watch(SLOTS._replace(register_generation=2), WATCH, "watch.key")


def test_a_root_key_that_was_slipped_in_is_refused() -> None:
    """Anybody can seal a root key of his own to a public half, and sign the file with it: the voucher tells.

    Otherwise whoever writes the folder would read every pair that is stored from then on.
    """
    planted, slot = RootKey(os.urandom(32)), SLOTS.slots[0]
    own_guess = voucher_key(os.urandom(32), SLOTS.vault, slot.id)
    sealed, voucher = sealed_for(
        slot.public, planted.reveal(), own_guess, vault=SLOTS.vault, slot=slot.id, kind=slot.kind, generation=1
    )
    for proof in (slot.voucher, voucher):
        with pytest.raises(SlotsDamaged, match="sealed there"):
            unlock_root(signed(with_slot(SLOTS, 0, sealed=sealed, voucher=proof), planted), PASSPHRASE)


def test_a_watch_slot_whose_halves_differ_is_refused() -> None:
    """A public half that is not the private one's is seen by a watch too: a rotation would seal past its owner."""
    with pytest.raises(SlotsDamaged, match="two halves"):
        unlock_watch(with_slot(SLOTS, 2, public=SLOTS.slots[0].public), WATCH, "watch.key")


def test_watch_keys_that_were_slipped_in_are_refused() -> None:
    """Nor can somebody slip a register of his own under a watch."""
    slot = SLOTS.slots[2]
    sealed = hpke.seal(slot.public, bytes(64), b"")
    with pytest.raises(SlotsDamaged):
        unlock_watch(with_slot(SLOTS, 2, sealed=sealed), WATCH, "watch.key")


def test_the_voucher_key_is_kept_under_the_root_key_only() -> None:
    """The kept voucher key opens with the events key of this root key, in its own slot, and with no other."""
    slot, other = SLOTS.slots[:2]
    events = events_key(ROOT, SLOTS.vault, 1)
    private = unwrapped(wrapping_key(slot.wrap, PASSPHRASE), slot.private, SLOTS.vault, slot.id, slot.kind)
    assert recalled(slot.voucher_key, events, SLOTS.vault, slot.id) == voucher_key(private, SLOTS.vault, slot.id)
    for key, where in ((events_key(ROOT, SLOTS.vault, 2), slot.id), (events, other.id)):
        with pytest.raises(NotAuthentic):
            recalled(slot.voucher_key, key, SLOTS.vault, where)


def test_adding_counts_and_signs() -> None:
    """Each slot that is added turns the counter by one, and the file unlocks for all."""
    slots, watch = with_watch_slot(SLOTS, ROOT, Label("second"), AT, os.urandom)
    assert slots.counter == SLOTS.counter + 1
    assert unlock_root(slots, PASSPHRASE)[0] == ROOT
    assert unlock_watch(slots, watch, "watch.key")[0] == unlock_watch(slots, WATCH, "watch.key")[0]
    slots = with_passphrase_slot(slots, ROOT, Label("Ann", "Ann"), AT, os.urandom, Passphrase("hers"), QUICK)
    assert unlock_root(slots, Passphrase("hers"))[1].person == "Ann"
    assert unlock_root(slots, PASSPHRASE)[1].name == "passphrase"


def test_nothing_is_added_to_a_changed_file() -> None:
    """Adding a slot does not launder a file that somebody changed."""
    with pytest.raises(SlotsDamaged):
        with_watch_slot(SLOTS._replace(database="other.db"), ROOT, Label("x"), AT, os.urandom)


def test_without_recovery() -> None:
    """A vault without recovery code has one slot, and no code opens it."""
    slots = new_slots(SLOTS.vault, "a.db", ROOT, AT, os.urandom, PASSPHRASE, None, QUICK)
    assert [slot.kind for slot in slots.slots] == ["passphrase"]
    with pytest.raises(WrongRecoveryCode):
        unlock_root(slots, CODE)


@pytest.mark.parametrize("text", ["", "x" * 1025, "a\udcff"])
def test_impossible_passphrases(text: str) -> None:
    """A passphrase that could not be typed again is refused when it is chosen."""
    with pytest.raises(Usage):
        new_slots(SLOTS.vault, "a.db", ROOT, AT, os.urandom, Passphrase(text), None, QUICK)


def test_a_slot_that_could_not_be_read_again_is_not_made() -> None:
    """A new slot is read back as it will stand in the file: one beyond the bounds never gets there."""
    with pytest.raises(SlotsDamaged, match="passes"):
        new_slots(SLOTS.vault, "a.db", ROOT, AT, os.urandom, PASSPHRASE, None, QUICK._replace(passes=17))


def test_texts_and_slots_are_bounded() -> None:
    """What would not be read again is not written."""
    with pytest.raises(Usage, match="200"):
        with_watch_slot(SLOTS, ROOT, Label("x" * 201), AT, os.urandom)
    full = SLOTS
    while len(full.slots) < 64:
        full, _ = with_watch_slot(full, ROOT, Label("x"), AT, os.urandom)
    with pytest.raises(Usage, match="as many keys"):
        with_watch_slot(full, ROOT, Label("x"), AT, os.urandom)


def test_every_wrap_has_a_salt_of_its_own() -> None:
    """Two slots with one passphrase have nothing in common that could be seen."""
    slots = with_passphrase_slot(SLOTS, ROOT, Label("again"), AT, os.urandom, PASSPHRASE, QUICK)
    one, other = slots.slots[0], slots.slots[-1]
    assert one.wrap["salt"] != other.wrap["salt"]
    assert not {one.public, one.private, one.sealed} & {other.public, other.private, other.sealed}


def test_the_profile_stands_in_the_slot() -> None:
    """A slot says itself what it costs; the named profile is no weaker than RFC 9106's second choice."""
    profile = PROFILE
    wrap = argon2_wrap(profile, os.urandom)
    assert (wrap["profile"], wrap["memory_kib"], wrap["passes"], wrap["lanes"]) == tuple(profile)
    assert profile.memory_kib >= 64 * 1024
    assert profile.passes >= 3


def test_no_secret_is_shown() -> None:
    """Neither the slots nor what they give print a key."""
    shown = repr(SLOTS) + repr(unlock_root(SLOTS, PASSPHRASE)) + repr(unlock_watch(SLOTS, WATCH, "f")[0].register)
    assert repr(ROOT.reveal())[2:-1] not in shown
    assert PASSPHRASE.reveal() not in shown
