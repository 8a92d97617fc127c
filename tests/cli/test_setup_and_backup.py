"""apply, import-contacts, redecide, migrate and backup: what they print, what they change, how they exit."""

import contextlib
import json
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.demo.stage import LEADS, SETUP
from bot.clock import system_clock
from tests.cli.conftest import Command, fails, succeeds


@pytest.mark.long
def test_it_shows_the_plan_and_changes_nothing(migrated: Command, folder: Path) -> None:
    shown = succeeds(migrated("apply", SETUP, "--plan"))
    assert "+ team Energy: channel C0ENERGY001; zone Europe/London; digest_at 20:15:00" in shown.stdout
    assert "Plan: 8 to add" in shown.stdout
    assert "Plan: 8 to add" in migrated("apply", SETUP, "--plan").stdout


@pytest.mark.long
def test_it_applies_once_and_then_finds_nothing_to_do(migrated: Command) -> None:
    assert "Done: 8 added, 0 changed" in migrated("apply", SETUP).stdout
    assert "Nothing differs" in succeeds(migrated("apply", SETUP)).stdout


def test_it_prints_old_and_new_values_and_decides_contacts_again(with_leads: Command, folder: Path) -> None:
    changed = folder / "setup.toml"
    changed.write_text(SETUP.read_text().replace('purpose = "marketing"', 'purpose = "service"'))
    shown = with_leads("apply", changed)
    assert "~ campaign Energy switch: purpose marketing → service" in shown.stdout
    assert "Contacts of Energy switch were decided again." in shown.stdout


@pytest.mark.long
def test_it_prints_the_plan_as_json(migrated: Command) -> None:
    plan = json.loads(migrated("apply", SETUP, "--plan", "--json").stdout)
    assert {line["change"] for line in plan["lines"]} == {"add"}


def test_it_prints_every_fault_of_a_setup_file_on_stderr(nextcall: Command, folder: Path) -> None:
    wrong = folder / "setup.toml"
    wrong.write_text('[[team]]\nname = "Energy"\nchannel = "x"\nzone = "Mars"\ndigest_at = 18:00:00\n')
    shown = nextcall("apply", wrong)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert [line.split(":")[0] for line in shown.stderr.splitlines()] == [
        "[[team]] 1 (Energy) channel",
        "[[team]] 1 (Energy) zone",
        "2 faults; nothing was done.",
    ]
    assert list(folder.iterdir()) == [wrong], "a database was made for nothing"


@pytest.mark.long
def test_it_imports_and_reports_and_writes_the_rejects(settled: Command, folder: Path) -> None:
    shown = succeeds(settled("import-contacts", LEADS, "--campaign", "energy SWITCH", "--rejects", folder / "no.csv"))
    assert "191 imported" in shown.stdout
    assert "6 cannot be imported" in shown.stdout
    assert "a spreadsheet shortened the number to 4.47701E+11" in shown.stdout
    assert "Kept as details of each contact: Address, Email consent, Notes." in shown.stdout
    assert len((folder / "no.csv").read_text(encoding="utf-8-sig").splitlines()) == 7


@pytest.mark.long
def test_it_prints_ten_of_a_thousand_faults_and_exits_1_when_no_row_was_usable(settled: Command, folder: Path) -> None:
    (folder / "bad.csv").write_text("Name,Phone\n" + "Ann,123\n" * 1_010)
    shown = fails(settled("import-contacts", "bad.csv", "--campaign", "Energy switch"))
    assert len(shown.stdout.splitlines()) < 20
    assert "… and 1,000 more faulty rows" in shown.stdout
    assert (folder / "bad.rejects.csv").exists()


@pytest.mark.long
def test_it_prints_the_import_report_as_json(settled: Command, folder: Path) -> None:
    report = json.loads(
        settled(
            "import-contacts", LEADS, "--campaign", "Energy switch", "--json", "--rejects", folder / "no.csv"
        ).stdout
    )
    assert (report["rows"], report["imported"], len(report["faults"])) == (200, 191, 6)
    assert sum(report["by_verdict"].values()) == 191


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "leads.csv is empty: export the list again."),
        (b"PK\x03\x04", "an archive that is not whole: download or export it again."),
        (b"%PDF-1.7", "leads.csv is not a CSV file or an XLSX workbook. It is a PDF"),
        (b"Name,Email\nAnn,a@b.c\n", "no column holds telephone numbers"),
    ],
)
def test_it_refuses_a_file_in_one_sentence(settled: Command, folder: Path, content: bytes, told: str) -> None:
    (folder / "leads.csv").write_bytes(content)
    shown = settled("import-contacts", "leads.csv", "--campaign", "Energy switch")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert told in shown.stderr
    assert len(shown.stderr.splitlines()) == 1


