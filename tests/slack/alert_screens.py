"""Generated alerts to team leads."""

from hypothesis import strategies as st

from bot.services.answers import leads
from tests.slack import strategies as some
from tests.slack.people import people_rung

broken = st.builds(leads.BrokenPromise, some.ids, some.ids, *[st.lists(some.texts, max_size=9).map(tuple)] * 2)
found = st.builds(leads.ForbiddenFound, *(some.moments, some.moments, st.integers(1, 100_000)), people_rung)
alerts = st.builds(
    leads.LeadAlert,
    *(st.sampled_from(leads.AlertKind), some.ids, some.texts, some.maybe_moments, st.none() | some.attempts),
)
