"""The digest says what reconciling found, once and on the day it was found, and which day's call records are late."""

from datetime import date, datetime, timedelta

import pytest

from bot.services.answers.reconciliation import PhoneWord
from bot.services.answers.reports import Edition
from bot.services.reports import digests
from storage.models import CallRecords
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.reconcile.phones import Phones
from tests.services.stage import DAY, HOUR, Stage

pytestmark = pytest.mark.both_engines
ONE, TWO, THREE = "+447700900501", "+447700900502", "+447700900503"
ON = date(2026, 11, 24)
S = timedelta(seconds=1)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


@pytest.fixture
def phones(acme: SampleOrganisation, tmp_path: object) -> Phones:
    return Phones(acme, tmp_path)  # type: ignore[arg-type]


def word(stage: Stage, on: date = ON, edition: Edition = Edition.DAY) -> PhoneWord:
    return digests.build(stage.deps, stage.energy.id or 0, on, edition).phone


@pytest.mark.long
def test_it_says_what_was_found_that_day_of_whatever_day(stage: Stage, phones: Phones) -> None:
    phones.meet(ONE, TWO, THREE)
    phones.acme.clock.at(TUESDAY + 30 * HOUR)
    phones.read(
        phones.row(ONE, TUESDAY, ring=3.417, talk=None),
        phones.row(TWO, TUESDAY.replace(hour=3)),
        phones.row(THREE, TUESDAY + 600 * S, direction="inbound"),
    )
    phones.acme.clock.tick(seconds=0.5)
    assert word(stage, ON).is_silent  # the day of the calls: nobody knew of them then
    found = word(stage, ON + DAY)
    assert (found.unrecorded, found.forbidden, found.short_rings, found.calls_in) == (2, 1, 1, 1)
    assert (found.first_on, found.last_on) == (ON, ON)
    assert word(stage, date(2026, 11, 29), Edition.WEEK) == found
    assert digests.build(stage.deps, stage.water.id or 0, ON + DAY).phone.unrecorded == 0  # another team's


@pytest.mark.long
def test_the_same_file_again_leaves_the_record_of_it_as_it_was(stage: Stage, phones: Phones) -> None:
    phones.meet(ONE)
    phones.acme.clock.at(TUESDAY + 7 * HOUR)
    rows = phones.row(ONE, TUESDAY, call_id="a")
    phones.read(rows)
    [first] = stage.rows(CallRecords)
    assert (first.first_call_at - TUESDAY).total_seconds() == pytest.approx(0, abs=0.001)
    phones.acme.clock.tick(hours=20)
    phones.read(rows)
    assert [one.read_at for one in stage.rows(CallRecords)] == [first.read_at]
    assert word(stage, ON + DAY).is_silent
    phones.read(phones.row(ONE, TUESDAY + 600 * S), is_dry_run=True)
    assert len(stage.rows(CallRecords)) == 1


def given(stage: Stage, day: datetime, read_at: datetime) -> None:
    stage.add(
        CallRecords(
            organisation_id=stage.organisation_id,
            system="3cx",
            first_call_at=day - HOUR,
            last_call_at=day + HOUR,
            read_at=read_at,
        )
    )


def called(stage: Stage, *days: datetime) -> None:
    for day in days:
        stage.call(stage.contact(), stage.alice, day)


BEFORE = [TUESDAY - days * DAY for days in range(1, 7)]


@pytest.mark.long
def test_the_day_itself_is_missing_where_its_records_usually_come_in_time(stage: Stage) -> None:
    called(stage, TUESDAY, *BEFORE)
    stage.now = TUESDAY + 11 * HOUR
    for day in BEFORE[:2]:
        given(stage, day, day + 5 * HOUR)
    assert word(stage).missing == ()  # twice is not usual
    given(stage, BEFORE[2], BEFORE[2] + 5 * HOUR)
    assert word(stage).missing == (ON,)
    given(stage, TUESDAY, TUESDAY + 5 * HOUR)
    assert word(stage).missing == ()


@pytest.mark.long
def test_a_day_that_is_not_over_lacks_nothing_yet(stage: Stage) -> None:
    called(stage, TUESDAY, *BEFORE)
    for day in BEFORE:
        given(stage, day, day + 5 * HOUR)
    stage.now = TUESDAY + 3 * HOUR
    assert word(stage).missing == ()


@pytest.mark.long
def test_the_last_day_of_calls_is_missing_where_records_usually_come_the_day_after(stage: Stage) -> None:
    called(stage, TUESDAY, *BEFORE[1:])  # nobody called on Monday
    stage.now = TUESDAY + 11 * HOUR
    for day in BEFORE[2:5]:
        given(stage, day, day + 20 * HOUR)
    assert word(stage).missing == (date(2026, 11, 22),)
    given(stage, BEFORE[1], TUESDAY)
    assert word(stage).missing == ()


def test_nothing_is_missing_where_no_records_were_ever_given(stage: Stage) -> None:
    called(stage, TUESDAY, *BEFORE)
    stage.now = TUESDAY + 11 * HOUR
    assert word(stage).is_silent
