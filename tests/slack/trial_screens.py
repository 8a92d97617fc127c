"""Cards on trial as the modal may have to show them."""

from hypothesis import strategies as st

from bot.services.hand_out import Choice, Trial
from policy.vocabulary import Verdict
from tests.slack import strategies as some

trials = st.builds(
    Trial,
    some.ids,
    some.callings,
    st.lists(st.tuples(some.ids, some.texts.map(lambda name: name or "x")), max_size=90).map(tuple),
    st.lists(st.builds(Choice, some.ids, some.texts, st.sampled_from(Verdict)), max_size=12).map(tuple),
    st.sampled_from((0, 1)),
    st.none() | some.refusals,
)
