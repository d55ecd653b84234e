"""The report as metrics, as the library of their makers reads them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.cli.program import Program
from tests.stand_in.register import SEALED, a_holder, a_link
from tests.support import agency, vaults
from tests.support.agency import NOW, day, pair
from vault.model.holder import Holder
from vault.model.ids import encode
from vault.model.leaving import without_urls
from vault.model.shown import shown
from vault.model.watcher import Run
from vault.operations import gauges

MUELLER = Holder(encode(b"m" * 10), 'Müller "\\ Söhne\n')
EXPIRY = "certvault_certificate_expiry_timestamp_seconds"

Values = dict[str, dict[tuple[tuple[str, str], ...], float]]


def metrics(program: Program, *options: str) -> Values:
    """The values by the name of their metric and their labels."""
    answer = program.run("report", "a.prom", *options)
    assert answer.code == 0, answer
    families = text_string_to_metric_families((program.folder / "a.prom").read_text("utf-8"))
    return {
        family.name: {tuple(sorted(one.labels.items())): one.value for one in family.samples} for family in families
    }


@pytest.fixture
def office(program: Program) -> Program:
    """The program with certificates of one holder in every state, and two links."""
    newer = pair(1, 200, MUELLER)
    older = pair(2, 5, MUELLER, lineage=newer.lineage, state="superseded", superseded_by=newer.id)
    with vaults.custody(program.vault) as custody, custody.writing() as writer:
        writer.add_holder(MUELLER)
        for one in (newer, older, pair(3, 20, MUELLER, provider="vhv"), pair(4, 9, MUELLER, state="retired")):
            writer.add_pair(one, SEALED)
        writer.add_link(a_link(1, holder=MUELLER.id, provider="tgic", received=day(-1), deadline=day(12)))
        writer.add_link(a_link(2, holder=None, provider="tgic", received=day(-40), deadline=day(-12)))
    return program


def test_what_runs_out_when(office: Program) -> None:
    """Each current certificate with its absolute time, and the first of each provider; a name is its label as it is."""
    found = metrics(office)
    assert [dict(labels)["provider"] for labels in found[EXPIRY]] == ["vhv", "arag"]
    assert list(found[EXPIRY].values()) == [day(20).timestamp(), day(200).timestamp()]
    assert {dict(labels)["holder"] for labels in found[EXPIRY]} == {shown(MUELLER.name)}
    first = found["certvault_next_expiry_timestamp_seconds"]
    assert first == {(("provider", "arag"),): day(200).timestamp(), (("provider", "vhv"),): day(20).timestamp()}


def test_how_many_there_are(office: Program) -> None:
    """By provider and state; links by what they need."""
    found = metrics(office)
    states = {tuple(dict(labels).values()): value for labels, value in found["certvault_certificates"].items()}
    assert states == {
        ("arag", "current"): 1,
        ("arag", "retired"): 1,
        ("arag", "superseded"): 1,
        ("vhv", "current"): 1,
    }
    needs = {dict(labels)["needs"]: value for labels, value in found["certvault_links"].items()}
    assert needs == {"pin": 1, "new-link": 1}


def test_how_old_it_all_is(office: Program) -> None:
    """When the report was made, when the last backup was, and whether one was opened: a dead job is seen."""
    before = metrics(office)
    assert "certvault_backup_timestamp_seconds" not in before
    (made,) = before["certvault_report_timestamp_seconds"].values()
    assert abs(made - NOW.timestamp()) < 600
    key = vaults.new_watch_key(office.vault, office.folder / "watch.key")
    assert office.run("backup", "b", "--watch-key-file", key).code == 0
    (at,) = metrics(office)["certvault_backup_timestamp_seconds"].values()
    assert made <= at < made + 600
    assert "certvault_backup_opened_timestamp_seconds" not in metrics(office)


def test_a_watch_that_does_not_look_is_seen(office: Program) -> None:
    """When the job that warns had its last good run, for each key; an alarm in monitoring does not hang on that job."""
    with vaults.custody(office.vault) as custody, custody.writing() as writer:
        writer.put_run(Run('Nacht "1"', day(-3), events=4, next=day(1), pairs=4))
    assert metrics(office)["certvault_watcher_run_timestamp_seconds"] == {(("key", 'Nacht "1"'),): day(-3).timestamp()}


def test_an_opened_backup_says_on_which_disk(program: Program) -> None:
    """One beside the vault is not yet safe."""
    assert program.run("backup", "b").code == 0
    assert list(metrics(program)["certvault_backup_opened_timestamp_seconds"]) == [(("disk", "same"),)]


def test_hostile_names_are_labels(program: Program) -> None:
    """Quotation marks, backslashes and line breaks end no label and make no metric of their own."""
    agency.hostile(program.vault)
    found = metrics(program)
    assert {name for name in found if not name.startswith("certvault_")} == set()
    assert {dict(labels)["holder"] for labels in found[EXPIRY]} == {
        without_urls(shown(name)) for name in agency.HOSTILE
    }
    without = metrics(program, "--no-names")
    assert {len(dict(labels)["holder"]) for labels in without[EXPIRY]} == {6}


def test_the_node_exporter_must_be_able_to_read_it(office: Program) -> None:
    """A new one is private, and the way to open it to others is told; once opened it stays so."""
    said = office.run("report", "a.prom").out
    assert "chmod 644 a.prom" in said
    (office.folder / "a.prom").chmod(0o644)
    assert "chmod" not in office.run("report", "a.prom").out
    assert (office.folder / "a.prom").stat().st_mode & 0o777 == 0o644


def test_only_the_soonest_are_told_one_by_one(program: Program) -> None:
    """So that monitoring keeps no row for each of a hundred thousand; all of them are counted."""
    holder = a_holder(1)
    with vaults.custody(program.vault) as custody, custody.writing() as writer:
        writer.add_holder(holder)
        for number in range(1, gauges.LISTED + 12):
            writer.add_pair(pair(number, number / 10, holder), SEALED)
    found = metrics(program)
    assert len(found[EXPIRY]) == gauges.LISTED
    assert max(found[EXPIRY].values()) == (NOW + timedelta(days=gauges.LISTED / 10)).timestamp()
    assert sum(found["certvault_certificates"].values()) == gauges.LISTED + 11


def test_a_certificate_without_an_end(program: Program) -> None:
    """The last day of the calendar is a number too."""
    holder = a_holder(1)
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=NOW.tzinfo)
    with vaults.custody(program.vault) as custody, custody.writing() as writer:
        writer.add_holder(holder)
        writer.add_pair(pair(1, 1, holder, not_after=last), SEALED)
    assert list(metrics(program)[EXPIRY].values()) == [253402300799]
