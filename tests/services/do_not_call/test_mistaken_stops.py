"""The road back for a stop that was typed by mistake or came with a file: a reason, and a second admin's yes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.services.agents import as_actor
from bot.services.answers.house_rules import COMMAND_LINE
from bot.services.answers.people import NOBODY, Actor
from bot.services.calls import calling, outcomes
from bot.services.do_not_call import mistaken_stops, suppressions
from bot.services.errors import (
    AlreadyGone,
    AskInSlack,
    NewAdmin,
    NoSecondAdmin,
    OwnProposal,
    ReasonNeeded,
    RoleNeeded,
)
from bot.services.hand_out import next_call
from bot.services.setup import plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import PersonView, Setup
from policy.vocabulary import Outcome, Role, Verdict
from storage.models import Agent, Callback, Contact, MistakenStop, Suppression
from tests.fakes import SampleOrganisation
from tests.rows import a_stop

pytestmark = pytest.mark.both_engines
NUMBER = "+447700900123"
WHY = "typed 123 instead of 132, which is 07700 900132"


@pytest.fixture
def ada(acme: SampleOrganisation) -> Actor:
    """An admin since always."""
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    return as_actor(acme.one(Agent, acme.erin.agent_id))


@pytest.fixture
def ben(acme: SampleOrganisation) -> Actor:
    """Another."""
    acme.change(Agent, acme.dana.agent_id, role=Role.ADMIN)
    return as_actor(acme.one(Agent, acme.dana.agent_id))


def typed(acme: SampleOrganisation) -> Contact:
    contact = acme.add_contact("Grace", NUMBER)
    suppressions.add(acme.deps, acme.alice, NUMBER, "asked us")
    acme.clock.tick(days=1, microseconds=3)
    return contact


def stop_of(acme: SampleOrganisation, admin: Actor) -> int:
    found = mistaken_stops.withdrawable(acme.deps, admin, NUMBER)
    assert found is not None
    return found


def test_a_typed_stop_ends_with_a_reason_and_a_second_yes(acme: SampleOrganisation, ada: Actor, ben: Actor) -> None:
    contact = acme.add_contact("Grace", NUMBER)
    callback = acme.add_callback(contact, acme.alice.agent_id, acme.clock() + timedelta(days=2))
    suppressions.add(acme.deps, acme.alice, NUMBER, "asked us")
    acme.clock.tick(days=1, microseconds=3)
    asked = mistaken_stops.question(acme.deps, ada, stop_of(acme, ada), WHY)
    assert (asked.asked, asked.by, asked.stop.by, asked.stop.note) == (("U0DANA",), "Erin", "Alice", "asked us")
    assert "900132" not in asked.reason, "numbers in words are blanked"
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED, "nothing yet"
    acme.clock.tick(minutes=1, microseconds=3)
    done = mistaken_stops.agree(acme.deps, ben, asked.claim_id)
    assert (done.is_withdrawn, done.is_still_stopped, done.callbacks_reopened) == (True, False, 1)
    assert acme.one(Contact, contact.id).verdict is Verdict.LOCKED, "until the callback's time"
    assert acme.one(Callback, callback.id).closed_at is None
    assert {one.withdrawn_at for one in acme.all(Suppression)} == {acme.clock()}, "the number's and the person's"
    [claim] = acme.all(MistakenStop)
    assert (claim.asked_by, claim.decided_by, claim.is_withdrawn) == ("U0ERIN", "U0DANA", True)
    again = mistaken_stops.agree(acme.deps, ben, asked.claim_id)
    assert (again.is_repeat, again.decided_by) == (True, "Dana")
    assert mistaken_stops.withdrawable(acme.deps, ada, NUMBER) is None


def test_what_others_said_stands(acme: SampleOrganisation, ada: Actor, ben: Actor) -> None:
    contact = typed(acme)
    suppressions.add(acme.deps, acme.bob, NUMBER, "told me too")
    asked = mistaken_stops.question(acme.deps, ada, stop_of(acme, ada), WHY)
    assert asked.stop.by == "Bob", "the newest"
    done = mistaken_stops.agree(acme.deps, ben, asked.claim_id)
    assert (done.is_withdrawn, done.is_still_stopped) == (True, True)
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    assert mistaken_stops.shown(acme.deps, ada, stop_of(acme, ada)).by == "Alice"


def test_a_stop_said_in_a_call_is_never_withdrawn(acme: SampleOrganisation, ada: Actor, ben: Actor) -> None:
    acme.add_contact("Grace", NUMBER)
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    outcomes.record(acme.deps, acme.alice, 1, Outcome.DO_NOT_CALL)
    outcomes.record_spoken(acme.deps, acme.bob, "07700 900124", "do not call")
    said = acme.all(Suppression)
    assert said
    assert mistaken_stops.withdrawable(acme.deps, ada, NUMBER) is None
    assert mistaken_stops.withdrawable(acme.deps, ada, "07700 900124") is None
    for one in said:
        with pytest.raises(AlreadyGone):
            mistaken_stops.question(acme.deps, ada, one.id or 0, WHY)


def test_rows_of_one_file_for_others_stay(acme: SampleOrganisation, ada: Actor, ben: Actor) -> None:
    grace, ada_l = acme.add_contact("Grace", NUMBER), acme.add_contact("Ada", "+447700900124")
    for contact in (grace, ada_l):
        for number, person in ((contact.number or "", None), ("", contact.person_id)):
            acme.put(
                a_stop(
                    acme, acme.clock() - timedelta(days=9), number=number, person_id=person, note="old.csv: no calls"
                )
            )
    asked = mistaken_stops.question(acme.deps, ada, stop_of(acme, ada), "the wrong file")
    assert (asked.stop.by, asked.stop.note) == ("", "old.csv: no calls")
    mistaken_stops.agree(acme.deps, ben, asked.claim_id)
    standing = [one for one in acme.all(Suppression) if one.withdrawn_at is None]
    assert {(one.number, one.person_id) for one in standing} == {("+447700900124", None), ("", ada_l.person_id)}


def test_the_second_person_is_another_and_has_been_an_admin_for_a_week(
    acme: SampleOrganisation, ada: Actor, ben: Actor
) -> None:
    typed(acme)
    bob = entry(PersonView, slack_user_id="U0BOB", name="Bob", role=Role.ADMIN)
    plan.save(acme.deps, ada, Setup(people=(bob,)))
    asked = mistaken_stops.question(acme.deps, ada, stop_of(acme, ada), WHY)
    assert asked.asked == ("U0DANA",), "Bob is too new"
    with pytest.raises(OwnProposal):
        mistaken_stops.agree(acme.deps, ada, asked.claim_id)
    with pytest.raises(RoleNeeded):
        mistaken_stops.agree(acme.deps, acme.alice, asked.claim_id)
    new = as_actor(acme.one(Agent, acme.bob.agent_id))
    acme.clock.tick(days=7, microseconds=-1)
    with pytest.raises(NewAdmin):
        mistaken_stops.agree(acme.deps, new, asked.claim_id)
    plan.save(acme.deps, ada, Setup(people=({**bob, "is_active": False},)))
    plan.save(acme.deps, ada, Setup(people=({**bob, "is_active": True},)))
    acme.clock.tick(microseconds=1)
    with pytest.raises(NewAdmin):
        mistaken_stops.agree(acme.deps, new, asked.claim_id)
    acme.clock.tick(days=7)
    acme.change(Agent, acme.dana.agent_id, role=Role.TEAM_LEAD)
    with pytest.raises(RoleNeeded):
        mistaken_stops.agree(acme.deps, ben, asked.claim_id)  # was an admin when they pressed
    assert mistaken_stops.agree(acme.deps, new, asked.claim_id).is_withdrawn


def test_a_no_leaves_the_stop(acme: SampleOrganisation, ada: Actor, ben: Actor) -> None:
    contact = typed(acme)
    asked = mistaken_stops.question(acme.deps, ada, stop_of(acme, ada), WHY)
    assert mistaken_stops.disagree(acme.deps, ben, asked.claim_id).is_withdrawn is False
    late = mistaken_stops.agree(acme.deps, ben, asked.claim_id)
    assert (late.is_repeat, late.is_withdrawn, late.decided_by) == (True, False, "Dana")
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    assert mistaken_stops.question(acme.deps, ada, stop_of(acme, ada), WHY).claim_id != asked.claim_id


def test_asking_twice_is_one_claim(acme: SampleOrganisation, ada: Actor, ben: Actor) -> None:
    typed(acme)
    first = mistaken_stops.question(acme.deps, ada, stop_of(acme, ada), WHY)
    assert mistaken_stops.question(acme.deps, ada, stop_of(acme, ada), WHY) == first
    assert len(acme.all(MistakenStop)) == 1


def test_only_admins_ask_and_with_a_reason(acme: SampleOrganisation, ada: Actor, ben: Actor) -> None:
    typed(acme)
    with pytest.raises(RoleNeeded):
        mistaken_stops.question(acme.deps, acme.alice, stop_of(acme, ada), WHY)
    with pytest.raises(ReasonNeeded):
        mistaken_stops.question(acme.deps, ada, stop_of(acme, ada), "  ")


def test_an_only_admin_does_so_on_the_machine(acme: SampleOrganisation, ada: Actor) -> None:
    contact = typed(acme)
    with pytest.raises(NoSecondAdmin):
        mistaken_stops.question(acme.deps, ada, stop_of(acme, ada), WHY)
    operator = replace(ada, agent_id=NOBODY, slack_user_id="")
    [done] = mistaken_stops.withdraw_alone(acme.deps, operator, NUMBER, WHY)
    assert (done.is_withdrawn, done.by, done.decided_by) == (True, COMMAND_LINE, COMMAND_LINE)
    assert acme.one(Contact, contact.id).verdict is Verdict.CALLABLE
    with pytest.raises(AlreadyGone):
        mistaken_stops.withdraw_alone(acme.deps, operator, NUMBER, WHY)


def test_the_machine_is_no_way_round_a_second_admin(acme: SampleOrganisation, ada: Actor, ben: Actor) -> None:
    typed(acme)
    with pytest.raises(AskInSlack):
        mistaken_stops.withdraw_alone(acme.deps, replace(ada, agent_id=NOBODY, slack_user_id=""), NUMBER, WHY)


def test_a_stop_of_somebody_who_is_not_set_up_goes_the_same_road(
    acme: SampleOrganisation, ada: Actor, ben: Actor
) -> None:
    acme.add_contact("Grace", NUMBER)
    visitor = Actor(NOBODY, acme.organisation_id, "U0VISITOR", "U0VISITOR", Role.AGENT, None, "UTC", is_active=False)
    stopped = suppressions.add(acme.deps, visitor, NUMBER, "met them")
    asked = mistaken_stops.question(acme.deps, ada, stopped.stop_id, WHY)
    assert (asked.stop.by, asked.stop.told_by) == ("", "U0VISITOR")
    assert mistaken_stops.agree(acme.deps, ben, asked.claim_id).is_withdrawn
