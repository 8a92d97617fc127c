"""Each statement of a stop or hold is kept separately: if one person withdraws theirs, another's still applies."""

from datetime import timedelta

import pytest

from bot.sandbox import Member, VisibleMessage
from policy.vocabulary import Outcome, Verdict
from storage.models import Attempt, Contact, OutcomeRecord, Suppression
from tests.rows import a_stop
from tests.slack.scenarios.sent import redrawn
from tests.slack.scenarios.town import NUMBER, Town, button, home, presses, reads, same, types

pytestmark = pytest.mark.both_engines
GRACE = "+447700900123"


def calling(town: Town, member: Member | None = None, name: str = "Grace") -> VisibleMessage:
    """The card of a call under way, two minutes old."""
    member = member or town.alice
    card = types(member, "/nextcall 1", name)
    member.press(card, "call")
    shown = redrawn(member, card, NUMBER)
    town.move(minutes=2, seconds=0.3)
    return shown


def stopped(town: Town) -> VisibleMessage:
    """Alice has recorded that Grace asked for no more calls."""
    town.acme.add_contact("Grace", GRACE)
    town.alice.press(calling(town), "outcome_do_not_call")
    town.move(seconds=0.3)
    return reads(town.alice, "*Do not call* recorded")


def verdict(town: Town) -> Verdict:
    return town.acme.all(Contact)[0].verdict


def standing(town: Town) -> set[int | None]:
    """The people whose stops are in force."""
    return {one.recorded_by for one in town.acme.all(Suppression) if one.withdrawn_at is None}


@pytest.mark.long
def test_one_persons_undo_leaves_the_stop_that_another_typed(town: Town) -> None:
    done = stopped(town)
    town.bob.command(f"/dnc {GRACE} rang us herself")
    reads(town.bob, "was already on do-not-call for Bright Energy", "Your request is recorded too")
    town.move(seconds=0.3)
    town.alice.press(done, "undo")
    reads(town.alice, "*Do not call* undone", "An opt-out is on record: do not call them", without=NUMBER)
    assert verdict(town) is Verdict.SUPPRESSED
    assert standing(town) == {town.acme.bob.agent_id}
    types(town.bob, f"/callcheck {GRACE}", "On do-not-call since", "do not call")


def test_the_same_stop_delivered_or_typed_again_changes_nothing_and_new_words_are_kept(town: Town) -> None:
    town.acme.add_contact("Grace", GRACE)
    for told in ("will not be called again", "You already recorded this", "You already recorded this"):
        types(town.bob, f"/dnc {GRACE} by letter", told)
        town.move(seconds=0.3)
    assert len(town.acme.all(Suppression)) == 2, "the number and the person"
    types(town.bob, f"/dnc {GRACE} and by telephone", "Your request is recorded too")
    assert {one.note for one in town.acme.all(Suppression)} == {"by letter", "and by telephone"}


def test_home_keeps_the_undo_of_a_stop_for_its_ten_minutes(town: Town) -> None:
    stopped(town)
    types(town.alice, "/dnc 020 7946 0999", "will not be called again")
    town.move(minutes=9, seconds=0.3)
    shown = home(town.alice, "*Do not call* is recorded: Grace. You can take it back until")
    assert "*Do not call* is recorded: •••• 999." in shown.words
    town.alice.press(shown, "undo_stop")
    shown = home(town.alice, "is taken back", without="•••• 999. You can")
    town.alice.press(shown, "undo")
    home(town.alice, "*Do not call* undone", without="You can take it back")
    assert standing(town) == set()


def test_home_does_not_offer_what_can_no_longer_be_taken_back(town: Town) -> None:
    stopped(town)
    town.move(minutes=10)
    assert "take it back" not in home(town.alice, "Your day so far").words


def test_a_wrongly_typed_stop_is_undone_where_it_was_confirmed(town: Town) -> None:
    town.acme.add_contact("Grace", GRACE)
    said = types(town.bob, f"/dnc {GRACE}", "will not be called again", "1 contact closed")
    assert verdict(town) is Verdict.SUPPRESSED
    town.move(seconds=20.3)
    presses(town.bob, said, "undo_stop", "Your request for", "is taken back", without=GRACE)
    assert verdict(town) is Verdict.CALLABLE
    assert standing(town) == set()
    said = types(town.bob, f"/dnc {GRACE}", "will not be called again")
    town.move(minutes=10, seconds=0.4)
    presses(town.bob, said, "undo_stop", "You can undo for 10 minutes only. The number stays on do-not-call.")
    assert verdict(town) is Verdict.SUPPRESSED
    assert town.server.workspace.refusals == ()


