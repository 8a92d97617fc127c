"""Two people whom lists gave as one are parted: each keeps their own, and what is unknown binds both."""

from datetime import datetime, time, timedelta

import pytest
from sqlmodel import col, select

from bot.services.answers.calls import OutcomeRecorded
from bot.services.calls import callbacks, outcomes
from bot.services.do_not_call import suppressions
from bot.services.errors import NothingTellsApart
from policy.vocabulary import Outcome, Verdict
from storage.models import (
    Attempt,
    Callback,
    Contact,
    Hold,
    PersonNumber,
    ReopenedNumber,
    SharedAttempt,
    Suppression,
)
from tests.services.merges.stage import ANN, BEN, BOILERS, BOTH, HEADING, Stage

pytestmark = pytest.mark.both_engines


def test_each_has_their_own_contact_number_and_name(stage: Stage) -> None:
    merge = stage.mistaken()
    assert stage.person("Ann Lee") == stage.person("Ben Kay")
    assert stage.contact("Ben Kay").number == ANN, "the first number of the one person"
    done = stage.part(merge)
    ann, ben = stage.contact("Ann Lee"), stage.contact("Ben Kay")
    assert ann.person_id != ben.person_id
    assert (ann.number, ben.number) == (ANN, BEN)
    assert (stage.numbers(ann.person_id), stage.numbers(ben.person_id)) == ({ANN}, {BEN})
    assert ben.verdict is Verdict.CALLABLE
    assert (done.name, done.other_name, done.rows, done.is_repeat) == ("Ben Kay", "Ann Lee", 1, False)


def test_who_when_and_why_is_on_record(stage: Stage) -> None:
    stage.mistaken()
    stage.part()
    (row,) = stage.merges()
    assert (row.parted_by, row.parted_at) == (stage.acme.dana.agent_id, stage.acme.clock())
    assert row.parted_because == "two clients, one number"
    assert (row.parted_from, row.person_id) == (stage.person("Ann Lee"), stage.person("Ben Kay"))


@pytest.mark.long
def test_a_call_follows_the_number_that_was_dialled(stage: Stage) -> None:
    stage.mistaken()
    mine = stage.call("Ann Lee")
    stage.acme.clock.tick(days=7)
    theirs = stage.call("Ben Kay", number=BEN)
    stage.acme.clock.tick(days=7)
    wrongly = stage.call("Ben Kay", number=ANN)
    done = stage.part()
    ann, ben = stage.person("Ann Lee"), stage.person("Ben Kay")
    whose = {one.id: one.person_id for one in stage.acme.all(Attempt)}
    assert whose == {mine.id: ann, theirs.id: ben, wrongly.id: ann}
    assert (done.calls_moved, done.calls_shared) == (1, 0)
    assert stage.acme.all(SharedAttempt) == []


def test_the_calls_of_the_one_lock_the_other_no_more(stage: Stage) -> None:
    stage.mistaken()
    stage.call("Ann Lee")
    assert stage.contact("Ben Kay").verdict is Verdict.LOCKED
    stage.part()
    assert stage.contact("Ben Kay").verdict is Verdict.CALLABLE
    assert stage.contact("Ann Lee").verdict is Verdict.LOCKED


def test_what_is_known_of_no_one_binds_both(stage: Stage) -> None:
    """Both stand on one contact, and both have the number that was called."""
    stage.take(f"1001,Ann Lee,{BOTH},{ANN}\n1001,Ben Kay,{BOTH},{BEN}")
    attempt = stage.call("Ann Lee", Outcome.DO_NOT_CALL)
    stage.part()
    ann, ben = stage.person("Ann Lee"), stage.person("Ben Kay")
    assert [(one.attempt_id, one.person_id) for one in stage.acme.all(SharedAttempt)] == [(attempt.id, ben)]
    stopped = {(one.number, one.person_id) for one in stage.acme.all(Suppression)}
    assert stopped == {(BOTH, None), ("", ann), ("", ben)}
    assert {one.verdict for one in stage.acme.all(Contact)} == {Verdict.SUPPRESSED}


