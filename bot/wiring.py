"""The composition root: builds the parts from the settings. Only the command line, tests and benchmarks import it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from slack_bolt import App
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.checkpoint_file import NAME as CHECKPOINT_FILE
from bot.checkpoint_file import CheckpointFile
from bot.clock import Clock, system_clock
from bot.list_process import InItsOwnProcess
from bot.scheduler.ticks import build_scheduler, tick_once
from bot.services import agents
from bot.services.deps import Deps
from bot.services.house_rules import HouseRulebook
from bot.services.intake import Intake
from bot.services.ports import Notifier
from bot.settings import Settings
from bot.slack.api import Patience, SlackDirectory, SlackFiles, background_client, listener_client
from bot.slack.app import build_app
from bot.slack.boundary import hide_ended
from bot.slack.connection import HttpMode, SocketMode
from bot.slack.delivery import SecondTries, SlackNotifier
from policy import BY_PLACE, PackError, Rulebook, load_rulebook
from storage.database import DRIVER_ERRORS, UnitsOfWork, files_of, read_aside, reason_of, trouble_of
from storage.database import engine as engines
from storage.migrations import prepare

log = logging.getLogger("nextcall")
# How long to wait for queued notices at the end: a stopped bot is soon killed, a command is not.
STOPS_WITHIN_S, COMMANDS_WAIT_S = 5.0, 60.0
ANSWERS_WITHIN_S = 2.0
LOOK_EVERY_S = 2  # for list files that people shared
HIDE_EVERY_S = 2  # seconds a number may stay on screen after its call


class CannotStart(Exception):
    """A part cannot be built. Carries a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What every command works with: settings, a database at this version's schema, and the services' dependencies."""

    settings: Settings
    engine: Engine
    deps: Deps

    def faults(self) -> tuple[str, ...]:
        """Why this process cannot answer, without personal data; empty if it is ready."""
        try:
            with engines.read_only(self.engine).connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return ("the database does not answer",)
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
        deps = deps_of(settings, engine, rulebook, clock, notifier)
        try:
            yield Installation(settings, engine, deps)
        finally:
            _finish(deps.notifier, COMMANDS_WAIT_S)


def deps_of(
    settings: Settings,
    engine: Engine,
    rulebook: Rulebook,
    clock: Clock = system_clock,
    notifier: Notifier | None = None,
) -> Deps:
    """What the services need, on a database at this version's schema."""
    opens = UnitsOfWork(engine)
    speaks = notifier or _notifier(settings, clock, opens)
    client = background_client(settings.bot_token, settings.api_url)
    people, files = SlackDirectory(client), SlackFiles(client)
    rules = HouseRulebook(rulebook, clock, partial(read_aside, settings.database_url))
    beside = [CheckpointFile(Path(f"{one}.checkpoint")) for one in files_of(engine)[:1]]
    witness = next(iter(beside), CheckpointFile(Path(CHECKPOINT_FILE), is_shared=True))
    return Deps(clock, opens, rules, speaks, settings.house_pack, people, files, witness=witness)


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
    """All packs. Raises CannotStart with every fault, or if the house pack does not exist; `place` is each country's own."""
    try:
        rulebook = load_rulebook()
    except PackError as error:
        raise CannotStart(f"The packs have faults:\n{error}") from error
    houses = [pack.id for pack in rulebook.packs.values() if pack.kind == "house"]
    if house_pack not in (BY_PLACE, *houses):
        raise CannotStart(
            f'There is no house pack "{house_pack}": set NEXTCALL_HOUSE_PACK to one of {", ".join(houses)}, or leave it '
            "out: each campaign then follows the house pack of its country."
        )
    return rulebook


class Bot:
    """The Slack app and the scheduler of one process.

    Raises Slack's error if a token is refused, and whatever `patience` raises while Slack does not answer.
    """

    def __init__(self, installation: Installation, patience: Patience | None = None) -> None:
        self._installation = installation
        self._patience = patience or Patience()
        settings = installation.settings
        self._list_work = InItsOwnProcess(settings.database_url, settings.house_pack)
        self._intake = Intake(installation.deps, self._list_work)
        self._tries = SecondTries(installation.deps.clock)
        client = listener_client(settings.bot_token, settings.api_url)
        self._more = (
            ("hide", HIDE_EVERY_S, partial(hide_ended, client=client, tries=self._tries)),
            ("read lists", LOOK_EVERY_S, self._intake.read_due),
            ("import lists", LOOK_EVERY_S, self._intake.import_due),
        )
        self._scheduler = build_scheduler(installation.deps, self._more)
        self._is_answering = False
        self._surface: SocketMode | HttpMode | None = None

    def connect(self) -> None:
        """Connects by Socket Mode without starting the scheduler. The caller ticks."""
        surface = SocketMode(self._app(), self._installation.settings.app_token)
        self._surface = surface
        surface.start(self._patience)

    def start_socket_mode(self) -> None:
        self.connect()
        self._scheduler.start()

    def serve_http(self, port: int) -> HttpMode:
        """Binds the port. The caller runs the returned server and calls `start_http`. Raises OSError if it is taken."""
        self._surface = HttpMode(None, port, self.faults, self._installation.settings.signing_secret)
        return self._surface

    def start_http(self, surface: HttpMode) -> None:
        surface.admit(self._app())
        self._is_answering = True
        self._scheduler.start()

    def faults(self) -> tuple[str, ...]:
        """Why this process cannot answer, without personal data; empty if it is ready."""
        return (*self._installation.faults(), *(() if self._is_answering else (self._waits_for(),)))

    def _waits_for(self) -> str:
        waits = self._patience.waits_for
        return f"Slack does not answer {waits.method} ({waits.because})" if waits else "the bot is starting"

    def _app(self) -> App:
        settings = self._installation.settings
        client = listener_client(settings.bot_token, settings.api_url)
        build = partial(build_app, self._installation.deps, client, settings.signing_secret, tries=self._tries)
        return self._patience.ask("auth.test", build)

    def tick_once(self) -> None:
        """Runs everything that is due now. Call it after moving the clock."""
        tick_once(self._installation.deps, self._more)

    def stop(self) -> None:
        """Stops receiving, finishes the running tick, closes."""
        if self._surface is not None:
            self._surface.stop()
        self._intake.stop()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self._list_work.stop()
        self._tries.finish(ANSWERS_WITHIN_S)
        _finish(self._installation.deps.notifier, STOPS_WITHIN_S)


def _finish(notifier: Notifier, within: float) -> None:
    """Waits up to `within` seconds for queued notices."""
    if isinstance(notifier, SlackNotifier):
        notifier.finish(within)


def _notifier(settings: Settings, clock: Clock, opens: UnitsOfWork) -> Notifier:
    """The notifier. Without a token Slack refuses each message: a failed delivery that the bot repeats later."""
    client = background_client(settings.bot_token, settings.api_url)
    return SlackNotifier(client, clock, lambda user: agents.spoken_by(opens, user))


def _is_unreachable(error: BaseException) -> bool:
    """Whether the connection failed, now or earlier, and not the statement."""
    if not isinstance(error, DBAPIError):
        return True
    return error.connection_invalidated or error.statement is None or "not a database" in str(error.orig)
