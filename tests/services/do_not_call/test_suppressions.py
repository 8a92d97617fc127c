"""/dnc and holds: at once and wherever the stop applies; repeats change nothing; only a team lead places holds."""

from datetime import timedelta

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.calls import calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.errors import AlreadyGone, BadNumber, RoleNeeded
from bot.services.hand_out import next_call
from bot.services.teams import holds
from policy.vocabulary import ContactState, LeaseEnd, Outcome, SuppressionSource, Verdict
from storage.models import Attempt, Callback, Contact, Hold, Lease, Reminder, Suppression
from tests.fakes import House


def test_it_stops_a_number_at_once_and_withdraws_bobs_card(house: House) -> None:
    contact = house.add_contact("Grace Hopper", "+447700900123")
    house.put(
        Callback(
            organisation_id=house.organisation_id,
            contact_id=contact.id or 0,
            person_id=contact.person_id,
            principal="Bright Energy",
            asked_at=house.clock() - timedelta(days=1),
            due_at=house.clock() - timedelta(minutes=1),
        )
    )
    [card] = next_call.hand_out(house.deps, house.bob, 1).cards
    assert isinstance(card, OfferCard)
    done = suppressions.add(house.deps, house.alice, "07700 900123", "wrote to us")
    assert (done.masked_number, done.is_repeat, done.principal) == ("•••• 123", False, "Bright Energy")
    assert (done.contacts, done.callbacks_cancelled) == (1, 1)
    assert done.withdrawn_from == (house.bob.slack_user_id,)
    assert house.notifier.withdrawn == [(house.bob.slack_user_id, "Grace Hopper", "suppressed")]
    assert house.one(Lease, card.lease_id).ended_because == LeaseEnd.WITHDRAWN
    assert house.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    assert {(one.number, one.person_id, one.note) for one in house.all(Suppression)} == {
        ("+447700900123", None, "wrote to us"),
        ("", contact.person_id, "wrote to us"),
    }


def test_a_repeated_stop_changes_nothing(house: House) -> None:
    house.add_contact("Grace Hopper", "+447700900123")
    suppressions.add(house.deps, house.alice, "07700 900123")
    before = house.all(Suppression)
    again = suppressions.add(house.deps, house.alice, "+44 7700 900123")
    assert (again.is_repeat, again.was_stopped) == (True, False)
    assert house.all(Suppression) == before


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(milliseconds=300), timedelta(days=300)])
def test_a_stop_after_an_expired_one_is_stored_again(house: House, ago: timedelta) -> None:
    house.clock.tick(seconds=0.4)
    contact = house.add_contact("Grace Hopper", "+447700900123")
    for bound in ({"number": "+447700900123"}, {"person_id": contact.person_id}):
        house.put(
            Suppression(
                organisation_id=house.organisation_id,
                source=SuppressionSource.REQUEST,
                principal="Bright Energy",
                since=house.clock() - timedelta(days=365),
                until=house.clock() - ago,
                recorded_by=house.alice.agent_id,
                **bound,
            )
        )
    said = suppressions.add(house.deps, house.alice, "07700 900123")
    assert (said.is_repeat, said.was_stopped) == (False, False)
    assert house.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    assert sum(one.until is None for one in house.all(Suppression)) == 2


def test_a_second_persons_stop_is_stored_too_and_reported_as_already_stopped(house: House) -> None:
    house.add_contact("Grace Hopper", "+447700900123")
    suppressions.add(house.deps, house.alice, "07700 900123")
    again = suppressions.add(house.deps, house.bob, "+44 7700 900123")
    assert (again.is_repeat, again.was_stopped) == (False, True)
    said_by = [one.recorded_by for one in house.all(Suppression)]
    assert said_by == [house.alice.agent_id] * 2 + [house.bob.agent_id] * 2


@pytest.mark.parametrize(
    ("ended", "was_stopped"),
    [
        ({"until": timedelta(microseconds=1)}, True),
        ({"withdrawn_at": timedelta(microseconds=-1)}, False),
        ({"withdrawn_at": timedelta(0)}, False),
    ],
)
def test_a_temporary_stop_does_not_hide_a_lasting_one(
    house: House, ended: dict[str, timedelta], was_stopped: bool
) -> None:
    house.clock.tick(microseconds=300_000)
    old = Suppression(
        organisation_id=house.organisation_id,
        number="+447700900123",
        principal="Bright Energy",
        source=SuppressionSource.REQUEST,
        since=house.clock() - timedelta(days=1),
        recorded_by=house.alice.agent_id,
    )
    for name, span in ended.items():
        setattr(old, name, house.clock() + span)
    house.put(old)
    said = suppressions.add(house.deps, house.alice, "07700 900123")
    assert (said.is_repeat, said.was_stopped) == (False, was_stopped)
    house.clock.tick(minutes=1)
    assert house.add_contact("Grace Hopper", "+447700900123").verdict is Verdict.SUPPRESSED


