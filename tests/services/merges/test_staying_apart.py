"""Once parted, people stay two: for later lists, repeats, two leads at once, cards, the audit, an erasure."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep
from typing import Any

import pytest

from bot.services.agents import as_actor
from bot.services.answers.lists import Basis, ListProofs
from bot.services.answers.privacy import MergedRow
from bot.services.calls import off_list, outcomes
from bot.services.deciding import walk
from bot.services.do_not_call import suppressions
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.errors import AlreadyGone, CallInProgress, RoleNeeded
from bot.services.hand_out import next_call
from bot.services.lists.importing import ListOrder
from bot.services.lists.preview import preview_list
from bot.services.merges import parting
from bot.services.privacy import erasing
from policy.vocabulary import LeaseEnd, Outcome, Purpose, Role, Verdict
from storage.models import (
    Attempt,
    Contact,
    Lease,
    Person,
    PersonMerge,
    PersonNumber,
    SharedAttempt,
)
from storage.queries import list_imports
from tests.rows import an_agent
from tests.services.merges.stage import ANN, BEN, BOILERS, BOTH, Stage
from tests.services.privacy.stage import admin_of

pytestmark = pytest.mark.both_engines


@pytest.mark.long
@pytest.mark.parametrize("again", ["Energy switch", BOILERS, "Solar"])
def test_a_later_import_of_the_same_rows_keeps_them_apart(stage: Stage, again: str) -> None:
    stage.acme.add_campaign("Solar", "Bright Energy", stage.acme.energy)
    stage.mistaken()
    stage.part()
    ann, ben = stage.person("Ann Lee"), stage.person("Ben Kay")
    preview = preview_list(stage.deps, ListOrder(stage.folder / f"{BOILERS}.csv", again, "GB"))
    stage.take(f"1001,Ann Lee,{ANN},\n1001,Ben Kay,{BEN},{BOTH}", again)
    assert (stage.numbers(ann), stage.numbers(ben)) == ({ANN}, {BEN, BOTH})
    there = {one.person_id for one in stage.acme.all(Contact) if one.campaign_id == stage.acme.campaign.id}
    assert there == ({ann, ben} if again == "Energy switch" else {ann})
    assert (preview.duplicates, preview.known_elsewhere) == ((1, 0) if again == BOILERS else (0, 1))
    assert len(stage.acme.all(Person)) == 2


def test_a_stop_of_a_row_at_fault_binds_whoever_it_may_name(stage: Stage) -> None:
    stage.mistaken()
    stage.part()
    stage.take("1001,Ben Kay,not a number,,yes", "Energy switch", "reference,name,phone,phone 2,do not call")
    assert {one.verdict for one in stage.acme.all(Contact)} == {Verdict.SUPPRESSED}


@pytest.mark.long
def test_a_repeat_changes_nothing(stage: Stage) -> None:
    merge = stage.mistaken()
    stage.call("Ann Lee")
    stage.part(merge)
    before = [stage.acme.all(kind) for kind in (Person, PersonNumber, Contact, Attempt, PersonMerge, SharedAttempt)]
    assert stage.part(merge).is_repeat
    after = [stage.acme.all(kind) for kind in (Person, PersonNumber, Contact, Attempt, PersonMerge, SharedAttempt)]
    assert after == before


def test_two_leads_at_once_part_them_once(stage: Stage) -> None:
    merge = stage.mistaken()
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda actor: stage.part(merge, actor=actor), (stage.acme.dana, stage.acme.erin)))
    assert sorted(one.is_repeat for one in done) == [False, True]
    assert len(stage.acme.all(Person)) == 2


def test_it_waits_for_an_import_and_an_import_for_it(stage: Stage) -> None:
    merge = stage.mistaken()
    rows = "\n".join(f"1001,Ben Kay,{BEN}," for _ in range(20))
    with ThreadPoolExecutor(2) as pool:
        work: list[Callable[[], Any]] = [lambda: stage.part(merge), lambda: stage.take(rows, BOILERS)]
        list(pool.map(lambda one: one(), work))
    assert stage.person("Ann Lee") != stage.person("Ben Kay")
    assert stage.numbers(stage.person("Ann Lee")) == {ANN}
    assert len(stage.acme.all(Contact)) == 2


@pytest.mark.long
@pytest.mark.parametrize("is_list", [False, True])
def test_a_stop_said_while_they_are_parted_binds_whoever_has_the_number_then(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, *, is_list: bool
) -> None:
    """Ben has two numbers and says stop at one. Who has it was read before the parting, which ends first."""
    stage.take(f"1001,Ann Lee,{ANN},")
    stage.take(f"1001,Ben Kay,{BEN},{BOTH}", BOILERS)
    merge = stage.merges()[-1].id or 0
    (stage.folder / "stop.csv").write_text(f"{BEN}\n")
    is_read = Event()
    asked = (list_imports, "people_at_numbers") if is_list else (off_list, "person_at")
    real = getattr(*asked)

    def slow(*given: Any) -> Any:
        found = real(*given)
        if not is_read.is_set():
            is_read.set()
            sleep(0.3)
        return found

    monkeypatch.setattr(*asked, slow)
    with ThreadPoolExecutor(2) as pool:
        if is_list:
            said: Any = pool.submit(import_list, stage.deps, SuppressionOrder(stage.folder / "stop.csv"))
        else:
            said = pool.submit(suppressions.add, stage.deps, stage.acme.alice, BEN)
        is_read.wait(5)
        stage.part(merge)
        said.result()
    ben = stage.contact("Ben Kay")
    stage.acme.change(Contact, ben.id, number=BOTH)
    walk.redecide_all(stage.deps)
    assert stage.contact("Ben Kay").verdict is Verdict.SUPPRESSED


def test_a_card_is_withdrawn_and_its_holder_told(stage: Stage) -> None:
    stage.mistaken()
    next_call.hand_out(stage.deps, stage.acme.alice, 1)
    assert stage.part().cards == 1
    (lease,) = stage.acme.all(Lease)
    assert lease.ended_because == LeaseEnd.WITHDRAWN
    assert [one[0] for one in stage.acme.notifier.withdrawn] == [stage.acme.alice.slack_user_id]
    next_call.hand_out(stage.deps, stage.acme.alice, 1)
    next_call.hand_out(stage.deps, stage.acme.bob, 1)
    held = [one.person_id for one in stage.acme.all(Lease) if one.ended_at is None]
    assert set(held) == {stage.person("Ann Lee"), stage.person("Ben Kay")}


def test_it_is_refused_while_one_of_them_is_on_the_phone(stage: Stage) -> None:
    stage.mistaken()
    stage.call("Ann Lee", None)
    with pytest.raises(CallInProgress) as refused:
        stage.part()
    assert refused.value.agent == "Alice"
    assert len(stage.acme.all(Person)) == 1
    assert stage.acme.all(Lease)[0].ended_at is None


@pytest.mark.long
def test_the_undo_of_an_outcome_gives_the_card_to_the_right_person(stage: Stage) -> None:
    stage.mistaken()
    attempt = stage.call("Ben Kay", number=BEN)
    stage.part()
    assert outcomes.undo(stage.deps, stage.acme.alice, attempt.id or 0).has_card
    (lease,) = stage.acme.all(Lease)
    assert (lease.ended_at, lease.person_id) == (None, stage.person("Ben Kay"))


def test_only_those_who_lead_the_campaign_part(stage: Stage) -> None:
    merge = stage.mistaken()
    with pytest.raises(RoleNeeded):
        stage.part(merge, actor=stage.acme.alice)
    other = stage.acme.put(an_agent(stage.acme, "Wanda", Role.TEAM_LEAD, team_id=stage.acme.water.id))

    with pytest.raises(RoleNeeded):
        stage.part(merge, actor=as_actor(other))
    with pytest.raises(AlreadyGone):
        stage.part(999)


@pytest.mark.long
def test_the_audit_judges_a_call_before_the_parting_by_what_was_known_of_one_person(stage: Stage) -> None:
    """Ben's number is on the TPS: the call was lawful by the consent that stood for both, and is Ann's alone since."""
    stage.acme.add_campaign("Sales", "Bright Energy", stage.acme.energy, purpose=Purpose.MARKETING)
    heading = "reference,name,phone,phone 2,consent date,consent wording,consent source,tps,tps screened"
    proofs = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True)
    stage.take(f"1001,Ann Lee,{ANN},{BOTH},2026-11-02,yes please,form,,", "Energy switch", heading, proofs)
    stage.take(f"1001,Ben Kay,{BEN},,,,,yes,2026-11-20", "Sales", heading, proofs)
    stage.call("Ben Kay", number=BEN)
    stage.acme.clock.tick(minutes=5)
    assert stage.broken() == {}
    stage.part()
    assert stage.contact("Ben Kay").verdict is Verdict.SUPPRESSED
    stage.acme.clock.tick(minutes=1)
    assert stage.broken() == {}


@pytest.mark.long
def test_the_audit_counts_a_call_that_may_have_reached_either(stage: Stage) -> None:
    stage.take(f"1001,Ann Lee,{BOTH},{ANN}\n1001,Ben Kay,{BOTH},{BEN}")
    stage.call("Ann Lee")
    stage.part()
    stage.acme.clock.tick(minutes=10)
    assert stage.broken() == {}
    outcomes.record_spoken(stage.deps, stage.acme.alice, BEN, Outcome.NO_ANSWER)
    stage.acme.clock.tick(minutes=1)
    assert "calls inside a lock" in stage.broken()


def test_a_failure_midway_leaves_them_one(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    merge = stage.mistaken()
    stage.call("Ann Lee")
    before = [stage.acme.all(kind) for kind in (Person, PersonNumber, Contact, Attempt, PersonMerge)]

    def die(*_given: object) -> None:
        raise SystemExit("killed")

    monkeypatch.setattr("bot.services.merges.parting.redecide_touched", die)
    with pytest.raises(SystemExit):
        stage.part(merge)
    assert [stage.acme.all(kind) for kind in (Person, PersonNumber, Contact, Attempt, PersonMerge)] == before


@pytest.mark.long
def test_erasing_the_one_leaves_the_other(stage: Stage) -> None:
    stage.mistaken()
    stage.part()
    erasing.erase(stage.deps, admin_of(stage.acme), BEN, with_stop=True)
    assert stage.contact("Ann Lee").verdict is Verdict.CALLABLE
    (row,) = stage.merges()
    assert (row.name, row.reference, row.numbers, row.parted_because) == ("", "", "", "")
    refused = stage.take(f"1001,Ben Kay,{BEN},\n1001,Ann Lee,{ANN},", BOILERS)
    assert (refused.imported, len(refused.faults)) == (1, 1)


def test_what_was_merged_is_seen_by_those_who_lead_it(stage: Stage) -> None:
    stage.mistaken()
    (person,) = parting.of_number(stage.deps, stage.acme.dana, ANN)
    assert (person.name, person.source) == ("Ann Lee", "Energy switch.csv")
    (row,) = person.rows
    assert isinstance(row, MergedRow)
    assert (row.name, row.reference, row.why, row.source, row.line) == (
        *("Ben Kay", "1001", "reference", f"{BOILERS}.csv", 2),
    )
    assert [one[-3:] for one in row.masked_numbers] == [BEN[-3:]]
    stage.part()
    for number in (ANN, BEN):
        (person,) = parting.of_number(stage.deps, stage.acme.dana, number)
        assert [(one.name, one.parted_by) for one in person.rows] == [("Ben Kay", "Dana")]
    with pytest.raises(RoleNeeded):
        parting.of_number(stage.deps, stage.acme.alice, ANN)


def test_campaigns_of_others_are_not_shown_to_a_lead(stage: Stage) -> None:
    stage.take(f"1001,Ann Lee,{ANN},")
    stage.take(f"1001,Ben Kay,{BEN},", "Water meters")
    assert parting.of_number(stage.deps, stage.acme.dana, ANN) == ()
    assert len(parting.of_number(stage.deps, stage.acme.erin, ANN)) == 1
