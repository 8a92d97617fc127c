"""`nextcall demo`: a local Slack workspace with the real bot in it."""

import errno
import json
import os
import pickle
import shlex
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Annotated, Any, Final, Self
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import func, select
from sqlmodel import col

from bot.cli import logs
from bot.cli.commands import command
from bot.cli.demo import stage
from bot.cli.demo.cast import ADMIN, ALICE, CHANNEL, DANA, ERIN
from bot.cli.demo.stage import LONDON
from bot.cli.demo.tour import play
from bot.cli.demo_bot import Order
from bot.cli.run import stop_asked, wait_for
from bot.cli.terminal import Refused, counted, say
from bot.clock import system_clock
from bot.sandbox import Jump, NotKept, PageTools, SandboxClock, Step, Workspace, kept, time_kept
from bot.services.deps import Deps
from bot.settings import Settings
from bot.slack import ids
from policy import Verdict
from policy.calendar import local_time
from policy.vocabulary import Outcome
from storage.database.database_files import open_private
from storage.models import Contact, Team

PORT = 8787
_STARTS_WITHIN_S = 60.0
_SAVES_EVERY_S = 2.0
_ENDS_WITHIN_S = 10.0
_PROGRAM: Final = f"from bot import collector; collector.imported({Order.__module__!r}).serve()"


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
                how = _filled(at, keep, is_again=before is not None, is_empty=empty)
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
        for _ in range(int(_STARTS_WITHIN_S)):
            with suppress(TimeoutError):
                at.server.wait_for_connections(1, 1.0)
                break
            if stop.is_set():
                break
        else:
            log = at.log_file.read_text(encoding="utf-8") if at.log_file.exists() else "It is empty."
            said = f"The bot did not start within {_STARTS_WITHIN_S:.0f} s. The end of its log:"
            raise Refused(f"{said}\n{log[-2000:]}")
        if stop.is_set():
            return
        say(f"   It is connected. Its log is {at.log_file}.")
        if abs(at.clock.ahead.total_seconds()) > 60:
            shown = _shown(at.clock)
            say(f"4. The demo's clock stands at {shown} in London, when calls are allowed. The page moves it.")
        say(f"\n    {at.server.url}\n\n{how} Ctrl-C stops the demo.")
        if browser:
            webbrowser.open(at.server.url)
        wait_for(stop)


def _filled(at: stage.Stage, keep: Path | None, *, is_again: bool, is_empty: bool) -> str:
    """Sets the demo up, and says where its data is. Returns what to do on the page."""
    url = at.installation.settings.database_url
    stays = "kept" if keep else "deleted when the demo stops"
    say(f"1. Opened the database {url.removeprefix('sqlite:///')}, {stays}.")
    say("   To use the command line on it, at this machine's time and not the demo's:")
    say(f"   DATABASE_URL={shlex.quote(url)} {stage.program()} --help")
    if is_again:
        say(f"2. Going on where this file was left: {_shown(at.clock)} in London.")
        return "Open that page."
    if is_empty:
        say("2. Set up the first admin, Ada, and nothing else.")
        say("   Import the list last, from another terminal, with your campaign's name:")
        say(f"\n    {stage.import_command(at)}\n")
        return "Pick Ada on that page and open Home, or type /nextcall."
    say("2. Setting up Acme Calls (one team, six people with two admins, one campaign) and importing the sample list.")
    _, done = stage.set_up(at)
    left_out = f"{counted(done.duplicates_in_file, 'duplicate')} and {counted(len(done.faults), 'faulty row')} left out"
    say(f"   {counted(done.imported, 'lead')} of the sample's {done.rows} rows imported; {left_out}.")
    return "Open that page: a guide of nine steps shows what to press. Or pick a person and type /nextcall."


def _shown(clock: SandboxClock) -> str:
    shown = clock.now().astimezone(ZoneInfo(stage.LONDON))
    return f"{shown:%A} {shown.day} {shown:%B, %H:%M}"


def _workspace_file(file: Path) -> Path:
    return file.with_name(f"{file.name}.workspace.json")


def _read_kept(file: Path) -> dict[str, Any] | None:
    """The workspace of an earlier run with this file; None for a new file. Raises Refused for any other file."""
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

    def keep_saving() -> None:
        saved = workspace.revision
        while not ended.wait(_SAVES_EVERY_S):
            if workspace.revision != saved:
                saved = workspace.revision
                _save(workspace, target)

    _save(workspace, target)
    saving = threading.Thread(target=keep_saving, name="keep")
    saving.start()
    try:
        yield
    finally:
        ended.set()
        saving.join()
        _save(workspace, target)


def _save(workspace: Workspace, target: Path) -> None:
    """Writes all or nothing, readable by its owner only."""
    half = target.with_name(f"{target.name}.new")
    with open(half, "w", encoding="utf-8", opener=open_private) as out:
        json.dump(kept(workspace), out)
    os.replace(half, target)


SAMPLE_NAME = "new-leads.csv"
# Numbers that Ofcom keeps for fiction.
SAMPLE = """Customer ID,Name,Phone,City,Tariff,Requested call on
AC-20001,Maya Lindqvist,0161 496 0801,Manchester,Fixed 24,{today}
AC-20002,Tom Achebe,0113 496 0802,Leeds,Standard,{today}
AC-20003,Rosa Whitfield,0114 496 0803,Sheffield,Standard,
AC-20004,Rosa Whitfield,0114 496 0803,Sheffield,Standard,
AC-20005,Number Missing,,Leeds,Standard,
"""

