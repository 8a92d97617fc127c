"""Who the actor is: strangers and deactivated people are refused; a higher role may do what a lower one may."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest

from bot.services import agents
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.errors import Deactivated, NotEnrolled, RoleNeeded
from policy.vocabulary import Role
from storage.database import UnitOfWork, UnitsOfWork
from storage.errors import DatabaseTrouble
from storage.models import Agent, Organisation
from tests.fakes import WORKSPACE, House

pytestmark = pytest.mark.both_engines
PATIENCE_S = 30.0


class HeldUp:
    """Counts units of work, and blocks the first until released; `fails`: the one that the database refuses."""

    def __init__(self, units: UnitsOfWork, fails: int = 0) -> None:
        self.opened, self.may_go_on, self._units, self._fails = 0, Event(), units, fails

    def __call__(self, *, is_read_only: bool = False) -> UnitOfWork:
        self.opened += 1
        assert self.opened > 1 or self.may_go_on.wait(PATIENCE_S)
        if self.opened == self._fails:
            raise DatabaseTrouble("gone for a moment")
        return self._units(is_read_only=is_read_only)


def _asked_meanwhile(deps: Deps, held: HeldUp, users: Sequence[str]) -> list[Future[Actor]]:
    """The first is being looked up when the others ask, one after the other; these are looked up next."""
    found = []
    with ThreadPoolExecutor(len(users)) as threads:
        for place, user in enumerate(users):
            found.append(threads.submit(agents.identify, deps, WORKSPACE, user))
            begun = monotonic()
            while not (held.opened and len(agents.desk_of(deps, WORKSPACE)) == place):
                assert monotonic() - begun < PATIENCE_S
                sleep(0.001)
        held.may_go_on.set()
    return found


def test_it_finds_a_person_by_workspace_and_user(house: House) -> None:
    actor = agents.identify(house.deps, WORKSPACE, house.alice.slack_user_id)
    assert actor == house.alice
    assert (actor.role, actor.team_id, actor.zone) == (Role.AGENT, house.energy.id, "Europe/London")


def test_it_finds_a_persons_other_fields(house: House) -> None:
    said: dict[str, Any] = {"language": "de", "locale": "de-AT", "locale_read_at": house.clock()}
    said |= {"paused_at": house.clock(), "paused_by": house.erin.agent_id, "paused_because": "training"}
    house.change(Agent, house.dana.agent_id, **said)
    actor = agents.identify(house.deps, WORKSPACE, house.dana.slack_user_id)
    assert actor == replace(house.dana, **said)
    assert isinstance(actor.role, Role)


def test_it_refuses_a_stranger(house: House) -> None:
    for workspace, user in ((WORKSPACE, "U0MALLORY"), ("T0OTHER", house.alice.slack_user_id), ("", "")):
        with pytest.raises(NotEnrolled):
            agents.identify(house.deps, workspace, user)


def test_it_refuses_a_deactivated_person(house: House) -> None:
    house.change(Agent, house.alice.agent_id, is_active=False)
    with pytest.raises(Deactivated):
        agents.identify(house.deps, WORKSPACE, house.alice.slack_user_id)


def test_requests_that_arrive_meanwhile_are_looked_up_together_and_strangers_refused(house: House) -> None:
    held = HeldUp(house.units)
    users = [*(actor.slack_user_id for actor in (house.alice, house.bob, house.charlie)), "U0MALLORY"]
    *found, stranger = _asked_meanwhile(replace(house.deps, unit_of_work=held), held, users)
    assert [one.result() for one in found] == [house.alice, house.bob, house.charlie]
    with pytest.raises(NotEnrolled):
        stranger.result()
    assert (
        held.opened == 4
    )  # two for the batches, one for the stranger alone, one for an organisation without a workspace


def test_it_looks_each_up_alone_when_the_batch_fails(house: House) -> None:
    held = HeldUp(house.units, fails=2)
    asking = [house.alice, house.bob, house.charlie, house.dana]
    users = [actor.slack_user_id for actor in asking]
    found = _asked_meanwhile(replace(house.deps, unit_of_work=held), held, users)
    assert [one.result() for one in (found[0], *found[2:])] == [house.alice, house.charlie, house.dana]
    with pytest.raises(DatabaseTrouble):
        found[1].result()


def test_it_reads_the_record_when_its_turn_comes(house: House) -> None:
    held = HeldUp(house.units)
    deps = replace(house.deps, unit_of_work=held)
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(agents.identify, deps, WORKSPACE, house.dana.slack_user_id)
        house.change(Agent, house.dana.agent_id, language="de")
        held.may_go_on.set()
    assert found.result() == replace(house.dana, language="de")
    house.change(Agent, house.dana.agent_id, language="en")
    assert agents.identify(deps, WORKSPACE, house.dana.slack_user_id).language == "en"


def test_an_organisation_set_up_beforehand_adopts_the_first_workspace(house: House) -> None:
    house.change(Organisation, house.organisation_id, slack_team_id="")
    assert agents.identify(house.deps, "T0FIRST", house.alice.slack_user_id) == house.alice
    assert house.one(Organisation, house.organisation_id).slack_team_id == "T0FIRST"
    with pytest.raises(NotEnrolled):
        agents.identify(house.deps, "T0SECOND", house.alice.slack_user_id)


@pytest.mark.parametrize(
    ("needed", "let_in"),
    [
        (Role.AGENT, {"alice", "dana", "erin"}),
        (Role.TEAM_LEAD, {"dana", "erin"}),
        (Role.MANAGER, {"erin"}),
        (Role.ADMIN, set()),
    ],
)
def test_the_role_or_a_higher_one_is_enough(house: House, needed: Role, let_in: set[str]) -> None:
    for name in ("alice", "dana", "erin"):
        if name in let_in:
            agents.require(getattr(house, name), needed)
        else:
            with pytest.raises(RoleNeeded) as refused:
                agents.require(getattr(house, name), needed)
            assert refused.value.needed == needed


def test_a_team_lead_answers_only_for_their_own_team(house: House) -> None:
    alice, charlie = house.one(Agent, house.alice.agent_id), house.one(Agent, house.charlie.agent_id)
    assert agents.answers_for(house.dana, alice)
    assert not agents.answers_for(house.dana, charlie)
    assert agents.answers_for(house.erin, charlie)
    assert not agents.answers_for(house.bob, alice)
