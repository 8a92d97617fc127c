"""`nextcall import-suppressions FILE`: the organisation's own do-not-call list, or the result of a screening."""

from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from bot.cli.commands import command
from bot.cli.imports import preview
from bot.cli.imports.contacts import stoppable
from bot.cli.installation import opened_installation
from bot.cli.terminal import STATES, Refused, counted, day_of, progress, say, say_json
from bot.services.answers.registers import Holds, ScreeningReport, SuppressionReport
from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list


class Import(NamedTuple):
    """A file of numbers, and what it is."""

    file: Annotated[
        Path,
        typer.Argument(
            help="Numbers: one a line, or a CSV file or workbook (XLSX) with a column of numbers; also ZIP or XML."
        ),
    ]
    register: Annotated[
        str, typer.Option(help="FILE holds the numbers found on this register, such as tps or ctps.")
    ] = ""
    obtained: Annotated[str, typer.Option(help="With --register: the date of the screening, such as 2026-03-02.")] = ""
    campaign: Annotated[
        str, typer.Option(help="With --register: you screened only this campaign's numbers. Default: all on record.")
    ] = ""
    despite_faults: Annotated[
        bool, typer.Option("--despite-faults", help="With --register: the unreadable rows contain no numbers.")
    ] = False
    holds: Annotated[
        Holds | None,
        typer.Option(
            help="With --register: FILE holds your numbers found on it, your numbers with verdicts, or the whole "
            "register. Default: as its headings say."
        ),
    ] = None
    principal: Annotated[
        str, typer.Option(help="Without --register: the client whose calls they refused. Default: every client.")
    ] = ""
    reason: Annotated[str, typer.Option(help="Without --register: why, for the record.")] = ""
    country: Annotated[
        str, typer.Option(help="Read numbers without a country code as this country's. Default: the campaign's.")
    ] = ""
    rejects: Annotated[
        Path | None, typer.Option(help="Where to write the faulty rows. Default: beside FILE, if there are any.")
    ] = None
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False

    def screened_on(self) -> date | None:
        """The day of a screening; None: it is none. Raises Refused where options do not go together."""
        on = day_of(self.obtained)
        if self.register and on is None:
            raise Refused("A screening needs its date: add it, such as --obtained 2026-03-02.")
        if self.register and (self.principal or self.reason):
            raise Refused("--principal and --reason do not go with --register: leave them out.")
        if not self.register and (self.obtained or self.campaign or self.despite_faults or self.holds):
            raise Refused("--obtained, --campaign, --holds and --despite-faults need --register: add it.")
        return on


@command
def import_suppressions(asked: Import) -> None:
    """Never call the numbers of FILE again; with --register, record a screening.

    A screening: the numbers in FILE are listed, every other number on record on that day is clear as of it. If FILE has
    a column of verdicts (TPS: yes or no), it says something only of its own numbers. A North American register is read
    by area code, and says nothing of others. Cards of people who may no longer be called are withdrawn at once.

    You may import the file again: what is on record stays.
    Exit status 1 if no row could be used, or if unreadable rows left a screening incomplete.
    """
    done: ScreeningReport | SuppressionReport
    on, country = asked.screened_on(), asked.country.upper()
    with stoppable(), opened_installation() as installation:
        path = preview.reject_file(asked.rejects, asked.file, installation)
        if on is not None:
            how = (asked.campaign, country, asked.despite_faults, asked.holds)
            with progress("Screening") as report:
                done = screen(installation.deps, ScreeningOrder(asked.file, asked.register, on, *how), report)
        else:
            stops = SuppressionOrder(asked.file, asked.principal, asked.reason, country)
            with progress("Suppressing") as report:
                done = import_list(installation.deps, stops, report)
    rejected = preview.write_reject_file(done, path)
    if asked.as_json:
        names = _SUPPRESSED if isinstance(done, SuppressionReport) else _SCREENED
        told = {name: getattr(done, _NAMED.get(name, name), None) for name in names}
        told |= {"cards_withdrawn": len(done.withdrawn_from)}
        if isinstance(done, ScreeningReport):
            told |= {"states": dict(done.states)}
        told |= {"faults": preview.faults_as_json(done.faults), "reject_file": rejected.as_json()}
        say_json(told | {"sheets_not_read": done.unread_sheets})
    else:
        _say_screened(done) if isinstance(done, ScreeningReport) else _say_suppressed(done)
        preview.say_unread(done.unread_sheets)
        preview.say_faults(done.faults, rejected)
    preview.exit_if_unwritten(rejected)
    if done.rows == len(done.faults) or (isinstance(done, ScreeningReport) and done.is_partial):
        raise typer.Exit(1)


def _say_screened(done: ScreeningReport) -> None:
    whose = f"of campaign {done.campaign}" if done.campaign else "on record"
    say(f"Numbers {whose} screened against the {done.register} of {done.obtained_on}:")
    say(f"  {done.listed:>7,} listed")
    if done.overruled:
        say(f"  {done.overruled:>7,} of these clear by a newer screening, which counts")
    say(f"  {done.clear:>7,} clear")
    if done.later:
        say(f"  {done.later:>7,} added after that day, so this file does not cover them: screen them with a newer one")
    if done.strangers:
        say(f"{counted(done.strangers, 'number in the file is', 'numbers in the file are')} on none of the lists.")
    if done.unsaid:
        say(f"{counted(done.unsaid, 'number in the file has', 'numbers in the file have')} no yes or no.")
    if done.is_partial:
        say(
            "No number was recorded as clear, because some rows are unreadable. Correct them and run this again, or "
            "add --despite-faults if they contain no numbers."
        )
    if done.is_too_old:
        say("This screening is too old: contacts stay on hold until you import a newer one.")
    _say_withdrawn(len(done.withdrawn_from))
    say(f"Contacts now: {', '.join(f'{count:,} {STATES[state]}' for state, count in done.states) or 'none'}.")


def _say_suppressed(done: SuppressionReport) -> None:
    whom = f"for {done.principal}" if done.principal else "for any client"
    say(f"{counted(done.rows, 'row')} read; do not call {whom}:")
    say(f"  {done.added:>7,} added")
    if done.confirmed:
        say(f"  {done.confirmed:>7,} already stopped by another person, recorded too")
    say(f"  {done.known:>7,} already on the list")
    say(f"  {len(done.faults):>7,} faulty")
    if done.contacts:
        say(f"{counted(done.contacts, 'contact is', 'contacts are')} on do-not-call now.")
    if done.callbacks_cancelled:
        say(f"{counted(done.callbacks_cancelled, 'callback')} cancelled.")
    _say_withdrawn(len(done.withdrawn_from))


def _say_withdrawn(cards: int) -> None:
    if cards:
        say(f"{counted(cards, 'card was', 'cards were')} withdrawn from agents.")


_SUPPRESSED = ("principal", "rows", "added", "confirmed", "known", "contacts", "callbacks_cancelled", "cards_withdrawn")
_SCREENED = (
    *("register", "obtained_on", "campaign", "rows", "listed", "clear", "on_no_list", "holds", "without_verdict"),
    *("imported_later", "overruled", "is_partial", "is_too_old", "states", "cards_withdrawn"),
)
# The others bear their field's name.
_NAMED = {"on_no_list": "strangers", "without_verdict": "unsaid", "imported_later": "later"}
