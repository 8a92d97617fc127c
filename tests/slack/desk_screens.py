"""Generated answers of the agent's own screens."""

from hypothesis import strategies as st

from bot.services.answers import calls
from bot.services.answers.reconciliation import CallIn
from policy.vocabulary import Outcome, Verdict
from tests.slack import strategies as some
from tests.slack.people import people_rung

histories = st.builds(
    calls.History,
    some.texts,
    st.just("•••• 123"),
    some.zones,
    some.many(
        st.builds(
            calls.PastCall,
            some.moments,
            some.texts,
            st.none() | st.sampled_from(Outcome),
            some.texts,
            some.maybe_moments,
            st.booleans(),
        ),
        20,
    ),
    some.counts,
    some.many(st.tuples(some.moments, some.texts, some.texts, some.maybe_moments), 5),
    st.sampled_from(Verdict),
    some.maybe_moments,
    some.maybe_moments,
    some.many(some.findings, 5),
    some.many(st.builds(CallIn, some.moments, some.texts, st.booleans()), 5),
    rung=people_rung,
)
