"""Many pairs as files at once: a folder for each holder and provider, and none stopped by another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import Fault, NoRoom, NotFound, PairNotOpened, TooCostly, WouldOverwrite
from vault.model.event import Wanted
from vault.model.filename import same_place
from vault.model.holder import Holder
from vault.model.ids import new_id
from vault.model.profile import Profile
from vault.model.texts import said
from vault.operations import export_many
from vault.operations.add import add
from vault.operations.choosing import Choice, chosen
from vault.operations.export import Exported, Order, Ready, put
from vault.operations.export_many import Export, Outcome
from vault.operations.fitting import Fit, made
from vault.pkcs12.opener import ChildOpener
from vault.ports.opener import Opened
from vault.secret import Pin
from vault.targets import load_all

NAMES = ("Müller GmbH", "Kaya & Söhne", "Meier")


@pytest.fixture(scope="module")
def opener() -> Iterator[ChildOpener]:
    """One for the module: a child costs 100 ms."""
    with ChildOpener(os.urandom) as opener:
        yield opener


@pytest.fixture
def put_in(custody: Custody, profiles: dict[str, Profile], opener: ChildOpener) -> Callable[[str], str]:
    """Store a new pair of somebody; gives its id."""

    def adding(name: str) -> str:
        file = make_pair(name, "Ab3xMARKED")
        stored = add(
            custody, file, Pin("Ab3xMARKED"), opener=opener, profiles=profiles, holder=name, at=NOW, random=os.urandom
        )
        return stored.pair.id

    return adding


@pytest.fixture
def ids(put_in: Callable[[str], str]) -> list[str]:
    """Three pairs of three holders."""
    return [put_in(name) for name in NAMES]


def quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


def handed(custody: Custody, opener: object, folder: Path, ids: list[str]) -> list[Outcome]:
    """What a run gives."""
    order = Order(folder, lambda _provider: "p12", to="Frau Kaya")
    run = Export(custody, opener, order)  # type: ignore[arg-type]
    return list(run.run(ids, progress=quiet, at=NOW, random=os.urandom))


def files(outcomes: list[Outcome]) -> list[Exported]:
    """The files, where nothing failed."""
    assert not [one.error for one in outcomes if one.error]
    return [file for one in outcomes for file in one.files]


def told(custody: Custody, *, what: str) -> list[str]:
    """The names of the files of which the audit log says so."""
    with custody.reading() as reader:
        found = reader.events(Wanted(what=(what,)), after=0, limit=100)
    return [Path(said(one)["path"] or "").name for one in found]


def test_each_holder_and_provider_has_a_folder(
    custody: Custody, opener: ChildOpener, ids: list[str], tmp_path: Path
) -> None:
    """Under names that people know; the very bytes, private, in the order that was asked for; each on record."""
    outcomes = handed(custody, opener, tmp_path, ids)
    assert [one.id for one in outcomes] == ids
    for one, name, file in zip(outcomes, NAMES, files(outcomes), strict=True):
        assert one.pair is not None
        assert file.path.relative_to(tmp_path).parts[:2] == (name, "arag")
        assert file.path.read_bytes() == custody.contents(one.pair).pkcs12
        assert file.path.stat().st_mode & 0o777 == 0o600
        assert file.path.parent.stat().st_mode & 0o777 == 0o700
    names = [one.path.name for one in files(outcomes)]
    assert told(custody, what="export-attempt") == told(custody, what="exported") == names


def test_a_second_run_finishes_the_first(custody: Custody, opener: ChildOpener, ids: list[str], tmp_path: Path) -> None:
    """What is there is told as unchanged, and not written again."""
    first = files(handed(custody, opener, tmp_path, ids[:2]))
    before = [one.path.stat().st_mtime_ns for one in first]
    again = files(handed(custody, opener, tmp_path, ids))
    assert [one.unchanged for one in again] == [True, True, False]
    assert [one.path.stat().st_mtime_ns for one in first] == before
    assert not any(b"MARKED" in path.read_bytes() for path in tmp_path.rglob("*.p12"))


def test_a_pair_that_fails_stops_no_other(
    custody: Custody, opener: ChildOpener, ids: list[str], tmp_path: Path
) -> None:
    """One is no longer there, one does not open, in the place of one is another file: each with its reason."""
    taken = files(handed(custody, opener, tmp_path, ids[:1]))[0]
    taken.path.write_bytes(b"other")
    spoilt = custody.unsealed(handed(custody, opener, tmp_path / "x", ids[1:2])[0].pair)  # type: ignore[arg-type]

    class Failing:
        def open(self, pkcs12: bytes, pin: Pin) -> Opened:
            if pkcs12 == spoilt.pkcs12:
                raise TooCostly(what="x")
            return opener.open(pkcs12, pin)

        def anew(self, *_: object) -> tuple[bytes, ...]:
            raise AssertionError

    outcomes = handed(custody, Failing(), tmp_path, ["0" * 16, *ids])
    kinds = [type(one.error) for one in outcomes]
    assert kinds == [NotFound, WouldOverwrite, PairNotOpened, type(None)]
    assert taken.path.read_bytes() == b"other"


def test_the_attempts_are_on_disk_before_the_first_file(
    custody: Custody, opener: ChildOpener, ids: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where they cannot be recorded, nothing is handed out."""
    seen: list[list[str]] = []

    def looking(ready: Ready) -> bool:
        with vaults.custody(custody.folder) as other:  # as another process sees it
            seen.append(told(other, what="export-attempt"))
        return put(ready)

    monkeypatch.setattr(export_many, "put", looking)
    names = [one.path.name for one in files(handed(custody, opener, tmp_path / "a", ids))]
    assert seen == [names] * 3

    def failing(*_: object) -> None:
        raise Fault(what="no event")

    monkeypatch.setattr(export_many, "record_each", failing)
    with pytest.raises(Fault):
        handed(custody, opener, tmp_path / "b", ids)
    assert not (tmp_path / "b").exists()


