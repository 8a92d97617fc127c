"""A complaint about how data are used, from the agent's press to the lead's, through the real app."""

import pytest

from policy.vocabulary import DATA_COMPLAINT
from storage.models import Attempt, Hold
from tests.slack import strict
from tests.slack.scenarios.town import NUMBER, Town, reads, types

QUESTION = "Is the complaint about how we use their data?"


@pytest.mark.day
def test_the_agent_is_asked_and_the_lead_acknowledges_by_a_press(town: Town) -> None:
    town.calling(minutes=2)
    attempt = town.acme.all(Attempt)[0]
    town.alice.press(reads(town.alice, NUMBER), "outcome_more", selected=f"{attempt.id}:complaint")
    town.alice.press(reads(town.alice, QUESTION), "about_data")
    town.alice.wait_for(lambda seen: DATA_COMPLAINT in [one.reason for one in town.acme.all(Hold)])
    status = types(town.dana, "/teamstatus", "*Grace*: on hold since", "Complaint about their data: acknowledge it by")
    assert strict.shows_no_number(status.blocks)
    town.dana.press(status, "acknowledge")
    after = reads(town.dana, "*Grace*: complaint acknowledged.", "Still on hold for another reason")
    assert "lift_form" in [one.action_id for one in after.buttons]
    assert {one.reason: one.lifted_because for one in town.acme.all(Hold)} == {
        "complaint": "",
        DATA_COMPLAINT: "acknowledged",
    }
    assert town.server.workspace.refusals == ()
