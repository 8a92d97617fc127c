"""`nextcall digest`: a team's compliance digest of one local day, shown here or posted again."""

from datetime import date
from typing import Annotated

import typer

from bot.cli.boundary import Refused
from bot.cli.opening import opened
from bot.cli.screen import counted, day_of, say, say_json
from bot.services import digests, local_day
from bot.services.digest_results import Digest
from bot.services.errors import DayNotBegun, UnknownTeam
from bot.services.ports import DeliveryFailed
from bot.wiring import House
from policy.vocabulary import OUTCOMES
from storage.models import Team
from storage.queries import setup


def digest(
    team: Annotated[str, typer.Option(help="One team. Default: every team.")] = "",
    on: Annotated[
        str, typer.Option(help="The local day, such as 2026-03-02. Default: today, as far as it has come.")
    ] = "",
    post: Annotated[bool, typer.Option("--post", help="Post it to the team's channel (again).")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show the compliance digest as the record stands now. With --post, post it; otherwise nothing is changed."""
    wanted = day_of(on)
    with opened() as house:
        found = [_of(house, one, wanted, post) for one in _teams(house, team)]
    if as_json:
        say_json(found[0] if team else {one.team: one for one in found})
        return
    for one in found:
        _say(one)


def _teams(house: House, name: str) -> list[Team]:
    with house.deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup.organisation(uow.session)
        teams = setup.teams(uow.session, organisation.id or 0) if organisation else []
    found = [one for one in teams if not name or one.name.casefold() == name.strip().casefold()]
    if not found:
        raise UnknownTeam(name, tuple(one.name for one in teams))
    return found


def _of(house: House, team: Team, on: date | None, is_posted: bool) -> Digest:
    day = on or local_day.date_in(team.zone, house.deps.clock())
    try:
        if is_posted:
            return digests.repost(house.deps, None, team.name, day)
        return digests.build(house.deps, team.id or 0, day)
    except DayNotBegun as error:
        raise Refused(f"{day} has not begun for team {team.name}: name an earlier day.") from error
    except DeliveryFailed as error:
        raise Refused(
            f"The digest of {team.name} could not be posted ({error}): `nextcall doctor` says why."
        ) from error


def _say(digest: Digest) -> None:
    say(f"{digest.team}, {digest.on} ({digest.zone})")
    for check in digest.audit:
        say(f"  {check.broken:>5}  {check.name}")
        for detail in check.details:
            say(f"         {detail}")
    say(
        f"  {counted(digest.attempts, 'attempt')}, {digest.connected} connected, {digest.reached} reached, "
        f"{digest.unreported} without an outcome, {digest.not_dialled} not dialled, {counted(digest.opt_outs, 'opt-out')}"
    )
    if digest.outcomes:
        say("  " + "; ".join(f"{OUTCOMES[outcome].label.rstrip('…')} {count}" for outcome, count in digest.outcomes))
    for refusal in digest.refusals:
        say(f"  refused {refusal.count}: {refusal.says} ({refusal.rule}, {refusal.status})")
    for waiting in digest.waiting:
        say(f"  waits for a person: {waiting.count} {waiting.state}, {waiting.reason}")
    say(f"  rulebook {digest.rulebook}")
