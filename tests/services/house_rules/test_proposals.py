"""House rules are proposed by one admin and approved by another; each step is on record, and only one of two wins."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.services.answers.house_rules import Force, ProposalView, Stage
from bot.services.answers.people import Actor
from bot.services.errors import (
    AlreadyGone,
    NewAdmin,
    NextcallError,
    NotTighterThanLaw,
    OwnProposal,
    ProposalDecided,
    RoleNeeded,
    TooLateToday,
)
from bot.services.house_rules import proposals
from policy.house.limits import Asked, HouseLimits, Origin
from policy.vocabulary import Outcome, Role
from storage.models import Agent, HouseRuleProposal
from tests.fakes import SampleOrganisation
from tests.services.house_rules.stage import LONGER, MIDNIGHT, TICK, TODAY, TOMORROW, House
from tests.services.privacy.stage import operator_of

pytestmark = pytest.mark.both_engines


@pytest.fixture
def house(acme: SampleOrganisation) -> House:
    return House(acme)


def view(house: House, key: int, by: Actor | None = None) -> ProposalView:
    return proposals.view_of(house.bot, by or house.frank, key)


def test_a_proposal_goes_from_draft_to_approval_and_every_step_is_on_record(house: House) -> None:
    key = house.drafted()
    house.clock.tick(seconds=90.25)
    proposals.propose(house.bot, house.frank, key)
    house.clock.tick(seconds=30.5)
    done = proposals.approve(house.bot, house.grace, key)
    assert (done.stage, done.force, done.effective_at) == (Stage.APPROVED, Force.AHEAD, MIDNIGHT)
    [row] = house.acme.all(HouseRuleProposal)
    assert (row.drafted_by, row.decided_by) == ("U0FRANK", "U0GRACE")
    assert row.drafted_at < (row.proposed_at or MIDNIGHT) < (row.decided_at or MIDNIGHT) < MIDNIGHT
    assert row.limits == {"waits": {"no_answer": 240}}


def test_the_author_of_a_proposal_can_neither_approve_nor_decline_it(house: House) -> None:
    key = house.proposed()
    with pytest.raises(OwnProposal):
        proposals.approve(house.bot, house.frank, key)
    with pytest.raises(OwnProposal):
        proposals.decline(house.bot, house.frank, key, "no")
    assert view(house, key).stage is Stage.PROPOSED


def test_whoever_approves_has_been_an_admin_for_a_day(house: House) -> None:
    key = house.proposed()
    made = house.clock()
    house.acme.change(Agent, house.grace.agent_id, admin_since=made)
    house.clock.tick(hours=10)
    with pytest.raises(NewAdmin) as refused:
        proposals.approve(house.bot, house.grace, key)
    assert refused.value.until == made + timedelta(days=1)
    house.acme.change(Agent, house.grace.agent_id, admin_since=house.clock() - timedelta(days=1))
    assert proposals.approve(house.bot, house.grace, key).stage is Stage.APPROVED


def test_an_admin_of_before_who_is_none_any_more_approves_nothing(house: House) -> None:
    key = house.proposed()
    house.acme.change(Agent, house.grace.agent_id, role=Role.MANAGER)
    with pytest.raises(RoleNeeded):
        proposals.approve(house.bot, house.grace, key)


def test_a_draft_is_its_authors_alone_and_cannot_be_approved(house: House) -> None:
    key = house.drafted()
    assert proposals.overview(house.bot, house.grace).proposals == ()
    with pytest.raises(ProposalDecided):
        proposals.approve(house.bot, house.grace, key)
    with pytest.raises(AlreadyGone):
        proposals.propose(house.bot, house.grace, key)


def test_only_admins_propose_see_and_approve(house: House) -> None:
    key = house.proposed()
    for actor in (house.acme.alice, house.acme.dana, house.acme.erin):
        for press in (
            lambda by: proposals.overview(house.bot, by),
            lambda by: proposals.draft(house.bot, by, None, LONGER, TOMORROW),
            lambda by: proposals.approve(house.bot, by, key),
            lambda by: proposals.decline(house.bot, by, key, "no"),
            lambda by: proposals.withdraw(house.bot, by, key),
        ):
            with pytest.raises(RoleNeeded):
                press(actor)


def test_of_two_admins_who_press_at_once_one_decides(house: House) -> None:
    third = house.admin("Heidi")
    key, together = house.proposed(), threading.Barrier(2)

    def press(by: Actor) -> str:
        together.wait()
        try:
            if by is third:
                return proposals.decline(house.bot, by, key, "not now").stage.value
            return proposals.approve(house.bot, by, key).stage.value
        except ProposalDecided as lost:
            return f"lost to {lost.stage}"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(press, (house.grace, third)))
    [row] = house.acme.all(HouseRuleProposal)
    assert sorted(said) == sorted([row.stage, f"lost to {row.stage}"])


def test_a_declined_proposal_keeps_its_reason_and_never_holds(house: House) -> None:
    key = house.proposed()
    done = proposals.decline(house.bot, house.grace, key, "  too \n long ")
    assert (done.stage, done.reason, done.decided_by) == (Stage.DECLINED, "too long", "U0GRACE")
    with pytest.raises(ProposalDecided):
        proposals.approve(house.bot, house.grace, key)
    house.clock.at(MIDNIGHT)
    assert house.bot.rulebook().version == house.acme.deps.rulebook().version


def test_a_second_proposal_for_the_same_calls_supersedes_the_first(house: House) -> None:
    first = house.proposed()
    other = house.proposed(campaign_id=house.acme.campaign.id)
    second = house.proposed(HouseLimits(waits={Outcome.NO_ANSWER: 100}))
    assert [view(house, key).stage for key in (first, other, second)] == [
        Stage.SUPERSEDED,
        Stage.PROPOSED,
        Stage.PROPOSED,
    ]
    with pytest.raises(ProposalDecided):
        proposals.approve(house.bot, house.grace, first)


def test_a_new_draft_replaces_ones_own_and_the_row_stays(house: House) -> None:
    first, second = house.drafted(), house.drafted()
    assert [row.stage for row in house.acme.all(HouseRuleProposal)] == ["withdrawn", "draft"]
    with pytest.raises(ProposalDecided):
        proposals.propose(house.bot, house.frank, first)
    proposals.propose(house.bot, house.frank, second)


def test_its_author_may_take_it_back_until_it_is_decided(house: House) -> None:
    key = house.proposed()
    with pytest.raises(ProposalDecided):
        proposals.withdraw(house.bot, house.grace, key)
    proposals.withdraw(house.bot, house.frank, key)
    with pytest.raises(ProposalDecided):
        proposals.withdraw(house.bot, house.frank, key)
    assert view(house, key).stage is Stage.WITHDRAWN


@pytest.mark.parametrize("on", [TODAY, date(2026, 11, 1)])
def test_nothing_begins_on_a_day_that_has_begun(house: House, on: date) -> None:
    with pytest.raises(TooLateToday):
        house.drafted(on=on)


def test_nobody_approves_in_the_last_minute_before_midnight(house: House) -> None:
    first, second = house.proposed(), house.proposed(campaign_id=house.acme.campaign.id)
    house.clock.now = MIDNIGHT - timedelta(minutes=1)
    proposals.approve(house.bot, house.grace, first)
    house.clock.now += TICK
    with pytest.raises(TooLateToday):
        proposals.approve(house.bot, house.grace, second)
    with pytest.raises(TooLateToday):
        house.drafted()


def test_the_command_line_approves_what_the_only_admin_proposed_and_never_its_own(house: House) -> None:
    machine = operator_of(house.acme)
    key = house.proposed()
    with pytest.raises(OwnProposal):  # its author may sit there, and Grace can approve it
        proposals.approve(house.bot, machine, key)
    house.activate("Grace", is_active=False)
    assert proposals.approve(house.bot, machine, key).decided_by == "command line"
    house.activate("Grace", is_active=True)
    own = proposals.draft(house.bot, machine, None, LONGER, TOMORROW)
    proposals.propose(house.bot, machine, own)
    with pytest.raises(OwnProposal):
        proposals.approve(house.bot, machine, own)
    assert proposals.approve(house.bot, house.grace, own).decided_by == "U0GRACE"


@pytest.mark.parametrize(
    ("limits", "field", "already"),
    [
        (HouseLimits(waits={Outcome.NO_ANSWER: 72}), "wait:no_answer", 72),
        (HouseLimits(waits={Outcome.VOICEMAIL_LEFT: 100}), "wait:voicemail_left", 168),
        (HouseLimits(caps={"week": 3}), "cap:week", 3),
        (HouseLimits(ring_seconds=15), "ring_seconds", 15),
        (HouseLimits(open_calls=1), "open_calls", 1),
        (HouseLimits(open_cards=10), "open_cards", 10),
    ],
)
def test_a_value_that_tightens_nothing_is_refused_with_what_already_holds(
    house: House, limits: HouseLimits, field: str, already: int
) -> None:
    with pytest.raises(NotTighterThanLaw) as refused:
        house.drafted(limits)
    [one] = refused.value.loose
    assert (one.key, one.value) == (field, already)


def test_hours_outside_those_of_the_packs_are_refused_with_theirs(house: House) -> None:
    from datetime import time

    wide = HouseLimits(hours={"sat": ((time(9), time(17)),), "mon-fri": ((time(9), time(20)),)})
    with pytest.raises(NotTighterThanLaw) as refused:
        house.drafted(wide)
    [loose] = refused.value.loose
    assert loose == Asked("hours:sat", ((36_000, 61_200),), Origin.HOUSE_PACK)
    house.drafted(replace(wide, hours={"sat": (), "sun": ()}))


def test_another_organisations_campaign_is_none_of_ours(house: House) -> None:
    with pytest.raises(NextcallError):
        house.drafted(campaign_id=99_999)
    assert house.acme.all(HouseRuleProposal) == []


def test_it_names_the_admins_who_may_approve(house: House) -> None:
    key = house.proposed()
    assert view(house, key).admins == ("U0GRACE",)
    house.acme.change(Agent, house.grace.agent_id, is_active=False)
    assert view(house, key).admins == ()
    assert proposals.overview(house.bot, house.frank).admins == ("U0FRANK",)
    assert house.frank.role is Role.ADMIN
