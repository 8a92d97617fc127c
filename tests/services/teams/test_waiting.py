"""What waits for a person in a team: holds that a lead may lift, and other reasons why contacts are held."""

import pytest

from bot.services.answers.calls import CallOpened, CardGone, OfferCard, Released
from bot.services.answers.teams import PACK, PLACE, Waiting
from bot.services.calls import calling, outcomes
from bot.services.errors import AlreadyGone, RoleNeeded
from bot.services.hand_out import next_call, releases
from bot.services.teams import holds
from bot.services.teams.team_status import team_status
from policy.vocabulary import ContactState, LeaseStage, Outcome, Purpose, ReleaseReason
from storage.models import Callback, Campaign, Contact, Hold, Lease
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.stage import HOUR, MINUTE, Stage


def seen_by_dana(acme: SampleOrganisation) -> Waiting:
    status = team_status(acme.deps, acme.dana)
    assert status.waiting is not None
    return status.waiting


def complained(acme: SampleOrganisation, contact: Contact) -> None:
    """A hold on record, as the outcome places it."""
    holds.place(acme.deps, acme.dana, contact.id or 0, Outcome.COMPLAINT.value)


@pytest.mark.long
def test_it_lists_the_longest_held_first_and_counts_the_rest(acme: SampleOrganisation) -> None:
    for number in range(12):
        acme.clock.tick(minutes=1)
        complained(acme, acme.add_contact(f"Person {number}"))
    waiting = seen_by_dana(acme)
    assert [one.name for one in waiting.holds] == [f"Person {number}" for number in range(10)]
    assert waiting.holds_left == 2
    assert waiting.holds[0].since == TUESDAY + MINUTE
    assert waiting.holds[0].masked_number.startswith("••••")


