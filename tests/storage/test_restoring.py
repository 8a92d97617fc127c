"""A backup is put back whole or not at all, on both engines."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import Engine, inspect

from storage import migrations
from storage.database import backup
from storage.database.backup import NotCopied, write_copy
from storage.database.database_files import files_of
from storage.database.engine import lock_schema
from storage.errors import NotRestored, SchemaTooNew
from storage.migrations.restoring import restored
from tests.storage.conftest import At, Bring
from tests.storage.filled import FIRST, fill, rows_of, tables_of, without_gone
from tests.storage.planted import plant

ROOT = Path(__file__).resolve().parents[2]
UNCOPIED = "shownnumber"
# SQLite copies its file: `tests/cli/test_setup_and_backup.py` has what can go wrong with that.
_ON_POSTGRESQL = pytest.mark.parametrize("empty", ["postgresql"], indirect=True)
_ON_SQLITE = pytest.mark.parametrize("empty", ["sqlite"], indirect=True)


def _back_up(engine: Engine, file: Path) -> Path:
    if engine.dialect.name == "sqlite":
        write_copy(engine, file)
    else:
        backup.write_archive(engine, file, lambda _: {"program": "0.9.0"}, lambda *_: None)
    return file


def _restore(engine: Engine, file: Path, told: Callable[[int, int | None], None] = lambda *_: None) -> str:
    with restored(engine, file, told) as found:
        assert found.left_out == []
    return found.before


@pytest.fixture
def full(empty: Engine, bring: Bring) -> Engine:
    """A row in every table."""
    bring(empty, "full", _fill)
    return empty


def _fill(engine: Engine) -> None:
    migrations.upgrade(engine)
    fill(engine, tables_of(engine))


def _is_empty(engine: Engine) -> bool:
    """No tables; on SQLite not even a file."""
    if engine.dialect.name == "sqlite":
        return not files_of(engine)[0].exists()
    return inspect(engine).get_table_names() == []


@pytest.mark.long
def test_every_row_comes_back_as_it_was_and_ids_go_on(full: Engine, second: Engine, tmp_path: Path) -> None:
    before = rows_of(full, tables_of(full))
    if full.dialect.name == "postgresql":
        with full.begin() as connection:
            connection.exec_driver_sql("SELECT setval('organisation_id_seq', 7)")
    told: list[tuple[int, int | None]] = []
    file = _back_up(full, tmp_path / "file.backup")
    assert file.stat().st_mode & 0o077 == 0
    assert _restore(second, file, lambda *moved: told.append(moved)) == migrations.head()
    migrations.require_current(second)
    after = rows_of(second, tables_of(second))
    assert after.pop(UNCOPIED) == []
    assert after == {name: rows for name, rows in before.items() if name != UNCOPIED}
    assert told
    with second.begin() as connection:
        connection.exec_driver_sql("INSERT INTO organisation (slack_team_id, name) VALUES ('T2', 'Two')")
        newest = connection.exec_driver_sql("SELECT max(id) FROM organisation").scalar_one()
    assert newest == (2 if second.dialect.name == "sqlite" else 8)


@pytest.mark.long
def test_an_older_backup_is_upgraded(
    full: Engine, second: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_of(full, tables_of(full))
    file, written_at = _back_up(full, tmp_path / "file.backup"), migrations.head()
    planted = plant(tmp_path, monkeypatch)
    assert _restore(second, file) == written_at
    migrations.require_current(second)
    assert migrations.revision_of(second) == planted
    with second.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*), max(later) FROM contact").one() == (1, "")
    assert len(before) + 1 == len(tables_of(second).tables)


@pytest.mark.night
def test_a_backup_of_the_last_revision_before_the_first_version_is_recognised(
    empty: Engine, second: Engine, at: At, tmp_path: Path
) -> None:
    at(empty, FIRST)
    tables = tables_of(empty)
    fill(empty, tables)
    tables = without_gone(tables)
    before = rows_of(empty, tables)
    with empty.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0060'")
    assert _restore(second, _back_up(empty, tmp_path / "file.backup")) == "0060"
    assert migrations.revision_of(second) == migrations.head()
    assert rows_of(second, tables)["contact"] == before["contact"]


@pytest.mark.long
def test_one_of_a_newer_version_is_refused(
    empty: Engine, second: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        plant(tmp_path, newer)
        _fill(empty)
        file = _back_up(empty, tmp_path / "file.backup")
    with pytest.raises((NotRestored, SchemaTooNew), match="install the newer version"):
        _restore(second, file)
    assert _is_empty(second)


@pytest.mark.long
def test_a_database_with_tables_is_left_alone(full: Engine, second: Engine, at: At, tmp_path: Path) -> None:
    file = _back_up(full, tmp_path / "file.backup")
    at(second, migrations.head())
    with second.begin() as connection:
        connection.exec_driver_sql("INSERT INTO organisation (slack_team_id, name) VALUES ('T2', 'Two')")
    with pytest.raises(NotRestored, match=r"(tables|a database) already"):
        _restore(second, file)  # on SQLite the rows are in the write-ahead log yet
    with second.connect() as connection:
        assert connection.exec_driver_sql("SELECT name FROM organisation").scalars().all() == ["Two"]
    if second.dialect.name == "sqlite":
        second.dispose()
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(NotRestored, match="a database already"):
            _restore(second, file)
        assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.long
def test_a_truncated_file_is_refused(full: Engine, second: Engine, tmp_path: Path) -> None:
    whole = _back_up(full, tmp_path / "file.backup").read_bytes()
    cut = tmp_path / "cut.backup"
    for size in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        cut.write_bytes(whole[:size])
        with pytest.raises(NotRestored):
            _restore(second, cut)
        assert _is_empty(second), size


@pytest.mark.night
@_ON_POSTGRESQL
def test_a_changed_file_is_refused(full: Engine, second: Engine, tmp_path: Path) -> None:
    """A flipped bit anywhere is noticed, or changes nothing that is read."""
    before = rows_of(full, tables_of(full))
    whole = _back_up(full, tmp_path / "file.backup").read_bytes()
    file = tmp_path / "flipped.backup"
    refused = 0
    for place in range(0, len(whole), len(whole) // 40):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        try:
            with restored(second, file, lambda *_: None) as found:
                after = {
                    name: found.connection.execute(table.select()).all()
                    for name, table in tables_of(full).tables.items()
                }
                assert {**after, UNCOPIED: before[UNCOPIED]} == before, place
                raise _Enough
        except NotRestored:
            refused += 1
        except _Enough:
            """The bit was none that is read, such as a date in the archive."""
        assert _is_empty(second)
    assert refused > 25


@pytest.mark.parametrize(("place", "value"), [(8, 1), (10, 97), (6, 200)], ids=["locked", "pressed", "newer"])
@pytest.mark.parametrize("which", [0, -1], ids=["first", "last"])
def test_a_file_of_another_kind_of_zip_is_refused(
    full: Engine, second: Engine, tmp_path: Path, place: int, value: int, which: int
) -> None:
    """As a flipped bit may make it look."""
    if full.dialect.name == "sqlite":
        pytest.skip("SQLite's backup is a database")
    file = tmp_path / "file.backup"
    content = bytearray(_back_up(full, file).read_bytes())
    entries = [one.start() for one in re.finditer(b"PK\x01\x02", content)]
    content[entries[which] + place] = value
    file.write_bytes(content)
    with pytest.raises(NotRestored), restored(second, file, lambda *_: None):
        """It never comes so far."""
    assert _is_empty(second)


class _Enough(Exception):
    pass


@pytest.mark.long
@_ON_POSTGRESQL
@pytest.mark.parametrize("change", ["rows", "sha256", "content", "no manifest", "column"])
def test_an_archive_whose_parts_do_not_agree_is_refused(
    full: Engine, second: Engine, tmp_path: Path, change: str
) -> None:
    file, other = _back_up(full, tmp_path / "file.backup"), tmp_path / "other.backup"
    with ZipFile(file) as source, ZipFile(other, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "manifest.json":
                said = json.loads(content)
                if change in ("rows", "sha256"):
                    said["tables"][0][change] = 7 if change == "rows" else "0" * 64
                if change == "column":
                    said["tables"][0]["columns"][0] = 'id" FROM agent; DROP TABLE agent; --'
                content = json.dumps(said).encode()
            if change == "content" and name == "tables/organisation.copy":
                content = content.replace(b"Zo", b"Zu")
            if change != "no manifest" or name != "manifest.json":
                target.writestr(name, content)
    with pytest.raises(NotRestored):
        _restore(second, other)
    assert _is_empty(second)


@pytest.mark.long
def test_a_backup_of_the_other_engine_is_refused(empty: Engine, second: Engine, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.backup"
    if empty.dialect.name == "sqlite":
        with ZipFile(theirs, "w") as file:
            file.writestr("manifest.json", "{}")
    else:
        theirs.write_bytes(b"SQLite format 3\x00" + bytes(1000))
    with pytest.raises(NotRestored, match="a backup goes back to where it is from"):
        _restore(second, theirs)
    for none in ("nothing.backup", "."):
        with pytest.raises(NotRestored):
            _restore(second, tmp_path / none)
    assert _is_empty(second)


@pytest.mark.night
@pytest.mark.parametrize("after", ["half", "all"])
def test_killed_in_the_midst_it_leaves_an_empty_database_and_can_be_run_again(
    full: Engine, second: Engine, tmp_path: Path, after: str
) -> None:
    before = rows_of(full, tables_of(full))
    file = _back_up(full, tmp_path / "file.backup")
    program = f"""
