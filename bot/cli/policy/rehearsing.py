"""`nextcall policy rehearse PACK`: what changed rules mean for live contacts, before they apply."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import IO, Annotated

import typer

from bot import collector
from bot.cli.commands import command
from bot.cli.installation import opened_installation
from bot.cli.policy.checking import with_pack
from bot.cli.terminal import Refused, answer, counted, day_of, progress
from bot.services import rehearsal
from bot.services.answers.house_rules import Moves, Rehearsed
from bot.services.deps import Deps
from policy import Rulebook
from policy.calendar import local_time
from policy.diff.changed import compared
from storage.database.database_files import open_private
from storage.models import Campaign
from storage.queries import setup

_MOVES = {
    Moves.LOCKS: "Locks: callable that day, and then not",
    Moves.OPENS: "Opens: not callable that day, and then callable",
    Moves.LATER: "Opens later",
    Moves.SOONER: "Opens sooner",
    Moves.SHORTER: "Opens as before, and closes sooner",
    Moves.LONGER: "Opens as before, and closes later",
}


@command
def rehearse(
    pack: Annotated[str, typer.Argument(help="A pack file, or the name of a shipped house pack with --campaign.")],
    campaign: Annotated[
        list[str] | None, typer.Option(help="A campaign that is to follow this house pack. May be given several times.")
    ] = None,
    on: Annotated[str, typer.Option(help="The first day by the new rules. Default: when they begin, or today.")] = "",
    to: Annotated[Path | None, typer.Option("--csv", help="Write every contact that changes here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Say what PACK means before it applies: what opens and locks, which recent calls it forbids, supply by day.

    Every live contact and every call of the last 30 days is decided by the rules in use and by the new ones. Nothing is
    changed, and agents can keep working.
    """
    with opened_installation() as installation, collector.deciding():
        deps = installation.deps
        with deps.unit_of_work(is_read_only=True) as uow:
            organisation = setup.organisation(uow.session)
            if organisation is None or organisation.id is None:
                raise Refused("There are no contacts yet: run `nextcall apply setup.toml` first.")
            campaigns, teams = setup.campaigns(uow.session, organisation.id), setup.teams(uow.session, organisation.id)
        zone = teams[0].zone if teams else "UTC"  # its first team's: the organisation's days are counted there
        changed = _changed(deps, pack, campaign or [], campaigns)
        today = local_time.date_in(zone, deps.clock())
        day = day_of(on) or _first_day(deps.rulebook(), changed.rulebook(), today)
        if day < today:
            raise typer.BadParameter(f"{day} is over: choose today or a later day.")
        names = {one.id or 0: one.name for one in campaigns}
        with _written(to, names, zone) as moved, progress("Deciding contacts by both rules") as report:
            found = rehearsal.rehearse(deps, changed, day, zone, report, moved)
    answer(found, _lines(found, to), as_json=as_json)


def _changed(deps: Deps, pack: str, wanted: list[str], campaigns: list[Campaign]) -> rehearsal.ChangedDeps:
    known = {one.name: one for one in campaigns}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise Refused(f'There is no campaign "{unknown[0]}"; choose one of {", ".join(known)}.')
    rulebook, name = deps.rulebook(), pack
    if pack not in rulebook.packs:
        rulebook = with_pack(Path(pack))
        name = next(one.id for one in rulebook.packs.values() if one.file == Path(pack).name)
    is_house = rulebook.packs[name].kind == "house"
    if wanted and not is_house:
        raise Refused(f"{name} is not a house pack: campaigns cannot choose it. Leave out --campaign.")
    changed = rehearsal.as_changed(deps, rulebook, {known[one].id or 0: name for one in wanted})
    follow = [one for one in campaigns if changed.house_pack_of(one) == name]
    if is_house and not follow:
        raise Refused(f"No campaign follows {name}: name those that are to follow it with --campaign.")
    # a new pack of a country is followed there by itself
    come = [one for one in follow if one.name in wanted or deps.house_pack_of(one) != name]
    return rehearsal.as_changed(deps, rulebook, {one.id or 0: name for one in come})


def _first_day(old: Rulebook, new: Rulebook, today: date) -> date:
    """The first day to come on which a changed rule begins or has ended; today, if the change applies already."""
    changed = compared(old, new).rules
    days = {change.after.effective_from for change in changed if change.after is not None}
    return today if not days or min(days) <= today else min(days)


@contextmanager
def _written(to: Path | None, names: dict[int, str], zone: str) -> Iterator[rehearsal.Moved]:
    """Writes contacts to a new file that only its owner may read; drops them if no file is wanted."""
    if to is None:
        yield lambda *_: None
        return
    try:
        file: IO[str] = open(to, "x", encoding="utf-8", newline="", opener=open_private)  # noqa: SIM115 - closed below
    except OSError as error:
        raise Refused(f"{to} cannot be written ({error.strerror}): choose another name.") from error
    with file:
        yield rehearsal.writing(file, names, zone, has_rules=True)


def _lines(found: Rehearsed, to: Path | None) -> Iterator[str]:
    yield f"{counted(found.contacts, 'live contact')}, from {found.effective_on:%a %Y-%m-%d} on ({found.zone}):"
    if not found.moved:
        yield "  No contact changes."
    for moves, counts in groupby(found.moved, key=attrgetter("moves")):
        each = list(counts)
        yield f"{_MOVES[moves]}: {counted(sum(one.contacts for one in each), 'contact')}"
        for one in each:
            by = f" ({one.rule})" if one.rule else ""
            yield f"  {one.contacts:>9,}  {one.campaign}: {one.because or 'callable'}{by}"
    yield ""
    unreadable = f" ({found.calls_unreadable:,} more have no facts on record)" if found.calls_unreadable else ""
    yield f"Calls since {found.calls_since}: {found.calls:,} decided again{unreadable}."
    broken = sum(one.calls for one in found.broken)
    yield f"The new rules would have forbidden {counted(broken, 'of them', 'of them')}."
    for call in found.broken:
        yield f"  {call.calls:>9,}  {call.campaign}: {call.because} ({call.rule})"
    yield ""
    yield f"{'Callable at some time of the day':<34} {'before':>9} {'after':>9}"
    for day in found.supply:
        yield f"  {day.day:%a %Y-%m-%d}{'':<19} {day.before:>9,} {day.after:>9,}"
    yield "Nothing has changed yet. Calls made until then are not counted here."
    if to is not None:
        yield f"{to} lists every contact that changes."
