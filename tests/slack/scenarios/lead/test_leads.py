"""What a team lead presses, through the real app: a hold lifted with its reason, a contact taken back from an agent."""

import pytest

from bot.services.calls import outcomes
from bot.slack import ids
from policy.vocabulary import AttemptState, LeaseEnd, Role, Verdict
from storage.models import Agent, Attempt, Contact, Hold, Lease
from tests.slack import strict
from tests.slack.scenarios.town import NUMBER, Town, form, given, home, home_shows, opens, page, presses, reads, types

TAKEN = "*Grace* is back on the list"


def _complaint(town: Town) -> None:
    town.calling(minutes=2)
    attempt = town.acme.all(Attempt)[0]
    town.alice.press(reads(town.alice, NUMBER), "outcome_more", selected=f"{attempt.id}:complaint")
    said = reads(town.alice, "*Complaint* recorded", "On hold until a person decides.")
    assert said.words.count("• Held for a team lead") == 1, "two rules that say the same say it once"
    reads(town.dana, "Alice recorded *Complaint* for Grace.", "on hold until you decide.")


@pytest.mark.long
def test_it_lifts_a_hold_with_a_reason_and_shows_how_things_stand(town: Town) -> None:
    _complaint(town)
    status = types(town.dana, "/teamstatus", "Needs you", "*Grace*: on hold since")
    assert strict.shows_no_number(status.blocks)
    town.dana.submit(opens(town.dana, status, "lift_form", ids.WORDS), given(words="spoke to her, settled"))
    after = reads(town.dana, "hold lifted. Callable again from", "Nothing needs you now.")
    assert after.is_ephemeral
    assert [one.lifted_because for one in town.acme.all(Hold)] == ["spoke to her, settled"]
    assert town.acme.all(Contact)[0].verdict is Verdict.LOCKED
    assert town.server.workspace.refusals == ()


def test_a_lift_ends_what_its_form_showed_and_says_what_holds_since(town: Town) -> None:
    _complaint(town)
    asked = opens(town.dana, types(town.dana, "/teamstatus", "Needs you"), "lift_form", ids.WORDS)
    outcomes.record_spoken(town.acme.deps, town.acme.bob, town.acme.all(Attempt)[0].number, "vulnerable")
    town.move(seconds=0.3)
    town.dana.submit(asked, given(words="complaint answered"))
    reads(
        town.dana, "*Grace*: hold lifted. Still on hold for another reason: Held for a team lead (a vulnerable person)"
    )
    assert {one.reason: one.lifted_because for one in town.acme.all(Hold)} == {
        "complaint": "complaint answered",
        "vulnerable": "",
    }


def test_it_leads_from_the_alert_to_what_waits(town: Town) -> None:
    _complaint(town)
    alert = reads(town.dana, "Alice recorded *Complaint* for Grace.")
    status = presses(town.dana, alert, "see_status", "Needs you", "*Grace*: on hold since")
    assert status.is_ephemeral
    assert "lift_form" in [one.action_id for one in status.buttons]
    assert reads(town.dana, "Alice recorded *Complaint* for Grace.").ts == alert.ts, "the alert stays"


@pytest.mark.night
def test_lifting_a_hold_requires_a_reason(town: Town) -> None:
    _complaint(town)
    town.dana.press(types(town.dana, "/teamstatus", "Needs you"), "lift_form")
    town.dana.submit(form(town.dana, ids.WORDS), given(words="   "))
    assert form(town.dana, ids.WORDS).errors
    assert town.acme.all(Hold)[0].lifted_at is None


@pytest.mark.long
def test_it_lifts_a_hold_from_home(town: Town) -> None:
    _complaint(town)
    town.dana.submit(opens(town.dana, home(town.dana), "lift_form", ids.WORDS), given(words="settled"))
    home_shows(town.dana, "hold lifted")


@pytest.mark.long
def test_it_takes_a_contact_back_and_the_card_repairs_itself(town: Town) -> None:
    card = town.cards("Grace")
    town.dana.command("/teamstatus")
    held = page(town.dana, reads(town.dana, "*Alice*: looking"), "status_held", "*Alice*: Grace")
    page(town.dana, held, "take_back", TAKEN, "No agent holds a contact.")
    lease = town.acme.all(Lease)[0]
    assert (lease.ended_because, lease.release_reason) == (LeaseEnd.RELEASED, "taken_back")
    reads(town.alice, "is no longer on your cards: a team lead took it back")
    presses(town.alice, card, "call", "no longer with you: a team lead took it back")
    assert not town.acme.all(Attempt)
    types(town.bob, "/nextcall 1", "Grace")


