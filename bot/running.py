"""The running bot: the Slack app and the scheduler of one process."""

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from time import monotonic

from slack_bolt import App

from bot.list_process import InItsOwnProcess
from bot.scheduler.messenger import Messenger
from bot.scheduler.ticks import build_scheduler, tick_once
from bot.services.deps import Deps
from bot.services.intake.work import Intake
from bot.slack.api.client import listener_client
from bot.slack.app import build_app
from bot.slack.boundary.desk_drawing import hide_ended
from bot.slack.connection.await_slack import Patience
from bot.slack.connection.http import HttpMode
from bot.slack.connection.socket_mode import SocketMode
from bot.slack.delivery.second_tries import SecondTries
from bot.wiring import Installation

NOTICES_WITHIN_S = 2.0  # at the end: a stopped bot is soon killed
ANSWERS_WITHIN_S = 2.0
LOOK_EVERY_S = 2  # for list files that people shared
HIDE_EVERY_S = 2  # seconds a number may stay on screen after its call
PULSE_EVERY_S = 5  # whether ticks run: they share the threads of this one
STILL_AFTER_S = 60.0  # without a pulse
LOOPBACK = "127.0.0.1"


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
        self._pulse, self._pulsed_at = pulse, monotonic()
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
        self._is_answering = False
        self._surface: SocketMode | HttpMode | None = None
        self._health: HttpMode | None = None
        self._listeners: Executor | None = None

    def connect(self) -> None:
        """Connects by Socket Mode without starting the scheduler. The caller ticks."""
        surface = SocketMode(self._app(), self._installation.settings.app_token)
        self._surface = surface
        surface.start(self._patience)

    def start_socket_mode(self) -> None:
        self.connect()
        self._begin()

    def serve_health(self, port: int) -> HttpMode:
        """Binds the port on this machine's loopback, for /alive and /ready alone. The caller runs the returned server.

        Raises OSError if it is taken.
        """
        self._health = HttpMode(None, port, self.faults, signing_secret="", host=LOOPBACK)
        return self._health

    def serve_http(self, port: int) -> HttpMode:
        """Binds the port. The caller runs the returned server and calls `start_http`. Raises OSError if it is taken."""
        self._surface = HttpMode(None, port, self.faults, self._installation.settings.signing_secret)
        return self._surface

    def start_http(self, surface: HttpMode) -> None:
        surface.admit(self._app())
        self._begin()

    def _begin(self) -> None:
        self._is_answering, self._pulsed_at = True, monotonic()
        self._scheduler.start()

    def faults(self) -> tuple[str, ...]:
        """Why this process cannot answer, without personal data; empty if it is ready."""
        if not self._is_answering:
            return (*self._installation.faults(), self._waits_for())
        is_deaf = isinstance(self._surface, SocketMode) and not self._surface.is_ready
        found = {
            "Slack is not connected": is_deaf,
            "timed work stands still": monotonic() - self._pulsed_at > STILL_AFTER_S,
        }
        return (*self._installation.faults(), *(fault for fault, is_so in found.items() if is_so))

    def _waits_for(self) -> str:
        waits = self._patience.waits_for
        return f"Slack does not answer {waits.method} ({waits.because})" if waits else "the bot is starting"

    def _beat(self, _deps: Deps) -> int:
        self._pulsed_at = monotonic()
        self._pulse()
        return 0

    def _app(self) -> App:
        settings = self._installation.settings
        client = listener_client(settings.bot_token, settings.api_url)
        build = partial(build_app, self._installation.deps, client, settings.signing_secret, tries=self._tries)
        app = self._patience.ask("auth.test", build)
        self._messenger.start()
        self._listeners = app.listener_runner.listener_executor
        return app

    def tick_once(self) -> None:
        """Runs everything that is due now. Call it after moving the clock."""
        tick_once(self._installation.deps, self._more)

    def stop(self) -> None:
        """Stops receiving, finishes what was received and the running ticks, sends what that causes, closes."""
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
        if self._health is not None:
            self._health.stop()
