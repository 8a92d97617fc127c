"""Own outcomes on the road: an agent presses them, fills in their forms, types them; History tells them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.services.answers.own_outcomes import AnswerKind, OwnOutcomeView, Question
from bot.services.names import fold_name
from bot.services.own_outcomes import stored_questions
from bot.slack import ids
from bot.slack.blocks.agent.cards import calling_card
from bot.slack.blocks.agent.contact_pages import question_field
from bot.slack.wording.labels import Reader
from bot.slack.wording.say import speaking
from policy.vocabulary import Outcome
from storage.models import Attempt, Campaign, OutcomeRecord, OwnOutcome, Suppression
from tests.slack import cast
from tests.slack.scenarios.counted import words_shown
from tests.slack.scenarios.town import NUMBER, Town, form, given, opens, page_reads, presses, reads, types

MODE = "socket"
SIZE = Question("Which size?", AnswerKind.CHOICE, ("A4", "A5"), is_required=True)
HOW_MANY = Question("How many?", AnswerKind.NUMBER)
GREEN = Question("Green energy?", AnswerKind.YES_NO)
WHERE = Question("To which address?")


def add(town: Town, name: str, counts_as: Outcome, *questions: Question) -> int:
    row = OwnOutcome(
        organisation_id=town.acme.organisation_id,
        name=name,
        key=fold_name(name),
        counts_as=counts_as,
        questions=stored_questions(questions),
    )
    return town.acme.put(row).id or 0


def offer(town: Town, buttons: tuple[int, ...] = (), menu: tuple[int, ...] = ()) -> None:
    chosen = {"own_buttons": " ".join(map(str, buttons)), "own_outcomes": " ".join(map(str, menu))}
    town.acme.change(Campaign, town.acme.campaign.id, **chosen)


def read_history(town: Town) -> None:
    """In a call to the same contact, weeks later."""
    town.acme.clock.at(datetime(2026, 12, 14, 10, tzinfo=UTC))
    town.server.workspace.clock.set(town.acme.clock.now)
    town.alice.press(types(town.alice, "/nextcall 1", "You hold 1 contact", "Grace"), "call")
    town.alice.press(reads(town.alice, NUMBER, "History"), "history")


@pytest.mark.long
def test_one_press_records_it_and_history_tells_its_name(town: Town) -> None:
    offer(town, (add(town, "Wants a *brochure*", Outcome.CONVERSATION),))
    presses(town.alice, town.calling(minutes=1), "own_outcome_1", "*Grace*: *Wants a ∗brochure∗ (Spoke)* recorded")
    read_history(town)
    page_reads(town.alice, "*Wants a ∗brochure∗ (Spoke)*")


@pytest.mark.long
def test_its_form_opens_at_the_press_and_its_answers_are_kept(town: Town) -> None:
    own = add(town, "Wants a brochure", Outcome.CONVERSATION, SIZE, HOW_MANY, GREEN, WHERE)
    offer(town, (own,))
    card = town.calling(minutes=1)
    town.alice.fill(card, {ids.note_on(1): {"input": "friendly"}})
    asked = opens(town.alice, card, "own_outcome_1", ids.NOTE)
    assert "*Grace*: *Wants a brochure*" in asked.words
    size, many, green, where = map(question_field, (SIZE, HOW_MANY, GREEN, WHERE))
    town.alice.submit(asked, given(**{many: "3.5", green: "yes", where: "1 High Street, card 4111 1111 1111 1111"}))
    assert town.acme.all(OutcomeRecord) == []  # Slack's client asks for the size
    town.alice.submit(
        form(town.alice, ids.NOTE),
        given(**{size: "A4", many: "3.5", green: "yes", where: "1 High Street, card 4111 1111 1111 1111"}),
    )
    done = reads(town.alice, "*Wants a brochure (Spoke)* recorded", "We left out a card number")
    assert "not filled in" not in done.words
    [record] = town.acme.all(OutcomeRecord)
    assert (record.outcome, record.own_outcome_id, record.note) == (Outcome.CONVERSATION, own, "friendly")
    assert record.answers == (
        '[["Which size?", "A4"], ["How many?", 3.5], ["Green energy?", true],'
        ' ["To which address?", "1 High Street, card ▮▮▮▮"]]'
    )
    read_history(town)
    page_reads(town.alice, "Which size? A4 · How many? 3.5 · Green energy? Yes · To which address? 1 High Street")


def test_one_chosen_in_the_menu_records_or_opens_its_form(town: Town) -> None:
    plain = add(town, "Gatekeeper", Outcome.THIRD_PARTY)
    asking = add(town, "Wants a brochure", Outcome.CONVERSATION, WHERE)
    offer(town, (), (asking, plain))
    card = town.calling(minutes=1)
    options = [one["text"]["text"] for one in card.element("outcome_more").json["options"]]
    assert options[:2] == ["Wants a brochure…", "Gatekeeper"]
    opens(town.alice, card, "outcome_more", question_field(WHERE), selected=f"1:{asking}?")
    town.alice.press(card, "outcome_more", selected=f"1:{plain}", stale=True)
    reads(town.alice, "*Gatekeeper (Someone else answered)* recorded")
    assert town.acme.all(Attempt)[0].own_outcome_id == plain


def test_a_retired_one_pressed_on_an_old_card_is_recorded_and_said_to_be_retired(town: Town) -> None:
    own = add(town, "Wants a brochure", Outcome.CONVERSATION)
    offer(town, (own,))
    card = town.calling(minutes=1)
    town.acme.change(OwnOutcome, own, retired_at=town.acme.clock())
    town.alice.press(card, "own_outcome_1")
    reads(town.alice, "*Wants a brochure (Spoke)* recorded", "*Wants a brochure* is no longer offered")
    assert town.acme.all(OutcomeRecord)[0].own_name == "Wants a brochure"


def test_a_form_added_after_the_card_was_drawn_is_asked_for_afterwards(town: Town) -> None:
    own = add(town, "Wants a brochure", Outcome.CONVERSATION)
    offer(town, (own,))
    card = town.calling(minutes=1)
    town.acme.change(OwnOutcome, own, questions=stored_questions([SIZE]))
    done = presses(town.alice, card, "own_outcome_1", "recorded", "The form of *Wants a brochure* is not filled in")
    town.alice.press(done, "outcome_questions_form")
    town.alice.submit(form(town.alice, question_field(SIZE)), given(**{question_field(SIZE): "A5", "note": ""}))
    reads(town.alice, "already recorded", without="not filled in")
    assert town.acme.all(OutcomeRecord)[-1].answers == '[["Which size?", "A5"]]'


def test_a_choice_withdrawn_while_the_form_is_open_is_refused_there(town: Town) -> None:
    own = add(town, "Wants a brochure", Outcome.CONVERSATION, SIZE)
    offer(town, (own,))
    asked = opens(town.alice, town.calling(minutes=1), "own_outcome_1", question_field(SIZE))
    fewer = Question(SIZE.asks, SIZE.kind, ("A5", "A6"), is_required=True)
    town.acme.change(OwnOutcome, own, questions=stored_questions([fewer]))
    refused = town.alice.submit(asked, given(**{question_field(SIZE): "A4"}))
    assert refused.errors == {question_field(SIZE): "This answer is no longer offered. Choose another."}
    assert not town.acme.all(OutcomeRecord)


def test_an_own_stop_stands_apart_in_red_asks_first_and_stops(town: Town) -> None:
    offer(town, (add(town, "Stop: by letter", Outcome.DO_NOT_CALL),))
    card = town.calling(minutes=1)
    stop = card.element("own_outcome_1").json
    assert (stop["style"], "confirm" in stop) == ("danger", True)
    rows = [[one["action_id"] for one in row["elements"]] for row in card.blocks if row["type"] == "actions"]
    assert rows[-1][:2] == ["outcome_do_not_call", "own_outcome_1"]
    presses(town.alice, card, "own_outcome_1", "*Stop: by letter (Do not call)* recorded")
    assert town.acme.all(Suppression)


def test_a_short_ring_is_asked_about_and_recorded_by_its_name(town: Town) -> None:
    offer(town, (add(town, "Hung up by PBX", Outcome.NO_ANSWER),))
    town.alice.press(town.calling(seconds=5.3), "own_outcome_1")
    town.alice.press(reads(town.alice, "Less than 15 seconds"), "record_anyway")
    reads(town.alice, "*Hung up by PBX (No answer)* recorded")


@pytest.mark.day
@pytest.mark.long
def test_a_stale_press_asks_before_it_corrects_and_undo_says_what_it_undid(town: Town) -> None:
    offer(town, tuple(add(town, name, Outcome.CONVERSATION) for name in ("Wants a brochure", "Wants a visit")))
    card = town.calling(minutes=1)
    presses(town.alice, card, "own_outcome_1", "*Wants a brochure (Spoke)* recorded")
    town.alice.press(card, "own_outcome_2", stale=True)
    asked = reads(town.alice, "*Wants a brochure (Spoke)* is recorded. Correct it to *Wants a visit (Spoke)*?")
    done = presses(town.alice, asked, "correct", "corrected to *Wants a visit (Spoke)*")
    presses(town.alice, done, "undo", "*Wants a visit (Spoke)* undone")


@pytest.mark.day
def test_a_typed_name_is_recorded_and_its_form_offered(town: Town) -> None:
    add(town, "Wants a brochure by post today please", Outcome.CONVERSATION, SIZE)
    town.calling(minutes=1)
    town.alice.command("/outcome wants a brochure by post today please: A4, he said")
    done = reads(town.alice, "*Wants a brochure by post today please (Spoke)* recorded", "is not filled in")
    [record] = town.acme.all(OutcomeRecord)
    assert (record.note, record.is_typed) == ("A4, he said", True)
    opens(town.alice, done, "outcome_questions_form", question_field(SIZE))


@pytest.mark.day
def test_two_that_begin_alike_are_told_apart_in_words(town: Town) -> None:
    for name in ("Wants a brochure", "Wants a visit"):
        add(town, name, Outcome.CONVERSATION)
    town.calling(minutes=1)
    types(town.alice, "/outcome wants", "could mean “Wants a brochure”, “Wants a visit”")
    assert not town.acme.all(OutcomeRecord)


def test_the_form_of_any_outcome_offers_own_ones_and_asks_their_questions(town: Town) -> None:
    own = add(town, "Wants a brochure", Outcome.CONVERSATION, SIZE)
    town.calling(minutes=1)
    town.alice.press(types(town.alice, "/outcome", "an outcome. Until you record it"), "outcome_form")
    town.alice.submit(form(town.alice, ids.OUTCOME), given(outcome_chosen=str(own), note="friendly"))
    asked = form(town.alice, question_field(SIZE))
    town.alice.submit(asked, given(**{question_field(SIZE): "A4"}))
    reads(town.alice, "*Wants a brochure (Spoke)* recorded")
    [record] = town.acme.all(OutcomeRecord)
    assert (record.note, record.answers) == ("friendly", '[["Which size?", "A4"]]')


@pytest.mark.parametrize(
    ("names", "on_buttons"),
    [
        (("Wants a brochure",), 1),
        (("Wants a brochure", "Wants a visit"), 2),
        (("No answer: hung up", "Wants a brochure"), 1),
        (("One two three four five six seven", "Short"), 0),
    ],
)
@pytest.mark.parametrize("spoken", ["en", "de"])
def test_a_card_with_buttons_of_own_outcomes_is_no_longer(names: tuple[str, ...], on_buttons: int, spoken: str) -> None:
    own = tuple(OwnOutcomeView(place, name, Outcome.NO_ANSWER) for place, name in enumerate(names, 1))
    with speaking(spoken):
        plain, ours = (
            calling_card(replace(cast.calling(), own_buttons=shown), Reader("Europe/London", cast.NOW))
            for shown in ((), own)
        )
    words = words_shown(ours)
    assert len(words) <= len(words_shown(plain))
    pressed = [one["text"]["text"] for row in ours for one in row.get("elements", ()) if "own_outcome" in str(one)]
    assert pressed == list(names[:on_buttons])
    menu = [one["text"]["text"] for row in ours for one in row.get("elements", [{}])[-1].get("options", ())]
    assert menu[: len(names) - on_buttons] == list(names[on_buttons:])
    offered = str(ours).replace("callback_at", ids.outcome_button(Outcome.CALLBACK_AGREED))
    lost = [one for one in Outcome if f"outcome_{one}'" not in offered and f":{one}'" not in offered]
    assert not lost


def test_a_stop_with_a_form_takes_effect_at_the_press_and_is_asked_about_afterwards(town: Town) -> None:
    own = add(town, "Never again", Outcome.DO_NOT_CALL, SIZE)
    offer(town, (own,))
    card = town.calling(minutes=1)
    assert card.element("own_outcome_1").json["confirm"]
    town.alice.press(card, "own_outcome_1")
    done = reads(town.alice, "*Never again (Do not call)* recorded", "The form of *Never again* is not filled in")
    [stop, *_] = town.acme.all(Suppression)
    town.alice.press(done, "outcome_questions_form")
    town.alice.submit(form(town.alice, question_field(SIZE)), given(**{question_field(SIZE): "A5"}))
    assert [one.answers for one in town.acme.all(OutcomeRecord)] == ["", '[["Which size?", "A5"]]']
    assert town.acme.one(Suppression, stop.id).withdrawn_at is None


def test_a_stop_chosen_in_the_form_of_all_outcomes_waits_for_no_answer(town: Town) -> None:
    own = add(town, "Never again", Outcome.DO_NOT_CALL, SIZE)
    town.calling(minutes=1)
    town.alice.press(types(town.alice, "/outcome", "Grace", "needs an outcome"), "outcome_form")
    town.alice.submit(form(town.alice, ids.OUTCOME), given(**{ids.OUTCOME: str(own)}))
    assert town.acme.all(Suppression)
    reads(town.alice, "The form of *Never again* is not filled in")


def test_the_form_of_a_stop_on_an_old_card_records_it_whatever_is_wrong_with_its_answers(town: Town) -> None:
    own = add(town, "Never again", Outcome.CONVERSATION, SIZE)
    offer(town, (own,))
    asked = opens(town.alice, town.calling(minutes=1), "own_outcome_1", question_field(SIZE))
    fewer = Question(SIZE.asks, SIZE.kind, ("A5", "A6"), is_required=True)
    town.acme.change(OwnOutcome, own, questions=stored_questions([fewer]), counts_as=Outcome.DO_NOT_CALL)
    town.alice.submit(asked, given(**{question_field(SIZE): "A4"}))
    assert town.acme.all(Suppression)
    assert town.acme.all(OutcomeRecord)[0].answers == ""
