"""A lead's work with people: pauses, moved contacts, reassigned callbacks; who may, and who is told."""

from dataclasses import replace
from datetime import date, time

import pytest

from bot.services.agents import as_actor
from bot.services.answers.calls import CallOpened, CallRefused, CardGone, OfferCard, OutcomeRecorded, Released
from bot.services.answers.leads import Moved, Pause, Reassigned
from bot.services.answers.people import Actor
from bot.services.answers.teams import AgentLine, TeamStatus
from bot.services.calls import callbacks, calling, outcomes
from bot.services.errors import AlreadyGone, CannotTake, Paused, RoleNeeded
from bot.services.hand_out import extensions, next_call, releases
from bot.services.permissions import Member
from bot.services.reminders import reminders
from bot.services.setup import preferences
from bot.services.teams import choices as team_choices
from bot.services.teams import moves, pauses
from bot.services.teams.team_status import team_status
from policy.vocabulary import LeaseEnd, Outcome, ReleaseReason, Verdict
from storage.models import Agent, Callback, Contact, DecisionRecord, Lease, Reminder, Suppression
from tests.fakes import TUESDAY, House
from tests.services.stage import HOUR, MINUTE, Stage


def again(house: House, actor: Actor) -> Actor:
    """The actor as the next request finds them."""
    return as_actor(house.one(Agent, actor.agent_id))


def offered(house: House, actor: Actor, count: int = 1) -> list[OfferCard]:
    cards = next_call.hand_out(house.deps, again(house, actor), count).cards
    return [card for card in cards if isinstance(card, OfferCard)]


def called(house: House, actor: Actor) -> int:
    opened = calling.call(house.deps, actor, offered(house, actor)[0].lease_id)
    assert isinstance(opened, CallOpened)
    house.clock.tick(minutes=2)
    return opened.attempt_id


def promised(house: House, actor: Actor, *, is_mine: bool = True) -> Contact:
    """Grace asked to be called back at noon."""
    contact = house.add_contact("Grace")
    agreed = callbacks.agree(house.deps, actor, called(house, actor), date(2026, 11, 24), time(12), is_mine)
    assert isinstance(agreed, OutcomeRecorded)
    return contact


def seen_by_dana(house: House) -> TeamStatus:
    return team_status(house.deps, house.dana)


