"""What is known about a kind of software in which pairs are installed: data, not code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from vault.errors import N_, Phrase, filled
from vault.model.protection import Name
from vault.secret import Pin

Flavour = Literal["original", "3des", "aes"]
"""What is handed out: the issuer's own bytes, or the pair written anew. ``3des`` is 3DES with a SHA-1 MAC, ``aes`` is
AES-256 with a SHA-256 MAC."""
Form = Literal["pkcs12", "pem"]

NAME = "{holder} {provider} {until} {id}"
"""The pattern of a file's name, where a profile has no other."""
NAME_FIELDS = frozenset({"holder", "provider", "until", "id"})
STEP_FIELDS = frozenset({"file", "stem", "holder", "provider", "until"})
"""What may stand in braces in steps and commands: the file's name, the same without its ending, and whose it is."""
LANGUAGES = ("de", "en")


class PinLimits(NamedTuple):
    """What a target takes for a password: characters at least and at most, and whether only those of ASCII."""

    shortest: int = 0
    longest: int | None = None
    ascii: bool = False


class TargetProfile(NamedTuple):
    """A target profile.

    ``id`` is the key in the register and on the command line (``keasy``), ``title`` what people read, ``aliases``
    further words that name it. ``reads`` are the protections that it reads; where the original's is among them, the
    issuer's own bytes are handed out, else the pair is written anew as ``writes``. ``form`` says whether one PKCS#12
    is wanted or PEM. ``endings`` are the endings of the file that it takes, the one that is written first; for PEM
    those of the key's file and of the file with the certificate and its chain. ``name`` is the pattern of the file's
    name without the ending (:data:`NAME_FIELDS`). ``pin_may_change`` says whether a copy with a new PIN is of use.

    ``steps`` are what a person does there, by language, and ``commands`` lines for a terminal that help or convert;
    both hold fields (:data:`STEP_FIELDS`) and no secret. ``source`` says by language where all this is from,
    ``unknown`` the keys that nobody outside knows yet: what is not known to be refused is taken to be read. ``own``
    says that a file of the user's made or changed it.
    """

    id: str
    title: str
    aliases: tuple[str, ...]
    reads: frozenset[Name]
    writes: Flavour
    form: Form
    endings: tuple[str, ...]
    name: str
    pin: PinLimits
    pin_may_change: bool
    steps: Mapping[str, tuple[str, ...]]
    commands: tuple[str, ...]
    source: Mapping[str, str]
    unknown: tuple[str, ...] = ()
    own: bool = False

    def stem(self, file: str) -> str:
        """The name of a file that was made for it, without the ending: all of that, also where it has two parts."""
        taken = [one for one in self.endings if file.endswith(f".{one}")]
        return file.removesuffix(f".{max(taken, key=len)}") if taken else file.rpartition(".")[0]

    def steps_in(self, language: str, **fields: object) -> tuple[str, ...]:
        """The steps in a language, English where there are none in it, with their braces filled (none: as they are)."""
        return tuple(filled(step, fields) for step in self.steps.get(language, self.steps["en"]))


def why_not_pin(limits: PinLimits, pin: Pin) -> tuple[Phrase, ...]:
    """Why a target would not take ``pin`` for a password; nothing where it does. Never quotes the PIN."""
    text = pin.reveal()
    found = []
    if len(text) < limits.shortest:
        found.append(Phrase(N_("it wants a password of {n} characters or more"), n=limits.shortest))
    if limits.longest is not None and len(text) > limits.longest:
        found.append(Phrase(N_("it wants a password of {n} characters or fewer"), n=limits.longest))
    if limits.ascii and not text.isascii():
        found.append(Phrase(N_("it wants a password without umlauts and other special letters")))
    return tuple(found)
