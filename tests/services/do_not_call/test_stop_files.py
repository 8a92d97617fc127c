"""Stop files as people make them: with or without a heading, with columns of countries and of yes and no."""

from pathlib import Path

from bot.services.answers.registers import SuppressionReport
from bot.services.do_not_call.suppression_import import SuppressionOrder, import_list
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