def test_a_stop_without_a_known_principal_binds_the_whole_organisation(house: House) -> None:
    house.add_campaign("Gas checks", "Other Energy", house.energy)
    water = house.add_contact("Ann", "+447700900123", campaign=house.water_campaign)
    done = suppressions.add(house.deps, house.alice, "07700 900123")
    assert done.principal == ""
    assert house.one(Contact, water.id).verdict is Verdict.SUPPRESSED


def test_a_call_that_waits_for_its_outcome_widens_the_stop_of_its_own_number_alone(house: House) -> None:
    waiting = Attempt(
        organisation_id=house.organisation_id,
        number="+447700900555",
        principal="Clear Water",
        agent_id=house.alice.agent_id,
        opened_at=house.clock(),
    )
    house.put(waiting)
    assert suppressions.add(house.deps, house.alice, "07700 900123").principal == "Bright Energy"
    assert suppressions.add(house.deps, house.bob, "07700 900555").principal == "Bright Energy"
    assert suppressions.add(house.deps, house.alice, "07700 900555").principal == "", "which of the two is not known"


def test_it_stops_only_the_number_when_several_people_share_it(house: House) -> None:
    house.add_contact("Ann", "+447700900123")
    house.add_contact("Ben", "+447700900123")
    done = suppressions.add(house.deps, house.alice, "07700 900123")
    assert done.contacts == 2
    assert [one.person_id for one in house.all(Suppression)] == [None]


def test_it_stops_a_number_that_is_on_no_list(house: House) -> None:
    assert suppressions.add(house.deps, house.alice, "07700 900999").contacts == 0
    late = house.add_contact("Ann", "+447700900999")
    assert house.one(Contact, late.id).verdict is Verdict.SUPPRESSED


def test_it_refuses_an_invalid_number(house: House) -> None:
    with pytest.raises(BadNumber):
        suppressions.add(house.deps, house.alice, "everybody")


@pytest.mark.parametrize(
    ("said", "kept"),
    [("0411 123 4567", "+444111234567"), ("+1 201 155 5123", "+12011555123"), ("0909 879 0000", "+449098790000")],
)
def test_it_stops_a_well_formed_number_that_is_not_in_use_or_not_personal(house: House, said: str, kept: str) -> None:
    assert not suppressions.add(house.deps, house.alice, said).is_repeat
    assert {one.number for one in house.all(Suppression)} == {kept}


def test_it_holds_a_contact_and_withdraws_its_card(house: House) -> None:
    contact = house.add_contact("Grace Hopper")
    next_call.hand_out(house.deps, house.alice, 1)
    placed = holds.place(house.deps, house.dana, contact.id or 0, "asked for a letter")
    assert (placed.name, placed.is_repeat, placed.withdrawn_from) == (
        "Grace Hopper",
        False,
        (house.alice.slack_user_id,),
    )
    held = house.one(Contact, contact.id)
    assert held.verdict is Verdict.HELD
    assert "asked for a letter" in held.because
    assert holds.place(house.deps, house.dana, contact.id or 0, "asked for a letter").is_repeat
    assert len(house.all(Hold)) == 1


def test_it_lifts_a_hold_after_a_complaint_for_every_list_of_the_person(house: House) -> None:
    person = house.add_person("Grace Hopper", "+447700900123")
    contact = house.add_contact(person=person, number="+447700900123")
    second = house.add_campaign("Energy service", "Bright Energy", house.energy)
    other = house.add_contact(person=person, number="+447700900123", campaign=second)
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    opened = calling.call(house.deps, house.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    outcomes.record(house.deps, house.alice, opened.attempt_id, Outcome.COMPLAINT)
    assert [house.one(Contact, one.id).verdict for one in (contact, other)] == [Verdict.HELD] * 2
    house.clock.tick(hours=1)
    lifted = holds.lift(house.deps, house.dana, contact.id or 0, "talked it over")
    assert (lifted.is_repeat, lifted.state) == (False, ContactState.LOCKED)  # already called today
    assert [house.one(Contact, one.id).verdict for one in (contact, other)] == [Verdict.LOCKED] * 2
    reminded = [(one.agent_id, one.contact_id) for one in house.all(Reminder) if one.closed_at is None]
    assert reminded == [(house.alice.agent_id, contact.id)], "who called is told when it opens again"
    hold = house.all(Hold)[0]
    assert (hold.lifted_at, hold.lifted_by, hold.lifted_because) == (
        house.clock(),
        house.dana.agent_id,
        "talked it over",
    )
    assert holds.lift(house.deps, house.dana, contact.id or 0, "again").is_repeat


def test_only_that_teams_leads_and_managers_may_hold(house: House) -> None:
    contact = house.add_contact()
    water = house.add_contact(campaign=house.water_campaign)
    for actor in (house.alice, house.charlie):
        with pytest.raises(RoleNeeded):
            holds.place(house.deps, actor, contact.id or 0, "no")
    with pytest.raises(RoleNeeded):
        holds.place(house.deps, house.dana, water.id or 0, "not her team's")
    with pytest.raises(AlreadyGone):
        holds.lift(house.deps, house.dana, 999, "nothing there")
    assert house.all(Hold) == []
    holds.place(house.deps, house.erin, water.id or 0, "a manager may")
    assert house.one(Contact, water.id).verdict is Verdict.HELD
