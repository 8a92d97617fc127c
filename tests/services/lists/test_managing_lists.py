"""Lists as things one manages: paused, given a last day and a priority, moved to another campaign; and what came of
each."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import CallingCard
from bot.services.answers.people import Actor
from bot.services.audit.auditing import Span, audit
from bot.services.calls import calling, outcomes
from bot.services.deciding import refresh
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone, AnotherClient, FileRefused, RoleNeeded
from bot.services.hand_out import next_call
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.in_use import list_move, list_terms
from policy.vocabulary import Outcome, Purpose, Role
from storage.models import Attempt, Callback, Contact, ContactList, Lease, ListMove, Team
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines


@pytest.fixture
def admin(acme: SampleOrganisation) -> Actor:
    return Actor(0, acme.organisation_id, "U0FRANK", "Frank", Role.ADMIN, None, "UTC")


def held(acme: SampleOrganisation) -> list[str]:
    """The names on Alice's cards, after asking for five."""
    refresh.redecide_stale(acme.deps, 500)
    cards = next_call.hand_out(acme.deps, acme.alice, 5).cards
    return [one.offer.name if isinstance(one, CallingCard) else one.name for one in cards]


def rung(acme: SampleOrganisation, outcome: Outcome) -> Attempt:
    next_call.hand_out(acme.deps, acme.alice, 1)
    lease = next(one for one in reversed(acme.all(Lease)) if one.ended_at is None)
    calling.call(acme.deps, acme.alice, lease.id or 0)
    acme.clock.tick(minutes=1)
    outcomes.record(acme.deps, acme.alice, acme.all(Attempt)[-1].id or 0, outcome)
    acme.clock.tick(minutes=1)
    return acme.all(Attempt)[-1]


def test_a_paused_list_is_not_handed_out_and_goes_on_as_it_was(acme: SampleOrganisation, admin: Actor) -> None:
    grace, ada = acme.add_contact("Grace"), acme.add_contact("Ada")
    callback = acme.add_callback(ada, acme.alice.agent_id, acme.clock() + timedelta(hours=1))
    assert held(acme) == ["Grace"], "Ada has a callback later"
    paused = list_terms.pause(acme.deps, admin, grace.list_id)
    assert (paused.contacts, paused.cards) == (2, 1)
    assert acme.all(Lease)[-1].release_reason == "not_theirs"
    assert held(acme) == []
    acme.clock.tick(hours=2)
    assert held(acme) == [], "a callback waits too"
    assert acme.one(Callback, callback.id).closed_at is None
    taken_up = list_terms.take_up(acme.deps, admin, grace.list_id)
    assert taken_up.contacts == 2
    assert sorted(held(acme)) == ["Ada", "Grace"]
    assert acme.one(ContactList, grace.list_id).paused_at is None


def test_what_comes_onto_a_paused_list_waits_with_it(acme: SampleOrganisation, admin: Actor, tmp_path: Path) -> None:
    grace = acme.add_contact("Grace")
    list_terms.pause(acme.deps, admin, grace.list_id)
    (tmp_path / "more.csv").write_text("name,phone\nAda,07700900555\n")
    import_contacts(acme.deps, ListOrder(tmp_path / "more.csv", "Energy switch", "GB", "Energy switch list"))
    assert held(acme) == []
    acme.add_contact("Joan")  # by another road: the next tick closes her
    assert list_terms.close_due(acme.deps) == 1
    assert list_terms.close_due(acme.deps) == 0
    assert held(acme) == []
    list_terms.take_up(acme.deps, admin, grace.list_id)
    assert sorted(held(acme)) == ["Ada", "Grace", "Joan"]


