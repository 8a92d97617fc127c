"""Reads and imports shared files in the background. The database says whose turn it is; any process may take a file.

A process that dies lets go of its file after STALE_AFTER, and another begins it again: a file is read as often as need be,
and an import adds nobody twice.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Final

from sqlmodel import col

from bot.services.answers.intake import ListFileView, MessagePlace, NotImported, Stage
from bot.services.answers.lists import ImportReport, ListPreview
from bot.services.deps import Deps
from bot.services.errors import FileRefused
from bot.services.files import open_table, write_rejects
from bot.services.intake.facts import ListFacts, read_facts
from bot.services.intake.private_files import NoRoom, delete_leftovers, private_file
from bot.services.intake.shared import ASKED, as_view, place_of
from bot.services.lists import import_contacts, preview_list
from bot.services.ports import DeliveryFailed, FileUnread, SharedFile, Unread
from storage.models import ListFile
from storage.queries import lists

MOST_BYTES: Final = 1 << 30  # what Slack takes
STALE_AFTER: Final = timedelta(minutes=1)  # a process that was silent for so long is gone
MOST_TRIES: Final = 20  # stops of the bot count too
DRAW_EVERY_S: Final = 3.0  # Slack takes about 50 changes of messages a minute
_REPORT_EVERY_S: Final = 10.0  # that this process is at work
_SAY_FOR_S: Final = 900.0  # how long the end of an import is tried to be shown
_LONGEST_PAUSE_S: Final = 30.0
_LIKE_A_NUMBER: Final = 6  # digits
_WAITING: Final = (Stage.ASKING.value, Stage.SHOWN.value, Stage.FAILED.value)
_log = logging.getLogger("nextcall.intake")


class _Lost(Exception):
    """Another process, or a press, has the file by now."""


class _Stopped(Exception):
    """This process is to end."""


class Intake:
    """One process's share of the work: one file read and one imported at a time."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._stop = Event()
        if left := delete_leftovers():
            _log.info("event=leftovers_deleted folders=%d", left)

    def stop(self) -> None:
        """Let go of the files at the next opportunity. The next start goes on with them."""
        self._stop.set()

    def read_due(self, _deps: Deps) -> int:
        """Read every file whose turn it is, and show its preview. Returns how many."""
        return self._every(Stage.READING, self._read)

    def import_due(self, _deps: Deps) -> int:
        """Import every file that was asked for, one after the other. Returns how many."""
        return self._every(Stage.IMPORTING, self._import)

    def _every(self, stage: Stage, work: "Callable[[_Hold], None]") -> int:
        done = 0
        while not self._stop.is_set() and (hold := self._take(stage)) is not None:
            done += self._ends_well(hold, work)
        return done

    def _take(self, stage: Stage) -> "_Hold | None":
        at = self._deps.clock()
        left = _WAITING if stage is Stage.READING else ()
        with self._deps.unit_of_work() as uow:
            file = lists.take_file(uow.session, left, stage.value, at, at - STALE_AFTER)
            return None if file is None else _Hold(self._deps, file, as_view(uow.session, file), self._stop)

    def _ends_well(self, hold: "_Hold", work: "Callable[[_Hold], None]") -> bool:
        """Work on the file, and keep or tell whatever came of it. Returns whether it is done with for now."""
        try:
            self._work(hold, work)
        except _Lost:
            return False
        except _Stopped:
            hold.let_go()
            return False
        except DeliveryFailed as failed:  # it stays taken until that is stale: then it is read and shown again
            _log.warning("event=list_file_not_shown file=%d reason=%s", hold.file_id, failed)
            return False
        return True

    def _work(self, hold: "_Hold", work: "Callable[[_Hold], None]") -> None:
        if hold.tries > MOST_TRIES:
            hold.fail(NotImported.BROKE)
            return
        try:
            work(hold)
        except FileUnread as unread:
            hold.fail(unread.because, _megabytes(unread))
        except FileRefused as refused:
            hold.fail(NotImported.REFUSED, refused.reason)
        except NoRoom:
            hold.fail(NotImported.NO_ROOM)

    def _read(self, hold: "_Hold") -> None:
        if not hold.place.ts:
            hold.show(hold.view)
        if not hold.view.campaigns:
            hold.fail(NotImported.NO_CAMPAIGN)
            return
        file = hold.described()
        if not hold.view.campaign:
            hold.settle(Stage.ASKING, name=file.name, campaign_id=None)
            hold.show_and_release(replace(hold.view, stage=Stage.ASKING, campaign_id=0))
            return
        with hold.fetched(file) as path:
            try:
                preview = self._preview(hold, path)
            except FileRefused:
                columns = _headings(path, hold.facts)
                hold.view = replace(hold.view, has_columns=bool(columns))
                hold.settle(Stage.READING, name=file.name, columns=columns)
                raise
        facts = replace(hold.facts, sheets=preview.sheets)
        hold.settle(Stage.SHOWN, name=file.name, columns=_columns(preview), answers=facts.as_json())
        hold.show_and_release(replace(hold.view, stage=Stage.SHOWN, preview=preview))

    def _preview(self, hold: "_Hold", path: Path) -> ListPreview:
        facts = hold.facts
        return preview_list(
            self._deps,
            path,
            hold.view.campaign,
            facts.country,
            facts.list_name,
            facts.reading(),
            facts.proofs,
            hold.report_rows,
        )

    def _import(self, hold: "_Hold") -> None:
        if not hold.view.campaign:
            hold.fail(NotImported.CAMPAIGN_GONE)
            return
        with hold.fetched(hold.described(), is_shown=False) as path:
            facts = hold.facts
            report = import_contacts(
                self._deps,
                path,
                hold.view.campaign,
                facts.country,
                facts.list_name,
                progress=hold.report_rows,
                proofs=facts.proofs,
                reading=facts.reading(save_as=path.stem),
            )
            self._tell(hold, report, path)
        hold.settle(Stage.IMPORTED, taken_at=None)
        _log.info("event=list_imported file=%d rows=%d imported=%d", hold.file_id, report.rows, report.imported)

    def _tell(self, hold: "_Hold", report: ImportReport, path: Path) -> None:
        """Show the report, and attach the faulty rows. What was imported stands, so it is tried for long, then left."""
        hold.stay()  # raises _Lost if another has imported it meanwhile
        view = replace(hold.view, stage=Stage.IMPORTED, report=report, begun_before=hold.tries > 1)
        self._until_taken(hold, lambda: hold.show(view))
        if report.faults:
            rejects = path.with_name(f"{path.stem}-rejects.csv")
            write_rejects(report, rejects)
            self._until_taken(hold, lambda: self._deps.notifier.attach_rejects(hold.place, rejects))

    def _until_taken(self, hold: "_Hold", say: Callable[[], None]) -> None:
        until, pause = monotonic() + _SAY_FOR_S, 1.0
        while True:
            try:
                say()
                return
            except DeliveryFailed as failed:
                if failed.is_permanent or monotonic() > until or self._stop.is_set():
                    _log.warning("event=list_report_not_shown file=%d reason=%s", hold.file_id, failed)
                    return
                self._stop.wait(failed.retry_after or pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
                hold.stay()


class _Hold:
    """A file while this process works on it."""

    def __init__(self, deps: Deps, file: ListFile, view: ListFileView, stop: Event) -> None:
        self._deps, self._stop = deps, stop
        self.file_id, self.tries = file.id or 0, file.tries
        self.view: ListFileView = view
        self.place: MessagePlace = place_of(file)
        self.facts: ListFacts = read_facts(file.answers)
        self._slack_id, self._taken_at = file.file_id, file.taken_at
        self._told_at = 0.0  # on the monotonic clock
        self._drawn_at = monotonic()  # the message shows what was pressed

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
            self.report(replace(self.view, done=done, total=of) if is_shown else None)

        with private_file(file.name, file.size) as path:
            with path.open("r+b") as into:
                self._deps.files.fetch(file, into, MOST_BYTES, arrived)
            yield path

    def report_rows(self, done: int, total: int) -> None:
        """Report how many rows are done. Raises _Lost, _Stopped."""
        self.report(replace(self.view, done=done, total=total, is_in_rows=True))

    def report(self, view: ListFileView | None = None) -> None:
        """Say that this process is at work, and show how far it is, each as often as it may. Raises _Lost, _Stopped."""
        if self._stop.is_set():
            raise _Stopped
        now = monotonic()
        if now - self._told_at > _REPORT_EVERY_S:
            self._told_at = now
            self.stay()
        if view is not None and now - self._drawn_at > DRAW_EVERY_S:
            self.show_soon(view)

    def stay(self) -> None:
        """Keep the file. Raises _Lost."""
        self._change(taken_at=self._deps.clock())

    def settle(self, stage: Stage, **values: Any) -> None:
        """Store what came of it. The file stays taken until it is shown too. Raises _Lost."""
        self._change(stage=stage.value, changed_at=self._deps.clock(), tries=0, **values)

    def fail(self, because: NotImported | Unread, reason: str = "") -> None:
        """Store and show why the file is not imported. Raises _Lost, DeliveryFailed."""
        stored = f"{because.value}: {reason}" if reason else because.value
        self.settle(Stage.FAILED, because=stored)
        self.show_and_release(replace(self.view, stage=Stage.FAILED, because=because.value, reason=reason))

    def show(self, view: ListFileView) -> None:
        """Show the file in its message, which is posted first if need be. Raises DeliveryFailed, _Lost."""
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

    def show_and_release(self, view: ListFileView) -> None:
        """Show what was settled. If the person is out of reach, nothing more is to be done."""
        try:
            self.show(view)
        except DeliveryFailed as failed:
            if not failed.is_permanent:
                raise
        self.let_go()

    def let_go(self) -> None:
        with suppress(_Lost):
            self._change(taken_at=None)

    def _change(self, **values: Any) -> None:
        with self._deps.unit_of_work() as uow:
            is_ours = col(ListFile.taken_at) == self._taken_at
            if not lists.change_file(uow.session, self.file_id, is_ours, **values):
                raise _Lost
        self._taken_at = values.get("taken_at", self._taken_at)


def _headings(path: Path, facts: ListFacts) -> list[list[str]]:
    """The headings of a file that was refused for its columns, to be corrected; none if they look like a row."""
    try:
        columns = open_table(path).columns
    except FileRefused:
        return []
    if any(sum(char.isdigit() for char in one) >= _LIKE_A_NUMBER for one in columns.heading):
        return []
    found = zip(columns.heading, columns.meanings, strict=True)
    return [[heading, facts.mapping.get(heading, meaning.value), ""] for heading, meaning in found]


def _columns(preview: ListPreview) -> list[list[str]]:
    asked = {one.heading for one in preview.questions}
    return [[one.heading, one.meaning.value, ASKED if one.heading in asked else ""] for one in preview.columns]


def _megabytes(unread: FileUnread) -> str:
    return f"{unread.got >> 20}/{unread.size >> 20}" if unread.size else ""
