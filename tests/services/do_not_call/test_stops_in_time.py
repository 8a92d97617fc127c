"""Each stop is dated when it is written: the audit blames no agent for a call opened before it."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.calls import calling, outcomes
from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.hand_out import next_call
from bot.services.lists.importing import ListOrder, import_contacts
from policy.vocabulary import Outcome, Verdict
from storage.models import Attempt, Contact, Hold, Screening, Suppression, Withdrawal
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.marketing import PROVED, TODAY, Marketing
from tests.services.stage import Stage, broken

pytestmark = pytest.mark.both_engines
LAST = "+447700900999"
LIST = "\n".join([*(f"+4477009{serial:05d}" for serial in range(400)), LAST])  # more than one transaction


def called(acme: SampleOrganisation) -> None:
    """Alice calls the last number of the list while the rest of it is being read."""
    acme.clock.tick(minutes=2, microseconds=300_001)
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=2, microseconds=300_001)
    outcomes.record(acme.deps, acme.alice, opened.attempt_id, Outcome.BUSY)
    acme.clock.tick(minutes=2, microseconds=300_001)


@pytest.mark.night
def test_the_audit_accepts_a_call_before_a_long_list_reached_its_number(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    acme.add_contact("Last", LAST)
    file, met = tmp_path / "stops.csv", list[int]()

    def progress(done: int, _of: int) -> None:
        if not met:
            called(acme)
        met.append(done)

    file.write_text(LIST)
    import_list(acme.deps, SuppressionOrder(file, "Bright Energy"), progress)
    assert len(met) > 1, "the call was made between two parts of the list"
    [attempt] = acme.all(Attempt)
    since = {one.number: one.since for one in acme.all(Suppression)}
    assert since["+447700900000"] < attempt.opened_at < since[LAST]
    assert acme.all(Contact)[0].verdict is Verdict.SUPPRESSED
    acme.clock.tick(hours=1)
    assert broken(Stage(acme)) == {}


@pytest.mark.night
def test_the_audit_accepts_a_call_before_a_long_screening_reached_its_number(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    marketing = Marketing(acme, tmp_path)
    names = "\n".join(f"Person {place},{number}" for place, number in enumerate(LIST.splitlines()))
    marketing.take(f"Name,Phone\n{names}\n")
    assert {one.verdict for one in acme.all(Contact)} == {Verdict.CALLABLE}
    acme.clock.at(TUESDAY + timedelta(seconds=1))
    file, met = tmp_path / "tps.csv", list[int]()
    others = [one.id for one in acme.all(Contact) if one.number != LAST]
    for contact_id in others:
        acme.change(Contact, contact_id, finished_at=TUESDAY)

    def progress(done: int, _of: int) -> None:
        if not met:
            called(acme)
        met.append(done)

    file.write_text(f"{LAST}\n")
    screen(acme.deps, ScreeningOrder(file, "tps", TODAY), progress)
    assert len(met) > 1, "the call was made between two parts of the list"
    [attempt] = acme.all(Attempt)
    listed = [one for one in acme.all(Screening) if one.is_listed]
    assert [one.recorded_at > attempt.opened_at for one in listed] == [True]
    acme.clock.tick(hours=1)
    assert broken(Stage(acme)) == {}


@pytest.mark.long
@pytest.mark.parametrize(
    ("column", "cell"),
    [("TPS", "yes"), ("Consent withdrawn on", "2026-11-24"), ("Do not call", "yes"), ("Vulnerable", "yes")],
)
def test_the_audit_accepts_a_call_before_a_long_import_reached_its_row(
    acme: SampleOrganisation, tmp_path: Path, column: str, cell: str
) -> None:
    marketing = Marketing(acme, tmp_path)
    marketing.take(f"Name,Phone\nLast,{LAST}\n")
    file, met = tmp_path / "again.csv", list[int]()
    strangers = "\n".join(f"Person {place},{number}," for place, number in enumerate(LIST.splitlines()[:-1]))
    file.write_text(f"Name,Phone,{column}\n{strangers}\nLast,{LAST},{cell}\n")

    def progress(done: int, _of: int) -> None:
        if not met:
            called(acme)
        met.append(done)

    import_contacts(acme.deps, ListOrder(file, "Water meters", proofs=PROVED), progress)
    assert len(met) > 1, "the call was made between two parts of the list"
    [attempt] = acme.all(Attempt)
    recorded = [one.recorded_at for one in acme.all(Screening) if one.is_listed]
    recorded += [one.recorded_at for one in acme.all(Withdrawal)]
    recorded += [one.since for one in acme.all(Suppression)] + [one.placed_at for one in acme.all(Hold)]
    assert {at > attempt.opened_at for at in recorded} == {True}
    acme.clock.tick(hours=1)
    assert broken(Stage(acme)) == {}