def test_no_contact_of_a_list_withdrawn_while_it_is_imported_can_be_called(
    acme: SampleOrganisation, admin: Actor, tmp_path: Path
) -> None:
    (tmp_path / "more.csv").write_text("name,phone\n" + "".join(f"N{n},07700 9{n:05d}\n" for n in range(120)))
    said = list[str]()

    def withdraw_once(_done: int, _of: int) -> None:
        acme.clock.tick(seconds=1.3)
        if not said:
            said.append(list_terms.withdraw(acme.deps, admin, acme.all(ContactList)[-1].id or 0, "wrong file").name)

    with pytest.raises(FileRefused, match="the list more was withdrawn during the import"):
        import_contacts(acme.deps, ListOrder(tmp_path / "more.csv", "Energy switch", "GB"), withdraw_once)
    assert said == ["more"]
    assert {one.finished_because for one in acme.all(Contact)} == {"list withdrawn: wrong file"}
    acme.clock.tick(seconds=1.3)
    again = import_contacts(acme.deps, ListOrder(tmp_path / "more.csv", "Energy switch", "GB"))
    assert 0 < again.imported < 120, "an import begun later adds the others"


def test_what_an_undo_opens_while_its_list_is_withdrawn_is_closed_at_the_next_tick(
    acme: SampleOrganisation, admin: Actor
) -> None:
    grace = acme.add_contact("Grace")
    list_terms.withdraw(acme.deps, admin, grace.list_id, "bought back")
    acme.change(Contact, grace.id, finished_at=None, finished_because="")  # it read the list before the withdrawal
    acme.clock.tick(minutes=5.5)
    later = acme.clock() - timedelta(seconds=2.5)
    acme.change(Contact, acme.add_contact("Ada").id, added_at=later)  # came to the list after it was withdrawn
    assert list_terms.close_due(acme.deps) == 1
    assert acme.one(Contact, grace.id).finished_because == "list withdrawn: bought back"
    assert held(acme) == ["Ada"]


def test_a_withdrawn_list_gives_up_what_a_pause_kept(acme: SampleOrganisation, admin: Actor) -> None:
    grace = acme.add_contact("Grace")
    callback = acme.add_callback(grace, None, acme.clock() + timedelta(hours=1))
    list_terms.pause(acme.deps, admin, grace.list_id)
    assert list_terms.withdraw(acme.deps, admin, grace.list_id, "bought back").contacts == 1
    assert acme.one(Callback, callback.id).closed_because == "cancelled"
    assert acme.one(Contact, grace.id).finished_because == "list withdrawn: bought back"


@pytest.mark.parametrize(("zone", "hours", "is_closed"), [("Europe/London", 13, False), ("Europe/London", 15, True)])
def test_a_list_is_worked_through_its_last_day_where_its_team_is(
    acme: SampleOrganisation, admin: Actor, zone: str, hours: int, is_closed: bool
) -> None:
    grace = acme.add_contact("Grace")
    list_terms.set_last_day(acme.deps, admin, grace.list_id, date(2026, 11, 24))
    acme.clock.tick(hours=hours)  # from ten in the morning
    assert list_terms.close_due(acme.deps) == is_closed
    assert (acme.one(Contact, grace.id).finished_because == "list expired") is is_closed
    list_terms.take_up(acme.deps, admin, grace.list_id)
    assert acme.one(ContactList, grace.list_id).expires_on == (None if is_closed else date(2026, 11, 24))
    assert list_terms.close_due(acme.deps) == 0


@pytest.mark.parametrize(
    ("zone", "at", "last_day", "is_past"),
    [
        ("Australia/Sydney", datetime(2026, 11, 24, 22, 0, 0, 300_000, tzinfo=UTC), date(2026, 11, 24), True),
        ("America/Los_Angeles", datetime(2026, 11, 25, 0, 30, 0, 300_000, tzinfo=UTC), date(2026, 11, 24), False),
    ],
)
def test_a_list_taken_up_again_counts_its_last_day_where_its_team_is(
    acme: SampleOrganisation, admin: Actor, zone: str, at: datetime, last_day: date, is_past: bool
) -> None:
    acme.change(Team, acme.energy.id, zone=zone)
    grace = acme.add_contact("Grace")
    list_terms.set_last_day(acme.deps, admin, grace.list_id, last_day)
    acme.clock.at(at)
    assert list_terms.close_due(acme.deps) == is_past
    if not is_past:
        list_terms.pause(acme.deps, admin, grace.list_id)
    assert list_terms.take_up(acme.deps, admin, grace.list_id).contacts == 1
    assert acme.one(ContactList, grace.list_id).expires_on == (None if is_past else last_day)
    assert list_terms.close_due(acme.deps) == 0
    assert acme.one(Contact, grace.id).finished_at is None


