"""The composition root: builds the parts from the settings. Only the command line, tests and benchmarks import it.

What only a running bot needs is in `running`: commands start without it.
"""

import json
import logging
import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from threading import Event, Lock
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.clock import Clock, system_clock
from bot.services import agents
from bot.services.deps import Deps
from bot.services.house_rules.rulebook import HouseRulebook
from bot.services.ports import Notifier
from bot.services.proof import notes
from bot.settings import Settings
from bot.slack.api.client import background_client
from bot.slack.api.directory import SlackDirectory
from bot.slack.api.files import SlackFiles
from policy import BY_PLACE, PackError, Rulebook, load_rulebook
from storage.database import engine as engines
from storage.database.database_files import files_of, open_private
from storage.database.engine import DRIVER_ERRORS, reason_of, trouble_of
from storage.database.unit_of_work import UnitsOfWork, read_aside
from storage.errors import SchemaRefused, SchemaTooNew, StorageError
from storage.migrations import prepare, require_current

log = logging.getLogger("nextcall")
_proof_log = logging.getLogger("nextcall.proof")
CHECKPOINT_FILE, KEY_FILE = "nextcall.checkpoint", "nextcall.key"
COMMANDS_WAIT_S = 60.0  # for the messages of a command, if no bot runs that would send them


class CannotStart(Exception):
    """A part cannot be built. Carries a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What every command works with: settings, a database at this version's schema, and the services' dependencies.

    `news`: set once this process has written a message that waits to be sent.
    """

    settings: Settings
    engine: Engine
    deps: Deps
    news: Event

    def faults(self) -> tuple[str, ...]:
        """Why this process cannot work with its database, schema and packs, without personal data; empty if it can."""
        try:
            require_current(self.engine)
        except SchemaTooNew as fault:
            if not fault.is_upgraded:  # bots of the version before work on, until they are restarted
                return (str(fault),)
        except SchemaRefused as fault:
            return (str(fault),)
        except (SQLAlchemyError, StorageError):
            return ("the database does not answer",)
        try:
            self.deps.rulebook()
        except (SQLAlchemyError, StorageError):
            return ("the database does not answer",)
        except Exception as fault:  # house rules of another version, laid over the packs
            log.error("event=rules_not_read error=%s", type(fault).__name__, exc_info=fault)
            return ("the packs and house rules cannot be read",)
        return ()


@contextmanager
def open_installation(
    settings: Settings, clock: Clock = system_clock, notifier: Notifier | None = None
) -> Iterator[Installation]:
    """Opens the database, migrates it, loads the rulebook. Raises CannotStart, StorageError."""
    rulebook = load_rules(settings.house_pack)
    with open_engine(settings) as engine:
        done = prepare(engine)
        if done.before != done.after:
            log.info("event=migrated before=%s after=%s copy=%s", done.before or "-", done.after, done.copy or "-")
        deps, news = deps_of(settings, engine, rulebook, clock, notifier), Event()
        deps = replace(deps, has_news=lambda _deps: news.set())
        try:
            yield Installation(settings, engine, deps, news)
        finally:
            if news.is_set():  # what this process was the cause of; what cannot be sent now waits for a bot
                from bot.services.messages import send_all  # few commands send a message

                send_all(deps, COMMANDS_WAIT_S)


def deps_of(
    settings: Settings, engine: Engine, packs: Rulebook, clock: Clock = system_clock, notifier: Notifier | None = None
) -> Deps:
    """What the services need, on a database at this version's schema."""
    opens = UnitsOfWork(engine)
    speaks = notifier or cast(Notifier, NotifierAtNeed(partial(_notifier, settings, clock, opens)))
    client = background_client(settings.bot_token, settings.api_url)
    people, files = SlackDirectory(client), SlackFiles(client)
    rules = HouseRulebook(packs, clock, partial(read_aside, settings.database_url))
    witness, keys = witness_of(engine), KeyFile(key_file_of(engine))
    return Deps(clock, opens, rules, speaks, settings.house_pack, people, files, witness=witness, log_keys=keys)


