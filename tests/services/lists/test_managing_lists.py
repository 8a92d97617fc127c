"""Lists as things one manages: paused, given a last day and a priority, moved to another campaign; and what came of each."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import CallingCard
from bot.services.answers.people import Actor
from bot.services.audit import Span, audit
from bot.services.calls import calling, outcomes
from bot.services.deciding import refresh
from bot.services.errors import AlreadyGone, AnotherClient, RoleNeeded
from bot.services.hand_out import next_call
from bot.services.lists import import_contacts, list_move, list_results, list_terms, withdrawal
from policy.vocabulary import LeaseEnd, Outcome, Purpose, Role
from storage.models import Attempt, Callback, Contact, ContactList, Lease, ListMove
from tests.fakes import House

pytestmark = pytest.mark.both_engines


@pytest.fixture
def admin(house: House) -> Actor:
    return Actor(0, house.organisation_id, "U0FRANK", "Frank", Role.ADMIN, None, "UTC")


def held(house: House) -> list[str]:
    """The names on Alice's cards, after asking for five."""
    refresh.redecide_stale(house.deps, 500)
    cards = next_call.hand_out(house.deps, house.alice, 5).cards
    return [one.offer.name if isinstance(one, CallingCard) else one.name for one in cards]


def rung(house: House, outcome: Outcome) -> Attempt:
    next_call.hand_out(house.deps, house.alice, 1)
    lease = next(one for one in reversed(house.all(Lease)) if one.ended_at is None)
    calling.call(house.deps, house.alice, lease.id or 0)
    house.clock.tick(minutes=1)
    outcomes.record(house.deps, house.alice, house.all(Attempt)[-1].id or 0, outcome)
    house.clock.tick(minutes=1)
    return house.all(Attempt)[-1]


def test_a_paused_list_is_not_handed_out_and_goes_on_as_it_was(house: House, admin: Actor) -> None:
    grace, ada = house.add_contact("Grace"), house.add_contact("Ada")
    promise = house.add_promise(ada, house.alice.agent_id, house.clock() + timedelta(hours=1))
    assert held(house) == ["Grace"], "Ada is promised for later"
    paused = list_terms.pause(house.deps, admin, grace.list_id)
    assert (paused.contacts, paused.cards) == (2, 1)
    assert house.all(Lease)[-1].ended_because == LeaseEnd.WITHDRAWN
    assert held(house) == []
    house.clock.tick(hours=2)
    assert held(house) == [], "a callback waits too"
    assert house.one(Callback, promise.id).closed_at is None
    taken_up = withdrawal.take_up(house.deps, admin, grace.list_id)
    assert taken_up.contacts == 2
    assert sorted(held(house)) == ["Ada", "Grace"]
    assert house.one(ContactList, grace.list_id).paused_at is None


def test_what_comes_onto_a_paused_list_waits_with_it(house: House, admin: Actor, tmp_path: Path) -> None:
    grace = house.add_contact("Grace")
    list_terms.pause(house.deps, admin, grace.list_id)
    (tmp_path / "more.csv").write_text("name,phone\nAda,07700900555\n")
    import_contacts(house.deps, tmp_path / "more.csv", "Energy switch", "GB", "Energy switch list")
    assert held(house) == []
    house.add_contact("Joan")  # by another road: the next tick closes her
    assert list_terms.close_due(house.deps) == 1
    assert list_terms.close_due(house.deps) == 0
    assert held(house) == []
    withdrawal.take_up(house.deps, admin, grace.list_id)
    assert sorted(held(house)) == ["Ada", "Grace", "Joan"]


def test_a_withdrawn_list_gives_up_what_a_pause_kept(house: House, admin: Actor) -> None:
    grace = house.add_contact("Grace")
    promise = house.add_promise(grace, None, house.clock() + timedelta(hours=1))
    list_terms.pause(house.deps, admin, grace.list_id)
    assert withdrawal.withdraw(house.deps, admin, grace.list_id, "bought back").contacts == 1
    assert house.one(Callback, promise.id).closed_because == "cancelled"
    assert house.one(Contact, grace.id).finished_because == "list withdrawn: bought back"


