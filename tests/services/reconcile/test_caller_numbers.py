"""A call that showed another number than its campaign named at that moment is found in the phone system's records."""

from datetime import datetime, timedelta

import pytest

from bot.services.answers.reconciliation import Reconciled
from bot.services.setup import plan
from tests.rows import changed
from tests.services.reconcile.phones import EVENING, Phones

ONE, TWO, THREE = "+447700900501", "+447700900502", "+447700900503"
OURS, SECOND, OTHER = "+442079460321", "+442079460322", "+442079460999"
COLUMNS = {"to": "number", "at": "start", "showed": "shown"}


def name_numbers(phones: Phones, *numbers: str) -> None:
    plan.apply(phones.acme.deps, changed(phones.acme.campaign, caller_numbers=" ".join(numbers)))


def read(phones: Phones, *calls: tuple[str, datetime, str], is_dry_run: bool = False) -> Reconciled:
    phones.acme.clock.at(EVENING)
    path = phones.folder / "shown.csv"
    rows = (f"{number},{(at + timedelta(seconds=4)).isoformat()},{shown}\n" for number, at, shown in calls)
    path.write_text("to,at,showed\n" + "".join(rows))
    return phones.take(path, chosen=COLUMNS, is_dry_run=is_dry_run)


@pytest.mark.long
@pytest.mark.parametrize(
    ("shown", "is_found"),
    [
        (OURS, False),
        ("020 7946 0322", False),
        (OTHER, True),
        ("+49 30 901820", True),
        ("", False),
        ("anonymous", False),
        ("101", False),
        ("the firm", False),
    ],
)
def test_a_call_that_showed_another_number_is_found(phones: Phones, shown: str, is_found: bool) -> None:
    name_numbers(phones, OURS, SECOND)
    phones.meet(ONE)
    attempt = phones.call(ONE)
    assert read(phones, (ONE, attempt.opened_at, shown), is_dry_run=True).other_numbers == is_found
    done = read(phones, (ONE, attempt.opened_at, shown))
    assert (done.matched, done.other_numbers, done.withheld) == (1, is_found, shown == "anonymous")
    assert [kind for _, kind in phones.findings() if kind == "other_number"] == ["other_number"] * is_found


@pytest.mark.long
def test_it_goes_by_the_numbers_of_that_moment(phones: Phones) -> None:
    name_numbers(phones, OURS)
    phones.meet(ONE, TWO, THREE)
    before = phones.call(ONE)
    phones.acme.clock.tick(minutes=5, seconds=0.3)
    name_numbers(phones, SECOND)
    after, late = phones.call(TWO), phones.call(THREE)
    rows = ((ONE, before.opened_at, OURS), (TWO, after.opened_at, SECOND), (THREE, late.opened_at, OURS))
    assert read(phones, *rows).other_numbers == 1
    assert (late.id, "other_number") in phones.findings()


def test_a_campaign_that_names_none_is_not_judged(phones: Phones) -> None:
    phones.meet(ONE)
    attempt = phones.call(ONE)
    assert read(phones, (ONE, attempt.opened_at, OTHER)).other_numbers == 0


def test_the_same_file_twice_finds_nothing_twice(phones: Phones) -> None:
    name_numbers(phones, OURS)
    phones.meet(ONE)
    attempt = phones.call(ONE)
    assert read(phones, (ONE, attempt.opened_at, OTHER)).other_numbers == 1
    assert read(phones, (ONE, attempt.opened_at, OTHER)).other_numbers == 0
