"""What a statement did not end stays when its speaker later gets a higher role and somebody else speaks of the call."""

import pytest

from bot.services.calls import outcomes
from policy.vocabulary import Outcome, Role
from storage.models import Agent, Hold, Suppression
from tests.fakes import SampleOrganisation
from tests.services.calls.standing.test_statements_stand import GRACE, dialled

pytestmark = pytest.mark.both_engines


def stopping(acme: SampleOrganisation) -> set[int | None]:
    return {one.recorded_by for one in acme.all(Suppression) if one.withdrawn_at is None}


def holding(acme: SampleOrganisation) -> set[int | None]:
    return {one.placed_by for one in acme.all(Hold) if one.lifted_at is None}


def test_a_stop_that_an_agent_corrected_stays_once_they_lead(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    for outcome in (Outcome.DO_NOT_CALL, Outcome.REFUSED):
        outcomes.record(acme.deps, acme.alice, call, outcome)
        acme.clock.tick(seconds=0.3)
    acme.change(Agent, acme.alice.agent_id, role=Role.TEAM_LEAD)
    assert outcomes.record(acme.deps, acme.dana, call, Outcome.REFUSED).is_added
    assert stopping(acme) == {acme.alice.agent_id}
    acme.clock.tick(seconds=0.3)
    outcomes.undo(acme.deps, acme.dana, call)
    assert stopping(acme) == {acme.alice.agent_id}


def test_a_managers_stop_stays_once_the_lead_who_said_otherwise_is_a_manager(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.erin, call, Outcome.DO_NOT_CALL)
    acme.clock.tick(seconds=0.3)
    outcomes.record(acme.deps, acme.dana, call, Outcome.REFUSED)
    acme.clock.tick(seconds=0.3)
    acme.change(Agent, acme.dana.agent_id, role=Role.MANAGER)
    assert outcomes.record(acme.deps, acme.alice, call, Outcome.REFUSED).is_added
    assert stopping(acme) == {acme.erin.agent_id}


@pytest.mark.parametrize("outcome", [Outcome.COMPLAINT, Outcome.VULNERABLE])
def test_a_managers_hold_stays_once_the_lead_who_said_otherwise_is_a_manager(
    acme: SampleOrganisation, outcome: Outcome
) -> None:
    acme.add_contact("Grace Hopper", GRACE)
    call = dialled(acme, acme.alice)
    outcomes.record(acme.deps, acme.erin, call, outcome)
    acme.clock.tick(seconds=0.3)
    outcomes.record(acme.deps, acme.dana, call, Outcome.BUSY)
    acme.clock.tick(seconds=0.3)
    acme.change(Agent, acme.dana.agent_id, role=Role.MANAGER)
    assert outcomes.record(acme.deps, acme.alice, call, Outcome.BUSY).is_added
    assert holding(acme) == {acme.erin.agent_id}
    acme.clock.tick(seconds=0.3)
    outcomes.undo(acme.deps, acme.alice, call)
    assert holding(acme) == {acme.erin.agent_id}
    acme.clock.tick(seconds=0.3)
    outcomes.undo(acme.deps, acme.erin, call)
    assert holding(acme) == set()
