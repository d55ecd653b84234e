"""The mails in what a person names: files, mailboxes, Maildirs, folders with everything inside.

Each file is known by its content. A mailbox is read mail by mail, however large it is; of a Maildir what was delivered
whole (``cur`` and ``new``, whatever flags the names carry).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn

from vault.errors import N_, CertvaultError, SourceNotReadable
from vault.files.reading import opened
from vault.mail.mailbox import Mail, mails
from vault.mail.reading import can_be_mail
from vault.pkcs12.recognise import begins_pkcs12

_BEGINNING = 4096


class Source(NamedTuple):
    """A mail, or what is taken for one. ``read`` gives its bytes; ``by_hand`` says that a person named this very one;
    ``done`` is the share of what the person named that is behind it."""

    name: str
    read: Callable[[], bytes]
    by_hand: bool
    done: float = 1.0


def in_paths(paths: Iterable[Path]) -> Iterator[Source]:
    """A source for each mail in these files and folders. What cannot be read is a source that says so."""
    for path in paths:
        yield from _in_folder(path) if path.is_dir() else _in_file(path, by_hand=True)


def in_stream(name: str, file: BinaryIO, *, by_hand: bool, size: int = 0) -> Iterator[Source]:
    """The mails in an open file of ``size`` bytes. Those of a mailbox nobody named one by one. Raises OSError."""
    found = mails(file)
    first, second = next(found), next(found, None)
    if second is None:
        yield Source(name, partial(_data, first), by_hand)
        return
    for number, mail in enumerate(chain((first, second), found), 1):
        yield Source(f"{name} ({number})", partial(_data, mail), by_hand=False, done=mail.end / max(size, mail.end))


def _in_folder(folder: Path) -> Iterator[Source]:
    """What is in a folder and below it, apart from hidden files."""
    total = sum(1 for _ in _files(folder))
    for number, path in enumerate(_files(folder)):
        for source in _in_file(path, by_hand=False):
            yield source._replace(done=min(1.0, (number + source.done) / total))


def _in_file(path: Path, *, by_hand: bool) -> Iterator[Source]:
    try:
        with opened(path) as file:
            beginning = file.read(_BEGINNING)
            if by_hand or can_be_mail(beginning) or begins_pkcs12(beginning):
                file.seek(0)
                yield from in_stream(str(path), file, by_hand=by_hand, size=path.stat().st_size)
            else:
                yield Source(str(path), bytes, by_hand)
    except CertvaultError as error:
        yield Source(str(path), partial(_raise, error), by_hand)


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder, without what a mail server keeps beside the mails; folders that cannot be read too."""
    closed: list[str] = []
    for at, folders, names in os.walk(folder, onerror=lambda error: closed.append(error.filename)):
        folders.sort()
        if {"cur", "new"} <= {*folders}:
            folders[:] = [name for name in folders if name != "tmp"]
            names = []
        paths = (Path(at, name) for name in sorted(names) if not name.startswith("."))
        yield from (path for path in paths if path.is_file() and not path.is_symlink())
    yield from map(Path, closed)


def _data(mail: Mail) -> bytes:
    if mail.data is None:
        raise SourceNotReadable(why=N_("it is larger than 32 MiB"))
    return mail.data


def _raise(error: CertvaultError) -> NoReturn:
    raise error
