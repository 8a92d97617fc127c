"""The times of call records are read in one order of day and month: 11/05 is no 11 May unless something says so."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.services.errors import FileRefused
from bot.services.files.values import DayOrder
from bot.services.intake.shared import order_days
from bot.services.intake.work import Intake
from bot.services.reconcile.call_file import ORDER_OF_DAYS, Order
from bot.services.reconcile.reconciling import reconcile
from storage.models import Attempt, ListFile
from tests.services.intake.test_shared_files import Files, received
from tests.services.reconcile.phones import EVENING, Phones

ONE, TWO = "+447700900501", "+447700900502"
CDR = "calldate,src,dst,dcontext,channel,duration,billsec,disposition,uniqueid,did\n"
FIFTH_NOVEMBER, ELEVENTH_MAY = datetime(2026, 11, 5, 10, 0, 5, tzinfo=UTC), datetime(2026, 5, 11, 9, 0, 5, tzinfo=UTC)


def written(phones: Phones, *walls: str) -> Path:
    rows = (f"{wall},101,{ONE},from-internal,x,70,60,ANSWERED,{at},\n" for at, wall in enumerate(walls))
    path = phones.folder / "cdr.csv"
    path.write_text(CDR + "".join(rows))
    phones.meet(ONE, TWO)
    phones.acme.clock.at(EVENING)
    return path


def compared(phones: Phones, path: Path, dates: DayOrder | None = None) -> datetime:
    reconcile(phones.acme.deps, Order(path, "Europe/London", "GB", dates=dates), lambda *_: None, is_dry_run=False)
    return min(one.opened_at for one in phones.acme.all(Attempt))


@pytest.mark.parametrize("other", ["10/25/2026 10:00:05", "Thu 11/19/2026 10:00:05", "11/19/2026 10:00:05 AM"])
def test_one_time_tells_the_order_of_all(phones: Phones, other: str) -> None:
    path = written(phones, "11/05/2026 10:00:05", other)
    assert compared(phones, path) in (FIFTH_NOVEMBER, datetime(2026, 10, 25, 10, 0, 5, tzinfo=UTC))
    assert FIFTH_NOVEMBER in [one.opened_at for one in phones.acme.all(Attempt)]


def test_a_weekday_tells_the_order(phones: Phones) -> None:
    assert compared(phones, written(phones, "Thu 11/05/2026 10:00:05")) == FIFTH_NOVEMBER


def test_times_of_two_readings_are_asked_about(phones: Phones) -> None:
    path = written(phones, "11/05/2026 10:00:05", "11/06/2026 10:00:05")
    with pytest.raises(FileRefused, match=r'"11/05/2026 10:00:05", line 2.*--dates day-first') as refused:
        compared(phones, path)
    assert (refused.value.because, refused.value.figure) == (ORDER_OF_DAYS, 2)
    assert phones.acme.all(Attempt) == []
    assert compared(phones, path, DayOrder.MONTH_FIRST) == FIFTH_NOVEMBER


def test_what_a_person_says_is_believed(phones: Phones) -> None:
    assert compared(phones, written(phones, "11/05/2026 10:00:05"), DayOrder.DAY_FIRST) == ELEVENTH_MAY


def test_times_of_two_orders_are_refused_with_both_lines(phones: Phones) -> None:
    path = written(phones, "11/05/2026 10:00:05", "25/10/2026 10:00:05", "10/26/2026 10:00:05")
    with pytest.raises(FileRefused, match=r'"25/10/2026 10:00:05" \(line 3\) and "10/26/2026 10:00:05" \(line 4\)'):
        compared(phones, path)


@pytest.mark.long
def test_in_slack_a_press_says_which_comes_first(phones: Phones) -> None:
    path, acme = written(phones, "11/05/2026 10:00:05"), phones.acme
    files = Files()
    files.kept, files.name = {"F1": path.read_bytes()}, "cdr.csv"
    deps = replace(acme.deps, files=files)
    file_id = received(deps, acme)
    Intake(deps).read_due(deps)
    assert acme.one(ListFile, file_id).because == "order_of_days: 2"
    turn = order_days(deps, acme.dana, file_id, DayOrder.MONTH_FIRST)
    assert turn is not None
    acme.clock.tick(minutes=2)
    Intake(deps).read_due(deps)
    assert acme.one(ListFile, file_id).stage == "shown"
