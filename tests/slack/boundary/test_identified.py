"""The user behind a request: enrolled in this workspace, and what a deactivated user may still do."""

from dataclasses import replace

import pytest
from slack_sdk import WebClient

from bot.services.agents import Admits
from bot.services.errors import Deactivated, NotEnrolled
from bot.slack.boundary.actions import identified
from bot.slack.boundary.payloads import Asking, Surface
from bot.slack.wording.labels import Reader
from storage.models import Agent
from tests.fakes import WORKSPACE, SampleOrganisation

CLIENT = WebClient("xoxb-test")
ALICE = Asking(WORKSPACE, "U0ALICE", "", Surface.COMMAND)


def test_an_enrolled_user_is_identified_with_role_and_zone(acme: SampleOrganisation) -> None:
    ask = identified(acme.deps, ALICE, CLIENT)
    assert (ask.actor.agent_id, ask.asking, ask.client) == (acme.alice.agent_id, ALICE, CLIENT)
    assert ask.reader == Reader("Europe/London", acme.clock())


def test_a_user_of_another_workspace_or_of_no_team_is_not_enrolled(acme: SampleOrganisation) -> None:
    for stranger in (replace(ALICE, slack_team_id="T0OTHER0001"), replace(ALICE, slack_user_id="U0STRANGER")):
        with pytest.raises(NotEnrolled):
            identified(acme.deps, stranger, CLIENT)


def test_a_deactivated_user_is_admitted_only_to_what_they_may_still_finish(acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.alice.agent_id, is_active=False)
    with pytest.raises(Deactivated):
        identified(acme.deps, ALICE, CLIENT)
    with pytest.raises(Deactivated):
        identified(acme.deps, ALICE, CLIENT, Admits.AT_WORK)
    for admitted in (Admits.SWITCHED_OFF, Admits.ANYBODY):
        assert not identified(acme.deps, ALICE, CLIENT, admitted).actor.is_active
