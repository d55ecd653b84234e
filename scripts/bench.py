"""Measure the installed wheel. Run by ``scripts/bench``; prints figures and asserts none.

Ratios are of medians of one run in which both sides take turns: of seconds, and of CPU time, which says the same and is
not disturbed where the machine has other things to do. Every measured run is a new process; the
system's cache is warm. The vaults' passphrase slots use an Argon2id profile that takes no time, so that what is
measured is the rest.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from tests.stand_in import mails
from tests.stand_in.certificates import make_authority, make_pair
from tests.stand_in.posting import PASSWORD, USER, post_office
from tests.stand_in.service import StandIn
from tests.support import mailboxes, many, vaults
from tests.support.cost import Cost, Run, Spent
from tests.support.keepassxc import KeePassXC
from tests.support.many import Size
from vault.model import watcher

ROOT = Path(__file__).parent.parent
HOLDER, PIN, DUE = "Petra Müller", "Tz4Wn8rB", 50
MANY_DUE = 300
DID = "2b9d04c7e1a85f36"


class Plan(NamedTuple):
    """How large the vaults are and how often each command runs."""

    few: int
    small: int
    middle: int
    large: int
    rounds: int


FULL = Plan(100, 1000, 10_000, 100_000, 40)
QUICK = Plan(100, 200, 1000, 2000, 5)


class Bench:
    """The wheel in an environment of its own, and the vaults."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder, self.plan = folder, plan
        self.at = datetime.now(UTC).replace(microsecond=0)
        self.authority = make_authority()
        self.renewals = itertools.count(1)
        self.python = _installed(folder)
        self.program = str(self.python.with_name("certvault"))
        self.cost = Cost({"PATH": os.defpath, "HOME": str(folder), "LOGNAME": "bench", "LANG": "C.UTF-8"}, folder)
        self.file = self.renewal(0)
        self.key = folder / "passphrase"
        self.key.write_text(vaults.PASSPHRASE.reveal() + "\n")
        for pairs in sorted({plan.few, plan.small, plan.middle, plan.large}):
            _say(f"writing a vault with {pairs:,} pairs ...")
            many.fill(self.vault(pairs), Size(pairs, DUE), self.file, PIN, at=self.at)
            vaults.new_watch_key(self.vault(pairs), self.watch_key(pairs))

    def vault(self, pairs: int) -> Path:
        """The folder of the vault with so many pairs."""
        return self.folder / f"vault-{pairs}"

    def watch_key(self, pairs: int) -> Path:
        """The watch key of the vault with so many pairs."""
        return self.folder / f"watch-{pairs}.key"

    def renewal(self, number: int) -> bytes:
        """The certificate of one holder, renewed for the ``number``-th time."""
        last = self.at + timedelta(days=365, minutes=number)
        return make_pair(HOLDER, PIN, not_after=last, key="rsa", authority=self.authority)

    def watching(self, pairs: int, *arguments: str) -> Run:
        """A command that a watch key is enough for."""
        return self._run(pairs, arguments, "--watch-key-file", str(self.watch_key(pairs)))

    def unlocked(self, pairs: int, *arguments: str, stdin: str = "") -> Run:
        """A command that needs the passphrase."""
        return self._run(pairs, arguments, "--passphrase-file", str(self.key))._replace(stdin=stdin)

    def adding(self, pairs: int) -> Callable[[], Run]:
        """A maker of commands each of which supersedes the pair that the one before it stored."""

        def command() -> Run:
            path = self.folder / f"renewal-{pairs}.p12"
            path.write_bytes(self.renewal(next(self.renewals)))
            return self.unlocked(pairs, "add", str(path), "--pin-stdin", stdin=f"{PIN}\n")

        return command

    def _run(self, pairs: int, arguments: tuple[str, ...], *key: str) -> Run:
        return Run([self.program, *arguments, *key, "--vault", str(self.vault(pairs))])


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the installed wheel; prints figures.")
    parser.add_argument("--quick", action="store_true", help="smaller vaults and fewer rounds")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be said several times")
    chosen = parser.parse_args()
    plan = QUICK if chosen.quick else FULL
    with tempfile.TemporaryDirectory(prefix="certvault-bench-") as name:
        bench = Bench(Path(name), plan)
        print(f"\n{_machine(bench)}\nMedians of {plan.rounds} rounds in turns; every run is a new process.\n")
        for name, part in PARTS.items():
            if not chosen.only or name in chosen.only:
                part(bench)
    return 0


