"""Dates before 1971 and after 2098, for which no decision can be made: one sentence wherever they can be entered."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Command, succeeds

FAR = ("0001-01-01", "0001-12-31", "1969-12-31", "1970-01-01", "9999-12-31")


@pytest.fixture
def settled(settled: Command, folder: Path) -> Command:
    (folder / "leads.csv").write_text("Name,Phone\nAnn,0113 496 0001\n")
    (folder / "found.csv").write_text("Phone,Listed on\n0113 496 0001,0001-01-01\n0113 496 0002,9999-12-31\n")
    return settled


@pytest.mark.parametrize("day", FAR)
def test_date_options_refuse_it(settled: Command, day: str) -> None:
    for command in (
        ["digest", "--on", day],
        ["digest", "--on", day, "--edition", "week"],
        ["digest", "--on", day, "--edition", "month"],
        ["import-suppressions", "found.csv", "--register", "tps", "--obtained", day],
        ["import-contacts", "leads.csv", "--campaign", "Energy switch", "--screened", f"tps={day}"],
        ["policy", "list", "--on", day],
    ):
        shown = settled(*command)
        assert shown.exit_code == 2, shown.output
        assert "is out of range" in shown.stderr
        assert "incident" not in shown.output


@pytest.mark.night
def test_the_first_and_last_days_in_range_are_accepted(settled: Command) -> None:
    for edition in ("day", "week", "month"):
        assert settled("digest", "--on", "1971-01-01", "--edition", edition).exit_code == 0
        assert "has not begun" in settled("digest", "--on", "2098-12-31", "--edition", edition).stderr
    assert settled("import-suppressions", "found.csv", "--register", "tps", "--obtained", "1971-01-01").exit_code == 0
    ahead = settled("import-suppressions", "found.csv", "--register", "tps", "--obtained", "2098-12-31")
    assert "is in the future" in ahead.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    "heading", ["TPS", "TPS screened on", "Consent date", "Requested call on", "Requested call for"]
)
@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31 23:59", "9999-12-31", "9999-12-31 23:59-12:00"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/Los_Angeles"])
def test_a_row_with_such_a_date_is_faulty(settled: Command, folder: Path, heading: str, day: str, zone: str) -> None:
    others = {"Requested call for": ",Requested call on"}.get(heading, "")
    also = ",2026-01-02" if others else ""
    (folder / "leads.csv").write_text(
        f"Name,Phone,Timezone,{heading}{others}\nAnn,0113 496 0001,{zone},{day}{also}\nBen,0113 496 "
        f"0002,{zone},{also}\n"
    )
    shown = settled("import-contacts", "leads.csv", "--campaign", "Energy switch")
    assert (shown.exit_code, "incident" in shown.output) == (0, False), shown.output
    if heading != "TPS" or not day.startswith("1969"):  # a listing so old counts
        assert f"line 2: {heading}: " in shown.stdout


@pytest.mark.long
@pytest.mark.parametrize("day", ["0001-01-01", "1969-12-31 23:59", "9999-12-31"])
def test_a_consent_withdrawn_on_such_a_date_stops_calls(settled: Command, folder: Path, day: str) -> None:
    (folder / "leads.csv").write_text(f"Name,Phone,Consent withdrawn on\nAnn,0113 496 0001,{day}\n")
    shown = succeeds(settled("import-contacts", "leads.csv", "--campaign", "Energy switch"))
    assert "none callable now, 1 do not call." in shown.stdout


def test_customers_since_before_1971_are_customers(settled: Command, folder: Path) -> None:
    (folder / "leads.csv").write_text(
        "Name,Phone,Customer since\nAnn,0113 496 0001,1965-05-05\nBen,0113 496 0002,0001-01-01\n"
    )
    shown = settled("import-contacts", "leads.csv", "--campaign", "Energy switch")
    assert "1 imported" in shown.stdout
    assert "line 3: Customer since" in shown.stdout
    assert settled("explain", "0113 496 0001").exit_code == 0


def test_a_register_entry_with_an_unreadable_date_counts_as_long_listed(settled: Command) -> None:
    on = str(date.today() - timedelta(days=2))  # noqa: DTZ011, TID251 - a screening of the day before yesterday
    shown = succeeds(settled("import-suppressions", "found.csv", "--register", "tps", "--obtained", on))
    assert "2 listed" in shown.stdout or "2 numbers" in shown.stdout
