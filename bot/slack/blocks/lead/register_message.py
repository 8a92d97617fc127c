"""The one message about a shared file that is no list of contacts: what it is, what it would change, the report; and
the forms about a register's file and the organisation's own do-not-call list.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from bot.services.answers.intake import ListFileView, Stage
from bot.services.answers.lists import RowFault
from bot.services.answers.registers import FileKind, FileUse, Holds, Looks, ScreeningReport, SuppressionReport
from bot.services.intake import uses
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, actions, button, field, form, section
from bot.slack.blocks.lead.list_forms import TYPES
from bot.slack.wording.labels import short_day, translated
from bot.slack.wording.say import Markup, figure, plain, say, shown

_FAULTS = 3
_MOVES = 6
_SHEETS = 12
_Told = ScreeningReport | SuppressionReport


def blocks_of(view: ListFileView, name: Markup) -> list[Block]:
    """The message as it stands now; none for a list of contacts, and while the file is read."""
    kind, looks = view.use.kind, view.use.looks
    if view.stage is Stage.ASKING:
        return _asking(view, name, looks) if kind is FileKind.UNKNOWN and looks is not None else []
    if kind in (FileKind.REGISTER, FileKind.OWN) and view.stage in _DRAWN:
        return _DRAWN[view.stage](view, name)
    return []


def progress(view: ListFileView) -> str:
    """How far it is, in rows of the file or in stored numbers; empty if it has not begun."""
    if not view.total:
        return ""
    key = "register_files.numbers_done" if view.is_in_numbers else "register_files.rows_done"
    return say(key, done=view.done, total=view.total)


def counted(*figures: tuple[int, str]) -> Iterator[Markup]:
    """Each figure in the sentence of its key; nothing of those that are 0."""
    return (say(key, count=count) for count, key in figures if count)


def first_faults(faults: Sequence[RowFault], total: int) -> Iterator[str]:
    """The first faulty rows, and how many more there are."""
    for one in faults[:_FAULTS]:
        yield say("list_files.fault", line=one.line, why=shown(translated(one.reason), 200))
    if total > _FAULTS:
        yield f"    {say('labels.and_more', count=total - _FAULTS)}"


def _registers(view: ListFileView) -> Markup:
    return Markup(", ".join(shown(one, 80) for one in view.register_names))


def _asking(view: ListFileView, name: Markup, looks: Looks) -> list[Block]:
    key = str(view.file_id)
    said = [say("register_files.what_is_it", name=name), *counted((looks.rows, "register_files.numbers_alone"))]
    if looks.kind is FileKind.REGISTER and looks.holds:
        said.append(say("register_files.taken_for", looks.holds, register=_registers(view)))
    if looks.kind is FileKind.OWN:
        said.append(say("register_files.looks_like_ours"))
    style = {looks.kind: "primary"}  # what it looks like
    presses = [
        button(say("register_files.as_register"), "register_form", key, style.get(FileKind.REGISTER, "")),
        button(say("register_files.as_own"), "own_form", key, style.get(FileKind.OWN, "")),
        *([button(say("call_files.as_calls"), "calls_columns", key)] if looks.headings else []),
        button(say("register_files.as_list"), "file_as_list", key),
    ]
    return [section("\n".join(said)), actions(presses)]


def _shown(view: ListFileView, name: Markup) -> list[Block]:
    said = [section(_head(view, name))]
    for one in view.reports:
        lines = _screening(one) if isinstance(one, ScreeningReport) else _stops(one)
        said.append(section("\n".join([*_register_of(one, view), *lines])))
    key = str(view.file_id)
    form = "own_form" if view.use.kind is FileKind.OWN else "register_form"
    start = button(say("list_files.start"), "list_import", key, "primary")
    return [*said, actions([start, button(say("admin.change"), form, key)])]


def _head(view: ListFileView, name: Markup, *, is_done: bool = False) -> str:
    use = view.use
    if use.kind is FileKind.OWN:
        principal = shown(use.principal, 80)
        whom = say("register_files.whom_client", principal=principal) if principal else say("register_files.whom_all")
        return say("register_files.imported_own" if is_done else "register_files.own_shown", name=name, whom=whom)
    day = short_day(use.obtained_on) if use.obtained_on else Markup("")
    campaign = shown(use.campaign, 80)
    about = say("register_files.about_campaign", campaign=campaign) if campaign else say("register_files.about_all")
    key = "register_files.imported_register" if is_done else "register_files.register_shown"
    return say(key, name=name, register=_registers(view), day=day, about=about)


def _register_of(one: _Told, view: ListFileView) -> list[str]:
    return [f"*{shown(one.register, 80)}*"] if isinstance(one, ScreeningReport) and len(view.reports) > 1 else []


def _screening(one: ScreeningReport) -> Iterator[str]:
    yield from _found(one)
    yield from counted((one.left_out, "register_files.left_out"), (one.area_codes, "register_files.areas"))
    yield from _unread(one, one.unsaid, is_partial=one.is_partial)
    if one.days_left is not None:
        yield lasts(one.days_left)
    yield say("list_files.would_be")
    for now, then, count in one.moves[:_MOVES]:
        was, will_be = say("register_files.now", now), say("register_files.now", then)
        yield say("register_files.move", count=count, now=was, then=will_be)
    if not one.moves:
        yield say("register_files.nothing_changes")


def _found(one: ScreeningReport) -> Iterator[str]:
    yield say("register_files.listed", count=one.listed)
    yield from counted((one.overruled, "register_files.overruled"))
    yield say("register_files.clear", count=one.clear)
    yield from counted((one.later, "register_files.later"))
    if one.holds is not Holds.WHOLE:  # of a whole register, most are strangers
        yield from counted((one.strangers, "register_files.strangers"))


def sheets_not_read(sheets: Sequence[str], *, is_partial: bool = False) -> Iterator[str]:
    """Names the sheets of a workbook that are not read."""
    if sheets:
        others = Markup(", ".join(shown(one, 40) for one in sheets[:_SHEETS]))
        yield say("register_files.sheets_partial" if is_partial else "register_files.sheets_not_read", others=others)


def _unread(one: _Told, unsaid: int = 0, *, is_partial: bool = False) -> Iterator[str]:
    """What of the file could not be read, or was not."""
    yield from sheets_not_read(one.unread_sheets, is_partial=is_partial)
    found = len(one.faults)
    yield from counted(
        (unsaid, "register_files.unsaid"), (found, "register_files.partial" if is_partial else "register_files.faulty")
    )
    yield from first_faults(one.faults, found)


def _stops(one: SuppressionReport) -> Iterator[str]:
    yield say("register_files.own_numbers", count=one.numbers)
    yield from counted((one.known, "register_files.own_known"))
    yield from _unread(one)
    yield say("list_files.would_be")
    if total := sum(count for _, count in one.stopped):
        parts = ", ".join(f"{figure(count)} {say('register_files.now', verdict)}" for verdict, count in one.stopped)
        yield say("register_files.own_contacts", count=total, parts=Markup(parts))
    else:
        yield say("register_files.nothing_changes")


def _importing(view: ListFileView, name: Markup) -> list[Block]:
    what = _registers(view) if view.use.kind is FileKind.REGISTER and view.register_names else name
    said = say("register_files.importing", view.use.kind, name=what)
    return [section("\n".join(filter(None, (said, progress(view)))))]


def _imported(view: ListFileView, name: Markup) -> list[Block]:
    said = [_head(view, name, is_done=True)]
    for one in view.reports:
        said += _register_of(one, view)
        said += _screened(one) if isinstance(one, ScreeningReport) else _stopped(one)
    # What the first report counted has changed since: what became of the contacts once every register is compared.
    last = view.reports[-1] if view.reports else None
    if isinstance(last, ScreeningReport) and last.states:
        parts = ", ".join(f"{figure(count)} {say('labels.state', state)}" for state, count in reversed(last.states))
        said.append(say("register_files.stand", parts=Markup(parts)))
    if any(one.faults for one in view.reports):
        said.append(say("list_files.attached"))
    if view.begun_before and view.use.kind is FileKind.OWN:
        said.append(say("register_files.began_again"))
    return [section("\n".join(said))]


def _screened(one: ScreeningReport) -> Iterator[str]:
    yield from _found(one)
    yield from _unread(one, one.unsaid, is_partial=one.is_partial)
    if one.is_too_old:
        yield lasts(-1)
    yield from counted((len(one.withdrawn_from), "register_files.cards_off"))


def _stopped(one: SuppressionReport) -> Iterator[str]:
    yield say("register_files.own_added", count=one.added)
    yield from counted(
        (one.confirmed, "register_files.own_confirmed"),
        (one.known, "register_files.own_known"),
        (one.contacts, "register_files.own_reached"),
        (one.callbacks_cancelled, "register_files.callbacks_off"),
        (len(one.withdrawn_from), "register_files.cards_off"),
    )
    yield from _unread(one)


_DRAWN = {Stage.SHOWN: _shown, Stage.IMPORTING: _importing, Stage.IMPORTED: _imported}


def lasts(days: int) -> Markup:
    """`days`: until the screening is too old."""
    if days > 0:
        return say("register_files.lasts", count=days)
    return say("register_files.lasts_today" if days == 0 else "register_files.too_old")


EVERYTHING = "all"
_MOST_REGISTERS = 3


def register(known: FileUse, choices: uses.UseChoices, metadata: str) -> Block:
    """What a dropped file holds. What it looks like is filled in, until the person says otherwise."""
    blocks = [section(say("register_files.register_about")), *_fields(known, choices)]
    return form(say("register_files.register_title"), blocks, "register_file", metadata, say("list_files.read_it"))


def bring(chosen: str, choices: uses.UseChoices, metadata: str) -> Block:
    """The same with the file itself. `chosen`: the register's key, if one is meant."""
    file = field(ids.FILE, say("register_files.the_file"), inputs.file(TYPES))
    fields = _fields(FileUse(registers=(chosen,) if chosen else ()), choices)
    blocks = [section(say("register_files.bring_about")), file, *fields]
    return form(say("register_files.register_title"), blocks, "register_brought", metadata, say("list_files.read_it"))


