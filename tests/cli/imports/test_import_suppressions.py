"""import-suppressions, and what import-contacts says of held contacts: the way from held to callable."""

import json
import shlex
from pathlib import Path

import pytest

from bot.clock import system_clock
from tests.cli.conftest import Command, fails, succeeds

CAMPAIGN = ("--campaign", "Energy switch")


@pytest.fixture
def today() -> str:
    return system_clock().date().isoformat()


@pytest.fixture
def leads(settled: Command, folder: Path) -> Command:
    """The sample organisation with three people who have no proofs."""
    (folder / "leads.csv").write_text("Name,Phone\nAnn,07700 900123\nBen,07700 900124\nCat,07700 900125\n")
    (folder / "tps.csv").write_text("07700 900124\n")
    return settled


def missing(nextcall: Command, number: str) -> list[str]:
    found: list[str] = json.loads(nextcall("explain", number, "--json").stdout)["checks"][0]["missing"]
    return found


@pytest.mark.long
def test_it_says_what_is_missing_and_the_commands_it_names_supply_it(leads: Command, folder: Path, today: str) -> None:
    shown = leads("import-contacts", "leads.csv", *CAMPAIGN)
    assert "Of the people in this file: none callable now, 3 on hold." in shown.stdout
    told = [line.strip() for line in shown.stdout.splitlines() if " on hold: " in line]
    assert told == [
        "3 on hold: TPS screening missing or older than 27 days. Screen the list and run: nextcall import-suppressions "
        f"tps.csv --register tps --obtained {today} --campaign 'Energy switch'",
        "3 on hold: no lawful basis on record with proof that the person was told of calls. If you told them of "
        "calls, import the list again: nextcall import-contacts leads.csv --campaign 'Energy switch' --basis "
        "legitimate_interest --told-of-calls",
    ]
    for line in told:
        assert leads(*shlex.split(line.partition("nextcall ")[2])).exit_code == 0
    assert missing(leads, "07700 900123") == []
    assert json.loads(leads("explain", "07700 900124", "--json").stdout)["checks"][0]["verdict"] == "suppressed"
    again = json.loads(leads("import-contacts", "leads.csv", *CAMPAIGN, "--json").stdout)
    assert (again["imported"], again["missing"], again["by_verdict"]["suppressed"]) == (0, [], 1)


def test_the_command_it_names_has_the_folder_and_the_columns_that_were_typed(leads: Command, folder: Path) -> None:
    (folder / "my lists").mkdir()
    (folder / "my lists" / "a.csv").write_text("Foo,Bar\nAnna,0161 496 0821\n")
    typed = ["my lists/a.csv", *CAMPAIGN, "--map", "Bar=phone", "--map", "Foo=name"]
    for options in (["--dry-run"], []):
        shown = leads("import-contacts", *typed, *options).stdout
        [line] = [one for one in shown.splitlines() if "import the list again: " in one]
        named = shlex.split(line.partition("again: nextcall ")[2])
        assert named == ["import-contacts", *typed, "--basis", "legitimate_interest", "--told-of-calls"]
    assert leads(*named).exit_code == 0


@pytest.mark.long
def test_it_counts_what_a_screening_found(leads: Command, today: str) -> None:
    leads("import-contacts", "leads.csv", *CAMPAIGN, "--basis", "consent", "--told-of-calls")
    shown = succeeds(leads("import-suppressions", "tps.csv", "--register", "tps", "--obtained", today))
    assert f"Numbers on record screened against the TPS of {today}:" in shown.stdout
    assert ("      1 listed" in shown.stdout, "      2 clear" in shown.stdout) == (True, True)
    assert "Contacts now: 1 do not call," in shown.stdout
    found = json.loads(
        leads("import-suppressions", "tps.csv", "--register", "tps", "--obtained", today, "--json").stdout
    )
    assert (found["register"], found["listed"], found["clear"], found["obtained_on"]) == ("TPS", 1, 2, today)


