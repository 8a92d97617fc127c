"""A column of dates is read in one order throughout: one cell decides, none asks, two that contradict are refused."""

from datetime import date
from pathlib import Path

import pytest

from bot.services.errors import FileRefused
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.preview import preview_list
from bot.services.lists.reading import Reading
from storage.models import Relationship
from tests.fakes import SampleOrganisation
from tests.services.marketing import PROVED, Marketing

HEAD = "Name,Phone,Customer since\n"


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    return Marketing(acme, tmp_path)


def since(marketing: Marketing) -> list[date]:
    return [one.from_on for one in marketing.acme.all(Relationship)]


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("deciding", "read"),
    [
        ("25/03/2020", date(2021, 5, 4)),
        ("03/25/2020", date(2021, 4, 5)),
        ("25.3.2020", date(2021, 5, 4)),
        ("3.4.2020", date(2021, 5, 4)),
        ("Wed 03/25/2020", date(2021, 4, 5)),
    ],
)
def test_what_only_one_order_explains_decides_for_the_column(marketing: Marketing, deciding: str, read: date) -> None:
    marketing.take(f"{HEAD}Ann,07700 900123,04/05/2021\nBen,07700 900124,{deciding}\n")
    assert since(marketing)[0] == read


def test_a_column_that_no_cell_decides_is_asked_about(marketing: Marketing) -> None:
    text = f"{HEAD}Ann,07700 900123,04/05/2021\nBen,07700 900124,04/04/2020\nCat,07700 900125,2020-02-01\n"
    with pytest.raises(FileRefused, match=r'"04/05/2021" \(line 2\).*--dates day-first'):
        marketing.take(text)
    path = marketing.folder / "leads.csv"
    (question,) = preview_list(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED)).questions
    assert (question.is_of_order, question.heading) == (True, "Customer since")
    reading = Reading(dates="month-first")
    import_contacts(marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=reading))
    assert since(marketing) == [date(2021, 4, 5), date(2020, 4, 4), date(2020, 2, 1)]


def test_what_a_person_says_does_not_overrule_a_cell(marketing: Marketing) -> None:
    path = marketing.write(f"{HEAD}Ann,07700 900123,04/05/2021\nBen,07700 900124,25/03/2020\n", "leads.csv")
    import_contacts(
        marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=Reading(dates="month-first"))
    )
    assert since(marketing)[0] == date(2021, 5, 4)


@pytest.mark.parametrize("other", ["03/25/2020", "Wed 03/25/2020"])
def test_two_orders_in_a_column_are_refused_with_both_lines(marketing: Marketing, other: str) -> None:
    with pytest.raises(FileRefused, match=rf'"25/03/2020" \(line 2\) and "{other}" \(line 4\)'):
        marketing.take(f"{HEAD}Ann,07700 900123,25/03/2020\nBen,07700 900124,\nCat,07700 900125,{other}\n")


def test_each_column_has_its_own_order(marketing: Marketing) -> None:
    text = "Name,Phone,Customer since,Customer until\nAnn,07700 900123,25/03/2020,03/25/2024\n"
    marketing.take(text)
    (tie,) = marketing.acme.all(Relationship)
    assert (tie.from_on, tie.ended_on) == (date(2020, 3, 25), date(2024, 3, 25))
