"""The one message about a shared list file: reading, the preview, importing, the report, or why not."""

from collections.abc import Iterator, Sequence

from bot.services.answers import lists
from bot.services.answers.intake import ListFileView, NotImported, Stage
from bot.services.answers.registers import FileKind
from bot.services.ports import Unread
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, Element, Reply, actions, and_more, button, section, table
from bot.slack.blocks.lead import calls_message, register_message
from bot.slack.blocks.lead.register_message import counted, first_faults
from bot.slack.wording.labels import short_day, translated, translated_line
from bot.slack.wording.say import Markup, fallback, figure, first_lines, say, shown
from policy import lack_of_rules
from policy.vocabulary import Verdict

_ROWS = 3
_COLUMNS = 12  # beyond that a table is no longer read
_REASONS = 2
_QUESTIONS = 5
_CELLS = 5
_LACKING = 10
_ORDER = (Verdict.CALLABLE, Verdict.LOCKED, Verdict.HELD, Verdict.SUPPRESSED)
_FINAL = (Unread.GONE, Unread.HIDDEN, Unread.ELSEWHERE, NotImported.NO_CAMPAIGN)  # nothing to try again
_MEGABYTE = 1_000_000


def message(view: ListFileView, *, is_short: bool = False) -> Reply:
    """Draws the file as it stands now; a short one without its first rows."""
    name = shown(view.name, 80) or say("list_files.a_file")
    if others := register_message.blocks_of(view, name) or calls_message.blocks_of(view, name):
        return Reply(fallback(str(others[0]["text"]["text"]).partition("\n")[0], 300), tuple(others))
    head = say("list_files.heads", view.stage, name=name, campaign=shown(view.campaign, 80))
    draw = {
        Stage.READING: _reading,
        Stage.ASKING: lambda head, view: [section(head), *([actions([_campaigns(view)])] if view.campaigns else [])],
        Stage.SHOWN: _preview,
        Stage.IMPORTING: _reading,
        Stage.IMPORTED: _report,
        Stage.FAILED: _failed,
    }[view.stage]
    blocks = draw(head, view)
    return Reply(fallback(head, 300), tuple(one for one in blocks if not (is_short and one["type"] == "table")))


