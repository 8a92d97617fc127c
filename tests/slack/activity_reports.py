"""Reports of a span with any figures and names."""

from datetime import date
from typing import Any

from hypothesis import strategies as st

from bot.services.answers import activity
from bot.services.answers.evidence.checks import SpanAudit, TeamAudit
from bot.services.answers.reports import AuditCheck
from policy.vocabulary import Outcome
from tests.slack.digest_parts import days
from tests.slack.strategies import ids, many, maybe_moments, texts, unnamed, zones

counts = st.integers(0, 100_000)
tallies = st.builds(activity.Tally, *[counts] * 6)
spans = st.builds(activity.Span, days, days, zones)
wanted = st.builds(activity.Wanted, days, days, texts, texts, texts)
lines = unnamed(st.builds(activity.Line, texts, tallies))
best_hours = st.builds(activity.BestHour, st.integers(0, 6), st.integers(0, 23), tallies)
reports = unnamed(
    st.builds(
        activity.ActivityReport,
        wanted,
        spans,
        spans,
        tallies,
        tallies,
        many(st.tuples(days, tallies), 7),
        st.just(()),  # drawn in the charts, and nowhere else
        many(best_hours, 3),
        many(lines, 5),
        many(lines, 5),
        many(lines, 5),
        many(st.builds(activity.OwnCount, texts, st.sampled_from(Outcome), counts, counts), 20),
    )
)
choices = unnamed(st.builds(activity.Choices, *[many(st.tuples(ids, texts), 120)] * 3))
checks = unnamed(st.builds(AuditCheck, texts, counts, many(texts, 10)))
audits = unnamed(
    st.builds(
        SpanAudit,
        days,
        days,
        many(st.builds(TeamAudit, texts, zones, counts, counts, many(checks, 10)), 30),
        maybe_moments,
    )
)
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    activity.ActivityReport: reports,
    activity.Choices: choices,
    activity.Wanted: wanted,
    SpanAudit: audits,
    date: days,
}
