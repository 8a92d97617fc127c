"""Reads and imports shared files in the background. The database says whose turn it is; any process may take a file.

A process that dies lets go of its file after STALE_AFTER, and another begins it again: a file is read as often as need
be, and an import adds nobody twice.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final

from bot.services.answers.intake import ListFileView, NotImported, Stage
from bot.services.answers.lists import HasFaults, ListPreview
from bot.services.answers.registers import FileKind, FileUse, ScreeningReport, SuppressionReport
from bot.services.deps import Deps
from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.errors import FileRefused, UnknownCampaign
from bot.services.files.headings import key_of
from bot.services.files.looks import are_of_a_row
from bot.services.files.table import LIST, headings_of_list, open_table
from bot.services.intake.calls_work import columns_to_name, findings_for, keep_said, order_of, with_people
from bot.services.intake.facts import ListFacts, read_facts
from bot.services.intake.holding import Hold, Lost, Stopped
from bot.services.intake.list_work import Job, ListWork, Look, do_here, look_at
from bot.services.intake.private_files import NoRoom, delete_leftovers
from bot.services.intake.shared import ASKED, STALE_AFTER, TWO_ORDERS, as_view, register_names
from bot.services.lists.importing import import_contacts
from bot.services.lists.preview import preview_list
from bot.services.lists.target import unused_name
from bot.services.ports import DeliveryFailed, FileUnread
from bot.services.reconcile.call_file import ORDER_OF_DAYS
from bot.services.reconcile.reconciling import OTHER_CLOCK, reconcile
from storage.models import ListFile
from storage.queries import lists

MOST_TRIES: Final = 20  # stops of the bot count too
_SAY_FOR_S: Final = 900.0  # how long the end of an import is tried to be shown while Slack answers
_LONGEST_PAUSE_S: Final = 30.0
_WAITING: Final = (Stage.ASKING.value, Stage.SHOWN.value, Stage.FAILED.value)
_log = logging.getLogger("nextcall.intake")


class Intake:
    """One process's share of the work: one file read and one imported at a time."""

    def __init__(self, deps: Deps, do: ListWork = do_here) -> None:
        self._deps, self._do = deps, do
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

    def _every(self, stage: Stage, work: Callable[[Hold], None]) -> int:
        done = 0
        while not self._stop.is_set() and (hold := self._take(stage)) is not None:
            done += self._ends_well(hold, work)
        return done

    def _take(self, stage: Stage) -> Hold | None:
        at = self._deps.clock()
        left = _WAITING if stage is Stage.READING else ()
        with self._deps.unit_of_work() as uow:
            file = lists.take_file(uow.session, left, stage.value, at, at - STALE_AFTER)
            return None if file is None else Hold(self._deps, file, as_view(self._deps, uow.session, file), self._stop)

    def _ends_well(self, hold: Hold, work: Callable[[Hold], None]) -> bool:
        """Work on the file, and keep or tell whatever came of it. Returns whether it is done with for now."""
        try:
            with hold.kept():
                self._work(hold, work)
        except Lost:
            return False
        except Stopped:
            hold.let_go()
            return False
        except DeliveryFailed as failed:  # it stays taken until that is stale: then it is read and shown again
            _log.warning("event=list_file_not_shown file=%d reason=%s", hold.file_id, failed)
            return False
        return True

    def _work(self, hold: Hold, work: Callable[[Hold], None]) -> None:
        if hold.tries > MOST_TRIES:
            hold.fail(NotImported.BROKE)
            return
        try:
            work(hold)
        except FileUnread as unread:
            hold.fail(unread.because, _megabytes(unread))
        except FileRefused as refused:
            if refused.because == OTHER_CLOCK:
                hold.fail(NotImported.OTHER_CLOCK, str(refused.figure))
            elif refused.because == ORDER_OF_DAYS:
                hold.fail(NotImported.ORDER_OF_DAYS, str(refused.figure))
            else:
                hold.fail(NotImported.REFUSED, refused.reason)
        except UnknownCampaign:  # renamed since the person chose it
            hold.fail(NotImported.CAMPAIGN_GONE)
        except NoRoom:
            hold.fail(NotImported.NO_ROOM)

    def _read(self, hold: Hold) -> None:
        if not hold.place.ts:
            hold.show(hold.view)
        with hold.fetched(hold.described()) as path:
            use = self._use_of(hold, path)
            if use.kind is FileKind.CALLS:
                self._read_calls(hold, path)
            elif not hold.view.campaigns:
                hold.fail(NotImported.NO_CAMPAIGN)
            elif use.kind is FileKind.UNKNOWN or (use.kind is FileKind.LIST and not hold.view.campaign):
                hold.end(Stage.ASKING, hold.view, campaign_id=hold.view.campaign_id or None)
            elif use.kind is FileKind.LIST:
                self._read_list(hold, path)
            else:
                reports = self._import_numbers(hold, path, is_preview=True)
                hold.end(Stage.SHOWN, replace(hold.view, reports=reports))

    def _use_of(self, hold: Hold, path: Path) -> FileUse:
        """What the file is, by what the person said, or by what it looks like."""
        use = hold.facts.use
        if use.kind is FileKind.UNKNOWN:
            use = self._do(self._deps, Job(look_at, Look(path, hold.view.zone)), lambda _done, _of: None)
        elif use.kind is FileKind.CALLS and not use.timezone:
            use = replace(use, timezone=hold.view.zone)
        hold.facts = replace(hold.facts, use=use)
        hold.view = replace(hold.view, use=use, register_names=register_names(self._deps, use))
        return use

    def _read_calls(self, hold: Hold, path: Path) -> None:
        if unnamed := columns_to_name(hold.facts.use):
            hold.end(Stage.ASKING, replace(hold.view, call_columns=unnamed))
            return
        trial = Job(partial(reconcile, is_dry_run=True), order_of(hold.facts, path))
        done = self._do(self._deps, trial, hold.report_rows)
        hold.end(Stage.SHOWN, replace(hold.view, calls=done))

    def _read_list(self, hold: Hold, path: Path) -> None:
        try:
            if not (hold.facts.is_stated or hold.facts.like):
                hold.facts = self._as_stated_before(hold, path)
            preview = self._preview(hold, path)
        except FileRefused:
            columns = _headings(path, hold.facts)
            hold.view = replace(hold.view, has_columns=bool(columns))
            hold.settle(Stage.READING, columns=columns)
            raise
        hold.facts = replace(hold.facts, sheets=preview.sheets)
        hold.end(Stage.SHOWN, replace(hold.view, preview=preview), columns=_columns(preview))

    def _as_stated_before(self, hold: Hold, path: Path) -> ListFacts:
        """The facts, with what the person stated of their last list with these headings. Raises FileRefused."""
        with self._deps.unit_of_work(is_read_only=True) as uow:
            file = uow.session.get_one(ListFile, hold.file_id)
            before = [(one.name, one.answers, one.columns) for one in lists.imported_before(uow.session, file)]
        headings = {key_of(one) for one in headings_of_list(path, hold.facts.sheet)} if before else set()
        for name, answers, columns in before:
            if {key_of(heading) for heading, *_ in columns} == headings:
                return hold.facts.as_of(read_facts(answers), name)
        return hold.facts

    def _preview(self, hold: Hold, path: Path) -> ListPreview:
        name = self._list_name(hold, path)
        order = hold.facts.order(path, hold.view.campaign, name, hold.asked_at)
        said = self._do(self._deps, Job(preview_list, order), hold.report_rows)
        is_own = name == hold.facts.own
        beside = path.stem if not (is_own or hold.facts.list_name) and name != path.stem else ""
        return replace(said, joins=said.joins and not is_own, beside=beside, like=hold.facts.like)

    def _list_name(self, hold: Hold, path: Path) -> str:
        """The list's name: as the person said, as its import began, or the file's if no list has it yet.

        A list joins another only if a person says so: what is stated of the other would cover these people.
        """
        facts = hold.facts
        return facts.list_name or facts.own or unused_name(self._deps, hold.view.campaign, path.stem)

    def _import(self, hold: Hold) -> None:
        use = hold.facts.use
        is_of_numbers = use.kind in (FileKind.REGISTER, FileKind.OWN)
        if not (is_of_numbers or use.kind is FileKind.CALLS or hold.view.campaign):
            hold.fail(NotImported.CAMPAIGN_GONE)
            return
        with hold.fetched(hold.described(), is_shown=False) as path:
            if use.kind is FileKind.CALLS:
                self._compare(hold, path)
            elif is_of_numbers:
                reports = self._import_numbers(hold, path)
                self._tell(hold, replace(hold.view, reports=reports), _with_every_fault(reports), path)
                _log.info("event=%s_imported file=%d rows=%d", use.kind, hold.file_id, reports[0].rows)
            else:
                self._import_list(hold, path)
        hold.settle(Stage.IMPORTED, taken_at=None)

    def _import_list(self, hold: Hold, path: Path) -> None:
        name = self._list_name(hold, path)
        if name != hold.facts.own:  # an import that begins again goes on with the same list
            hold.note(replace(hold.facts, own=name))
        order = hold.facts.order(path, hold.view.campaign, name, hold.asked_at)
        report = self._do(self._deps, Job(import_contacts, order, is_last=True), hold.report_rows)
        view = replace(hold.view, report=report, is_own_list=not hold.facts.list_name)
        self._tell(hold, view, report, path)
        _log.info("event=list_imported file=%d rows=%d imported=%d", hold.file_id, report.rows, report.imported)

    def _import_numbers(
        self, hold: Hold, path: Path, *, is_preview: bool = False
    ) -> tuple[ScreeningReport | SuppressionReport, ...]:
        """Import a register's file, for each register it is about, or the organisation's own list; or say what that
        would do. What an interrupted import recorded stays, and is skipped. Raises FileRefused, UnknownCampaign."""
        use, deps, rows, numbers = hold.facts.use, self._deps, hold.report_rows, hold.report_numbers
        if use.kind is FileKind.OWN:
            stops = SuppressionOrder(path, use.principal, use.reason)
            return (import_list(deps, stops, rows, is_preview=is_preview),)
        assert use.obtained_on is not None  # the form asks for it
        on, despite = use.obtained_on, use.despite_faults
        orders = [ScreeningOrder(path, key, on, use.campaign, "", despite, use.holds) for key in use.registers]
        return tuple(screen(deps, one, numbers, rows, is_preview=is_preview) for one in orders)

    def _compare(self, hold: Hold, path: Path) -> None:
        began = self._deps.clock()
        done = self._do(self._deps, Job(reconcile, order_of(hold.facts, path), is_last=True), hold.report_rows)
        keep_said(self._deps, hold)
        done = with_people(self._deps, hold, done, began)
        self._tell(hold, replace(hold.view, calls=done), done, path)
        found = path.with_name(f"{path.stem}-findings.csv")
        attach = self._deps.notifier.attach_findings
        self._until_taken(hold, lambda: attach(hold.place, findings_for(self._deps, hold, done), found))
        _log.info("event=calls_compared file=%d rows=%d unrecorded=%d", hold.file_id, done.rows, done.unrecorded)

    def _tell(self, hold: Hold, view: ListFileView, report: HasFaults, path: Path) -> None:
        """Show the report, and attach the faulty rows, for as long as Slack takes nothing from anybody.

        What was imported stands, so what Slack refuses of this file alone is tried for a while, then left.
        """
        hold.stay()  # raises Lost if another has imported it meanwhile
        imported = replace(view, stage=Stage.IMPORTED, begun_before=hold.tries > 1)
        self._until_taken(hold, lambda: hold.show(imported))
        if report.faults:
            rejects = path.with_name(f"{path.stem}-rejects.csv")
            self._until_taken(hold, lambda: self._deps.notifier.attach_rejects(hold.place, report, rejects))

    def _until_taken(self, hold: Hold, say: Callable[[], None]) -> None:
        until, pause = monotonic() + _SAY_FOR_S, 1.0
        while True:
            try:
                say()
                return
            except DeliveryFailed as failed:
                is_away = failed.is_for_all or failed.is_unanswered
                if failed.is_recipient_gone or (monotonic() > until and not is_away):
                    _log.warning("event=list_report_not_shown file=%d reason=%s", hold.file_id, failed)
                    return
                if self._stop.is_set():  # the next process imports it again, which adds nobody twice, and says so
                    raise Stopped from failed
                self._stop.wait(failed.retry_after or pause)
                pause = min(2 * pause, _LONGEST_PAUSE_S)
                hold.stay()


