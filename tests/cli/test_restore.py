"""`nextcall backup` and `nextcall restore` on both engines: what they print, and what the log says afterwards."""

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from threading import Event, Thread
from zipfile import ZipFile

import pytest
from sqlalchemy import make_url, text

from bot.cli.demo.stage import SETUP
from bot.cli.installation import opened_installation
from bot.services.deps import Kept
from bot.services.ports import InMemory
from bot.services.proof import sequencing
from bot.wiring import CheckpointFile, KeyFile
from storage import migrations
from storage.database import engine as engines
from tests.cli.conftest import Command, fails, succeeds
from tests.postgres import Server
from tests.storage.planted import plant

_LOGGED = "logged"  # a database, to be copied


@pytest.fixture(params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], None]]:
    """Acme is set up in a database. Calling this destroys it, and makes an empty one."""
    if request.param == "sqlite":
        yield partial(_remove, folder)
        return
    with _postgresql(request.getfixturevalue("postgres"), monkeypatch) as destroy:
        yield destroy


@contextmanager
def _postgresql(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    with server.database(is_migrated=False) as first, server.database(is_migrated=False) as second:
        addresses = [url.replace("postgresql+psycopg", "postgres") for url in (first, second)]
        monkeypatch.setenv("DATABASE_URL", addresses[0])
        yield lambda: monkeypatch.setenv("DATABASE_URL", addresses[1])


def _remove(folder: Path) -> None:
    for one in folder.glob("calls.db*"):
        if not one.name.endswith((".checkpoint", ".key")):
            one.unlink()


@pytest.fixture(scope="module")
def kept() -> dict[str, Path]:
    """By engine: the files beside a database that `with_log` made. The first test makes it, the others copy it."""
    return {}


@pytest.fixture
def with_log(
    request: pytest.FixtureRequest, place: Callable[[], None], nextcall: Command, folder: Path, kept: dict[str, Path]
) -> Command:
    """The sample organisation, with a log as the bot makes it."""
    engine: str = request.node.callspec.params["place"]
    if is_new := engine not in kept:
        assert nextcall("migrate").exit_code == 0
        assert nextcall("apply", SETUP).exit_code == 0
        assert _sequence() > 5
        kept[engine] = request.getfixturevalue("tmp_path_factory").mktemp(engine)
    copytree(*((folder, kept[engine]) if is_new else (kept[engine], folder)), dirs_exist_ok=True)
    if engine == "postgresql":
        database = make_url(os.environ["DATABASE_URL"]).database or ""
        request.getfixturevalue("postgres").copy(*((database, _LOGGED) if is_new else (_LOGGED, database)))
    return nextcall


def _sequence(witness: CheckpointFile | InMemory | None = None) -> int:
    """As a bot does that has just been started."""
    with opened_installation() as installation:
        deps = replace(installation.deps, kept=Kept())
        return sequencing.sequence_due(replace(deps, witness=witness) if witness else deps)


def _change(*statements: str) -> None:
    with opened_installation() as installation, installation.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def _stop(number: str) -> str:
    return (
        "INSERT INTO suppression (organisation_id, number, principal, source, reason, note, since, withdrawn_because)"
        f" SELECT id, '{number}', '', 'request', '', '', CURRENT_TIMESTAMP, '' FROM organisation"
    )


def _count(table: str) -> int:
    with opened_installation() as installation, installation.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


@pytest.mark.long
def test_a_database_is_backed_up_while_it_works_destroyed_and_put_back(
    with_log: Command, place: Callable[[], None], folder: Path
) -> None:
    """Of each pair that a writer commits at once, the backup holds both or none."""
    done, began = Event(), Event()

    def write() -> None:
        engine = engines.create(_url())
        serial = 0
        while not done.is_set():
            with engine.begin() as connection:
                for number in (f"+4420794{serial:05d}", f"+4420795{serial:05d}"):
                    connection.execute(text(_stop(number)))
            serial += 1
            began.set()
        engine.dispose()

    writer = Thread(target=write)
    writer.start()
    began.wait(20)
    shown = with_log("backup", "copy.backup")
    done.set()
    writer.join()
    assert shown.exit_code == 0, shown.output
    assert "Wrote and checked copy.backup" in shown.stdout
    assert "The key that signs the log is not in it" in shown.stdout
    _sequence()
    lost = _count("suppression")
    assert "already: " in with_log("restore", "copy.backup").stderr
    place()
    shown = with_log("restore", "copy.backup")
    assert (shown.exit_code, shown.stderr) == (0, ""), shown.output
    assert "The log says so in leaf " in shown.stdout
    kept = _count("suppression")
    assert 0 < kept < lost
    assert kept % 2 == 0
    verified = succeeds(with_log("evidence", "verify"))
    assert "by the command line, from a backup of " in verified.stdout
    assert verified.stdout.splitlines()[-1] == "Nothing was changed."
    assert with_log("apply", SETUP).exit_code == 0


def _url() -> str:
    with opened_installation() as installation:
        return installation.engine.url.render_as_string(hide_password=False)


@pytest.mark.long
def test_log_names_the_restore_to_whoever_kept_a_checkpoint(
    with_log: Command, place: Callable[[], None], folder: Path
) -> None:
    (folder / "before.txt").write_text(with_log("evidence", "checkpoint").stdout)
    assert with_log("backup", "copy.backup").exit_code == 0
    for serial, name in enumerate(("between.txt", "newest.txt")):
        _change(_stop(f"+44207946000{serial}"))
        _sequence()
        (folder / name).write_text(with_log("evidence", "checkpoint").stdout)
    place()
    assert " before: what it said from leaf " in with_log("restore", "copy.backup").stdout
    for _ in range(2):  # once as it was put back, once when the log has grown beyond what was lost
        assert with_log("evidence", "verify", "--against", "before.txt").exit_code == 0
        told = {}
        for name in ("between.txt", "newest.txt"):
            shown = with_log("evidence", "verify", "--against", name)
            assert (shown.exit_code, "forked" in shown.stdout, "1 finding." in shown.stdout) == (1, False, True)
            told[name] = shown.stdout.splitlines()[0]
        assert "is the one that leaf " in told["newest.txt"]
        assert "put back from a backup on " in told["between.txt"]
        assert "If it was made later, the log was rewritten." in told["between.txt"]
        _change(*(_stop(f"+44207946020{serial}") for serial in range(9)))
        _sequence()
    [said] = json.loads(with_log("evidence", "verify", "--json").stdout)["put_back"]
    assert said["by"] == "command line"
    assert said["had"] == said["backup"] + 2 == said["leaf"] + 2


@pytest.mark.night
def test_bot_that_was_beside_the_database_says_it_no_second_time(
    with_log: Command, place: Callable[[], None], folder: Path
) -> None:
    elsewhere = CheckpointFile(folder / "elsewhere.checkpoint", is_shared=True)
    assert with_log("backup", "copy.backup").exit_code == 0
    _change(_stop("+442079460001"))
    _sequence(elsewhere)
    _change(_stop("+442079460002"))
    _sequence()
    place()
    assert with_log("restore", "copy.backup").exit_code == 0
    for _ in range(3):
        _change(_stop("+442079460003"))
        _sequence()
    assert with_log("evidence", "verify").stdout.count("put back: ") == 1
    _sequence(elsewhere)
    shown = succeeds(with_log("evidence", "verify"))
    assert shown.stdout.count("put back: ") == 2
    assert "put back: a bot noticed on " in shown.stdout


@pytest.mark.night
def test_a_log_that_is_rewritten_after_a_restore_is_named(
    with_log: Command, place: Callable[[], None], folder: Path
) -> None:
    assert with_log("backup", "copy.backup").exit_code == 0
    place()
    assert with_log("restore", "copy.backup").exit_code == 0
    _change("UPDATE evidenceleaf SET said = replace(said, 'command line', 'nobody here ') WHERE kind = 'restored'")
    assert "changed: leaf " in fails(with_log("evidence", "verify")).stdout


@pytest.mark.long
def test_a_row_that_was_changed_in_the_backup_itself_is_named_after_the_restore(
    with_log: Command, place: Callable[[], None], folder: Path
) -> None:
    """Who changes a row and what the manifest says of it passes every check of the file. The log still names the
    row."""
    assert with_log("backup", "copy.backup").exit_code == 0
    if "sqlite" in _url():
        with closing(sqlite3.connect(folder / "copy.backup")) as database, database:
            database.execute("UPDATE team SET name = 'Forged' WHERE name = 'Energy'")
    else:
        _forge(folder / "copy.backup", "team", b"Energy", b"Forged")
    place()
    assert with_log("restore", "copy.backup").exit_code == 0
    assert ": team 1 (name) " in fails(with_log("evidence", "verify")).stdout


def _forge(file: Path, table: str, words: bytes, other: bytes) -> None:
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = f"tables/{table}.copy"
    parts[name] = parts[name].replace(words, other)
    said = json.loads(parts["manifest.json"])
    [part] = [one for one in said["tables"] if one["table"] == table]
    part["sha256"] = sha256(parts[name]).hexdigest()
    parts["manifest.json"] = json.dumps(said).encode()
    with ZipFile(file, "w") as archive:
        for one, content in parts.items():
            archive.writestr(one, content)


@pytest.mark.long
def test_no_backup_holds_the_key_and_the_one_beside_the_database_signs_on(
    with_log: Command, place: Callable[[], None], folder: Path
) -> None:
    shown = with_log("backup", "copy.backup")
    assert f"{_key_file(folder).name} in another place." in shown.stdout
    [private] = KeyFile(_key_file(folder)).kept()
    for file in folder.iterdir():
        assert private not in file.read_bytes()
        assert private.hex().encode() not in file.read_bytes()
    (folder / "kept.txt").write_text(with_log("evidence", "checkpoint").stdout)
    place()
    shown = with_log("restore", "copy.backup")
    assert (shown.exit_code, shown.stderr) == (0, ""), shown.output
    assert "The log says so in leaf " in shown.stdout
    assert "a new one is there now" not in shown.stdout
    shown = with_log("evidence", "verify", "--against", "kept.txt")
    assert (shown.exit_code, "new key" in shown.stdout) == (0, False), shown.output


@pytest.mark.long
def test_a_backup_is_put_back_without_the_key_and_the_log_says_so(
    with_log: Command, place: Callable[[], None], folder: Path
) -> None:
    assert with_log("backup", "copy.backup").exit_code == 0
    _key_file(folder).unlink()
    place()
    shown = with_log("restore", "copy.backup")
    assert (shown.exit_code, shown.stderr) == (0, ""), shown.output
    assert f"{_key_file(folder).name}, so a new one is there now, and the log says so." in shown.stdout
    assert "without the earlier one." in with_log("evidence", "verify").stdout


@pytest.mark.long
def test_a_key_is_changed_at_the_command_line(with_log: Command, folder: Path) -> None:
    (folder / "kept.txt").write_text(with_log("evidence", "checkpoint").stdout)
    before = with_log("evidence", "checkpoint", "--key").stdout
    shown = succeeds(with_log("evidence", "change-key"))
    now = with_log("evidence", "checkpoint", "--key").stdout
    assert now != before
    assert now.strip() in shown.stdout
    assert len(KeyFile(_key_file(folder)).kept()) == 1
    assert "The earlier one signed it too." in succeeds(with_log("evidence", "verify", "--against", "kept.txt")).stdout


@pytest.mark.long
def test_what_to_do_without_the_key_is_said(with_log: Command, folder: Path) -> None:
    _key_file(folder).unlink()
    refused = with_log("evidence", "change-key")
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (1, 1)
    assert "If it is gone for good: nextcall evidence change-key --lost" in refused.stderr
    assert with_log("evidence", "change-key", "--lost").exit_code == 0
    assert with_log("evidence", "verify").exit_code == 0


def _key_file(folder: Path) -> Path:
    return folder / ("calls.db.key" if "sqlite" in _url() else "nextcall.key")


@pytest.mark.night
@pytest.mark.parametrize("cell", ["marks = '\"none\"'", "size = size + 1", "size = 0"])
def test_a_log_with_a_damaged_head_is_put_back_as_it_is(
    with_log: Command, place: Callable[[], None], folder: Path, cell: str
) -> None:
    _change(f"UPDATE evidencelog SET {cell}")
    assert with_log("backup", "copy.backup").exit_code == 0
    place()
    assert "The head of the log in" in fails(with_log("restore", "copy.backup")).stderr
    assert with_log("evidence", "verify").exit_code == 1
    assert _count("team") == 1


@pytest.mark.long
@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_a_file_of_any_revision_is_backed_up(with_log: Command, place: Callable[[], None], folder: Path) -> None:
    for revision in ("0057", "9999"):
        with closing(sqlite3.connect(folder / "calls.db")) as database, database:
            database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        assert with_log("backup", f"{revision}.backup").exit_code == 0


@pytest.mark.night
def test_a_backup_from_before_the_log_is_put_back(place: Callable[[], None], nextcall: Command) -> None:
    assert "The database is empty" in nextcall("backup", "none.backup").stderr
    nextcall("migrate")
    nextcall("apply", SETUP)
    assert "It holds no log: a bot begins it" in nextcall("backup", "copy.backup").stdout
    place()
    shown = nextcall("restore", "copy.backup")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert "leaf" not in shown.stdout


@pytest.mark.long
@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_postgresql_is_backed_up_before_it_is_migrated(
    with_log: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, planted = migrations.head(), plant(folder, monkeypatch)
    file = folder / f"nextcall-before-{planted}.backup"
    file.mkdir()
    assert "name a file" in fails(with_log("migrate")).stderr
    file.rmdir()
    shown = with_log("migrate")
    assert shown.stdout.splitlines()[0] == f"Wrote and checked {file.name}, from before the upgrade."
    with ZipFile(file) as archive:
        said = json.loads(archive.read("manifest.json"))
    assert said["revision"] == before
    assert [note.splitlines()[0].startswith("nextcall/") for note in said["checkpoints"]] == [True]
    assert migrations.head() == planted
    again = with_log("migrate")
    assert "already" in again.stdout
    assert "Wrote" not in again.stdout


def test_what_is_no_backup_is_refused_in_one_line(nextcall: Command, folder: Path) -> None:
    (folder / "notes.txt").write_text("hello")
    (folder / "empty").touch()
    with ZipFile(folder / "leads.xlsx", "w") as file:
        file.writestr("xl/workbook.xml", "")
    for name in ("notes.txt", "empty", "leads.xlsx"):
        said = nextcall("restore", name).stderr
        assert said == f"{name} is not a backup of Nextcall, or not whole: choose another.\n"
    for name in ("notes.txt", "none.backup", "."):
        shown = nextcall("restore", name)
        assert (shown.exit_code, shown.stdout, len(shown.stderr.splitlines())) == (1, "", 1), name
        assert "incident" not in shown.stderr
    assert not (folder / "calls.db").exists()
