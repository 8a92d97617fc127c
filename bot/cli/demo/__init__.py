"""`nextcall demo`: a local Slack workspace with the real bot in it."""

import errno
import json
import os
import shlex
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.cli import logs
from bot.cli.commands import command
from bot.cli.demo import stage
from bot.cli.demo.bot_process import BotProcess
from bot.cli.demo.cast import ADMIN
from bot.cli.demo.page import page_tools
from bot.cli.demo.tour import play
from bot.cli.run import stop_asked, wait_for
from bot.cli.terminal import Refused, counted, say
from bot.clock import system_clock
from bot.sandbox import NotKept, SandboxClock, Workspace, kept, time_kept
from storage.database.database_files import open_private

PORT = 8787
_STARTS_WITHIN_S = 60.0
_SAVES_EVERY_S = 2.0


@command
def demo(
    tour: Annotated[bool, typer.Option("--tour", help="Play the whole day as text, without a browser.")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 takes any free port.")] = PORT,
    browser: Annotated[bool, typer.Option("--browser", help="Open the page in the browser.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Start with nothing set up, as the admin Ada.")] = False,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="FILE", help="Keep everything in FILE and go on there next time.")
    ] = None,
) -> None:
    """Start a small Slack on this machine, with the bot, a database and 200 sample leads. Ctrl-C stops it."""
    if tour and keep:
        raise typer.BadParameter("The tour keeps nothing: leave out --tour or --keep.")
    if tour:
        raise typer.Exit(play())
    keep = keep and keep.resolve()
    before = _read_kept(keep) if keep else None
    clock = SandboxClock(time_kept(before) if before else stage.when_there_is_something_to_call(system_clock()))
    with stop_asked() as stop, stage.fresh_folder() as folder:
        logs.configure("INFO", folder / "demo.log")
        say("Nextcall's demo: a small Slack on this machine. Nothing leaves it.")
        try:
            with stage.staged(clock, port, folder, (ADMIN,) if empty else (), database=keep, before=before) as at:
                _say_database(at, keep)
                how = _go_on(at) if before else _say_empty(at) if empty else _say_full(at)
                with _saved(at.server.workspace, keep):
                    _run(at, stop, browser, how, has_guide=not empty)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            raise Refused(f"Port {port} cannot be used ({error.strerror}): choose another with --port.") from error
    on = f"{stage.program()} demo --keep {shlex.quote(str(keep))}"
    left = f"Its data is kept: `{on}` goes on there." if keep else "Its database is deleted."
    say(f"\nThe demo has stopped. {left}")


def _run(at: stage.Stage, stop: threading.Event, browser: bool, how: str, *, has_guide: bool) -> None:
    say("3. Starting the bot, as a process of its own.")
    with BotProcess(at.installation.settings, at.log_file, at.clock) as bot:
        at.server.furnish(page_tools(at.installation.deps, restart=bot.restart, has_guide=has_guide))
        _wait_for_bot(at, stop)
        if stop.is_set():
            return
        say(f"   It is connected. Its log is {at.log_file}.")
        _say_time(at.clock)
        say(f"\n    {at.server.url}\n\n{how} Ctrl-C stops the demo.")
        if browser:
            webbrowser.open(at.server.url)
        wait_for(stop)


def _wait_for_bot(at: stage.Stage, stop: threading.Event) -> None:
    """Returns once the bot is connected, or Ctrl-C was pressed. Raises Refused if it does not come."""
    for _ in range(int(_STARTS_WITHIN_S)):
        try:
            at.server.wait_for_connections(1, 1.0)
        except TimeoutError:
            if not stop.is_set():
                continue
        return
    log = at.log_file.read_text(encoding="utf-8") if at.log_file.exists() else "It is empty."
    raise Refused(f"The bot did not start within {_STARTS_WITHIN_S:.0f} s. The end of its log:\n{log[-2000:]}")


def _say_database(at: stage.Stage, keep: Path | None) -> None:
    """Where the data is, and how the command line reaches it."""
    url = at.installation.settings.database_url
    say(
        f"1. Opened the database {url.removeprefix('sqlite:///')}, {'kept' if keep else 'deleted when the demo stops'}."
    )
    say("   To use the command line on it, at this machine's time and not the demo's:")
    say(f"   DATABASE_URL={shlex.quote(url)} {stage.program()} --help")


def _say_full(at: stage.Stage) -> str:
    say("2. Setting up Acme Calls (one team, six people with two admins, one campaign) and importing the sample list.")
    _, done = stage.set_up(at)
    left_out = f"{counted(done.duplicates_in_file, 'duplicate')} and {counted(len(done.faults), 'faulty row')} left out"
    say(f"   {counted(done.imported, 'lead')} of the sample's {done.rows} rows imported; {left_out}.")
    return "Open that page: a guide of nine steps shows what to press. Or pick a person and type /nextcall."


def _say_empty(at: stage.Stage) -> str:
    say("2. Set up the first admin, Ada, and nothing else.")
    say("   Import the list last, from another terminal, with your campaign's name:")
    say(f"\n    {stage.import_command(at)}\n")
    return "Pick Ada on that page and open Home, or type /nextcall."


def _go_on(at: stage.Stage) -> str:
    say(f"2. Going on where this file was left: {_shown(at.clock)} in London.")
    return "Open that page."


def _say_time(clock: SandboxClock) -> None:
    if abs(clock.ahead.total_seconds()) > 60:
        say(f"4. The demo's clock stands at {_shown(clock)} in London, when calls are allowed. The page moves it.")


def _shown(clock: SandboxClock) -> str:
    shown = clock.now().astimezone(ZoneInfo(stage.LONDON))
    return f"{shown:%A} {shown.day} {shown:%B, %H:%M}"


def _workspace_file(file: Path) -> Path:
    """Beside the database of `--keep FILE`: the local Slack and its clock."""
    return file.with_name(f"{file.name}.workspace.json")


def _read_kept(file: Path) -> dict[str, Any] | None:
    """The workspace of an earlier run with this file; None for a new file. Raises Refused, so that no other file is
    used."""
    beside = _workspace_file(file)
    if not file.parent.is_dir():
        raise Refused(f"There is no folder {file.parent}: make it, or choose another file.")
    if not file.exists() and not beside.exists():
        return None
    try:
        found: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8")) if file.exists() else {}
        time_kept(found)
    except (OSError, ValueError, NotKept) as fault:
        raise Refused(f"{file} and {beside.name} are not from a demo. Choose another file, or delete both.") from fault
    return found


@contextmanager
def _saved(workspace: Workspace, file: Path | None) -> Iterator[None]:
    """Saves the workspace when the block ends, and while it lasts soon after each change. Without a file: never."""
    if file is None:
        yield
        return
    target, ended = _workspace_file(file), threading.Event()
    _save(workspace, target)
    saving = threading.Thread(target=_keep_saving, args=(workspace, target, ended), name="keep")
    saving.start()
    try:
        yield
    finally:
        ended.set()
        saving.join()
        _save(workspace, target)


def _keep_saving(workspace: Workspace, target: Path, ended: threading.Event) -> None:
    last = workspace.revision
    while not ended.wait(_SAVES_EVERY_S):
        if workspace.revision != last:
            last = workspace.revision
            _save(workspace, target)


def _save(workspace: Workspace, target: Path) -> None:
    """Writes all or nothing, readable by its owner only."""
    half = target.with_name(f"{target.name}.new")
    with open(half, "w", encoding="utf-8", opener=open_private) as out:
        json.dump(kept(workspace), out)
    os.replace(half, target)
