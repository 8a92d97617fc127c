"""Own outcomes: each counts by the rules as the one it belongs to, and keeps its name and what its form was told."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from threading import Barrier, Thread

import pytest

from bot.services.answers.calls import CallingCard, CallOpened, OutcomeRecorded, PastCall
from bot.services.answers.own_outcomes import Answer, AnswerKind, Question
from bot.services.calls import callbacks, calling, history, outcomes
from bot.services.errors import AlreadyGone, CorrectionUnconfirmed, TooSoonForNoAnswer, UnknownOutcome
from bot.services.hand_out import next_call
from bot.services.hand_out.hand import held_cards
from bot.services.names import fold_name
from bot.services.own_outcomes import as_view, parse_said, stored_questions
from bot.services.privacy import erasing, export
from bot.services.privacy.export import as_html, as_json
from bot.slack.boundary.payloads import outcome_and_note
from policy.vocabulary import ContactState, Outcome
from storage.models import Attempt, Campaign, Lease, Organisation, OutcomeRecord, OwnOutcome, Suppression
from storage.queries import retention
from tests.fakes import SampleOrganisation
from tests.services.privacy.stage import admin_of

pytestmark = pytest.mark.both_engines
BROCHURE = "Wants a brochure"
_WITH_MORE = (Outcome.CALLBACK_AGREED, Outcome.CUT_OFF)  # wants a time; lets the same contact be called again
QUESTIONS = (
    Question("Which size?", AnswerKind.CHOICE, ("A4", "A5"), is_required=True),
    Question("To which address?"),
)


def add(acme: SampleOrganisation, name: str, counts_as: Outcome, *questions: Question) -> int:
    asked = stored_questions(questions)
    row = OwnOutcome(
        organisation_id=acme.organisation_id, name=name, key=fold_name(name), counts_as=counts_as, questions=asked
    )
    return acme.put(row).id or 0


def dialled(acme: SampleOrganisation) -> int:
    """An attempt under way, one minute old."""
    card = next_call.hand_out(acme.deps, acme.alice, 1).cards[0]
    opened = calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=1)
    return opened.attempt_id


def called(acme: SampleOrganisation) -> int:
    acme.add_contact("Grace")
    return dialled(acme)


def say(acme: SampleOrganisation, attempt_id: int, own_id: int, note: str = "", *answers: Answer) -> OutcomeRecorded:
    return outcomes.record(acme.deps, acme.alice, attempt_id, own_id, note, answers, corrects=False)


def past(acme: SampleOrganisation) -> PastCall:
    """The newest call, as the next agent reads it."""
    acme.clock.at(datetime(2026, 12, 14, 10, tzinfo=UTC))
    next_call.hand_out(acme.deps, acme.bob, 1)
    return history.history_of(acme.deps, acme.bob, acme.all(Lease)[-1].id or 0).calls[0]


@pytest.mark.long
@pytest.mark.parametrize("counts_as", [one for one in Outcome if one not in _WITH_MORE])
def test_it_counts_as_the_outcome_it_belongs_to(acme: SampleOrganisation, counts_as: Outcome) -> None:
    own = add(acme, "Our word", counts_as)
    ours = say(acme, called(acme), own)
    theirs = outcomes.record(acme.deps, acme.alice, called(acme), counts_as)
    assert (ours.outcome, ours.state) == (counts_as, theirs.state)
    assert [one.says for one in ours.because] == [one.says for one in theirs.because]
    assert (ours.own and ours.own.name, theirs.own) == ("Our word", None)
    first, second = acme.all(Attempt)
    assert (first.outcome, first.state, first.own_outcome_id) == (counts_as, second.state, own)


def test_history_keeps_the_name_as_it_was_said_and_the_answers(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, BROCHURE, Outcome.CONVERSATION, *QUESTIONS), called(acme)
    say(acme, attempt_id, own, "friendly", Answer("Which size?", "A4"), Answer("To which address?", "1 High Street"))
    acme.change(OwnOutcome, own, name="Brochure sent", key="brochure sent")
    call = past(acme)
    assert (call.outcome, call.own_name, call.note) == (Outcome.CONVERSATION, BROCHURE, "friendly")
    assert call.answers == (Answer("Which size?", "A4"), Answer("To which address?", "1 High Street"))


def test_a_retired_one_from_an_old_card_is_recorded_with_its_name(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, BROCHURE, Outcome.CONVERSATION), called(acme)
    acme.change(OwnOutcome, own, retired_at=acme.clock())
    done = say(acme, attempt_id, own)
    assert done.own is not None
    assert done.own.is_retired
    assert (done.outcome, acme.all(OutcomeRecord)[0].own_name) == (Outcome.CONVERSATION, BROCHURE)


def test_an_outcome_of_another_organisation_is_not_found(acme: SampleOrganisation) -> None:
    other = acme.put(Organisation(slack_team_id="T0OTHER", name="Other"))
    theirs = acme.put(
        OwnOutcome(organisation_id=other.id or 0, name="Theirs", key="theirs", counts_as=Outcome.BUSY, questions=[])
    )
    with pytest.raises(AlreadyGone):
        say(acme, called(acme), theirs.id or 0)
    assert not acme.all(OutcomeRecord)


def test_a_repeat_changes_nothing_and_late_answers_are_kept(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, BROCHURE, Outcome.CONVERSATION, *QUESTIONS), called(acme)
    assert not say(acme, attempt_id, own).has_answers
    assert say(acme, attempt_id, own).is_repeat
    assert len(acme.all(OutcomeRecord)) == 1
    done = say(acme, attempt_id, own, "", Answer("Which size?", "A5"))
    assert (done.is_repeat, done.has_answers) == (True, True)
    say(acme, attempt_id, own, "", Answer("Which size?", "A5"))
    assert len(acme.all(OutcomeRecord)) == 2
    assert past(acme).answers == (Answer("Which size?", "A5"),)


def test_card_numbers_and_the_like_are_blanked_in_answers(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, BROCHURE, Outcome.CONVERSATION, *QUESTIONS), called(acme)
    done = say(acme, attempt_id, own, "", Answer("To which address?", "card 4111 1111 1111 1111, or 07700 900999"))
    assert [one.value for one in done.blanked] == ["card", "phone"]
    kept = acme.all(OutcomeRecord)[0].answers
    assert not [one for one in ("4111", "900999") if one in kept]


def test_an_answer_that_reads_like_a_stop_is_asked_about(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, BROCHURE, Outcome.CONVERSATION, *QUESTIONS), called(acme)
    assert say(acme, attempt_id, own, "", Answer("To which address?", "none, stop calling me")).note_may_be_stop


def test_the_plain_outcome_from_an_old_card_leaves_the_name(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, BROCHURE, Outcome.CONVERSATION), called(acme)
    say(acme, attempt_id, own)
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.CONVERSATION, "more", corrects=False)
    assert (done.is_repeat, done.own and done.own.own_id) == (True, own)
    assert past(acme).own_name == BROCHURE


def test_a_correction_to_the_plain_outcome_drops_the_name(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, BROCHURE, Outcome.CONVERSATION), called(acme)
    say(acme, attempt_id, own)
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.CONVERSATION)
    assert (done.is_repeat, done.is_correction, done.own) == (False, True, None)
    assert past(acme).own_name == ""


def test_another_name_for_the_same_outcome_is_asked_about_and_changes_no_effect(acme: SampleOrganisation) -> None:
    first, second = (add(acme, name, Outcome.DO_NOT_CALL) for name in ("Stop: angry", "Stop: by letter"))
    attempt_id = called(acme)
    say(acme, attempt_id, first)
    stops = acme.all(Suppression)
    done = say(acme, attempt_id, second)  # an opt-out never asks
    assert (done.is_correction, done.own and done.own.name) == (True, "Stop: by letter")
    assert acme.all(Suppression) == stops
    assert acme.one(Attempt, attempt_id).own_outcome_id == second


def test_a_stale_press_asks_before_it_corrects_one_own_outcome_by_another(acme: SampleOrganisation) -> None:
    first, second = (add(acme, name, Outcome.CONVERSATION) for name in ("Wants a brochure", "Wants a visit"))
    attempt_id = called(acme)
    say(acme, attempt_id, first)
    with pytest.raises(CorrectionUnconfirmed):
        say(acme, attempt_id, second)
    assert outcomes.standing_outcome(acme.deps, acme.alice, attempt_id)[1:] == (Outcome.CONVERSATION, BROCHURE)
    done = outcomes.record(acme.deps, acme.alice, attempt_id, second)
    assert done.is_correction
    assert past(acme).own_name == "Wants a visit"


def test_undo_takes_the_name_and_the_answers_back(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, BROCHURE, Outcome.CONVERSATION, *QUESTIONS), called(acme)
    say(acme, attempt_id, own, "", Answer("Which size?", "A4"))
    undone = outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert (undone.was, undone.own_name, undone.has_card) == (Outcome.CONVERSATION, BROCHURE, True)
    assert acme.one(Attempt, attempt_id).own_outcome_id is None
    assert not say(acme, attempt_id, own).has_answers  # those of before stay taken back


def test_a_stop_that_another_recorded_too_keeps_their_name_after_an_undo(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, "Stop: angry", Outcome.DO_NOT_CALL), called(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.DO_NOT_CALL)
    outcomes.record(acme.deps, acme.dana, attempt_id, own)
    assert acme.one(Attempt, attempt_id).own_outcome_id == own
    assert outcomes.undo(acme.deps, acme.dana, attempt_id).stands_by == ("Alice",)
    assert acme.one(Attempt, attempt_id).own_outcome_id is None


def test_a_short_ring_is_asked_about_by_any_name(acme: SampleOrganisation) -> None:
    own = add(acme, "No answer: hung up by PBX", Outcome.NO_ANSWER)
    acme.add_contact()
    card = next_call.hand_out(acme.deps, acme.alice, 1).cards[0]
    opened = calling.call(acme.deps, acme.alice, card.lease_id)  # type: ignore[union-attr]
    assert isinstance(opened, CallOpened)
    with pytest.raises(TooSoonForNoAnswer):
        say(acme, opened.attempt_id, own)
    done = outcomes.record(acme.deps, acme.alice, opened.attempt_id, own, is_confirmed=True, corrects=False)
    assert done.state is ContactState.LOCKED


def test_of_two_who_record_at_once_one_is_asked(acme: SampleOrganisation) -> None:
    own = [add(acme, name, Outcome.CONVERSATION) for name in ("Wants a brochure", "Wants a visit")]
    attempt_id, both, came = called(acme), Barrier(2), []

    def press(actor: object, own_id: int) -> None:
        both.wait()
        try:
            outcomes.record(acme.deps, actor, attempt_id, own_id, corrects=False)  # type: ignore[arg-type]
            came.append("recorded")
        except CorrectionUnconfirmed:
            came.append("asked")

    threads = [Thread(target=press, args=pair) for pair in zip((acme.alice, acme.dana), own, strict=True)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert sorted(came) == ["asked", "recorded"]
    assert len(acme.all(OutcomeRecord)) == 1


def test_notes_and_answers_are_forgotten_together(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, BROCHURE, Outcome.CONVERSATION, *QUESTIONS), called(acme)
    say(acme, attempt_id, own, "", Answer("To which address?", "1 High Street"))
    with acme.units() as uow:
        later = acme.clock.tick(days=900)
        found = retention.ids_after(uow.session, "notes", acme.organisation_id, later, 0, 10)
        assert retention.how_many(uow.session, "notes", acme.organisation_id, later) == 1
        retention.forget(uow.session, "notes", found)
        assert not retention.ids_after(uow.session, "notes", acme.organisation_id, later, 0, 10)
    [record] = acme.all(OutcomeRecord)
    assert (record.answers, record.own_name) == ("", BROCHURE)


def test_cards_offer_what_the_campaign_orders_without_retired_ones(acme: SampleOrganisation) -> None:
    ids = [add(acme, name, Outcome.CONVERSATION) for name in ("One", "Two", "Three", "Four")]
    acme.change(OwnOutcome, ids[0], retired_at=acme.clock())
    order = " ".join(map(str, (ids[3], ids[0], ids[1])))
    acme.change(Campaign, acme.campaign.id, own_buttons=str(ids[2]), own_outcomes=order)
    called(acme)
    [card] = held_cards(acme.deps, acme.alice).cards
    assert isinstance(card, CallingCard)
    assert [one.name for one in card.own_buttons] == ["Three"]
    assert [one.name for one in card.own_outcomes] == ["Four", "Two"]


def test_a_typed_stop_stays_a_stop_however_an_own_outcome_is_named() -> None:
    names = ("Do not", "Nicht anrufen", "Do not call before 9")
    rows = [
        OwnOutcome(id=place, organisation_id=1, name=name, key="", counts_as=Outcome.NO_ANSWER, questions=[])
        for place, name in enumerate(names, 1)
    ]
    known, german = [as_view(one) for one in rows], {Outcome.DO_NOT_CALL: "Nicht anrufen"}
    assert parse_said("do not", known) is Outcome.DO_NOT_CALL
    assert parse_said("nicht anrufen", known, german) is Outcome.DO_NOT_CALL
    assert parse_said("do not call before 9", known) == known[2]
    for said in ("do not call before", "nicht anrufen vor"):  # the beginning of a note, perhaps
        with pytest.raises(UnknownOutcome):
            parse_said(said, [*known, replace(known[1], name="Nicht anrufen vor 9 Uhr")], german)
    assert outcome_and_note("do not call before she dies", lambda text: parse_said(text, known)) == (
        "do not call",
        "before she dies",
    )


def test_a_typed_name_or_its_beginning_names_it(acme: SampleOrganisation) -> None:
    rows = [
        OwnOutcome(id=place, organisation_id=1, name=name, key="", counts_as=Outcome.CONVERSATION, questions=[])
        for place, name in enumerate(("Wants a brochure", "Wants a visit", "Notary called", "Busy: fax"), 1)
    ]
    known = [as_view(one) for one in rows]
    assert parse_said("wants A brochure!", known) == known[0]
    assert parse_said("wants a v", known) == known[1]
    assert parse_said("busy", known) is Outcome.BUSY  # what was typed before goes on meaning the same
    assert parse_said("busy fax", known) == known[3]
    with pytest.raises(UnknownOutcome) as both:
        parse_said("wants", known)
    assert both.value.own_names == ("Wants a brochure", "Wants a visit")
    with pytest.raises(UnknownOutcome) as closed:
        parse_said("not", known)
    assert "not_now" in closed.value.candidates


def test_a_typed_name_is_recorded_for_the_open_call(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, BROCHURE, Outcome.CONVERSATION), called(acme)
    done = outcomes.record_spoken(acme.deps, acme.alice, "", "wants a brochure", "size A4")
    assert (done.attempt_id, done.own and done.own.own_id) == (attempt_id, own)
    assert acme.all(OutcomeRecord)[0].note == "size A4"


def test_answers_are_exported_and_erased_with_the_person(acme: SampleOrganisation) -> None:
    own, admin = add(acme, BROCHURE, Outcome.CONVERSATION, *QUESTIONS), admin_of(acme)
    number = acme.add_contact("Grace").number or ""
    say(acme, dialled(acme), own, "", Answer("To which address?", "1 High Street"))
    found = export.collect(acme.deps, admin, number)
    assert "1 High Street" in as_html(found)
    assert '"To which address?",' in as_json(found)
    erasing.erase(acme.deps, admin, number)
    [record] = acme.all(OutcomeRecord)
    assert (record.answers, record.own_name) == ("", BROCHURE)


def test_a_callback_agreed_afterwards_keeps_the_name(acme: SampleOrganisation) -> None:
    own, attempt_id = add(acme, "After the holidays", Outcome.CALLBACK_AGREED), called(acme)
    assert say(acme, attempt_id, own).callback_due_at is None
    agreed = callbacks.agree(acme.deps, acme.alice, attempt_id, date(2026, 11, 26), time(11), True)
    assert isinstance(agreed, OutcomeRecorded)
    assert agreed.callback_due_at == datetime(2026, 11, 26, 11, tzinfo=UTC)
    assert (agreed.own and agreed.own.own_id, acme.one(Attempt, attempt_id).own_outcome_id) == (own, own)
    again = say(acme, attempt_id, own)  # from an old card
    assert (again.is_repeat, again.callback_due_at) == (True, agreed.callback_due_at)