@pytest.mark.parametrize("later", [None, date(2026, 11, 25), date(2026, 12, 15)])
def test_a_later_last_day_takes_an_expired_list_up_again(
    acme: SampleOrganisation, admin: Actor, later: date | None
) -> None:
    grace, ada = acme.add_contact("Grace"), acme.add_contact("Ada")
    list_terms.set_last_day(acme.deps, admin, grace.list_id, date(2026, 11, 24))
    acme.clock.tick(hours=23, minutes=30, seconds=0.3)  # from ten in the morning in London
    assert list_terms.close_due(acme.deps) == 2
    assert list_terms.set_last_day(acme.deps, admin, grace.list_id, later).contacts == 2
    assert acme.one(ContactList, grace.list_id).expires_on == later
    assert [acme.one(Contact, one.id).callable_until for one in (grace, ada)] == [acme.clock()] * 2, (
        "decided anew first"
    )
    assert sorted(held(acme)) == ["Ada", "Grace"]
    assert list_terms.close_due(acme.deps) == 0
    assert [acme.one(Contact, one.id).finished_because for one in (grace, ada)] == ["", ""]


@pytest.mark.parametrize("is_restored", [False, True])
def test_a_list_taken_up_while_a_tick_is_about_to_close_it_stays_open(
    acme: SampleOrganisation, admin: Actor, monkeypatch: pytest.MonkeyPatch, is_restored: bool
) -> None:
    grace = acme.add_contact("Grace")
    list_terms.set_last_day(acme.deps, admin, grace.list_id, date(2026, 11, 24))
    acme.clock.tick(hours=23, minutes=30, seconds=0.3)
    close = list_terms.close

    def close_late(deps: Deps, listed: ContactList, because: str) -> list_terms.ListChanged:
        if is_restored:
            list_terms.take_up(deps, admin, grace.list_id)
        else:
            list_terms.set_last_day(deps, admin, grace.list_id, date(2026, 12, 15))
        return close(deps, listed, because)

    monkeypatch.setattr(list_terms, "close", close_late)
    assert list_terms.close_due(acme.deps) == 0
    assert acme.one(Contact, grace.id).finished_at is None


def test_a_last_day_that_is_past_takes_nothing_up(acme: SampleOrganisation, admin: Actor) -> None:
    grace = acme.add_contact("Grace")
    assert list_terms.set_last_day(acme.deps, admin, grace.list_id, date(2026, 11, 22)).contacts == 1, "at once"
    assert list_terms.set_last_day(acme.deps, admin, grace.list_id, date(2026, 11, 23)).contacts == 0
    assert list_terms.close_due(acme.deps) == 0
    assert acme.one(Contact, grace.id).finished_because == "list expired"


def test_a_later_last_day_takes_up_nothing_that_a_pause_or_a_withdrawal_closed(
    acme: SampleOrganisation, admin: Actor
) -> None:
    grace = acme.add_contact("Grace")
    list_terms.set_last_day(acme.deps, admin, grace.list_id, date(2026, 11, 23))
    list_terms.pause(acme.deps, admin, grace.list_id)
    ada = acme.add_contact("Ada")
    assert list_terms.close_due(acme.deps) == 1
    assert list_terms.set_last_day(acme.deps, admin, grace.list_id, date(2026, 12, 15)).contacts == 0
    assert acme.one(Contact, grace.id).finished_because == "list expired", "she waits for the end of the pause"
    assert acme.one(Contact, ada.id).finished_because == "list paused"
    list_terms.withdraw(acme.deps, admin, grace.list_id, "bought back")
    assert list_terms.set_last_day(acme.deps, admin, grace.list_id, None).contacts == 0
    assert acme.one(Contact, grace.id).finished_because == "list withdrawn: bought back"


