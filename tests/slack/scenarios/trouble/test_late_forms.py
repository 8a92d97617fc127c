"""A form sent while the database is locked: acknowledged in time, answered once it is known, nothing lost or done
twice."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Timer

import pytest
from sqlalchemy import Engine, event, text

from bot.sandbox import Delivery, VisibleMessage, VisibleView
from bot.slack import ids
from storage.models import Callback, Lease, OutcomeRecord
from tests.slack.scenarios.town import NUMBER, Town, form, given, opens, owed, presses, reads

pytestmark = pytest.mark.both_engines
LOCKED_S = 3.5
SLACK_WAITS_S = 3.0
FILLED = given(outcome_chosen="refused", note="Has *one* already")
LONGER, DONE, AWAY = "takes longer than usual", "Done. You can close this.", "The database is not answering"


@contextmanager
def locked(engine: Engine, seconds: float = LOCKED_S) -> Iterator[None]:
    """Locks the database for others, for some seconds; the block ends with the lock."""
    if engine.dialect.name == "sqlite":
        other = sqlite3.connect(str(engine.url.database), isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        end: Callable[[], object] = lambda: other.execute("ROLLBACK")  # noqa: E731 - one line
    else:
        connection = engine.connect()
        connection.execute(text("LOCK TABLE attempt, lease, contact IN SHARE MODE"))
        end, other = connection.rollback, connection  # type: ignore[assignment]
    timer = Timer(seconds, end)
    timer.start()
    with closing(other):
        try:
            yield
        finally:
            timer.join()


@contextmanager
def impatient(engine: Engine) -> Iterator[None]:
    """Shortens the lock timeout: it ends before the lock does, and after a form's ack is due."""
    is_sqlite = engine.dialect.name == "sqlite"
    setting = "PRAGMA busy_timeout=2500" if is_sqlite else "SET lock_timeout='2500ms'"

    def set_it(connection: sqlite3.Connection, *_: object) -> None:
        with closing(connection.cursor()) as cursor:
            cursor.execute(setting)
        connection.commit()

    event.listen(engine, "checkout", set_it)
    try:
        yield
    finally:
        event.remove(engine, "checkout", set_it)
        engine.dispose()


def _form(town: Town, shown: VisibleMessage) -> VisibleView:
    return opens(town.alice, owed(town.alice), "outcome_form", ids.NOTE)


def _is_acked_in_time(answer: Delivery) -> bool:
    return not answer.failed and not answer.errors and answer.took < SLACK_WAITS_S - 1


def _modal_says(town: Town, words: str, within: float = 12.0) -> VisibleView:
    return town.alice.wait_for(lambda seen: seen.modal if seen.modal and words in seen.modal.words else None, within)


@pytest.mark.night
def test_it_says_that_it_takes_longer_and_then_that_it_is_done(town: Town, engine: Engine) -> None:
    asked = _form(town, town.calling(minutes=2))
    with locked(engine):
        assert _is_acked_in_time(town.alice.submit(asked, FILLED))
        assert LONGER in _modal_says(town, LONGER).words
        assert town.acme.all(OutcomeRecord) == []
    assert _modal_says(town, DONE).submit is None
    reads(town.alice, "*Not interested* recorded")
    assert [one.note for one in town.acme.all(OutcomeRecord)] == ["Has *one* already"]
    assert not town.alice.seen.notices, "Slack itself had nothing to complain of"


@pytest.mark.night
def test_a_form_sent_again_while_it_waits_is_done_once(town: Town, engine: Engine) -> None:
    shown = town.calling(minutes=2)
    with locked(engine):
        assert _is_acked_in_time(town.alice.submit(_form(town, shown), FILLED))
        town.alice.close(_modal_says(town, LONGER))
        assert _is_acked_in_time(town.alice.submit(_form(town, shown), FILLED))
    reads(town.alice, "was already recorded")
    assert [one.note for one in town.acme.all(OutcomeRecord)] == ["Has *one* already"]
    assert not town.alice.seen.notices


@pytest.mark.night
@pytest.mark.incident
def test_it_gives_the_form_back_as_it_was_filled_in_when_the_database_gave_up(town: Town, engine: Engine) -> None:
    asked = _form(town, town.calling(minutes=2))
    with impatient(engine), locked(engine):
        assert _is_acked_in_time(town.alice.submit(asked, FILLED))
        back = _modal_says(town, AWAY)
    assert back.values[ids.NOTE][ids.INPUT]["value"] == "Has *one* already"
    assert town.acme.all(OutcomeRecord) == []
    assert not town.alice.submit(back).errors
    reads(town.alice, "*Not interested* recorded")
    assert [one.note for one in town.acme.all(OutcomeRecord)] == ["Has *one* already"]


@pytest.mark.incident
def test_a_message_says_that_a_closed_form_was_not_saved(town: Town, engine: Engine) -> None:
    asked = _form(town, town.calling(minutes=2))
    with impatient(engine), locked(engine):
        town.alice.submit(asked, FILLED)
        town.alice.close(_modal_says(town, LONGER))
    told = town.alice.wait_for(lambda seen: next((one for one in seen.messages if "was not saved" in one.words), None))
    assert AWAY in told.words
    assert NUMBER not in told.words
    assert town.acme.all(OutcomeRecord) == []


@pytest.mark.long
@pytest.mark.parametrize("kind", ["release", "callback"])
def test_a_form_delivered_twice_is_done_once(town: Town, kind: str) -> None:
    if kind == "release":
        town.alice.press(presses(town.alice, town.cards("Grace"), "give_back", "given back"), "release_form")
        town.alice.submit(form(town.alice, ids.REASON), given(reason="known_to_me", words="My aunt"))
    else:
        town.alice.press(town.calling(minutes=2), "callback_at", selected="Another day or time…")
        town.alice.submit(form(town.alice, ids.ON), given(whose="anyone", note="After lunch"))
    before = [len(town.acme.all(row)) for row in (Lease, Callback, OutcomeRecord)]
    sent = town.last("interactive")
    assert town.server.deliver(sent).is_acked
    assert [len(town.acme.all(row)) for row in (Lease, Callback, OutcomeRecord)] == before