def test_a_call_that_counts_for_both_counts_at_any_of_their_numbers(stage: Stage) -> None:
    stage.take(f"1001,Ann Lee,{BOTH},{ANN}\n1001,Ben Kay,{BOTH},{BEN}")
    stage.call("Ann Lee")
    stage.part()
    ben = stage.contact("Ben Kay")
    stage.acme.change(Contact, ben.id, number=BEN)
    stage.acme.change(Contact, stage.contact("Ann Lee").id, number=ANN)
    with stage.acme.units(is_read_only=True) as uow:
        from bot.services.deciding.decisions import decide_contacts
        from bot.services.deciding.facts import COUNT_NO_OFFERS

        every = list(uow.session.exec(select(Contact).order_by(col(Contact.id))))
        decided = decide_contacts(stage.deps, uow.session, every, stage.acme.clock(), COUNT_NO_OFFERS)
    assert [one.decision.verdict for one in decided] == [Verdict.LOCKED, Verdict.LOCKED]


@pytest.mark.long
def test_a_stop_said_later_in_a_call_that_counts_for_both_binds_both_and_goes_with_its_undo(stage: Stage) -> None:
    stage.take(f"1001,Ann Lee,{BOTH},{ANN}\n1001,Ben Kay,{BOTH},{BEN}")
    attempt = stage.call("Ann Lee")
    stage.part()
    outcomes.record(stage.deps, stage.acme.alice, attempt.id or 0, Outcome.DO_NOT_CALL, is_confirmed=True)
    assert {one.verdict for one in stage.acme.all(Contact)} == {Verdict.SUPPRESSED}
    outcomes.undo(stage.deps, stage.acme.alice, attempt.id or 0)
    assert Verdict.SUPPRESSED not in {one.verdict for one in stage.acme.all(Contact)}


def test_a_hold_said_later_in_a_call_that_counts_for_both_holds_both_and_goes_with_its_undo(stage: Stage) -> None:
    stage.take(f"1001,Ann Lee,{BOTH},{ANN}\n1001,Ben Kay,{BOTH},{BEN}")
    attempt = stage.call("Ann Lee")
    stage.part()
    outcomes.record(stage.deps, stage.acme.alice, attempt.id or 0, Outcome.COMPLAINT)
    assert [one.verdict for one in stage.acme.all(Contact)] == [Verdict.HELD] * 2
    assert {one.contact_id for one in stage.acme.all(Hold)} == {one.id for one in stage.acme.all(Contact)}
    outcomes.undo(stage.deps, stage.acme.alice, attempt.id or 0)
    assert Verdict.HELD not in {one.verdict for one in stage.acme.all(Contact)}


def test_an_outcome_said_later_of_a_call_that_counts_for_both_is_about_both_also_at_another_number(
    stage: Stage,
) -> None:
    stage.take(f"1001,Ann Lee,{BOTH},{ANN}\n1001,Ben Kay,{BOTH},{BEN}")
    call = stage.call("Ann Lee").id or 0
    stage.part()
    stage.acme.change(Contact, stage.contact("Ben Kay").id, number=BEN)

    for outcome in (Outcome.VOICEMAIL_LEFT, Outcome.REFUSED):
        before, _ = [(one.because, one.finished_because) for one in stage.acme.all(Contact)]
        stage.acme.clock.tick(seconds=0.3)
        outcomes.record(stage.deps, stage.acme.alice, call, outcome)
        anns, bens = [(one.because, one.finished_because) for one in stage.acme.all(Contact)]
        assert anns == bens != before
    assert anns[1] == "refused"
    outcomes.undo(stage.deps, stage.acme.alice, call)
    assert [one.finished_at for one in stage.acme.all(Contact)] == [None, None]


def closed(stage: Stage) -> dict[str, int | None]:
    """By which call the number of both is closed, for each of them."""
    at_both = {one.person_id: one.closed_attempt_id for one in stage.acme.all(PersonNumber) if one.number == BOTH}
    return {name: at_both[stage.person(name)] for name in ("Ann Lee", "Ben Kay")}


