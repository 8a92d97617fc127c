"""Files of registers as their operators give them: which numbers each says something of, and what a preview
promises."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.answers.registers import Holds
from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.errors import FileRefused
from policy import Verdict
from storage.models import Campaign, Contact, Screening
from tests.fakes import SampleOrganisation
from tests.services.marketing import TODAY, TOLD, Marketing

CALLABLE, HELD, SUPPRESSED = Verdict.CALLABLE, Verdict.HELD, Verdict.SUPPRESSED
THREE = "Name,Phone\nAnn,07700 900123\nBen,07700 900124\nCat,07700 900125\n"


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    return Marketing(acme, tmp_path)


def recorded(marketing: Marketing) -> dict[str, bool]:
    """What is on record, by the end of each number."""
    return {one.number[-4:]: one.is_listed for one in marketing.acme.all(Screening)}


@pytest.mark.long
@pytest.mark.parametrize(
    "file",
    [
        "Phone,TPS\n07700 900123,N\n07700 900124,Y\n",
        "Number;TPS status\n+447700900123;not registered\n07700900124;TPS\n",
        "Name,Mobile,On TPS\nAnn,07700900123,no\nBen,07700900124,05/01/2026\n",
        "Phone 1,TPS 1,Phone 2,TPS 2\n07700 900123,N,07700 900124,Y\n",
        "Phone 1,Phone 2,TPS 1,TPS 2\n07700 900123,07700 900124,N,Y\n",
        "TPS 1,Phone 1,TPS 2,Phone 2\nN,07700 900123,Y,07700 900124\n",
        "Phone 1,Phone 2,TPS 1,TPS 2\n07700 900123,,N,\n,07700 900124,,Y\n",
    ],
)
def test_a_result_says_something_only_of_its_own_numbers(marketing: Marketing, file: str) -> None:
    marketing.take(THREE, TOLD)
    report = marketing.screen(file)
    assert (report.holds, report.listed, report.clear, report.is_partial) == (Holds.VERDICTS, 1, 1, False)
    assert recorded(marketing) == {"0123": False, "0124": True}
    assert marketing.verdicts() == {"Ann": CALLABLE, "Ben": SUPPRESSED, "Cat": HELD}


def test_a_verdict_that_is_missing_or_unreadable_clears_nobody(marketing: Marketing) -> None:
    marketing.take(THREE, TOLD)
    report = marketing.screen("Phone,TPS\n07700 900123,\n07700 900124,I\n07700 900125,maybe\n")
    assert (report.listed, report.clear, report.unsaid) == (0, 0, 1)
    assert [(one.line, one.reason) for one in report.faults] == [
        (3, "the TPS says that the number is invalid"),
        (4, '"maybe" is neither yes nor no'),
    ]
    assert not recorded(marketing)


@pytest.mark.long
@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("Phone,TPS,On TPS\n07700 900123,N,N\n07700 900124,N,Y\n07700 900125,N,\n", {"0123": False, "0124": True}),
        ("Phone,TPS,Mobile\n07700 900123,N,07700 900124\n", {"0123": False}),
        ("Phone,TPS,Mobile\n07700 900123,Y,07700 900124\n", {"0123": True, "0124": True}),
        ("Phone,Mobile,TPS\n07700 900123,07700 900124,N\n", {"0123": False, "0124": False}),
    ],
)
def test_where_columns_disagree_or_one_may_be_of_another_number_nobody_is_cleared(
    marketing: Marketing, file: str, said: dict[str, bool]
) -> None:
    marketing.take(THREE, TOLD)
    marketing.screen(file)
    assert recorded(marketing) == said


@pytest.mark.long
@pytest.mark.parametrize(
    "heading",
    ["Phone,TPS clear", "Phone,Not on TPS", "Phone,OK to call", "Phone,Result", "Phone,TPS/CTPS", "Mobile TPS,Phone"],
)
def test_a_column_that_may_say_the_opposite_is_not_passed_over(marketing: Marketing, heading: str) -> None:
    """Else the rows that it clears would be listed, and every number that was never compared would be clear."""
    marketing.take(THREE, TOLD)
    row = "07700 900124,Y" if heading.startswith("Phone") else "Y,07700 900124"
    for holds in (None, Holds.FOUND, Holds.WHOLE):
        with pytest.raises(FileRefused, match="may say which numbers are on the TPS"):
            marketing.screen(f"{heading}\n{row}\n", holds=holds)
    assert not recorded(marketing)


def test_a_column_of_one_number_alone_is_not_passed_over(marketing: Marketing) -> None:
    marketing.take(THREE, TOLD)
    with pytest.raises(FileRefused, match='column "Mobile TPS" may say'):
        marketing.screen("Phone,TPS,Mobile,Mobile TPS\n07700 900123,N,07700 900124,Y\n")
    assert marketing.screen("Phone,TPS,CTPS,Status,Own TPS\n07700 900123,N,Y,gone,Y\n").clear == 1


@pytest.mark.parametrize("file", ["+12125550100\n", "Phone\n+4930123456\n+4930123457\n"])
def test_a_file_of_other_countries_clears_nobody(marketing: Marketing, file: str) -> None:
    marketing.take(THREE, TOLD)
    for holds in (None, Holds.FOUND, Holds.WHOLE):
        with pytest.raises(FileRefused, match="has no number that the TPS covers"):
            marketing.screen(file, holds=holds)
    assert not recorded(marketing)


def test_a_german_number_is_no_north_american_area_code(marketing: Marketing) -> None:
    in_america(marketing)
    marketing.acme.add_contact("Dan", "+49301234567")
    path = marketing.write("+12125550124\n+49301234568\n", "us.txt")
    screen(marketing.deps, ScreeningOrder(path, "us-dnc", TODAY, holds=Holds.WHOLE))
    assert recorded(marketing) == {"0123": False, "0124": True}


def test_a_number_that_one_row_clears_and_another_lists_is_listed(marketing: Marketing) -> None:
    marketing.take(THREE, TOLD)
    marketing.screen("Phone,TPS\n07700 900123,N\n07700 900123,Y\n")
    assert recorded(marketing) == {"0123": True}


def test_a_file_with_a_no_is_no_file_of_listed_numbers(marketing: Marketing) -> None:
    marketing.take(THREE, TOLD)
    for holds in (Holds.FOUND, Holds.WHOLE):
        with pytest.raises(FileRefused, match="does not say yes of every number"):
            marketing.screen("Phone,TPS\n07700 900123,N\n07700 900124,Y\n", holds=holds)
    with pytest.raises(FileRefused, match="no column says whether a number is on the TPS"):
        marketing.screen("07700 900124\n", holds=Holds.VERDICTS)
    assert marketing.screen("Phone,TPS\n07700 900124,Y\n", holds=Holds.FOUND).clear == 2


def in_america(marketing: Marketing) -> None:
    """Three contacts: two in area code 212, one in 416."""
    acme = marketing.acme
    acme.change(Campaign, acme.campaign.id, country="US")
    for name, number in (("Ann", "+12125550123"), ("Ben", "+12125550124"), ("Cat", "+14165550125")):
        acme.add_contact(name, number)


@pytest.mark.parametrize(
    "file", ["212,5550124\n212,5550199\n", "212,555-0124\n212,555-0199\n", "2125550124\n2125550199\n"]
)
def test_a_north_american_file_covers_only_its_area_codes(marketing: Marketing, file: str) -> None:
    in_america(marketing)
    order = ScreeningOrder(marketing.write(file, "212.txt"), "us-dnc", TODAY, holds=Holds.WHOLE)
    shown = screen(marketing.deps, order, is_preview=True)
    assert (shown.area_codes, shown.listed, shown.clear, shown.left_out, shown.strangers) == (1, 1, 1, 1, 1)
    report = screen(marketing.deps, order)
    assert (report.listed, report.clear) == (1, 1)
    assert recorded(marketing) == {"0123": False, "0124": True}


def test_area_codes_are_recognised_without_a_word(marketing: Marketing) -> None:
    in_america(marketing)
    report = screen(marketing.deps, ScreeningOrder(marketing.write("416,5550125\n", "416.txt"), "ca-dncl", TODAY))
    assert (report.holds, report.listed, report.clear) == (Holds.WHOLE, 1, 0)
    assert recorded(marketing) == {"0125": True}


def test_a_row_that_is_no_area_code_is_a_fault(marketing: Marketing) -> None:
    in_america(marketing)
    report = screen(
        marketing.deps, ScreeningOrder(marketing.write("212,5550124\n212,55\n", "212.txt"), "us-dnc", TODAY)
    )
    assert report.is_partial
    assert [one.line for one in report.faults] == [2]
    assert recorded(marketing) == {"0124": True}


def test_the_tps_download_is_read_in_both_its_layouts(marketing: Marketing) -> None:
    marketing.take("Name,Phone\nAnn,01635 506160\nBen,0191 565 7153\nCat,07860 338653\nDan,020 7378 7244\n", TOLD)
    with_spaces = "01635 506160\r\n0191 5657153\r\n07860 338653\r\n0207 3787244\r\n"
    assert marketing.screen(with_spaces).listed == 4
    assert marketing.screen("01635506160 \r\n01915657153 \r\n", TODAY).listed == 2


def test_numbers_are_read_as_the_registers_country_writes_them(marketing: Marketing) -> None:
    """The centre calls from Britain; the file is France's."""
    marketing.acme.add_contact("Ann", "+33123456789")
    order = ScreeningOrder(marketing.write("01 23 45 67 89\n", "bloctel.csv"), "bloctel", TODAY)
    assert screen(marketing.deps, order).listed == 1


