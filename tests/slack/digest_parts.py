"""Figures of a digest, of its days, and of call records, for Hypothesis."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from bot.services.answers.reconciliation import PersonRung, PhoneWord
from bot.services.answers.reports import FIGURES, DayFigures

counts = st.integers(0, 10_000_000)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
figures = st.fixed_dictionaries({one.key: counts for one in FIGURES})
day_figures = st.builds(DayFigures, days, figures, st.booleans(), st.none() | figures)
_people = st.builds(
    PersonRung,
    st.just("•••• 123"),
    *[st.integers(0, 10**8).map(lambda after: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=after))] * 2,
    st.sampled_from(("Europe/London", "nowhere")),
    st.integers(1, 10_000),
    st.lists(st.text(max_size=80), max_size=9).map(tuple),
    st.booleans(),
    st.text(max_size=300),
    st.booleans(),
)
phone_words = st.builds(
    PhoneWord,
    st.none() | days,
    st.none() | days,
    *[counts] * 7,
    st.integers(-1800, 1800),
    st.lists(days, max_size=31).map(tuple),
    only_records=counts,
    people=st.lists(_people, max_size=5).map(tuple),
    people_count=counts,
)