@pytest.mark.parametrize(("zone", "hours", "is_closed"), [("Europe/London", 13, False), ("Europe/London", 15, True)])
def test_a_list_is_worked_through_its_last_day_where_its_team_is(
    house: House, admin: Actor, zone: str, hours: int, is_closed: bool
) -> None:
    grace = house.add_contact("Grace")
    list_terms.set_last_day(house.deps, admin, grace.list_id, date(2026, 11, 24))
    house.clock.tick(hours=hours)  # from ten in the morning
    assert list_terms.close_due(house.deps) == is_closed
    assert (house.one(Contact, grace.id).finished_because == "list expired") is is_closed
    withdrawal.take_up(house.deps, admin, grace.list_id)
    assert house.one(ContactList, grace.list_id).expires_on == (None if is_closed else date(2026, 11, 24))
    assert list_terms.close_due(house.deps) == 0


def test_a_finished_contact_stays_finished(house: House, admin: Actor) -> None:
    grace = house.add_contact("Grace")
    rung(house, Outcome.REFUSED)
    list_terms.pause(house.deps, admin, grace.list_id)
    withdrawal.take_up(house.deps, admin, grace.list_id)
    assert house.one(Contact, grace.id).finished_because == "refused"


def test_a_list_with_a_better_priority_comes_first(house: House, admin: Actor, tmp_path: Path) -> None:
    house.add_contact("Grace")
    (tmp_path / "best.csv").write_text("name,phone\nAda,07700900555\n")
    import_contacts(house.deps, tmp_path / "best.csv", "Energy switch", "GB", "Best")
    best = next(one for one in house.all(ContactList) if one.name == "Best")
    list_terms.set_priority(house.deps, admin, best.id or 0, 0)
    next_call.hand_out(house.deps, house.alice, 1)
    assert [house.one(Contact, one.contact_id).name for one in house.all(Lease)] == ["Ada"]
    (tmp_path / "best.csv").write_text("name,phone,priority\nJoan,07700900556,\nMary,07700900557,3\n")
    import_contacts(house.deps, tmp_path / "best.csv", "Energy switch", "GB", "Best")
    later = {one.name: one.priority for one in house.all(Contact) if one.list_id == best.id}
    assert later == {"Ada": 0, "Joan": 0, "Mary": 3}, "those that follow come as early, unless their row says otherwise"


# moving


def test_a_list_moves_to_a_campaign_of_the_same_client_and_is_decided_anew(house: House, admin: Actor) -> None:
    grace, ada = house.add_contact("Grace"), house.add_contact("Ada")
    rung(house, Outcome.REFUSED)
    done_name = "Grace" if house.one(Contact, grace.id).finished_at else "Ada"
    boiler = house.add_campaign("Boiler care", "Bright Energy", house.energy)
    house.change(ContactList, grace.list_id, basis="contract", is_told_of_calls=True, numbers_from="given")
    moved = list_move.move(house.deps, admin, grace.list_id, boiler.id or 0)
    assert (moved.contacts, moved.stayed, moved.is_stated_anew) == (1, 0, False)
    there = next(one for one in house.all(ContactList) if one.campaign_id == boiler.id and one.basis)
    assert (there.name, there.basis, there.is_told_of_calls) == ("Energy switch list", "contract", True)
    (left,) = [one for one in house.all(Contact) if one.campaign_id != boiler.id]
    (gone,) = [one for one in house.all(Contact) if one.campaign_id == boiler.id]
    assert (left.name, gone.list_id) == (done_name, there.id)
    assert [(one.contact_id, one.list_id) for one in house.all(ListMove)] == [(gone.id, grace.list_id)]
    assert held(house) == [gone.name]
    assert {grace.name, ada.name} == {left.name, gone.name}


def test_another_purpose_needs_its_own_assessment(house: House, admin: Actor) -> None:
    grace = house.add_contact("Grace")
    house.change(
        ContactList, grace.list_id, basis="legitimate_interest", is_told_of_calls=True, is_interest_assessed=True
    )
    offers = house.add_campaign("Offers", "Bright Energy", house.energy, purpose=Purpose.MARKETING)
    moved = list_move.move(house.deps, admin, grace.list_id, offers.id or 0)
    assert moved.is_stated_anew
    there = house.one(ContactList, house.one(Contact, grace.id).list_id)
    assert (there.basis, there.is_told_of_calls, there.is_interest_assessed) == ("legitimate_interest", False, False)
    refresh.redecide_stale(house.deps, 500)
    assert "told of calls" in house.one(Contact, grace.id).because


def test_a_list_does_not_move_to_another_client_nor_to_nowhere(house: House, admin: Actor) -> None:
    grace = house.add_contact("Grace")
    with pytest.raises(AnotherClient):
        list_move.move(house.deps, admin, grace.list_id, house.water_campaign.id or 0)
    with pytest.raises(AlreadyGone):
        list_move.move(house.deps, admin, grace.list_id, 999)
    assert house.one(Contact, grace.id).campaign_id == house.campaign.id


