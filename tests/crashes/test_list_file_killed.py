"""A bot is killed while it reads or imports a list that was dropped: the next one does it, and nobody is there
twice."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from storage.models import Contact, ListFile, Person
from tests.crashes.centre import Centre, reads

ROWS = 6_000
SHOWN = "Nothing is imported yet"


@pytest.fixture(autouse=True)
def one_bot(centre: Centre) -> Iterator[None]:
    centre.start()
    yield
    centre.kill()


def _leads(first: int, rows: int) -> bytes:
    numbers = range(first, first + rows)
    return b"Name,Phone\n" + b"".join(b"Contact %d,+4477%08d\n" % (one, one) for one in numbers)


def _contacts(centre: Centre, name: str) -> int:
    with centre.acme.units(is_read_only=True) as uow:
        named = select(func.count()).select_from(Contact).where(col(Contact.name).startswith(name))
        return uow.session.exec(named).one()


def _stage(centre: Centre) -> str:
    return centre.acme.all(ListFile)[-1].stage


def _after_a_kill(centre: Centre) -> None:
    centre.kill()
    centre.start()
    centre.move(seconds=61)  # until then the dead bot counts as at work


def _settled(centre: Centre) -> int:
    """How many contacts there are once none is added for a second."""
    there = -1
    while there != (there := _contacts(centre, "Contact 1")):
        time.sleep(1)
    return there


@pytest.mark.long
def test_the_next_bot_reads_what_the_killed_one_was_downloading(centre: Centre) -> None:
    dana = centre.person("dana")
    with centre.hanging("download"):
        dana.upload("hanging.csv", _leads(0, 3))
    assert _stage(centre) == "reading"
    _after_a_kill(centre)
    reads(dana, "hanging.csv", SHOWN, "3* can be called now")
    centre.until(lambda: not list(Path(tempfile.gettempdir()).glob("nextcall-list-*")))  # the dead bot's, then its own


@pytest.mark.night
def test_the_next_bot_goes_on_with_the_import_and_adds_nobody_twice(centre: Centre) -> None:
    dana = centre.person("dana")
    dana.upload("many.csv", _leads(1_000_000, ROWS))
    dana.press(reads(dana, "many.csv", SHOWN), "list_import")
    centre.until(lambda: _contacts(centre, "Contact 1") > 0)
    centre.kill()
    there = _settled(centre)  # the process that imports ends with the part it has begun
    assert 0 < there < ROWS
    assert _stage(centre) == "importing"
    centre.start()
    centre.move(seconds=61)
    done = reads(dana, "many.csv", "is imported into", "I was interrupted")
    assert f"*{ROWS - there:,}* contacts imported" in done.words
    assert f"{there:,} already in the campaign" in done.words
    assert _contacts(centre, "Contact 1") == ROWS
    people = [one.name for one in centre.acme.all(Person) if one.name.startswith("Contact 1")]
    assert len(people) == len(set(people)) == ROWS