def _reading(head: str, view: ListFileView) -> list[Block]:
    progress = ""
    if view.total:
        rows = "list_files.rows_done" if view.stage is Stage.IMPORTING else "list_files.rows_checked"
        unit, key = (1, rows) if view.is_in_rows else (_MEGABYTE, "list_files.bytes_read")
        progress = say(key, done=view.done // unit, total=-(-view.total // unit))
    if view.is_in_numbers:
        progress = register_message.progress(view)
    if view.is_late or view.is_waiting:
        progress = say("list_files.late") if view.is_late else say("list_files.waits")
    return [section("\n".join(filter(None, (head, progress))))]


def _failed(head: str, view: ListFileView) -> list[Block]:
    if view.name and view.name in view.reason:  # it begins with the name
        head = say("list_files.not_imported")
    said = section(f"{head} {_why(view)}")
    if view.because in _FINAL:
        return [said]
    if view.because == NotImported.ORDER_OF_DAYS:
        return [said, *order_of_days(view.file_id)]
    presses: list[Element] = [button(say("list_files.again"), "list_again", str(view.file_id), "primary")]
    if view.because in (NotImported.REFUSED, NotImported.OTHER_CLOCK):
        presses += _other_ways(view)
    return [said, actions(presses)]


def _why(view: ListFileView) -> str:
    # why the file is no list; how many megabytes arrived, minutes another clock is late, or a line
    told = shown(translated(view.reason), 600)
    match view.because:
        case NotImported.REFUSED:
            has_columns = view.has_columns and view.use.kind in (FileKind.LIST, FileKind.UNKNOWN)
            return say("list_files.why_refused" if has_columns else "list_files.why_no_list", reason=told)
        case NotImported.OTHER_CLOCK:
            minutes = int(told) if told.lstrip("-").isdecimal() else 0
            return say("call_files.other_clock", minutes > 0 and "later", count=abs(minutes))
        case NotImported.ORDER_OF_DAYS:
            return say("list_questions.two_readings", line=int(told) if told.isdecimal() else told)
        case Unread.CUT_OFF:
            return say("list_files.why_cut_off", got=told)
    return say("list_files.why", view.because)


def _other_ways(view: ListFileView) -> list[Element]:
    key, kind = str(view.file_id), view.use.kind
    if kind in (FileKind.OWN, FileKind.REGISTER):
        return [button(say("admin.change"), "own_form" if kind is FileKind.OWN else "register_form", key)]
    if kind is FileKind.CALLS:
        return [*calls_message.other_ways(view)]
    found = [button(say("list_files.facts_form"), "list_facts", key)] if view.has_columns else []
    if view.use.looks:
        has_headings = view.use.looks.headings
        found += [button(say("call_files.as_calls"), "calls_columns", key)] if has_headings else []
        found.append(button(say("register_files.something_else"), "register_form", key))
    return found


def _preview(head: str, view: ListFileView) -> list[Block]:
    found = view.preview
    if found is None:
        return [section(head)]
    # its rows, the list it becomes, and how it was recognised
    facts = [say("list_files.rows", count=found.rows), say("list_files.facts", name=shown(found.list_name))]
    facts += [say("list_files.facts_export", system=shown(found.export))] if found.export else []
    facts += [say("list_files.facts_sheet", name=shown(found.sheet))] if found.sheet else []
    facts += [say("list_files.facts_mapping", name=shown(found.mapping))] if found.mapping else []
    asked = [block for one in found.questions[:_QUESTIONS] for block in _asked(one, view.file_id)]
    effect = [] if found.questions else [section("\n".join(_effect(found)))]
    lacking = [section("\n".join(_missing(found.missing)))] if found.missing else []
    key = str(view.file_id)
    start = say("list_files.confirm_and_start" if found.like else "list_files.start")
    presses = [] if found.questions else [button(start, "list_import", key, "primary")]
    presses += [button(say("list_files.facts_form"), "list_facts", key, "primary" if found.questions else "")]
    more = [_campaigns(view)] if len(view.campaigns) > 1 else []
    read = [*_other_list(found, key), *_other_sheets(found), *_columns(found), *asked, *effect]
    said, notes = section(f"{head}\n{' · '.join(facts)}"), blocks_of(found.possible, view.file_id)
    return [said, *read, *notes, *lacking, *_stated(found), actions([*presses, *more])]


def _stated(found: lists.ListPreview) -> list[Block]:
    """What is stated of everyone on the list."""
    facts = [f"• {one}" for one in _facts(found.stated)]
    facts += [f"• {say('list_files.stated_country', country=shown(found.country))}"] if found.country else []
    head = say("list_files.stated_like", name=shown(found.like, 80)) if found.like else say("list_files.stated_of_all")
    return [section("\n".join([head, *facts]))] if facts else []


def _facts(stated: lists.ListProofs) -> Iterator[str]:
    if stated.basis:
        yield say("list_files.stated_basis", basis=Markup(say("list_files.basis_word", stated.basis)))
    if stated.is_told_of_calls:
        yield say("list_files.told")
    if stated.is_interest_assessed:
        yield say("list_files.assessed")
    for name, on in stated.screened:
        yield say("list_files.stated_screening", register=shown(name), day=short_day(on))
    if stated.numbers_from:
        yield say("list_files.stated_source", source=Markup(say("list_files.source_word", stated.numbers_from)))


def _other_list(found: lists.ListPreview, key: str) -> list[Block]:
    if found.beside:
        said = say("list_files.beside_list", name=shown(found.beside), new=shown(found.list_name))
        return [section(said, button(say("list_files.join"), "list_join", key))]
    return [section(say("list_files.joins_list", name=shown(found.list_name)))] if found.joins else []


def _other_sheets(told: lists.ListPreview | lists.ImportReport) -> list[Block]:
    others = [shown(one, 40) for one in told.unread_sheets]
    said = say("list_files.other_sheets", name=shown(told.sheet, 40), others=Markup(", ".join(others[:_COLUMNS])))
    return [section(said)] if others else []


def _columns(found: lists.ListPreview) -> list[Block]:
    """The headings, what each means, and the first rows."""
    first, left = found.columns[:_COLUMNS], len(found.columns[_COLUMNS:])
    if not first:
        return []
    headings = [one.heading for one in first]
    meanings = [f"→ {say('list_files.meaning', one.meaning)}" for one in first]
    rows = [[*row, *[""] * len(first)][: len(first)] for row in (headings, meanings, *found.first_rows[:_ROWS])]
    said = say("list_files.first_rows") + (f" {say('list_files.more_columns', count=left)}" if left else "")
    return [section(said), table(rows)]


def _asked(one: lists.ListQuestion, file_id: int) -> list[Block]:
    told = [say("list_files.cell_in_line", cell=shown(cell, 40), line=line) for line, cell in one.cells]
    cells = Markup(", ".join(told))
    if one.is_of_order:
        said = say("list_questions.order_question", heading=shown(one.heading), cells=cells)
        return [section(said), *order_of_days(file_id)]
    if one.is_of_numbers:
        are_codes = one.answers[0] is lists.Meaning.DIALLING_CODE
        said = say("list_files.numbers_question", are_codes and "codes", heading=shown(one.heading), cells=cells)
        return [section(said)]
    said = say("list_files.question", heading=shown(one.heading))
    return [section(f"{said}\n{say('list_files.question_cells', cells=cells)}" if cells else said)]


def _effect(found: lists.ListPreview) -> Iterator[str]:
    yield say("list_files.would_be")
    counts = dict(found.by_verdict)
    for verdict in _ORDER:
        marked = [(one, rows) for one, rows in found.stopped if one.kind.bars is verdict]
        if count := counts.get(verdict, 0):
            reasons = _reasons(found, verdict, [one for one, _ in marked], count)
            said = say("list_files.verdicts", verdict, count=count)
            yield f"{said}: {'; '.join(one.rstrip('.') for one in reasons)}" if reasons else said
        # The rows that a column bars beyond the people it bars: at fault, or of a person met before.
        people = _by_the_file(found, verdict)
        rows = sum(count for _, count in marked)
        if people and rows > people:
            yield say("list_files.more_marked", count=rows - people)
        elif not people:
            yield from (say("list_files.stopped", count=count, what=_named(one)) for one, count in marked)
    yield from _doubtful(found.doubtful)
    yield from counted((found.duplicates, "list_files.duplicates"))
    yield from counted((found.known_elsewhere, "list_files.known_elsewhere"), (found.finished, "list_files.finished"))
    if found.has_late_stops:
        yield say("list_files.late_stops")
    yield from _rows_named("list_files.faulty", found.faults, found.faulty)
    yield from _rows_named("list_files.in_part", found.remarks, len(found.remarks))


def _reasons(found: lists.ListPreview, verdict: Verdict, barring: Sequence[lists.Meaning], people: int) -> list[str]:
    """Why: columns of the file first, then the most frequent findings."""
    marked = _by_the_file(found, verdict)
    because = [one for one in found.reasons if one.verdict is verdict and one.because][:_REASONS]
    counts = [(translated_line(one.because, 200), one.contacts) for one in because]
    if marked:
        counts.insert(0, (say("list_files.marked", what=Markup(" / ".join(map(_named, barring)))), marked))
    return [said if count == people else f"{said} ({figure(count)})" for said, count in counts]


def _by_the_file(found: lists.ListPreview, verdict: Verdict) -> int:
    if verdict is Verdict.CALLABLE:
        return 0
    return sum(one.contacts for one in found.reasons if one.verdict is verdict and not one.because)


def _doubtful(stops: Sequence[lists.DoubtfulStop]) -> Iterator[str]:
    if stops:
        parts = ((shown(one.heading, 40), shown(one.cell, 40), one.rows) for one in stops)
        cells = [say("list_files.doubtful_cell", heading=name, cell=cell, count=rows) for name, cell, rows in parts]
        told = Markup(", ".join(first_lines(cells, _CELLS)))
        yield say("list_files.doubtful", count=sum(one.rows for one in stops), cells=told)


def _named(barring: lists.Meaning) -> Markup:
    return Markup(say("list_files.meaning", barring).partition(":")[0])


def _rows_named(key: str, rows: Sequence[lists.RowFault], count: int) -> Iterator[str]:
    yield from counted((count, key))
    yield from first_faults(rows, count)


def _missing(missing: Sequence[lists.Missing]) -> Iterator[str]:
    ruleless = [(one, lack) for one in missing if (lack := lack_of_rules(one.what))]
    suppliable = [one for one in missing if not lack_of_rules(one.what)]
    if suppliable:
        yield say("list_files.missing")
    for one in suppliable[:_LACKING]:
        what = translated_line(one.what, 200)
        if one.register:
            how, register, days = one.max_age_days is None and "any_age", shown(one.register_name), one.max_age_days
            what = say("list_files.screening", how, register=register, count=days, days=days)
        yield say("list_files.missing_line", count=one.contacts, what=what)
    if ruleless:
        yield say("list_files.no_rules")
    for one, lack in ruleless[:_LACKING]:
        yield say("list_files.missing_line", count=one.contacts, what=translated_line(lack, 200))


def _report(head: str, view: ListFileView) -> list[Block]:
    done = view.report
    if done is None:
        return [section(head)]
    press = button(say("list_files.facts_form"), "list_facts", str(view.file_id))
    presses = [] if all(lack_of_rules(one.what) for one in done.missing) else [press]
    lacking = [section("\n".join(_missing(done.missing)))] if done.missing else []
    if view.is_own_list and done.imported:
        presses.append(button(say("admin_lists.withdraw"), "list_withdraw", str(view.file_id), of=done.list_name))
    said = section("\n".join([head, *_came_of_it(done, is_second=view.begun_before)]))
    notes = blocks_of(done.possible, view.file_id)
    return [said, *_other_sheets(done), *notes, *lacking, *([actions(presses)] if presses else [])]


def _came_of_it(done: lists.ImportReport, *, is_second: bool) -> Iterator[str]:
    yield f"{say('list_files.rows', count=done.rows)} · {say('list_files.facts', name=shown(done.list_name))}"
    yield say("list_files.imported", count=done.imported)
    yield from counted(
        (done.duplicates_in_file, "list_files.again_in_file"),
        (done.duplicates_in_database, "list_files.known"),
        (done.known_elsewhere, "list_files.known_elsewhere"),
        (done.changed, "list_files.changed"),
        (done.shared_numbers, "list_files.shared"),
    )
    for meaning, count in done.stopped:
        yield say("list_files.stopped", count=count, what=_named(meaning))
    yield from _doubtful(done.doubtful)
    yield from _rows_named("list_files.faulty", done.faults, len(done.faults))
    if done.faults:
        yield say("list_files.attached")
    yield from _rows_named("list_files.in_part", done.remarks, len(done.remarks))
    counts = dict(done.by_verdict)
    if counts:
        told = [say("list_files.stands", one, count=counts[one]) for one in _ORDER if one in counts]
        yield say("list_files.stand", told=Markup(", ".join(told)))
    kept, unused = done.detail_columns, done.unused_columns
    for columns, key in ((kept, "list_files.kept_as_details"), (unused, "list_files.not_read")):
        if columns:
            yield say(key, columns=Markup(", ".join(shown(one, 40) for one in columns[:_COLUMNS])))
    if is_second:
        yield say("list_files.begun_before")
    if counts.get(Verdict.CALLABLE):
        yield say("list_files.who_else")


def _campaigns(view: ListFileView) -> Element:
    choices = [(f"{view.file_id}:{key}", name) for key, name in view.campaigns]
    chosen = f"{view.file_id}:{view.campaign_id}" if view.campaign_id else ""
    return inputs.one_of(choices, chosen, say("list_files.choose_campaign")) | {"action_id": "list_campaign"}


_TEXTS = 8  # of which a message has room


def blocks_of(found: Sequence[lists.PossibleNo], file_id: int) -> list[Block]:
    """The texts, with one answer for all, for each, or none for those that are shown."""
    if not found:
        return []
    texts = found[:_TEXTS]
    head = say("list_questions.possible", count=sum(one.rows for one in found))
    keys = ",".join(one.key for one in texts)
    all_stops = button(say("list_questions.all_stops"), "list_all_stops", str(file_id))
    none = button(say("list_questions.no_stops", count=len(texts)), "list_no_stops", f"{file_id}:{keys}")
    shown_texts = (_text(one, file_id) for one in texts)
    return [section(head), *shown_texts, *and_more(len(found) - len(texts)), actions([all_stops, none])]


def order_of_days(file_id: int) -> list[Block]:
    """Whether the day or the month comes first."""
    key = str(file_id)
    day, month = say("list_questions.day_first"), say("list_questions.month_first")
    return [actions([button(day, "list_day_first", key), button(month, "list_month_first", key)])]


def _text(one: lists.PossibleNo, file_id: int) -> Block:
    key, text, heading = f"{file_id}:{one.key}", shown(one.text, 80), shown(one.heading, 40)
    is_stop, is_nothing = say("list_questions.is_stop"), say("list_questions.is_nothing")
    choices = [(f"{key}:{ids.NOTE_IS_STOP}", is_stop), (f"{key}:{ids.NOTE_IS_NOTHING}", is_nothing)]
    menu = inputs.one_of(choices, "", say("list_questions.choose_answer")) | {"action_id": "list_note"}
    return section(say("list_questions.possible_text", count=one.rows, text=text, heading=heading), menu)
