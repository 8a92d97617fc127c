"""Times shown are to the minute: an opening never appears before the lawful moment."""

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.services.answers.callbacks import CallbackRefused
from bot.services.answers.calls import CallOpened, OfferCard, OutcomeRecorded
from bot.services.calls import callbacks, calling
from bot.services.hand_out import next_call
from policy.calendar.local_time import minute_from
from policy.vocabulary import Outcome
from tests.fakes import SampleOrganisation
from tests.rows import a_call


@pytest.mark.parametrize(
    ("second", "fraction", "minute"), [(0, 0, 0), (0, 1, 1), (1, 0, 1), (59, 999_999, 1), (30, 500_000, 1)]
)
def test_it_rounds_up_to_the_next_whole_minute(second: int, fraction: int, minute: int) -> None:
    shown = minute_from(datetime(2026, 11, 24, 10, 0, second, fraction, tzinfo=UTC))
    assert shown == datetime(2026, 11, 24, 10, minute, tzinfo=UTC)


def test_the_time_offered_after_a_refused_callback_is_accepted(acme: SampleOrganisation) -> None:
    """Three calls in a week bar a fourth until the first is a week old; the next whole minute is named."""
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    for ago in (timedelta(days=5), timedelta(days=4, seconds=17)):
        acme.put(
            a_call(
                acme.bob, contact.number or "", acme.clock() - ago, person_id=contact.person_id, outcome=Outcome.BUSY
            )
        )
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    attempt_id = opened.attempt_id
    tomorrow = acme.clock().date() + timedelta(days=1)
    refused = callbacks.agree(acme.deps, acme.alice, attempt_id, tomorrow, time(11), is_mine=True)
    assert isinstance(refused, CallbackRefused)
    named = refused.next_lawful_at
    assert named is not None
    assert (named.second, named.microsecond) == (0, 0)
    assert isinstance(
        callbacks.agree(acme.deps, acme.alice, attempt_id, named.date(), named.time(), is_mine=True), OutcomeRecorded
    )
