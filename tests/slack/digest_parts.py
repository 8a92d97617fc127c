"""Figures of a digest, of its days, and of call records, for Hypothesis."""

from datetime import date

from hypothesis import strategies as st

from bot.services.answers.reconciliation import PhoneWord
from bot.services.answers.reports import DayFigures, Figures

counts = st.integers(0, 10_000_000)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
figures = st.builds(Figures, *[counts] * 9)
day_figures = st.builds(DayFigures, days, figures, st.booleans(), st.none() | figures)
phone_words = st.builds(
    PhoneWord,
    st.none() | days,
    st.none() | days,
    *[counts] * 7,
    st.integers(-1800, 1800),
    st.lists(days, max_size=31).map(tuple),
)
