"""A bot in a process of its own, as `nextcall run` has it, to which a team lead drops lists in the local workspace."""

from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.cli.demo import BotProcess, cast
from bot.cli.demo.stage import SETUP, settings_for, when_there_is_something_to_call
from bot.clock import system_clock
from bot.sandbox import Member, SandboxClock, SandboxServer, Seen, VisibleMessage, VisibleView
from bot.services.setup import plan
from bot.wiring import open_installation


@dataclass(frozen=True, slots=True)
class AtWork:
    lead: Member
    agent: Member
    pid: int  # of the bot


@contextmanager
def at_work(url: str, patience_s: float) -> Iterator[AtWork]:
    """The demo's organisation in this database, and its bot. Asserts in the end that Slack would have taken every
    call."""
    clock = SandboxClock(when_there_is_something_to_call(system_clock()))
    with (
        TemporaryDirectory(prefix="nextcall-bench-") as folder,
        chdir(folder),  # a bot on PostgreSQL keeps its checkpoint where it was started
        SandboxServer(cast.workspace(clock)) as slack,
    ):
        settings = settings_for(slack, url, log_level="WARNING")
        with open_installation(settings, clock.now) as installation:
            plan.apply(installation.deps, plan.read_setup(SETUP))
        with BotProcess(settings, Path(folder) / "nextcall.log", clock) as bot:
            slack.wait_for_connections(1, patience_s)
            yield AtWork(slack.person(cast.DANA), slack.person(cast.ALICE), bot.pid or 0)
        assert slack.workspace.refusals == (), slack.workspace.refusals


def reads(member: Member, patience_s: float, *words: str) -> VisibleMessage:
    """Waits for a message with all of the words."""

    def found(seen: Seen) -> VisibleMessage | None:
        return next((one for one in reversed(seen.messages) if all(word in one.words for word in words)), None)

    message = member.wait_for(found, patience_s)
    assert message is not None
    return message


def form(member: Member, patience_s: float, field: str) -> VisibleView:
    """Waits for a form that asks for this."""

    def found(seen: Seen) -> VisibleView | None:
        return seen.modal if seen.modal and any(one.get("block_id") == field for one in seen.modal.blocks) else None

    view = member.wait_for(found, patience_s)
    assert view is not None
    return view
