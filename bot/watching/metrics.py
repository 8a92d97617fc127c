"""/metrics: the status for Prometheus. `docs/how-to/watch.md` lists every name and label."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from itertools import accumulate

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.services.watching.counts import WITHIN_S, Times
from bot.slack.connection.http import Page
from bot.watching.status import Status


def metrics_page(status: Status, times: Mapping[str, Times]) -> Page:
    registry = CollectorRegistry()
    registry.register(_Collector(status, times))
    ProcessCollector(registry=registry)
    return Page("200 OK", generate_latest(registry), CONTENT_TYPE_LATEST)


class _Collector(Collector):
    def __init__(self, status: Status, times: Mapping[str, Times]) -> None:
        self._status, self._times = status, times

    def collect(self) -> Iterable[Metric]:
        status = self._status
        about = {"version": status.version, "rulebook": status.rulebook, "mode": status.slack.mode}
        info = GaugeMetricFamily("nextcall_info", "The program that runs; always 1", labels=[*about])
        info.add_metric([*about.values()], 1)
        yield info
        yield _gauge("nextcall_ready", "Whether /ready answers with 200", status.is_ready)
        yield _gauge("nextcall_database_up", "Whether the database answers", status.standing is not None)
        yield _gauge("nextcall_slack_connected", "Whether Slack is connected", status.slack.is_connected)
        yield _gauge("nextcall_last_press_timestamp_seconds", "The last press", status.slack.last_press_at)
        yield from _ticks(status)
        yield from _presses(status, self._times)
        yield from _standing(status)


def _gauge(name: str, says: str, value: float | datetime | None) -> GaugeMetricFamily:
    """A metric of one value; without one if nothing is known."""
    found = GaugeMetricFamily(name, says)
    if value is not None:
        found.add_metric([], value.timestamp() if isinstance(value, datetime) else float(value))
    return found


def _ticks(status: Status) -> Iterable[Metric]:
    every = GaugeMetricFamily("nextcall_tick_interval_seconds", "How often timed work is due", labels=["tick"])
    ran = GaugeMetricFamily("nextcall_tick_last_run_timestamp_seconds", "The end of the last run", labels=["tick"])
    done = GaugeMetricFamily(
        "nextcall_tick_last_done_timestamp_seconds", "The end of the last run that did its work", labels=["tick"]
    )
    runs = CounterMetricFamily("nextcall_tick_runs", "Runs, by what came of them", labels=["tick", "came"])
    for tick in status.ticks:
        every.add_metric([tick.name], tick.every_s)
        for family, at in ((ran, tick.last_run_at), (done, tick.last_done_at)):
            if at is not None:
                family.add_metric([tick.name], at.timestamp())
        came = {"broken": tick.failures, "lost_turn": tick.lost_turns}
        for name, count in {"done": tick.runs - sum(came.values()), **came}.items():
            runs.add_metric([tick.name, name], count)
    yield from (every, ran, done, runs)


def _presses(status: Status, times: Mapping[str, Times]) -> Iterable[Metric]:
    presses = CounterMetricFamily(
        "nextcall_presses",
        "Commands, presses, forms and events, by what came of them",
        labels=["kind", "action", "came"],
    )
    for one in status.presses:
        presses.add_metric([one.kind, one.action, one.came], one.count)
    answers = HistogramMetricFamily("nextcall_answer_seconds", "From Slack's request to its answer", labels=["kind"])
    bounds = [*map(str, WITHIN_S), "+Inf"]
    for kind, taken in times.items():
        buckets = list(zip(bounds, map(float, accumulate(taken.within)), strict=True))
        answers.add_metric([kind], buckets, taken.total_s)
    yield from (presses, answers)


def _standing(status: Status) -> Iterable[Metric]:
    standing = status.standing
    if standing is None:
        return
    if (log := standing.log) is not None:
        yield _gauge("nextcall_log_signed", "Whether the log's newest checkpoint is signed", log.is_signed)
        yield _gauge("nextcall_log_verified", "Whether the stored tree gives its root", log.is_verified)
        yield _gauge("nextcall_log_position", "How many leaves it has", log.position)
        yield _gauge("nextcall_log_waiting_rows", "Rows that are not in the log yet", log.waiting_rows)
        yield _gauge("nextcall_log_oldest_wait_seconds", "How long the first of them waits", log.oldest_wait_s)
    yield _gauge("nextcall_messages_unsent", "Messages that are due and were not sent", standing.unsent.count)
    yield _gauge("nextcall_messages_oldest_unsent_seconds", "How long the first waits", standing.unsent.oldest_s)
    audit = standing.audit
    yield _gauge("nextcall_audit_looked_until_timestamp_seconds", "Calls are audited until then", audit.looked_until)
    on = audit.digest_on
    day = None if on is None else datetime.combine(on, time(), UTC)
    yield _gauge("nextcall_audit_digest_day_timestamp_seconds", "The day of the newest audited digest", day)
    broken = GaugeMetricFamily(
        "nextcall_audit_broken", "Broken promises in each team's newest digest", labels=["promise"]
    )
    for name, count in audit.broken.items():
        broken.add_metric([name], count)
    yield broken