def test_an_interrupted_batch_tells_what_it_wrote(
    custody: Custody, opener: ChildOpener, ids: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is on disk is on record and told, and only then it ends."""

    def interrupted(_running: object) -> None:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(export_many, "wait", interrupted)
    run = Export(custody, opener, Order(tmp_path, lambda _provider: "p12")).run(
        ids, progress=quiet, at=NOW, random=os.urandom
    )
    found: list[Outcome] = []
    with pytest.raises(KeyboardInterrupt):
        found.extend(run)
    there = sorted(path.name for path in tmp_path.rglob("*.p12"))
    assert sorted(told(custody, what="exported")) == there


def test_a_full_disk_ends_the_run(
    custody: Custody, opener: ChildOpener, ids: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where none of a batch found room, the next is not tried: it would only be another attempt on record."""
    monkeypatch.setattr(export_many, "_AT_ONCE", 2)

    def full(ready: Ready) -> bool:
        raise NoRoom(path=str(ready.path), why="x")

    monkeypatch.setattr(export_many, "put", full)
    with pytest.raises(NoRoom):
        handed(custody, opener, tmp_path, ids)
    assert len(told(custody, what="export-attempt")) == 2
    assert told(custody, what="exported") == []


@pytest.mark.parametrize("other", ["MÜLLER GMBH", "Mu\u0308ller GmbH", "Müller GmbH.", "Müller?GmbH", "con"])
def test_two_holders_never_share_a_folder(
    custody: Custody, opener: ChildOpener, put_in: Callable[[str], str], tmp_path: Path, other: str
) -> None:
    """Not on a file system that is blind to case or marks; and the same holder has the same folder in every run."""
    name = {"Müller?GmbH": "Müller*GmbH", "con": "CON"}.get(other, "Müller GmbH")
    one = put_in(name)
    with custody.writing() as writer:
        writer.add_holder(Holder(new_id(os.urandom), other))
    (alone,) = files(handed(custody, opener, tmp_path, [one]))
    with custody.reading() as reader:
        ids = {id_ for id_, _name in reader.names()}
    assert len(ids) == 2
    folder = alone.path.relative_to(tmp_path).parts[0]
    assert folder.rpartition(" ")[2] in {id_[:6] for id_ in ids}
    assert same_place(folder) not in {same_place(name), same_place(other)}


def test_a_symlinked_folder_is_not_written_into(
    custody: Custody, opener: ChildOpener, ids: list[str], tmp_path: Path
) -> None:
    """Whoever planted it would have the file in a folder of his own; the others are written."""
    (tmp_path / "elsewhere").mkdir()
    out = tmp_path / "out"
    out.mkdir()
    (out / NAMES[0]).symlink_to(tmp_path / "elsewhere")
    outcomes = handed(custody, opener, out, ids)
    assert [type(one.error) for one in outcomes] == [WouldOverwrite, type(None), type(None)]
    assert not list((tmp_path / "elsewhere").rglob("*.p12"))


def test_a_file_of_somebody_else_is_not_taken_for_ours(
    custody: Custody, opener: ChildOpener, ids: list[str], tmp_path: Path
) -> None:
    """The same bytes, but he can change them after we looked."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a file of somebody else")
    (file,) = files(handed(custody, opener, tmp_path, ids[:1]))
    os.chown(file.path, 12345, 12345)
    (outcome,) = handed(custody, opener, tmp_path, ids[:1])
    assert isinstance(outcome.error, WouldOverwrite)


def test_who_is_meant(custody: Custody, ids: list[str], put_in: Callable[[str], str]) -> None:
    """All of a holder, of a provider, or of both; soonest to run out first."""
    second = put_in("Zoe Müller")
    with custody.reading() as reader:
        pair = reader.pair(ids[0])
    assert pair is not None

    def of(choice: Choice) -> list[str]:
        return chosen(custody, choice, windows={}, at=NOW)

    assert of(Choice(holder=pair.holder)) == [ids[0]]
    assert set(of(Choice(provider="arag"))) == {*ids, second}
    assert of(Choice(provider="vhv")) == of(Choice(pair.holder, "vhv")) == []


def test_a_name_without_the_id_is_given_once(
    custody: Custody,
    opener: ChildOpener,
    put_in: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A target profile of the user's own may leave it out; the second file of that name gets it whole."""
    target = load_all()["java"]._replace(name="{provider}")
    one, other = put_in("Müller GmbH"), put_in("Müller GmbH, zweites")
    order = Order(tmp_path, lambda _provider: "p12", fit=Fit(target))
    run = Export(custody, opener, order)
    monkeypatch.setattr(run, "_folder", lambda _pair, _holder: tmp_path)
    found = files(list(run.run([one, other], progress=quiet, at=NOW, random=os.urandom)))
    assert [file.path.name for file in found] == ["arag.p12", f"arag {other}.p12"]


def test_many_are_written_anew_as_one_is(custody: Custody, opener: ChildOpener, ids: list[str], tmp_path: Path) -> None:
    """In processes of their own, the very bytes that this one would write; PEM, plain and under a new PIN too."""
    targets = load_all()
    for number, fit in enumerate(
        (
            Fit(targets["keasy"]),
            Fit(targets["keasy"]).under(Pin("Neu-2026")),
            Fit(targets["pem"]),
            Fit(targets["pem"], plain=True),
        )
    ):
        order = Order(tmp_path / str(number), lambda _provider: "p12", fit=fit)
        outcomes = list(Export(custody, opener, order).run(ids, progress=quiet, at=NOW, random=os.urandom))
        for one in outcomes:
            assert one.pair is not None
            expected = made(custody.contents(one.pair), fit)
            assert tuple(file.path.read_bytes() for file in one.files) == expected.data
