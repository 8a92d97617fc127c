"""`nextcall import-contacts FILE`: imports leads from a workbook or a CSV file, or says what that would do."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from bot import collector
from bot.cli.commands import command
from bot.cli.imports import preview
from bot.cli.installation import opened_installation
from bot.cli.terminal import STATES, counted, day_of, progress, say, say_json, say_lines
from bot.services.answers.lists import Basis, ImportReport, ListProofs, Meaning, NumbersFrom
from bot.services.files.values import DayOrder
from bot.services.lists.importing import ListOrder
from bot.services.lists.importing import import_contacts as run_import
from bot.services.lists.preview import preview_list
from bot.services.lists.reading import Reading
from policy.vocabulary import Verdict


class Import(NamedTuple):
    """A file to import, and what is said of it."""

    file: Annotated[Path, typer.Argument(help="A workbook (XLSX) or a CSV file, with a heading.")]
    campaign: Annotated[str, typer.Option(help="The campaign to call these people for.")]
    country: Annotated[
        str,
        typer.Option(
            help="Read numbers without a country code as this country's (two letters). Default: the campaign's."
        ),
    ] = ""
    list_name: Annotated[
        str, typer.Option("--list", help="Name of the list; contacts join one of that name. Default: the file's.")
    ] = ""
    rejects: Annotated[
        Path | None, typer.Option(help="Where to write the faulty rows. Default: beside FILE, if there are any.")
    ] = None
    basis: Annotated[
        Basis | None, typer.Option(help="Your lawful basis for using these numbers.", show_default=False)
    ] = None
    told_of_calls: Annotated[
        bool, typer.Option("--told-of-calls", help="They were told they would be called when the number was collected.")
    ] = False
    interest_assessed: Annotated[
        bool,
        typer.Option(
            "--interest-assessed", help="You weighed your legitimate interest against theirs and keep a record of it."
        ),
    ] = False
    numbers_from: Annotated[
        NumbersFrom | None, typer.Option(help="Where the numbers came from.", show_default=False)
    ] = None
    screened: Annotated[
        list[str] | None,
        typer.Option(
            help="Register and date of a screening of the whole list, such as tps=2026-03-02. May be repeated."
        ),
    ] = None
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help='What a column means, such as "Tel. mobil=phone" or "Notes=ignore". May be repeated. '
            f"Meanings: {', '.join(Meaning)}.",
        ),
    ] = None
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--answer",
            help='Whether a text that may say no to calls is a stop: "TEXT=stop" or "TEXT=nothing". May be repeated. '
            "Kept for the same text in later files.",
        ),
    ] = None
    all_stops: Annotated[
        bool, typer.Option("--all-stops", help="Every other text that may say no to calls is a stop.")
    ] = False
    dates: Annotated[
        DayOrder | None,
        typer.Option(
            help="Whether 03/04/2026 is in April or in March, where no cell of a column decides.", show_default=False
        ),
    ] = None
    save_mapping: Annotated[
        str, typer.Option(help="Keep what --map says, under this name, for files with the same headings.")
    ] = ""
    sheet: Annotated[
        str, typer.Option(help="The sheet of a workbook. Default: the one with a heading that Nextcall recognises.")
    ] = ""
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what FILE holds and who could be called; import nothing.")
    ] = False
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False

    def order(self) -> ListOrder:
        screenings = tuple(map(_screening, self.screened or ()))
        proofs = ListProofs(self.basis, self.told_of_calls, screenings, self.interest_assessed, self.numbers_from)
        meant, told = dict(map(choice_of, self.columns or ())), dict(map(answer_of, self.answers or ()))
        reading = Reading(meant, self.sheet, self.save_mapping, told, self.all_stops, self.dates or "")
        return ListOrder(self.file, self.campaign, self.country, self.list_name, proofs, reading)

    def again(self) -> list[str]:
        """The words of the command that imports this list, as they were typed."""
        words = ["nextcall", "import-contacts", str(self.file)]
        for name, value in self._asdict().items():
            option = f"--{_OPTIONS.get(name, name).replace('_', '-')}"
            for one in value if isinstance(value, list) else [value]:
                if one and name not in _NOT_AGAIN:
                    words += [option] if one is True else [option, str(one)]
        return words


_OPTIONS = {"list_name": "list", "columns": "map", "answers": "answer"}  # the others bear their field's name
_NOT_AGAIN = ("file", "dry_run", "as_json")


@command
def import_contacts(asked: Import) -> None:
    """Import the contacts of FILE. Faulty rows are reported with line and reason, and written to a reject file.

    Columns that say do not call, consent withdrawn, deceased or vulnerable stop calls at once, also to people already
    known. A column that may say so and cannot be read stops the import; answer with --map. A contact whose note may say
    no to calls is on hold until you say with --answer what it means.

    You may import the file again, also after Ctrl-C.
    Contacts already in the campaign stay as they are; new proofs in the file count from then on.

    Exit status 1 if no row could be used, 130 after Ctrl-C.
    """
    order = asked.order()
    if asked.dry_run:
        with opened_installation() as installation, progress("Reading") as report:
            said = preview_list(installation.deps, order, report)
        preview.say_preview(said, asked.again(), as_json=asked.as_json)
        return
    with stoppable(), opened_installation() as installation, progress("Importing") as report, collector.importing():
        path = preview.reject_file(asked.rejects, asked.file, installation)
        done = run_import(installation.deps, order, report)
    rejected = preview.write_reject_file(done, path)
    if asked.as_json:
        told = {name: getattr(done, _NAMED.get(name, name)) for name in _TOLD}
        told |= {"by_verdict": dict(done.by_verdict), "stopped": dict(done.stopped)}
        for name in ("faults", "remarks"):
            told |= {name: preview.faults_as_json(getattr(done, name))}
        say_json(told | {"reject_file": rejected.as_json()})
    else:
        say_report(done, rejected, asked.again())
    preview.exit_if_unwritten(rejected)
    if done.rows == len(done.faults):
        raise typer.Exit(1)


@contextmanager
def stoppable() -> Iterator[None]:
    """On Ctrl-C, says what is already stored. For work done in complete parts."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(
            "Stopped. Everything written so far is complete and stays. Run the same command to continue.", err=True
        )
        raise typer.Exit(130) from None


