"""I6: seconds from dropping a workbook of 10,000 rows until an agent has the first contact of it, on the slower
database.

The bot runs in a process of its own, as `nextcall run` has it, against the local workspace over Socket Mode on
loopback, with Slack's rate limits. A team lead drops the file into the direct messages, reads the preview, states the
basis and the screening that marketing calls need, reads the second preview and imports; an agent types `/nextcall`.
People read and press at once, so that what is left is the machine's time: the bot looks for files every two seconds, so
up to six of these seconds are waiting.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from random import Random
from statistics import median
from time import perf_counter

import xlsxwriter
from sqlalchemy import func
from sqlmodel import Session, select

from benchmarks import goals
from benchmarks.harness.servers import server, sqlite_url
from benchmarks.harness.workers import processor_s
from benchmarks.lists.dropping import at_work, form, reads
from bot.sandbox import Member, VisibleMessage
from bot.slack import ids
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
    for name, database in (("SQLite", sqlite_url), ("PostgreSQL", _on_postgresql)):
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
    with at_work(url, _PATIENCE_S) as desk:
        took = _walked(desk.lead, desk.agent, content)
        took[PROCESSOR] = processor_s(desk.pid, with_children=True)
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
    shown = reached(reads(dana, _PATIENCE_S, "Nothing is imported yet", "on hold"))
    dana.press(shown, "list_facts")
    asked = form(dana, _PATIENCE_S, ids.BASIS)
    today = f"{dana.workspace.clock.now():%Y-%m-%d}"
    stated = {ids.BASIS: f"legitimate_interest {ids.TOLD}", f"{ids.SCREENED}tps": today}
    dana.submit(asked, {field: {ids.INPUT: value} for field, value in stated.items()})
    shown = reached(reads(dana, _PATIENCE_S, "Nothing is imported yet", "can be called now"))
    dana.press(shown, "list_import")
    reached(reads(dana, _PATIENCE_S, "is imported into"))
    alice.command("/nextcall 1")
    reached(reads(alice, _PATIENCE_S, "You hold 1 contact"))
    return dict(zip(STAGES, took, strict=True))


@contextmanager
def _on_postgresql() -> Iterator[str]:
    with server().copy(server().filled("first_card", _migrate)) as url:
        yield url


def _migrate(url: str) -> None:
    engine = engines.create(url)
    migrations.upgrade(engine)
    engine.dispose()
