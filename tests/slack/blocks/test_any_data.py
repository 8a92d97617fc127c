"""The digest and every refusal, with generated data: within Slack's limits, markup escaped. Of all other screens
`test_every_screen.py` asks that."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.languages import languages
from bot.services.answers import reports
from bot.services.errors import NextcallError
from bot.slack.blocks.kit.kit import section
from bot.slack.blocks.report import digest
from bot.slack.boundary import replies
from bot.slack.wording import refusals
from bot.slack.wording.labels import Reader
from bot.slack.wording.say import speaking
from tests.slack import strategies as some
from tests.slack import strict
from tests.slack.cast import NOW
from tests.slack.wording.test_wording import FACTS, every_refusal, made

spoken = st.sampled_from(languages())
generated = settings(max_examples=15, suppress_health_check=list(HealthCheck))


@pytest.mark.night
@generated
@given(some.digests(), spoken)
def test_it_reports_any_day_within_the_limits(day: reports.Digest, spoken: str) -> None:
    with speaking(spoken):
        replies = (digest.digest(day), digest.digest(day, is_private=True), digest.cut_short(day))
    for reply in replies:
        strict.message(reply.blocks, reply.text)


@generated
@given(some.texts, st.sampled_from(reports.Edition), some.texts | st.just("is_archived"), spoken)
def test_it_tells_an_admin_of_any_trouble_within_the_limits(
    team: str, edition: reports.Edition, reason: str, spoken: str
) -> None:
    with speaking(spoken):
        reply = digest.not_posted(Reader("UTC", NOW), team, edition, NOW.date(), reason)
    strict.message(reply.blocks, reply.text)


@generated
@given(
    st.sampled_from(sorted(every_refusal(), key=lambda one: one.__name__)),
    st.sampled_from(some.NASTY),
    st.sampled_from(languages()),
)
def test_every_refusal_is_within_the_limits(kind: type[NextcallError], words: str, spoken: str) -> None:
    ours = ("needed", "extra")
    facts = {name: words if type(fact) is str and name not in ours else fact for name, fact in FACTS.items()}
    facts |= {"known": (words,) * 300, "names": (words,) * 40, "candidates": ("no_answer",) * 30}
    with speaking(spoken):
        said = refusals.refusal(made(kind, facts))
    strict.message([section(said)], said)
    assert 0 < len(replies.field_error(said)) <= 2000