@pytest.mark.parametrize("outcome", [Outcome.WRONG_NUMBER, Outcome.NOT_IN_SERVICE])
def test_a_number_closed_by_a_call_that_counts_for_both_stays_closed_for_both(stage: Stage, outcome: Outcome) -> None:
    stage.take(f"1001,Ann Lee,{BOTH},{ANN}\n1001,Ben Kay,{BOTH},{BEN}")
    attempt = stage.call("Ann Lee", outcome)
    stage.part()
    by = {"Ann Lee": attempt.id, "Ben Kay": attempt.id}
    assert closed(stage) == by
    stage.acme.clock.tick(seconds=0.3)
    assert outcomes.record(stage.deps, stage.acme.dana, attempt.id or 0, outcome).is_added
    assert closed(stage) == by
    assert stage.contact("Ben Kay").number == BEN
    assert stage.acme.all(ReopenedNumber) == []
    for actor in (stage.acme.alice, stage.acme.dana):
        stage.acme.clock.tick(seconds=0.3)
        outcomes.undo(stage.deps, actor, attempt.id or 0)
    assert closed(stage) == {"Ann Lee": None, "Ben Kay": None}


def test_a_parting_leaves_a_number_closed_only_for_whom_the_call_was_to(stage: Stage) -> None:
    """A number that both have was dialled for the row of one of them."""
    stage.take(f"1001,Ann Lee,{BOTH},{ANN}")
    stage.take(f"1001,Ben Kay,{BOTH},{BEN}", BOILERS)
    attempt = stage.call("Ben Kay", Outcome.WRONG_NUMBER, number=BOTH)
    stage.part()
    assert closed(stage) == {"Ann Lee": None, "Ben Kay": attempt.id}
    assert (stage.contact("Ann Lee").number, stage.contact("Ben Kay").number) == (BOTH, BEN)


def test_each_stays_finished_by_a_refusal_of_their_own(stage: Stage) -> None:
    """Both said Not interested, one after the other: the second finished the contact on which both stood."""
    stage.take(f"1001,Ann Lee,{ANN},\n1001,Ben Kay,{BEN},")
    first = stage.call("Ann Lee", Outcome.REFUSED, number=ANN)
    stage.acme.clock.tick(minutes=5)
    second = outcomes.record_spoken(stage.deps, stage.acme.bob, BEN, "refused").attempt_id
    stage.part()
    finished = {one.name: one.finished_attempt_id for one in stage.acme.all(Contact)}
    assert finished == {"Ann Lee": first.id, "Ben Kay": second}


@pytest.mark.long
def test_a_stop_follows_the_number_it_was_said_at(stage: Stage) -> None:
    stage.mistaken()
    stage.call("Ben Kay", Outcome.DO_NOT_CALL, number=BEN)
    assert stage.contact("Ann Lee").verdict is Verdict.SUPPRESSED
    stage.part()
    assert stage.contact("Ben Kay").verdict is Verdict.SUPPRESSED
    assert stage.contact("Ann Lee").verdict is Verdict.CALLABLE


def test_a_stop_typed_for_a_number_follows_it(stage: Stage) -> None:
    stage.mistaken()
    suppressions.add(stage.deps, stage.acme.alice, ANN)
    stage.part()
    assert stage.contact("Ann Lee").verdict is Verdict.SUPPRESSED
    assert stage.contact("Ben Kay").verdict is Verdict.CALLABLE


@pytest.mark.long
@pytest.mark.parametrize("column", ["do not call", "deceased"])
@pytest.mark.parametrize("whose", ["Ann Lee", "Ben Kay"])
def test_a_stop_of_a_list_follows_its_row(stage: Stage, column: str, whose: str) -> None:
    heading = f"reference,name,phone,phone 2,{column}"
    stage.take(f"1001,Ann Lee,{ANN},,{'yes' if whose == 'Ann Lee' else ''}", heading=heading)
    stage.take(f"1001,Ben Kay,{BEN},,{'yes' if whose == 'Ben Kay' else ''}", BOILERS, heading)
    assert stage.contact("Ann Lee").verdict is Verdict.SUPPRESSED
    stage.part()
    other = "Ben Kay" if whose == "Ann Lee" else "Ann Lee"
    assert stage.contact(whose).verdict is Verdict.SUPPRESSED
    assert stage.contact(other).verdict is Verdict.CALLABLE


def test_a_stop_of_their_reference_alone_binds_both(stage: Stage) -> None:
    """Nobody knows whom the row meant that gave no number, though only Ann had the reference by then."""
    stage.take(f"1001,Ann Lee,{ANN},")
    stage.take("1001,,,,yes", BOILERS, "reference,name,phone,phone 2,do not call")
    stage.take(f"1001,Ben Kay,{BEN},", BOILERS)
    stage.part()
    assert {one.verdict for one in stage.acme.all(Contact)} == {Verdict.SUPPRESSED}


