"""What a list proves: its basis and its screening, row by row or as a whole."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import func, select

from bot.services import redecide, setup
from bot.services.contact_lists import import_contacts
from bot.services.errors import FileRefused
from bot.services.list_proofs import Basis, ListProofs
from policy import Verdict
from storage.models import Screening
from tests.services.lists import CAMPAIGN, NOW, Lists

MARKETING = CAMPAIGN.replace('purpose = "service"', 'purpose = "marketing"\nshows_number = true')
PROVED = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True, tps_screened_on=NOW.date())


@pytest.fixture
def marketing(lists: Lists) -> Lists:
    file = lists.write(MARKETING.format("Offers"), "marketing.toml")
    setup.apply(lists.deps, setup.read_setup(file))
    return lists


def offer(lists: Lists, content: str, proofs: ListProofs = PROVED) -> list[tuple[str, Verdict]]:
    """Import for a marketing campaign; every contact's name and verdict, and the same after deciding again."""
    import_contacts(lists.deps, lists.write(content), "Offers", "", proofs=proofs)
    found = [(contact.name, contact.verdict) for contact in lists.contacts()]
    redecide.redecide_all(lists.deps)
    assert [(contact.name, contact.verdict) for contact in lists.contacts()] == found
    return found


def test_it_holds_marketing_contacts_without_screening_and_basis(marketing: Lists) -> None:
    assert offer(marketing, "Name,Phone\nAnn,07700 900123\n", ListProofs()) == [("Ann", Verdict.HELD)]


def test_it_lets_marketing_contacts_be_called_once_screened_and_with_a_basis(marketing: Lists) -> None:
    assert offer(marketing, "Name,Phone\nAnn,07700 900123\n") == [("Ann", Verdict.CALLABLE)]


def test_it_suppresses_those_whom_the_list_says_are_registered(marketing: Lists) -> None:
    found = offer(marketing, "Name,Phone,TPS\nAnn,07700 900123,N\nBen,07700 900124,Yes\nCat,07700 900125,\n")
    assert found == [("Ann", Verdict.CALLABLE), ("Ben", Verdict.SUPPRESSED), ("Cat", Verdict.CALLABLE)]


@pytest.mark.parametrize(
    ("screened", "verdict"),
    [
        ("2026-03-01", Verdict.CALLABLE),
        ("01/03/2026", Verdict.CALLABLE),
        ("1.3.2026", Verdict.CALLABLE),
        ("2026-01-01", Verdict.HELD),  # too old
        ("", Verdict.HELD),
        ("March", Verdict.HELD),
        ("2026-03-09", Verdict.HELD),  # to come
        ("2026-02-31", Verdict.HELD),
    ],
)
def test_it_takes_the_day_of_a_screening_from_the_row(marketing: Lists, screened: str, verdict: Verdict) -> None:
    proofs = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True)
    text = f"Name,Phone,TPS,TPS screened on\nAnn,07700 900123,N,{screened}\n"
    assert offer(marketing, text, proofs) == [("Ann", verdict)]


def test_it_suppresses_a_registered_number_even_where_no_day_of_screening_is_known(marketing: Lists) -> None:
    found = offer(
        marketing, "Name,Phone,TPS\nAnn,07700 900123,Y\nBen,07700 900124,N\n", replace(PROVED, tps_screened_on=None)
    )
    assert found == [("Ann", Verdict.SUPPRESSED), ("Ben", Verdict.HELD)]


def test_it_remarks_on_a_screening_it_cannot_read(marketing: Lists) -> None:
    text = "Name,Phone,TPS,TPS date\nAnn,07700 900123,perhaps,2026-03-01\nBen,07700 900124,N,2026-12-01\n"
    report = import_contacts(marketing.deps, marketing.write(text), "Offers", "")
    assert [(remark.line, remark.reason) for remark in report.remarks] == [
        (2, 'its screening is not used: "perhaps" is neither yes nor no'),
        (3, "its screening lies in the future and is not used"),
    ]


def test_it_screens_a_business_line_against_the_other_register(marketing: Lists) -> None:
    offer(marketing, "Name,Phone,Line type\nAnn,07700 900123,business\nBen,07700 900124,\n")
    with marketing.deps.unit_of_work(is_read_only=True) as uow:
        found = uow.session.exec(select(Screening.number, Screening.register_name).order_by(Screening.number)).all()
    assert list(found) == [("+447700900123", "ctps"), ("+447700900124", "tps")]


def test_it_frees_contacts_when_the_list_is_imported_again_with_a_newer_screening(marketing: Lists) -> None:
    text = "Name,Phone\nAnn,07700 900123\n"
    stale = replace(PROVED, tps_screened_on=NOW.date() - timedelta(days=60))
    assert offer(marketing, text, stale) == [("Ann", Verdict.HELD)]
    assert offer(marketing, text) == [("Ann", Verdict.CALLABLE)]
    assert offer(marketing, text) == [("Ann", Verdict.CALLABLE)]
    with marketing.deps.unit_of_work(is_read_only=True) as uow:
        assert uow.session.exec(select(func.count()).select_from(Screening)).one() == 2


def test_it_frees_contacts_when_the_basis_is_named_later_and_keeps_it_when_it_is_not_named_again(
    marketing: Lists,
) -> None:
    text = "Name,Phone\nAnn,07700 900123\n"
    assert offer(marketing, text, ListProofs(tps_screened_on=NOW.date())) == [("Ann", Verdict.HELD)]
    assert offer(marketing, text) == [("Ann", Verdict.CALLABLE)]
    assert offer(marketing, text, ListProofs()) == [("Ann", Verdict.CALLABLE)]


def test_it_decides_contacts_of_other_lists_again_when_their_number_was_screened(marketing: Lists) -> None:
    assert (
        offer(marketing, "Name,Phone\nAnn,07700 900123\n", replace(PROVED, tps_screened_on=None))[0][1] is Verdict.HELD
    )
    marketing.take("Name,Phone,TPS,TPS date\nBob,07700 900123,N,2026-03-01\n")
    assert marketing.contacts()[0].verdict is Verdict.CALLABLE


def test_it_refuses_a_screening_that_lies_in_the_future(marketing: Lists) -> None:
    with pytest.raises(FileRefused, match="lies in the future"):
        offer(
            marketing, "Name,Phone\nAnn,07700 900123\n", replace(PROVED, tps_screened_on=NOW.date() + timedelta(days=1))
        )
