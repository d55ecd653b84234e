"""Several people on one server: real accounts of this system, two of which have a group in common."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.cli.program import ROOT, Program
from tests.support import root

GROUP = "users"
"""A group that every Linux has and no account has by birth."""
PACKAGES = Path(sysconfig.get_path("purelib"))
_NOT_NEEDED = {"test", "idlelib", "ensurepip", "site-packages", "babel", "mypy", "mypyc", "pip", "cryptography_vectors"}


class Python(NamedTuple):
    """An interpreter with all that certvault needs, readable for every account, and how it has to be called."""

    executable: Path
    environment: dict[str, str]


class Server(NamedTuple):
    """A folder that all can reach; Anna and Bernd are in :data:`GROUP`, Carl is not. Each has a umask of his own."""

    vault: Path
    group: int
    anna: Program
    bernd: Program
    carl: Program


@contextmanager
def python_for_all() -> Iterator[Python]:
    """Where the interpreter, its packages or this checkout lie in a closed folder (a root's home): links to them.

    Fails in CI and skips elsewhere where the tests do not run as root, which alone can become somebody else.
    """
    root.needed()
    with tempfile.TemporaryDirectory(prefix="certvault-python-") as name:
        place = Path(name)
        place.chmod(0o755)
        source = ROOT if _open_to_all(ROOT) else place / "source"
        if source != ROOT:
            for part in ("vault", "cli", "tests"):
                _linked(ROOT / part, source / part)
        environment = {"PYTHONPATH": str(source)}
        if all(map(_open_to_all, (Path(sys.executable), Path(sys.executable).resolve(), PACKAGES))):
            yield Python(Path(sys.executable), environment)
        else:
            yield Python(_another(place), {**environment, "LD_LIBRARY_PATH": str(place / "lib")})


def _another(place: Path) -> Path:
    """This interpreter with its packages once more, below ``place``, where it finds them by itself."""
    base, version = Path(sys.base_prefix), f"python{sys.version_info[0]}.{sys.version_info[1]}"
    libraries = [f"lib/{path.name}" for path in (base / "lib").glob("libpython*")]
    for part in (f"bin/{version}", f"lib/{version}", *libraries):
        _linked(base / part, place / part)
    for package in PACKAGES.iterdir():
        _linked(package, place / "lib" / version / "site-packages" / package.name)
    return place / "bin" / version


@contextmanager
def server(python: Python) -> Iterator[Server]:
    """A server on which nothing is yet."""
    group = grp.getgrnam(GROUP).gr_gid
    with tempfile.TemporaryDirectory(prefix="certvault-people-") as name:  # pytest's own folders are closed to others
        place = Path(name)
        place.chmod(0o755)
        (place / "shared").mkdir()
        (place / "shared").chmod(0o1777)
        vault = place / "shared" / "vault"
        anna = _person(python, place, "daemon", [group], 0o077)
        bernd = _person(python, place, "bin", [group], 0o022)
        carl = _person(python, place, "games", [], 0)
        yield Server(vault, group, anna, bernd, carl)


def code(person: Program, text: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Python of a test's own, run as ``person``."""
    return subprocess.run(
        [person.command[0], "-c", text, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=person.environment,
        cwd=person.folder,
        timeout=60,
        check=False,
        **person.account,
    )


def _person(python: Python, place: Path, account: str, more: list[int], umask: int) -> Program:
    found = pwd.getpwnam(account)
    home = place / account
    home.mkdir()
    vault = place / "shared" / "vault"
    person = Program(home, CERTVAULT_DIR=str(vault), **python.environment)
    person.vault = vault
    person.command = [str(python.executable), "-m", "cli"]
    for path in (person.passphrase_file, home):
        os.chown(path, found.pw_uid, found.pw_gid)
    home.chmod(0o700)
    person.account = {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": more, "umask": umask}
    return person


def _open_to_all(path: Path) -> bool:
    return all(above.stat().st_mode & 0o001 for above in path.absolute().parents)


def _linked(source: Path, target: Path) -> None:
    if source.name in _NOT_NEEDED:
        return
    if source.is_dir():
        target.mkdir(parents=True)
        for path in source.iterdir():
            _linked(path, target / path.name)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source.resolve(), target)
    except OSError:  # another disk
        shutil.copy(source, target)
