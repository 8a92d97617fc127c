"""Who is ringing back: /callcheck and History tell of calls in, to those whose lists have the person, for their
client."""

from datetime import timedelta

import pytest

from bot.services.answers.calls import HeldNow
from bot.services.calls import history, outcomes
from bot.services.hand_out import next_call
from bot.services.teams import call_check
from policy.vocabulary import Outcome, Verdict
from storage.models import Lease, PhoneCall
from tests.fakes import FRACTION, TUESDAY, SampleOrganisation

pytestmark = pytest.mark.both_engines
NUMBER, SPOKEN = "+447700900123", "07700 900123"


def rings(acme: SampleOrganisation, after: timedelta, number: str = NUMBER, result: str = "no_answer") -> None:
    """The person calls so long after Tuesday 10:00, and a later file of call records has it."""
    start = (TUESDAY + after).replace(microsecond=FRACTION)
    acme.put(
        PhoneCall(
            organisation_id=acme.organisation_id,
            key=f"{start}",
            system="3cx",
            direction="in",
            number=number,
            agent_id=acme.bob.agent_id if result == "answered" else None,
            started_at=start,
            ended_at=start + timedelta(seconds=9),
            result=result,
            found_at=start + timedelta(hours=1),
        )
    )


def check(acme: SampleOrganisation, number: str = SPOKEN) -> list[tuple[str, bool]]:
    found = call_check.check_number(acme.deps, acme.alice, number).calls_in
    return [(one.agent_name, one.is_answered) for one in found]


def test_callcheck_tells_who_rings_back_with_our_last_call_and_the_card(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace", NUMBER)
    outcomes.record_spoken(acme.deps, acme.bob, SPOKEN, "no answer", "rang for ages")
    rings(acme, timedelta(hours=1))
    rings(acme, timedelta(hours=2), result="answered")
    acme.clock.tick(days=6)
    found = call_check.check_number(acme.deps, acme.alice, SPOKEN)
    assert [(one.agent_name, one.is_answered) for one in found.calls_in] == [("Bob", True), ("", False)]
    [one] = found.checks
    assert one.last_call is not None
    assert (one.last_call.agent_name, one.last_call.outcome, one.last_call.note) == ("Bob", Outcome.NO_ANSWER, "")
    assert (one.may_be_taken, one.contact_id) == (True, contact.id)


def test_no_card_is_offered_of_a_contact_that_may_not_be_called_or_is_held(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    rings(acme, timedelta(0))
    assert call_check.check_number(acme.deps, acme.alice, SPOKEN).checks[0].may_be_taken
    assert not call_check.check_number(acme.deps, acme.dana, SPOKEN).checks[0].may_be_taken  # leads hold no cards
    next_call.hand_out(acme.deps, acme.bob, 1)
    assert not call_check.check_number(acme.deps, acme.alice, SPOKEN).checks[0].may_be_taken
    outcomes.record_spoken(acme.deps, acme.bob, SPOKEN, "no answer")
    assert not call_check.check_number(acme.deps, acme.alice, SPOKEN).checks[0].may_be_taken  # locked


def test_no_card_is_offered_of_a_campaign_that_is_not_active(acme: SampleOrganisation) -> None:
    resting = acme.add_campaign("Boiler care", "Bright Energy", acme.energy, is_active=False)
    contact = acme.add_contact("Grace", NUMBER, campaign=resting)
    rings(acme, timedelta(0))
    [one] = call_check.check_number(acme.deps, acme.alice, SPOKEN).checks
    assert (one.verdict, one.is_active, one.may_be_taken) == (Verdict.CALLABLE, False, False)
    assert next_call.hand_out_these(acme.deps, acme.alice, (contact.id or 0,)).cards == ()


def test_no_card_is_offered_while_anothers_callback_to_the_person_is_due(acme: SampleOrganisation) -> None:
    boiler = acme.add_campaign("Boiler care", "Bright Energy", acme.energy)
    grace = acme.add_person("Grace", NUMBER)
    for campaign in (acme.campaign, boiler):
        contact = acme.add_contact(person=grace, number=NUMBER, campaign=campaign)
    due = acme.add_callback(contact, acme.bob.agent_id, acme.clock()).due_at
    acme.clock.tick(minutes=1)
    rings(acme, timedelta(0))
    kept = HeldNow("Bob", due + timedelta(minutes=15), "promised")
    asked = call_check.check_number(acme.deps, acme.alice, SPOKEN).checks
    assert [(one.held, one.may_be_taken) for one in asked] == [(kept, False)] * 2
    theirs = call_check.check_number(acme.deps, acme.bob, SPOKEN).checks
    assert [(one.held, one.may_be_taken) for one in theirs] == [(None, True)] * 2
    acme.clock.tick(minutes=14)
    later = call_check.check_number(acme.deps, acme.alice, SPOKEN).checks
    assert [(one.held, one.may_be_taken) for one in later] == [(None, True)] * 2


def test_without_a_call_in_the_answer_is_as_before(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    [one] = call_check.check_number(acme.deps, acme.alice, SPOKEN).checks
    assert (one.last_call, one.may_be_taken, one.contact_id, check(acme)) == (None, False, 0, [])


def test_a_call_in_is_told_to_no_other_team(acme: SampleOrganisation) -> None:
    acme.add_contact("Wanda", "+447700900777", acme.water_campaign)
    rings(acme, timedelta(0), "+447700900777")
    assert check(acme, "07700 900777") == []
    assert call_check.check_number(acme.deps, acme.charlie, "07700 900777").calls_in


def test_a_call_in_after_another_clients_call_is_told_to_that_client_alone(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    acme.add_contact("Grace", NUMBER, acme.water_campaign)
    outcomes.record_spoken(acme.deps, acme.charlie, SPOKEN, "busy")
    rings(acme, timedelta(seconds=1))
    assert check(acme) == []
    assert call_check.check_number(acme.deps, acme.charlie, SPOKEN).calls_in


def test_a_number_that_a_person_also_has_is_theirs(acme: SampleOrganisation) -> None:
    """They ring back from their mobile; the list has their home number."""
    contact = acme.add_contact("Grace", NUMBER)
    rings(acme, timedelta(0))
    acme.change(PhoneCall, acme.all(PhoneCall)[0].id, number="+447700900456", person_id=contact.person_id)
    assert check(acme) == [("", False)]


def test_history_has_calls_in_for_the_holder(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    rings(acme, timedelta(0))
    next_call.hand_out(acme.deps, acme.alice, 1)
    found = history.history_of(acme.deps, acme.alice, acme.all(Lease)[-1].id or 0)
    assert [(one.at, one.is_answered) for one in found.calls_in] == [(TUESDAY.replace(microsecond=FRACTION), False)]
