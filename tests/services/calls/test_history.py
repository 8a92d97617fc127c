"""What came of every call before, for one client: to whoever holds the contact, and those who lead them."""

from datetime import timedelta

import pytest

from bot.services.answers.calls import CallOpened, History
from bot.services.calls import calling, history, outcomes
from bot.services.errors import AlreadyGone, NotYours
from bot.services.hand_out import next_call, releases
from policy.vocabulary import Outcome, Verdict
from storage.models import Lease
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines
NUMBER = "+447700900123"


def held(acme: SampleOrganisation) -> int:
    """Alice's lease of the one contact."""
    next_call.hand_out(acme.deps, acme.alice, 1)
    return acme.all(Lease)[-1].id or 0


def called(acme: SampleOrganisation, outcome: Outcome, note: str = "") -> None:
    opened = calling.call(acme.deps, acme.alice, held(acme))
    assert isinstance(opened, CallOpened)
    outcomes.record(acme.deps, acme.alice, opened.attempt_id, outcome, note, is_confirmed=True)


def read(acme: SampleOrganisation, lease_id: int) -> History:
    return history.history_of(acme.deps, acme.alice, lease_id)


def test_it_tells_every_call_with_who_outcome_and_note_newest_first(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    called(acme, Outcome.NO_ANSWER, "rang long")
    acme.clock.tick(days=6)  # a Monday
    called(acme, Outcome.BUSY)
    acme.clock.tick(days=7)
    found = read(acme, held(acme))
    assert (found.name, found.masked_number) == ("Grace", "•••• 123")
    assert [(one.outcome, one.note, one.agent_name) for one in found.calls] == [
        (Outcome.BUSY, "", "Alice"),
        (Outcome.NO_ANSWER, "rang long", "Alice"),
    ]
    assert found.calls[0].at - found.calls[1].at == timedelta(days=6)
    assert (found.verdict, found.stops, found.because) == (Verdict.CALLABLE, (), ())
    assert found.lawful_until is not None


def test_it_says_what_opens_when_while_a_call_is_under_way(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    lease_id = held(acme)
    calling.call(acme.deps, acme.alice, lease_id)
    found = read(acme, lease_id)
    assert [one.outcome for one in found.calls] == [None]
    assert found.verdict is Verdict.LOCKED
    assert found.because
    assert found.callable_from is not None


def test_it_tells_of_stops_and_not_of_another_clients_calls(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    lease_id = held(acme)
    opened = calling.call(acme.deps, acme.alice, lease_id)
    assert isinstance(opened, CallOpened)
    outcomes.record_spoken(acme.deps, acme.charlie, NUMBER, "busy", "about water")
    outcomes.record(acme.deps, acme.alice, opened.attempt_id, Outcome.DO_NOT_CALL, "pressed in error")
    acme.clock.tick(minutes=1)
    outcomes.undo(acme.deps, acme.alice, opened.attempt_id)
    found = read(acme, lease_id)
    assert {(by, until) for _, by, _, until in found.stops} == {("Alice", acme.clock())}
    assert [(one.outcome, one.note) for one in found.calls] == [(None, "pressed in error")]


def test_only_the_holder_and_who_leads_them_may_read_it(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    lease_id = held(acme)
    for reader in (acme.alice, acme.dana, acme.erin):
        assert history.history_of(acme.deps, reader, lease_id).name == "Grace"
    for stranger in (acme.bob, acme.charlie):
        with pytest.raises(NotYours):
            history.history_of(acme.deps, stranger, lease_id)
    releases.release(acme.deps, acme.alice, lease_id)
    with pytest.raises(AlreadyGone):
        read(acme, lease_id)