def test_a_stop_of_their_reference_is_kept_beside_a_death(stage: Stage) -> None:
    heading = "reference,name,phone,phone 2,do not call,deceased"
    stage.take(f"1001,Ann Lee,{ANN},,,yes", heading=heading)
    stage.take(f"1001,Ben Kay,{BEN},,,", BOILERS, heading)
    stage.take("1001,,,,yes,", BOILERS, heading)
    stage.part()
    assert {one.verdict for one in stage.acme.all(Contact)} == {Verdict.SUPPRESSED}


def test_stops_that_both_rows_say_bind_both(stage: Stage) -> None:
    heading = "reference,name,phone,phone 2,deceased"
    stage.take(f"1001,Ann Lee,{ANN},,yes", heading=heading)
    stage.take(f"1001,Ben Kay,{BEN},,yes", BOILERS, heading)
    stage.part()
    assert {one.verdict for one in stage.acme.all(Contact)} == {Verdict.SUPPRESSED}


@pytest.mark.long
def test_a_complaint_follows_the_call_in_which_it_was_made(stage: Stage) -> None:
    stage.mistaken()
    stage.call("Ben Kay", Outcome.COMPLAINT, number=ANN)
    stage.part()
    (hold,) = stage.acme.all(Hold)
    assert hold.contact_id == stage.contact("Ann Lee").id
    assert stage.contact("Ann Lee").verdict is Verdict.HELD
    assert stage.contact("Ben Kay").verdict is Verdict.CALLABLE


def test_a_promise_goes_with_the_person_it_was_made_to(stage: Stage) -> None:
    stage.mistaken()
    due = stage.acme.clock() + timedelta(days=2)
    kept = stage.acme.add_callback(stage.contact("Ben Kay"), stage.acme.alice.agent_id, due)
    stage.acme.change(Callback, kept.id, asked_at=stage.acme.clock())
    stage.part()
    (callback,) = stage.acme.all(Callback)
    assert (callback.person_id, callback.closed_at) == (stage.person("Ben Kay"), None)


def agree(stage: Stage, call_id: int) -> datetime:
    """Alice says that she is to call back, in two days at eleven. Returns when."""
    due = (stage.acme.clock() + timedelta(days=2)).replace(hour=11, minute=0, second=0, microsecond=0)
    agreed = callbacks.agree(stage.deps, stage.acme.alice, call_id, due.date(), time(11), True)
    assert isinstance(agreed, OutcomeRecorded)
    return due


def test_a_promise_said_later_is_with_the_person_whose_number_was_dialled(stage: Stage) -> None:
    """The call was made on the contact that both stood on, which stays with the other."""
    stage.take(f"1001,Ann Lee,{ANN},\n1001,Ben Kay,{BEN},")
    call = stage.call("Ann Lee", number=BEN).id or 0
    stage.part()
    due = agree(stage, call)
    ann, ben = stage.contact("Ann Lee"), stage.contact("Ben Kay")
    (callback,) = stage.acme.all(Callback)
    assert (callback.person_id, callback.contact_id) == (ben.person_id, ben.id)
    assert (ben.verdict, ben.callable_from) == (Verdict.LOCKED, due)
    assert ann.verdict is Verdict.CALLABLE


def test_a_contact_of_the_other_that_an_outcome_said_later_is_about_is_decided_at_once(stage: Stage) -> None:
    """No list of the campaign names the person whose number was dialled."""
    stage.mistaken()
    call = stage.call("Ben Kay", number=ANN).id or 0
    stage.part()
    due = agree(stage, call)
    assert (stage.contact("Ben Kay").verdict, stage.contact("Ben Kay").callable_from) == (Verdict.LOCKED, due)
    for outcome, verdict in ((Outcome.COMPLAINT, Verdict.HELD), (Outcome.VOICEMAIL_LEFT, Verdict.CALLABLE)):
        outcomes.record(stage.deps, stage.acme.alice, call, outcome)
        assert stage.contact("Ben Kay").verdict is verdict


