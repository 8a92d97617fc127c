"""Approved house rules hold from midnight on, to the microsecond, in every bot, and the audit judges by them."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bot.services.answers.house_rules import Force, Moves
from bot.services.audit.auditing import Span, audit
from bot.services.calls import calling, outcomes
from bot.services.deciding import refresh
from bot.services.deps import Deps
from bot.services.hand_out import next_call
from bot.services.house_rules import proposals
from policy.house.limits import HouseLimits
from policy.vocabulary import Outcome, Verdict
from storage import house_rules as rows
from storage.models import Contact, HouseRuleProposal, Lease, RedecideRun, Team
from tests.fakes import SampleOrganisation
from tests.rows import a_call
from tests.services.house_rules.stage import LONGER, MIDNIGHT, TICK, TOMORROW, House

pytestmark = pytest.mark.both_engines
FRIDAY = date(2026, 11, 27)
THURSDAY_MIDNIGHT = datetime(2026, 11, 26, tzinfo=UTC)
FRIDAY_MIDNIGHT = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture
def house(acme: SampleOrganisation) -> House:
    return House(acme)


def called(house: House, number: str = "+447700900123", outcome: Outcome = Outcome.NO_ANSWER) -> Contact:
    contact = house.acme.add_contact("Grace Hopper", number)
    (card,) = next_call.hand_out(house.bot, house.acme.alice, 1).cards
    calling.call(house.bot, house.acme.alice, card.lease_id)  # type: ignore[union-attr]
    outcomes.record_spoken(house.bot, house.acme.alice, number, outcome.value)
    return contact


@pytest.mark.long
def test_contacts_lock_at_midnight_and_a_longer_wait_counts_from_the_call(house: House) -> None:
    contact = called(house, outcome=Outcome.BUSY)  # 24 hours by the house pack: Wednesday, 10:00
    house.approved(HouseLimits(waits={Outcome.BUSY: 30}), TOMORROW)
    house.tick()
    ten, four = datetime(2026, 11, 25, 10, 0, 1, tzinfo=UTC), datetime(2026, 11, 25, 16, 0, 1, tzinfo=UTC)
    assert house.verdict(contact)[:2] == ("locked", four)
    house.clock.at(ten)
    house.tick()
    assert house.handed(house.bot) == 0
    house.clock.at(four + timedelta(seconds=1))
    assert house.handed(house.bot) == 1


def test_a_contact_callable_until_midnight_is_locked_from_midnight_on(house: House) -> None:
    fresh = house.acme.add_contact()
    house.approved(HouseLimits(hours={"mon-fri": ((time(12), time(17)),)}))
    house.tick()
    verdict, _, until = house.verdict(fresh)
    assert (verdict, until) == ("callable", datetime(2026, 11, 24, 20, tzinfo=UTC))
    house.clock.at(datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
    refresh.redecide_stale(house.bot, 100)
    assert house.verdict(fresh)[:2] == ("locked", datetime(2026, 11, 25, 12, tzinfo=UTC))


def test_two_bots_decide_alike_around_midnight_whichever_looked_last(house: House) -> None:
    """One microsecond before, at, and after: neither bot needs to do anything at that moment."""
    contact, other = house.acme.add_contact(), house.another_bot()
    house.acme.change(Contact, contact.id, zones="Pacific/Auckland")  # where it is noon at midnight in London
    key = house.approved(HouseLimits(hours={"mon-fri": ((time(17), time(18)),)}))
    assert key
    house.clock.now = MIDNIGHT - timedelta(seconds=30)
    for bot in (house.bot, other):
        bot.rulebook()  # as any answer does
    assert house.bot.rulebook().version == other.rulebook().version
    for moment, verdict in ((MIDNIGHT - TICK, True), (MIDNIGHT, False), (MIDNIGHT + TICK, False)):
        house.clock.now = moment
        for bot in (house.bot, other, house.another_bot()):
            assert decided(house, bot, contact) is (Verdict.CALLABLE if verdict else Verdict.LOCKED), moment


def decided(house: House, bot: Deps, contact: Contact) -> Verdict:
    with bot.unit_of_work() as uow:
        [found] = refresh.refresh(bot, uow.session, [uow.session.get_one(Contact, contact.id)], house.clock())
        return found.decision.verdict


def test_a_bot_that_was_silent_looks_before_it_answers(house: House) -> None:
    """Its ticks have stopped; what it knows is older than an approval may be."""
    silent = house.another_bot()
    before = silent.rulebook().version
    house.approved()
    assert silent.rulebook().version == before  # a moment ago it looked
    house.clock.tick(seconds=21)
    assert silent.rulebook().version == house.another_bot().rulebook().version != before


@pytest.mark.long
def test_bots_started_again_between_approval_and_effect_lose_nothing(house: House) -> None:
    contact = called(house)
    house.approved(LONGER, FRIDAY)
    house.bot = house.another_bot()  # nobody had followed the approval yet
    house.tick()
    friday_ten = datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)
    assert house.verdict(contact)[1] == datetime(2026, 12, 4, 10, 0, 1, tzinfo=UTC)
    house.clock.at(friday_ten)
    house.bot = house.another_bot()
    house.tick()
    assert house.handed(house.bot) == 0


def test_an_approval_has_every_contact_decided_again_once_by_whichever_bot_comes_first(house: House) -> None:
    contacts, other = house.acme.add_contacts(3), house.another_bot()
    for bot in (house.bot, other):
        house.tick(bot)
    runs = len(house.acme.all(RedecideRun))
    house.approved()
    for bot in (house.bot, other, house.bot, other, house.another_bot()):
        house.tick(bot)
    fresh = house.acme.all(RedecideRun)[runs:]
    assert [(run.decided, run.finished_at is not None) for run in fresh] == [(len(contacts), True)]


def test_a_proposal_that_waits_changes_no_answer(house: House) -> None:
    contact = called(house)
    version, before = house.bot.rulebook().version, house.verdict(contact)
    house.proposed()
    house.tick()
    assert (house.bot.rulebook().version, house.verdict(contact)) == (version, before)


@pytest.mark.long
def test_the_audit_judges_calls_by_the_rules_of_their_moment(house: House) -> None:
    """Called on Tuesday evening and on Wednesday morning, outside the hours that begin on Wednesday."""
    for at in (datetime(2026, 11, 24, 18, 30, tzinfo=UTC), datetime(2026, 11, 25, 9, 30, tzinfo=UTC)):
        house.clock.at(at)
        if at.day == 24:
            called(house, "+447700900124", Outcome.CONVERSATION)
            house.approved(HouseLimits(hours={"mon-fri": ((time(10), time(18)),)}))
            house.tick()
            continue
        assert house.handed(house.bot) == 0
    contact = house.acme.add_contact("Ada", "+447700900125")
    row = a_call(house.acme.alice, contact, house.clock(), outcome=Outcome.CONVERSATION)
    house.acme.put(row)
    with house.bot.unit_of_work(is_read_only=True) as uow:
        team = uow.session.exec(select(Team).where(Team.name == "Energy")).one()
        span = Span(team, datetime(2026, 11, 24, tzinfo=UTC), house.clock() + timedelta(hours=1), house.clock())
        found = audit(uow.session, span, house.bot.rulebook(), house.bot.house_pack)
    out_of_hours = {check.name: check for check in found.checks}["calls outside hours"]
    assert out_of_hours.broken == 1


def test_a_later_approval_ends_the_earlier_and_one_that_had_not_begun_never_begins(house: House) -> None:
    first = house.approved(HouseLimits(waits={Outcome.NO_ANSWER: 100}), TOMORROW)
    house.clock.at(datetime(2026, 11, 25, 12, tzinfo=UTC))
    second = house.approved(HouseLimits(waits={Outcome.NO_ANSWER: 200}), FRIDAY)
    third = house.approved(HouseLimits(), FRIDAY)

    def force(key: int) -> Force | None:
        return proposals.view_of(house.bot, house.frank, key).force

    assert [force(key) for key in (first, second, third)] == [Force.NOW, Force.NEVER, Force.AHEAD]
    house.clock.at(FRIDAY_MIDNIGHT)
    assert [force(key) for key in (first, second, third)] == [Force.OVER, Force.NEVER, Force.NOW]
    rules = [rule for rule in house.another_bot().rulebook().packs["gb-house"].rules if ".own." in rule.id]
    assert [(rule.begins_at, rule.ends_at) for rule in rules] == [(MIDNIGHT, FRIDAY_MIDNIGHT)]


def test_what_begins_within_the_minute_of_an_approval_begins_all_the_same(house: House) -> None:
    """Some bot may not know better in time, so nobody may judge by another history."""
    first = house.approved(HouseLimits(waits={Outcome.NO_ANSWER: 100}), TOMORROW)
    other = house.proposed(HouseLimits(waits={Outcome.NO_ANSWER: 200}), FRIDAY)
    house.clock.now = MIDNIGHT - timedelta(seconds=20, microseconds=5)
    proposals.approve(house.bot, house.grace, other)
    house.clock.now = MIDNIGHT
    assert proposals.view_of(house.bot, house.frank, first).force is Force.NOW
    own = [rule for rule in house.another_bot().rulebook().packs["gb-house"].rules if ".own." in rule.id]
    assert [(rule.begins_at, rule.ends_at) for rule in own] == [(MIDNIGHT, FRIDAY_MIDNIGHT), (FRIDAY_MIDNIGHT, None)]


def test_rules_of_one_campaign_lock_its_contacts_alone(house: House) -> None:
    mine, theirs = house.acme.add_contact(), house.acme.add_contact(campaign=house.acme.water_campaign)
    house.approved(HouseLimits(hours={"mon-fri": ()}), campaign_id=house.acme.campaign.id)
    house.tick()
    house.clock.at(datetime(2026, 11, 25, 12, tzinfo=UTC))
    refresh.redecide_stale(house.bot, 100)
    house.tick()
    assert [house.verdict(one)[0] for one in (mine, theirs)] == ["locked", "callable"]


def test_cards_and_open_calls_of_an_agent_are_limited_from_midnight_on(house: House) -> None:
    house.acme.allow_open_calls(3)
    house.acme.add_contacts(5)
    house.approved(HouseLimits(open_cards=2, open_calls=1))
    house.tick()
    house.clock.at(datetime(2026, 11, 25, 10, tzinfo=UTC))
    assert house.handed(house.bot, 5) == 2
    first, second = next_call.hand_out(house.bot, house.acme.alice, 5).cards
    calling.call(house.bot, house.acme.alice, first.lease_id)  # type: ignore[union-attr]
    refused = calling.call(house.bot, house.acme.alice, second.lease_id)  # type: ignore[union-attr]
    assert type(refused).__name__ == "OutcomeFirst"
    assert len([one for one in house.acme.all(Lease) if one.ended_at is None]) == 2


@pytest.mark.long
def test_its_author_is_told_what_a_draft_means_and_then_the_other_admins(house: House) -> None:
    contact = called(house)
    key = house.drafted(LONGER, FRIDAY)
    house.tick()
    [(readers, view, moved)] = house.acme.notifier.house_rules
    assert (readers, view.stage.value) == (("U0FRANK",), "draft")
    assert view.found is not None
    [count] = view.found.moved
    assert (count.moves, count.campaign, count.rule) == (Moves.LOCKS, "Energy switch", "gb-house.own.agreed.wait")
    [line] = moved.splitlines()[1:]
    assert line.startswith(f"{contact.id},Energy switch,")
    assert "+447700900123" not in moved
    house.tick()
    assert len(house.acme.notifier.house_rules) == 1
    proposals.propose(house.bot, house.frank, key)
    house.tick()
    assert [readers for readers, _, _ in house.acme.notifier.house_rules] == [("U0FRANK",), ("U0GRACE",)]
    assert house.verdict(contact)[1] == datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)  # nothing has changed


def test_recent_calls_that_it_would_have_forbidden_are_counted(house: House) -> None:
    called(house)
    house.drafted(HouseLimits(hours={"mon-fri": ((time(12), time(17)),)}))
    house.tick()
    [(_, view, _)] = house.acme.notifier.house_rules
    assert view.found is not None
    assert [(one.campaign, one.calls) for one in view.found.broken] == [("Energy switch", 1)]


def test_a_rehearsal_cut_off_by_a_crash_is_done_by_another_bot(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.drafted()

    def dies(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr("bot.services.rehearsal.rehearse", dies)
        with pytest.raises(KeyboardInterrupt):
            proposals.rehearse_due(house.bot)
    other = house.another_bot()
    assert proposals.rehearse_due(other) == 0  # it may still be alive
    house.clock.tick(seconds=60.5)
    assert proposals.rehearse_due(other) == 1
    [row] = house.acme.all(HouseRuleProposal)
    assert row.found["contacts"] == 0
    assert (row.is_due, row.taken_at) == (False, None)


def test_a_rehearsal_reports_that_it_goes_on_while_it_judges_recent_calls(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With many calls that takes minutes; a bot that was silent for so long would lose it to another, and so on."""
    called(house)
    monkeypatch.setattr("bot.services.rehearsal.CALLS_AT_ONCE", 1)
    house.drafted()
    reported: list[datetime] = []
    change = rows.change_taken

    def note(session: Session, row: HouseRuleProposal, **values: Any) -> bool:
        house.clock.tick(seconds=50)
        reported.extend([values["taken_at"]] if values["taken_at"] else [])  # nobody has it once it is told
        return change(session, row, **values)

    monkeypatch.setattr("storage.house_rules.change_taken", note)
    assert proposals.rehearse_due(house.bot) == 1
    assert len(reported) == len(set(reported)) == 3  # the contacts, the call, and before anybody is told


def test_two_bots_rehearse_a_draft_once(house: House) -> None:
    house.drafted()
    assert proposals.rehearse_due(house.bot) + proposals.rehearse_due(house.another_bot()) == 1
    assert len(house.acme.notifier.house_rules) == 1
