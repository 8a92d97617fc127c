"""`nextcall retention`: forgets names and notes older than the organisation's term, or counts them."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import opened_installation
from bot.cli.terminal import Refused, answer, counted
from bot.services.setup import retention as service


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
        done = service.would_forget(installation.deps) if dry_run else service.forget(installation.deps)
    if not done.months:
        raise Refused("No term is set: write forget_after_months under [organisation] in the setup file.")
    people, notes = counted(done.people, "person", "people"), counted(done.notes, "note")
    forgotten = f"{'would be' if dry_run else 'were'} forgotten"
    told = f"{people} and {notes} older than {done.months} months {forgotten}."
    answer({**asdict(done), "dry_run": dry_run}, [told], as_json=as_json)
