"""What is deleted after the organisation's retention term, and what never is."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.calls import calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.hand_out import next_call
from bot.services.reports import digests
from bot.services.setup import plan, retention
from policy import Rulebook
from policy.rules.kinds.cool_off import CoolOff
from policy.rules.kinds.stop import Stop
from policy.vocabulary import Outcome
from storage.models import Attempt, Contact, Lease, Organisation, OutcomeRecord, Person, RetentionRun
from storage.queries.retention import BINDING
from tests.fakes import SampleOrganisation
from tests.rows import a_call, a_consent


@pytest.fixture
def old(acme: SampleOrganisation) -> SampleOrganisation:
    """Grace's contact was finished with a note; the organisation set a term, and that has passed."""
    acme.add_contact("Grace")
    ring(acme, Outcome.SUCCESS, "Said she moves to Leeds")
    acme.change(Organisation, acme.organisation_id, forget_after_months=24)
    acme.clock.tick(days=31 * 24 + 1)
    return acme


def ring(acme: SampleOrganisation, outcome: Outcome, note: str = "") -> None:
    next_call.hand_out(acme.deps, acme.alice, 1)
    calling.call(acme.deps, acme.alice, acme.all(Lease)[-1].id or 0)
    acme.clock.tick(minutes=1)
    outcomes.record(acme.deps, acme.alice, acme.all(Attempt)[-1].id or 0, outcome, note)


def names(acme: SampleOrganisation) -> list[str]:
    return [one.name for one in acme.all(Contact)]


def test_it_deletes_a_name_and_a_note_and_keeps_the_rows_and_the_number(old: SampleOrganisation) -> None:
    number = old.all(Contact)[0].number
    assert retention.forget(old.deps, is_dry_run=True) == retention.Forgotten(24, 1, 1)
    assert names(old) == ["Grace"], "only counted"
    assert retention.forget(old.deps) == retention.Forgotten(24, 1, 1)
    (person,) = old.all(Person)
    assert (person.name, person.key, names(old)) == ("", f"forgotten:{person.id}", [""])
    assert [one.note for one in old.all(OutcomeRecord)] == [""]
    assert (old.all(Contact)[0].number, old.all(Attempt)[0].number) == (number, number)
    assert retention.forget(old.deps, is_dry_run=True) == retention.Forgotten(24)


def test_it_deletes_nothing_a_minute_early(old: SampleOrganisation) -> None:
    old.clock.tick(days=-1, minutes=-2)
    assert retention.forget(old.deps, is_dry_run=True) == retention.Forgotten(24)


def test_it_deletes_nothing_without_a_term(old: SampleOrganisation) -> None:
    old.change(Organisation, old.organisation_id, forget_after_months=0)
    assert retention.forget(old.deps) == retention.Forgotten(0)
    assert names(old) == ["Grace"]
    assert old.all(RetentionRun) == []


def test_it_keeps_names_that_a_rule_or_a_proof_may_need(old: SampleOrganisation) -> None:
    stopped, agreed, waits = old.add_contacts(3)
    for one in (stopped, agreed):
        old.change(Contact, one.id, finished_at=old.clock() - timedelta(days=31 * 24 + 1))
    suppressions.add(old.deps, old.alice, stopped.number or "")
    old.put(a_consent(agreed, old.clock()))
    retention.forget(old.deps)
    assert names(old) == ["", stopped.name, agreed.name, waits.name]


@pytest.mark.long
@pytest.mark.parametrize("outcome", BINDING)
def test_it_keeps_names_with_an_outcome_that_may_bind_for_ever(acme: SampleOrganisation, outcome: Outcome) -> None:
    """The next import must recognise them, or they would be called as new people."""
    contact = acme.add_contact("Grace")
    ring(acme, outcome)
    acme.change(Contact, contact.id, finished_at=acme.clock())
    acme.change(Organisation, acme.organisation_id, forget_after_months=24)
    acme.clock.tick(days=31 * 24 + 1)
    assert retention.forget(acme.deps).people == 0
    assert names(acme) == ["Grace"]


