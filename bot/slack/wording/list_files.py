"""A list file that a person shares: what was understood, what an import does, what is missing, and how it went."""

from bot.services.answers.intake import NotImported, Stage
from bot.services.ports import Unread
from bot.slack.wording.language import figure
from bot.slack.wording.registers import list_questions
from bot.slack.wording.reporting import call_files
from bot.slack.wording.say import Markup, say
from policy.vocabulary import Verdict

# -- the message


def head(stage: Stage, name: Markup, campaign: Markup) -> Markup:
    return say("list_files.heads", stage, name=name, campaign=campaign)


def rows_read(done: int, total: int) -> Markup:
    return say("list_files.rows_checked", done=done, total=total)


def bytes_read(done: int, total: int) -> Markup:
    megabyte = 1_000_000
    return say("list_files.bytes_read", done=done // megabyte, total=-(-total // megabyte))


def facts(rows: int, list_named: Markup, export: Markup, sheet: Markup, mapping: Markup) -> Markup:
    """The file in one line: its rows, the list it becomes, and how it was recognised."""
    parts = [say("list_files.rows", count=rows), say("list_files.facts", name=list_named)]
    parts += [say("list_files.facts_export", system=export)] if export else []
    parts += [say("list_files.facts_sheet", name=sheet)] if sheet else []
    parts += [say("list_files.facts_mapping", name=mapping)] if mapping else []
    return Markup(" · ".join(parts))


def verdict_line(one: Verdict, count: int, reasons: list[Markup]) -> Markup:
    said = say("list_files.verdicts", one, count=count)
    return Markup(f"{said}: {'; '.join(reasons)}" if reasons else said)


def reason(because: Markup, count: int, total: int) -> Markup:
    return because if count == total else Markup(f"{because} ({figure(count)})")


def doubtful_cell(heading: Markup, cell: Markup, count: int) -> Markup:
    return say("list_files.doubtful_cell", heading=heading, cell=cell, count=count)


def question(heading: Markup, cells: Markup) -> Markup:
    asked = say("list_files.question", heading=heading)
    return Markup(asked + ("\n" + say("list_files.question_cells", cells=cells) if cells else ""))


def cell_in_line(cell: Markup, line: int) -> Markup:
    return say("list_files.cell_in_line", cell=cell, line=line)


# -- the report


def stand_part(one: Verdict, count: int) -> Markup:
    return say("list_files.stands", one, count=count)


# -- why not


def why(because: str, told: Markup, *, has_columns: bool = False) -> Markup:
    """`told`: why the file is no list; or how many megabytes arrived. `has_columns`: a person may say what they
    mean."""
    if because == NotImported.REFUSED and has_columns:
        return say("list_files.why_refused", reason=told)
    if because == NotImported.REFUSED:
        return say("list_files.why_no_list", reason=told)
    if because == NotImported.OTHER_CLOCK:
        return call_files.other_clock(told)
    if because == NotImported.ORDER_OF_DAYS:
        return list_questions.two_readings(told)
    if because == Unread.CUT_OFF:
        return say("list_files.why_cut_off", got=told)
    return say("list_files.why", because)


def screening(register: Markup, days: int | None) -> Markup:
    """What a missing screening is, in the reader's language."""
    if days is None:
        return say("list_files.screening_any_age", register=register)
    return say("list_files.screening", count=days, register=register, days=days)