def test_a_contact_whose_outcome_is_taken_back_stays_withdrawn_with_its_list(
    acme: SampleOrganisation, admin: Actor
) -> None:
    """Nobody else is on the list."""
    contact = acme.add_contact("Grace")
    call = rung(acme, Outcome.REFUSED)
    list_terms.withdraw(acme.deps, admin, contact.list_id, "an old file")
    acme.clock.tick(seconds=0.3)
    outcomes.undo(acme.deps, acme.alice, call.id or 0)
    assert acme.one(Contact, contact.id).finished_because == "list withdrawn: an old file"
    list_terms.take_up(acme.deps, admin, contact.list_id)
    assert acme.one(Contact, contact.id).finished_at is None
    outcomes.record(acme.deps, acme.alice, call.id or 0, Outcome.REFUSED)
    outcomes.undo(acme.deps, acme.alice, call.id or 0)
    assert acme.one(Contact, contact.id).finished_at is None


def test_a_finished_contact_stays_finished(acme: SampleOrganisation, admin: Actor) -> None:
    grace = acme.add_contact("Grace")
    rung(acme, Outcome.REFUSED)
    list_terms.pause(acme.deps, admin, grace.list_id)
    list_terms.take_up(acme.deps, admin, grace.list_id)
    assert acme.one(Contact, grace.id).finished_because == "refused"


def test_a_list_with_a_better_priority_comes_first(acme: SampleOrganisation, admin: Actor, tmp_path: Path) -> None:
    acme.add_contact("Grace")
    (tmp_path / "best.csv").write_text("name,phone\nAda,07700900555\n")
    import_contacts(acme.deps, ListOrder(tmp_path / "best.csv", "Energy switch", "GB", "Best"))
    best = next(one for one in acme.all(ContactList) if one.name == "Best")
    list_terms.set_priority(acme.deps, admin, best.id or 0, 0)
    next_call.hand_out(acme.deps, acme.alice, 1)
    assert [acme.one(Contact, one.contact_id).name for one in acme.all(Lease)] == ["Ada"]
    (tmp_path / "best.csv").write_text("name,phone,priority\nJoan,07700900556,\nMary,07700900557,3\n")
    import_contacts(acme.deps, ListOrder(tmp_path / "best.csv", "Energy switch", "GB", "Best"))
    later = {one.name: one.priority for one in acme.all(Contact) if one.list_id == best.id}
    assert later == {"Ada": 0, "Joan": 0, "Mary": 3}, "those that follow come as early, unless their row says otherwise"


# moving


def test_a_list_moves_to_a_campaign_of_the_same_client_and_is_decided_anew(
    acme: SampleOrganisation, admin: Actor
) -> None:
    grace, ada = acme.add_contact("Grace"), acme.add_contact("Ada")
    rung(acme, Outcome.REFUSED)
    done_name = "Grace" if acme.one(Contact, grace.id).finished_at else "Ada"
    boiler = acme.add_campaign("Boiler care", "Bright Energy", acme.energy)
    acme.change(ContactList, grace.list_id, basis="contract", is_told_of_calls=True, numbers_from="given")
    moved = list_move.move(acme.deps, admin, grace.list_id, boiler.id or 0)
    assert (moved.contacts, moved.stayed) == (1, 0)
    there = next(one for one in acme.all(ContactList) if one.campaign_id == boiler.id and one.basis)
    assert (there.name, there.basis, there.is_told_of_calls) == ("Energy switch list", "contract", True)
    (left,) = [one for one in acme.all(Contact) if one.campaign_id != boiler.id]
    (gone,) = [one for one in acme.all(Contact) if one.campaign_id == boiler.id]
    assert (left.name, gone.list_id) == (done_name, there.id)
    assert [(one.contact_id, one.list_id) for one in acme.all(ListMove)] == [(gone.id, grace.list_id)]
    assert held(acme) == [gone.name]
    assert {grace.name, ada.name} == {left.name, gone.name}