@pytest.mark.both_engines
def test_a_preview_says_what_the_import_then_does(marketing: Marketing) -> None:
    """Also of contacts that an agent keeps, and of those who are on record with more than a place."""
    marketing.take(THREE + "Dan,07700 900126\nEve,07700 900127\n", TOLD)
    [dan] = [one for one in marketing.acme.all(Contact) if one.name == "Dan"]
    marketing.acme.change(Contact, dan.id, owner_id=marketing.acme.alice.agent_id)
    marketing.suppress("07700 900127\n")
    order = ScreeningOrder(marketing.write("07700 900124\n07700 900777\n", "tps.csv"), "tps", TODAY)
    before = marketing.verdicts()
    shown = screen(marketing.deps, order, is_preview=True)
    assert marketing.verdicts() == before
    assert not recorded(marketing)
    report = screen(marketing.deps, order)
    after = marketing.verdicts()
    moved = Counter((before[name], after[name]) for name in before if before[name] is not after[name])
    assert {(now, then): count for now, then, count in shown.moves} == moved
    assert moved == {(HELD, CALLABLE): 3, (HELD, SUPPRESSED): 1}
    assert (shown.listed, shown.clear, shown.strangers) == (report.listed, report.clear, report.strangers)
    assert screen(marketing.deps, order, is_preview=True).moves == ()


def test_a_preview_says_how_long_the_screening_will_last(marketing: Marketing) -> None:
    marketing.take(THREE, TOLD)
    path = marketing.write("07700 900124\n", "tps.csv")
    for days, left in ((0, 27), (27, 0), (28, -1)):
        order = ScreeningOrder(path, "tps", TODAY - timedelta(days=days))
        assert screen(marketing.deps, order, is_preview=True).days_left == left