import os, signal
from pathlib import Path
from storage.database import engine
from storage.migrations.restoring import restored
moved = []
def told(done, total):
    moved.append(done)
    if {after == "half"} and (len(moved) > 30 or {full.dialect.name == "sqlite"}):
        os.kill(os.getpid(), signal.SIGKILL)
with restored(engine.create({second.url.render_as_string(hide_password=False)!r}), Path({str(file)!r}), told):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=120, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert _is_empty(second)
    _restore(second, file)
    assert rows_of(second, tables_of(second)).keys() == before.keys()


@pytest.mark.long
@_ON_SQLITE
def test_files_of_a_database_that_is_gone_are_not_read_into_the_new_one(
    full: Engine, second: Engine, tmp_path: Path
) -> None:
    file = _back_up(full, tmp_path / "file.backup")
    gone = files_of(second)[0]
    for suffix in ("-wal", "-shm"):
        gone.with_name(gone.name + suffix).write_bytes(b"of before")
    assert _restore(second, file) == migrations.head()
    assert gone.with_name(gone.name + "-wal.left").read_bytes() == b"of before"
    assert len(rows_of(second, tables_of(second))["organisation"]) == 1


@pytest.mark.long
@_ON_POSTGRESQL
def test_tables_that_are_not_nextcalls_are_named_and_left_out(full: Engine, second: Engine, tmp_path: Path) -> None:
    with full.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE ours (says text)")
        connection.exec_driver_sql("INSERT INTO ours VALUES ('kept')")
    file = _back_up(full, tmp_path / "file.backup")
    with restored(second, file, lambda *_: None) as found:
        assert found.left_out == ["ours"]


