"""`nextcall redecide`: redecides every unfinished contact."""

from time import sleep
from typing import Annotated

import typer

from bot import collector
from bot.cli.commands import command
from bot.cli.installation import opened_installation
from bot.cli.terminal import Refused, Report, counted, progress, say, say_json
from bot.services.deciding import rulebook_change
from bot.services.deciding.rulebook_change import Done, Run, Stand
from bot.services.deps import Deps

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
    if as_json:
        say_json({**_as_json(done), "resumed": is_before})
        return
    cards = f" {counted(done.withdrawn, 'card')} withdrawn." if done.withdrawn else ""
    decided = f"{counted(done.run.decided, 'contact')} decided by rulebook {done.run.rulebook}"
    say(f"{decided}; {done.run.changed:,} changed.{cards}")


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


def _as_json(done: Done) -> dict[str, object]:
    run = done.run
    return {
        "rulebook": run.rulebook,
        "house_pack": run.house_pack,
        "started_at": run.started_at,
        "decided": run.decided,
        "changed": run.changed,
        "cards_taken_back": done.withdrawn,
    }
