"""Who the actor is: strangers and deactivated people are refused; a higher role may do what a lower one may."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Row

from bot.services import agents
from bot.services.agents import Admits
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.errors import Deactivated, NotEnrolled, RoleNeeded
from policy.vocabulary import Role
from storage.database.unit_of_work import UnitOfWork, UnitsOfWork
from storage.errors import DatabaseTrouble
from storage.models import Agent, Organisation, Team
from tests.fakes import WORKSPACE, SampleOrganisation
from tests.transactions import transactions

pytestmark = pytest.mark.both_engines
PATIENCE_S = 60.0


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


def test_it_finds_a_person_by_workspace_and_user(acme: SampleOrganisation) -> None:
    actor = agents.identify(acme.deps, WORKSPACE, acme.alice.slack_user_id)
    assert actor == acme.alice
    assert (actor.role, actor.team_id, actor.zone) == (Role.AGENT, acme.energy.id, "Europe/London")


def test_what_an_actor_does_first_goes_on_in_the_transaction_that_admits_them(acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.alice.agent_id, language="en")
    with transactions() as seen, agents.admitted(acme.deps, WORKSPACE, acme.alice.slack_user_id) as (deps, actor):
        assert actor == replace(acme.alice, language="en")
        assert deps.by == acme.alice.slack_user_id
        with deps.unit_of_work() as uow:
            uow.session.add(Team(organisation_id=1, name="Night", channel="C1", zone="Europe/London"))
        assert "Night" in {one.name for one in acme.all(Team)}, "committed"
        begun = len(seen)
        with deps.unit_of_work() as uow:
            uow.session.get(Agent, 1)
        assert len(seen) > begun, "one of its own"


def test_nothing_goes_on_where_an_actor_is_refused(acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.alice.agent_id, language="en")
    with pytest.raises(RoleNeeded), agents.admitted(acme.deps, WORKSPACE, acme.alice.slack_user_id):
        raise RoleNeeded("manager")
    acme.change(Agent, acme.alice.agent_id, is_active=False)  # SQLite has one writer: the other has ended
    with pytest.raises(Deactivated), agents.admitted(acme.deps, WORKSPACE, acme.alice.slack_user_id):
        pass
    with agents.admitted(acme.deps, WORKSPACE, acme.alice.slack_user_id, Admits.SWITCHED_OFF) as (_, actor):
        assert not actor.is_active
    with pytest.raises(NotEnrolled), agents.admitted(acme.deps, WORKSPACE, "U0STRANGER"):
        pass


def test_it_finds_a_persons_other_fields(acme: SampleOrganisation) -> None:
    said: dict[str, Any] = {"language": "de", "locale": "de-AT", "locale_read_at": acme.clock()}
    said |= {"paused_at": acme.clock(), "paused_by": acme.erin.agent_id, "paused_because": "training"}
    acme.change(Agent, acme.dana.agent_id, **said)
    actor = agents.identify(acme.deps, WORKSPACE, acme.dana.slack_user_id)
    assert actor == replace(acme.dana, **said)
    assert isinstance(actor.role, Role)


def test_it_refuses_a_stranger(acme: SampleOrganisation) -> None:
    for workspace, user in ((WORKSPACE, "U0MALLORY"), ("T0OTHER", acme.alice.slack_user_id), ("", "")):
        with pytest.raises(NotEnrolled):
            agents.identify(acme.deps, workspace, user)


def test_it_refuses_a_deactivated_person(acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.alice.agent_id, is_active=False)
    with pytest.raises(Deactivated):
        agents.identify(acme.deps, WORKSPACE, acme.alice.slack_user_id)


def test_requests_that_arrive_meanwhile_are_looked_up_together_and_strangers_refused(acme: SampleOrganisation) -> None:
    held = HeldUp(acme.units)
    users = [*(actor.slack_user_id for actor in (acme.alice, acme.bob, acme.charlie)), "U0MALLORY"]
    *found, stranger = _asked_meanwhile(replace(acme.deps, unit_of_work=held), held, users)
    assert [one.result() for one in found] == [acme.alice, acme.bob, acme.charlie]
    with pytest.raises(NotEnrolled):
        stranger.result()
    # Two for the batches; for the stranger one alone, one for the workspace's organisation, and one after it.
    assert held.opened == 5


def test_it_looks_each_up_alone_when_the_batch_fails(acme: SampleOrganisation) -> None:
    held = HeldUp(acme.units, fails=2)
    asking = [acme.alice, acme.bob, acme.charlie, acme.dana]
    users = [actor.slack_user_id for actor in asking]
    found = _asked_meanwhile(replace(acme.deps, unit_of_work=held), held, users)
    assert [one.result() for one in (found[0], *found[2:])] == [acme.alice, acme.charlie, acme.dana]
    with pytest.raises(DatabaseTrouble):
        found[1].result()


def test_it_reads_the_record_when_its_turn_comes(acme: SampleOrganisation) -> None:
    held = HeldUp(acme.units)
    deps = replace(acme.deps, unit_of_work=held)
    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(agents.identify, deps, WORKSPACE, acme.dana.slack_user_id)
        acme.change(Agent, acme.dana.agent_id, language="de")
        held.may_go_on.set()
    assert found.result() == replace(acme.dana, language="de")
    acme.change(Agent, acme.dana.agent_id, language="en")
    assert agents.identify(deps, WORKSPACE, acme.dana.slack_user_id).language == "en"


def test_an_organisation_set_up_beforehand_adopts_the_first_workspace(acme: SampleOrganisation) -> None:
    acme.change(Organisation, acme.organisation_id, slack_team_id="")
    assert agents.identify(acme.deps, "T0FIRST", acme.alice.slack_user_id) == acme.alice
    assert acme.one(Organisation, acme.organisation_id).slack_team_id == "T0FIRST"
    with pytest.raises(NotEnrolled):
        agents.identify(acme.deps, "T0SECOND", acme.alice.slack_user_id)


def test_the_first_two_requests_of_a_workspace_know_their_people_both(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workspace is adopted by the other request, after this one has looked for its person in vain."""
    acme.change(Organisation, acme.organisation_id, slack_team_id="")
    genuine, looks = agents._agent, list[str]()

    def looked_up(deps: Deps, slack_team_id: str, slack_user_id: str) -> Row[Any] | None:
        found = genuine(deps, slack_team_id, slack_user_id)
        looks.append(slack_user_id)
        if len(looks) == 1:
            assert agents.identify(deps, "T0FIRST", acme.dana.slack_user_id) == acme.dana
        return found

    monkeypatch.setattr(agents, "_agent", looked_up)
    assert agents.identify(acme.deps, "T0FIRST", acme.alice.slack_user_id) == acme.alice


@pytest.mark.parametrize(
    ("needed", "let_in"),
    [
        (Role.AGENT, {"alice", "dana", "erin"}),
        (Role.TEAM_LEAD, {"dana", "erin"}),
        (Role.MANAGER, {"erin"}),
        (Role.ADMIN, set()),
    ],
)
def test_the_role_or_a_higher_one_is_enough(acme: SampleOrganisation, needed: Role, let_in: set[str]) -> None:
    for name in ("alice", "dana", "erin"):
        if name in let_in:
            agents.require(getattr(acme, name), needed)
        else:
            with pytest.raises(RoleNeeded) as refused:
                agents.require(getattr(acme, name), needed)
            assert refused.value.needed == needed


def test_a_team_lead_answers_only_for_their_own_team(acme: SampleOrganisation) -> None:
    alice, charlie = acme.one(Agent, acme.alice.agent_id), acme.one(Agent, acme.charlie.agent_id)
    with acme.units(is_read_only=True) as uow:
        answers = partial(agents.answers_for, uow.session, at=acme.clock())
        assert answers(acme.dana, alice)
        assert not answers(acme.dana, charlie)
        assert answers(acme.erin, charlie)
        assert not answers(acme.bob, alice)
