"""import-contacts: what it says before it imports, the answers it takes, and what it keeps for the next file."""

import json
from pathlib import Path

import pytest
from typer.testing import Result

from bot.clock import system_clock
from tests.cli.conftest import Command, fails, succeeds
from tests.services.files.xlsx import SheetXml, workbook

CAMPAIGN = ("--campaign", "Energy switch")
ROWS = [("Vorname", "Nachname", "Tel. mobil", "Nicht anrufen", "Schuhgröße"), ("Ann", "Lee", 447700900123, "Nein", 41)]


@pytest.fixture
def run(settled: Command, folder: Path) -> Command:
    more = [("Ben", "Orr", 447700900124, "Ja", 42), ("Cat", "Poe", "nonsense", "", 43)]
    (folder / "kunden.xlsx").write_bytes(
        workbook(SheetXml("Start", [("Stand", 1)]), SheetXml("Kunden", [*ROWS, *more]))
    )
    proofs = ["--basis", "legitimate_interest", "--told-of-calls", "--screened", f"tps={system_clock().date()}"]

    def command(*options: str, file: str = "kunden.xlsx") -> Result:
        return settled("import-contacts", file, *CAMPAIGN, *proofs, *options)

    return command


def test_a_dry_run_says_what_the_file_holds_and_imports_nothing(run: Command) -> None:
    shown = succeeds(run("--dry-run"))
    lines = [" ".join(line.split()) for line in shown.stdout.splitlines()]
    assert lines[0] == 'kunden.xlsx, sheet "Kunden": 3 rows for campaign Energy switch, list kunden.'
    assert 'Only the sheet "Kunden" is read. Not read: Start. Choose with --sheet.' in lines
    assert "Tel. mobil number to call (mobile) (•••• 123, •••• 124, nonsense)" in lines
    assert "Nicht anrufen do not call (Nein, Ja)" in lines
    assert "Ann | Lee | •••• 123 | Nein | 41" in lines
    assert any(line.endswith(", 1 do not call.") for line in lines)
    assert not any(line.startswith("1 do not call: ") for line in lines), "the column that bars says it"
    assert "1 row says do not call: never called for this client." in lines
    assert "line 4: the number has letters in it" in lines
    assert "900123" not in shown.stdout
    counts = json.loads(run("--dry-run", "--json").stdout)
    assert sum(times for _, times in counts["by_verdict"]) == 2
    done = json.loads(run("--json").stdout)
    assert (done["imported"], done["stopped"], done["by_verdict"]["suppressed"]) == (2, {"stop": 1}, 1)


@pytest.mark.long
def test_it_says_when_contacts_join_a_list_that_was_there(run: Command) -> None:
    joins = "These contacts join it"
    assert joins not in run("--dry-run").stdout
    assert joins not in run().stdout
    assert 'There is a list "kunden" already. These contacts join it' in run("--dry-run").stdout
    assert joins not in run("--dry-run", "--list", "Dezember").stdout
    assert json.loads(run("--json").stdout)["joined"] is True


def test_the_help_lists_what_a_column_can_mean(nextcall: Command) -> None:
    shown = " ".join(nextcall("import-contacts", "--help").stdout.split())
    assert all(one in shown for one in ("consent_withdrawn", "not_called", "phone_label"))


@pytest.mark.long
def test_a_question_is_asked_and_answered_and_the_answer_kept(run: Command, folder: Path) -> None:
    (folder / "a.csv").write_text("Who,Ring,Client refuses calls\nAnn,07700 900123,7\n")
    columns = ["--map", "Who=name", "--map", "Ring=phone"]
    assert '--map "Client refuses calls=stop"' in fails(run(*columns, file="a.csv")).stderr
    assert "Nothing was stored." in fails(run(*columns, "--dry-run", file="a.csv")).stdout
    done = succeeds(run(*columns, "--map", "Client refuses calls=stop", "--save-mapping", "Acme", file="a.csv"))
    assert "1 row says do not call: never called for this client." in done.stdout
    (folder / "b.csv").write_text("Who,Ring,Client refuses calls\nBen,07700 900124,no\n")
    assert 'Columns as saved in "Acme".' in succeeds(run("--dry-run", file="b.csv")).stdout


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--map", "Nachname"], "is no mapping"),
        (["--map", "Qux=phone"], 'has no column "Qux": choose one of "Vorname", "Nachname", "Tel. mobil"'),
        (["--map", "Nachname=shoe"], "is not a meaning of a column"),
        (["--map", "Nicht anrufen=ignore"], "cannot be left out"),
        (["--sheet", "Kundn"], 'has no sheet "Kundn": choose one of "Start", "Kunden"'),
        (["--save-mapping", "x" * 61], "at most 60 characters"),
    ],
)
def test_it_refuses_an_answer_that_is_none(run: Command, options: list[str], told: str) -> None:
    shown = run(*options)
    assert shown.exit_code != 0
    assert told in " ".join(shown.stderr.replace("│", " ").split())


