"""People rung against the rules, for Hypothesis: names and rules as nasty as they come."""

from hypothesis import strategies as st

from bot.services.answers.reconciliation import PersonRung
from tests.slack import strategies as some

people_rung = some.many(
    st.builds(
        PersonRung,
        st.just("•••• 123"),
        some.moments,
        some.moments,
        some.zones,
        st.integers(1, 10_000),
        st.lists(some.texts, max_size=9).map(tuple),
        st.booleans(),
        some.texts,
        st.booleans(),
    ),
    5,
)
