"""I6: seconds from dropping a workbook of 10,000 rows until an agent has the first contact of it, on the slower database.

The bot runs in a process of its own, as `nextcall run` has it, against the local workspace over Socket Mode on loopback,
with Slack's rate limits. A team lead drops the file into the direct messages, reads the preview, states the basis and the
screening that marketing calls need, reads the second preview and imports; an agent types `/nextcall`. People read and
press at once, so that what is left is the machine's time: the bot looks for files every two seconds, so up to six of
these seconds are waiting.
"""

import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from io import BytesIO
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import xlsxwriter
from sqlalchemy import func
from sqlmodel import Session, select

from benchmarks import goals
from benchmarks.harness.servers import server, sqlite_file
from bot.cli.demo import cast
from bot.cli.demo.bot_process import BotProcess
from bot.cli.demo.stage import HOUSE_PACK, SETUP, when_there_is_something_to_call
from bot.clock import system_clock
from bot.sandbox import Member, SandboxClock, SandboxServer, Seen, VisibleMessage, VisibleView
from bot.services.setup import plan
from bot.settings import Settings
from bot.slack import ids
from bot.wiring import open_installation
from storage import migrations
from storage.database import engine as engines
from storage.models import Contact

_HEADING = ("Client no.", "Name", "Mobile", "Company", "Town", "Postcode", "Note", "Do not call")
_TOWNS = (("Leeds", "LS1 4AP"), ("York", "YO1 7HH"), ("Hull", "HU1 3DZ"), ("Bristol", "BS1 5TR"))
_PATIENCE_S = 600.0
PROCESSOR = "processor time"
STAGES = ("preview", "second preview", "imported", "first card")


def main(*, is_quick: bool = False) -> int:
    rows, repeats = (500, 1) if is_quick else (10_000, 3)
    print(f"first_card: a workbook of {rows} rows; medians of {repeats}")
    content, slowest = workbook(rows), 0.0
    for name, database in (("SQLite", _on_sqlite), ("PostgreSQL", _on_postgresql)):
        found = []
        for _ in range(repeats):
            with database() as url:
                found.append(_road(url, content, rows))
        stages = {stage: median(one[stage] for one in found) for stage in STAGES}
        said = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in stages.items())
        total = median(sum(one[stage] for stage in STAGES) for one in found)
        processor = median(one[PROCESSOR] for one in found)
        print(f"  {name:<12} {total:.1f} s: {said}; {processor:.1f} s of processor time with its start", flush=True)
        slowest = max(slowest, total)
    goals.report("I6", slowest)
    return 0


def workbook(rows: int) -> bytes:
    """A list as Excel saves it: telephone numbers are numbers, and have lost their first 0."""
    random, content = Random(6), BytesIO()
    with xlsxwriter.Workbook(content, {"constant_memory": False}) as book:
        sheet = book.add_worksheet("Leads")
        sheet.write_row(0, 0, _HEADING)
        for line in range(1, rows + 1):
            town, postcode = random.choice(_TOWNS)
            note = f"Asked for an offer, line {line}" if line % 3 == 0 else None
            stop = "yes" if line % 50 == 0 else "no"
            company = f"Garage {random.randrange(10_000)} Ltd"
            cells = (f"N-{line}", f"Person {line}", 7_400_000_000 + line, company, town, postcode, note, stop)
            sheet.write_row(line, 0, cells)
    return content.getvalue()


def _road(url: str, content: bytes, rows: int) -> dict[str, float]:
    """Seconds of each stage. Asserts that the whole list is there in the end."""
    clock = SandboxClock(when_there_is_something_to_call(system_clock()))
    with (
        TemporaryDirectory(prefix="nextcall-bench-") as folder,
        chdir(folder),  # a bot on PostgreSQL keeps its checkpoint where it was started
        SandboxServer(cast.workspace(clock)) as slack,
    ):
        settings = _settings(slack, url)
        with open_installation(settings, clock.now) as installation:
            plan.apply(installation.deps, plan.read_setup(SETUP))
        with BotProcess(settings, Path(folder) / "nextcall.log", clock) as bot:
            slack.wait_for_connections(1, _PATIENCE_S)
            took = _walked(slack.person(cast.DANA), slack.person(cast.ALICE), content)
            took[PROCESSOR] = _processor_s(bot.pid)
        assert slack.workspace.refusals == (), slack.workspace.refusals
    engine = engines.create(url)
    with Session(engine) as session:
        assert session.exec(select(func.count()).select_from(Contact)).one() == rows
    engine.dispose()
    return took


def _walked(dana: Member, alice: Member, content: bytes) -> dict[str, float]:
    begun, took = perf_counter(), list[float]()

    def reached(shown: VisibleMessage) -> VisibleMessage:
        took.append(perf_counter() - begun - sum(took))
        return shown

    dana.upload("leads.xlsx", content)
    shown = reached(_reads(dana, "Nothing is imported yet", "on hold"))
    dana.press(shown, ids.LIST_FACTS)
    form = dana.wait_for(lambda seen: _form(seen, ids.BASIS), _PATIENCE_S)
    today = f"{dana.workspace.clock.now():%Y-%m-%d}"
    stated = {ids.BASIS: "legitimate_interest", ids.STATED: [ids.TOLD], f"{ids.SCREENED}tps": today}
    dana.submit(form, {field: {ids.INPUT: value} for field, value in stated.items()})
    shown = reached(_reads(dana, "Nothing is imported yet", "can be called now"))
    dana.press(shown, ids.LIST_IMPORT)
    reached(_reads(dana, "is imported into"))
    alice.command("/nextcall 1")
    reached(_reads(alice, "You hold 1 contact"))
    return dict(zip(STAGES, took, strict=True))


def _processor_s(pid: int | None) -> float:
    """Processor seconds that the process and the children it waited for have used; 0 where the system does not say."""
    path = Path(f"/proc/{pid}/stat")
    if not path.exists():
        return 0.0
    return sum(map(int, path.read_text().rpartition(")")[2].split()[11:15])) / os.sysconf("SC_CLK_TCK")


def _reads(member: Member, *words: str) -> VisibleMessage:
    def found(seen: Seen) -> VisibleMessage | None:
        return next((one for one in reversed(seen.messages) if all(word in one.words for word in words)), None)

    return _certain(member.wait_for(found, _PATIENCE_S))


def _certain(found: VisibleMessage | None) -> VisibleMessage:
    assert found is not None
    return found


def _form(seen: Seen, field: str) -> VisibleView | None:
    return seen.modal if seen.modal and any(one.get("block_id") == field for one in seen.modal.blocks) else None


def _settings(slack: SandboxServer, url: str) -> Settings:
    workspace = slack.workspace
    return Settings(
        bot_token=workspace.bot_token,
        app_token=workspace.app_token,
        signing_secret=workspace.signing_secret,
        api_url=slack.api_url,
        database_url=url,
        admins=(),
        house_pack=HOUSE_PACK,
        log_level="WARNING",
    )


@contextmanager
def _on_sqlite() -> Iterator[str]:
    with sqlite_file() as path:
        yield f"sqlite:///{path}"


@contextmanager
def _on_postgresql() -> Iterator[str]:
    with server().copy(server().filled("first_card", _migrate)) as url:
        yield url


def _migrate(url: str) -> None:
    engine = engines.create(url)
    migrations.upgrade(engine)
    engine.dispose()