def test_who_is_there_already_or_with_an_agent_stays(house: House, admin: Actor) -> None:
    grace = house.add_contact("Grace")
    boiler = house.add_campaign("Boiler care", "Bright Energy", house.energy)
    ada = house.add_contact("Ada", "+447700900700")
    next_call.hand_out(house.deps, house.alice, 1)
    with house.units() as uow:
        person = ada.person_id
        uow.session.add(
            Contact(**{**ada.model_dump(exclude={"id"}), "campaign_id": boiler.id, "list_id": grace.list_id})
        )
    moved = list_move.move(house.deps, admin, grace.list_id, boiler.id or 0)
    assert (moved.contacts, moved.stayed) == (0, 2)
    assert len([one for one in house.all(Contact) if one.person_id == person]) == 2


def test_the_audit_judges_a_call_by_the_campaign_and_list_it_was_made_from(house: House, admin: Actor) -> None:
    grace = house.add_contact("Grace")
    rung(house, Outcome.BUSY)
    offers = house.add_campaign("Offers", "Bright Energy", house.energy, purpose=Purpose.MARKETING)
    list_move.move(house.deps, admin, grace.list_id, offers.id or 0)
    house.clock.tick(hours=1)
    with house.units(is_read_only=True) as uow:
        span = Span(house.energy, house.clock() - timedelta(hours=3), house.clock(), house.clock())
        found = audit(uow.session, span, house.deps.rulebook(), house.deps.house_pack)
    assert [check.details for check in found.checks if check.broken] == []


def test_a_paused_list_moves_and_stays_paused(house: House, admin: Actor) -> None:
    grace = house.add_contact("Grace")
    boiler = house.add_campaign("Boiler care", "Bright Energy", house.energy)
    list_terms.pause(house.deps, admin, grace.list_id)
    list_move.move(house.deps, admin, grace.list_id, boiler.id or 0)
    assert held(house) == []
    there = house.one(Contact, grace.id).list_id
    assert house.one(ContactList, there).paused_at is not None
    withdrawal.take_up(house.deps, admin, there)
    assert held(house) == ["Grace"]


def test_only_an_admin_changes_lists(house: House) -> None:
    grace = house.add_contact("Grace")
    for actor in (house.alice, house.dana, house.erin):
        with pytest.raises(RoleNeeded):
            list_terms.pause(house.deps, actor, grace.list_id)
        with pytest.raises(RoleNeeded):
            list_terms.set_priority(house.deps, actor, grace.list_id, 0)
        with pytest.raises(RoleNeeded):
            list_terms.set_last_day(house.deps, actor, grace.list_id, None)
        with pytest.raises(RoleNeeded):
            list_move.move(house.deps, actor, grace.list_id, house.water_campaign.id or 0)


# what came of them


def test_each_contact_counts_once_for_what_its_calls_came_to(house: House, admin: Actor) -> None:
    house.add_contacts(6)
    for outcome in (Outcome.SUCCESS, Outcome.NO_ANSWER, Outcome.COMPLAINT, Outcome.DO_NOT_CALL, Outcome.NOT_DIALLED):
        rung(house, outcome)
    energy = next(one for one in list_results.of_lists(house.deps, admin) if one.campaign == "Energy switch")
    counts = (energy.contacts, energy.called, energy.reached, energy.won, energy.opted_out, energy.complaints)
    assert counts == (6, 4, 3, 1, 1, 1)


def test_a_call_counts_for_the_list_it_was_made_from(house: House, admin: Actor) -> None:
    grace = house.add_contact("Grace")
    rung(house, Outcome.NO_ANSWER)
    boiler = house.add_campaign("Boiler care", "Bright Energy", house.energy)
    list_move.move(house.deps, admin, grace.list_id, boiler.id or 0)
    found = {(one.campaign, one.contacts, one.called) for one in list_results.of_lists(house.deps, admin) if one.called}
    assert found == {("Energy switch", 0, 1)}


def test_a_lead_sees_the_lists_of_their_own_campaigns(house: House) -> None:
    assert [one.campaign for one in list_results.of_lists(house.deps, house.dana)] == ["Energy switch"]
    assert len(list_results.of_lists(house.deps, house.erin)) == 2
    with pytest.raises(RoleNeeded):
        list_results.of_lists(house.deps, house.alice)
