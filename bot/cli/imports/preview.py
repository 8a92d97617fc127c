"""What `nextcall import-contacts` prints of a file: columns, first rows, who could be called, what must be answered;
what held contacts wait for, with the command that supplies it; and, for every import, its faulty rows."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import typer

from bot.cli.logs import LOG_FILE
from bot.cli.terminal import STATES, counted, say, say_json, say_lines
from bot.services.answers.lists import HasFaults, ImportReport, ListPreview, Missing, RowFault
from bot.services.errors import FileRefused
from bot.services.files.bars import bar_questions
from bot.services.files.row_faults import check_reject_file, write_rejects
from bot.services.numbers.places import with_place_names
from bot.slack.wording.say import say_word
from bot.wiring import Installation
from policy import is_state_missing, lack_of_rules
from policy.vocabulary import Verdict
from storage.database.database_files import files_of

Told = ImportReport | ListPreview

_BASIS = "lawful basis on record"
_SOURCE = "where the number came from"
_CELLS = 5
_TEXTS = 20
_NUMBER_SHOWN = "a caller's number that is displayed"
_REASONS = 12
_ORDER = (Verdict.CALLABLE, Verdict.LOCKED, Verdict.HELD, Verdict.SUPPRESSED)


def say_preview(said: ListPreview, again: Sequence[str] = (), *, as_json: bool) -> None:
    """Prints the answer. `again`: as in `lines_about`. Exits with status 1 if it has questions or no row is usable."""
    if as_json:
        say_json(
            asdict(said)
            | {"faults": faults_as_json(said.faults), "remarks": faults_as_json(said.remarks)}
            | {"sheets_not_read": said.unread_sheets}
        )
    else:
        where = f', sheet "{said.sheet}"' if said.sheet else ""
        say(f"{said.source}{where}: {counted(said.rows, 'row')} for campaign {said.campaign}, list {said.list_name}.")
        if said.joins:
            say(line_about_list(said))
        if said.export:
            say(f"It looks like an export of {said.export}.")
        if said.mapping:
            say(f'Columns as saved in "{said.mapping}".')
        if said.unread_sheets:
            say(line_about_sheets(said))
        width = min(max((len(one.heading) for one in said.columns), default=0), 40)
        for column in said.columns:
            examples = f" ({', '.join(column.examples)})" if column.examples else ""
            chosen = " (you said so)" if column.is_chosen else ""
            say(f"  {column.heading:<{width}}  {column.meaning.label}{chosen}{examples}")
        say_lines(["First rows:", *(f"  {' | '.join(row)}" for row in said.first_rows)])
        if facts := [*_stated(said)]:
            say_lines(["Stated of everyone on this list:", *(f"  {one}" for one in facts)])
        _say_people(said, again)
    if said.questions or not said.by_verdict:
        raise typer.Exit(1)


def _stated(said: ListPreview) -> Iterator[str]:
    stated = said.stated
    if stated.basis:
        yield f"Lawful basis: {say_word('list_files.basis_word', stated.basis)}"
    if stated.is_told_of_calls:
        yield "They were told they would be called"
    if stated.is_interest_assessed:
        yield "We weighed our legitimate interest against theirs and recorded it"
    for name, on in stated.screened:
        yield f"{name} screening: {on}"
    if stated.numbers_from:
        yield f"Where the numbers came from: {say_word('list_files.source_word', stated.numbers_from)}"
    if said.country:
        yield f"Country of numbers without a country code: {said.country}"


def _say_people(said: ListPreview, again: Sequence[str]) -> None:
    if said.questions:
        say(bar_questions(said.questions))
        say("Nothing was stored.")
        return
    counts = dict(said.by_verdict)
    told = ", ".join(f"{counts.get(one, 0):,} {STATES[one]}" for one in _ORDER)
    say(f"People in this file: {told}.")
    for reason in [one for one in said.reasons if one.because][:_REASONS]:
        say(f"  {reason.contacts:>7,} {STATES[reason.verdict]}: {with_place_names(reason.because)}")
    say_lines(f"  {line}" for line in lines_about(said, again))
    say_stops(said)
    say_lines(_lines_about_rows(said))
    say_lines(first_of(said.faults, said.faulty, "faulty rows"))
    say_lines(first_of(said.remarks, 0, "", "can be used, but "))
    say("Nothing was stored. Run the same command without --dry-run to import it.")


def _lines_about_rows(said: ListPreview) -> Iterator[str]:
    if said.duplicates:
        one, many = "row repeats a person from an earlier row", "rows repeat people from earlier rows"
        yield f"{counted(said.duplicates, one, many)} or from the campaign."
    if said.known_elsewhere:
        yield line_about_known(said)
    if said.finished:
        stays = "stays" if said.finished == 1 else "stay"
        yield f"{counted(said.finished, 'person is', 'people are')} finished in this campaign and {stays} so."
    if said.has_late_stops:
        yield ("Rows further down say not to call. They may be about people counted above, so fewer may be callable.")


def say_stops(said: Told) -> None:
    """Prints which rows columns of the file bar, and the texts in doubt: those that may say no, and how to answer."""
    for meaning, rows in said.stopped:
        say(f"{counted(rows, 'row')} {'says' if rows == 1 else 'say'} {meaning.label}: {meaning.kind.effect}.")
    if said.doubtful:  # they count as stops without saying so plainly
        cells = ", ".join(f'{one.heading}: "{one.cell}" ({one.rows:,})' for one in said.doubtful[:_CELLS])
        more = f" and {len(said.doubtful) - _CELLS:,} more" if len(said.doubtful) > _CELLS else ""
        count = sum(one.rows for one in said.doubtful)
        has, counts = ("has", "it counts") if count == 1 else ("have", "they count")
        say(
            f"{counted(count, 'row')} {has} neither yes nor no in a column that stops calls, so {counts} as do not "
            f"call: {cells}{more}. If that is wrong, correct the file, or say with --map what the column means."
        )
    if not said.possible:
        return
    rows, texts = sum(one.rows for one in said.possible), counted(len(said.possible), "text")
    stays = "It stays" if rows == 1 else "They stay"
    say(f"{counted(rows, 'row')} may say no to calls ({texts}). {stays} on hold until you say what the words mean.")
    say_lines(f'  {one.rows:>7,} {one.heading}: "{one.text}"' for one in said.possible[:_TEXTS])
    if len(said.possible) > _TEXTS:
        say(f"  … and {len(said.possible) - _TEXTS:,} more texts")
    first = said.possible[0].text
    stop, nothing = (shlex.join(["--answer", f"{first}={word}"]) for word in ("stop", "nothing"))
    whole = "with the whole text, or --all-stops for every text without an answer"
    say(f"Answer with {stop} or {nothing}, {whole}. The answer is kept for the same text.")


def line_about_list(done: Told) -> str:
    """What follows for people who join a list that was there before."""
    return (
        f'There is a list "{done.list_name}" already. These contacts join it, and what is stated of it (lawful basis, '
        "told of calls) covers them. If that is wrong, give this list another name with --list."
    )


def line_about_sheets(done: Told) -> str:
    """Which sheets of a workbook are not read."""
    return f'Only the sheet "{done.sheet}" is read. Not read: {", ".join(done.unread_sheets)}. Choose with --sheet.'


def line_about_known(done: Told) -> str:
    """How many people another campaign has too."""
    people = counted(done.known_elsewhere, "person is", "people are")
    return f"{people} known from another campaign: limits count for both together."


def lines_about(done: Told, again: Sequence[str] = ()) -> Iterator[str]:
    """One line for each missing fact, the most frequent first. `again`: the command that imports the list, as typed."""
    if not again:
        name = () if done.source.startswith(f"{done.list_name}.") else ("--list", done.list_name)
        again = ("nextcall", "import-contacts", done.source, "--campaign", done.campaign, *name)
    for one in done.missing:
        yield f"{one.contacts:,} on hold: {_advice(one, done, again)}"


def _advice(missing: Missing, done: Told, command: Sequence[str]) -> str:
    what = missing.what
    if lack := lack_of_rules(what):
        return f"{with_place_names(lack)}. Write a rule pack, as policy/packs/README.md says, or leave these rows out."
    if is_state_missing(what):
        return (
            f"give {what}: add a column State or ZIP code, and import again. Until then the rules of every state apply."
        )
    if missing.register:
        name, register = missing.register_name, missing.register
        at = done.imported_at if isinstance(done, ImportReport) else done.decided_at
        on = "" if at is None else at.date().isoformat()
        order = ["nextcall", "import-suppressions", f"{register}.csv", "--register", register, "--obtained", on]
        old = "too old" if missing.max_age_days is None else f"older than {missing.max_age_days} days"
        screen = shlex.join([*order, "--campaign", done.campaign])
        return f"{name} screening missing or {old}. Screen the list and run: {screen}"
    if what.startswith(_SOURCE):
        again = shlex.join([*command, "--numbers-from", "given"])
        return f"the source of their numbers is unknown. If they gave them to you, import the list again: {again}"
    if what.startswith(_BASIS):
        again = shlex.join([*command, "--basis", "legitimate_interest", "--told-of-calls"])
        return f"no {what}. If you told them of calls, import the list again: {again}"
    if what == _NUMBER_SHOWN:
        return (
            "they do not see your number. Once they do, write shows_number = true under the campaign; "
            "run nextcall apply."
        )
    if "consent" in what:
        return (
            f"no {what}. Add columns Consent date, Consent wording, Consent source and Consented to, and import again."
        )
    return f"{what} is missing."


SHOWN = 10  # faults on screen; the reject file has all


class Rejects(NamedTuple):
    """The reject file, if there is one; or why it could not be written."""

    path: Path | None
    fault: str = ""

    def as_json(self) -> str | None:
        return str(self.path) if self.path else None


def reject_file(chosen: Path | None, file: Path, installation: Installation) -> Path:
    """The path of the reject file. Raises FileRefused if that is in use or no file."""
    # A pipe has no folder.
    path = chosen or (file if file.is_file() else Path(file.name)).with_name(f"{file.stem}.rejects.csv")
    check_reject_file(path, (file, *files_of(installation.engine), LOG_FILE, Path(".env")))
    return path


def write_reject_file(done: HasFaults, path: Path) -> Rejects:
    """Writes the reject file if there are faults. If that fails, the import stands."""
    if not done.faults:
        return Rejects(None)
    try:
        write_rejects(done, path)
    except FileRefused as error:
        return Rejects(None, error.reason)
    return Rejects(path)


def say_unread(sheets: Sequence[str]) -> None:
    """Names the sheets of a workbook that were not read."""
    if sheets:
        say(f"Only one sheet was read. Not read: {', '.join(sheets)}. To read one, save it as a file of its own.")


def say_faults(faults: Sequence[RowFault], rejects: Rejects) -> None:
    say_lines(first_of(faults, len(faults), "faulty rows"))
    if rejects.path:
        say(f"{rejects.path} has the faulty rows and their reasons. Correct them there and import that file.")


def first_of(faults: Sequence[RowFault], count: int, more: str, but: str = "") -> Iterator[str]:
    """The first rows with what is wrong of them, and how many more there are."""
    for fault in faults[:SHOWN]:
        yield f"  line {fault.line}: {but}{fault.reason}"
    if count > SHOWN:
        yield f"  … and {count - SHOWN:,} more {more}"


def faults_as_json(faults: Sequence[RowFault]) -> list[dict[str, object]]:
    return [{"line": fault.line, "reason": fault.reason} for fault in faults]


def exit_if_unwritten(rejects: Rejects) -> None:
    """Exits with status 1, after the report, if the reject file could not be written."""
    if rejects.fault:
        typer.echo(rejects.fault, err=True)
        raise typer.Exit(1)
