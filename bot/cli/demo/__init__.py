"""`nextcall demo`: a local Slack workspace with the real bot in it."""

import errno
import threading
import webbrowser
from collections.abc import Callable
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli import logs
from bot.cli.demo.cast import ADMIN
from bot.cli.demo.page import page_tools
from bot.cli.demo.stage import (
    LONDON,
    Stage,
    fresh_folder,
    import_command,
    set_up,
    staged,
    when_there_is_something_to_call,
)
from bot.cli.demo.tour import play
from bot.cli.refused import Refused
from bot.cli.run import stop_asked
from bot.cli.terminal import counted, say
from bot.clock import system_clock
from bot.sandbox import SandboxClock

PORT = 8787


def demo(
    tour: Annotated[bool, typer.Option("--tour", help="Play the whole day as text, without a browser.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes any free port.")] = PORT,
    browser: Annotated[bool, typer.Option("--browser", help="Open the page in the browser.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Start with nothing set up, as the admin Ada.")] = False,
) -> None:
    """Start a small Slack on this machine, with the bot, a fresh database and 200 sample leads. Ctrl-C stops it."""
    if tour:
        raise typer.Exit(play())
    clock = SandboxClock(when_there_is_something_to_call(system_clock()))
    with stop_asked() as stop, fresh_folder() as folder:
        logs.configure("INFO", folder / "nextcall.log")
        try:
            with staged(clock, port, folder, (ADMIN,) if empty else ()) as at:
                _open(at, stop, browser, _say_empty if empty else _say_full)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            raise Refused(f"Port {port} cannot be used ({error.strerror}): choose another with --port.") from error
    say("\nThe demo has stopped and deleted its database.")


def _open(at: Stage, stop: threading.Event, browser: bool, prepared: Callable[[Stage], str]) -> None:
    how = prepared(at)
    at.server.furnish(page_tools(at.installation.deps, has_guide=prepared is _say_full))
    at.bot.start_socket_mode()
    at.server.wait_for_connections(1)
    # Moving the clock on the page runs what is due at once.
    at.clock.on_move(lambda _at: threading.Thread(target=at.bot.tick_once, name="moved").start())
    _say_time(at.clock)
    say(f"The bot's log is {at.log_file}.")
    say(f"\n    {at.server.url}\n\n{how} Ctrl-C stops the demo.")
    if browser:
        webbrowser.open(at.server.url)
    stop.wait()
    at.bot.stop()


def _say_full(at: Stage) -> str:
    _, done = set_up(at)
    left_out = f"{counted(done.duplicates_in_file, 'duplicate')} and {counted(len(done.faults), 'faulty row')} left out"
    say(f"{counted(done.imported, 'lead')} of the sample's {done.rows} rows imported; {left_out}.")
    return "Pick a person on that page and type /nextcall."


def _say_empty(at: Stage) -> str:
    say("Only the first admin is set up. Import the list last, from another terminal, with your campaign's name:")
    say(f"\n    {import_command(at)}\n")
    return "Pick Ada on that page and open Home, or type /nextcall."


def _say_time(clock: SandboxClock) -> None:
    shown = clock.now().astimezone(ZoneInfo(LONDON))
    if abs(clock.now() - system_clock()).total_seconds() > 60:
        then = f"{shown:%A} {shown.day} {shown:%B, %H:%M}"
        say(f"No calls are allowed at this hour, so the demo's clock starts at {then} in London.")
