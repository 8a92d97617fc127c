"""The database full, read-only or locked: one sentence with an incident id, nothing half-done, and it works
afterwards."""

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Engine, event

from bot.scheduler import ticks
from bot.slack import ids
from storage.models import Attempt, Lease, OutcomeRecord
from tests.slack.scenarios.town import NUMBER, Town, form, given, logs, opens, owed, presses, reads, types

pytestmark = [pytest.mark.incident, pytest.mark.long]
INCIDENT = re.compile(r"The database is not answering \(incident `?([0-9a-f]{8})`?")


@contextmanager
def _pragma(engine: Engine, setting: str) -> Iterator[None]:
    """Sets a pragma on every connection while the block lasts."""

    def set_it(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA {setting}")

    event.listen(engine, "checkout", set_it)
    try:
        yield
    finally:
        event.remove(engine, "checkout", set_it)
        engine.dispose()  # none of it is kept in the file


@contextmanager
def _locked(engine: Engine) -> Iterator[None]:
    """Another program locks the database for longer than the timeout, which is shortened for the test."""
    with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with _pragma(engine, "busy_timeout=50"):
            yield
        other.execute("ROLLBACK")


@contextmanager
def trouble(engine: Engine, kind: str) -> Iterator[None]:
    if kind == "locked":
        with _locked(engine):
            yield
        return
    if kind == "full":
        with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as other:
            other.execute("VACUUM")  # no page is left that could still be written on
    # SQLite makes of the one page as many as the file has already
    with _pragma(engine, {"full": "max_page_count=1", "read-only": "query_only=ON"}[kind]):
        yield


def _incidents(town: Town) -> list[str]:
    return [found[1] for one in town.alice.messages() if (found := INCIDENT.search(one.words))]


def _counts(town: Town) -> list[int]:
    return [len(town.acme.all(Lease)), len(town.acme.all(Attempt)), len(town.acme.all(OutcomeRecord))]


def test_it_hands_out_all_or_nothing_on_a_full_disk_and_everything_afterwards(
    town: Town, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    for serial in range(30):
        town.acme.add_contact(f"Grace {serial}")
    agents = (town.alice, town.bob, town.dana)
    with trouble(engine, "full"):
        for agent in agents:  # whose hand-out needs one more page is the first to be told
            agent.command("/nextcall 10")
            agent.wait_for(lambda seen: seen.messages)
        ticks.tick_once(town.deps)
    told = [found[1] for agent in agents for one in agent.messages() if (found := INCIDENT.search(one.words))]
    assert told
    assert all(f"incident={code}" in caplog.text for code in told)
    assert _counts(town) == [10 * (3 - len(told)), 0, 0], "all or nothing"
    for agent in agents:
        types(agent, "/nextcall 10", "You hold 10 contacts")
    assert _counts(town) == [30, 0, 0]


@pytest.mark.parametrize("kind", ["read-only", "locked"])
def test_it_says_so_loses_nothing_and_works_again(
    town: Town, engine: Engine, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    for serial in range(10):
        town.acme.add_contact(f"Grace {serial}")
    with trouble(engine, kind):
        told = types(town.alice, "/nextcall 10", "The database is not answering")
        assert "Traceback" not in told.words
        assert f"incident={_incidents(town)[0]}" in caplog.text
        assert _counts(town) == [0, 0, 0], "all or nothing"
        ticks.tick_once(town.deps)
    card = types(town.alice, "/nextcall 10", "Grace 9")
    with trouble(engine, kind):
        town.alice.press(card, "call", label="Call")
        town.alice.wait_for(lambda _seen: len(_incidents(town)) == 2)
        assert _counts(town) == [10, 0, 0]
    town.alice.press(card, "call", label="Call", stale=True)
    shown = reads(town.alice, NUMBER)
    with trouble(engine, kind):
        town.alice.press(shown, "outcome_refused")
        town.alice.wait_for(lambda _seen: len(_incidents(town)) == 3)
        assert _counts(town) == [10, 1, 0]
    presses(town.alice, shown, "outcome_refused", "Not interested* recorded", stale=True)
    assert _counts(town) == [10, 1, 1]


def test_a_fault_after_the_answer_is_on_screen_is_not_shown(
    town: Town, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(str(engine.url.database))) as other:
        other.execute("CREATE TRIGGER odd BEFORE DELETE ON shownnumber BEGIN SELECT RAISE(ABORT, 'odd'); END")
    presses(town.alice, town.calling(), "outcome_refused", "Not interested* recorded")
    types(town.alice, "/nextcall 1", "No contact is callable now")
    logs(caplog, "incident=")
    assert not any("incident" in one.words for one in town.alice.messages())


@pytest.mark.parametrize("kind", ["read-only", "locked"])
def test_it_keeps_a_form_open_with_what_was_filled_in(town: Town, engine: Engine, kind: str) -> None:
    town.calling()
    asked = opens(town.alice, owed(town.alice), "outcome_form", ids.NOTE)
    filled = given(outcome_chosen="refused", note="has one already")
    with trouble(engine, kind):
        answer = town.alice.submit(asked, filled)
    assert INCIDENT.search(str(answer.errors))
    assert not town.alice.submit(asked, filled).errors
    reads(town.alice, "*Not interested* recorded")
    assert [one.note for one in town.acme.all(OutcomeRecord)] == ["has one already"]


def test_the_log_of_an_unforeseen_error_holds_nothing_of_the_form(
    town: Town, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(str(engine.url.database))) as other:
        other.execute("CREATE TRIGGER odd BEFORE INSERT ON outcomerecord BEGIN SELECT RAISE(ABORT, 'odd'); END")
    town.calling()
    town.alice.press(owed(town.alice), "outcome_form")
    answer = town.alice.submit(form(town.alice, ids.NOTE), given(outcome_chosen="refused", note="has cancer"))
    assert "incident" in str(answer.errors)
    assert "IntegrityError" in caplog.text
    assert "cancer" not in caplog.text
