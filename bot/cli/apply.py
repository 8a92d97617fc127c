"""`nextcall apply FILE`: teams, people and campaigns from one file."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import opened_installation
from bot.cli.terminal import answer, counted, progress
from bot.services.deciding import walk
from bot.services.errors import SetupRefused
from bot.services.setup import plan as setup
from bot.services.setup.plan import Plan, PlanLine

_SIGNS = {"add": "+", "change": "~", "same": "="}


@command
def apply(
    file: Annotated[Path, typer.Argument(help="A setup file (TOML): organisation, teams, people, campaigns.")],
    plan_only: Annotated[bool, typer.Option("--plan", help="Show what would change, and change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON.")] = False,
) -> None:
    """Bring teams, people and campaigns in line with FILE. Changes only what differs, and removes nothing."""
    wanted = setup.read_setup(file)
    if wanted.faults:  # before creating a database
        raise SetupRefused(wanted.faults)
    with opened_installation() as installation:
        plan = setup.plan(installation.deps, wanted) if plan_only else setup.apply(installation.deps, wanted)
        if plan.redecides and not plan_only:
            with progress("Deciding contacts again") as report:
                walk.redecide_all(installation.deps, lambda count: report(count, None))
    told = (*map(line_of, plan.lines), *(f"! {note}" for note in plan.notes), _sum(plan, plan_only))
    answer(plan, told, as_json=as_json)


def line_of(line: PlanLine) -> str:
    head = f"{_SIGNS[line.change]} {line.kind} {line.name}"
    if line.change == "same":
        return head
    fields = [f"{one.field} {one.before or '(empty)'} → {one.after or '(empty)'}" for one in line.fields]
    if line.change == "add":
        fields = [f"{one.field} {one.after}" for one in line.fields if one.after and one.field != "name"]
    return f"{head}{': ' if fields else ''}{'; '.join(fields)}"


def _sum(plan: Plan, plan_only: bool) -> str:
    counts = {change: sum(line.change == change for line in plan.lines) for change in _SIGNS}
    numbers = f"{counts['add']} to add, {counts['change']} to change, {counts['same']:,} unchanged"
    if plan.is_empty:
        return f"Nothing differs: {counted(counts['same'], 'entry is', 'entries are')} unchanged."
    if plan_only:
        return f"Plan: {numbers}. Nothing changed yet."
    again = f" Contacts of {', '.join(plan.redecides)} were decided again." if plan.redecides else ""
    same = f"{counts['same']:,} unchanged"
    return f"Done: {counts['add']} added, {counts['change']} changed, {same}.{again}"
