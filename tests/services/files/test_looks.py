"""A look at what a file would do, beside agents who work: each turn holds a few rows, and a later one twice as many."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.services.deps import Deps
from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.files.write_pace import FEWEST_UNDONE
from bot.services.lists.importing import ListOrder
from bot.services.lists.preview import preview_list
from bot.services.reconcile import reconciling
from bot.services.reconcile.call_file import Order
from bot.services.reconcile.part import reconcile_part
from bot.services.reconcile.reconciling import reconcile
from storage.database.unit_of_work import UnitOfWork
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.marketing import TODAY, TOLD, Marketing
from tests.services.reconcile.phones import EVENING, HEADING

NOON = round(TUESDAY.timestamp() * 1000)
PEOPLE = 10 * FEWEST_UNDONE
ROWS = "".join(f"K{one},07700 900{one:03}\n" for one in range(PEOPLE))


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    found = Marketing(acme, tmp_path)
    found.take(f"Name,Phone\n{ROWS}", TOLD, "known.csv")
    return found


@pytest.fixture
def undone(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each turn that was rolled back."""
    turns = list[object]()
    back = UnitOfWork.roll_back

    def roll_back(uow: UnitOfWork) -> None:
        turns.append(uow)
        back(uow)

    monkeypatch.setattr(UnitOfWork, "roll_back", roll_back)
    return turns


def list_of_known_people(deps: Deps, path: Path) -> None:
    path.write_text(f"Name,Phone\n{ROWS}")
    preview_list(deps, ListOrder(path, "Energy switch", proofs=TOLD))


def numbers_not_to_call(deps: Deps, path: Path) -> None:
    path.write_text(ROWS)
    import_list(deps, SuppressionOrder(path), is_preview=True)


def register_of_numbers(deps: Deps, path: Path) -> None:
    path.write_text(ROWS)
    screen(deps, ScreeningOrder(path, "tps", TODAY), is_preview=True)


def records_of_calls(deps: Deps, path: Path) -> None:
    deps = replace(deps, clock=lambda: EVENING)
    path.write_text(
        HEADING + "".join(f"{one},outbound,+447700900{one:03},Alice,{NOON},,{NOON + 60_000}\n" for one in range(PEOPLE))
    )
    assert reconcile(deps, Order(path), is_dry_run=True).unrecorded == PEOPLE


@pytest.mark.long
@pytest.mark.both_engines
@pytest.mark.parametrize("look", [list_of_known_people, numbers_not_to_call, register_of_numbers, records_of_calls])
def test_a_look_begins_with_a_few_rows(
    marketing: Marketing, undone: list[object], look: Callable[[Deps, Path], None]
) -> None:
    look(marketing.deps, marketing.folder / "looked_at.csv")
    assert len(undone) >= 4, "2 rows, then at most 4, 8 and 16"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_look_at_records_of_calls_locks_no_contact(marketing: Marketing, monkeypatch: pytest.MonkeyPatch) -> None:
    free = list[int]()

    def look(*given: Any) -> object:
        tally = reconcile_part(*given)
        with marketing.deps.unit_of_work() as uow:
            for table in ("contact", "organisation"):
                free.append(len(uow.session.execute(text(f"SELECT id FROM {table} FOR NO KEY UPDATE NOWAIT")).all()))
        return tally

    monkeypatch.setattr(reconciling, "reconcile_part", look)
    records_of_calls(marketing.deps, marketing.folder / "calls.csv")
    assert free[:2] == [PEOPLE, 1]
