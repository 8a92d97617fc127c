"""The one message about a shared file that is no list of contacts: what it is, what it would change, the report."""

from collections.abc import Iterator, Sequence

from bot.services.answers.intake import ListFileView, Stage
from bot.services.answers.lists import RowFault
from bot.services.answers.registers import (
    FileKind,
    Holds,
    Looks,
    ScreeningPreview,
    ScreeningReport,
    SuppressionPreview,
    SuppressionReport,
)
from bot.slack import ids
from bot.slack.blocks.kit import Block, Element, actions, button, section
from bot.slack.wording import Markup, and_more, figure, labels, shown, times
from bot.slack.wording import list_files as lists
from bot.slack.wording.registers import register_files as wording
from bot.slack.wording.reporting import call_files as calls
from bot.slack.wording.rules import row_fault

_FAULTS = 3
_MOVES = 6


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
    return (wording.numbers_done if view.is_in_numbers else wording.rows_done)(view.done, view.total)


def _asking(view: ListFileView, name: Markup, looks: Looks) -> list[Block]:
    key = str(view.file_id)
    register = Markup(", ".join(shown(one, 80) for one in view.register_names))
    said = [wording.what_is_it(name), *([wording.numbers_alone(looks.rows)] if looks.rows else [])]
    if looks.kind is FileKind.REGISTER and looks.holds:
        said.append(wording.looks_like_register(looks.holds, register))
    if looks.kind is FileKind.OWN:
        said.append(wording.looks_like_ours())
    presses = [
        button(wording.as_register(), ids.REGISTER_FORM, key, _first(looks.kind is FileKind.REGISTER)),
        button(wording.as_own(), ids.OWN_FORM, key, _first(looks.kind is FileKind.OWN)),
        *([button(calls.as_calls(), ids.CALLS_COLUMNS, key)] if looks.headings else []),
        button(wording.as_list(), ids.FILE_AS_LIST, key),
    ]
    return [section("\n".join(said)), actions(presses)]


def _first(is_first: bool) -> str:
    return "primary" if is_first else ""


def _shown(view: ListFileView, name: Markup) -> list[Block]:
    said = [section(_head(view, name))]
    for one in view.previews:
        lines = _screening(one) if isinstance(one, ScreeningPreview) else _stops(one)
        head = [f"*{shown(one.register, 80)}*"] if isinstance(one, ScreeningPreview) and len(view.previews) > 1 else []
        said.append(section("\n".join([*head, *lines])))
    key = str(view.file_id)
    form = ids.OWN_FORM if view.use.kind is FileKind.OWN else ids.REGISTER_FORM
    presses: list[Element] = [
        button(lists.start(), ids.LIST_IMPORT, key, "primary"),
        button(wording.change(), form, key),
    ]
    return [*said, actions(presses)]


def _head(view: ListFileView, name: Markup, *, is_done: bool = False) -> str:
    use = view.use
    if use.kind is FileKind.OWN:
        whom = wording.whom_client(shown(use.principal, 80)) if use.principal else wording.whom_all()
        return (wording.imported_own if is_done else wording.as_own_head)(name, Markup(whom))
    register = Markup(", ".join(shown(one, 80) for one in view.register_names))
    day = Markup(times.short_day(use.obtained_on)) if use.obtained_on else Markup("")
    about = wording.about_campaign(shown(use.campaign, 80)) if use.campaign else wording.about_all()
    head = wording.imported_register if is_done else wording.as_register_head
    return head(name, register, day, Markup(about))


def _screening(one: ScreeningPreview) -> Iterator[str]:
    yield from _found(one)
    if one.left_out:
        yield wording.left_out(one.left_out)
    if one.area_codes:
        yield wording.areas(one.area_codes)
    yield from _unread(one.faults, one.unsaid, is_partial=one.is_partial)
    if one.days_left is not None:
        yield wording.lasts(one.days_left)
    yield wording.would_change()
    for now, then, count in one.moves[:_MOVES]:
        yield wording.move(count, now, then)
    if not one.moves:
        yield wording.nothing_changes()