def own(known: FileUse, choices: uses.UseChoices, metadata: str) -> Block:
    names = principals_of(choices)
    whom = [(EVERYTHING, say("register_files.from_every_client"))] * choices.is_for_all
    whom += [(key, say("register_files.for_client", principal=Markup(plain(one, 60)))) for key, one in names.items()]
    menu = inputs.one_of(whom, _value(known.principal, names, whom), say("register_files.choose_client"))
    blocks = [
        section(say("register_files.own_about")),
        field(ids.PRINCIPAL, say("register_files.bound"), menu),
        field(ids.WORDS, say("register_files.why_not"), inputs.line(known.reason, most=200), is_optional=True),
    ]
    return form(say("register_files.own_title"), blocks, "own_list", metadata, say("list_files.read_it"))


def _fields(known: FileUse, choices: uses.UseChoices) -> list[Block]:
    looks = known.looks
    keys = known.registers or (looks.registers if looks else ())
    holds = known.holds or (looks.holds if looks else None)
    names = campaigns_of(choices)
    about = [(EVERYTHING, say("register_files.every_number"))] * choices.is_for_all
    about += [(key, say("register_files.of_campaign", campaign=Markup(plain(one, 60)))) for key, one in names.items()]
    menu = inputs.several(choices.registers, keys, say("register_files.choose_register"), _MOST_REGISTERS)
    campaign = inputs.one_of(about, _value(known.campaign, names, about), say("list_files.choose_campaign"))
    words = inputs.radio([(one.value, say("register_files.hold_word", one)) for one in Holds], holds or "")
    ticked, obtained = [ids.DESPITE] * known.despite_faults, inputs.day(known.obtained_on)
    despite = inputs.boxes([(ids.DESPITE, say("register_files.despite_faults"))], ticked)
    return [
        field(ids.REGISTERS, say("register_files.which_register"), menu),
        field(ids.OBTAINED, say("register_files.obtained"), obtained, say("register_files.obtained_hint")),
        field(ids.HOLDS, say("register_files.holds"), words, say("register_files.holds_hint")),
        field(ids.CAMPAIGN, say("register_files.about_which"), campaign),
        field(ids.STATED, say("register_files.unreadable"), despite, is_optional=True),
    ]


def campaigns_of(choices: uses.UseChoices) -> dict[str, str]:
    """The campaigns' names, by what stands for each in the form: it stays right when campaigns come and go
    meanwhile."""
    return {str(key): name for key, name in choices.campaigns}


def principals_of(choices: uses.UseChoices) -> dict[str, str]:
    """The same for the clients, who have no id. A name may be longer than the value of an option."""
    return {hashlib.sha256(name.encode()).hexdigest()[:20]: name for name in choices.principals}


def named(value: str, names: Mapping[str, str]) -> str | None:
    """The name that a value of the form stands for; empty for everything; None for no choice."""
    return "" if value == EVERYTHING else names.get(value)


def _value(chosen: str, names: Mapping[str, str], options: Sequence[tuple[str, str]]) -> str:
    found = next((value for value, name in names.items() if chosen and name == chosen), "")
    return found or (options[0][0] if options else "")
