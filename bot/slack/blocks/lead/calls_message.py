"""The one message about shared call records: what comparing them would do, progress, and what was found."""

from collections.abc import Iterator, Sequence
from datetime import UTC

from bot.services.answers.intake import CallColumns, ListFileView, Stage
from bot.services.answers.reconciliation import CallFound, Reconciled
from bot.services.answers.registers import FileKind, FileUse
from bot.services.reconcile.columns import CALL_COLUMNS, Field, lacking
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, Element, actions, button, field, form, message_modal, section
from bot.slack.blocks.lead.register_message import counted, first_faults, sheets_not_read
from bot.slack.wording.digests import people_rung
from bot.slack.wording.labels import local_day_and_time, zone_of
from bot.slack.wording.say import Markup, say, shown

_NAMED = 8
_AGAINST = (
    *("unrecorded", "forbidden", "only_records", "without_call"),
    *("short_rings", "withheld", "other_numbers", "abandoned"),
)
_BESIDE = ("calls_in", "known", "strangers", "twice", "cards_withdrawn", "fault_count")
_UTC = "UTC"


def blocks_of(view: ListFileView, name: Markup) -> list[Block]:
    """The message as it stands now; none while the file is read, and for any other file."""
    if view.use.kind is not FileKind.CALLS:
        return []
    if view.stage is Stage.ASKING:
        return asking(view, name)
    if view.stage is Stage.IMPORTING:
        return [section("\n".join(filter(None, (say("call_files.importing", name=name), rows_done(view)))))]
    if view.calls is None or view.stage not in (Stage.SHOWN, Stage.IMPORTED):
        return []
    return _preview(view, view.calls, name) if view.stage is Stage.SHOWN else _report(view, view.calls, name)


def rows_done(view: ListFileView) -> str:
    """How many rows are imported; empty if that has not begun."""
    return say("list_files.rows_done", done=view.done, total=view.total) if view.total else ""


def zone_form(known: FileUse, zone: str, metadata: str) -> Block:
    """Where the phone system's clock stands."""
    at = inputs.line(known.timezone or zone, "Europe/London")
    blocks = [section(say("call_files.about")), field(ids.ZONE, say("call_files.zone"), at)]
    return form(say("call_files.title"), blocks, "calls_modal", metadata, say("list_files.read_it"))


def _preview(view: ListFileView, done: Reconciled, name: Markup) -> list[Block]:
    presses = [button(say("call_files.start"), "list_import", str(view.file_id), "primary"), *other_ways(view)]
    found = "\n".join([say("call_files.would"), *_found(done)])
    return [section("\n".join(_read(view, done, name))), section(found), actions(presses)]


def _report(view: ListFileView, done: Reconciled, name: Markup) -> list[Block]:
    people = people_rung(done.people, done.people_count, ":rotating_light: ")
    said = [*people, *_read(view, done, name), *_found(done)]
    said += [say("list_files.attached")] if done.faults else []
    said += [say("call_files.attached")] if done.since is not None else []
    said += [say("call_files.began_again")] if view.begun_before else []
    return [section("\n".join(said))]


def _read(view: ListFileView, done: Reconciled, name: Markup) -> Iterator[str]:
    zone = done.zone or view.zone or _UTC
    system = Markup("") if view.use.columns else shown(done.system, 40)
    days = Markup("")
    if done.since is not None and done.until is not None:
        since, until = local_day_and_time(done.since, zone), local_day_and_time(done.until, zone)
        days = say("call_files.head", since=since, until=until)
    key = "call_files.shown" if done.is_dry_run else "call_files.done"
    yield say(key, "known" if system else "mapped", name=name, system=system, days=days)
    rows = say("list_files.rows", count=done.rows)
    # by which clock its times were read; nothing if they say it
    yield f"{rows} · {say('call_files.rows_clock', zone=shown(done.zone, 40))}" if done.zone else rows
    if view.use.columns and done.is_dry_run:
        yield understood(view.use.columns)
    yield from counted((done.known_agents, "call_files.known_agents"))
    if done.unknown_agents:
        named = [shown(one, 40) for one in done.unknown_agents[:_NAMED]]
        left = done.unknown_count - len(named)
        named += [say("labels.and_more", count=left)] if left > 0 else []
        yield say("call_files.unknown_agents", count=done.unknown_count, named=Markup(", ".join(named)))