def test_two_of_one_file_get_a_contact_each(stage: Stage) -> None:
    stage.take(f"1001,Ann Lee,{ANN},\n1001,Ben Kay,{BEN},")
    assert [one.name for one in stage.acme.all(Contact)] == ["Ann Lee"]
    stage.call("Ann Lee", Outcome.REFUSED, number=BEN)
    stage.part()
    ann, ben = stage.contact("Ann Lee"), stage.contact("Ben Kay")
    assert (ann.campaign_id, ann.list_id) == (ben.campaign_id, ben.list_id)
    assert (ben.number, ben.places, ben.zones) == (BEN, "GB", "Europe/London")
    assert (ann.finished_at, ben.finished_because) == (None, "refused"), "it was Ben who refused"


def test_each_is_where_their_own_row_says_and_known_as_it_says(stage: Stage) -> None:
    heading = f"{HEADING},postcode"
    stage.take(f"1001,Ann Lee,{ANN},,EH1 1AA\n1001,Ben Kay,{BEN},,", heading=heading)
    (merge,) = stage.merges()
    assert merge.known_by == "number=GB;Europe/London"
    stage.part()
    ann, ben = stage.contact("Ann Lee"), stage.contact("Ben Kay")
    assert (ann.places, ann.known_by) == ("GB-SCT", "postcode=GB-SCT;Europe/London number=GB")
    assert (ben.places, ben.known_by) == ("GB", merge.known_by)


def test_rows_of_the_same_reference_and_name_go_together(stage: Stage) -> None:
    third = stage.acme.add_campaign("Solar", "Bright Energy", stage.acme.energy)
    stage.mistaken()
    stage.take(f"1001,BEN KAY,{BOTH},", third.name)
    done = stage.part(stage.merges()[0].id)
    assert done.rows == 2
    ben = stage.person("Ben Kay")
    assert stage.numbers(ben) == {BEN, BOTH}
    assert {one.person_id for one in stage.acme.all(Contact) if one.campaign_id == third.id} == {ben}


def test_a_row_at_a_number_that_only_they_brought_goes_too(stage: Stage) -> None:
    third = stage.acme.add_campaign("Solar", "Bright Energy", stage.acme.energy)
    stage.take(f",John Lee,{ANN},")
    stage.take(f"9,John Lee,{ANN},{BEN}", BOILERS)
    stage.take(f",John Lee,{BEN},", third.name)
    assert stage.part(stage.merges()[0].id).rows == 2
    first, *others = stage.acme.all(Contact)
    assert stage.numbers(first.person_id) == {ANN}
    assert [stage.numbers(one.person_id) for one in others] == [{ANN, BEN}] * 2
    assert {one.person_id for one in others} == {stage.merges()[0].person_id}


def test_people_of_one_name_and_reference_are_told_apart_by_their_numbers(stage: Stage) -> None:
    stage.take(f"7,John Lee,{ANN},")
    stage.take(f"7,John Lee,{BEN},", BOILERS)
    stage.part()
    first, second = stage.acme.all(Contact)
    assert (first.number, second.number) == (ANN, BEN)
    assert first.person_id != second.person_id
    stage.take(f"7,John Lee,{BEN},", BOILERS)
    stage.take(f"7,John Lee,{ANN},")
    assert len(stage.acme.all(Contact)) == 2
    assert (stage.numbers(first.person_id), stage.numbers(second.person_id)) == ({ANN}, {BEN})


def test_a_reference_goes_back_to_the_row_that_brought_it(stage: Stage) -> None:
    stage.take(f",John Lee,{BOTH},")
    stage.take(f"9,John Lee,{BOTH},{BEN}", BOILERS)
    stage.part()
    father, son = stage.acme.all(Contact)
    stage.take(f",John Lee,{BOTH},")
    stage.take(f"9,John Lee,{BEN},", BOILERS)
    assert [one.id for one in stage.acme.all(Contact)] == [father.id, son.id]
    assert (stage.numbers(father.person_id), stage.numbers(son.person_id)) == ({BOTH}, {BOTH, BEN})
    stage.take(f"8,John Lee,{BOTH},", BOILERS)
    assert stage.acme.all(Contact)[-1].person_id == father.person_id


def test_rows_that_say_the_same_cannot_be_parted(stage: Stage) -> None:
    stage.take(f",John Lee,{ANN},")
    stage.take(f",John Lee,{ANN},", BOILERS)
    with pytest.raises(NothingTellsApart):
        stage.part()
    assert len({one.person_id for one in stage.acme.all(Contact)}) == 1