def _with_every_fault(reports: Sequence[ScreeningReport | SuppressionReport]) -> HasFaults:
    """The report on a file that was read once for each register, with the rows that any could not use, each once."""
    by_line = {one.line: one for report in reports for one in report.faults}
    return replace(reports[0], faults=tuple(by_line[line] for line in sorted(by_line)))


def _headings(path: Path, facts: ListFacts) -> list[list[str]]:
    """The headings of a file that was refused for its columns, to be corrected; none if they look like a row."""
    try:
        columns = open_table(path, LIST).columns
    except FileRefused:
        return []
    if are_of_a_row(columns.heading):
        return []
    found = zip(columns.heading, columns.meanings, strict=True)
    return [[heading, facts.mapping.get(heading, meaning.value), ""] for heading, meaning in found]


def _columns(preview: ListPreview) -> list[list[str]]:
    """Each heading, what it means or is offered as, and the question about it."""
    asked = {one.heading: [one.answers[0].value, ASKED] for one in preview.questions if not one.is_of_order}
    of_order = {one.heading for one in preview.questions if one.is_of_order}
    return [
        [one.heading, *asked.get(one.heading, [one.meaning.value, TWO_ORDERS if one.heading in of_order else ""])]
        for one in preview.columns
    ]


def _megabytes(unread: FileUnread) -> str:
    return f"{unread.got >> 20}/{unread.size >> 20}" if unread.size else ""