def test_it_hands_nothing_new_to_a_paused_agent_and_lets_them_finish(house: House) -> None:
    house.add_contacts(3)
    (card,) = offered(house, house.alice)
    assert not pauses.pause(house.deps, house.dana, house.alice.agent_id, " training ").is_repeat
    assert pauses.pause(house.deps, house.dana, house.alice.agent_id, "again").is_repeat
    alice = again(house, house.alice)
    with pytest.raises(Paused) as refused:
        next_call.hand_out(house.deps, alice, 2)
    assert (refused.value.by, refused.value.since, refused.value.reason) == ("Dana", TUESDAY, "training")
    with pytest.raises(Paused):
        next_call.hand_out_these(house.deps, alice, (2,))
    assert len(next_call.held_cards(house.deps, alice).cards) == 1
    opened = calling.call(house.deps, alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    outcomes.record(house.deps, alice, opened.attempt_id, Outcome.BUSY)
    assert preferences.read(house.deps, alice).pause == Pause("Dana", TUESDAY, "training")
    pauses.end(house.deps, house.dana, house.alice.agent_id)
    assert pauses.end(house.deps, house.dana, house.alice.agent_id).is_repeat
    assert len(offered(house, house.alice)) == 1


def test_a_pause_without_an_author_names_none(house: House) -> None:
    house.change(Agent, house.alice.agent_id, paused_at=TUESDAY, paused_because="tea")
    with pytest.raises(Paused) as refused:
        next_call.hand_out(house.deps, again(house, house.alice), 1)
    assert (refused.value.by, refused.value.reason) == ("", "tea")


def test_reminders_wait_for_the_end_of_a_pause(house: House) -> None:
    stage = Stage(house)
    row = Reminder(
        organisation_id=house.organisation_id,
        agent_id=house.alice.agent_id,
        contact_id=stage.contact().id or 0,
        due_at=TUESDAY,
    )
    house.put(row)
    pauses.pause(house.deps, house.erin, house.alice.agent_id)
    assert reminders.send_due(stage.deps) == 0
    pauses.end(house.deps, house.erin, house.alice.agent_id)
    assert reminders.send_due(stage.deps) == 1


def test_only_that_teams_lead_or_a_manager_may_pause(house: House) -> None:
    for nobody in (house.alice, house.bob):
        with pytest.raises(RoleNeeded):
            pauses.pause(house.deps, nobody, house.alice.agent_id)
    with pytest.raises(RoleNeeded) as refused:
        pauses.pause(house.deps, house.dana, house.charlie.agent_id)
    assert refused.value.needed == "manager"
    with pytest.raises(AlreadyGone):
        pauses.end(house.deps, house.erin, 999)
    assert pauses.pause(house.deps, house.erin, house.charlie.agent_id).name == "Charlie"
    names = [one.name for one in pauses.who_may_be_paused(house.deps, house.erin, house.water.id or 0)]
    assert names == []


def test_only_a_lead_sees_others_contacts_and_callbacks_to_choose_from(house: House) -> None:
    promised(house, house.alice)
    house.clock.at(TUESDAY + 5 * HOUR)
    house.add_contact("Ada")
    next_call.hand_out(house.deps, house.bob, 2)
    team = house.energy.id or 0
    held, people = team_choices.contacts(house.deps, house.dana, team)
    assert {one.agent_name for one in held} == {"Bob"}
    assert [one.name for one in people] == ["Alice", "Bob", "Dana"]
    late, _ = team_choices.promises(house.deps, house.dana, team)
    assert [(one.name, one.agent_name) for one in late] == [("Grace", "Alice")]
    for actor in (house.alice, house.charlie):
        for choices in (team_choices.contacts, team_choices.promises):
            with pytest.raises(RoleNeeded):
                choices(house.deps, actor, team)


def test_it_moves_an_offered_contact_with_its_callback_and_tells_both(house: House) -> None:
    contact = promised(house, house.alice)
    house.clock.at(TUESDAY + 3 * HOUR)
    (card,) = offered(house, house.alice)
    name, others = moves.who_may_take(house.deps, house.dana, card.lease_id)
    assert (name, others) == (
        "Grace",
        (Member(house.bob.agent_id, "Bob"), Member(house.dana.agent_id, "Dana")),
    )
    moved = moves.move(house.deps, house.dana, card.lease_id, house.bob.agent_id)
    assert moved == Moved("Grace", "Bob", False)
    assert moves.move(house.deps, house.dana, card.lease_id, house.bob.agent_id) == Moved("Grace", "Bob", True)
    assert house.notifier.withdrawn == [("U0ALICE", "Grace", "moved")]
    assert house.notifier.given == [("U0BOB", "Grace", "Dana")]
    old, new = house.all(Lease)[-2:]
    assert (old.ended_because, old.release_reason) == (LeaseEnd.RELEASED, "moved")
    assert (new.agent_id, new.ended_at, new.callback_id) == (house.bob.agent_id, None, old.callback_id)
    assert new.leased_until == house.clock.now + 30 * MINUTE
    assert house.one(Contact, contact.id).owner_id == house.bob.agent_id
    assert [one.agent_id for one in house.all(Callback)] == [house.bob.agent_id]
    gone = calling.call(house.deps, house.alice, card.lease_id)
    assert isinstance(gone, CardGone)
    assert gone.because == "moved"
    back = releases.release(house.deps, house.alice, card.lease_id, ReleaseReason.BREAK)
    assert isinstance(back, CardGone)
    assert isinstance(calling.call(house.deps, house.bob, new.id or 0), CallOpened)


def test_a_second_move_of_an_old_card_says_what_became_of_it_once_the_new_agent_gave_it_back(house: House) -> None:
    house.add_contact("Grace")
    (card,) = offered(house, house.alice)
    moves.move(house.deps, house.dana, card.lease_id, house.bob.agent_id)
    new = house.all(Lease)[-1]
    releases.release(house.deps, house.bob, new.id or 0, ReleaseReason.BREAK)
    gone = moves.move(house.deps, house.dana, card.lease_id, house.bob.agent_id)
    assert isinstance(gone, CardGone)
    assert gone.because == "moved"
    given_back = moves.move(house.deps, house.dana, new.id or 0, house.alice.agent_id)
    assert isinstance(given_back, CardGone)
    assert given_back.because == "released"


def test_a_contact_given_back_without_words_has_none_on_record(house: House) -> None:
    house.add_contacts(2)
    first, second = offered(house, house.alice, 2)
    releases.release(house.deps, house.alice, first.lease_id, ReleaseReason.BREAK)
    releases.take_back(house.deps, house.dana, second.lease_id)
    assert [(one.release_reason, one.release_words) for one in house.all(Lease)] == [("break", ""), ("taken_back", "")]


def test_an_offered_contact_is_its_agents_for_thirty_minutes_and_ten_more_if_asked(house: House) -> None:
    house.add_contact("Grace")
    (card,) = offered(house, house.alice)
    assert house.one(Lease, card.lease_id).leased_until == TUESDAY + 30 * MINUTE
    extensions.keep(house.deps, house.alice, card.lease_id)
    assert house.one(Lease, card.lease_id).leased_until == TUESDAY + 40 * MINUTE


def test_a_move_is_stored_in_full(house: House) -> None:
    contact = house.add_contact("Grace")
    (card,) = offered(house, house.alice)
    house.clock.tick(minutes=3, seconds=0.2)
    moves.move(house.deps, house.dana, card.lease_id, house.bob.agent_id)
    old, new = house.all(Lease)
    assert (old.ended_at, old.ended_because, old.release_reason) == (house.clock(), "released", "moved")
    assert (new.contact_id, new.agent_id, new.offered_at) == (contact.id, house.bob.agent_id, house.clock())
    assert (new.leased_until, new.lawful_until) == (house.clock() + 30 * MINUTE, card.lawful_until)
    decision = house.all(DecisionRecord)[-1]
    assert (decision.asked_for, decision.agent_id, decision.lease_id) == ("hand_out", house.bob.agent_id, new.id)
    assert not house.all(Reminder), "a contact of whom nobody was to be reminded"


def test_it_moves_the_reminder_too(house: House) -> None:
    contact = house.add_contact("Grace")
    (card,) = offered(house, house.alice)
    house.put(
        Reminder(
            organisation_id=house.organisation_id,
            agent_id=house.alice.agent_id,
            contact_id=contact.id or 0,
            due_at=TUESDAY + HOUR,
        )
    )
    moves.move(house.deps, house.dana, card.lease_id, house.bob.agent_id)
    [open_one] = [one for one in house.all(Reminder) if one.closed_at is None]
    assert (open_one.agent_id, open_one.contact_id, open_one.due_at) == (house.bob.agent_id, contact.id, house.clock())


def test_it_does_not_tell_agents_of_their_own_moves(house: House) -> None:
    house.add_contacts(2)
    (own,) = offered(house, house.dana)
    moves.move(house.deps, house.dana, own.lease_id, house.bob.agent_id)
    assert not house.notifier.withdrawn
    assert [user for user, _, _ in house.notifier.given] == ["U0BOB"]
    (theirs,) = offered(house, house.alice)
    moves.move(house.deps, house.dana, theirs.lease_id, house.dana.agent_id)
    assert [user for user, _, _ in house.notifier.withdrawn] == ["U0ALICE"]
    assert [user for user, _, _ in house.notifier.given] == ["U0BOB"]


def test_it_moves_no_contact_that_may_not_be_called_and_says_why(house: House) -> None:
    contact = house.add_contact("Grace")
    (card,) = offered(house, house.alice)
    stage = Stage(house)
    stage.suppress(house.one(Contact, contact.id), TUESDAY)
    refused = moves.move(house.deps, house.dana, card.lease_id, house.bob.agent_id)
    assert isinstance(refused, CallRefused)
    assert refused.refusal.findings
    assert [one.ended_because for one in house.all(Lease)] == [LeaseEnd.REFUSED]
    assert house.notifier.withdrawn == [("U0ALICE", "Grace", "suppressed")]
    decision = house.all(DecisionRecord)[-1]
    assert (decision.asked_for, decision.agent_id, decision.lease_id) == ("hand_out", house.alice.agent_id, 1)
    assert (decision.verdict, decision.at) == (Verdict.SUPPRESSED, house.clock())
    assert house.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    assert house.one(Lease, 1).ended_at == house.clock()
    assert not house.notifier.given
    assert house.all(Suppression)


def test_it_moves_no_contact_whose_number_has_changed(house: House) -> None:
    contact = house.add_contact("Grace", "+447700900123")
    (card,) = offered(house, house.alice)
    house.change(Contact, contact.id, number="+447700900456")
    house.clock.tick(seconds=1.3)
    assert isinstance(moves.move(house.deps, house.dana, card.lease_id, house.bob.agent_id), CallRefused)
    assert [one.ended_because for one in house.all(Lease)] == [LeaseEnd.REFUSED]
    assert not house.notifier.given


def test_it_moves_no_call_under_way_and_nothing_to_an_agent_who_cannot_take_it(house: House) -> None:
    house.add_contacts(2)
    first, second = offered(house, house.alice, 2)
    calling.call(house.deps, house.alice, first.lease_id)
    gone = moves.move(house.deps, house.dana, first.lease_id, house.bob.agent_id)
    assert isinstance(gone, CardGone)
    assert gone.because == "calling"
    with pytest.raises(CannotTake) as held:
        moves.move(house.deps, house.dana, second.lease_id, house.alice.agent_id)
    assert (held.value.name, held.value.because) == ("Alice", "held")
    pauses.pause(house.deps, house.dana, house.bob.agent_id)
    with pytest.raises(CannotTake) as paused:
        moves.move(house.deps, house.dana, second.lease_id, house.bob.agent_id)
    assert (paused.value.name, paused.value.because) == ("Bob", "paused")
    with pytest.raises(CannotTake) as elsewhere:
        moves.move(house.deps, house.erin, second.lease_id, house.charlie.agent_id)
    assert (elsewhere.value.name, elsewhere.value.because) == ("Charlie", "campaign")
    for actor, needed in ((house.alice, "team_lead"), (replace(house.dana, team_id=house.water.id), "manager")):
        with pytest.raises(RoleNeeded) as refused:
            moves.move(house.deps, actor, second.lease_id, house.bob.agent_id)
        assert refused.value.needed == needed
    assert [one.ended_at for one in house.all(Lease)] == [None, None]


def test_it_reassigns_an_overdue_callback_and_reminds_its_new_agent(house: House) -> None:
    contact = promised(house, house.alice)
    house.clock.at(TUESDAY + 3 * HOUR)
    (late,) = seen_by_dana(house).overdue
    assert (late.name, late.agent_name, late.due_at) == ("Grace", "Alice", TUESDAY.replace(hour=12, microsecond=0))
    assert team_status(house.deps, house.alice).overdue == ()
    for is_repeat in (False, True):
        done = moves.reassign(house.deps, house.dana, late.callback_id, house.bob.agent_id)
        assert done == Reassigned("Grace", "Bob", late.due_at, is_repeat)
    assert house.one(Contact, contact.id).owner_id == house.bob.agent_id
    assert reminders.send_due(house.deps) == 1
    assert [one.slack_user_id for one in house.notifier.reminders] == ["U0BOB"]
    moves.reassign(house.deps, house.dana, late.callback_id, None)
    assert seen_by_dana(house).overdue[0].agent_name == ""


def test_a_lead_chooses_who_takes_a_callback_among_the_others_of_the_team(house: House) -> None:
    promised(house, house.alice)
    [callback] = house.all(Callback)
    key, team = callback.id or 0, house.energy.id or 0
    bob, dana = Member(house.bob.agent_id, "Bob"), Member(house.dana.agent_id, "Dana")
    alice = Member(house.alice.agent_id, "Alice")
    assert moves.who_may_promise(house.deps, house.dana, key, team) == ("Grace", callback.due_at, (bob, dana))
    house.change(Callback, key, agent_id=None)
    assert moves.who_may_promise(house.deps, house.dana, key, team)[2] == (alice, bob, dana)
    assert moves.who_may_promise(house.deps, house.dana, key, house.water.id or 0)[2] == (), "not hers to choose among"


def test_only_a_lead_of_the_campaign_reassigns_and_only_open_callbacks(house: House) -> None:
    promised(house, house.alice)
    other_lead = replace(house.dana, team_id=house.water.id)
    for nobody, needed in ((house.bob, "team_lead"), (house.charlie, "team_lead"), (other_lead, "manager")):
        with pytest.raises(RoleNeeded) as refused:
            moves.reassign(house.deps, nobody, 1, house.bob.agent_id)
        assert refused.value.needed == needed
    house.change(Callback, 1, closed_at=TUESDAY, closed_because="kept")
    with pytest.raises(AlreadyGone):
        moves.reassign(house.deps, house.dana, 1, None)


def test_it_counts_contacts_given_back_by_reason_without_those_a_lead_took(house: House) -> None:
    house.add_contacts(4)
    cards = offered(house, house.alice, 4)
    for card, reason in zip(cards, (ReleaseReason.BREAK, ReleaseReason.BREAK, ReleaseReason.OTHER), strict=False):
        assert isinstance(releases.release(house.deps, house.alice, card.lease_id, reason), Released)
    releases.take_back(house.deps, house.dana, cards[3].lease_id)
    pauses.pause(house.deps, house.dana, house.alice.agent_id, "tea")
    status = seen_by_dana(house)
    alice = next(one for one in status.agents if one.name == "Alice")
    assert alice == AgentLine("Alice", 0, 0, 0, 0, 0, house.alice.agent_id, 4, (("break", 2), ("other", 1)), True)
    assert [(one.name, one.pause) for one in status.paused] == [("Alice", Pause("Dana", TUESDAY, "tea"))]
    assert status.leads
    assert not team_status(house.deps, house.bob).leads


def test_a_day_counts_what_was_handed_out_that_day(house: House) -> None:
    house.add_contact()
    offered(house, house.alice)
    house.clock.tick(days=1)
    releases.lapse_due(house.deps)
    assert {one.handed_out for one in seen_by_dana(house).agents} == {0}
