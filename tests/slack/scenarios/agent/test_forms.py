"""Forms: give back with a reason, any outcome with a note, a callback on the person's clock."""

from datetime import UTC, date, datetime, time

import pytest
from slack_bolt import BoltRequest

from bot.slack import ids
from policy.vocabulary import NOT_SAID, LeaseEnd, Outcome, Purpose
from storage.models import Attempt, Callback, Lease, OutcomeRecord
from tests.slack.scenarios.town import NUMBER, Town, form, given, opens, owed, page_reads, presses, reads, types


def test_it_asks_for_a_reason_before_a_contact_is_given_back(town: Town) -> None:
    back = presses(town.alice, town.cards("Grace"), "give_back", "given back")
    assert town.acme.all(Lease)[0].release_reason == NOT_SAID, "until it is said"
    asked = opens(town.alice, back, "release_form", ids.REASON)
    assert town.alice.submit(asked).errors, "a reason is not optional"
    town.alice.submit(asked, given(reason="known_to_me", words="My aunt"))
    reads(town.alice, "*Grace* given back. Your reason is kept.")
    lease = town.acme.all(Lease)[0]
    assert lease.ended_because == LeaseEnd.RELEASED
    assert (lease.release_reason, lease.release_words) == ("known_to_me", "My aunt")


def test_it_records_any_outcome_with_a_note(town: Town) -> None:
    town.calling(minutes=2)
    town.alice.press(owed(town.alice), "outcome_form")
    town.alice.submit(form(town.alice, ids.NOTE), given(outcome_chosen="third_party", note="Her son *answered*"))
    reads(town.alice, "*Someone else answered* recorded", without=NUMBER)
    assert town.acme.all(OutcomeRecord)[0].note == "Her son *answered*"


@pytest.mark.long
def test_it_asks_whether_a_note_meant_stop_and_stops_on_yes(town: Town) -> None:
    town.calling(minutes=2)
    town.alice.press(owed(town.alice), "outcome_form")
    town.alice.submit(form(town.alice, ids.NOTE), given(outcome_chosen="refused", note="said stop calling me"))
    asked = reads(town.alice, "reads as if they asked not to be called")
    presses(town.alice, asked, "asked_to_stop", "corrected to *Do not call*", "Will not be called again")
    assert town.acme.all(Attempt)[0].outcome is Outcome.DO_NOT_CALL


def test_it_asks_why_a_call_was_not_dialled(town: Town) -> None:
    town.calling(minutes=2)
    asked = opens(town.alice, owed(town.alice), "outcome_form", ids.NOTE)
    errors = town.alice.submit(asked, given(outcome_chosen="not_dialled", note=None)).errors
    assert "why you did not dial" in errors[ids.NOTE]
    town.alice.submit(asked, given(outcome_chosen="not_dialled", note="Headset broke"))
    reads(town.alice, "*Not dialled* recorded")


def test_it_turns_into_the_callback_form_where_that_is_the_outcome(town: Town) -> None:
    town.calling(minutes=2)
    town.alice.press(owed(town.alice), "outcome_form")
    town.alice.submit(form(town.alice, ids.OUTCOME), given(outcome_chosen="callback_agreed", note="Wife decides"))
    asked = form(town.alice, ids.ON)
    assert asked.values[ids.NOTE][ids.INPUT]["value"] == "Wife decides"


def test_a_callback_is_agreed_on_the_contacts_own_clock(town: Town) -> None:
    shown = town.calling(minutes=2)
    asked = opens(town.alice, shown, "callback_at", ids.ON, selected="Another day or time…")
    assert "Grace" in asked.words
    town.alice.submit(asked, given(on=date(2026, 11, 26), at=time(15, 30), whose="anyone", note="After lunch"))
    reads(town.alice, "Callback: *", without=NUMBER)
    agreed = town.acme.all(Callback)[0]
    assert agreed.due_at == datetime(2026, 11, 26, 15, 30, tzinfo=UTC)
    assert agreed.agent_id is None
    assert town.acme.all(Attempt)[0].outcome is Outcome.CALLBACK_AGREED


@pytest.mark.long
@pytest.mark.parametrize(
    ("on", "at", "said"),
    [
        (date(2026, 11, 20), time(12), "That time has passed"),
        (date(2027, 3, 28), time(1, 30), "The clocks go forward there and skip that time"),
    ],
)
def test_it_refuses_an_hour_beside_its_field_and_says_why(town: Town, on: date, at: time, said: str) -> None:
    asked = opens(town.alice, town.calling(minutes=2), "callback_at", ids.ON, selected="Another day or time…")
    errors = town.alice.submit(asked, given(on=on, at=at)).errors
    assert said in errors[ids.AT]
    assert not town.acme.all(Callback)
    assert town.acme.all(Attempt)[0].outcome is None
    town.alice.submit(asked, given(on=date(2026, 11, 26), at=time(15)))
    reads(town.alice, "Callback: *")


