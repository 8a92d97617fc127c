"""`nextcall reconcile FILE`: the phone system's call records beside the attempts."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from bot.cli.commands import command
from bot.cli.imports.contacts import choice_of, stoppable
from bot.cli.imports.preview import faults_as_json, first_of, say_unread
from bot.cli.installation import opened_installation
from bot.cli.terminal import counted, progress, say, say_json, say_lines
from bot.services.answers.reconciliation import Reconciled
from bot.services.files.values import DayOrder
from bot.services.reconcile.call_file import Order
from bot.services.reconcile.columns import columns_of
from bot.services.reconcile.matching import TOLERANCE
from bot.services.reconcile.reconciling import reconcile as reconcile_file
from bot.slack.wording.digests import people_rung


class Compare(NamedTuple):
    """A file of call records, and how it is to be read."""

    file: Annotated[
        Path,
        typer.Argument(
            help="Call records of Asterisk, FreePBX, FreeSWITCH, 3CX, Twilio, Aircall, RingCentral, Zoom, Dialpad or "
            "VICIdial; or any CSV file or workbook (XLSX) with --map."
        ),
    ]
    timezone: Annotated[
        str, typer.Option(help="The phone system's time zone, such as Europe/London, if its times do not name one.")
    ] = ""
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            help='What a column means, such as --map "Called number=number" --map "Started=start". Also: agent, '
            "direction, result, answered, ended, duration, talk, ring, id, whole, caller, callee, shown, wait, date, "
            "time. Default: what a person said in Slack of a file with the same headings.",
        ),
    ] = None
    country: Annotated[
        str, typer.Option(help="Read numbers without a country code as this country's. Default: the first campaign's.")
    ] = ""
    dates: Annotated[
        DayOrder | None,
        typer.Option(
            help="Whether 03/04/2026 is in April or in March, where no time of FILE decides.", show_default=False
        ),
    ] = None
    tolerance: Annotated[
        int, typer.Option(help="Seconds by which a call may lie outside the time of its attempt.", min=0, max=3600)
    ] = int(TOLERANCE.total_seconds())
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be found; change nothing.")] = False
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False


@command
def reconcile(asked: Compare) -> None:
    """Compare the phone system's call records with the attempts that agents recorded.

    Calls that nobody recorded become attempts: they count against every limit from now on, and contacts are decided
    again at once. Attempts without a call, short rings, withheld or other numbers and abandoned calls are kept for the
    digest. A call from somebody on record is kept, and shown by /callcheck. Calls with numbers on no list are counted,
    not kept.

    You may read the same file again, or one that overlaps it: no call is counted twice.
    """
    chosen = dict(map(choice_of, asked.mapping or []))
    with stoppable(), opened_installation() as installation, progress("Reconciling") as report:
        kept = {} if chosen else columns_of(installation.deps, asked.file)
        order = Order(asked.file, asked.timezone, asked.country.upper(), chosen or kept, asked.dates)
        tolerance = timedelta(seconds=asked.tolerance)
        done = reconcile_file(installation.deps, order, report, is_dry_run=asked.dry_run, tolerance=tolerance)
    if asked.as_json:
        told = {name: getattr(done, name) for name in Reconciled.__dataclass_fields__ if name != "heading"}
        say_json(told | {"faults": faults_as_json(done.faults), "kept_columns": kept})
        return
    if kept:
        named = ", ".join(f'"{heading}" = {word}' for heading, word in kept.items())
        say(f"Columns as stated in Slack: {named}. Change them with --map.")
    say_lines(_lines(done))
    say_unread(done.unread_sheets)


def _lines(done: Reconciled) -> list[str]:
    lines, span = people_rung(done.people, done.people_count), ", no call out"
    if done.since is not None and done.until is not None:
        span = f", calls from {done.since:%Y-%m-%d %H:%M} to {done.until:%Y-%m-%d %H:%M} UTC"
    lines += [f"{done.name} ({done.system}): {counted(done.rows, 'row')}{span}."]
    if done.is_dry_run:
        lines.append("Nothing was changed (--dry-run). This file would show:")
    lines += _figures(done)
    if skew := done.told_skew:
        way = "ahead of" if skew > 0 else "behind"
        lines.append(f"The phone system's clock is {abs(skew)} s {way} ours: its times were corrected. Set its clock.")
    if done.twice:
        lines.append(
            f"{counted(done.twice, 'call')} in an hour that the clocks showed twice: matched by either reading, else "
            "by the later."
        )
    if done.unknown_agents:
        named = ", ".join(done.unknown_agents)
        lines.append(f"No agent has these extensions or names: {named}. Set them as `extension` in the setup file.")
    if done.cards_withdrawn:
        lines.append(f"{counted(done.cards_withdrawn, 'card was', 'cards were')} withdrawn from agents.")
    return [*lines, *first_of(done.faults, done.fault_count, "rows that cannot be read")]


def _figures(done: Reconciled) -> list[str]:
    figures = (
        (done.matched, "call{s} with {its} attempt"),
        (done.unrecorded, "call{s} nobody recorded: {made} now, and counted"),
        (done.forbidden, "of these against the rules of that moment: the agent could have known"),
        (done.only_records, "call{s} against the rules, as only the records show"),
        (done.without_call, "attempt{s} without a call"),
        (done.short_rings, "call{s} given up too soon"),
        (done.withheld, "call{s} with a withheld number"),
        (done.other_numbers, "call{s} that showed a number other than {its} campaign's"),
        (done.abandoned, "abandoned call{s}"),
        (done.calls_in, "call{s} in from people on record"),
        (done.known, "call{s} of an earlier file"),
        (done.failed, "call{s} that reached no telephone and that nobody recorded"),
        (done.strangers, "call{s} with numbers on no list: not kept"),
        (done.inside, "row{s} between extensions or from withheld numbers: not kept"),
    )
    one, many = {"s": "", "its": "its", "made": "an attempt"}, {"s": "s", "its": "their", "made": "attempts"}
    shown = [(count, what) for at, (count, what) in enumerate(figures) if count or not at]
    return [f"  {count:>9,} {what.format_map(one if count == 1 else many)}" for count, what in shown]