@pytest.mark.long
def test_it_reports_bad_rows_with_line_and_reason_and_clears_no_number(
    leads: Command, folder: Path, today: str
) -> None:
    leads("import-contacts", "leads.csv", *CAMPAIGN)
    (folder / "tps.csv").write_text("Phone,Notes\n07700 900124,\n4.47701E+11,\n")
    shown = fails(leads("import-suppressions", "tps.csv", "--register", "tps", "--obtained", today))
    assert "line 3: a spreadsheet shortened the number" in shown.stdout
    assert "No number was recorded as clear" in shown.stdout
    rejects = (folder / "tps.rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert (rejects[0], rejects[1].startswith("4.47701E+11,,3,")) == ("Phone,Notes,Line,Why it was not imported", True)
    done = leads("import-suppressions", "tps.csv", "--register", "tps", "--obtained", today, "--despite-faults")
    assert (done.exit_code, "      2 clear" in done.stdout) == (0, True)


@pytest.mark.long
def test_a_column_of_verdicts_says_something_only_of_its_own_numbers(leads: Command, folder: Path, today: str) -> None:
    leads("import-contacts", "leads.csv", *CAMPAIGN)
    (folder / "tps.csv").write_text("Phone,TPS\n07700 900123,N\n07700 900124,Y\n07700 900125,\n")
    shown = leads("import-suppressions", "tps.csv", "--register", "tps", "--obtained", today)
    assert ("      1 listed" in shown.stdout, "      1 clear" in shown.stdout) == (True, True)
    assert "1 number in the file has no yes or no." in shown.stdout
    asked = ("import-suppressions", "tps.csv", "--register", "tps", "--obtained", today, "--holds", "found")
    assert "import it as a result with yes or no" in leads(*asked).output


@pytest.mark.long
def test_it_suppresses_the_organisations_own_list(leads: Command, folder: Path) -> None:
    leads("import-contacts", "leads.csv", *CAMPAIGN)
    (folder / "stop.csv").write_text("07700 900124\n07700 900777\n")
    shown = succeeds(leads("import-suppressions", "stop.csv", "--principal", "bright energy", "--reason", "by letter"))
    assert "2 rows read; do not call for Bright Energy:" in shown.stdout
    assert ("      2 added" in shown.stdout, "1 contact is on do-not-call now." in shown.stdout) == (True, True)
    again = json.loads(leads("import-suppressions", "stop.csv", "--principal", "Bright Energy", "--json").stdout)
    assert (again["added"], again["known"]) == (0, 2)


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--register", "tps"], "A screening needs its date: add it, such as --obtained"),
        (
            ["--register", "tps", "--obtained", "2026-03-02", "--reason", "x"],
            "--principal and --reason do not go with --register",
        ),
        (["--obtained", "2026-03-02"], "need --register: add it"),
        (["--register", "tsp", "--obtained", "2026-03-02"], 'There is no register "tsp"; choose one of'),
        (["--register", "tps", "--obtained", "2099-03-02"], "is in the future"),
        (["--register", "tps", "--obtained", "2026-03-02", "--campaign", "Gas"], 'There is no campaign "Gas"'),
        (["--principal", "Dim Energy"], 'No campaign calls for "Dim Energy"; choose one of Bright Energy.'),
    ],
)
def test_it_refuses_in_one_sentence(leads: Command, options: list[str], told: str) -> None:
    shown = leads("import-suppressions", "tps.csv", *options)
    assert (shown.exit_code, shown.stdout, len(shown.stderr.splitlines())) == (1, "", 1)
    assert told in shown.stderr


def test_it_refuses_invalid_files_and_dates(leads: Command, folder: Path) -> None:
    assert "There is no file none.csv" in leads("import-suppressions", "none.csv").stderr
    assert leads("import-suppressions", "tps.csv", "--register", "tps", "--obtained", "soon").exit_code == 2
    (folder / "bad.csv").write_text("Phone\nx\n")
    assert leads("import-suppressions", "bad.csv").exit_code == 1


@pytest.mark.night
def test_it_says_how_to_begin_without_an_organisation(nextcall: Command, folder: Path) -> None:
    (folder / "stop.csv").write_text("07700 900124\n")
    assert "run `nextcall apply setup.toml` first" in nextcall("import-suppressions", "stop.csv").stderr


def test_it_stops_well_formed_numbers_that_are_not_in_use(leads: Command, folder: Path) -> None:
    (folder / "stops.csv").write_text("0411 123 4567\n07700 900124\n07999\n")
    shown = json.loads(leads("import-suppressions", "stops.csv", "--json").stdout)
    assert (shown["added"], [fault["line"] for fault in shown["faults"]]) == (2, [3])
    (folder / "named.csv").write_text("Name,Phone\nAnn,0411 123 4567\n")
    assert json.loads(leads("import-suppressions", "named.csv", "--json").stdout)["known"] == 1
