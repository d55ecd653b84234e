"""Looking at files: what each is, what its PIN opens, and what the vault knows of it, where it is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from cli import unlock
from cli.adding import LONGEST
from cli.pins import PinSource
from cli.session import Session
from vault.errors import CertvaultError
from vault.files.reading import read_bounded
from vault.model import guessing
from vault.operations import inspect
from vault.ports.opener import Inside

if TYPE_CHECKING:
    from vault.custody import Watch
    from vault.operations.inspect import Known, Looked

State = Literal["opened", "locked", "none"]
"""How far the vault is there to compare with: open, closed because nobody was asked for a key, or not at all."""


class Vault(NamedTuple):
    """The vault as it is there; ``why`` it stays closed where a key was at hand."""

    state: State
    watch: Watch | None = None
    why: CertvaultError | None = None


class Seen(NamedTuple):
    """One file, and what was found. ``guess`` is how many PINs of the kind of its own there are, where it was given.

    ``error`` is why it cannot be used, or was not opened.
    """

    path: Path
    looked: Looked | None = None
    inside: Inside | None = None
    known: Known | None = None
    guess: int | None = None
    error: CertvaultError | None = None


@contextmanager
def vault(session: Session, *, ask: bool) -> Iterator[Vault]:
    """The vault, by any key that is at hand; nobody is asked for one unless ``ask`` says so.

    Raises what opening it does where a key was named by hand, or asked for.
    """
    from vault import opening

    named = ask or session.watch_key_file is not None or session.passphrase_file is not None
    if not named and not opening.exists(session.folder):
        yield Vault("none")
        return
    with ExitStack() as stack:
        try:
            found = _opened(session, stack, named=named)
        except CertvaultError as error:
            if named:
                raise
            found = Vault("locked", why=error)
        yield found


def _opened(session: Session, stack: ExitStack, *, named: bool) -> Vault:
    if named or unlock.watch_key_path(session) is not None:
        return Vault("opened", stack.enter_context(session.watch()))
    unlock.existing(session.folder)
    secret = unlock.at_hand(session)
    if secret is None:
        return Vault("locked")
    return Vault("opened", stack.enter_context(session.custody(secret=secret)))


def each(session: Session, found: Vault, paths: Sequence[Path], pin: PinSource | None) -> Iterator[Seen]:
    """What is found in each of several files; their PINs are asked for where ``pin`` says how."""
    for path in paths:
        try:
            data = read_bounded(path, LONGEST)
        except CertvaultError as error:
            yield Seen(path, error=error)
            continue
        looked = inspect.look(data)
        seen = Seen(path, looked, error=looked.refusal)
        if pin is not None and looked.refusal is None:
            seen = _with_pin(session, seen, data, pin)
        if found.watch is not None:
            certificates = seen.inside.certificates if seen.inside else ()
            seen = seen._replace(known=inspect.known(found.watch, looked, certificates))
        yield seen


def _with_pin(session: Session, seen: Seen, data: bytes, source: PinSource) -> Seen:
    """With what is inside, or why it does not open."""
    from vault.pkcs12.opener import ChildOpener

    try:
        pin = source.read(seen.path.name)
        inside = ChildOpener(session.random).look(data, pin)
    except CertvaultError as error:
        return seen._replace(error=error)
    return seen._replace(inside=inside, guess=guessing.possibilities(pin), error=inside.refusal)
