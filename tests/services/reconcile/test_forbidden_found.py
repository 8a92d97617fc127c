"""Forbidden calls that only a file of call records shows are told to the team's leads: one thing for each team and
file."""

from datetime import time, timedelta
from typing import Any

import pytest

from bot.services import messages
from bot.services.answers.leads import ForbiddenFound
from bot.services.messages import TAKEN_FOR
from bot.services.ports import DeliveryFailed
from bot.services.reconcile import part, reconciling
from bot.services.reminders import broken_promises, lead_alerts
from policy.vocabulary import Outcome, Role
from storage.models import Agent, ForbiddenCalls, Message
from tests.fakes import TUESDAY
from tests.services.reconcile.phones import Phones

pytestmark = pytest.mark.both_engines
NUMBERS = [f"+4477009005{place:02}" for place in range(1, 8)]
ONE, TWO, THREE, FOUR, FIVE = NUMBERS[:5]
S = timedelta(seconds=1)
READ_AT = TUESDAY + timedelta(hours=1, microseconds=300_001)


@pytest.fixture(autouse=True)
def known(phones: Phones) -> None:
    phones.meet(*NUMBERS)
    phones.acme.change(Agent, phones.acme.dana.agent_id, shift_from=time(6), shift_until=time(22))


def told(phones: Phones) -> list[tuple[str, ForbiddenFound]]:
    """Who is told of what by the next tick."""
    notifier = phones.acme.notifier
    notifier.told.clear()
    broken_promises.tell_due(phones.acme.deps)
    messages.send_due(phones.acme.deps)
    assert all(isinstance(one, ForbiddenFound) for _, one in notifier.breaches_told), "no message of a single call"
    return notifier.breaches_told