@pytest.mark.long
def test_it_accepts_the_proofs_that_marketing_needs(settled: Command, folder: Path) -> None:
    plain = settled("import-contacts", LEADS, "--campaign", "Energy switch", "--rejects", folder / "no.csv")
    assert "186 on hold, 5 do not call" in plain.stdout
    today = system_clock().date()
    proofs = ["--basis", "legitimate_interest", "--told-of-calls", "--screened", f"tps={today}"]
    succeeds(settled("import-contacts", LEADS, "--campaign", "Energy switch", "--rejects", folder / "no.csv", *proofs))
    missing = json.loads(settled("explain", "0113 496 0001", "--json").stdout)["checks"][0]["missing"]
    assert missing == []
    assert settled("import-contacts", LEADS, "--campaign", "Energy switch", "--basis", "hope").exit_code == 2
    assert settled("import-contacts", LEADS, "--campaign", "Energy switch", "--screened", "tps=soon").exit_code == 2


def test_it_names_the_existing_campaigns(settled: Command) -> None:
    shown = settled("import-contacts", LEADS, "--campaign", "Gas")
    assert (shown.exit_code, shown.stderr) == (1, 'There is no campaign "Gas"; choose one of Energy switch.\n')


@pytest.mark.long
def test_it_says_how_to_begin_without_an_organisation(migrated: Command) -> None:
    assert "add a campaign with `nextcall apply`" in migrated("import-contacts", LEADS, "--campaign", "Gas").stderr
    assert "run `nextcall apply setup.toml` first" in migrated("explain", "020 7946 0001").stderr


def test_it_exits_2_for_an_unknown_command(nextcall: Command) -> None:
    assert nextcall("import-contacts", LEADS).exit_code == 2
    assert nextcall("no-such-command").exit_code == 2
    for typed, says in (
        (("explain", "--decision", "x"), "Invalid value for '--decision': write a whole number."),
        (("lists", "--most", "0"), "Invalid value for '--most': write 1 or more."),
        (("policy", "house", "propose", "--ring", "999"), "Invalid value for '--ring': write 120 or less."),
        (("digest", "--edition", "x"), "Invalid value for '--edition': 'x' is not one of 'day', 'week', 'month'."),
    ):
        assert says in nextcall(*typed).stderr


def test_it_refuses_an_invalid_number(with_leads: Command) -> None:
    assert "is not a telephone number" in fails(with_leads("explain", "banana")).stderr


def test_it_shows_a_digest_without_posting_it(with_leads: Command) -> None:
    assert "every promise kept" in succeeds(with_leads("digest", "--team", "energy")).stdout
    found = json.loads(with_leads("digest", "--team", "energy", "--json").stdout)
    assert [(one["name"], one["handed_out"]) for one in found["agents"]] == [("Alice", 0), ("Bob", 0)]
    assert json.loads(with_leads("digest", "--json").stdout)["Energy"]["agents"] == found["agents"]
    assert {tuple(row) for row in found["waiting"]} == {("state", "reason", "count", "opens_at", "rule")}
    assert with_leads("digest", "--team", "Gas").stderr == 'There is no team "Gas"; choose one of Energy.\n'
    assert "has not begun" in with_leads("digest", "--on", "2099-01-01").stderr
    assert with_leads("digest", "--on", "soon").exit_code == 2


@pytest.mark.long
def test_it_migrates_once(nextcall: Command) -> None:
    assert "went from nothing to revision" in nextcall("migrate").stdout
    assert "already" in nextcall("migrate").stdout