def _found(one: ScreeningPreview | ScreeningReport) -> Iterator[str]:
    yield wording.listed(one.listed)
    if one.overruled:
        yield wording.overruled(one.overruled)
    yield wording.clear(one.clear)
    if one.later:
        yield wording.later(one.later)
    if one.strangers and one.holds is not Holds.WHOLE:  # of a whole register, most are
        yield wording.strangers(one.strangers)


def _unread(faults: Sequence[RowFault], unsaid: int, *, is_partial: bool) -> Iterator[str]:
    if unsaid:
        yield wording.unsaid(unsaid)
    if not faults:
        return
    yield wording.partial(len(faults)) if is_partial else wording.faulty(len(faults))
    for fault in faults[:_FAULTS]:
        yield lists.fault(fault.line, shown(row_fault(fault.reason), 200))
    if len(faults) > _FAULTS:
        yield f"    {and_more(len(faults) - _FAULTS)}"


def _stops(one: SuppressionPreview) -> Iterator[str]:
    yield wording.own_numbers(one.numbers)
    if one.known:
        yield wording.own_known(one.known)
    yield from _unread(one.faults, 0, is_partial=False)
    yield wording.would_change()
    total = sum(count for _, count in one.contacts)
    if total:
        parts = ", ".join(wording.own_part(count, verdict) for verdict, count in one.contacts)
        yield wording.own_contacts(total, Markup(parts))
    else:
        yield wording.nothing_changes()


def _importing(view: ListFileView, name: Markup) -> list[Block]:
    what = name
    if view.use.kind is FileKind.REGISTER and view.register_names:
        what = Markup(", ".join(shown(one, 80) for one in view.register_names))
    return [section("\n".join(filter(None, (wording.importing(view.use.kind, what), progress(view)))))]


def _imported(view: ListFileView, name: Markup) -> list[Block]:
    said = [_head(view, name, is_done=True)]
    for one in view.reports:
        if isinstance(one, ScreeningReport):
            if len(view.reports) > 1:
                said.append(f"*{shown(one.register, 80)}*")
            said += _screened(one)
        else:
            said += _stopped(one)
    said += _contacts_now(view.reports)
    if any(one.faults for one in view.reports):
        said.append(lists.attached())
    if view.begun_before and view.use.kind is FileKind.OWN:
        said.append(wording.began_again())
    return [section("\n".join(said))]


def _contacts_now(reports: Sequence[ScreeningReport | SuppressionReport]) -> Iterator[str]:
    """What became of the contacts once every register is compared: what the first report counted has changed since."""
    last = reports[-1] if reports else None
    if isinstance(last, ScreeningReport) and last.states:
        parts = ", ".join(f"{figure(count)} {labels.state(state)}" for state, count in last.states)
        yield wording.stand(Markup(parts))


def _screened(one: ScreeningReport) -> Iterator[str]:
    yield from _found(one)
    yield from _unread(one.faults, one.unsaid, is_partial=one.is_partial)
    if one.is_too_old:
        yield wording.lasts(-1)
    if one.withdrawn_from:
        yield wording.cards_off(len(one.withdrawn_from))


def _stopped(one: SuppressionReport) -> Iterator[str]:
    yield wording.own_added(one.added)
    for count, line in (
        (one.confirmed, wording.own_confirmed),
        (one.known, wording.own_known),
        (one.contacts, wording.own_reached),
        (one.callbacks_cancelled, wording.callbacks_off),
        (len(one.withdrawn_from), wording.cards_off),
    ):
        if count:
            yield line(count)
    yield from _unread(one.faults, 0, is_partial=False)


_DRAWN = {Stage.SHOWN: _shown, Stage.IMPORTING: _importing, Stage.IMPORTED: _imported}
