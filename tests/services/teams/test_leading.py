"""A lead's work with people: pauses, moved contacts, reassigned callbacks; who may, and who is told."""

from dataclasses import replace
from datetime import date, time

import pytest

from bot.services.agents import Member, as_actor
from bot.services.answers.calls import CallOpened, CallRefused, CardGone, OfferCard, OutcomeRecorded, Released
from bot.services.answers.leads import Moved, Pause, Reassigned
from bot.services.answers.people import Actor
from bot.services.answers.teams import AgentLine, TeamStatus
from bot.services.calls import callbacks, calling, outcomes
from bot.services.errors import AlreadyGone, CannotTake, Paused, RoleNeeded
from bot.services.hand_out import hand, next_call, releases
from bot.services.hand_out.hand import held_cards
from bot.services.reminders import reminders
from bot.services.setup import preferences
from bot.services.teams import moves, pauses
from bot.services.teams.team_status import team_status
from policy.vocabulary import LeaseEnd, Outcome, ReleaseReason, Verdict
from storage.models import Agent, Callback, Contact, DecisionRecord, Lease, Reminder, Suppression
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_reminder
from tests.services.stage import HOUR, MINUTE, Stage


def again(acme: SampleOrganisation, actor: Actor) -> Actor:
    """The actor as the next request finds them."""
    return as_actor(acme.one(Agent, actor.agent_id))


def offered(acme: SampleOrganisation, actor: Actor, count: int = 1) -> list[OfferCard]:
    cards = next_call.hand_out(acme.deps, again(acme, actor), count).cards
    return [card for card in cards if isinstance(card, OfferCard)]


def called(acme: SampleOrganisation, actor: Actor) -> int:
    opened = calling.call(acme.deps, actor, offered(acme, actor)[0].lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=2)
    return opened.attempt_id


def contact_with_callback(acme: SampleOrganisation, actor: Actor, *, is_mine: bool = True) -> Contact:
    """Grace asked to be called back at noon."""
    contact = acme.add_contact("Grace")
    agreed = callbacks.agree(acme.deps, actor, called(acme, actor), date(2026, 11, 24), time(12), is_mine)
    assert isinstance(agreed, OutcomeRecorded)
    return contact


def seen_by_dana(acme: SampleOrganisation) -> TeamStatus:
    return team_status(acme.deps, acme.dana)