@pytest.mark.long
@_ON_POSTGRESQL
def test_an_archive_is_written_whole_or_not_at_all(full: Engine, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("dear.txt")
    for target in (tmp_path / "no" / "such" / "folder", tmp_path / "link", tmp_path):
        with pytest.raises(NotCopied):
            backup.write_archive(full, target, lambda _: {}, lambda *_: None)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.write_archive(full, tmp_path / "file.backup", lambda _: {}, stop)
    assert [one.name for one in tmp_path.iterdir() if "backup" in one.name or "unfinished" in one.name] == []


@pytest.mark.long
@_ON_POSTGRESQL
def test_backup_and_migration_do_not_meet(full: Engine, tmp_path: Path) -> None:
    """A migration that waited for tables would let every agent wait behind it."""
    with full.begin() as migrating:
        lock_schema(migrating)
        with pytest.raises(NotCopied, match="being migrated"):
            _back_up(full, tmp_path / "file.backup")
    waited: list[bool] = []

    def look(_: object) -> dict[str, str]:
        with full.connect() as connection:
            asked = connection.exec_driver_sql("SELECT pg_try_advisory_xact_lock(7262255)")
            waited.append(not asked.scalar_one())
        return {}

    backup.write_archive(full, tmp_path / "file.backup", look, lambda *_: None)
    assert waited == [True]
