"""Any number of operations as a row of chapters, each a new centre with steps drawn from the seed and its own number.

What lies in a database makes later work slower and a story longer; so a centre lasts some hundred steps.
"""

import gc
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Protocol

from bot.services.ports import KeysInMemory
from policy import Rulebook
from storage import migrations
from storage.database import engine as engines
from tests.postgres import Server
from tests.simulation.bots import Bot
from tests.simulation.centre import Centre
from tests.simulation.oracle.violation import Violation
from tests.simulation.playing import Known, Play, nothing_known, without_waiting
from tests.simulation.steps import BEGINNINGS, Step, draw_steps

LENGTHS = (60, 120, 250, 500)


class Database(Protocol):
    """`url` stays the same; nobody is connected while another method runs."""

    url: str

    def renew(self) -> None:
        """Make it empty, at the newest revision."""
        ...

    def keep(self) -> None:
        """Remember it as it is now."""
        ...

    def bring_back(self) -> None:
        """As it was when it was kept."""
        ...


class SqliteFile:
    def __init__(self, folder: Path) -> None:
        self._empty, self._file = folder / "empty.db", folder / "nextcall.db"
        self.url = f"sqlite:///{self._file}"
        engine = engines.create(f"sqlite:///{self._empty}")
        migrations.upgrade(engine)
        engine.dispose()

        self._kept = folder / "kept.db"

    def renew(self) -> None:
        self._put(self._empty)

    def keep(self) -> None:
        with closing(sqlite3.connect(self._file)) as source, closing(sqlite3.connect(self._kept)) as copy:
            source.backup(copy)

    def bring_back(self) -> None:
        self._put(self._kept)

    def _put(self, content: Path) -> None:
        for suffix in ("-wal", "-shm"):
            self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        copyfile(content, self._file)


class PostgresDatabase:
    """One of a server's, copied anew from the server's empty one."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.url = server.url("simulation")

    def renew(self) -> None:
        self._server.copy(Server.EMPTY, "simulation")

    def keep(self) -> None:
        self._server.copy("simulation", "kept")

    def bring_back(self) -> None:
        self._server.copy("kept", "simulation")

    def drop(self) -> None:
        self._server.drop("simulation", "kept")


@contextmanager
def two_bots(database: Database) -> Iterator[tuple[Bot, Bot]]:
    keys = KeysInMemory()
    bots = (Bot(database.url, "first", keys), Bot(database.url, "second", keys))
    try:
        with without_waiting():
            yield bots
    finally:
        for bot in bots:
            bot.stop()


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where a story begins, and its steps."""

    seed: str
    steps: tuple[Step, ...]

    @classmethod
    def drawn(cls, seed: int, number: int) -> "Chapter":
        rolls = Random(f"{seed}/{number}")
        return cls(f"{seed}/{number}", tuple(draw_steps(rolls, rolls.choice(LENGTHS))))


@dataclass
class Stage:
    """What every chapter is played on."""

    database: Database
    bots: tuple[Bot, Bot]
    folder: Path
    rulebooks: Sequence[Rulebook]
    _kept: str = ""  # the chapter whose beginning is kept

    def open(self, chapter: Chapter, known: Known = nothing_known) -> Play:
        """A chapter where it begins."""
        self._leave()
        self.database.renew()
        return self._play(chapter, known)

    def open_again(self, chapter: Chapter, known: Known) -> Play:
        """The same for a chapter that is played many times, each thoroughly: its beginning is kept."""
        self._leave()
        if chapter.seed != self._kept:
            self.database.renew()
            self._play(chapter, known).centre.close()
            self._leave()
            self.database.keep()
            self._kept = chapter.seed
        else:
            self.database.bring_back()
        return self._play(chapter, known, is_open=True)

    def _play(self, chapter: Chapter, known: Known, *, is_open: bool = False) -> Play:
        rolls = Random(chapter.seed)
        centre = Centre(self.bots, self.folder, self.rulebooks, rolls.choice(BEGINNINGS))
        if not is_open:
            centre.open(rolls)
        return Play(centre, known, is_thorough=is_open)

    def _leave(self) -> None:
        for bot in self.bots:
            bot.stop()

    def clear(self) -> None:
        for path in self.folder.glob("*.csv"):
            path.unlink()


@dataclass
class Tally:
    """What a run did."""

    operations: int = 0
    answers: int = 0
    refusals: int = 0
    calls: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)

    def add(self, play: Play) -> None:
        self.operations += play.done
        self.answers += play.centre.answers
        self.refusals += play.centre.refusals
        self.calls += len(play.watch.judged)
        self.passed_over += play.passed_over


class Broken(Exception):
    """A chapter ended in a violation."""

    def __init__(self, number: int, chapter: Chapter, play: Play, violation: Violation) -> None:
        story = "\n".join(f"  {line}" for line in play.centre.story[-12:])
        super().__init__(f"{violation}\nchapter {chapter.seed}, step {play.done + 1}; how its story ends:\n{story}")
        self.number, self.chapter, self.play, self.violation = number, chapter, play, violation


def run(
    stage: Stage,
    seed: int,
    operations: int,
    known: Known = nothing_known,
    progress: Callable[[int], None] = lambda _done: None,
) -> Tally:
    """So many operations at least. Raises Broken at the first violation that is not known."""
    tally, number = Tally(), 0
    while tally.operations < operations:
        chapter = Chapter.drawn(seed, number)
        gc.collect()
        gc.freeze()
        play = stage.open(chapter, known)
        left = operations - tally.operations
        before = tally.operations
        try:
            play.play(chapter.steps[:left], lambda done, before=before: progress(before + done))  # type: ignore[misc]
        except Violation as violation:
            tally.add(play)
            raise Broken(number, chapter, play, violation) from violation
        finally:
            play.centre.close()
            stage.clear()
        tally.add(play)
        number += 1
    return tally
