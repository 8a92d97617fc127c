"""A shared file while one process works on it: fetched, shown, and kept from the others."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, Final

from sqlmodel import col

from bot.services.answers.intake import ListFileView, MessagePlace, NotImported, Stage
from bot.services.deps import Deps
from bot.services.intake.facts import ListFacts, read_facts
from bot.services.intake.private_files import private_file
from bot.services.intake.shared import place_of
from bot.services.ports import DeliveryFailed, FileUnread, SharedFile, Unread
from policy.templates.sentence import sentence_of
from storage.database.rows import changed
from storage.models import ListFile

MOST_BYTES: Final = 1 << 30  # what Slack takes
DRAW_EVERY_S: Final = 3.0  # Slack takes about 50 changes of messages a minute
_REPORT_EVERY_S: Final = 10.0  # that this process is at work
LATE_AFTER_S: Final = 7.0  # without a byte of a download; people are told within ten
BEAT_EVERY_S: Final = 15.0  # also while it opens a large workbook, which takes minutes and tells of no progress
_log = logging.getLogger("nextcall.intake")


class Lost(Exception):
    """Another process, or a press, has the file by now."""


class Stopped(Exception):
    """This process is to end."""


class Hold:
    """A file while this process works on it."""

    def __init__(self, deps: Deps, file: ListFile, view: ListFileView, stop: Event) -> None:
        self._deps, self._stop = deps, stop
        self.file_id, self.tries = file.id or 0, file.tries
        self.asked_at = file.changed_at  # when a person asked for what is done with it now
        self.view: ListFileView = view
        self.place: MessagePlace = place_of(file)
        self.facts: ListFacts = read_facts(file.answers)
        self._slack_id, self._taken_at = file.file_id, file.taken_at
        self._changing = Lock()
        self._told_at = 0.0  # on the monotonic clock
        self._drawn_at = monotonic()  # the message shows what was pressed

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keeps the file while the block works on it, however long it says nothing."""
        done = Event()
        beating = Thread(target=self._beat, args=(done,), name="kept", daemon=True)
        beating.start()
        try:
            yield
        finally:
            done.set()
            beating.join()

    def _beat(self, done: Event) -> None:
        while not done.wait(BEAT_EVERY_S):
            try:
                with self._changing:
                    if self._taken_at is None:  # let go: it is another's to take
                        return
                    self._change_ours(taken_at=self._deps.clock())
            except Lost:  # the block finds out by itself
                return
            except Exception:
                _log.exception("event=list_file_not_kept file=%d", self.file_id)

    def described(self) -> SharedFile:
        file = self._deps.files.described(self._slack_id)
        if file.size > MOST_BYTES:
            raise FileUnread(Unread.TOO_LARGE, 0, file.size)
        self.view = replace(self.view, name=file.name)
        return file

    @contextmanager
    def fetched(self, file: SharedFile, *, is_shown: bool = True) -> Iterator[Path]:
        """The file on disk. Raises FileUnread, NoRoom."""

        def arrived(done: int, of: int) -> None:
            came.set()
            self.report(replace(self.view, done=done, total=of) if is_shown else None)

        came, ended = Event(), Event()
        with private_file(file.name, file.size) as path:
            waiting = Thread(target=self._say_late, args=(came, ended), name="late", daemon=True)
            waiting.start()
            try:
                with path.open("r+b") as into:
                    self._deps.files.fetch(file, into, MOST_BYTES, arrived)
            finally:
                ended.set()
                came.set()
                waiting.join()
            yield path

    def _say_late(self, came: Event, ended: Event) -> None:
        """Show it where nothing comes of a download for seconds: each pause once."""
        while not ended.is_set():
            if came.wait(LATE_AFTER_S):
                came.clear()
                continue
            with suppress(Lost):
                self.show_soon(replace(self.view, is_late=True))
            came.wait()
            came.clear()

    def report_rows(self, done: int, total: int) -> None:
        """Report how many rows are done. Raises Lost, Stopped."""
        self.report(replace(self.view, done=done, total=total, is_in_rows=True))

    def report_numbers(self, done: int, total: int) -> None:
        """Report how many stored numbers are compared. Raises Lost, Stopped."""
        self.report(replace(self.view, done=done, total=total, is_in_numbers=True))

    def report(self, view: ListFileView | None = None) -> None:
        """Say that this process is at work, and show how far it is, each as often as it may. Raises Lost, Stopped."""
        if self._stop.is_set():
            raise Stopped
        now = monotonic()
        if now - self._told_at > _REPORT_EVERY_S:
            self._told_at = now
            self.stay()
        if view is not None and now - self._drawn_at > DRAW_EVERY_S:
            self.show_soon(view)

    def stay(self) -> None:
        """Keep the file. Raises Lost."""
        self._change(taken_at=self._deps.clock())

    def note(self, facts: ListFacts) -> None:
        """Store what is known of the file from now on. Raises Lost."""
        self.facts = facts
        self._change(answers=facts.as_json())

    def settle(self, stage: Stage, **values: Any) -> None:
        """Store what came of it and what is known of it. The file stays taken until it is shown too. Raises Lost."""
        known = {"name": self.view.name, "answers": self.facts.as_json()}
        self._change(stage=stage.value, changed_at=self._deps.clock(), tries=0, **known, **values)

    def end(self, stage: Stage, view: ListFileView, **values: Any) -> None:
        """Store and show what came of it, and let the file go. Raises Lost, DeliveryFailed."""
        self.settle(stage, **values)
        self._show_and_release(replace(view, stage=stage))

    def fail(self, because: NotImported | Unread, reason: str = "") -> None:
        """Store and show why the file is not imported. Raises Lost, DeliveryFailed."""
        stored = f"{because.value}: {reason}" if reason else because.value
        view = replace(self.view, because=because.value, reason=reason)
        self.end(Stage.FAILED, view, because=stored, sentence=sentence_of(reason))

    def show(self, view: ListFileView) -> None:
        """Show the file in its message, which is posted first if need be. Raises DeliveryFailed, Lost."""
        self._drawn_at = monotonic()
        place = self._deps.notifier.show_list_file(self.place, view)
        if place != self.place:
            self.place = place
            self._change(channel=place.channel, message_ts=place.ts)

    def show_soon(self, view: ListFileView) -> None:
        """Show how far it is, if Slack takes it; the next time is soon."""
        try:
            self.show(view)
        except DeliveryFailed as failed:
            _log.info("event=progress_not_shown file=%d reason=%s", self.file_id, failed)
            self._drawn_at += failed.retry_after

    def _show_and_release(self, view: ListFileView) -> None:
        """Show what was settled. If the person is out of reach, nothing more is to be done."""
        try:
            self.show(view)
        except DeliveryFailed as failed:
            if not failed.is_permanent:
                raise
        self.let_go()

    def let_go(self) -> None:
        with suppress(Lost):
            self._change(taken_at=None)

    def _change(self, **values: Any) -> None:
        with self._changing:
            self._change_ours(**values)

    def _change_ours(self, **values: Any) -> None:
        with self._deps.unit_of_work() as uow:
            is_ours = col(ListFile.taken_at) == self._taken_at
            if not changed(uow.session, ListFile, ListFile.id == self.file_id, is_ours, **values):
                raise Lost
        self._taken_at = values.get("taken_at", self._taken_at)