def test_somebody_unknown_to_nextcall_undoes_their_stop_too(town: Town) -> None:
    town.acme.add_contact("Grace", GRACE)
    town.stranger.press(types(town.stranger, f"/dnc {GRACE}", "will not be called again"), "undo_stop")
    reads(town.stranger, "is taken back")
    assert verdict(town) is Verdict.CALLABLE


def test_a_stop_typed_after_an_older_one_has_ended_is_in_force(town: Town) -> None:
    town.acme.put(
        a_stop(
            town.acme,
            town.acme.clock() - timedelta(days=9),
            number=GRACE,
            principal="Bright Energy",
            until=town.acme.clock(),
            recorded_by=town.acme.bob.agent_id,
        )
    )
    town.acme.clock.tick(seconds=1.1)  # the second in which it ended is barred as a whole
    town.acme.add_contact("Grace", GRACE)
    assert verdict(town) is Verdict.CALLABLE
    types(town.bob, f"/dnc {GRACE}", "will not be called again")
    assert verdict(town) is Verdict.SUPPRESSED


@pytest.mark.long
def test_a_withdrawn_stop_hides_no_later_one(town: Town) -> None:
    again = presses(town.alice, stopped(town), "undo", "*Do not call* undone", NUMBER)
    assert verdict(town) is Verdict.LOCKED
    town.move(seconds=0.3)
    types(town.bob, f"/dnc {GRACE}", "will not be called again")
    assert verdict(town) is Verdict.SUPPRESSED
    town.move(seconds=0.3)
    presses(town.alice, again, "outcome_do_not_call", "*Do not call* recorded", without=NUMBER)
    assert standing(town) == {town.acme.alice.agent_id, town.acme.bob.agent_id}


@pytest.mark.day
def test_a_stop_that_a_team_lead_also_recorded_outlives_the_agents_undo(town: Town) -> None:
    done = stopped(town)
    _do_not_call_by_dana(town)
    reads(town.dana, "*Do not call* was already recorded. Yours is recorded too")
    town.move(seconds=0.3)
    presses(town.alice, done, "undo", "your *Do not call* is undone. Dana recorded it too, so it stands")
    assert (verdict(town), standing(town)) == (Verdict.SUPPRESSED, {town.acme.dana.agent_id})
    [attempt] = town.acme.all(Attempt)
    assert attempt.outcome is Outcome.DO_NOT_CALL
    assert [one.recorded_by for one in town.acme.all(OutcomeRecord)] == [
        town.acme.alice.agent_id,
        town.acme.dana.agent_id,
    ]


@pytest.mark.long
def test_an_agent_cannot_take_back_the_stop_that_their_team_lead_recorded(town: Town) -> None:
    town.acme.add_contact("Grace", GRACE)
    done = presses(town.alice, calling(town), "outcome_no_answer", "*No answer* recorded")
    _do_not_call_by_dana(town)
    reads(town.dana, "corrected to *Do not call*")
    town.move(seconds=0.3)
    presses(town.alice, done, "undo", "your *No answer* is undone. *Do not call* stands (Dana).")
    assert (verdict(town), standing(town)) == (Verdict.SUPPRESSED, {town.acme.dana.agent_id})


@pytest.mark.long
def test_the_undo_of_what_another_recorded_keeps_the_message_and_says_who_did(town: Town) -> None:
    town.acme.add_contact("Grace", GRACE)
    presses(town.alice, calling(town), "outcome_busy", "*Busy* recorded")
    [attempt] = town.acme.all(Attempt)
    undo = town.shows("dana", button("undo", f"{attempt.id}:busy", "Undo"))
    presses(town.dana, undo, "undo", "Alice recorded *Busy* for this call, so you cannot undo it. Ask Alice")
    assert "Undo" in same(town.dana, undo.ts).words, "the message stays"
    assert town.acme.all(Attempt)[0].outcome is Outcome.BUSY


def _do_not_call_by_dana(town: Town) -> None:
    """She presses the button of Alice's call."""
    [attempt] = town.acme.all(Attempt)
    theirs = button("outcome_do_not_call", str(attempt.id), "Do not call")
    town.dana.press(town.shows("dana", theirs), "outcome_do_not_call")
