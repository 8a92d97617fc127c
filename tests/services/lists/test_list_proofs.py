"""What a list proves: its basis and its screening, for each row or for the whole list."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import func, select

from bot.services.answers.lists import Basis, ListProofs
from bot.services.deciding import walk
from bot.services.errors import FileRefused
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.setup import plan
from policy import Verdict
from storage.models import PersonNumber, Screening
from tests.services.files.xlsx import DATE_STYLE, Raw, SheetXml, workbook
from tests.services.import_stage import CAMPAIGN, NOW, Lists, reasons

MARKETING = CAMPAIGN.replace('purpose = "service"', 'purpose = "marketing"\nshows_number = true')
PROVED = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True, screened=(("tps", NOW.date()),))


def tps(on: date) -> tuple[tuple[str, date], ...]:
    return (("tps", on),)


@pytest.fixture
def marketing(lists: Lists) -> Lists:
    file = lists.write(MARKETING.format("Offers"), "marketing.toml")
    plan.apply(lists.deps, plan.read_setup(file))
    return lists


def offer(lists: Lists, content: str, proofs: ListProofs = PROVED) -> list[tuple[str, Verdict]]:
    """Import for a marketing campaign. Returns every contact's name and verdict, checked by deciding again."""
    import_contacts(lists.deps, ListOrder(lists.write(content), "Offers", proofs=proofs))
    found = [(contact.name, contact.verdict) for contact in lists.contacts()]
    walk.redecide_all(lists.deps)
    assert [(contact.name, contact.verdict) for contact in lists.contacts()] == found
    return found


def test_it_holds_marketing_contacts_without_screening_and_basis(marketing: Lists) -> None:
    assert offer(marketing, "Name,Phone\nAnn,07700 900123\n", ListProofs()) == [("Ann", Verdict.HELD)]


def test_marketing_contacts_are_callable_once_screened_and_with_a_basis(marketing: Lists) -> None:
    assert offer(marketing, "Name,Phone\nAnn,07700 900123\n") == [("Ann", Verdict.CALLABLE)]


def test_it_suppresses_contacts_that_the_list_says_are_registered(marketing: Lists) -> None:
    found = offer(marketing, "Name,Phone,TPS\nAnn,07700 900123,N\nBen,07700 900124,Yes\nCat,07700 900125,\n")
    assert found == [("Ann", Verdict.CALLABLE), ("Ben", Verdict.SUPPRESSED), ("Cat", Verdict.CALLABLE)]


@pytest.mark.long
@pytest.mark.parametrize(
    ("screened", "verdict"),
    [
        ("2026-03-01", Verdict.CALLABLE),
        ("28/02/2026", Verdict.CALLABLE),
        ("1.3.2026", Verdict.CALLABLE),
        ("2026-01-01", Verdict.HELD),  # too old
        ("", Verdict.HELD),
    ],
)
def test_it_reads_the_date_of_a_screening_from_the_row(marketing: Lists, screened: str, verdict: Verdict) -> None:
    proofs = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True)
    text = f"Name,Phone,TPS,TPS screened on\nAnn,07700 900123,N,{screened}\n"
    assert offer(marketing, text, proofs) == [("Ann", verdict)]


def test_one_column_may_hold_days_in_two_styles_and_as_a_spreadsheet_counts_them(marketing: Lists) -> None:
    heading = ("Name", "Phone", "TPS", "TPS screened on")
    serial = Raw("46082", style=DATE_STYLE)  # 2026-03-01
    days = (serial, "2026-03-01", "01/03/2026", "1.3.2026", 46082)
    rows = [(f"Contact {at}", f"07700 90012{at}", "N", day) for at, day in enumerate(days)]
    path = marketing.write(workbook(SheetXml("L", [heading, *rows])), "leads.xlsx")
    proofs = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True)
    report = import_contacts(marketing.deps, ListOrder(path, "Offers", proofs=proofs))
    assert reasons(report) == [
        (6, 'TPS screened on: "46082" is not a date that can be read one way only: write it as 2026-03-02'),
    ]
    with marketing.deps.unit_of_work() as uow:
        known = uow.session.exec(select(Screening.obtained_at)).all()
    assert [one.date() for one in known] == [date(2026, 3, 1)] * 4


def test_it_suppresses_a_registered_number_without_a_screening_date(marketing: Lists) -> None:
    found = offer(marketing, "Name,Phone,TPS\nAnn,07700 900123,Y\nBen,07700 900124,N\n", replace(PROVED, screened=()))
    assert found == [("Ann", Verdict.SUPPRESSED), ("Ben", Verdict.HELD)]