def test_no_pack_has_another_outcome_that_binds_for_ever(rulebook: Rulebook) -> None:
    found: set[Outcome | None] = set()
    for rule in rulebook.rules():
        its = rule.parameters
        if not any("person" in key for key in getattr(its, "keys", ())):
            continue
        if isinstance(its, CoolOff):
            found |= {outcome for outcome, length in its.after.items() if length.unit == "for_ever"}
        if isinstance(its, Stop) and its.outcomes is not None and its.lasts is None:
            found |= its.outcomes.outcomes or set(Outcome)
    assert {Outcome.REFUSED} <= found <= set(BINDING)


def test_it_keeps_the_name_of_a_person_called_since(old: SampleOrganisation) -> None:
    grace = old.all(Contact)[0]
    old.put(a_call(old.alice, grace.number or "", old.clock(), person_id=grace.person_id))
    assert retention.forget(old.deps, is_dry_run=True).people == 0


def test_it_runs_once_a_night_and_takes_over_an_interrupted_run(old: SampleOrganisation) -> None:
    old.clock.at(old.clock().replace(hour=1))
    assert retention.nightly(old.deps) == 0, "not before its hour"
    old.clock.tick(hours=1)
    old.put(
        RetentionRun(
            organisation_id=old.organisation_id, on_date=old.clock().date(), months=24, taken_at=old.clock(), people=7
        )
    )
    old.clock.tick(minutes=29)
    assert retention.nightly(old.deps) == 0, "somebody is at it"
    old.clock.tick(minutes=2)
    assert retention.nightly(old.deps) == 2
    assert retention.nightly(old.deps) == 0
    (run,) = old.all(RetentionRun)
    assert (run.people, run.notes, run.finished_at) == (8, 1, old.clock())


def test_the_digest_reports_what_it_deleted(old: SampleOrganisation) -> None:
    retention.forget(old.deps)
    old.clock.tick(minutes=1)
    on = old.clock().date()
    told = digests.build(old.deps, old.energy.id or 0, on).retained
    assert (told.months, told.runs, told.people, told.notes) == (24, 1, 1, 1)
    before = digests.build(old.deps, old.energy.id or 0, on - timedelta(days=2)).retained
    assert (before.months, before.runs) == (24, 0)


def test_it_takes_the_term_from_the_setup_file(acme: SampleOrganisation, tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    for said, kept in (("24", 24), ("0", 0)):
        file.write_text(f"[organisation]\nforget_after_months = {said}\n")
        done = plan.apply(acme.deps, plan.read_setup(file))
        assert [one.after for one in done.lines[0].fields] == [said]
        assert acme.one(Organisation, acme.organisation_id).forget_after_months == kept
        assert acme.one(Organisation, acme.organisation_id).name == "Acme Calls"
    file.write_text("[organisation]\nforget_after_months = 6\n")
    assert "must be 24 at least" in plan.read_setup(file).faults[0]


def test_setup_file_says_how_many_calls_may_be_open(acme: SampleOrganisation, tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    assert acme.one(Organisation, acme.organisation_id).open_calls == 1
    for said, fault in (
        ("3", ""),
        ("0", "from 1 to 3"),
        ("4", "from 1 to 3"),
        ("true", "a number"),
        ('"2"', "a number"),
    ):
        file.write_text(f"[organisation]\nopen_calls = {said}\n")
        read = plan.read_setup(file)
        assert fault in "".join(read.faults)
        assert bool(read.faults) is bool(fault)
        if not fault:
            plan.apply(acme.deps, read)
    assert acme.one(Organisation, acme.organisation_id).open_calls == 3


def test_it_works_in_small_batches(old: SampleOrganisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    finished = old.clock() - timedelta(days=31 * 24 + 1)
    for one in old.add_contacts(4):
        old.change(Contact, one.id, finished_at=finished)
    assert retention.forget(old.deps).people == 5
    assert names(old) == [""] * 5


def test_it_takes_the_days_before_a_warning_from_the_setup_file(acme: SampleOrganisation, tmp_path: Path) -> None:
    file = tmp_path / "setup.toml"
    assert acme.one(Organisation, acme.organisation_id).warn_days_before == 5
    for said in (10, 0):
        file.write_text(f"[organisation]\nwarn_days_before = {said}\n")
        plan.apply(acme.deps, plan.read_setup(file))
        assert acme.one(Organisation, acme.organisation_id).warn_days_before == said
    for said in (-1, 29):
        file.write_text(f"[organisation]\nwarn_days_before = {said}\n")
        assert "from 0 (never) to 28" in plan.read_setup(file).faults[0]
