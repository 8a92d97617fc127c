"""The one message about shared call records: what comparing them would do, progress, and what was found."""

from collections.abc import Iterator

from bot.services.answers.intake import ListFileView, Stage
from bot.services.answers.reconciliation import Reconciled
from bot.services.answers.registers import FileKind, FileUse
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, actions, button, field, form, section
from bot.slack.blocks.lead import call_columns
from bot.slack.wording import Markup, say, shown
from bot.slack.wording.reporting import call_files as wording
from bot.slack.wording.reporting.people_rung import people_rung
from bot.slack.wording.rules.said import translated

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
        progress = say("list_files.rows_done", done=view.done, total=view.total) if view.total else ""
        return [section("\n".join(filter(None, (say("call_files.importing", name=name), progress))))]
    if view.calls is None or view.stage not in (Stage.SHOWN, Stage.IMPORTED):
        return []
    return _preview(view, view.calls, name) if view.stage is Stage.SHOWN else _report(view, view.calls, name)


def zone_form(known: FileUse, zone: str, metadata: str) -> Block:
    """Where the phone system's clock stands."""
    at = inputs.line(known.timezone or zone, "Europe/London")
    blocks = [section(say("call_files.about")), field(ids.ZONE, say("call_files.zone"), at)]
    return form(say("call_files.title"), blocks, "calls_modal", metadata, say("list_files.read_it"))


def _preview(view: ListFileView, done: Reconciled, name: Markup) -> list[Block]:
    key = str(view.file_id)
    presses = [
        button(say("call_files.start"), "list_import", key, "primary"),
        button(say("call_files.change"), "calls_form", key),
        *call_columns.presses(view),
        button(say("register_files.as_list"), "file_as_list", key),
    ]
    found = "\n".join([say("call_files.would"), *_found(done)])
    return [section("\n".join(_read(view, done, name))), section(found), actions(presses)]


def _report(view: ListFileView, done: Reconciled, name: Markup) -> list[Block]:
    people = people_rung(done.people, done.people_count, ":rotating_light: ")
    said = [*people, *_read(view, done, name), *_found(done)]
    if done.faults:
        said.append(say("list_files.attached"))
    if done.since is not None:
        said.append(say("call_files.attached"))
    if view.begun_before:
        said.append(say("call_files.began_again"))
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
        yield say("call_files.known_agents", count=done.known_agents)
    if done.unknown_agents:
        named = [shown(one, 40) for one in done.unknown_agents[:_NAMED]]
        more = (
            [say("labels.and_more", count=done.unknown_count - len(named))] if done.unknown_count > len(named) else []
        )
        yield say("call_files.unknown_agents", count=done.unknown_count, named=Markup(", ".join([*named, *more])))


def _found(done: Reconciled) -> Iterator[str]:
    yield say("call_files.matched", count=done.matched)
    counts = (
        (done.unrecorded, "call_files.unrecorded"),
        (done.forbidden, "call_files.forbidden"),
        (done.only_records, "call_files.only_records"),
        (done.without_call, "call_files.without_call"),
        (done.short_rings, "call_files.short_rings"),
        (done.withheld, "call_files.withheld"),
        (done.other_numbers, "call_files.other_numbers"),
        (done.abandoned, "call_files.abandoned"),
    )
    if not any(count for count, _ in counts) and done.matched:
        yield say("call_files.every_call")
    beside = (
        (done.calls_in, "call_files.calls_in"),
        (done.known, "call_files.known"),
        (done.strangers, "call_files.strangers"),
        (done.twice, "call_files.twice"),
        (done.cards_withdrawn, "call_files.cards"),
        (done.fault_count, "call_files.faulty"),
    )
    for count, line in (*counts, *beside):
        if count:
            yield say(line, count=count)
    for fault in done.faults[:_FAULTS]:
        yield say("list_files.fault", line=fault.line, why=shown(translated(fault.reason), 200))
    if done.fault_count > _FAULTS:
        yield f"    {say('labels.and_more', count=done.fault_count - _FAULTS)}"
    if skew := done.told_skew:
        yield wording.clock(skew)
