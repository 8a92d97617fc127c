"""The running bot: the Slack app and the scheduler of one process."""

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial

from slack_bolt import App

from bot.list_process import InItsOwnProcess
from bot.scheduler.ticks import MESSAGES, TICKS, Messenger, build_scheduler, tick_once
from bot.services.deps import Deps
from bot.services.intake.work import Intake
from bot.services.watching.counts import Presses
from bot.slack.api.client import listener_client
from bot.slack.app import build_app
from bot.slack.boundary.desk_drawing import hide_ended
from bot.slack.connection.http import HttpMode
from bot.slack.connection.socket_mode import Patience, SocketMode
from bot.slack.delivery.second_tries import SecondTries
from bot.watching.pages import probes, watched
from bot.watching.status import Process, SlackStatus
from bot.wiring import Installation

NOTICES_WITHIN_S = 2.0  # at the end: a stopped bot is soon killed
ANSWERS_WITHIN_S = 2.0
LOOK_EVERY_S = 2  # for list files that people shared
HIDE_EVERY_S = 2  # seconds a number may stay on screen after its call
PULSE_EVERY_S = 5  # whether ticks run: they share the threads of this one


class Bot:
    """The Slack app and the scheduler.

    Raises Slack's error if a token is refused, and whatever `patience` raises while Slack does not answer. Calls
    `pulse` every few seconds while ticks run.
    """

    def __init__(
        self, installation: Installation, patience: Patience | None = None, pulse: Callable[[], None] = lambda: None
    ) -> None:
        self._installation = installation
        self._patience = patience or Patience()
        self._pulse = pulse
        settings = installation.settings
        self._list_work = InItsOwnProcess(settings.database_url, settings.house_pack)
        self._intake = Intake(installation.deps, self._list_work)
        self._tries = SecondTries(installation.deps.clock)
        client = listener_client(settings.bot_token, settings.api_url)
        self._more = (
            ("hide", HIDE_EVERY_S, partial(hide_ended, client=client, tries=self._tries)),
            ("read lists", LOOK_EVERY_S, self._intake.read_due),
            ("import lists", LOOK_EVERY_S, self._intake.import_due),
            ("pulse", PULSE_EVERY_S, self._beat),
        )
        self._scheduler = build_scheduler(installation.deps, self._more)
        self._messenger = Messenger(installation.deps, installation.news)
        self._started_at, self._is_stopping = installation.deps.clock(), False
        self._surface: SocketMode | HttpMode | None = None
        self._watch: HttpMode | None = None
        self._listeners: Executor | None = None

    def connect(self) -> None:
        """Connects by Socket Mode without starting the scheduler. The caller ticks."""
        surface = SocketMode(self._app(), self._installation.settings.app_token)
        self._surface = surface
        surface.start(self._patience)
        self._messenger.start()

    def start_socket_mode(self) -> None:
        self.connect()
        self._scheduler.start()

    def serve_watch(self, host: str, port: int) -> HttpMode:
        """Binds an address for the pages that say how the bot is. The caller runs the returned server.

        Raises OSError if it is taken.
        """
        pages = watched(self._installation.deps, self._process)
        self._watch = HttpMode(None, port, pages, signing_secret="", host=host)
        return self._watch

    def serve_http(self, port: int) -> HttpMode:
        """Binds the port. The caller runs the returned server and calls `start_http`. Raises OSError if it is taken."""
        self._surface = HttpMode(None, port, probes(self.faults), self._installation.settings.signing_secret)
        return self._surface

    def start_http(self, surface: HttpMode) -> None:
        surface.admit(self._app())
        self._messenger.start()
        self._scheduler.start()

    def faults(self) -> tuple[str, ...]:
        """Why this process cannot work, without personal data; empty if it is ready.

        Slack is none of them: while it does not answer, another process would be no better.
        """
        stopping = ("the bot is stopping",) if self._is_stopping else ()
        return (*stopping, *self._installation.faults())

    def _process(self) -> Process:
        surface, waits = self._surface, self._patience.waits_for
        is_connected = surface.is_ready if isinstance(surface, SocketMode) else self._listeners is not None
        deps = self._installation.deps
        slack = SlackStatus(
            "http" if isinstance(surface, HttpMode) else "socket",
            is_connected and self._surface is not None,
            f"{waits.method} ({waits.because})" if waits else "",
            deps.kept.of(Presses).last_at,
        )
        every_s = {name: seconds for name, seconds, _ in (MESSAGES, *TICKS, *self._more)}
        return Process(self._started_at, self.faults(), slack, every_s)

    def _beat(self, _deps: Deps) -> int:
        self._pulse()
        return 0

    def _app(self) -> App:
        settings = self._installation.settings
        client = listener_client(settings.bot_token, settings.api_url)
        build = partial(build_app, self._installation.deps, client, settings.signing_secret, tries=self._tries)
        app = self._patience.ask("auth.test", build)
        self._listeners = app.listener_runner.listener_executor
        return app

    def tick_once(self) -> None:
        """Runs everything that is due now. Call it after moving the clock."""
        tick_once(self._installation.deps, self._more)

    def stop(self) -> None:
        """Stops receiving, finishes what was received and the running ticks, sends what that causes, closes."""
        self._is_stopping = True
        if self._scheduler.running:
            self._scheduler.pause()
        if self._surface is not None:
            self._surface.stop()
        self._intake.stop()
        if self._listeners is not None:
            self._listeners.shutdown(wait=True)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        self._list_work.stop()
        self._tries.finish(ANSWERS_WITHIN_S)
        self._messenger.stop(NOTICES_WITHIN_S)
        if self._watch is not None:
            self._watch.stop()