def test_another_purpose_needs_its_own_assessment(acme: SampleOrganisation, admin: Actor) -> None:
    grace = acme.add_contact("Grace")
    acme.change(
        ContactList, grace.list_id, basis="legitimate_interest", is_told_of_calls=True, is_interest_assessed=True
    )
    offers = acme.add_campaign("Offers", "Bright Energy", acme.energy, purpose=Purpose.MARKETING)
    list_move.move(acme.deps, admin, grace.list_id, offers.id or 0)
    there = acme.one(ContactList, acme.one(Contact, grace.id).list_id)
    assert (there.basis, there.is_told_of_calls, there.is_interest_assessed) == ("legitimate_interest", False, False)
    refresh.redecide_stale(acme.deps, 500)
    assert "told of calls" in acme.one(Contact, grace.id).because


def test_a_list_does_not_move_to_another_client_nor_to_nowhere(acme: SampleOrganisation, admin: Actor) -> None:
    grace = acme.add_contact("Grace")
    with pytest.raises(AnotherClient):
        list_move.move(acme.deps, admin, grace.list_id, acme.water_campaign.id or 0)
    with pytest.raises(AlreadyGone):
        list_move.move(acme.deps, admin, grace.list_id, 999)
    assert acme.one(Contact, grace.id).campaign_id == acme.campaign.id


def test_who_is_there_already_or_with_an_agent_stays(acme: SampleOrganisation, admin: Actor) -> None:
    grace = acme.add_contact("Grace")
    boiler = acme.add_campaign("Boiler care", "Bright Energy", acme.energy)
    ada = acme.add_contact("Ada", "+447700900700")
    next_call.hand_out(acme.deps, acme.alice, 1)
    with acme.units() as uow:
        person = ada.person_id
        uow.session.add(
            Contact(**{**ada.model_dump(exclude={"id"}), "campaign_id": boiler.id, "list_id": grace.list_id})
        )
    moved = list_move.move(acme.deps, admin, grace.list_id, boiler.id or 0)
    assert (moved.contacts, moved.stayed) == (0, 2)
    assert len([one for one in acme.all(Contact) if one.person_id == person]) == 2


def test_the_audit_judges_a_call_by_the_campaign_and_list_it_was_made_from(
    acme: SampleOrganisation, admin: Actor
) -> None:
    grace = acme.add_contact("Grace")
    rung(acme, Outcome.BUSY)
    offers = acme.add_campaign("Offers", "Bright Energy", acme.energy, purpose=Purpose.MARKETING)
    list_move.move(acme.deps, admin, grace.list_id, offers.id or 0)
    acme.clock.tick(hours=1)
    with acme.units(is_read_only=True) as uow:
        span = Span(acme.energy, acme.clock() - timedelta(hours=3), acme.clock(), acme.clock())
        found = audit(uow.session, span, acme.deps.rulebook(), acme.deps.house_pack)
    assert [check.details for check in found.checks if check.broken] == []


def test_a_paused_list_moves_and_stays_paused(acme: SampleOrganisation, admin: Actor) -> None:
    grace = acme.add_contact("Grace")
    boiler = acme.add_campaign("Boiler care", "Bright Energy", acme.energy)
    list_terms.pause(acme.deps, admin, grace.list_id)
    list_move.move(acme.deps, admin, grace.list_id, boiler.id or 0)
    assert held(acme) == []
    there = acme.one(Contact, grace.id).list_id
    assert acme.one(ContactList, there).paused_at is not None
    list_terms.take_up(acme.deps, admin, there)
    assert held(acme) == ["Grace"]


def test_only_an_admin_changes_lists(acme: SampleOrganisation) -> None:
    grace = acme.add_contact("Grace")
    for actor in (acme.alice, acme.dana, acme.erin):
        with pytest.raises(RoleNeeded):
            list_terms.pause(acme.deps, actor, grace.list_id)
        with pytest.raises(RoleNeeded):
            list_terms.set_priority(acme.deps, actor, grace.list_id, 0)
        with pytest.raises(RoleNeeded):
            list_terms.set_last_day(acme.deps, actor, grace.list_id, None)
        with pytest.raises(RoleNeeded):
            list_move.move(acme.deps, actor, grace.list_id, acme.water_campaign.id or 0)


# what came of them
