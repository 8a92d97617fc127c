"""The one message about a shared file that is no list of contacts: what it is, what it would change, the report."""

from collections.abc import Iterator, Sequence

from bot.services.answers.intake import ListFileView, Stage
from bot.services.answers.registers import (
    FileKind,
    Holds,
    Looks,
    ScreeningPreview,
    ScreeningReport,
    SuppressionPreview,
    SuppressionReport,
)
from bot.slack.blocks.kit.kit import Block, Element, actions, button, section
from bot.slack.wording import Markup, figure, say, shown, times
from bot.slack.wording.rules import translated

_FAULTS = 3
_MOVES = 6
_SHEETS = 12
_Told = ScreeningPreview | ScreeningReport | SuppressionPreview | SuppressionReport


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


def _asking(view: ListFileView, name: Markup, looks: Looks) -> list[Block]:
    key = str(view.file_id)
    register = Markup(", ".join(shown(one, 80) for one in view.register_names))
    said = [
        say("register_files.what_is_it", name=name),
        *([say("register_files.numbers_alone", count=looks.rows)] if looks.rows else []),
    ]
    if looks.kind is FileKind.REGISTER and looks.holds:
        said.append(say("register_files.taken_for", looks.holds, register=register))
    if looks.kind is FileKind.OWN:
        said.append(say("register_files.looks_like_ours"))
    presses = [
        button(say("register_files.as_register"), "register_form", key, _first(looks.kind is FileKind.REGISTER)),
        button(say("register_files.as_own"), "own_form", key, _first(looks.kind is FileKind.OWN)),
        *([button(say("call_files.as_calls"), "calls_columns", key)] if looks.headings else []),
        button(say("register_files.as_list"), "file_as_list", key),
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
    form = "own_form" if view.use.kind is FileKind.OWN else "register_form"
    presses: list[Element] = [
        button(say("list_files.start"), "list_import", key, "primary"),
        button(say("admin.change"), form, key),
    ]
    return [*said, actions(presses)]


def _head(view: ListFileView, name: Markup, *, is_done: bool = False) -> str:
    use = view.use
    if use.kind is FileKind.OWN:
        whom = (
            say("register_files.whom_client", principal=shown(use.principal, 80))
            if use.principal
            else say("register_files.whom_all")
        )
        return say("register_files.imported_own" if is_done else "register_files.own_shown", name=name, whom=whom)
    register = Markup(", ".join(shown(one, 80) for one in view.register_names))
    day = times.short_day(use.obtained_on) if use.obtained_on else Markup("")
    about = (
        say("register_files.about_campaign", campaign=shown(use.campaign, 80))
        if use.campaign
        else say("register_files.about_all")
    )
    key = "register_files.imported_register" if is_done else "register_files.register_shown"
    return say(key, name=name, register=register, day=day, about=about)


def _screening(one: ScreeningPreview) -> Iterator[str]:
    yield from _found(one)
    if one.left_out:
        yield say("register_files.left_out", count=one.left_out)
    if one.area_codes:
        yield say("register_files.areas", count=one.area_codes)
    yield from _unread(one, one.unsaid, is_partial=one.is_partial)
    if one.days_left is not None:
        yield lasts(one.days_left)
    yield say("register_files.would_change")
    for now, then, count in one.moves[:_MOVES]:
        yield say(
            "register_files.move", count=count, now=say("register_files.now", now), then=say("register_files.now", then)
        )
    if not one.moves:
        yield say("register_files.nothing_changes")


def _found(one: ScreeningPreview | ScreeningReport) -> Iterator[str]:
    yield say("register_files.listed", count=one.listed)
    if one.overruled:
        yield say("register_files.overruled", count=one.overruled)
    yield say("register_files.clear", count=one.clear)
    if one.later:
        yield say("register_files.later", count=one.later)
    if one.strangers and one.holds is not Holds.WHOLE:  # of a whole register, most are
        yield say("register_files.strangers", count=one.strangers)


def sheets_not_read(sheets: Sequence[str], *, is_partial: bool = False) -> Iterator[str]:
    """Names the sheets of a workbook that are not read."""
    if sheets:
        others = Markup(", ".join(shown(one, 40) for one in sheets[:_SHEETS]))
        yield say("register_files.sheets_partial" if is_partial else "register_files.sheets_not_read", others=others)


def _unread(one: _Told, unsaid: int = 0, *, is_partial: bool = False) -> Iterator[str]:
    """What of the file could not be read, or was not."""
    faults = one.faults
    yield from sheets_not_read(one.unread_sheets, is_partial=is_partial)
    if unsaid:
        yield say("register_files.unsaid", count=unsaid)
    if not faults:
        return
    yield (
        say("register_files.partial", count=len(faults))
        if is_partial
        else say("register_files.faulty", count=len(faults))
    )
    for fault in faults[:_FAULTS]:
        yield say("list_files.fault", line=fault.line, why=shown(translated(fault.reason), 200))
    if len(faults) > _FAULTS:
        yield f"    {say('labels.and_more', count=len(faults) - _FAULTS)}"


def _stops(one: SuppressionPreview) -> Iterator[str]:
    yield say("register_files.own_numbers", count=one.numbers)
    if one.known:
        yield say("register_files.own_known", count=one.known)
    yield from _unread(one)
    yield say("register_files.would_change")
    total = sum(count for _, count in one.contacts)
    if total:
        parts = ", ".join(
            Markup(f"{figure(count)} {say('register_files.now', verdict)}") for verdict, count in one.contacts
        )
        yield say("register_files.own_contacts", count=total, parts=Markup(parts))
    else:
        yield say("register_files.nothing_changes")


def _importing(view: ListFileView, name: Markup) -> list[Block]:
    what = name
    if view.use.kind is FileKind.REGISTER and view.register_names:
        what = Markup(", ".join(shown(one, 80) for one in view.register_names))
    return [
        section("\n".join(filter(None, (say("register_files.importing", view.use.kind, name=what), progress(view)))))
    ]


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
        said.append(say("list_files.attached"))
    if view.begun_before and view.use.kind is FileKind.OWN:
        said.append(say("register_files.began_again"))
    return [section("\n".join(said))]


def _contacts_now(reports: Sequence[ScreeningReport | SuppressionReport]) -> Iterator[str]:
    """What became of the contacts once every register is compared: what the first report counted has changed since."""
    last = reports[-1] if reports else None
    if isinstance(last, ScreeningReport) and last.states:
        parts = ", ".join(f"{figure(count)} {say('labels.state', state)}" for state, count in last.states)
        yield say("register_files.stand", parts=Markup(parts))


def _screened(one: ScreeningReport) -> Iterator[str]:
    yield from _found(one)
    yield from _unread(one, one.unsaid, is_partial=one.is_partial)
    if one.is_too_old:
        yield lasts(-1)
    if one.withdrawn_from:
        yield say("register_files.cards_off", count=len(one.withdrawn_from))


def _stopped(one: SuppressionReport) -> Iterator[str]:
    yield say("register_files.own_added", count=one.added)
    for count, line in (
        (one.confirmed, "register_files.own_confirmed"),
        (one.known, "register_files.own_known"),
        (one.contacts, "register_files.own_reached"),
        (one.callbacks_cancelled, "register_files.callbacks_off"),
        (len(one.withdrawn_from), "register_files.cards_off"),
    ):
        if count:
            yield say(line, count=count)
    yield from _unread(one)


_DRAWN = {Stage.SHOWN: _shown, Stage.IMPORTING: _importing, Stage.IMPORTED: _imported}


# -- what it is


# -- the preview


def lasts(days: int) -> Markup:
    """`days`: until the screening is too old."""
    if days < 0:
        return say("register_files.too_old")
    if not days:
        return say("register_files.lasts_today")
    return say("register_files.lasts", count=days)


# -- a screening grows too old
