"""A list file that a person shares: what was understood, what an import does, what is missing, and how it went."""

from bot.services.answers.intake import NotImported
from bot.services.ports import Unread
from bot.slack.wording.language import figure
from bot.slack.wording.reporting import call_files
from bot.slack.wording.say import Markup, say
from policy.vocabulary import Verdict

# -- the message


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


def question(heading: Markup, cells: Markup) -> Markup:
    asked = say("list_files.question", heading=heading)
    return Markup(asked + ("\n" + say("list_files.question_cells", cells=cells) if cells else ""))


# -- the report


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
        return two_readings(told)
    if because == Unread.CUT_OFF:
        return say("list_files.why_cut_off", got=told)
    return say("list_files.why", because)


def two_readings(line: Markup) -> Markup:
    """`line`: of a date that has two readings."""
    told = figure(int(line)) if line.isdecimal() else line
    return say("list_questions.two_readings", line=Markup(told))