def _ratios(bench: Bench) -> None:
    plan, cost = bench.plan, bench.cost
    bare = Run([str(bench.python), "-c", "import typer, sqlcipher3"])
    due, imports = cost.both(plan.rounds, lambda: bench.watching(plan.large, "due"), lambda: bare)
    large, small = cost.both(
        plan.rounds, lambda: bench.watching(plan.large, "due"), lambda: bench.watching(plan.small, "due")
    )
    _looked(bench)
    remind, starting = cost.both(plan.rounds, lambda: bench.watching(plan.large, "remind"), lambda: bare)
    plugin = bench.watching(plan.large, "due", "--nagios")._replace(code=2)
    nagios, beginning = cost.both(plan.rounds, lambda: plugin, lambda: bare)
    german, english = cost.both(
        plan.rounds,
        lambda: bench.watching(plan.large, "due", "--lang", "de"),
        lambda: bench.watching(plan.large, "due"),
    )
    superseded, few = cost.both(plan.rounds, bench.adding(plan.middle), bench.adding(plan.few))
    _table(
        ("what", "ms", "against", "ms", "ratio", "of CPU time", "at most"),
        [
            (f"due, {plan.large:,} pairs, {DUE} due", due, "python -c 'import typer, sqlcipher3'", imports, 1.3),
            (f"remind, {plan.large:,} pairs, nothing to send", remind, "the same imports", starting, 1.3),
            (f"due --nagios, {plan.large:,} pairs, {DUE} due", nagios, "the same imports", beginning, 1.3),
            (f"due --lang de, {plan.large:,} pairs", german, "the same in English", english, 1.1),
            (f"due, {plan.large:,} pairs", large, f"due, {plan.small:,} pairs", small, 1.1),
            (f"add that supersedes, {plan.middle:,} pairs", superseded, f"the same, {plan.few:,} pairs", few, 1.1),
        ],
    )


def _looked(bench: Bench) -> None:
    """As a good run leaves the vault: nothing was written since, and nothing is crossed before tomorrow."""
    with vaults.custody(bench.vault(bench.plan.large)) as custody, custody.writing() as writer:
        events, pairs = writer.head().number, writer.count_pairs()
        writer.put_run(watcher.Run("Nachtlauf", bench.at, events, bench.at + timedelta(days=1), pairs))


def _table(titles: tuple[str, ...], rows: list[tuple[str, Spent, str, Spent, float]]) -> None:
    _line(*titles)
    _line(*("---" for _ in titles))
    for what, one, against, other, bound in rows:
        ratios = f"{one.seconds / other.seconds:.2f}", f"{one.cpu / other.cpu:.2f}"
        _line(what, f"{one.seconds * 1000:.1f}", against, f"{other.seconds * 1000:.1f}", *ratios, f"{bound}")