def _found(done: Reconciled) -> Iterator[str]:
    yield from sheets_not_read(done.unread_sheets)
    yield say("call_files.matched", count=done.matched)
    if done.matched and not any(getattr(done, one) for one in _AGAINST):
        yield say("call_files.every_call")
    for one in (*_AGAINST, *_BESIDE):
        if count := getattr(done, one):
            yield say("call_files.counts", one, count=count)
    yield from first_faults(done.faults, done.fault_count)
    if skew := done.told_skew:
        yield say("call_files.clock", skew > 0 and "ahead", count=abs(skew))


MOST_COLUMNS = 60  # a view takes 250 kB, and each menu offers every meaning
_UNUSED = "none"
_COLUMNS_NAMED = 12


def asking(view: ListFileView, name: Markup) -> list[Block]:
    """What was understood of a file whose columns a person must name."""
    known = [(heading, word) for heading, word in view.call_columns if word]
    unknown = [shown(heading, 40) for heading, word in view.call_columns if not word]
    said = [say("call_files.asks", name=name), *([understood(known)] if known else [])]
    if unknown:
        said.append(say("call_files.not_understood", columns=_listed([Markup(f"*{one}*") for one in unknown])))
    key = str(view.file_id)
    columns = button(say("call_files.columns_form"), "calls_columns", key, "primary")
    as_list = button(say("register_files.as_list"), "file_as_list", key)
    return [section("\n".join(said)), actions([columns, as_list])]


def understood(columns: Sequence[tuple[str, str]]) -> str:
    """What columns mean, by heading."""
    said = [Markup(f"*{shown(heading, 40)}* → {say('call_files.meanings', word)}") for heading, word in columns]
    return say("call_files.understood", columns=_listed(said))


def other_ways(view: ListFileView) -> tuple[Element, ...]:
    """To read the file otherwise: by another clock, by other columns once a person named them, or as a list."""
    key = str(view.file_id)
    columns = [button(say("call_files.columns_form"), "calls_columns", key)] if view.use.columns else []
    as_list = button(say("register_files.as_list"), "file_as_list", key)
    return button(say("call_files.change"), "calls_form", key), *columns, as_list


def form_of(found: CallColumns, metadata: str) -> Block:
    """A menu for each column. In a very wide file, those that are understood come first, and the last are left out."""
    if not found:
        return message_modal(say("list_files.columns_title"), say("list_files.no_columns"))
    order = sorted(range(len(found)), key=lambda at: (not found[at][1], at))
    choices = [(word, say("call_files.meanings", word)) for word in CALL_COLUMNS]
    choices.append((_UNUSED, say("call_files.unused")))
    fields = []
    for at in sorted(order[:MOST_COLUMNS]):
        heading, means = found[at]
        menu = inputs.one_of(choices, means or _UNUSED, say("list_files.choose_meaning"))
        fields.append(field(f"{ids.COLUMN}{at}", heading or "?", menu))
    left = len(found) - len(fields)
    more = [section(say("call_files.left_out", count=left))] if left else []
    blocks = [section(say("call_files.columns_about")), *fields, *more]
    return form(say("list_files.columns_title"), blocks, "calls_columns_named", metadata, say("list_files.read_it"))


def faults(said: Sequence[str], first_field: str) -> dict[str, str]:
    """What is wrong with the choices, by field; `first_field` shows what belongs to none."""
    known = {str(at): word for at, word in enumerate(said) if word in CALL_COLUMNS}
    words = list(known.values())
    if twice := [f"{ids.COLUMN}{at}" for at, word in known.items() if words.count(word) > 1]:
        return dict.fromkeys(twice, say("call_files.meant_twice"))
    lack = lacking(words)
    said = say("call_files.lacks_time") if lack is Field.START else say("call_files.lacks_number")
    return {} if lack is None else {first_field: said}


def _listed(said: Sequence[Markup]) -> Markup:
    more = [say("labels.and_more", count=len(said) - _COLUMNS_NAMED)] if len(said) > _COLUMNS_NAMED else []
    return Markup(", ".join([*said[:_COLUMNS_NAMED], *more]))


def cells(one: CallFound) -> list[str]:
    """A line of the file: local time of the agent's team; numbers masked."""
    rang = say("call_files.cells", count=Markup(f"{one.seconds:.1f}")) if one.seconds is not None else ""
    at, kind = one.at.astimezone(zone_of(one.zone) or UTC), say("call_files.kinds", one.kind)
    return [f"{at:%Y-%m-%d %H:%M:%S}", kind, one.agent, one.campaign, one.contact, one.number, one.rule or rang]
