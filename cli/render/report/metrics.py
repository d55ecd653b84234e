"""The report as metrics, in the text form of Prometheus, for the text folder of its node exporter.

Every moment is absolute (seconds since 1970, UTC): what is left is for the rules of the alarm to reckon, so that a
report that nobody wrote anew does not say that all is well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry

from vault.model.ids import SHORT
from vault.model.leaving import without_urls
from vault.model.shown import shown
from vault.operations.gauges import Gauges

MARK = b"# certvault report\n"
"""How every such report begins: a comment."""


class Told(NamedTuple):
    """The numbers ``at`` a moment, and whether holders are named."""

    gauges: Gauges
    at: datetime
    names: bool


def lines(told: Told) -> Iterator[str]:
    """The metrics."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once(told))
    yield MARK.decode()
    yield generate_latest(registry).decode()


class _Once(Collector):
    def __init__(self, told: Told) -> None:
        self._told = told

    def collect(self) -> Iterator[Metric]:
        """Each metric with its values."""
        found = self._told.gauges
        yield self._certificates()
        yield _moments(
            "certvault_next_expiry_timestamp_seconds",
            "When the first current certificate of a provider runs out.",
            "provider",
            found.first,
        )
        yield _counts("certvault_certificates", "Certificates by provider and state.", "state", found.states.items())
        yield _counts(
            "certvault_links", "Links that need somebody, by provider and need.", "needs", found.needs.items()
        )
        yield _counts(
            "certvault_installs",
            "Places where another certificate is to be installed, by provider and target profile.",
            "profile",
            found.open.items(),
        )
        yield from self._backups()
        yield _moments(
            "certvault_watcher_run_timestamp_seconds",
            "When the job that warns had its last good run, by the name of its key.",
            "key",
            found.runs,
        )
        yield _moment(
            "certvault_report_timestamp_seconds", "When these numbers were taken from the register.", self._told.at
        )

    def _certificates(self) -> Metric:
        metric = GaugeMetricFamily(
            "certvault_certificate_expiry_timestamp_seconds",
            "When a current certificate runs out; those that do soonest.",
            labels=("id", "holder", "provider"),
        )
        for row in self._told.gauges.soonest:
            pair = row.pair
            holder = without_urls(shown(row.holder.name)) if row.holder and self._told.names else pair.holder[:SHORT]
            metric.add_metric((pair.id, holder, without_urls(shown(pair.provider))), pair.not_after.timestamp())
        return metric

    def _backups(self) -> Iterator[Metric]:
        found = self._told.gauges
        if found.backup:
            yield _moment("certvault_backup_timestamp_seconds", "When the newest backup was made.", found.backup)
        if found.opened:
            metric = GaugeMetricFamily(
                "certvault_backup_opened_timestamp_seconds",
                "When the newest backup was made that was proven by opening every certificate, and on which disk.",
                labels=("disk",),
            )
            metric.add_metric(("same" if found.opened.same_disk else "other",), found.opened.at.timestamp())
            yield metric


def _moment(name: str, says: str, at: datetime) -> Metric:
    return GaugeMetricFamily(name, says, value=at.timestamp())


def _moments(name: str, says: str, by: str, values: Mapping[str, datetime]) -> Metric:
    metric = GaugeMetricFamily(name, says, labels=(by,))
    for label, at in sorted(values.items()):
        metric.add_metric((shown(label),), at.timestamp())
    return metric


def _counts(name: str, says: str, by: str, values: Iterable[tuple[tuple[str, str], int]]) -> Metric:
    metric = GaugeMetricFamily(name, says, labels=("provider", by))
    for (provider, kind), count in sorted(values):
        metric.add_metric((shown(provider), without_urls(shown(kind))), count)
    return metric