@pytest.mark.long
def test_a_contact_is_taken_back_once_and_never_during_a_call(town: Town) -> None:
    card = town.cards("Grace")
    town.dana.command("/teamstatus")
    held = page(town.dana, reads(town.dana, "*Alice*: looking"), "status_held", "*Alice*: Grace")
    presses(town.alice, card, "call", NUMBER)
    page(town.dana, held, "take_back", "*Grace* is being called now. Nothing changed.")
    assert town.acme.all(Attempt)[0].state is AttemptState.OPEN
    assert town.acme.all(Lease)[0].ended_at is None


def test_an_agent_sees_no_lead_buttons_and_forged_presses_are_refused(town: Town) -> None:
    town.cards("Grace")
    seen = types(town.bob, "/teamstatus", "where the contacts stand")
    held = page(town.bob, seen, "status_held", "No agent holds a contact.")
    assert not held.buttons
    town.dana.command("/teamstatus")
    held = page(town.dana, reads(town.dana, "*Alice*: looking"), "status_held", "*Alice*: Grace")
    town.acme.change(type(town.acme.one(Lease, 1)), 1, agent_id=town.acme.charlie.agent_id)  # another team's agent
    presses(town.dana, held, "take_back", "Only a manager may do that")
    assert town.acme.all(Lease)[0].ended_at is None


@pytest.mark.long
def test_it_tells_the_admins_what_only_they_can_supply(town: Town) -> None:
    town.acme.add_contact("Nowhere", "+35312345678", places="", zones="")
    status = types(town.dana, "/teamstatus", "Needs you", "*1* on hold: facts missing")
    why = page(town.dana, status, "status_why", "Waiting for a decision", "To do: set the place")
    town.dana.close(why)
    status = presses(town.dana, status, "tell_admins", "No admin could be reached.")
    town.acme.change(Agent, town.acme.erin.agent_id, role=Role.ADMIN, language="de")
    presses(town.dana, status, "tell_admins", "1 admin has been told.")
    told = reads(town.erin, "Dana bittet Sie um das, was Kontakten des Teams Energy fehlt", "*1* ")
    assert strict.shows_no_number(told.blocks)
    strict.message(told.blocks)
    page(town.erin, told, "admin_registers", "CTPS")
    assert town.server.workspace.refusals == ()


def test_an_admin_sees_what_is_missing_and_is_led_to_where_it_is_supplied(town: Town) -> None:
    """Once the only admin of a workspace pressed a button to tell the admins, and read that none could be reached."""
    town.acme.add_contact("Nowhere", "+35312345678", places="", zones="")
    town.acme.change(Agent, town.acme.erin.agent_id, role=Role.ADMIN, team_id=town.acme.dana.team_id)
    status = types(town.erin, "/teamstatus", "*1* on hold: facts missing")
    assert "tell_admins" not in {one.action_id for one in status.buttons}
    why = page(town.erin, status, "status_why", "Waiting for a decision", "To do: set the place")
    assert {"admin_registers", "admin_lists"} <= (offered := {one.action_id for one in why.buttons})
    assert "tell_admins" not in offered
    page(town.erin, why, "admin_lists", "To import a list")


@pytest.mark.long
def test_it_shows_what_becomes_callable_and_how_long_it_lasts(town: Town) -> None:
    town.acme.add_contacts(3)
    town.alice.press(types(town.alice, "/nextcall 1", "yours until"), "call")
    town.move(minutes=2)
    presses(town.alice, reads(town.alice, NUMBER), "outcome_busy", "*Busy* recorded")
    status = types(town.dana, "/teamstatus", "where the contacts stand")
    said = page(town.dana, status, "status_ahead", "What becomes callable", "Wed 25 ████████████████ 1").words
    assert "At 1 call an hour, no contacts are left from about" in said
    theirs = types(town.alice, "/teamstatus", "where the contacts stand")
    assert "status_ahead" not in [one.action_id for one in theirs.buttons]