def test_it_refuses_a_row_whose_screening_it_cannot_read(marketing: Lists) -> None:
    text = "Name,Phone,TPS,TPS date\nAnn,07700 900123,perhaps,2026-03-01\nBen,07700 900124,N,2026-12-01\n"
    text += "Cat,07700 900125,N,March\nDan,07700 900126,N,2026-02-31\nEve,07700 900127,,03/04/05\n"
    report = import_contacts(marketing.deps, ListOrder(marketing.write(text), "Offers"))
    assert reasons(report) == [
        (2, 'TPS: "perhaps" is neither yes nor no'),
        (3, 'TPS date: "2026-12-01" is in the future'),
        (4, 'TPS date: "March" is not a date that can be read one way only: write it as 2026-03-02'),
        (5, 'TPS date: "2026-02-31" is not a date'),
        (6, 'TPS date: "03/04/05" is not a date that can be read one way only: write it as 2026-03-02'),
    ]
    assert marketing.contacts() == []


def test_it_holds_a_business_line_until_it_is_screened_against_the_ctps(marketing: Lists) -> None:
    text = "Name,Phone,Line type\nAnn,07700 900123,business\nBen,07700 900124,\n"
    assert offer(marketing, text) == [("Ann", Verdict.HELD), ("Ben", Verdict.CALLABLE)]
    both = replace(PROVED, screened=(*PROVED.screened, ("ctps", NOW.date())))
    assert offer(marketing, text, both) == [("Ann", Verdict.CALLABLE), ("Ben", Verdict.CALLABLE)]


@pytest.mark.long
@pytest.mark.parametrize("written", ["company", "Limited company", "LLP", "public body"])
def test_a_companys_line_needs_only_the_ctps(marketing: Lists, written: str) -> None:
    text = f"Name,Phone,Line type\nAnn,07700 900123,{written}\nBen,07700 900124,business\n"
    companies_alone = replace(PROVED, screened=(("ctps", NOW.date()),))
    assert offer(marketing, text, companies_alone) == [("Ann", Verdict.CALLABLE), ("Ben", Verdict.HELD)]
    with marketing.deps.unit_of_work(is_read_only=True) as uow:
        ann, ben = uow.session.exec(select(PersonNumber).order_by(PersonNumber.number)).all()
    assert (ann.line, ben.line) == ("company", "business")
    redecided = replace(PROVED, screened=(*PROVED.screened, ("ctps", NOW.date())))
    assert offer(marketing, text, redecided) == [("Ann", Verdict.CALLABLE), ("Ben", Verdict.CALLABLE)]


def test_a_combined_column_counts_for_the_lines_own_register(marketing: Lists) -> None:
    text = "Name,Phone,Business line,TPS/CTPS\nAnn,07700 900123,yes,Y\nBen,07700 900124,no,13/2/2026\n"
    assert [one[1] for one in offer(marketing, text, ListProofs())] == [Verdict.SUPPRESSED, Verdict.SUPPRESSED]
    with marketing.deps.unit_of_work(is_read_only=True) as uow:
        found = uow.session.exec(select(Screening).order_by(Screening.number)).all()
    assert [(one.register_name, one.listed_on) for one in found] == [
        ("ctps", None),
        ("tps", None),
        ("tps", date(2026, 2, 13)),
    ]


def test_importing_again_with_a_newer_screening_opens_contacts(marketing: Lists) -> None:
    text = "Name,Phone\nAnn,07700 900123\n"
    stale = replace(PROVED, screened=tps(NOW.date() - timedelta(days=60)))
    assert offer(marketing, text, stale) == [("Ann", Verdict.HELD)]
    assert offer(marketing, text) == [("Ann", Verdict.CALLABLE)]
    assert offer(marketing, text) == [("Ann", Verdict.CALLABLE)]
    with marketing.deps.unit_of_work(is_read_only=True) as uow:
        assert uow.session.exec(select(func.count()).select_from(Screening)).one() == 2


def test_a_basis_named_later_opens_contacts_and_stays_when_not_repeated(
    marketing: Lists,
) -> None:
    text = "Name,Phone\nAnn,07700 900123\n"
    assert offer(marketing, text, ListProofs(screened=tps(NOW.date()))) == [("Ann", Verdict.HELD)]
    assert offer(marketing, text) == [("Ann", Verdict.CALLABLE)]
    assert offer(marketing, text, ListProofs()) == [("Ann", Verdict.CALLABLE)]


def test_it_decides_contacts_of_other_lists_again_when_their_number_was_screened(marketing: Lists) -> None:
    assert offer(marketing, "Name,Phone\nAnn,07700 900123\n", replace(PROVED, screened=()))[0][1] is Verdict.HELD
    marketing.take("Name,Phone,TPS,TPS date\nBob,07700 900123,N,2026-03-01\n")
    assert marketing.contacts()[0].verdict is Verdict.CALLABLE


def test_it_refuses_a_screening_that_lies_in_the_future(marketing: Lists) -> None:
    with pytest.raises(FileRefused, match="is in the future"):
        offer(
            marketing, "Name,Phone\nAnn,07700 900123\n", replace(PROVED, screened=tps(NOW.date() + timedelta(days=2)))
        )