def test_it_says_which_sheet_it_read_and_saves_no_mapping_without_a_choice(run: Command) -> None:
    done = succeeds(run("--save-mapping", "Nothing"))
    assert 'Only the sheet "Kunden" is read. Not read: Start. Choose with --sheet.' in done.stdout
    assert "Nothing" not in run("--dry-run").stdout.replace("Nothing was stored", "")
    assert json.loads(run("--json").stdout)["sheets_not_read"] == ["Start"]
    assert json.loads(run("--json", "--dry-run").stdout)["sheets_not_read"] == ["Start"]


def test_a_file_of_which_no_column_is_known_can_be_imported_with_map(run: Command, folder: Path) -> None:
    (folder / "a.csv").write_text("Foo,Bar\nAnn,07700 900123\n")
    assert 'Or say what the columns hold, such as --map "Client=name" --map "Line=phone".' in run(file="a.csv").stderr
    assert 'has no column "Qux": choose one of "Foo", "Bar"' in run("--map", "Qux=phone", file="a.csv").stderr
    assert json.loads(run("--map", "Bar=phone", "--map", "Foo=name", "--json", file="a.csv").stdout)["imported"] == 1
    (folder / "b.csv").write_text("Ann,07700 900123\nBen,07700 900124\nCat,07700 900125\n")
    assert "no column holds telephone numbers" in " ".join(run("--dry-run", file="b.csv").stderr.split())


def test_a_column_that_looks_like_telephone_numbers_is_offered(run: Command, folder: Path) -> None:
    (folder / "a.csv").write_text("Name,Mob tel\nAnn,07700 900123\nBen,07700 900124\n")
    asked = fails(run("--dry-run", file="a.csv"))
    assert 'Column "Mob tel" looks like telephone numbers ("•••• 123" (line 2), "•••• 124" (line 3)): use it?' in (
        " ".join(asked.stdout.split())
    )
    assert '--map "Mob tel=phone"' in asked.stdout
    assert "use it?" in run(file="a.csv").stderr
    assert "no column holds telephone numbers" in run("--map", "Mob tel=ignore", file="a.csv").stderr.replace("\n", " ")
    assert json.loads(run("--map", "Mob tel=phone", "--json", file="a.csv").stdout)["imported"] == 2


@pytest.mark.long
def test_a_note_that_may_say_no_holds_its_contact_until_it_is_answered(run: Command, folder: Path) -> None:
    (folder / "a.csv").write_text("Name,Phone,Notes\nAnn,07700 900123,never ring her\nBen,07700 900124,no answer\n")
    shown = run("--dry-run", file="a.csv")
    for line in (
        "1 row may say no to calls (1 text). It stays on hold until you say what the words mean.",
        '        1 Notes: "never ring her"',
        "Answer with --answer 'never ring her=stop' or --answer 'never ring her=nothing'",
    ):
        assert line in shown.stdout
    held = run("--json", file="a.csv")
    assert [one["text"] for one in json.loads(held.stdout)["possible"]] == ["never ring her"]
    done = run("--answer", "never ring her=stop", file="a.csv")
    assert "1 row says do not call: never called for this client." in done.stdout
    assert run("--answer", "never ring her=perhaps", file="a.csv").exit_code == 1
    assert run("--answer", "never ring her", file="a.csv").exit_code != 0


@pytest.mark.long
def test_dates_of_two_readings_are_asked_about(run: Command, folder: Path) -> None:
    (folder / "a.csv").write_text("Name,Phone,Customer since\nAnn,07700 900123,03/04/2020\n")
    asked = fails(run(file="a.csv"))
    assert "--dates day-first, or --dates month-first" in " ".join(asked.stderr.split())
    assert run("--dates", "month-first", file="a.csv").exit_code == 0
