"""The one message about shared call records: what comparing them would do, progress, and what was found."""

from collections.abc import Iterator

from bot.services.answers.intake import ListFileView, Stage
from bot.services.answers.reconciliation import Reconciled
from bot.services.answers.registers import FileKind, FileUse
from bot.slack import ids
from bot.slack.blocks.kit import Block, actions, button, field, form, inputs, section
from bot.slack.blocks.lead import call_columns
from bot.slack.wording import Markup, and_more, shown
from bot.slack.wording import list_files as lists
from bot.slack.wording.registers import register_files as registers
from bot.slack.wording.reporting import call_files as wording
from bot.slack.wording.reporting import people_rung
from bot.slack.wording.rules import row_fault

_FAULTS = 3
_NAMED = 8
_UTC = "UTC"


def blocks_of(view: ListFileView, name: Markup) -> list[Block]:
    """The message as it stands now; none while the file is read, and for any other file."""
    if view.use.kind is not FileKind.CALLS:
        return []
    if view.stage is Stage.ASKING:
        return call_columns.asking(view, name)
    if view.stage is Stage.IMPORTING:
        progress = lists.rows_done(view.done, view.total) if view.total else ""
        return [section("\n".join(filter(None, (wording.importing(name), progress))))]
    if view.calls is None or view.stage not in (Stage.SHOWN, Stage.IMPORTED):
        return []
    return _preview(view, view.calls, name) if view.stage is Stage.SHOWN else _report(view, view.calls, name)


def zone_form(known: FileUse, zone: str, metadata: str) -> Block:
    """Where the phone system's clock stands."""
    at = inputs.line(known.timezone or zone, "Europe/London")
    blocks = [section(wording.about()), field(ids.ZONE, wording.zone(), at)]
    return form(wording.title(), blocks, ids.CALLS_MODAL, metadata, lists.read_it())


def _preview(view: ListFileView, done: Reconciled, name: Markup) -> list[Block]:
    key = str(view.file_id)
    presses = [
        button(wording.start(), ids.LIST_IMPORT, key, "primary"),
        button(wording.change(), ids.CALLS_FORM, key),
        *call_columns.presses(view),
        button(registers.as_list(), ids.FILE_AS_LIST, key),
    ]
    found = "\n".join([wording.would(), *_found(done)])
    return [section("\n".join(_read(view, done, name))), section(found), actions(presses)]


def _report(view: ListFileView, done: Reconciled, name: Markup) -> list[Block]:
    people = people_rung(done.people, done.people_count, ":rotating_light: ")
    said = [*people, *_read(view, done, name), *_found(done)]
    if done.faults:
        said.append(lists.attached())
    if done.since is not None:
        said.append(wording.attached())
    if view.begun_before:
        said.append(wording.began_again())
    return [section("\n".join(said))]


def _read(view: ListFileView, done: Reconciled, name: Markup) -> Iterator[str]:
    """What was understood."""
    zone = done.zone or view.zone or _UTC
    system = Markup("") if view.use.columns else shown(done.system, 40)
    yield wording.head(done, name, system, zone)
    yield wording.rows(done.rows, shown(done.zone, 40))
    if view.use.columns and done.is_dry_run:
        yield call_columns.understood(view.use.columns)
    if done.known_agents:
        yield wording.known_agents(done.known_agents)
    if done.unknown_agents:
        named = [shown(one, 40) for one in done.unknown_agents[:_NAMED]]
        more = [and_more(done.unknown_count - len(named))] if done.unknown_count > len(named) else []
        yield wording.unknown_agents(done.unknown_count, Markup(", ".join([*named, *more])))


def _found(done: Reconciled) -> Iterator[str]:
    yield wording.matched(done.matched)
    counts = (
        (done.unrecorded, wording.unrecorded),
        (done.forbidden, wording.forbidden),
        (done.only_records, wording.only_records),
        (done.without_call, wording.without_call),
        (done.short_rings, wording.short_rings),
        (done.withheld, wording.withheld),
        (done.other_numbers, wording.other_numbers),
        (done.abandoned, wording.abandoned),
    )
    if not any(count for count, _ in counts) and done.matched:
        yield wording.every_call()
    beside = (
        (done.calls_in, wording.calls_in),
        (done.known, wording.known),
        (done.strangers, wording.strangers),
        (done.twice, wording.twice),
        (done.cards_withdrawn, wording.cards),
        (done.fault_count, wording.faulty),
    )
    for count, line in (*counts, *beside):
        if count:
            yield line(count)
    for fault in done.faults[:_FAULTS]:
        yield lists.fault(fault.line, shown(row_fault(fault.reason), 200))
    if done.fault_count > _FAULTS:
        yield f"    {and_more(done.fault_count - _FAULTS)}"
    if skew := done.told_skew:
        yield wording.clock(skew)