def test_it_hands_nothing_new_to_a_paused_agent_and_lets_them_finish(acme: SampleOrganisation) -> None:
    acme.add_contacts(3)
    (card,) = offered(acme, acme.alice)
    assert not pauses.pause(acme.deps, acme.dana, acme.alice.agent_id, " training ").is_repeat
    assert pauses.pause(acme.deps, acme.dana, acme.alice.agent_id, "again").is_repeat
    alice = again(acme, acme.alice)
    with pytest.raises(Paused) as refused:
        next_call.hand_out(acme.deps, alice, 2)
    assert (refused.value.by, refused.value.since, refused.value.reason) == ("Dana", TUESDAY, "training")
    with pytest.raises(Paused):
        next_call.hand_out_these(acme.deps, alice, (2,))
    assert len(held_cards(acme.deps, alice).cards) == 1
    opened = calling.call(acme.deps, alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    outcomes.record(acme.deps, alice, opened.attempt_id, Outcome.BUSY)
    assert preferences.read(acme.deps, alice).pause == Pause(
        "Dana", TUESDAY, "training", agent_id=alice.agent_id, name="Alice"
    )
    pauses.end(acme.deps, acme.dana, acme.alice.agent_id)
    assert pauses.end(acme.deps, acme.dana, acme.alice.agent_id).is_repeat
    assert len(offered(acme, acme.alice)) == 1


def test_a_pause_without_an_author_names_none(acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.alice.agent_id, paused_at=TUESDAY, paused_because="tea")
    with pytest.raises(Paused) as refused:
        next_call.hand_out(acme.deps, again(acme, acme.alice), 1)
    assert (refused.value.by, refused.value.reason) == ("", "tea")


def test_reminders_wait_for_the_end_of_a_pause(acme: SampleOrganisation) -> None:
    stage = Stage(acme)
    row = a_reminder(acme.alice, stage.contact(), TUESDAY)
    acme.put(row)
    pauses.pause(acme.deps, acme.erin, acme.alice.agent_id)
    assert reminders.send_due(stage.deps) == 0
    pauses.end(acme.deps, acme.erin, acme.alice.agent_id)
    assert reminders.send_due(stage.deps) == 1


def test_only_that_teams_lead_or_a_manager_may_pause(acme: SampleOrganisation) -> None:
    for nobody in (acme.alice, acme.bob):
        with pytest.raises(RoleNeeded):
            pauses.pause(acme.deps, nobody, acme.alice.agent_id)
    with pytest.raises(RoleNeeded) as refused:
        pauses.pause(acme.deps, acme.dana, acme.charlie.agent_id)
    assert refused.value.needed == "manager"
    with pytest.raises(AlreadyGone):
        pauses.end(acme.deps, acme.erin, 999)
    assert pauses.pause(acme.deps, acme.erin, acme.charlie.agent_id).name == "Charlie"
    names = [one.name for one in pauses.who_may_be_paused(acme.deps, acme.erin, acme.water.id or 0)]
    assert names == []


def test_only_a_lead_sees_others_contacts_and_callbacks_to_choose_from(acme: SampleOrganisation) -> None:
    contact_with_callback(acme, acme.alice)
    acme.clock.at(TUESDAY + 5 * HOUR)
    acme.add_contact("Ada")
    next_call.hand_out(acme.deps, acme.bob, 2)
    team = acme.energy.id or 0
    held, people = moves.contacts_to_move(acme.deps, acme.dana, team)
    assert {one.agent_name for one in held} == {"Bob"}
    assert [one.name for one in people] == ["Alice", "Bob", "Dana"]
    late, _ = moves.callbacks_to_reassign(acme.deps, acme.dana, team)
    assert [(one.name, one.agent_name) for one in late] == [("Grace", "Alice")]
    for actor in (acme.alice, acme.charlie):
        for choices in (moves.contacts_to_move, moves.callbacks_to_reassign):
            with pytest.raises(RoleNeeded):
                choices(acme.deps, actor, team)


def test_it_moves_an_offered_contact_with_its_callback_and_tells_both(acme: SampleOrganisation) -> None:
    contact = contact_with_callback(acme, acme.alice)
    acme.clock.at(TUESDAY + 3 * HOUR)
    (card,) = offered(acme, acme.alice)
    name, others = moves.who_may_take(acme.deps, acme.dana, card.lease_id)
    assert (name, others) == (
        "Grace",
        (Member(acme.bob.agent_id, "Bob"), Member(acme.dana.agent_id, "Dana")),
    )
    moved = moves.move(acme.deps, acme.dana, card.lease_id, acme.bob.agent_id)
    assert moved == Moved("Grace", "Bob", False)
    assert moves.move(acme.deps, acme.dana, card.lease_id, acme.bob.agent_id) == Moved("Grace", "Bob", True)
    assert acme.notifier.withdrawn == [("U0ALICE", "Grace", "moved")]
    assert acme.notifier.told_of("card_given", "name", "by") == [("U0BOB", "Grace", "Dana")]
    old, new = acme.all(Lease)[-2:]
    assert (old.ended_because, old.release_reason) == (LeaseEnd.RELEASED, "moved")
    assert (new.agent_id, new.ended_at, new.callback_id) == (acme.bob.agent_id, None, old.callback_id)
    assert new.leased_until == acme.clock.now + 30 * MINUTE
    assert acme.one(Contact, contact.id).owner_id == acme.bob.agent_id
    assert [one.agent_id for one in acme.all(Callback)] == [acme.bob.agent_id]
    gone = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(gone, CardGone)
    assert gone.because == "moved"
    back = releases.release(acme.deps, acme.alice, card.lease_id, ReleaseReason.BREAK)
    assert isinstance(back, CardGone)
    assert isinstance(calling.call(acme.deps, acme.bob, new.id or 0), CallOpened)


def test_a_second_move_of_an_old_card_says_what_became_of_it_once_the_new_agent_gave_it_back(
    acme: SampleOrganisation,
) -> None:
    acme.add_contact("Grace")
    (card,) = offered(acme, acme.alice)
    moves.move(acme.deps, acme.dana, card.lease_id, acme.bob.agent_id)
    new = acme.all(Lease)[-1]
    releases.release(acme.deps, acme.bob, new.id or 0, ReleaseReason.BREAK)
    gone = moves.move(acme.deps, acme.dana, card.lease_id, acme.bob.agent_id)
    assert isinstance(gone, CardGone)
    assert gone.because == "moved"
    given_back = moves.move(acme.deps, acme.dana, new.id or 0, acme.alice.agent_id)
    assert isinstance(given_back, CardGone)
    assert given_back.because == "released"


def test_a_contact_given_back_without_words_has_none_on_record(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    first, second = offered(acme, acme.alice, 2)
    releases.release(acme.deps, acme.alice, first.lease_id, ReleaseReason.BREAK)
    releases.take_back(acme.deps, acme.dana, second.lease_id)
    assert [(one.release_reason, one.release_words) for one in acme.all(Lease)] == [("break", ""), ("taken_back", "")]


def test_an_offered_contact_is_its_agents_for_thirty_minutes_and_ten_more_if_asked(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    (card,) = offered(acme, acme.alice)
    assert acme.one(Lease, card.lease_id).leased_until == TUESDAY + 30 * MINUTE
    releases.keep(acme.deps, acme.alice, card.lease_id)
    assert acme.one(Lease, card.lease_id).leased_until == TUESDAY + 40 * MINUTE


def test_a_move_is_stored_in_full(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace")
    (card,) = offered(acme, acme.alice)
    acme.clock.tick(minutes=3, seconds=0.2)
    moves.move(acme.deps, acme.dana, card.lease_id, acme.bob.agent_id)
    old, new = acme.all(Lease)
    assert (old.ended_at, old.ended_because, old.release_reason) == (acme.clock(), "released", "moved")
    assert (new.contact_id, new.agent_id, new.offered_at) == (contact.id, acme.bob.agent_id, acme.clock())
    assert (new.leased_until, new.lawful_until) == (acme.clock() + 30 * MINUTE, card.lawful_until)
    decision = acme.all(DecisionRecord)[-1]
    assert (decision.asked_for, decision.agent_id, decision.lease_id) == ("hand_out", acme.bob.agent_id, new.id)
    assert not acme.all(Reminder), "a contact of whom nobody was to be reminded"


def test_it_moves_the_reminder_too(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace")
    (card,) = offered(acme, acme.alice)
    acme.put(a_reminder(acme.alice, contact, TUESDAY + HOUR))
    moves.move(acme.deps, acme.dana, card.lease_id, acme.bob.agent_id)
    [open_one] = [one for one in acme.all(Reminder) if one.closed_at is None]
    assert (open_one.agent_id, open_one.contact_id, open_one.due_at) == (acme.bob.agent_id, contact.id, acme.clock())


def test_it_does_not_tell_agents_of_their_own_moves(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    (own,) = offered(acme, acme.dana)
    moves.move(acme.deps, acme.dana, own.lease_id, acme.bob.agent_id)
    assert not acme.notifier.withdrawn
    assert [user for user, _, _ in acme.notifier.told_of("card_given", "name", "by")] == ["U0BOB"]
    (theirs,) = offered(acme, acme.alice)
    moves.move(acme.deps, acme.dana, theirs.lease_id, acme.dana.agent_id)
    assert [user for user, _, _ in acme.notifier.withdrawn] == ["U0ALICE"]
    assert [user for user, _, _ in acme.notifier.told_of("card_given", "name", "by")] == ["U0BOB"]


def test_it_moves_no_contact_that_may_not_be_called_and_says_why(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace")
    (card,) = offered(acme, acme.alice)
    stage = Stage(acme)
    stage.suppress(acme.one(Contact, contact.id), TUESDAY)
    refused = moves.move(acme.deps, acme.dana, card.lease_id, acme.bob.agent_id)
    assert isinstance(refused, CallRefused)
    assert refused.refusal.findings
    assert [one.ended_because for one in acme.all(Lease)] == [LeaseEnd.REFUSED]
    assert acme.notifier.withdrawn == [("U0ALICE", "Grace", "suppressed")]
    decision = acme.all(DecisionRecord)[-1]
    assert (decision.asked_for, decision.agent_id, decision.lease_id) == ("hand_out", acme.alice.agent_id, 1)
    assert (decision.verdict, decision.at) == (Verdict.SUPPRESSED, acme.clock())
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    assert acme.one(Lease, 1).ended_at == acme.clock()
    assert not acme.notifier.told_of("card_given", "name", "by")
    assert acme.all(Suppression)


def test_it_moves_no_contact_whose_number_has_changed(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace", "+447700900123")
    (card,) = offered(acme, acme.alice)
    acme.change(Contact, contact.id, number="+447700900456")
    acme.clock.tick(seconds=1.3)
    assert isinstance(moves.move(acme.deps, acme.dana, card.lease_id, acme.bob.agent_id), CallRefused)
    assert [one.ended_because for one in acme.all(Lease)] == [LeaseEnd.REFUSED]
    assert not acme.notifier.told_of("card_given", "name", "by")


def test_it_moves_no_call_under_way_and_nothing_to_an_agent_who_cannot_take_it(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    first, second = offered(acme, acme.alice, 2)
    calling.call(acme.deps, acme.alice, first.lease_id)
    gone = moves.move(acme.deps, acme.dana, first.lease_id, acme.bob.agent_id)
    assert isinstance(gone, CardGone)
    assert gone.because == "calling"
    with pytest.raises(CannotTake) as held:
        moves.move(acme.deps, acme.dana, second.lease_id, acme.alice.agent_id)
    assert (held.value.name, held.value.because) == ("Alice", "held")
    pauses.pause(acme.deps, acme.dana, acme.bob.agent_id)
    with pytest.raises(CannotTake) as paused:
        moves.move(acme.deps, acme.dana, second.lease_id, acme.bob.agent_id)
    assert (paused.value.name, paused.value.because) == ("Bob", "paused")
    with pytest.raises(CannotTake) as elsewhere:
        moves.move(acme.deps, acme.erin, second.lease_id, acme.charlie.agent_id)
    assert (elsewhere.value.name, elsewhere.value.because) == ("Charlie", "campaign")
    for actor, needed in ((acme.alice, "team_lead"), (replace(acme.dana, team_id=acme.water.id), "manager")):
        with pytest.raises(RoleNeeded) as refused:
            moves.move(acme.deps, actor, second.lease_id, acme.bob.agent_id)
        assert refused.value.needed == needed
    assert [one.ended_at for one in acme.all(Lease)] == [None, None]


@pytest.mark.long
def test_it_reassigns_an_overdue_callback_and_reminds_its_new_agent(acme: SampleOrganisation) -> None:
    contact = contact_with_callback(acme, acme.alice)
    acme.clock.at(TUESDAY + 3 * HOUR)
    (late,) = seen_by_dana(acme).overdue
    assert (late.name, late.agent_name, late.due_at) == ("Grace", "Alice", TUESDAY.replace(hour=12, microsecond=0))
    assert team_status(acme.deps, acme.alice).overdue == ()
    for is_repeat in (False, True):
        done = moves.reassign(acme.deps, acme.dana, late.callback_id, acme.bob.agent_id)
        assert done == Reassigned("Grace", "Bob", late.due_at, is_repeat)
    assert acme.one(Contact, contact.id).owner_id == acme.bob.agent_id
    assert reminders.send_due(acme.deps) == 1
    assert [one.slack_user_id for one in acme.notifier.reminders] == ["U0BOB"]
    moves.reassign(acme.deps, acme.dana, late.callback_id, None)
    assert seen_by_dana(acme).overdue[0].agent_name == ""


def test_a_lead_chooses_who_takes_a_callback_among_the_others_of_the_team(acme: SampleOrganisation) -> None:
    contact_with_callback(acme, acme.alice)
    [callback] = acme.all(Callback)
    key, team = callback.id or 0, acme.energy.id or 0
    bob, dana = Member(acme.bob.agent_id, "Bob"), Member(acme.dana.agent_id, "Dana")
    alice = Member(acme.alice.agent_id, "Alice")
    assert moves.callback_takers(acme.deps, acme.dana, key, team) == ("Grace", callback.due_at, (bob, dana))
    acme.change(Callback, key, agent_id=None)
    assert moves.callback_takers(acme.deps, acme.dana, key, team)[2] == (alice, bob, dana)
    assert moves.callback_takers(acme.deps, acme.dana, key, acme.water.id or 0)[2] == (), "not hers to choose among"


def test_only_a_lead_of_the_campaign_reassigns_and_only_open_callbacks(acme: SampleOrganisation) -> None:
    contact_with_callback(acme, acme.alice)
    other_lead = replace(acme.dana, team_id=acme.water.id)
    for nobody, needed in ((acme.bob, "team_lead"), (acme.charlie, "team_lead"), (other_lead, "manager")):
        with pytest.raises(RoleNeeded) as refused:
            moves.reassign(acme.deps, nobody, 1, acme.bob.agent_id)
        assert refused.value.needed == needed
    acme.change(Callback, 1, closed_at=TUESDAY, closed_because="kept")
    with pytest.raises(AlreadyGone):
        moves.reassign(acme.deps, acme.dana, 1, None)


def test_it_counts_contacts_given_back_by_reason_without_those_a_lead_took(acme: SampleOrganisation) -> None:
    acme.add_contacts(5)
    cards = offered(acme, acme.alice, 5)
    for card, reason in zip(
        cards[1:], (ReleaseReason.BREAK, ReleaseReason.BREAK, ReleaseReason.OTHER, None), strict=True
    ):
        assert isinstance(releases.release(acme.deps, acme.alice, card.lease_id, reason), Released)
    releases.take_back(acme.deps, acme.dana, cards[0].lease_id)
    pauses.pause(acme.deps, acme.dana, acme.alice.agent_id, "tea")
    status = seen_by_dana(acme)
    alice = next(one for one in status.agents if one.name == "Alice")
    given_back = (("break", 2), ("not_said", 1), ("other", 1))
    assert alice == AgentLine("Alice", 0, 0, 0, 0, 0, acme.alice.agent_id, 5, given_back, True)
    assert status.paused == (Pause("Dana", TUESDAY, "tea", False, acme.alice.agent_id, "Alice"),)
    assert status.leads
    assert not team_status(acme.deps, acme.bob).leads


def test_a_day_counts_what_was_handed_out_that_day(acme: SampleOrganisation) -> None:
    acme.add_contact()
    offered(acme, acme.alice)
    acme.clock.tick(days=1)
    hand.lapse_due(acme.deps)
    assert {one.handed_out for one in seen_by_dana(acme).agents} == {0}
