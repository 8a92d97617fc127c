"""One file, one import: pressed twice, delivered twice, read by two bots, interrupted at any moment."""

from collections.abc import Callable
from dataclasses import replace
from threading import Thread

import pytest

from bot.services.intake.work import Intake
from bot.services.lists import batch, importing
from storage.models import Contact, ListFile
from tests.slack.scenarios.list_desk import (
    LEADS,
    SHOWN,
    from_app,
    handed_over,
    imported,
    previewed,
    stage_of,
    worked_on,
)
from tests.slack.scenarios.town import Town, reads

pytestmark = pytest.mark.long


def test_two_presses_are_one_import(town: Town) -> None:
    shown = previewed(town)
    presses = [Thread(target=town.dana.press, args=[shown, "list_import"], kwargs={"stale": True}) for _ in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    worked_on(town, "Importing")
    reads(town.dana, "*2* contacts imported")
    town.dana.press(shown, "list_import", stale=True)
    town.rest()
    assert reads(town.dana, "*2* contacts imported") == from_app(town)[0]
    assert len(town.acme.all(Contact)) == 2


def test_an_event_delivered_twice_is_one_file(town: Town) -> None:
    town.dana.upload("leads.csv", LEADS)
    reads(town.dana, "Reading")
    [event] = [one.envelope for one in town.server.delivered if one.envelope.payload["event"]["type"] == "file_shared"]
    town.server.deliver(replace(event, retry_attempt=1, retry_reason="timeout"))
    town.work()
    reads(town.dana, SHOWN)
    assert len(town.acme.all(ListFile)) == len(from_app(town)) == 1


def test_the_same_file_shared_again_is_another_request(town: Town) -> None:
    imported(town, previewed(town))
    again = previewed(town, name="again.csv")
    assert "from the campaign" in again.words or "can be called now" in again.words
    done = imported(town, again)
    assert "2 already in the campaign" in done.words


def test_two_bots_read_and_import_a_file_once(town: Town) -> None:
    bots = [Intake(town.deps), Intake(town.deps)]

    def both(tick: Callable[[Intake], int]) -> list[int]:
        found: list[int] = []
        threads = [Thread(target=lambda one=one: found.append(tick(one))) for one in bots]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return sorted(found)

    town.dana.upload("leads.csv", LEADS)
    reads(town.dana, "Reading")
    handed_over(town)
    assert both(lambda bot: bot.read_due(town.deps)) == [0, 1]
    town.dana.press(reads(town.dana, SHOWN), "list_import")
    reads(town.dana, "Importing")
    handed_over(town)
    assert both(lambda bot: bot.import_due(town.deps)) == [0, 1]
    assert "*2* contacts imported" in reads(town.dana, "is imported into").words


# -- interrupted


class Killed(BaseException):
    """Stands for the death of the process: no more of its code runs."""


def _many(count: int) -> bytes:
    return b"Name,Phone\n" + b"".join(b"Contact %d,07700900%03d\n" % (one, one) for one in range(count))


def _killed_after(monkeypatch: pytest.MonkeyPatch, batches: int) -> None:
    """Makes batches small, and ends the process after some of them."""
    monkeypatch.setattr(importing, "BATCH", 10)
    monkeypatch.setattr("bot.services.files.write_pace.FEWEST", 10)
    left = iter(range(batches))

    def dies(self: object, view: object = None) -> None:
        if view is not None and next(left, None) is None:
            raise Killed

    monkeypatch.setattr("bot.services.intake.holding.Hold.report", dies)


def test_a_killed_import_begins_again_and_adds_nobody_twice(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = previewed(town, _many(90))
    town.dana.press(shown, "list_import")
    reads(town.dana, "Importing")
    handed_over(town)
    with monkeypatch.context() as patched:
        _killed_after(patched, 3)
        with pytest.raises(Killed):
            town.intake.import_due(town.deps)
    there = len(town.acme.all(Contact))
    assert 0 < there < 90
    assert stage_of(town) == "importing"
    restarted = Intake(town.deps)
    assert restarted.import_due(town.deps) == 0, "the dead process may still be at it"
    town.move(seconds=61)
    assert restarted.import_due(town.deps) == 1
    done = reads(town.dana, "is imported into", "I was interrupted")
    assert f"*{90 - there}* contacts imported" in done.words
    assert f"{there} already in the campaign" in done.words
    assert len(town.acme.all(Contact)) == 90


def test_a_stopped_bot_releases_its_import_and_the_next_continues_at_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = previewed(town, _many(90))
    town.dana.press(shown, "list_import")
    reads(town.dana, "Importing")
    handed_over(town)
    monkeypatch.setattr(importing, "BATCH", 10)
    monkeypatch.setattr("bot.services.files.write_pace.FEWEST", 10)
    bot = Intake(town.deps)
    written = batch.write

    def stopping(*args: object) -> object:
        bot.stop()
        return written(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(importing, "write", stopping)
        assert bot.import_due(town.deps) == 0
    assert 0 < len(town.acme.all(Contact)) < 90
    assert Intake(town.deps).import_due(town.deps) == 1
    assert len(town.acme.all(Contact)) == 90


def test_a_bot_that_died_while_showing_the_preview_shows_it_after_the_next_start(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.dana.upload("leads.csv", LEADS)
    reads(town.dana, "Reading")
    handed_over(town)

    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("bot.services.intake.holding.Hold._show_and_release", dies)
        with pytest.raises(Killed):
            town.intake.read_due(town.deps)
    assert stage_of(town) == "shown"
    town.move(seconds=61)
    assert Intake(town.deps).read_due(town.deps) == 1
    imported(town, reads(town.dana, SHOWN))


def test_a_bot_that_died_before_the_report_imports_again_and_reports(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.dana.press(previewed(town), "list_import")
    reads(town.dana, "Importing")
    handed_over(town)

    def dies(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("bot.services.intake.work.Intake._tell", dies)
        with pytest.raises(Killed):
            town.intake.import_due(town.deps)
    town.move(seconds=61)
    assert Intake(town.deps).import_due(town.deps) == 1
    done = reads(town.dana, "is imported into", "I was interrupted", "2 already in the campaign")
    assert reads(town.dana, "leads-rejects.csv").thread_ts == done.ts
    assert len(town.acme.all(Contact)) == 2


def test_progress_is_drawn_no_more_often_than_slack_takes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = previewed(town, _many(90))
    monkeypatch.setattr(importing, "BATCH", 10)
    monkeypatch.setattr("bot.services.files.write_pace.FEWEST", 10)
    drawn = len(town.server.workspace.calls_of("chat.update"))
    imported(town, shown)
    # As it begins (by the press, by the worker) and ends; and at most one for every three seconds in between.
    assert len(town.server.workspace.calls_of("chat.update")) - drawn <= 4


@pytest.mark.night
def test_the_report_arrives_although_slack_fails_at_first(town: Town) -> None:
    shown = previewed(town)
    town.dana.press(shown, "list_import")
    reads(town.dana, "Importing")
    town.server.fail_next("chat.update", with_="ratelimited", times=3)
    town.work()
    reads(town.dana, "is imported into", "*2* contacts imported")


def test_a_preview_that_slack_calls_malformed_is_shown_without_its_rows(town: Town) -> None:
    town.dana.upload("leads.csv", LEADS)
    reads(town.dana, "Reading")
    handed_over(town)
    town.server.fail_next("chat.update", with_="invalid_blocks")
    town.work()
    shown = reads(town.dana, SHOWN, "can be called now", without="→ Full name")
    imported(town, shown)


def test_old_requests_are_forgotten_and_their_buttons_say_so(town: Town) -> None:
    shown = previewed(town)
    town.move(days=31)
    town.dana.upload("next.csv", LEADS)
    reads(town.dana, "Reading")
    [file] = town.acme.all(ListFile)
    assert file.id == 2, "no button of an old message means another file"
    town.dana.press(shown, "list_import")
    reads(town.dana, "That is no longer here")
