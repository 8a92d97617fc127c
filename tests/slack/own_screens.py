"""Own outcomes as screens may have to show them: names and questions as set-up allows them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from bot.services.answers import calls
from bot.services.answers.own_outcomes import Answer, AnswerKind, OwnOutcomeView, Question
from bot.services.teams.own_day import Switched
from policy.vocabulary import Outcome
from tests.slack import desk_screens
from tests.slack import strategies as some

_short = st.sampled_from(
    ("<!channel> & *all*", "a_b~c `d` :tada:", "\u202eevil", "W" * 40, "Wants a brochure", "e\u0301" * 20)
)
_choices = st.lists(_short, min_size=2, max_size=6, unique=True).map(tuple)
_plain = st.sampled_from((AnswerKind.TEXT, AnswerKind.NUMBER, AnswerKind.YES_NO))
questions = st.builds(Question, _short, _plain, st.just(()), st.booleans()) | st.builds(
    Question, _short, st.just(AnswerKind.CHOICE), _choices, st.booleans()
)
own_outcomes = st.builds(
    OwnOutcomeView,
    st.integers(1, 10**6),
    _short,
    st.sampled_from(Outcome),
    st.lists(questions, max_size=5, unique_by=lambda one: one.asks).map(tuple),
    st.booleans(),
)
several = st.lists(own_outcomes, max_size=6, unique_by=lambda one: one.own_id).map(tuple)
answers = st.lists(
    st.builds(Answer, _short, _short | st.booleans() | st.integers(-9, 10**9) | st.just("x" * 500)), max_size=5
).map(tuple)


def _with(strategy: st.SearchStrategy[Any], **drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(lambda one, values: replace(one, **values), strategy, st.fixed_dictionaries(drawn))


BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    OwnOutcomeView: own_outcomes,
    Question: questions,
    Sequence[OwnOutcomeView]: several,
    calls.CallingCard: _with(some.callings, own_buttons=several, own_outcomes=several),
    calls.OutcomeRecorded: _with(some.recorded, own=st.none() | own_outcomes, has_answers=st.booleans()),
    calls.Undone: _with(some.undone, own_name=_short),
    Switched: st.builds(
        Switched, st.none() | st.integers(1, 9), some.texts, st.booleans(), st.just("") | some.texts, some.counts
    ),
    calls.History: _with(
        desk_screens.histories,
        calls=st.lists(
            st.builds(
                calls.PastCall,
                some.moments,
                some.texts,
                st.none() | st.sampled_from(Outcome),
                some.texts,
                some.maybe_moments,
                st.booleans(),
                _short,
                answers,
            ),
            max_size=20,
        ).map(tuple),
    ),
}