@pytest.mark.long
def test_it_refuses_a_database_of_a_newer_version(migrated: Command, folder: Path) -> None:
    with sqlite3.connect(folder / "calls.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    for command in (["migrate"], ["apply", SETUP], ["explain", "020 7946 0001"]):
        assert "install the newer version again" in fails(migrated(*command)).stderr


def test_it_refuses_a_file_that_is_not_a_database(nextcall: Command, folder: Path) -> None:
    (folder / "calls.db").write_bytes(b"this is not a database, and long enough to be told from an empty one" * 20)
    shown = nextcall("explain", "020 7946 0001")
    assert (shown.exit_code, "cannot be opened" in shown.stderr) == (1, True)
    assert len(shown.stderr.splitlines()) == 1


def test_it_says_that_the_folder_of_the_database_is_missing(nextcall: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:///no/such/folder/calls.db")
    assert "cannot be opened" in fails(nextcall("migrate")).stderr


def test_it_backs_up_a_complete_and_checked_copy(with_leads: Command, folder: Path) -> None:
    shown = with_leads("backup", "copy.db")
    assert (shown.exit_code, shown.stdout.startswith("Wrote and checked ")) == (0, True)
    copy = sqlite3.connect(folder / "copy.db")
    assert copy.execute("SELECT count(*) FROM contact").fetchone() == (191,)
    copy.close()
    assert sorted(path.name for path in folder.glob("copy.db*")) == ["copy.db"]


def test_it_deletes_a_damaged_copy(with_leads: Command, folder: Path) -> None:
    """An index still holds a deleted row, as a failing disk leaves it: the copy opens but answers wrongly."""
    with closing(sqlite3.connect(folder / "calls.db", isolation_level=None)) as database:
        index = database.execute(
            "SELECT * FROM sqlite_master WHERE type = 'index' AND tbl_name = 'screening'"
        ).fetchone()
        database.execute("PRAGMA writable_schema = ON")
        database.execute("DELETE FROM sqlite_master WHERE name = ?", index[1:2])
        database.execute("PRAGMA writable_schema = RESET")
        database.execute("DELETE FROM screening WHERE id = 1")
        database.execute("PRAGMA writable_schema = ON")
        database.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", index)
    shown = with_leads("backup", "copy.db")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "The copy is damaged" in shown.stderr
    assert list(folder.glob("copy.db*")) == []


def test_a_backup_replaces_a_file_only_when_told_to(with_leads: Command, folder: Path) -> None:
    (folder / "copy.db").write_text("something dear")
    assert with_leads("backup", "copy.db").stderr.startswith("copy.db already exists")
    assert (folder / "copy.db").read_text() == "something dear"
    assert with_leads("backup", "copy.db", "--force").exit_code == 0
    says = (
        "no/such/folder/copy.db could not be written (No such file or directory): check the folder and the space left."
    )
    assert with_leads("backup", "no/such/folder/copy.db").stderr == f"{says}\n"


@pytest.mark.parametrize(
    "name",
    [
        "calls.db",
        "./calls.db",
        "calls.db-wal",
        "calls.db-shm",
        "calls.db-journal",
        "link",
        "twin",
        "elsewhere",
        "dangling",
    ],
)
def test_a_backup_never_replaces_files_in_use(with_leads: Command, folder: Path, name: str) -> None:
    (folder / "link").symlink_to("calls.db")
    os.link(folder / "calls.db", folder / "twin")
    (folder / "dear.txt").write_text("something dear")
    (folder / "elsewhere").symlink_to("dear.txt")
    (folder / "dangling").symlink_to("calls.db-wal")
    before = (folder / "calls.db").stat().st_ino
    shown = with_leads("backup", name, "--force")
    assert (shown.exit_code, shown.stdout, len(shown.stderr.splitlines())) == (1, "", 1)
    assert "choose another name" in shown.stderr or "name the file that you mean" in shown.stderr
    assert ((folder / "calls.db").stat().st_ino, (folder / "dear.txt").read_text()) == (before, "something dear")
    assert (folder / "link").is_symlink()
    assert not list(folder.glob("*.unfinished"))


def test_a_backup_replaces_no_folder_device_or_pipe(with_leads: Command, folder: Path) -> None:
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    (folder / "null").symlink_to("/dev/null")
    with contextlib.suppress(OSError):  # needs root
        os.mknod(folder / "device", 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    for path in list(folder.iterdir()):
        kind = stat.S_IFMT(path.lstat().st_mode)
        shown = with_leads("backup", path, "--force")
        assert stat.S_IFMT(path.lstat().st_mode) == kind
        assert (shown.exit_code, "incident" in shown.stderr) == (1 if kind != stat.S_IFREG else shown.exit_code, False)


def test_a_backup_replaces_no_database_that_a_program_has_open(with_leads: Command, folder: Path) -> None:
    other = sqlite3.connect(folder / "other.db", isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("CREATE TABLE dear (what)")
    assert "another program has open" in fails(with_leads("backup", "other.db", "--force")).stderr
    assert other.execute("SELECT count(*) FROM dear").fetchone() == (0,)
    other.close()
    assert with_leads("backup", "other.db", "--force").exit_code == 0


def test_it_reports_wrong_settings_before_anything_else(nextcall: Command, folder: Path) -> None:
    (folder / ".env").write_text("NEXTCALL_LOG_LEVEL=loud\nnonsense\n")
    shown = fails(nextcall("migrate"))
    assert [line.split(" ")[0] for line in shown.stderr.splitlines()] == [".env", "NEXTCALL_LOG_LEVEL", "2"]
    assert not (folder / "calls.db").exists()


def test_it_names_the_existing_house_packs(nextcall: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTCALL_HOUSE_PACK", "no-such-house")
    shown = nextcall("apply", SETUP)
    assert (shown.exit_code, "set NEXTCALL_HOUSE_PACK to one of au-house, br-house, ca-house" in shown.stderr) == (
        1,
        True,
    )


@pytest.mark.long
def test_an_unexpected_error_gets_an_incident_id_that_is_in_the_log(
    migrated: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> None:
        raise RuntimeError("calling +44 7700 900123 went wrong")

    monkeypatch.setattr("bot.services.setup.plan.read_setup", break_down)
    shown = migrated("apply", SETUP)
    migrated("migrate")
    assert (shown.exit_code, shown.stdout, "Traceback" in shown.stderr) == (1, "", False)
    incident = shown.stderr.split("incident ")[1].split(")")[0]
    log = (folder / "nextcall.log").read_text()
    assert f"incident={incident}" in log
    assert "RuntimeError" in log
    assert "900123" not in log