@pytest.mark.day
def test_an_unusual_hour_is_asked_about_once_and_agreed_at_the_second_press(town: Town) -> None:
    town.alice.press(town.calling(minutes=2), "callback_at", selected="Another day or time…")
    wanted = given(on=date(2026, 11, 29), at=time(20, 15), whose="anyone", note="After church")
    town.alice.submit(form(town.alice, ids.ON), wanted)
    question = page_reads(town.alice, "Sunday")
    for words in ("*Sun 29 Nov, 20:15* on their clock: 20:00 or later, a Sunday.", "Did *Grace* name this time?"):
        assert words in question.words
    assert (question.values[ids.NOTE][ids.INPUT]["value"], town.acme.all(Callback)) == ("After church", [])
    town.alice.submit(question, given(on=date(2026, 11, 29), at=time(20, 20)))
    again = page_reads(town.alice, "20:20")
    assert town.acme.all(Callback) == [], "another hour is another question"
    town.alice.submit(again, {})
    reads(town.alice, "Callback: *", "20:20")
    agreed = town.acme.all(Callback)[0]
    assert (agreed.due_at, agreed.agent_id) == (datetime(2026, 11, 29, 20, 20, tzinfo=UTC), None)


def test_it_gives_the_law_and_the_first_lawful_hour_on_the_persons_clock(town: Town) -> None:
    acme = town.acme
    collects = acme.add_campaign(
        "Arrears", "Bright Bank", acme.energy, purpose=Purpose.DEBT, country="US", caller_role="third_party"
    )
    town.move(hours=6)  # 11:00 in New York
    acme.add_contact("Grace", "+12125550143", collects, places="US-OH", zones="America/New_York")
    town.alice.press(types(town.alice, "/nextcall 1 Arrears", "Grace", "11:00 in New York"), "call")
    town.alice.press(reads(town.alice, "<tel:+12125550143|"), "callback_at", selected="Another day or time…")
    asked = form(town.alice, ids.ON)
    errors = town.alice.submit(asked, given(on=date(2026, 11, 26), at=time(7, 59))).errors
    assert "(law: Regulation F)" in errors[ids.AT]
    assert "Next lawful time: Tue 1 Dec, 09:00." in errors[ids.AT], "seven days after this talk"
    town.alice.submit(asked, given(on=date(2026, 12, 1), at=time(9)))
    reads(town.alice, "Callback: *", "(Tue 1 Dec, 09:00 there)")
    assert acme.all(Callback)[0].due_at == datetime(2026, 12, 1, 14, tzinfo=UTC)


@pytest.mark.day
def test_it_says_so_in_the_form_if_the_card_is_no_longer_theirs(town: Town) -> None:
    shown = town.calling(minutes=2)
    attempt = town.acme.all(Attempt)[0]
    town.acme.change(Attempt, attempt.id, agent_id=town.acme.charlie.agent_id)
    town.alice.press(shown, "callback_at", selected="Another day or time…")
    town.alice.wait_for(lambda seen: (seen.modal and "not yours" in seen.modal.words) or "Charlie" in str(seen))


def test_it_tells_by_message_when_the_screen_it_belongs_to_can_no_longer_be_changed(town: Town) -> None:
    """A form may be sent long after it was opened, when its response_url has expired after thirty minutes."""
    town.calling(minutes=2)
    asked = opens(town.alice, owed(town.alice), "outcome_form", ids.NOTE)
    town.move(minutes=40)
    town.alice.submit(asked, given(outcome_chosen="busy"))
    told = reads(town.alice, "*Busy* recorded")
    assert not told.is_ephemeral
    assert NUMBER not in told.words


def _submitted(callback_id: str, metadata: str) -> dict[str, object]:
    view = {
        "id": "V1",
        "type": "modal",
        "callback_id": callback_id,
        "private_metadata": metadata,
        "state": {"values": {}},
        "blocks": [{"type": "input", "block_id": ids.REASON}],
    }
    return {"type": "view_submission", "team": {"id": "T1"}, "user": {"id": "U0ALICE", "team_id": "T1"}, "view": view}


@pytest.mark.day
@pytest.mark.parametrize("callback_id", ["a_form_of_last_year", "release"])
def test_it_says_so_when_a_form_can_no_longer_be_sent(town: Town, callback_id: str) -> None:
    answer = town.app.dispatch(BoltRequest(mode="socket_mode", body=_submitted(callback_id, "{}")))
    assert answer.status == 200
    assert "can no longer be sent" in str(answer.body)
