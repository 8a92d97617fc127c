"""A person's data: exports everything held about them, and erases it at their request."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.commands import command
from bot.cli.installation import opened_installation, operator_actor
from bot.cli.terminal import Refused, answer, counted, say
from bot.services.answers.privacy import Erased
from bot.services.privacy import erasing
from bot.services.privacy import export as exporting
from bot.services.privacy.export import as_html, as_json
from bot.services.privacy.subjects import EVERYONE
from storage.database.database_files import open_private

_Number = Annotated[str, typer.Argument(help="One of the person's telephone numbers, as people write it.")]
_Which = Annotated[
    list[str] | None,
    typer.Option("--person", help="Of several people at the number, the one with this reference, name or #id."),
]
_Everyone = Annotated[bool, typer.Option("--everyone-at-number", help="Everyone with the number on record.")]


@command
def export(
    number: _Number,
    person: _Which = None,
    everyone: _Everyone = False,
    to: Annotated[Path, typer.Option(help="The folder to write the two files to.")] = Path(),
    as_json_only: Annotated[bool, typer.Option("--json", help="Print the JSON; write no file.")] = False,
) -> None:
    """Write everything held about a person: a page to read (HTML) and the same as JSON. Only you may read the files."""
    with opened_installation() as installation:
        found = exporting.collect(installation.deps, operator_actor(installation), number, _which(person, everyone))
    if as_json_only:
        say(as_json(found))
        return
    stem = f"subject-{found.numbers[0][-4:].lstrip('+')}-{found.at:%Y%m%d-%H%M%S}"
    for name, text in ((f"{stem}.html", as_html(found)), (f"{stem}.json", as_json(found))):
        path = to / name
        try:
            with open(path, "x", encoding="utf-8", opener=open_private) as out:
                out.write(text)
        except OSError as error:
            how = "choose another folder with --to."
            raise Refused(f"{path} could not be written ({error.strerror}): {how}") from error
        say(f"Wrote {path}.")
    rows = sum(len(one.rows) for one in found.tables)
    say(f"{counted(rows, 'row')} about {counted(len(found.people), 'person', 'people')}.")


@command
def erase(
    number: _Number,
    person: _Which = None,
    everyone: _Everyone = False,
    stop: Annotated[
        bool, typer.Option("--stop", help="They also asked not to be called: refuse their number in every later list.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Erase. Without it, the command only says what it would do.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Erase a person at their request: names, numbers, references and notes, in every table. It cannot be undone.

    A stop stays as a keyed hash, so that the number stays stopped in later lists. Calls stay without the person.
    """
    which = _which(person, everyone)
    with opened_installation() as installation:
        actor = operator_actor(installation)
        if yes:
            done = erasing.erase(installation.deps, actor, number, which, with_stop=stop)
        else:
            done = erasing.plan(installation.deps, actor, number, which)
    answer({**asdict(done), "dry_run": not yes}, _lines(done, is_done=yes), as_json=as_json)
    if not yes and not as_json:
        raise Refused("Nothing was erased. Add --yes to erase.")


def _which(person: list[str] | None, everyone: bool) -> tuple[str, ...]:
    return (EVERYONE,) if everyone else tuple(person or ())


def _lines(done: Erased, *, is_done: bool) -> Iterator[str]:
    yield "Erased:" if is_done else "This would be erased:"
    yield f"  {counted(done.names, 'name')} of {counted(done.people, 'person', 'people')}, with their references"
    yield f"  {counted(done.numbers, 'number')}, replaced by a keyed hash everywhere"
    yield f"  {counted(done.notes, 'note or reason', 'notes and reasons')}"
    yield f"  the numbers in {counted(done.decisions, 'stored decision')}"
    if done.callbacks or done.cards:
        yield f"  {counted(done.callbacks, 'callback')} cancelled, {counted(done.cards, 'card')} withdrawn"
    yield "Kept, without the person:"
    if done.stops:
        yield f"  {counted(done.stops, 'stop')}: the number stays stopped in later lists"
    yield f"  {counted(done.attempts, 'call')} and their outcomes: limits count them, and they prove each day"
    yield f"  {counted(done.proofs, 'consent or other proof', 'consents and other proofs')}: past calls rested on them"
    if done.shared_numbers:
        yield f"  {counted(done.shared_numbers, 'number')} that other people have too"
    yield "Out of reach: backups, the files you imported, and messages in Slack that are older than 30 minutes."
    if done.shown:
        yield f"  {counted(done.shown, 'message')} in Slack will lose the number when the agent's call is over."
    if not done.stops and not done.is_stop_added:
        yield (
            "No stop is on record, so a later list may bring the number back. If they asked not to be called, "
            "add --stop."
        )