class CheckpointFile:
    """Keeps the newest checkpoint of the log in a file that only its owner may read: a witness.

    A copy of the database that is put back brings an older log with it, but not an older file. `is_shared`: logs of
    other databases may be in it too.
    """

    def __init__(self, path: Path, *, is_shared: bool = False) -> None:
        self._path, self._is_shared = path, is_shared

    def last(self, origin: str) -> str:
        return self._notes().get(origin, "")

    def others(self, origins: Collection[str]) -> list[str]:
        return [] if self._is_shared else [note for origin, note in self._notes().items() if origin not in origins]

    def keep(self, origin: str, note: str) -> None:
        """Replace the file at once. A folder that cannot be written is told in the log, and changes nothing else."""
        notes = {**self._notes(), origin: note}
        unfinished = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            with open(unfinished, "w", encoding="utf-8", opener=open_private) as file:
                json.dump(notes, file)
            unfinished.replace(self._path)
        except OSError as error:
            _proof_log.warning("event=checkpoint_not_kept error=%s", type(error).__name__)

    def _notes(self) -> dict[str, str]:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def witness_of(engine: Engine) -> CheckpointFile:
    """Where the newest checkpoint is kept: beside a SQLite file, otherwise in this folder."""
    beside = [CheckpointFile(Path(f"{one}.checkpoint")) for one in files_of(engine)[:1]]
    return next(iter(beside), CheckpointFile(Path(CHECKPOINT_FILE), is_shared=True))


class KeyFile:
    """Keeps the private keys that sign logs in a file of PEM blocks that only its owner may read.

    A database, its copies and its backups do not hold them. Logs of other databases may have theirs in it too.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def kept(self) -> list[bytes]:
        try:
            return notes.keys_in(self._path.read_bytes())
        except OSError:
            return []

    def add(self, private_key: bytes) -> None:
        """Append, so that of two processes at once neither loses the other's. Raises OSError."""
        with open(self._path, "ab", opener=open_private) as file:
            file.write(notes.as_pem(private_key))
            file.flush()
            os.fsync(file.fileno())

    def drop(self, private_key: bytes) -> None:
        """Replace the file by one without the key. Raises OSError."""
        unfinished = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with open(unfinished, "wb", opener=open_private) as file:
            file.writelines(notes.as_pem(one) for one in self.kept() if one != private_key)
        unfinished.replace(self._path)


def key_file_of(engine: Engine) -> Path:
    """Where the keys are kept: beside a SQLite file, otherwise in this folder."""
    return next((Path(f"{one}.key") for one in files_of(engine)[:1]), Path(KEY_FILE))


@contextmanager
def open_engine(settings: Settings) -> Iterator[Engine]:
    """Opens the database and connects once.

    Raises CannotStart with the reason, without the password; DatabaseTrouble for trouble known by name, now or inside
    the block.
    """
    engine = engines.create(settings.database_url)
    try:
        with engine.connect():
            pass
        yield engine
    except DRIVER_ERRORS as error:
        if known := trouble_of(error):
            raise known from error
        if _is_unreachable(error):
            raise CannotStart(
                f"The database {settings.database_shown} cannot be opened ({reason_of(error)}): "
                "check DATABASE_URL and that the folder or the server is there."
            ) from error
        raise
    finally:
        engine.dispose()


def load_rules(house_pack: str) -> Rulebook:
    """All packs. Raises CannotStart with every fault, or if there is no such house pack. `place`: each country's."""
    try:
        rulebook = load_rulebook()
    except PackError as error:
        raise CannotStart(f"The packs have faults:\n{error}") from error
    houses = [pack.id for pack in rulebook.packs.values() if pack.kind == "house"]
    if house_pack not in (BY_PLACE, *houses):
        raise CannotStart(
            f'There is no house pack "{house_pack}": set NEXTCALL_HOUSE_PACK to one of {", ".join(houses)}, or leave '
            "it out: each campaign then follows the house pack of its country."
        )
    return rulebook


class NotifierAtNeed:
    """The notifier, built with its first message: what draws messages is slow to import, and few commands send one."""

    def __init__(self, build: Callable[[], Notifier]) -> None:
        self._build, self._building = cache(build), Lock()

    def __getattr__(self, message: str) -> Any:
        with self._building:
            built = self._build()
        return getattr(built, message)


def _notifier(settings: Settings, clock: Clock, opens: UnitsOfWork) -> Notifier:
    """The notifier. Without a token Slack refuses each message: a failed delivery that the bot repeats later."""
    from bot.slack.delivery.notifier import SlackNotifier

    client = background_client(settings.bot_token, settings.api_url)
    return SlackNotifier(client, clock, partial(agents.spoken_by, opens))


def _is_unreachable(error: BaseException) -> bool:
    """Whether the connection failed, now or earlier, and not the statement."""
    if not isinstance(error, DBAPIError):
        return True
    return error.connection_invalidated or error.statement is None or "not a database" in str(error.orig)
