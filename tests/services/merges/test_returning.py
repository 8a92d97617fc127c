"""What later lists do beside people who were parted: stops at their numbers, erased ones who return, lists of
before."""

import pytest
from sqlalchemy import delete

from bot.services.merges import parting
from bot.services.privacy import erasing
from policy import Verdict
from policy.vocabulary import Outcome
from storage.models import Contact, Person, PersonMerge
from tests.services.merges.stage import ANN, BEN, BOILERS, Stage
from tests.services.privacy.stage import admin_of, everything

pytestmark = pytest.mark.both_engines
CAT, NEW = "+447700900555", "+447700900777"


def people(stage: Stage) -> dict[str, int]:
    return {one.name: one.person_id for one in stage.acme.all(Contact)}


@pytest.mark.long
@pytest.mark.parametrize("number", [ANN, BEN])
def test_a_stop_of_a_new_person_at_the_number_of_one_who_was_parted_stops_them(stage: Stage, number: str) -> None:
    stage.mistaken()
    stage.part()
    assert {one.verdict for one in stage.acme.all(Contact)} == {Verdict.CALLABLE}
    stage.take(f"2002,Cat Orr,{number},yes", heading="reference,name,phone,do not call")
    stopped = {one.name for one in stage.acme.all(Contact) if one.verdict is Verdict.SUPPRESSED}
    assert stopped == {"Cat Orr", "Ann Lee" if number == ANN else "Ben Kay"}


@pytest.mark.long
def test_an_erased_person_who_returns_under_the_shared_reference_is_not_taken_for_the_other(stage: Stage) -> None:
    """Nothing tells any more who was parted: whoever has the reference and another name is somebody else."""
    stage.mistaken()
    stage.part()
    ann = stage.person("Ann Lee")
    erasing.erase(stage.deps, admin_of(stage.acme), BEN)
    for _ in range(2):
        stage.take(f"1001,Ben Kay,{NEW},", BOILERS)
        stage.take(f"1001,Ann Lee,{ANN},", BOILERS)
    assert stage.numbers(ann) == {ANN}
    ben = stage.person("Ben Kay")
    assert ben != ann
    assert stage.numbers(ben) == {NEW}
    assert stage.person("Ann Lee") == ann
    keys = {one.id: one.key for one in stage.acme.all(Person)}
    assert (keys[ann], keys[ben]) == ("ref:1001", f"name:ben kay|{NEW}")


@pytest.mark.long
def test_both_rows_in_one_file_stay_apart_after_an_erasure(stage: Stage) -> None:
    stage.mistaken()
    stage.part()
    ann = stage.person("Ann Lee")
    erasing.erase(stage.deps, admin_of(stage.acme), BEN)
    stage.take(f"1001,Ben Kay,{NEW},\n1001,Ann Lee,{ANN},\n1001,Ben Kay,{NEW},{CAT}\n,Ben Kay,{CAT},", BOILERS)
    assert stage.numbers(ann) == {ANN}
    assert stage.numbers(stage.person("Ben Kay")) == {NEW, CAT}


@pytest.mark.long
def test_rows_of_before_can_be_parted_once_their_list_is_imported_again(stage: Stage) -> None:
    stage.mistaken()
    with stage.acme.units() as uow:
        uow.session.execute(delete(PersonMerge))
    assert parting.of_number(stage.deps, stage.acme.dana, BEN)[0].rows == ()
    stage.take(f"1001,Ben Kay,{BEN},", BOILERS)
    (person,) = parting.of_number(stage.deps, stage.acme.dana, BEN)
    assert [(one.name, one.why) for one in person.rows] == [("Ben Kay", "reference")]
    stage.part()
    assert len({one.person_id for one in stage.acme.all(Contact)}) == 2
    assert stage.numbers(stage.person("Ann Lee")) == {ANN, BEN}, "nothing tells whose a number was: it stays with both"
    assert stage.numbers(stage.acme.all(PersonMerge)[0].person_id) == {BEN}


@pytest.mark.both_engines
def test_somebody_who_was_parted_and_had_refused_is_finished_when_a_list_names_them_again(stage: Stage) -> None:
    """Ann's number was called on Ben's card."""
    stage.take(f"1001,Ann Lee,{ANN},")
    stage.take(f"1001,Ben Kay,{BEN},", BOILERS)
    called = stage.call("Ben Kay", Outcome.REFUSED, number=ANN)
    stage.part()
    ben = stage.contact("Ben Kay")
    assert (ben.finished_because, ben.finished_attempt_id) == ("", None), "it was Ann who refused"
    stage.take(f"1001,Ann Lee,{ANN},", BOILERS)
    there = next(one for one in stage.acme.all(Contact) if one.campaign_id == ben.campaign_id and one.id != ben.id)
    assert (there.finished_because, there.finished_attempt_id) == ("refused", called.id)


@pytest.mark.long
@pytest.mark.parametrize(("name", "number"), [("Ann Lee", BEN), ("Ben Kay", ANN)])
def test_an_erasure_takes_the_number_from_what_the_other_was_called_by(stage: Stage, name: str, number: str) -> None:
    """Cards and decisions of before the parting stay with the contact that was called."""
    stage.mistaken()
    stage.acme.clock.tick(days=1)
    stage.call(name, number=number)
    stage.part()
    assert number in everything(stage.acme)
    erasing.erase(stage.deps, admin_of(stage.acme), number)
    assert number[3:] not in everything(stage.acme)
