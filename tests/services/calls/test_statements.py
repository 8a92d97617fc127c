"""Each stop and hold keeps every person's own statement: all in force apply, and an undo takes back only one's own."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.people import Actor
from bot.services.answers.registers import SuppressionReport
from bot.services.calls import calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.errors import SaidByAnother
from bot.services.hand_out import next_call
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.teams import holds
from policy.vocabulary import ContactState, Outcome, Verdict
from storage.models import Attempt, Contact, Hold, OutcomeRecord, Suppression
from tests.fakes import SampleOrganisation
from tests.services.stage import Stage, broken

pytestmark = pytest.mark.both_engines
GRACE = "+447700900123"
HOLDING = pytest.mark.parametrize("outcome", [Outcome.COMPLAINT, Outcome.VULNERABLE])


def dialled(acme: SampleOrganisation, actor: Actor) -> int:
    """An attempt of the actor under way, one minute old, each at another fraction of a second."""
    card = next_call.hand_out(acme.deps, actor, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, actor, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=1, microseconds=300_001)
    return opened.attempt_id


def say(acme: SampleOrganisation, actor: Actor, attempt_id: int, outcome: Outcome) -> None:
    outcomes.record(acme.deps, actor, attempt_id, outcome)
    acme.clock.tick(microseconds=300_001)


def verdicts(acme: SampleOrganisation) -> list[Verdict]:
    return [one.verdict for one in acme.all(Contact)]


@pytest.mark.long
@HOLDING
def test_undoing_an_outcome_keeps_the_hold_that_another_call_placed(acme: SampleOrganisation, outcome: Outcome) -> None:
    """It holds the person on every list; undone, it must not look as if a team lead had lifted it."""
    person = acme.add_person("Grace Hopper", GRACE, "+447700900124")
    acme.add_contact(person=person, number=GRACE)
    water = acme.add_contact(person=person, number="+447700900124", campaign=acme.water_campaign)
    first = dialled(acme, acme.alice)
    say(acme, acme.alice, first, outcome)
    acme.clock.tick(microseconds=399_998)
    told = outcomes.record_spoken(acme.deps, acme.charlie, "+447700900124", outcome.value)
    acme.clock.tick(microseconds=300_001)
    outcomes.undo(acme.deps, acme.alice, first)
    assert verdicts(acme) == [Verdict.HELD] * 2
    acme.clock.tick(microseconds=300_001)
    outcomes.undo(acme.deps, acme.charlie, told.attempt_id)
    assert verdicts(acme) == [Verdict.LOCKED] * 2, "the calls themselves still count"
    assert acme.one(Contact, water.id).person_id == person.id


@pytest.mark.long
@pytest.mark.parametrize("outcome", [Outcome.DO_NOT_CALL, Outcome.COMPLAINT, Outcome.VULNERABLE])
def test_an_agent_who_took_a_statement_back_may_make_it_again(acme: SampleOrganisation, outcome: Outcome) -> None:
    acme.add_contact("Grace Hopper", GRACE)
    attempt_id = dialled(acme, acme.alice)
    for actor in (acme.alice, acme.dana):
        say(acme, actor, attempt_id, outcome)
    assert outcomes.undo(acme.deps, acme.alice, attempt_id).stands_by == ("Dana",)
    say(acme, acme.alice, attempt_id, outcome)
    assert outcomes.undo(acme.deps, acme.dana, attempt_id).stands_by == ("Alice",)
    assert Verdict.CALLABLE not in verdicts(acme)
    assert Verdict.LOCKED not in verdicts(acme)
    assert acme.one(Attempt, attempt_id).outcome is outcome


@pytest.mark.long
@HOLDING
def test_a_statement_on_an_unlisted_number_ends_once_both_agents_take_it_back(
    acme: SampleOrganisation, outcome: Outcome
) -> None:
    told = outcomes.record_spoken(acme.deps, acme.alice, "+447700900555", outcome.value)
    acme.clock.tick(seconds=5, microseconds=300_001)
    say(acme, acme.dana, told.attempt_id, outcome)
    for _ in range(2):  # Slack may deliver a press twice
        assert outcomes.undo(acme.deps, acme.alice, told.attempt_id).stands_by == ("Dana",)
    assert outcomes.undo(acme.deps, acme.dana, told.attempt_id).stands_by == ()
    assert acme.one(Attempt, told.attempt_id).outcome is None


@pytest.mark.long
@HOLDING
def test_a_hold_that_a_team_lead_also_records_outlasts_the_agents_undo(
    acme: SampleOrganisation, outcome: Outcome
) -> None:
    acme.add_contact("Grace Hopper", GRACE)
    attempt_id = dialled(acme, acme.alice)
    say(acme, acme.alice, attempt_id, outcome)
    again = outcomes.record(acme.deps, acme.dana, attempt_id, outcome)
    assert (again.is_repeat, again.is_added) == (True, True)
    acme.clock.tick(microseconds=300_001)
    undone = outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert (undone.stands_by, undone.has_card) == (("Dana",), False)
    assert outcomes.undo(acme.deps, acme.alice, attempt_id) == undone
    assert (verdicts(acme), acme.one(Attempt, attempt_id).outcome) == ([Verdict.HELD], outcome)
    acme.clock.tick(microseconds=300_001)
    assert outcomes.undo(acme.deps, acme.dana, attempt_id).stands_by == ()
    assert (verdicts(acme), acme.one(Attempt, attempt_id).outcome) == ([Verdict.LOCKED], None)


def test_a_team_leads_own_hold_outlasts_an_agents_undo_of_the_same_hold(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    attempt_id = dialled(acme, acme.alice)
    say(acme, acme.alice, attempt_id, Outcome.COMPLAINT)
    for actor, is_repeat in ((acme.dana, False), (acme.erin, False), (acme.dana, True)):
        assert holds.place(acme.deps, actor, contact.id or 0, "asked for a letter").is_repeat is is_repeat
        acme.clock.tick(microseconds=300_001)
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert verdicts(acme) == [Verdict.HELD]
    assert [(one.placed_by, one.lifted_at is None) for one in acme.all(Hold)] == [
        (acme.alice.agent_id, False),
        (acme.dana.agent_id, True),
        (acme.erin.agent_id, True),
    ]


def test_a_team_lead_lifts_every_agents_hold(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    attempt_id = dialled(acme, acme.alice)
    for actor in (acme.alice, acme.dana):
        say(acme, actor, attempt_id, Outcome.COMPLAINT)
    lifted = holds.lift(acme.deps, acme.dana, contact.id or 0, "talked it over")
    assert (lifted.is_repeat, lifted.state) == (False, ContactState.LOCKED)


def test_a_complaint_off_the_list_can_be_lifted_after_an_earlier_one_was(acme: SampleOrganisation) -> None:
    """Such a call places no hold: the outcome itself holds the contact."""
    person = acme.add_person("Grace Hopper", GRACE, "+447700900124")
    contact = acme.add_contact(person=person, number=GRACE)
    for _ in range(2):
        outcomes.record_spoken(acme.deps, acme.charlie, "+447700900124", "complaint")
        acme.clock.tick(minutes=5)
        assert not holds.lift(acme.deps, acme.dana, contact.id or 0, "talked it over").is_repeat
        assert verdicts(acme) == [Verdict.CALLABLE], "the client of the other call is another"
        acme.clock.tick(minutes=5)
    assert holds.lift(acme.deps, acme.dana, contact.id or 0, "again").is_repeat


@pytest.mark.long
@pytest.mark.parametrize("outcome", [Outcome.DO_NOT_CALL, Outcome.COMPLAINT, Outcome.VULNERABLE])
def test_an_undo_keeps_a_stop_or_hold_recorded_only_by_another(acme: SampleOrganisation, outcome: Outcome) -> None:
    contact = acme.add_contact("Grace Hopper", GRACE)
    attempt_id = dialled(acme, acme.alice)
    say(acme, acme.dana, attempt_id, outcome)
    before = acme.all(OutcomeRecord)
    with pytest.raises(SaidByAnother) as refused:
        outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert (refused.value.name, refused.value.outcome) == ("Dana", outcome)
    assert (acme.all(OutcomeRecord), acme.one(Attempt, attempt_id).outcome) == (before, outcome)
    say(acme, acme.alice, attempt_id, Outcome.NO_ANSWER)
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert acme.one(Attempt, attempt_id).outcome is outcome
    assert acme.one(Contact, contact.id).verdict in (Verdict.SUPPRESSED, Verdict.HELD)


def test_an_agents_correction_keeps_a_team_leads_statement(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", GRACE)
    attempt_id = dialled(acme, acme.alice)
    say(acme, acme.alice, attempt_id, Outcome.COMPLAINT)
    say(acme, acme.dana, attempt_id, Outcome.COMPLAINT)
    say(acme, acme.alice, attempt_id, Outcome.BUSY)
    assert (verdicts(acme), acme.one(Attempt, attempt_id).outcome) == ([Verdict.HELD], Outcome.BUSY)


@pytest.mark.long
def test_a_team_leads_correction_ends_the_agents_stop_and_leaves_the_managers(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", GRACE)
    attempt_id = dialled(acme, acme.alice)
    say(acme, acme.alice, attempt_id, Outcome.DO_NOT_CALL)
    say(acme, acme.erin, attempt_id, Outcome.DO_NOT_CALL)
    say(acme, acme.dana, attempt_id, Outcome.NO_ANSWER)
    assert verdicts(acme) == [Verdict.SUPPRESSED]
    assert {one.recorded_by for one in acme.all(Suppression) if one.withdrawn_at is None} == {acme.erin.agent_id}
    say(acme, acme.erin, attempt_id, Outcome.BUSY)
    say(acme, acme.erin, attempt_id, Outcome.DO_NOT_CALL)
    say(acme, acme.erin, attempt_id, Outcome.BUSY)
    assert verdicts(acme) == [Verdict.LOCKED]


def imported(acme: SampleOrganisation, folder: Path, reason: str = "") -> SuppressionReport:
    file = folder / "stops.csv"
    file.write_text("07700 900123\n07700 900777\n")
    order = SuppressionOrder(file, "Bright Energy", reason)
    return import_list(acme.deps, order)


@pytest.mark.long
def test_an_imported_stop_outlasts_the_agents_own(acme: SampleOrganisation, tmp_path: Path) -> None:
    acme.add_contact("Grace Hopper", GRACE)
    attempt_id = dialled(acme, acme.alice)
    say(acme, acme.alice, attempt_id, Outcome.DO_NOT_CALL)
    done = imported(acme, tmp_path)
    assert (done.added, done.confirmed, done.known) == (1, 1, 0)
    acme.clock.tick(microseconds=300_001)
    before = acme.all(Suppression)
    again = imported(acme, tmp_path)
    assert (again.added, again.confirmed, again.known) == (0, 0, 2)
    assert acme.all(Suppression) == before
    assert outcomes.undo(acme.deps, acme.alice, attempt_id).is_stopped
    assert verdicts(acme) == [Verdict.SUPPRESSED]
    assert imported(acme, tmp_path, "the regulator's order").confirmed == 2, "other words are kept"


def test_a_stop_in_a_lists_column_outlasts_the_agents_own(acme: SampleOrganisation, tmp_path: Path) -> None:
    acme.add_contact("Grace Hopper", GRACE)
    attempt_id = dialled(acme, acme.alice)
    say(acme, acme.alice, attempt_id, Outcome.DO_NOT_CALL)
    file = tmp_path / "crm.csv"
    file.write_text(f"Name,Phone,Do not call\nGrace Hopper,{GRACE},yes\n")
    import_contacts(acme.deps, ListOrder(file, "Energy switch"))
    assert outcomes.undo(acme.deps, acme.alice, attempt_id).is_stopped
    assert verdicts(acme) == [Verdict.SUPPRESSED]


def test_the_audit_reads_each_statement_on_its_own(acme: SampleOrganisation) -> None:
    """A call while one agent's stop is in force and another's was taken back is a call to a suppressed person."""
    stage = Stage(acme)
    contact = stage.contact()
    at = stage.now + timedelta(microseconds=300_000)
    stage.suppress(contact, at, withdrawn_at=at + timedelta(seconds=1), recorded_by=stage.alice.id)
    stage.suppress(contact, at + timedelta(milliseconds=200), recorded_by=stage.bob.id)
    stage.call(contact, stage.alice, at + timedelta(minutes=5), Outcome.NO_ANSWER)
    assert broken(stage) == {"calls to a suppressed person or number": 1}


@pytest.mark.long
def test_the_audit_accepts_no_ended_stop_in_place_of_the_one_that_was_due(acme: SampleOrganisation) -> None:
    stage = Stage(acme)
    contact = stage.contact()
    at = stage.now + timedelta(microseconds=300_000)
    stage.suppress(contact, at - timedelta(days=2), withdrawn_at=at - timedelta(days=1))
    stage.suppress(contact, at - timedelta(days=2), until=at - timedelta(days=1))
    attempt = stage.call(contact, stage.alice, at, Outcome.DO_NOT_CALL)
    late = "opt-outs recorded late or not put into force"
    assert broken(stage) == {late: 1}
    stage.suppress(contact, at + timedelta(minutes=2), attempt_id=attempt.id)
    assert broken(stage) == {}


def test_one_agents_stop_is_stored_once_for_each_principal(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", GRACE)
    suppressions.add(acme.deps, acme.alice, GRACE)
    assert suppressions.add(acme.deps, acme.charlie, GRACE).principal == "Clear Water"
    assert suppressions.add(acme.deps, acme.erin, GRACE).principal == ""
    assert suppressions.add(acme.deps, acme.erin, GRACE).is_repeat
    assert len(acme.all(Suppression)) == 6