GUIDE = (
    Step(
        ALICE,
        "Send /nextcall 3 to Nextcall.",
        "Alice gets three contacts that may be called now, their numbers masked.",
        "command",
        "/nextcall 3",
    ),
    Step(
        ALICE,
        "Press Call on a card.",
        "Nextcall decides once more whether the call is lawful now, and only then shows the number.",
        "action",
        "call",
    ),
    Step(
        ALICE,
        "Press Busy.",
        "The card says until when the contact is locked, and why.",
        "action",
        "outcome_",
        ids.outcome_button(Outcome.BUSY),
    ),
    Step(ALICE, "Press Undo.", "A wrong press costs nothing: the call asks for its outcome again.", "action", "undo"),
    Step(
        ALICE,
        "Press Busy again.",
        "Every call needs an outcome. The day’s audit counts a call without one as a broken promise.",
        "action",
        "outcome_",
        ids.outcome_button(Outcome.BUSY),
    ),
    Step(DANA, "Send /teamstatus to Nextcall.", "Six figures, and what needs a person.", "command", "/teamstatus"),
    Step(
        ERIN,
        "In #energy, press To the digest, at the top.",
        "The clock goes to the end of the team’s day, and its compliance digest is posted.",
        "jump",
        "digest",
        place=CHANNEL,
    ),
    Step(
        ADMIN,
        "Drop a list of contacts into Nextcall, Messages.",
        "Before it imports anything, Nextcall shows what it understood, and that two people who asked for a call can "
        "be called once calling hours begin.",
        "upload",
    ),
    Step(
        ADMIN,
        "Press { } beside the answer.",
        "It shows the call of Slack’s API that drew the message. Faults, at the top, breaks something on purpose.",
        "inside",
    ),
)


def page_tools(deps: Deps, *, restart: Callable[[], None] | None = None, has_guide: bool = True) -> PageTools:
    """The clock's jumps read the demo's database. Without anything set up there is nothing to guide through."""
    return PageTools(
        (
            Jump(
                "opening",
                "Next opening",
                "Move the clock to when the next locked contact becomes callable",
                lambda now: next_opening(deps, now),
                "No contact is waiting for a later time.",
            ),
            Jump(
                "digest",
                "To the digest",
                "Move the clock to the end of the team's day, when its digest is posted",
                lambda now: next_digest(deps, now),
                "There is no team yet, so no digest.",
            ),
        ),
        GUIDE if has_guide else (),
        (SAMPLE_NAME, sample(deps.clock())),
        restart,
    )


def sample(at: datetime) -> str:
    """A list to drop. Two of its people asked for a call today by the clock, because a request expires."""
    return SAMPLE.format(today=local_time.date_in(LONDON, at))


def next_opening(deps: Deps, now: datetime) -> datetime | None:
    """When the first of the locked contacts becomes callable; None if none does."""
    opens = (
        select(func.min(col(Contact.callable_from)))
        .where(col(Contact.callable_from) > now, col(Contact.finished_at).is_(None))
        .where(col(Contact.verdict).in_((Verdict.LOCKED.value, Verdict.CALLABLE.value)))
    )
    with deps.unit_of_work(is_read_only=True) as uow:
        return uow.session.scalar(opens)


def next_digest(deps: Deps, now: datetime) -> datetime | None:
    """When the next team's day ends; None without a team."""
    with deps.unit_of_work(is_read_only=True) as uow:
        teams = [(one.zone, one.digest_at) for one in uow.session.scalars(select(Team))]
    days = [(zone, local_time.date_in(zone, now) + timedelta(days=ahead), at) for zone, at in teams for ahead in (0, 1)]
    return min((end for end in (local_time.moment(*day) for day in days) if end > now), default=None)


class BotProcess:
    """The bot in a process of its own, which can be killed and started again, until the ``with`` block ends."""

    def __init__(self, settings: Settings, log_file: Path, clock: SandboxClock) -> None:
        self._order, self._clock = Order(settings, log_file), clock
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._lock:
            self._start()
        self._clock.on_move(lambda _at: self._tell_time())
        return self

    def __exit__(self, *_raised: object) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        _input_of(process).close()
        try:
            process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def restart(self) -> None:
        """Kills the process, as a crash would, and starts another. Returns before that is connected."""
        with self._lock:
            if self._process is None:
                return
            self._process.kill()
            self._process.wait()
            self._start()

    def _start(self) -> None:
        command = [sys.executable, "-c", _PROGRAM]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own
        pickle.dump(self._order, _input_of(self._process))
        self._tell_time()

    def _tell_time(self) -> None:
        # A process that has died is not told; the next one is, at its start.
        with self._lock, suppress(BrokenPipeError):
            if self._process is not None:
                _input_of(self._process).write(f"{self._clock.ahead.total_seconds()}\n".encode())
                _input_of(self._process).flush()


def _input_of(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    assert process.stdin is not None  # it was started with a pipe
    return process.stdin