def locked(phones: Phones, *numbers: str, agents: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Each number was called and not reached; rows of calls minutes later, inside the lock, that nobody recorded."""
    for number in numbers:
        phones.call(number, Outcome.NO_ANSWER, lasting=20.25)
    began = phones.acme.clock.now
    phones.acme.clock.at(READ_AT)
    callers = agents or ("Alice",) * len(numbers)
    called = zip(numbers, callers, strict=True)
    return tuple(phones.row(one, began + 301.25 * (at + 3) * S, agent=agent) for at, (one, agent) in enumerate(called))


@pytest.mark.long
def test_the_lead_is_told_once_of_a_files_forbidden_calls_with_their_count_and_the_three_gravest(
    phones: Phones,
) -> None:
    rows = locked(phones, *NUMBERS[:5])
    done = phones.read(*rows)
    assert done.forbidden == 5
    [(user, found)] = told(phones)
    assert (user, found.count, len(found.worst)) == ("U0DANA", 5, 3)
    assert all("•••• 50" in one.masked_number and one.is_known and one.count == 2 for one in found.worst)
    assert (found.first_at, found.last_at) == (done.since, done.until)
    assert told(phones) == []
    lead_alerts.tell_due(phones.acme.deps)  # which forgets what is over
    phones.acme.clock.tick(minutes=3)
    assert told(phones) == []


@pytest.mark.long
def test_a_call_after_a_stop_is_named_before_those_inside_a_lock(phones: Phones) -> None:
    rows = locked(phones, ONE, TWO, THREE)
    phones.acme.clock.at(TUESDAY + timedelta(minutes=25, microseconds=7))
    phones.call(FOUR, Outcome.DO_NOT_CALL)
    phones.acme.clock.at(READ_AT)
    phones.read(*rows, phones.row(FOUR, TUESDAY + timedelta(minutes=50)))
    [(_user, found)] = told(phones)
    assert found.count == 4
    assert "504" in found.worst[0].masked_number
    assert "Asked not to be called" in found.worst[0].says


@pytest.mark.long
def test_a_lawful_file_a_dry_run_and_the_same_file_again_tell_nobody(phones: Phones) -> None:
    phones.read(phones.row(FIVE, TUESDAY - 60.5 * S))
    assert told(phones) == []
    rows = locked(phones, ONE)
    phones.read(*rows, is_dry_run=True)
    assert (told(phones), phones.acme.all(ForbiddenCalls)) == ([], [])
    phones.read(*rows)
    assert len(told(phones)) == 1
    for _ in range(2):
        phones.read(*rows)
        phones.acme.clock.tick(minutes=1)
        assert told(phones) == []
    assert len(phones.acme.all(ForbiddenCalls)) == len(phones.acme.all(Message)) == 1


@pytest.mark.long
def test_each_team_hears_of_its_own_calls(phones: Phones) -> None:
    acme = phones.acme
    who: dict[str, Any] = {"slack_user_id": "U0GINA", "name": "Gina", "role": Role.TEAM_LEAD, "zone": "Europe/London"}
    ours: dict[str, Any] = {"organisation_id": acme.organisation_id, "team_id": acme.water.id}
    acme.put(Agent(**ours, **who))
    acme.put(Agent(**ours, **{**who, "slack_user_id": "U0WALT", "name": "Walt", "role": Role.AGENT}))
    acme.add_contact(number="+447700900511", campaign=acme.water_campaign)
    at_night = phones.row("+447700900511", TUESDAY - timedelta(hours=5.5), agent="Walt")
    phones.read(*locked(phones, ONE, TWO, agents=("Alice", "Bob")), at_night)
    assert sorted((user, found.count) for user, found in told(phones)) == [("U0DANA", 2), ("U0GINA", 1)]


@pytest.mark.long
def test_a_lead_off_duty_and_a_failing_slack_lose_nothing(phones: Phones) -> None:
    phones.acme.change(Agent, phones.acme.dana.agent_id, shift_from=time(2), shift_until=time(3))
    phones.read(*locked(phones, ONE, TWO))
    assert told(phones) == []
    phones.acme.change(Agent, phones.acme.dana.agent_id, shift_from=time(6), shift_until=time(22))
    phones.acme.notifier.fails = DeliveryFailed("ratelimited", is_permanent=False)
    assert told(phones) == []
    phones.acme.notifier.fails = None
    phones.acme.clock.tick(seconds=1)
    [(_user, found)] = told(phones)
    assert found.count == 2


@pytest.mark.long
def test_a_file_read_again_after_its_reader_died_is_told_once_and_whole(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = locked(phones, ONE, TWO, THREE)
    with monkeypatch.context() as patch:
        patch.setattr(reconciling, "MOST_NUMBERS", 1)
        patch.setattr(reconciling._Run, "let_leads_hear", _dies)
        with pytest.raises(KeyboardInterrupt):
            phones.read(*rows[:2], rows[2])
    assert told(phones) == [], "the file is still being read"
    phones.acme.clock.tick(seconds=29.9)
    phones.read(*rows)
    [(_user, found)] = told(phones)
    assert found.count == 3
    assert told(phones) == []


@pytest.mark.long
def test_what_a_reader_found_before_it_died_is_told_within_the_minute_and_the_rest_with_the_next_reading(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = locked(phones, *NUMBERS[:4])
    with monkeypatch.context() as patch:
        patch.setattr(reconciling, "MOST_NUMBERS", 1)
        real = part.reconcile_part
        read: list[int] = []

        def dies_at_the_third(*given: Any, **named: Any) -> object:
            read.append(1)
            if len(read) == 3:
                raise KeyboardInterrupt
            return real(*given, **named)

        patch.setattr(reconciling, "reconcile_part", dies_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            phones.read(*rows)
    assert len(phones.found()) == 2
    phones.acme.clock.at(phones.acme.clock.now + part.TOLD_AFTER - timedelta(microseconds=1))
    assert told(phones) == [], "another may yet read on"
    phones.acme.clock.at(phones.acme.clock.now + timedelta(microseconds=1))
    [(_user, found)] = told(phones)
    assert found.count == 2
    phones.read(*rows)
    [(_user, found)] = told(phones)
    assert found.count == 2
    assert len(phones.found()) == 4
    assert told(phones) == []


@pytest.mark.long
def test_a_file_that_is_read_for_minutes_is_told_once_it_was_read(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = locked(phones, ONE)
    lawful = [phones.row(one, TUESDAY + timedelta(minutes=40)) for one in NUMBERS[1:5]]
    early: list[tuple[str, ForbiddenFound]] = []
    real = part.reconcile_part

    def takes_long(*given: Any, **named: Any) -> object:
        phones.acme.clock.tick(seconds=20.5)
        return real(*given, **named)

    def tick(_done: int, _of: int) -> None:
        early.extend(told(phones))

    monkeypatch.setattr(reconciling, "MOST_NUMBERS", 1)
    monkeypatch.setattr(reconciling, "reconcile_part", takes_long)
    phones.read(*rows, *lawful, progress=tick)
    assert early == []
    assert phones.acme.clock.now > READ_AT + 100 * S
    assert [found.count for _user, found in told(phones)] == [1]


@pytest.mark.long
def test_a_message_that_a_bot_was_sending_when_it_died_another_sends(
    phones: Phones, monkeypatch: pytest.MonkeyPatch
) -> None:
    phones.read(*locked(phones, ONE))
    with monkeypatch.context() as patch:
        patch.setattr(phones.acme.notifier, "tell", _dies)
        with pytest.raises(KeyboardInterrupt):
            broken_promises.tell_due(phones.acme.deps)
    assert told(phones) == [], "the other may be sending it"
    phones.acme.clock.at(phones.acme.clock.now + TAKEN_FOR)
    assert len(told(phones)) == 1
    assert told(phones) == []


@pytest.mark.long
def test_a_lead_who_made_every_call_of_the_file_does_not_hear_of_it_alone(phones: Phones) -> None:
    acme = phones.acme
    who: dict[str, Any] = {"slack_user_id": "U0FRED", "name": "Fred", "role": Role.TEAM_LEAD, "zone": "UTC"}
    acme.put(Agent(organisation_id=acme.organisation_id, team_id=acme.energy.id, **who))
    first, second, third = locked(phones, ONE, TWO, THREE, agents=("Dana", "Alice", "Dana"))
    phones.read(first)
    assert [user for user, _ in told(phones)] == ["U0FRED"]
    phones.read(second, third)
    assert sorted(user for user, _ in told(phones)) == ["U0DANA", "U0FRED"]


def _dies(*_: object) -> None:
    raise KeyboardInterrupt
