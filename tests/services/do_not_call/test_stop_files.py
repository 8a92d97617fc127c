"""Stop files as people make them: with or without a heading, with columns of countries and of yes and no."""

from pathlib import Path

import pytest

from bot.services.answers.registers import SuppressionReport
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from storage.models import Suppression
from tests.fakes import SampleOrganisation


def imported(acme: SampleOrganisation, folder: Path, text: str, country: str = "GB") -> SuppressionReport:
    file = folder / "stops.csv"
    file.write_text(text)
    return import_list(acme.deps, SuppressionOrder(file, country=country))


def stopped(acme: SampleOrganisation) -> list[str]:
    return [one.number for one in acme.all(Suppression)]


def test_without_a_heading_every_number_of_a_line_is_stopped(acme: SampleOrganisation, tmp_path: Path) -> None:
    lines = "2025550115,2025550116\n2025550117,\nAnn,20260102,2025550118,2025550119\n"
    report = imported(acme, tmp_path, lines, "US")
    assert not report.faults
    assert stopped(acme) == [f"+12025550{serial}" for serial in range(115, 120)]


def test_without_a_heading_no_day_beside_a_number_is_stopped(acme: SampleOrganisation, tmp_path: Path) -> None:
    imported(acme, tmp_path, "03023125112;31.01.2026;20260131;2026-01-31 10:04;01022026\n", "DE")
    assert stopped(acme) == ["+493023125112"]


def test_a_row_that_names_its_country_is_read_as_of_there(acme: SampleOrganisation, tmp_path: Path) -> None:
    rows = "De,030 23125112,Germany\nUk,020 7946 0101,\nWhere,020 7946 0102,Atlantis\nAt,+442079460103,Atlantis\n"
    report = imported(acme, tmp_path, "Name,Telephone,Country\n" + rows)
    assert stopped(acme) == ["+493023125112", "+442079460101", "+442079460103"]
    assert [one.line for one in report.faults] == [4]
    assert "Atlantis" in report.faults[0].reason


@pytest.mark.parametrize(
    ("heading", "cell", "is_stopped"),
    [
        ("on_dnc", "false", False),
        ("on_dnc", "true", True),
        ("on_dnc", "", True),
        ("On DNC", "0", False),
        ("Do not call", "No", False),
        ("Status", "not listed", True),
        ("Status", "removed", True),
        ("Status", "Inactive", True),
        ("Status", "listed", True),
        ("DNC Status", "clear", False),
        ("Active", "false", True),
        ("NDNC", "N", False),
        ("DND Status", "Non DND", False),
        ("DND Status", "DND", True),
        ("Call consent", "yes", True),
        ("Call consent", "no", True),
        ("Vulnerable", "no", True),
        ("On DNC", "-", True),
        ("Removed", "yes", True),
        ("Date removed", "2026-02-02", True),
        ("TPS", "N", True),
        ("Do not allow Phone Calls", "Allow", False),
        ("DNC listed?", "No", True),
        ("Nicht anrufen", "nein", False),
        ("Notes", "no", True),
        ("Email opt out", "no", True),
    ],
)
def test_only_a_no_to_a_stop_keeps_a_row_from_being_stopped_and_is_told(
    acme: SampleOrganisation, tmp_path: Path, heading: str, cell: str, is_stopped: bool
) -> None:
    report = imported(acme, tmp_path, f"Phone,{heading}\n07700900123,{cell}\n07700900124,\n")
    assert stopped(acme) == [*["+447700900123"][:is_stopped], "+447700900124"]
    said = (
        []
        if is_stopped
        else [(2, f'not stopped, because "{heading}" says "{cell}": correct that cell if calls must stop')]
    )
    assert [(one.line, one.reason) for one in report.faults] == said


def test_of_two_columns_one_that_says_yes_stops(acme: SampleOrganisation, tmp_path: Path) -> None:
    report = imported(acme, tmp_path, "Phone,On DNC,Do not contact\n07700900123,no,yes\n")
    assert (stopped(acme), report.faults) == (["+447700900123"], ())


def test_a_number_is_stopped_with_the_code_beside_it(acme: SampleOrganisation, tmp_path: Path) -> None:
    imported(acme, tmp_path, "phone_code,phone_number\n49,15123456701\n44,7700900123\n1,2125550123\n")
    assert stopped(acme) == ["+4915123456701", "+447700900123", "+12125550123"]


def test_of_a_number_with_a_short_ending_every_reading_is_stopped(acme: SampleOrganisation, tmp_path: Path) -> None:
    imported(acme, tmp_path, "Phone\n030 23125911 - 12\n", "DE")
    assert stopped(acme) == ["+493023125911", "+493023125912", "+49302312591112"]
