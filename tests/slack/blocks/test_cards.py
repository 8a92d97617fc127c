"""The cards: what the agent needs, no number before Call, every outcome after it."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.services.answers.calls import CallRefused, CardGone, Closed, Detail, HandOut, NothingCallable, Refusal, Undone
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.agent.cards import calling_card, hand_out, offer_card, outcome_menu
from bot.slack.blocks.agent.contact_pages import closed_rows
from bot.slack.wording.labels import Reader, finding_line, plain_findings
from bot.slack.wording.say import speaking
from policy import Citation
from policy.templates.sentence import Said
from policy.vocabulary import ContactState, LeaseEnd, Outcome, Status, Verdict
from tests.slack import cast, strict
from tests.slack.cast import LONDON, NOW

READER = Reader(LONDON, NOW)
NOTHING = HandOut(3, (), None, ())


def _actions(blocks: object) -> list[str]:
    return [one["action_id"] for one in strict.elements(blocks)]  # type: ignore[arg-type]


def test_it_offers_what_an_agent_needs_to_decide_and_no_number() -> None:
    blocks = offer_card(cast.offer(zone="America/New_York", note="Asked for *the price*"), READER)
    said = strict.words(blocks)
    for part in (
        "*Grace Hopper*",
        "•••• 123",
        "Energy switch · November",
        "09:05 in New York",
        "14:05 there)",  # callable until, on the person's clock
        "called 2 times, 1 left in 7 days",
        "No answer, <!date",
        "yours until",
        "Asked for ∗the price∗",
    ):
        assert part in said
    assert strict.shows_no_number(blocks)
    assert _actions(blocks) == ["call", "give_back", "place_form", "history"]
    assert strict.values(blocks) == ["12"] * 4


def test_the_card_shows_an_agreed_callback_and_a_warning() -> None:
    card = replace(
        cast.offer(),
        callback_due_at=NOW - timedelta(minutes=5),
        warnings=(cast.finding("Mind the tone.", Status.GUIDANCE),),
    )
    said = strict.words(offer_card(card, READER))
    assert "Callback due" in said
    assert "Mind the tone. (guidance: <https://example.org/pecr|The 2003 Regulations, regulation 21>)" in said


@pytest.mark.parametrize(("spoken", "unnamed"), [("en", "no name"), ("de", "ohne Namen")])
@pytest.mark.parametrize("name", ["", " "])
def test_buttons_of_a_contact_without_a_name_say_so_to_a_screen_reader(name: str, spoken: str, unnamed: str) -> None:
    with speaking(spoken):
        for blocks in (offer_card(cast.offer(name=name), READER), calling_card(cast.calling(name=name), READER)):
            buttons = [one for one in strict.elements(blocks) if one["type"] == "button"]
            labels = [(one["text"]["text"].rstrip("…"), one["accessibility_label"]) for one in buttons]
            assert labels == [(shown, f"{shown}: {unnamed}") for shown, _ in labels]


def test_it_shows_the_number_as_a_link_to_dial_once_the_call_is_open() -> None:
    blocks = calling_card(cast.calling(), READER)
    assert "<tel:+442079460123|020 7946 0123>" in strict.words(blocks)
    assert not any("7946" in value for value in strict.values(blocks)), "a value travels and can be seen"


def test_it_offers_every_outcome_exactly_once() -> None:
    blocks = outcome_menu(cast.calling(), NOW)
    offered = {Outcome(value.split(":")[1]) for value in strict.values(blocks) if ":" in value}
    offered |= {one for one in Outcome if ids.outcome_button(one) in _actions(blocks)}
    assert "callback_at" in _actions(blocks)
    assert offered | {Outcome.CALLBACK_AGREED} == set(Outcome)
    assert {value.split(":")[0] for value in strict.values(blocks)} == {"34", "12"}, (
        "of the call; and of the card: its place"
    )


def test_it_asks_before_a_do_not_call() -> None:
    button = next(
        one for one in strict.elements(outcome_menu(cast.calling(), NOW)) if one["action_id"] == "outcome_do_not_call"
    )
    assert button["confirm"]["deny"]["text"]
    assert button["style"] == "danger"


def test_it_puts_the_call_in_progress_first() -> None:
    handed = HandOut(3, (cast.offer(1), cast.calling(9, 2, "Ada")), None, ())
    said = strict.words(hand_out(handed, READER).blocks)
    assert said.index("Ada") < said.index("Grace Hopper")


def test_it_puts_the_next_contacts_one_press_away_when_the_last_card_is_done() -> None:
    assert _actions(hand_out(NOTHING, READER, happened.recorded(cast.done(), READER)).blocks) == [
        "undo",
        "next_contacts",
    ]
    assert "next_contacts" not in _actions(hand_out(HandOut(3, (cast.offer(),), None, ()), READER).blocks)


def test_it_says_how_many_cards_do_not_fit() -> None:
    cards = tuple(cast.calling(one, one, "N" * 60) for one in range(1, 16))
    said = strict.words(hand_out(HandOut(10, cards, None, ()), READER).blocks)
    assert "more contacts. Finish these first." in said


def test_it_says_why_nothing_is_callable_with_counts_and_when_it_opens() -> None:
    rows = tuple(Closed(ContactState.LOCKED, f"Reason {one}", one, NOW + timedelta(hours=1)) for one in range(1, 31))
    short = NothingCallable(rows, NOW + timedelta(hours=1), opens_is_theirs=True)
    said = strict.words(hand_out(HandOut(3, (), short, ()), READER).blocks)
    assert "No contact is callable now." in said
    assert "It is yours." in said
    assert "• *30* locked for now: Reason 30" in said
    assert f"and {sum(range(1, 21)):,} more" in said, "what is left out is counted"


@pytest.mark.parametrize("length", [5, 150, 500])
def test_it_counts_every_contact_whether_its_reason_fits_or_not(length: int) -> None:
    rows = tuple(Closed(ContactState.HELD, "r" * length + str(one), one, None) for one in range(1, 400))
    for most in (10, 25):
        said = strict.words(closed_rows(rows, READER, most))
        counted = [int(one.replace(",", "")) for one in re.findall(r"(?:• \*|and )([\d,]+)", said)]
        assert sum(counted) == sum(range(1, 400))


def test_it_says_so_when_time_alone_opens_no_contact() -> None:
    short = NothingCallable((Closed(ContactState.HELD, "No zone", 3, None),), None, opens_is_theirs=False)
    assert "None of these opens by itself. Ask your team lead." in strict.words(
        hand_out(HandOut(3, (), short, ()), READER).blocks
    )
    empty = NothingCallable((), None, opens_is_theirs=False)
    assert "Your team has no contacts" in strict.words(hand_out(HandOut(3, (), empty, ()), READER).blocks)


def test_it_shrinks_to_one_line_without_the_number_and_with_undo() -> None:
    blocks = happened.recorded(cast.done(), READER)
    said = strict.words(blocks)
    assert len(blocks) == 1
    assert "*No answer* recorded. Callable again from" in said
    assert "(house policy: Calling policy, 3)" in said
    assert strict.shows_no_number(blocks)
    assert _actions(blocks) == ["undo"]


def test_it_offers_no_undo_after_ten_minutes() -> None:
    assert _actions(happened.recorded(replace(cast.done(), undo_until=NOW), READER)) == []


def test_it_says_when_nothing_changed() -> None:
    assert "was already recorded." in strict.words(happened.recorded(replace(cast.done(), is_repeat=True), READER))


def test_it_asks_whether_a_note_meant_stop() -> None:
    blocks = happened.recorded(replace(cast.done(), note_may_be_stop=True), READER)
    assert "asked_to_stop" in _actions(blocks)
    stopped = replace(cast.done(Outcome.DO_NOT_CALL, ContactState.SUPPRESSED), note_may_be_stop=True)
    assert "asked_to_stop" not in _actions(happened.recorded(stopped, READER))


def test_it_asks_for_the_hour_of_a_callback_that_was_only_named() -> None:
    agreed = cast.done(Outcome.CALLBACK_AGREED)
    assert "callback_form" in _actions(happened.recorded(agreed, READER))
    with_callback = replace(agreed, callback_due_at=NOW + timedelta(days=1))
    assert "callback_form" not in _actions(happened.recorded(with_callback, READER))


def test_it_refuses_with_the_rule_its_source_and_the_first_lawful_moment() -> None:
    refusal = Refusal(
        Verdict.LOCKED, (cast.finding("Not before 08:00.", Status.LAW),), (), NOW + timedelta(hours=18), LONDON
    )
    blocks = happened.refused(CallRefused("Grace", refusal), READER)
    said = strict.words(blocks)
    assert "Not before 08:00. (law: <https://example.org/pecr|The 2003 Regulations, regulation 21>)" in said
    assert "First lawful time: *<!date^" in said
    assert strict.shows_no_number(blocks)


def test_it_says_house_policy_once_where_the_rule_says_so_itself() -> None:
    said = finding_line(cast.finding("24 hours after an engaged line: house policy"))
    assert said == "24 hours after an engaged line: house policy (Calling policy, 3)"


def test_it_names_house_policy_once_where_its_source_says_no_more_than_that() -> None:
    citation = Citation("House policy", "House waits after each outcome", "", date(2026, 11, 24))
    spoken = replace(cast.finding("24 hours after an engaged line: house policy"), citation=citation)
    assert finding_line(spoken) == "24 hours after an engaged line: house policy (House waits after each outcome)"
    silent = replace(spoken, says=Said("24 hours after an engaged line"))
    assert finding_line(silent) == "24 hours after an engaged line (house policy: House waits after each outcome)"
    assert plain_findings([spoken]) == ["24 hours after an engaged line: house policy."]


def test_it_says_until_when_a_contact_is_locked_and_what_to_fix_by_then() -> None:
    ends_at = NOW + timedelta(days=30)
    waits = replace(cast.finding("30 days after “not now”: house policy"), until=ends_at)
    capped = replace(cast.finding("1 attempt in one day already made: house policy"), until=NOW + timedelta(hours=10))
    done = replace(
        cast.done(Outcome.NOT_NOW), callable_from=None, because=(waits, capped), missing=("refresh the TPS screening",)
    )
    said = strict.words(happened.recorded(done, READER))
    next_minute = ends_at.replace(microsecond=0) + timedelta(
        minutes=1
    )  # 14:05 and a fraction: at 14:05 it is not open yet
    assert f"Locked until at least *<!date^{int(next_minute.timestamp())}^" in said
    assert "*. To do by then: refresh the TPS screening." in said
    endless = replace(done, because=(replace(waits, until=None), capped), missing=())
    assert "Locked. No end is known." in strict.words(happened.recorded(endless, READER))


def test_a_finished_contact_names_no_rule_that_waits_for_another_call() -> None:
    caps = (cast.finding("1 attempt in one day: house policy"),)
    finished = replace(cast.done(Outcome.SUCCESS, ContactState.FINISHED), because=caps, closed_days=caps)
    said = strict.words(happened.recorded(finished, READER))
    assert "*Success* recorded. Finished in this campaign." in said
    assert "1 attempt" not in said
    forbidden = strict.words(happened.recorded(replace(finished, against=caps), READER))
    assert "This call was not allowed" in forbidden
    assert "1 attempt" in forbidden, "what forbade the call stays"


def test_a_callback_beyond_the_cap_does_not_say_that_no_call_is_left() -> None:
    due = replace(cast.offer(), callback_due_at=NOW, attempts_made=1, attempts_left=0, attempts_left_in="today")
    said = strict.words(offer_card(due, READER))
    assert "called once" in said
    assert "left" not in said
    in_call = strict.words(calling_card(replace(cast.calling(), offer=due), READER))
    assert "last call today" in in_call, "none after the call under way"


def test_it_says_that_the_next_call_is_to_another_number_of_theirs() -> None:
    dead = replace(cast.done(Outcome.NOT_IN_SERVICE), has_next_number=True)
    assert "* on their next number." in strict.words(happened.recorded(dead, READER))
    free = replace(dead, state=ContactState.CALLABLE, callable_from=NOW)
    assert "Callable now on their next number." in strict.words(happened.recorded(free, READER))


def test_it_says_what_a_person_must_do_when_an_outcome_holds_a_contact() -> None:
    held = replace(
        cast.done(Outcome.WRONG_NUMBER, ContactState.HELD),
        callable_from=None,
        missing=("no working number left",),
        because=(),
    )
    assert "On hold: no working number left." in strict.words(happened.recorded(held, READER))


def test_it_says_what_is_missing_when_waiting_does_not_help() -> None:
    refusal = Refusal(Verdict.HELD, (), ("the time zone",), None, "")
    said = strict.words(happened.refused(CallRefused("Grace", refusal), READER))
    assert "Missing: the time zone." in said
    assert "A team lead or an admin must act first" in said


def test_it_says_what_happened_to_a_stale_card() -> None:
    for because in LeaseEnd:
        assert "no longer with you" in strict.words(happened.gone(CardGone("Grace", because, None, None)))
    owed = happened.gone(CardGone("Grace", "lapsed", None, 34))
    assert _actions(owed) == ["outcome_form"]
    assert "You are calling *Grace*. Your call to them needs an outcome." in strict.words(
        happened.gone(CardGone("Grace", "calling", None, 34))
    )


def test_it_says_which_outcome_was_undone_and_where_to_give_a_new_one() -> None:
    assert _actions(happened.undone(Undone(34, "Grace", Outcome.BUSY, True))) == []
    assert _actions(happened.undone(Undone(34, "Grace", Outcome.BUSY, False))) == ["outcome_form"]


def test_it_says_which_card_was_withdrawn_because_a_call_is_no_longer_lawful() -> None:
    refusal = Refusal(Verdict.LOCKED, (cast.finding(),), (), NOW + timedelta(hours=18), LONDON)
    handed = HandOut(3, (cast.offer(),), None, (CallRefused("Ada", refusal),))
    said = strict.words(hand_out(handed, READER).blocks)
    assert "*Ada* cannot be called now" in said
    assert "Grace Hopper" in said


DETAILS = (
    Detail("Company", "*Miller* & <!channel>"),
    Detail("CRM page", "https://crm.example/ann", is_link=True),
    Detail("Page", "http://crm.example"),
)


def test_both_cards_show_details_escaped_and_links_by_their_heading() -> None:
    offer = replace(cast.offer(), details=DETAILS)
    line = "Company: ∗Miller∗ &amp; &lt;!channel&gt; · <https://crm.example/ann|CRM page> · Page: http://crm.example"
    for blocks in (offer_card(offer, READER), calling_card(replace(cast.calling(), offer=offer), READER)):
        strict.message(blocks)
        assert line in str(blocks[0]["text"]["text"]).splitlines()
        assert blocks[0]["text"]["verbatim"], "Slack makes no link of the rest"


@pytest.mark.parametrize("sign", ["x", "&", "<", "\N{GRINNING FACE}", "\N{HEBREW LETTER ALEF}"])
def test_the_longest_details_leave_room_for_the_rest_of_the_card(sign: str) -> None:
    longest = tuple(Detail(sign * 60, sign * 200) for _ in range(5))
    linked = Detail(sign * 60, "https://" + "a" * 192, is_link=True)
    offer = replace(cast.offer(), details=(*longest, linked), note=sign * 500)
    for blocks in (offer_card(offer, READER), calling_card(replace(cast.calling(), offer=offer), READER)):
        strict.message(blocks)
        assert ":memo:" in strict.words(blocks)
