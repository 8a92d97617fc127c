"""A call off the list against the rules: recorded, with a warning to the agent and a message to the lead at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.services.calls import outcomes
from bot.services.do_not_call import suppressions
from bot.services.ports import DeliveryFailed
from policy.vocabulary import Outcome, Role, Verdict
from storage.models import Agent, Attempt, Contact, Hold
from tests.fakes import TUESDAY, House
from tests.services.stage import Stage, audited

NUMBER = "+447700900123"
Trouble = Callable[[House, Contact], None]


def locked(house: House, _contact: Contact) -> None:
    outcomes.record_spoken(house.deps, house.bob, NUMBER, "no answer")
    house.clock.tick(hours=1, seconds=0.4)


def at_night(house: House, _contact: Contact) -> None:
    house.clock.tick(hours=12, seconds=0.7)


def suppressed(house: House, _contact: Contact) -> None:
    suppressions.add(house.deps, house.bob, NUMBER, "asked by letter")
    house.clock.tick(seconds=0.2)


def held(house: House, contact: Contact) -> None:
    house.put(
        Hold(
            organisation_id=house.organisation_id,
            contact_id=contact.id or 0,
            reason="complaint",
            placed_at=house.clock(),
            placed_by=house.dana.agent_id,
        )
    )


@pytest.mark.parametrize("trouble", [locked, at_night, suppressed, held])
def test_it_warns_records_and_tells_the_lead_which_rule_forbade_the_call(house: House, trouble: Trouble) -> None:
    contact = house.add_contact("Grace", NUMBER)
    trouble(house, contact)
    before = len(house.all(Attempt))
    done = outcomes.record_spoken(house.deps, house.alice, NUMBER, "no answer")
    assert len(house.all(Attempt)) == before + 1, "a fact is never refused"
    assert done.against
    assert all(one.says for one in done.against)
    assert done.are_leads_told
    [(leads, agent, told)] = house.notifier.forbidden
    assert (leads, agent, told.against) == ((house.dana.slack_user_id,), "Alice", done.against)
    again = outcomes.record_spoken(house.deps, house.alice, NUMBER, "no answer")
    assert again.is_repeat
    assert len(house.notifier.forbidden) == 1, "a repeat delivery tells nobody twice"


def test_it_warns_of_a_cap_and_of_a_number_on_no_list(house: House) -> None:
    for _ in range(2):
        assert outcomes.record_spoken(house.deps, house.alice, NUMBER, "busy").against == ()
        house.clock.tick(hours=25, seconds=0.5)
    outcomes.record_spoken(house.deps, house.alice, NUMBER, "busy")
    house.clock.tick(minutes=2, seconds=0.5)
    done = outcomes.record_spoken(house.deps, house.alice, NUMBER, "busy")
    assert {one.kind for one in done.against} >= {"cap"}


def test_it_does_not_warn_of_a_lawful_or_void_call_or_an_unknown_place(house: House) -> None:
    house.add_contact("Grace", NUMBER)
    assert outcomes.record_spoken(house.deps, house.alice, NUMBER, "busy").against == ()
    house.clock.tick(minutes=5)
    assert outcomes.record_spoken(house.deps, house.alice, NUMBER, "not dialled").against == ()
    house.clock.tick(hours=5)
    assert outcomes.record_spoken(house.deps, house.alice, "+1 202 555 0143", "busy").against == ()
    assert house.notifier.forbidden == []


def test_it_records_the_call_when_no_lead_can_be_told(house: House) -> None:
    house.add_contact("Grace", NUMBER, zones="Pacific/Auckland")
    house.notifier.fails = DeliveryFailed("ratelimited", is_permanent=False)
    assert outcomes.record_spoken(house.deps, house.alice, NUMBER, "busy").against
    house.change(Agent, house.dana.agent_id, role=Role.AGENT)
    house.notifier.fails = None
    house.clock.tick(minutes=5)
    done = outcomes.record_spoken(house.deps, house.alice, NUMBER, "busy")
    assert (bool(done.against), done.are_leads_told) == (True, False)
    assert len(house.all(Attempt)) == 2


@pytest.mark.parametrize("trouble", [None, locked, at_night, suppressed, held])
@pytest.mark.parametrize("is_listed", [True, False])
def test_it_judges_a_call_as_the_audit_will(house: House, trouble: Trouble | None, is_listed: bool) -> None:
    stage = Stage(house)
    contact = house.add_contact("Grace", NUMBER if is_listed else "+447700900999")
    if trouble is not None and (is_listed or trouble is not held):
        trouble(house, contact)
    done = outcomes.record_spoken(house.deps, house.alice, NUMBER, Outcome.NO_ANSWER)
    attempt = house.all(Attempt)[-1].id or 0
    found = audited(stage, TUESDAY - timedelta(hours=1), house.clock() + timedelta(hours=1)).by_attempt.get(attempt, ())
    assert bool(done.against) == bool(found), (done.against, found)
    assert house.one(Contact, contact.id).verdict in set(Verdict)