@pytest.mark.long
def test_it_lists_a_person_held_through_another_campaign(acme: SampleOrganisation) -> None:
    person = acme.add_person("Grace", "+447700900111")
    second = acme.add_campaign("Gas", "Bright Energy", acme.energy)
    contact = acme.add_contact(number="+447700900111", person=person)
    acme.add_contact(number="+447700900111", person=person, campaign=second)
    card = next_call.hand_out(acme.deps, acme.alice, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    outcomes.record(acme.deps, acme.alice, opened.attempt_id, Outcome.COMPLAINT)
    assert {one.campaign for one in seen_by_dana(acme).holds} == {"Energy switch", "Gas"}
    holds.lift(acme.deps, acme.dana, contact.id or 0, "settled")
    assert seen_by_dana(acme) == Waiting((), 0, ())


@pytest.mark.long
def test_a_lead_lifts_the_hold_of_a_callback_without_a_time(acme: SampleOrganisation) -> None:
    """Recorded by an agent of another team, for an unknown principal: no form can add the time any more."""
    acme.add_campaign("Gas meters", "Another Client", acme.water)
    contact = acme.add_contact("Grace")
    outcomes.record_spoken(acme.deps, acme.charlie, contact.number or "", Outcome.CALLBACK_AGREED.value)
    acme.clock.tick(days=7)
    assert [(one.name, one.since) for one in seen_by_dana(acme).holds] == [("Grace", None)]
    lifted = holds.lift(acme.deps, acme.dana, contact.id or 0, "Grace says any time will do")
    assert (lifted.is_repeat, lifted.state) == (False, ContactState.CALLABLE)
    assert seen_by_dana(acme) == Waiting((), 0, ())
    assert holds.lift(acme.deps, acme.dana, contact.id or 0, "once more").is_repeat
    assert [one.closed_because for one in acme.all(Callback)] == ["lifted"]
    assert [(one.lifted_by, one.lifted_because) for one in acme.all(Hold)] == [
        (acme.dana.agent_id, "Grace says any time will do")
    ]


def test_it_says_what_is_missing_and_by_which_kind_of_rule(acme: SampleOrganisation) -> None:
    acme.change(Campaign, acme.campaign.id, purpose=Purpose.MARKETING)
    acme.add_contacts(3)
    waiting = seen_by_dana(acme)
    assert not waiting.holds
    assert [(one.count, one.kind) for one in waiting.wanting] == [(3, "register")]


def test_contacts_where_no_rules_are_known_want_a_pack(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", places="JE", zones="Europe/Jersey")
    assert [(one.count, one.kind) for one in seen_by_dana(acme).wanting] == [(1, PACK)]


def test_contacts_without_a_place_want_one(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", places="", zones="")
    waiting = seen_by_dana(acme)
    assert [(one.count, one.kind) for one in waiting.wanting] == [(1, PLACE)]
    assert [one.name for one in waiting.unplaced] == ["Grace"]


def test_agents_and_leads_of_other_teams_see_nothing(acme: SampleOrganisation) -> None:
    complained(acme, acme.add_contact())
    assert team_status(acme.deps, acme.alice).waiting is None
    with pytest.raises(RoleNeeded):
        team_status(acme.deps, acme.dana, acme.water.id or 0)
    held_elsewhere = team_status(acme.deps, acme.erin, acme.water.id or 0).waiting
    assert held_elsewhere == Waiting((), 0, ())


def test_only_a_lead_sees_what_a_hold_is_about(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace")
    complained(acme, contact)
    assert holds.asked_about(acme.deps, acme.dana, contact.id or 0).since == TUESDAY
    with pytest.raises(RoleNeeded):
        holds.asked_about(acme.deps, acme.alice, contact.id or 0)
    assert all(one.lifted_at is None for one in acme.all(Hold))


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


def test_it_takes_an_offered_contact_back_once_and_tells_its_agent(stage: Stage) -> None:
    contact = stage.contact()
    lease = stage.lease(contact, stage.alice, TUESDAY - MINUTE)
    dana = stage.actor(stage.dana)
    for is_repeat in (False, True):
        answer = releases.take_back(stage.deps, dana, lease.id or 0)
        assert answer == Released(lease.id or 0, contact.name, is_repeat, contact.callable_from)
    assert stage.outbox.withdrawn == [("U0ALICE", contact.name, "taken_back")]
    ended = stage.acme.one(Lease, lease.id)
    assert (ended.ended_because, ended.release_reason, ended.ended_at) == ("released", "taken_back", stage.now)
    assert releases.release(stage.deps, stage.actor(stage.alice), lease.id or 0, ReleaseReason.BREAK) == CardGone(
        contact.name, "taken_back", None, None
    )


def test_leads_are_not_told_of_contacts_they_take_back_from_themselves(stage: Stage) -> None:
    lease = stage.lease(stage.contact(), stage.dana, TUESDAY - MINUTE)
    assert isinstance(releases.take_back(stage.deps, stage.actor(stage.dana), lease.id or 0), Released)
    assert not stage.outbox.withdrawn


@pytest.mark.parametrize(
    ("stage_of", "since", "because"), [("calling", MINUTE, "calling"), ("offered", HOUR, "lapsed")]
)
def test_calls_under_way_and_expired_offers_are_not_taken_back(
    stage: Stage, stage_of: str, since: object, because: str
) -> None:
    lease = stage.lease(stage.contact(), stage.alice, TUESDAY - since, stage=LeaseStage(stage_of))  # type: ignore[operator]
    answer = releases.take_back(stage.deps, stage.actor(stage.dana), lease.id or 0)
    assert isinstance(answer, CardGone)
    assert answer.because == because
    assert not stage.outbox.withdrawn


def test_only_that_teams_lead_or_a_manager_may_take_back(stage: Stage) -> None:
    lease = stage.lease(stage.contact(), stage.charlie, TUESDAY - MINUTE)
    for nobody in (stage.alice, stage.dana):
        with pytest.raises(RoleNeeded):
            releases.take_back(stage.deps, stage.actor(nobody), lease.id or 0)
    assert isinstance(releases.take_back(stage.deps, stage.actor(stage.erin), lease.id or 0), Released)
    with pytest.raises(AlreadyGone):
        releases.take_back(stage.deps, stage.actor(stage.erin), 999)
