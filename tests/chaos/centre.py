"""The centre on its bad days: a PostgreSQL on a small disk, several bots as processes, and what can befall them."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from benchmarks.harness.make_contacts import AT
from tests.chaos.troubled_slack import TroubledSlack
from tests.crashes.running_clock import RunningClock
from tests.crashes.small_disk import SmallDisk
from tests.forks import Forks
from tests.postgres import Server

_MOST_CONNECTIONS = 200


class TroubledCentre:
    """Starts, kills and watches the bots; `url`: of their database."""

    def __init__(self, folder: Path, slack: TroubledSlack, postgres: Server, url: str, disk: SmallDisk) -> None:
        self.postgres, self.url, self.disk = postgres, url, disk
        self.clock = RunningClock(folder / "clock")
        self.clock.put(AT)
        self.true_until = datetime.max.replace(tzinfo=UTC)  # from then on clocks differ, or go back
        self._folder, self._slack = folder, slack
        self._forks = Forks("tests.crashes.bot_process")
        self._bots: list[int] = []

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()

    def start(self, ahead: float = 0.0) -> None:
        """One more bot. `ahead`: how many seconds fast its clock is."""
        if ahead:
            self.true_until = min(self.true_until, self.clock())
        ours = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environ = ours | {
            "CLOCK_FILE": str(self._folder / "clock"),
            "DATABASE_URL": self.url,
            "SLACK_BOT_TOKEN": "xoxb-1",
            "SLACK_APP_TOKEN": "xapp-1",
            "SLACK_API_URL": self._slack.api_url,
        }
        self._bots.append(self._forks.fork(folder=str(self._folder), environ=environ, ahead=ahead))

    def kill(self) -> None:
        """SIGKILL the bot that has run longest."""
        os.kill(self._bots.pop(0), signal.SIGKILL)

    def stop(self) -> None:
        for bot in self._bots:
            os.kill(bot, signal.SIGKILL)
        self._forks.stop()

    def jump(self, **span: float) -> None:
        """All clocks at once."""
        self.true_until = min(self.true_until, self.clock())
        self.clock.put(self.clock() + timedelta(**span))

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """As a server is that has become another's standby."""
        self._order(f"ALTER DATABASE {self._name} SET default_transaction_read_only = on")
        self.postgres.disconnect_all()
        yield
        self._order(f"ALTER DATABASE {self._name} RESET default_transaction_read_only")
        self.postgres.disconnect_all()

    @contextmanager
    def without_connections(self) -> Iterator[None]:
        """Others take every connection that the server has left, and the bots' own are ended."""
        taken: list[psycopg.Connection] = []
        self._take(taken)
        self.postgres.disconnect_all()
        self._take(taken)
        yield
        for one in taken:
            one.close()

    def _take(self, taken: list[psycopg.Connection]) -> None:
        try:
            while len(taken) < _MOST_CONNECTIONS:
                taken.append(psycopg.connect(self._plain("postgres")))
        except psycopg.OperationalError:
            """There is none left."""

    def _order(self, statement: str) -> None:
        with psycopg.connect(self._plain("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    @property
    def _name(self) -> str:
        return str(make_url(self.url).database)

    def _plain(self, database: str) -> str:
        return make_url(self.url).set(drivername="postgresql", database=database).render_as_string(hide_password=False)