def _screening(text: str) -> tuple[str, date]:
    register, _, day = text.partition("=")
    on = day_of(day.strip())
    if not register.strip() or on is None:
        raise typer.BadParameter(f'"{text}" is not a screening: write register and date, such as tps=2026-03-02.')
    return register.strip().casefold(), on


def choice_of(text: str) -> tuple[str, str]:
    heading, _, meaning = text.rpartition("=")
    if not heading.strip() or not meaning.strip():
        raise typer.BadParameter(f'"{text}" is no mapping: write heading and meaning, such as "Tel. mobil=phone".')
    return heading.strip(), meaning.strip()


def answer_of(text: str) -> tuple[str, str]:
    said, _, answer = text.rpartition("=")
    if not said.strip() or not answer.strip():
        raise typer.BadParameter(
            f'"{text}" is no answer: write the text and stop or nothing, such as "never ring=stop".'
        )
    return said, answer.strip().casefold()


def say_report(done: ImportReport, rejects: preview.Rejects, again: Sequence[str] = ()) -> None:
    say(f"{counted(done.rows, 'row')} read for campaign {done.campaign}, list {done.list_name}:")
    if done.joined and done.imported:
        say(preview.line_about_list(done))
    if done.unread_sheets:
        say(preview.line_about_sheets(done))
    say(f"  {done.imported:>7,} imported")
    say(f"  {done.duplicates_in_file:>7,} the same person as an earlier row")
    say(f"  {done.duplicates_in_database:>7,} already in the campaign")
    say(f"  {len(done.faults):>7,} cannot be imported")
    if done.changed:
        say(f"  {done.changed:>7,} of these checked again because of new facts in the file")
    if done.known_elsewhere:
        say(preview.line_about_known(done))
    _say_verdicts(done, again)
    preview.say_stops(done)
    if done.shared_numbers:
        shares = counted(done.shared_numbers, "person shares", "people share")
        say(f"{shares} a number with another person; both are kept.")
    if done.detail_columns:
        say(f"Kept as details of each contact: {_listed(done.detail_columns)}.")
    if done.unused_columns:
        say(f"Not imported: {_listed(done.unused_columns)}.")
    say_lines(preview.first_of(done.remarks, len(done.remarks), "rows used only in part", "imported, but "))
    preview.say_faults(done.faults, rejects)


def _listed(names: tuple[str, ...]) -> str:
    more = len(names) - preview.SHOWN
    return ", ".join(names[: preview.SHOWN]) + (f" and {more:,} more" if more > 0 else "")


def _say_verdicts(done: ImportReport, again: Sequence[str]) -> None:
    counts = dict(done.by_verdict)
    if not counts:
        return
    told = [f"{counts[Verdict.CALLABLE]:,} callable now" if Verdict.CALLABLE in counts else "none callable now"]
    told += [
        f"{counts[one]:,} {STATES[one]}" for one in (Verdict.LOCKED, Verdict.HELD, Verdict.SUPPRESSED) if one in counts
    ]
    say(f"Of the people in this file: {', '.join(told)}.")
    say_lines(f"  {line}" for line in preview.lines_about(done, again))


_TOLD = (
    *("campaign", "list", "joined", "rows", "imported", "duplicates_in_file", "duplicates_in_database"),
    *("known_elsewhere", "shared_numbers", "unused_columns", "detail_columns", "sheet", "sheets_not_read"),
    *("by_verdict", "missing", "changed", "stopped", "doubtful", "possible"),
)
_NAMED = {"list": "list_name", "sheets_not_read": "unread_sheets"}  # the others bear their field's name
