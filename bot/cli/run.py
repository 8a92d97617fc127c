"""`nextcall run`: runs the bot until it is stopped."""

import faulthandler
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer
from slack_bolt.error import BoltError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import collector, watch_address
from bot.cli import logs
from bot.cli.commands import command
from bot.cli.terminal import Refused, counted_each, say
from bot.running import Bot
from bot.services.calls import comparing
from bot.services.deciding import rulebook_change
from bot.services.setup import plan
from bot.settings import Need, read_settings
from bot.slack.connection.http import HttpMode
from bot.slack.connection.socket_mode import Patience, StopAsked, Unanswered
from bot.wiring import Installation, open_installation

log = logging.getLogger("nextcall")
ENDS_WITHIN_S = 9.0  # containers are killed after ten
LOOKS_EVERY_S = 0.5
SYSTEMD_HEARS_WITHIN_S = 1.0


@command
def run(
    http: Annotated[
        int | None, typer.Option("--http", metavar="PORT", min=1, max=65535, help="Serve Slack's HTTP mode on PORT.")
    ] = None,
    health: Annotated[
        int | None,
        typer.Option(metavar="PORT", min=1, max=65535, help="Report the bot's health on PORT, not at NEXTCALL_WATCH."),
    ] = None,
    log_as: Annotated[
        str, typer.Option("--log", metavar="FORM", help="Log as text or json, whatever NEXTCALL_LOG says.")
    ] = "",
) -> None:
    """Run the bot in Socket Mode, or with --http behind your own address. Ctrl-C or SIGTERM stops it cleanly."""
    logs.configure("INFO")
    given = {"NEXTCALL_LOG": log_as, "NEXTCALL_WATCH": str(health or "")}
    environ = {**os.environ, **{name: value for name, value in given.items() if value}}
    settings = read_settings(Need.SOCKET_MODE if http is None else Need.HTTP, environ)
    logs.configure(settings.log_level, form=settings.log)
    with stop_asked() as stop, open_installation(settings) as installation:
        plan.enrol_admins(installation.deps, settings.admins)
        if rulebook_change.begin_if_changed(installation.deps):
            log.info("event=redecide_begun rulebook=%s", installation.deps.rulebook().version)
        # The service's watchdog restarts a bot that stops telling so.
        bot = Bot(installation, Patience(stop.wait, _say_waiting()), lambda: tell_systemd("WATCHDOG=1"))
        try:
            _start(bot, http, settings.watch)
        except StopAsked:
            log.info("event=stopped_before_start")
        else:
            _started(installation, http)
            wait_for(stop)
        # Ends the process, with status 1 and where each thread stood, if it has not ended in time. Slack or the
        # database may hang, and so may the interpreter while it ends. What was committed stands.
        faulthandler.dump_traceback_later(ENDS_WITHIN_S, exit=True, file=sys.__stderr__ or sys.stderr)
        log.info("event=stopping")
        tell_systemd("STOPPING=1")
        bot.stop()
    say("Nextcall has stopped.")


def _started(installation: Installation, http: int | None) -> None:
    collector.exempt_what_stays()
    mode = "socket" if http is None else "http"
    log.info("event=started mode=%s rulebook=%s", mode, installation.deps.rulebook().version)
    say("Nextcall is running. Ctrl-C stops it.")
    tell_systemd("READY=1\nSTATUS=Running.")
    if found := comparing.sample(installation.deps):
        log.warning("event=columns_differ found=%s", dict(found))
        say(f"Columns differ from the newest recorded calls ({counted_each(found)}): run nextcall doctor.")


@contextmanager
def stop_asked() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set while the block lasts."""
    stop = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {kind: signal.signal(kind, ask) for kind in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def wait_for(stop: threading.Event) -> None:
    """Returns soon after Ctrl-C or SIGTERM: this thread must wake to handle a signal that another one received."""
    while not stop.wait(LOOKS_EVERY_S):
        pass


def _start(bot: Bot, http: int | None, watch: str) -> None:
    surface = None if http is None else _served(lambda: bot.serve_http(http), f"Port {http}")
    address = watch_address.address_of(watch or watch_address.DEFAULT)
    try:
        if address is not None:
            _served(lambda: bot.serve_watch(*address), f"NEXTCALL_WATCH: {watch or watch_address.DEFAULT}")
    except Refused as refused:  # by another bot of this machine: where it is the usual port, this one goes on without
        if watch:
            raise
        log.warning('event=not_watched because="%s"', refused)
    try:
        bot.start_socket_mode() if surface is None else bot.start_http(surface)
    except SlackApiError as error:
        code = error.response.get("error", "unknown") if error.response else "unknown"
        raise Refused(f"Slack refused SLACK_APP_TOKEN ({code}): `nextcall doctor` says what to do.") from error
    except (BoltError, SlackClientError) as error:
        raise Refused("Slack refused SLACK_BOT_TOKEN: `nextcall doctor` says why and what to do.") from error


def _served(serve: Callable[[], HttpMode], what: str) -> HttpMode:
    try:
        server = serve()
    except OSError as error:
        raise Refused(f"{what} cannot be used ({error.strerror}): choose another.") from error
    threading.Thread(target=server.run, name="http", daemon=True).start()
    return server


def _say_waiting() -> Callable[[Unanswered], None]:
    """Prints one line for each new reason. The log has every try."""
    said: set[tuple[str, str]] = set()

    def tell(waits: Unanswered) -> None:
        if (waits.method, waits.because) in said:
            return
        said.add((waits.method, waits.because))
        check = "" if waits.is_reached else " Check the network and SLACK_API_URL."
        waiting = f"Waiting for Slack: no answer to {waits.method}"
        say(f"{waiting} ({waits.because}).{check} Next try in {waits.wait_s:.0f} s.")
        tell_systemd(f"STATUS={waiting}.")

    return tell


def tell_systemd(state: str) -> None:
    """Reports the bot's state to systemd, by the protocol of sd_notify(3). Does nothing without systemd.

    Sends lines of KEY=VALUE to $NOTIFY_SOCKET: a path, or after @ a name in Linux's abstract namespace.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.settimeout(SYSTEMD_HEARS_WITHIN_S)  # the queue of a listener that does not read is soon full
            sender.connect(address)
            sender.sendall(state.encode())
    except OSError as error:  # the bot works without it
        log.warning("event=not_notified error=%s", type(error).__name__)
