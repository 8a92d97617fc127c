"""Who is asking: strangers and the deactivated are told so; roles open doors only upwards."""

import pytest

from bot.services import agents
from bot.services.errors import Deactivated, NotEnrolled, RoleNeeded
from policy.vocabulary import Role
from storage.models import Agent, Organisation
from tests.fakes import WORKSPACE, House


def test_it_knows_a_person_by_workspace_and_user(house: House) -> None:
    who = agents.identify(house.deps, WORKSPACE, house.alice.slack_user_id)
    assert who == house.alice
    assert (who.role, who.team_id, who.zone) == (Role.AGENT, house.energy.id, "Europe/London")


def test_it_refuses_a_stranger(house: House) -> None:
    for workspace, user in ((WORKSPACE, "U0MALLORY"), ("T0OTHER", house.alice.slack_user_id), ("", "")):
        with pytest.raises(NotEnrolled):
            agents.identify(house.deps, workspace, user)


def test_it_refuses_somebody_who_was_switched_off(house: House) -> None:
    house.change(Agent, house.alice.agent_id, is_active=False)
    with pytest.raises(Deactivated):
        agents.identify(house.deps, WORKSPACE, house.alice.slack_user_id)


def test_it_adopts_the_first_workspace_that_speaks_to_a_house_set_up_beforehand(house: House) -> None:
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
def test_it_lets_in_whoever_has_the_role_or_a_higher_one(house: House, needed: Role, let_in: set[str]) -> None:
    for name in ("alice", "dana", "erin"):
        if name in let_in:
            agents.require(getattr(house, name), needed)
        else:
            with pytest.raises(RoleNeeded) as refused:
                agents.require(getattr(house, name), needed)
            assert refused.value.needed == needed


def test_it_lets_a_team_lead_answer_for_their_own_team_only(house: House) -> None:
    alice, charlie = house.one(Agent, house.alice.agent_id), house.one(Agent, house.charlie.agent_id)
    assert agents.answers_for(house.dana, alice)
    assert not agents.answers_for(house.dana, charlie)
    assert agents.answers_for(house.erin, charlie)
    assert not agents.answers_for(house.bob, alice)