def _warning(bench: Bench) -> None:
    """Warning of many things: the cost follows what is due, and not what is there. And a page of all that is there."""
    plan, cost = bench.plan, bench.cost
    sizes, due = (plan.middle, plan.small), min(MANY_DUE, plan.small // 2)
    for pairs in sizes:
        many.fill(bench.folder / f"warning-{pairs}", Size(pairs, due), bench.file, PIN, at=bench.at)
        vaults.new_watch_key(bench.folder / f"warning-{pairs}", bench.folder / f"warning-{pairs}.key")
        office = ["config", "set", "office", "buero@agentur.example", "--passphrase-file", str(bench.key)]
        cost.done(Run([bench.program, *office, "--vault", str(bench.folder / f"warning-{pairs}")]))
    print(f"\nWarning of {due} things, of {plan.middle:,} pairs and of {plan.small:,}.\n")
    rows, usual, rounds = [], cost.environment, max(3, plan.rounds // 5)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # the server tells what its next version will not have
    with post_office(bench.folder) as post:
        _configure(bench, post.port)
        for command in ("due", "due --nagios", "remind --dry-run", "remind"):
            one, other = cost.both(
                rounds,
                *(lambda pairs=pairs, command=command: _warned(bench, pairs, command) for pairs in sizes),
            )
            rows.append((f"{command}, {plan.middle:,} pairs", one, f"the same, {plan.small:,} pairs", other, 1.1))
        peak = cost.peak(_warned(bench, plan.middle, "remind"))
        mails, runs = len(post.mails), len(sizes) * (rounds + 1) + 1
    cost.environment = usual
    _table(("what", "ms", "against", "ms", "ratio", "of CPU time", "at most"), rows)
    print(f"\nThe peak of remind was {peak:.0f} MiB; a run sent {mails / runs:.0f} mails.")
    page = bench.watching(plan.middle, "report", str(bench.folder / "page.html"))
    (taken,) = cost.medians(3, lambda: page)
    size = (bench.folder / "page.html").stat().st_size / 1e6
    print(f"report FILE.html of {plan.middle:,} pairs: {taken:.2f} s, {size:.1f} MB.")


def _warned(bench: Bench, pairs: int, command: str) -> Run:
    """``command`` on the vault where so much is due; what sends is run on a copy, because nothing is sent twice."""
    folder, key = bench.folder / f"warning-{pairs}", bench.folder / f"warning-{pairs}.key"
    if command == "remind":
        shutil.rmtree(bench.folder / "reminding", ignore_errors=True)
        folder = shutil.copytree(folder, bench.folder / "reminding")
    arguments = [*command.split(), "--watch-key-file", str(key), "--vault", str(folder)]
    return Run([bench.program, *arguments], code=2 if "--nagios" in command else 0)


def _configure(bench: Bench, port: int) -> None:
    folder = bench.folder / "config"
    folder.mkdir(mode=0o700, exist_ok=True)
    told = ("server = 'localhost'", f"port = {port}", "security = 'starttls'", f"from = '{USER}'", f"user = '{USER}'")
    (folder / "config.toml").write_text("\n".join(("[mail]", *told, "password-file = 'password'", "")))
    (folder / "config.toml").chmod(0o600)
    (folder / "password").touch(0o600)
    (folder / "password").write_text(PASSWORD + "\n")
    trusted = {"SSL_CERT_FILE": str(bench.folder / "ca.pem")}
    bench.cost.environment = {**bench.cost.environment, **trusted, "CERTVAULT_CONFIG_DIR": str(folder)}


def _backup(bench: Bench) -> None:
    """A backup with the watch key beside a copy of the database that is synced: no more than reading and writing it."""
    plan, taken = bench.plan, itertools.count()
    (database,) = bench.vault(plan.large).glob("*.db")
    copy = "import os, shutil, sys; shutil.copyfile(*sys.argv[1:]); os.fsync(os.open(sys.argv[2], os.O_RDWR))"

    def target() -> str:
        for path in bench.folder.glob("copied-*"):
            path.unlink()
        return str(bench.folder / f"copied-{next(taken)}")

    backup, plain = bench.cost.medians(
        max(3, plan.rounds // 10),
        lambda: bench.watching(plan.large, "backup", target()),
        lambda: Run([str(bench.python), "-c", copy, str(database), target()]),
    )
    size = database.stat().st_size / 1e6
    print(f"\nA backup of {plan.large:,} pairs ({size:.0f} MB) proven intact, beside a plain copy of the file.\n")
    _line("what", "s", "against", "s", "ratio")
    _line(*("---" for _ in range(5)))
    _line("backup", f"{backup:.2f}", "copy and fsync", f"{plain:.2f}", f"{backup / plain:.1f}")


def _memory(bench: Bench) -> None:
    """The peak of every command at the largest size."""
    print(f"\nPeak memory at {bench.plan.large:,} pairs; at most 100 MiB. Of several processes, the largest.\n")
    _line("command", "MiB")
    _line("---", "---")
    with StandIn.running() as insurer:
        bench.cost.environment |= insurer.environment()
        insurer.offer(DID, pin=PIN, file=make_pair("René Schäffer", PIN, key="rsa"))
        for name, run in _commands(bench):
            _line(name, f"{bench.cost.peak(run):.0f}")
    fresh = ["init", "--vault", "fresh", "--passphrase-file", str(bench.key), "--no-recovery"]
    _line("init (with its Argon2id, which takes 128 MiB)", f"{bench.cost.peak(Run([bench.program, *fresh])):.0f}")


def _commands(bench: Bench) -> Iterator[tuple[str, Run]]:
    mail = bench.folder / "mail.eml"
    mail.write_bytes(mails.outlook_forward("Schäffer, René", DID, bench.at - timedelta(days=1)))
    size = bench.plan.large
    for command in (
        *(
            "",
            "due",
            "due --json",
            "due --within 800",
            "remind --dry-run",
            f"ingest {mail}",
            "links",
            "list",
            "list --json",
            "list --all",
            "list --matrix",
            "list müller",
        ),
        *("show müller", "history müller", "config show", "audit --by bench", "doctor"),
    ):
        yield f"certvault {command.replace(str(mail), 'MAIL')}".strip(), bench.watching(size, *command.split())
    yield "certvault fetch", bench.unlocked(size, "fetch", DID, "--pin-stdin", stdin=f"{PIN}\n")
    yield "certvault add", bench.adding(size)()
    key = bench.folder / "another.key"
    for command in (
        *("export müller --to out", "pin müller", f"keys add watch --watch-key-file {key}"),
        *("config set timezone Europe/Vienna", "audit --verify", "purge --dry-run", "keys rotate --watch"),
    ):
        yield f"certvault {command.replace(str(key), 'FILE')}", bench.unlocked(size, *command.split())
    for kind in (".html", ".csv", ".json", ".ics", ".prom"):
        yield f"certvault report FILE{kind}", bench.watching(size, "report", str(bench.folder / f"report{kind}"))
    yield "certvault backup", bench.watching(size, "backup", str(bench.folder / "backup"))
    restore = ["restore", str(bench.folder / "backup"), "--accept-keys", "--passphrase-file", str(bench.key)]
    yield "certvault restore", Run([bench.program, *restore, "--vault", str(bench.folder / "restored")])
    yield "certvault keys list", Run([bench.program, "keys", "list", "--vault", str(bench.vault(size))])


def _mailbox(bench: Bench) -> None:
    """A mailbox whose every tenth mail is a link mail, taken into a new vault each time, beside merely reading it."""
    count, taken = bench.plan.middle, itertools.count()
    path = mailboxes.mailbox(bench.folder / "Inbox", count=count, links=count // 10, at=bench.at)

    def ingest() -> Run:
        vault = bench.folder / f"taking-{next(taken)}"
        vaults.new_vault(vault, at=bench.at)
        key = vaults.new_watch_key(vault, vault.with_suffix(".key"))
        return Run([bench.program, "ingest", str(path), "--watch-key-file", str(key), "--vault", str(vault)])

    read = Run([str(bench.python), "-c", mailboxes.READ_ONLY, str(path)])
    ours, bare = bench.cost.medians(max(3, bench.plan.rounds // 10), ingest, lambda: read)
    size, peak = path.stat().st_size / 1e6, bench.cost.peak(ingest())
    print(f"\nA mailbox of {count:,} mails ({size:.0f} MB), {count // 10:,} with a link. Memory: {peak:.0f} MiB.\n")
    _line("what", "s", "against", "s", "ratio")
    _line(*("---" for _ in range(5)))
    _line("ingest", f"{ours:.2f}", "the standard library reads it", f"{bare:.2f}", f"{ours / bare:.2f}")


def _in_bulk(bench: Bench) -> None:
    """Files and a list of PINs beside as many bare processes as there are cores that only load the files."""
    print("\nMany files with one list of PINs, into a new vault each time; at least 0.85 of what bare processes do.\n")
    _line("files", "s", "against", "s", "ratio", "MiB a process")
    _line(*("---" for _ in range(6)))
    for key in ("rsa", "ec"):
        folder, pins = many.files(bench.folder / key, bench.plan.small, key, bench.authority)
        ours, bare = bench.cost.medians(
            max(3, bench.plan.rounds // 10),
            lambda folder=folder, pins=pins: _bulk(bench, folder, pins),  # type: ignore[misc]
            lambda folder=folder: Run([str(bench.python), "-c", many.LOAD_ONLY, str(folder)]),  # type: ignore[misc]
        )
        peak = bench.cost.peak(_bulk(bench, folder, pins))
        what = f"{bench.plan.small:,} files ({key.upper()})"
        _line(what, f"{ours:.2f}", "load_pkcs12 alone", f"{bare:.2f}", f"{bare / ours:.2f}", f"{peak:.0f}")
    folder, pins = many.files(bench.folder / "unnamed", bench.plan.small, "ec", bench.authority, named=False)
    (taken,) = bench.cost.medians(1, lambda: _bulk(bench, folder, pins))
    print(f"\n{bench.plan.small:,} files with a list that names none: {taken:.1f} s; grows with the square.")
    folder, pins = many.files(bench.folder / "most", bench.plan.middle, "ec", bench.authority)
    peak = bench.cost.peak(_bulk(bench, folder, pins))
    print(f"\n{bench.plan.middle:,} files in one go: {peak:.0f} MiB; at most 200.")


def _bulk(bench: Bench, folder: Path, pins: Path) -> Run:
    vault = bench.folder / f"bulk-{next(bench.renewals)}"
    vaults.new_vault(vault, at=bench.at)
    key = ["--passphrase-file", str(bench.key), "--vault", str(vault)]
    return Run([bench.program, "add", str(folder), "--pins", str(pins), *key])


def _handing_out(bench: Bench) -> None:
    """Every pair of a vault as a file, beside merely writing the same bytes, synced, into as many folders."""
    count, rounds = bench.plan.middle, itertools.count()
    files = (make_pair(f"Makler {number} GmbH", PIN, authority=bench.authority) for number in range(count))
    many.fill_true(bench.vault(1), files, PIN, at=bench.at)
    written = bench.folder / "handed"

    def export() -> Run:
        return bench.unlocked(1, "export", "--provider", "arag", "--to", str(bench.folder / f"handed-{next(rounds)}"))

    bench.cost.spent(bench.unlocked(1, "export", "--provider", "arag", "--to", str(written)))
    again = bench.unlocked(1, "export", "--provider", "arag", "--to", str(written))
    ours, bare, unchanged = bench.cost.medians(
        1,
        export,
        lambda: Run(
            [str(bench.python), "-c", many.WRITE_ONLY, str(written), str(bench.folder / f"bare-{next(rounds)}")]
        ),
        lambda: again,
    )
    peak = bench.cost.peak(export())
    print(f"\n{count:,} pairs as files in one go. Memory: {peak:.0f} MiB; at most 100.\n")
    _line("what", "s", "against", "s", "ratio")
    _line(*("---" for _ in range(5)))
    _line("export", f"{ours:.2f}", "the same bytes, written and synced", f"{bare:.2f}", f"{ours / bare:.1f}")
    _line("export, all of it there already", f"{unchanged:.2f}", "", f"{bare:.2f}", f"{unchanged / bare:.1f}")


def _rotation(bench: Bench) -> None:
    """``keys rotate`` beside the least that it must do: each pair unsealed and sealed, and nothing else."""
    count = bench.plan.few
    files = [make_pair(f"Makler {number}", PIN, authority=bench.authority) for number in range(count)]
    pairs = many.fill_true(bench.vault(0), files, PIN, at=bench.at)
    begin = time.perf_counter()
    with vaults.custody(bench.vault(0)) as custody:
        for pair in pairs:
            custody.seal(pair, custody.unsealed(pair), os.urandom)
    bare = time.perf_counter() - begin
    print(f"\nNew keys for {count:,} pairs of which every one opens; milliseconds a pair.\n")
    _line("what", "ms a pair")
    _line("---", "---")
    _line("unseal and seal, and nothing else", f"{bare * 1000 / count:.2f}")
    for name, more in (("certvault keys rotate", ()), ("certvault keys rotate --watch", ("--watch",))):
        (taken,) = bench.cost.medians(3, lambda more=more: bench.unlocked(0, "keys", "rotate", *more))  # type: ignore[misc]
        _line(name, f"{taken * 1000 / count:.2f}")


def _beside(bench: Bench) -> None:
    program = shutil.which("keepassxc-cli")
    if program is None:
        print("\nkeepassxc-cli is not installed here: nothing beside it was measured.")
        return
    size, cost = bench.plan.middle, Cost(os.environ | {"QT_QPA_PLATFORM": "offscreen"}, bench.folder)
    other = KeePassXC(program, bench.folder, cost)
    print(
        f"\nBeside KeePassXC {other.version()}, {size:,} pairs in each; of its times, some 100 ms are key derivation.\n"
    )
    other.fill(Size(size, DUE), bench.file, PIN)
    path, taken = bench.folder / "other.p12", itertools.count()
    path.write_bytes(bench.renewal(0))
    adding, rounds = bench.adding(size + 1), max(3, bench.plan.rounds // 5)
    shutil.copytree(bench.vault(size), bench.vault(size + 1))
    _line("what", "certvault, ms", "KeePassXC, ms")
    _line("---", "---", "---")
    for what, ours, theirs in (
        ("find what runs out", lambda: bench.watching(size, "due"), other.expiring),
        (
            "take one file out",
            lambda: bench.unlocked(size + 1, "export", HOLDER, "--to", f"out-{next(taken)}"),
            lambda: other.take_out(7, bench.folder / f"taken-{next(taken)}.p12"),
        ),
        ("replace one file", adding, lambda: other.replace(7, path)),
    ):
        mine, its = cost.medians(rounds, ours, theirs)
        _line(what, f"{mine * 1000:.0f}", f"{its * 1000:.0f}")
    print("\ncertvault proves the PIN and keeps the old pair; KeePassXC's PIN would take a second command.")


def _line(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _machine(bench: Bench) -> str:
    version = bench.cost.done(Run([bench.program, "--version"])).strip()
    return f"{version} as a wheel, Python {platform.python_version()}, {_processor()}, {os.cpu_count()} cores"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _installed(folder: Path) -> Path:
    """Build the wheel and install it as its users do, with what it needs; gives the Python of that environment."""
    _say("building and installing the wheel ...")
    python = folder / "venv" / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    for command in (
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(ROOT)],
        [sys.executable, "-m", "venv", str(folder / "venv")],
        [*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "run.txt")],
    ):
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    subprocess.run([*pip, *map(str, (folder / "dist").glob("*.whl"))], check=True)
    return python


PARTS: dict[str, Callable[[Bench], None]] = {
    "ratios": _ratios,
    "warning": _warning,
    "backup": _backup,
    "memory": _memory,
    "mailbox": _mailbox,
    "bulk": _in_bulk,
    "out": _handing_out,
    "rotation": _rotation,
    "beside": _beside,
}
"""What is measured, by what it is called."""


if __name__ == "__main__":
    sys.exit(main())
