"""`nextcall redecide` and `nextcall retention`: decides unfinished contacts again; forgets old names and notes."""

from dataclasses import asdict
from time import sleep
from typing import Annotated

import typer

from bot import collector
from bot.cli.commands import command
from bot.cli.installation import opened_installation
from bot.cli.terminal import Refused, Report, answer, counted, progress, say
from bot.services.deciding import rulebook_change
from bot.services.deciding.rulebook_change import Done, Run, Stand
from bot.services.deps import Deps
from bot.services.setup import retention as service

_LOOK_EVERY_S = 0.5


@command
def redecide(
    anew: Annotated[
        bool, typer.Option("--anew", help="Start with the first contact, even after an interruption.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print how it ended as JSON.")] = False,
) -> None:
    """Redecide every unfinished contact by the rules in force, after packs or time-zone data have changed.

    If the bot has begun, this continues its work and skips contacts that the same rules decided last.
    With --anew it decides all of them.

    Agents can keep working; only differences are written. After an interruption, the next run continues.
    Of two runs at once, the later one watches, and takes over if the first dies.
    """
    with opened_installation() as installation, collector.deciding():
        run, is_before = rulebook_change.begin(installation.deps, is_anew=anew)
        if is_before and not as_json:
            say(f"Continuing the run that began at {run.started_at:%Y-%m-%d %H:%M} UTC: {_far(run)}.")
        with progress("Deciding contacts again") as report:
            done = _to_the_end(installation.deps, run, report)
    if done.stand is Stand.SUPERSEDED:
        raise Refused(f"Another process started over, perhaps with other rules. This one stopped at {_far(done.run)}.")
    said = {name: getattr(done.run, name) for name in ("rulebook", "house_pack", "started_at", "decided", "changed")}
    cards = f" {counted(done.withdrawn, 'card')} withdrawn." if done.withdrawn else ""
    decided = f"{counted(done.run.decided, 'contact')} decided by rulebook {done.run.rulebook}"
    told = f"{decided}; {done.run.changed:,} changed.{cards}"
    answer({**said, "cards_taken_back": done.withdrawn, "resumed": is_before}, [told], as_json=as_json)


def _to_the_end(deps: Deps, run: Run, report: Report) -> Done:
    """Decides to the end. While another process does the work, watches until it finishes or falls silent."""
    withdrawn = 0
    while True:
        done = rulebook_change.go_on(deps, run, report)
        withdrawn += done.withdrawn
        if done.stand is not Stand.ELSEWHERE:
            return Done(done.stand, done.run, withdrawn)
        report(done.run.decided, done.run.contacts)
        sleep(_LOOK_EVERY_S)


def _far(run: Run) -> str:
    return f"{run.decided:,} of {counted(max(run.contacts, run.decided), 'contact')} decided"


@command
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count; change nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Forget names and notes after the term in the setup file (forget_after_months). The bot does so every night.

    Rows and numbers stay, because rules, opt-outs and each day's evidence depend on them.
    People with an opt-out, a consent or another proof on record keep their names.
    """
    with opened_installation() as installation:
        done = service.forget(installation.deps, is_dry_run=dry_run)
    if not done.months:
        raise Refused("No term is set: write forget_after_months under [organisation] in the setup file.")
    people, notes = counted(done.people, "person", "people"), counted(done.notes, "note")
    forgotten = f"{'would be' if dry_run else 'were'} forgotten"
    told = f"{people} and {notes} older than {done.months} months {forgotten}."
    answer({**asdict(done), "dry_run": dry_run}, [told], as_json=as_json)
