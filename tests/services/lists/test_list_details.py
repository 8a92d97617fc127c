"""The other columns of a file: kept as the contact's own details, in bounds, and forgotten with the name."""

from pathlib import Path

import pytest

from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.lists.reading import Reading
from storage.models import Campaign, ContactDetails
from storage.queries import contacts as stored
from storage.queries import retention
from tests.fakes import SampleOrganisation
from tests.services.marketing import PROVED, Marketing

pytestmark = pytest.mark.both_engines


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    return Marketing(acme, tmp_path)


def details(marketing: Marketing, campaign: str = "Energy switch") -> list[dict[str, str]]:
    """The details of a campaign's people, in order of person."""
    found = next(one.id or 0 for one in marketing.acme.all(Campaign) if one.name == campaign)
    with marketing.deps.unit_of_work(is_read_only=True) as uow:
        kept = stored.details_of(uow.session, found, range(1, 100))
    return [kept[key] for key in sorted(kept)]


def test_other_columns_are_kept_under_their_headings(marketing: Marketing) -> None:
    rows = "Ann,07700 900123,Acme \N{EM DASH} Söhne,41,,red\nBen,07700 900124,,,x,\nCat,07700 900125,,,,\n"
    report = marketing.take(f"Name,Phone,Company,Shoe size,Note,Note\n{rows}")
    assert details(marketing) == [
        {"Company": "Acme — Söhne", "Shoe size": "41", "Note 2": "red"},
        {"Note": "x"},
    ]
    assert report.detail_columns == ("Company", "Shoe size", "Note", "Note 2")


def test_details_are_bounded_and_show_no_telephone_number(marketing: Marketing) -> None:
    heading = ",".join(f"Column {at}" for at in range(25))
    cells = ["y" * 300, "020 7946 0001", "+44 20 7946 0002", *map(str, range(22))]
    file = f"Name,Phone,Fax,{heading}\nAnn,07700 900123,020 7946 0003,{','.join(cells)}\n"
    report = marketing.take(file, details=["Column 1", "Column 2"])
    (kept,) = details(marketing)
    assert kept["Column 0"] == "y" * 199 + "…"
    assert len(kept) == 18
    assert not any("7946" in text for text in kept.values())
    assert report.unused_columns == ("Fax", *(f"Column {at}" for at in range(20, 25)))


@pytest.mark.parametrize(
    ("note", "kept_as"),
    [
        ("Ring 020 7946 0001 after six", "Ring ▮▮▮▮ after six"),
        ("or mob. +49 151 23456789", "or mob. ▮▮▮▮"),
        ("paid with 4111 1111 1111 1111", "paid with ▮▮▮▮"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN ▮▮▮▮"),
    ],
)
def test_numbers_within_the_words_of_a_column_are_left_out_and_said(
    marketing: Marketing, note: str, kept_as: str
) -> None:
    report = marketing.take(f"Name,Phone,Note\nAnn,07700 900123,{note}\n")
    assert details(marketing) == [{"Note": kept_as}]
    assert [(one.line, one.reason) for one in report.remarks] == [
        (2, '"Note": card, bank or telephone numbers are left out')
    ]


@pytest.mark.long
@pytest.mark.parametrize(
    "other", ["020 7946 0001", "(020) 7946 0001", "7700 900123", "212-555-0123", "06 12 34 56 78", "+49 151 23456789"]
)
def test_a_number_in_another_column_stands_on_no_card(marketing: Marketing, other: str) -> None:
    marketing.take(f"Name,Phone,Other,Town\nAnn,07700 900123,{other},Leeds\n", details=["Other"])
    assert details(marketing) == [{"Town": "Leeds"}]


@pytest.mark.long
@pytest.mark.parametrize(
    "other",
    [
        "2026-11-29T10:00:00.000Z",
        "seen 29/11/2026 and 30/11/2026",
        "3f2504e0-4f89-11d3-9a0c-030582c33018",
        "https://crm.example/contacts/02079460001",
        "2012345678",
        "01.12.2026",
        "03/04/2026 10:30",
        "2026-11-29 10:00",
        "12 000",
        "1,234,567.00",
        "12 Acacia Road, flat 3",
    ],
)
def test_days_ids_and_links_are_kept_as_they_are(marketing: Marketing, other: str) -> None:
    report = marketing.take(f'Name,Phone,Other\nAnn,07700 900123,"{other}"\n')
    assert (details(marketing), report.remarks) == ([{"Other": other}], ())


def test_a_long_link_is_kept_whole_or_is_no_link(marketing: Marketing) -> None:
    page = "https://crm.example/" + "a" * 300
    marketing.take(f"Name,Phone,Page,Longer\nAnn,07700 900123,{page},{page + 'b' * 200}\n")
    (kept,) = details(marketing)
    assert kept["Page"] == page
    assert (len(kept["Longer"]), kept["Longer"][-1]) == (200, "…")


def test_a_person_may_leave_a_column_out(marketing: Marketing) -> None:
    path = marketing.write("Name,Phone,Secret,Town\nAnn,07700 900123,x,Leeds\n", "leads.csv")
    import_contacts(
        marketing.deps, ListOrder(path, "Energy switch", proofs=PROVED, reading=Reading({"Secret": "ignore"}))
    )
    assert details(marketing) == [{"Town": "Leeds"}]


def test_the_newest_file_counts_and_one_without_details_changes_nothing(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Town\nAnn,07700 900123,Leeds\nAnn,07700 900123,York\n")
    marketing.take("Name,Phone,Town\nAnn,07700 900123,Hull\nBen,07700 900124,Ely\n", name="b.csv")
    marketing.take("Name,Phone\nAnn,07700 900123\n", name="c.csv")
    assert details(marketing) == [{"Town": "Hull"}, {"Town": "Ely"}]


def test_details_stay_with_the_campaign_whose_file_said_them(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Town\nAnn,07700 900123,Leeds\n")
    path = marketing.write("Name,Phone,Meter\nAnn,07700 900123,77\n", "w.csv")
    import_contacts(marketing.deps, ListOrder(path, "Water meters"))
    assert (details(marketing), details(marketing, "Water meters")) == ([{"Town": "Leeds"}], [{"Meter": "77"}])


def test_details_are_forgotten_with_the_name(marketing: Marketing) -> None:
    marketing.take("Name,Phone,Town\nAnn,07700 900123,Leeds\nBen,07700 900124,York\n")
    first = min(one.person_id for one in marketing.acme.all(ContactDetails))
    with marketing.deps.unit_of_work() as uow:
        retention.forget(uow.session, "people", [first])
    assert details(marketing) == [{"Town": "York"}]
