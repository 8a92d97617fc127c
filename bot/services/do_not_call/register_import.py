"""Imports a register's file: what it says of the stored numbers, as of the day on which it was obtained."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from bot.services.answers.registers import Holds, ScreeningPreview, ScreeningReport
from bot.services.campaigns import home_country
from bot.services.campaigns import organisation_and_campaign as find_campaign
from bot.services.deciding import StoredDecisions
from bot.services.deps import Deps
from bot.services.do_not_call import register_file, registers
from bot.services.do_not_call.registers import Register
from bot.services.do_not_call.screening_walk import Walk, Walked
from bot.services.do_not_call.screenings import newest_day
from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.files.row_faults import Progress
from bot.services.local_time import midnight
from policy.vocabulary import ContactState
from storage.models import Campaign
from storage.queries import setup
from storage.queries.reports import status

_MOST_FAULTS = 1_000  # in a preview


@dataclass(frozen=True, slots=True)
class ScreeningOrder:
    """A register's file, the day it was obtained, and the numbers it is about.

    `holds`: what the file says; None: as its heading and shape say.
    """

    path: Path
    register: str
    obtained_on: date
    campaign: str = ""  # empty: every number of the organisation
    country: str = ""  # for reading numbers without a country code; empty: the campaign's, or the register's
    despite_faults: bool = False  # treat the other numbers as clear although some rows are unreadable
    holds: Holds | None = None


def screen(
    deps: Deps, order: ScreeningOrder, progress: Progress | None = None, reading: Progress | None = None
) -> ScreeningReport:
    """Screen every stored number, or a campaign's. Raises FileRefused, UnknownCampaign, NotEnrolled.

    If rows of the file are unreadable, only listed numbers are recorded: an incomplete file clears no number. A file of
    the numbers found clears only those that were known on its day. `reading`: the rows of the file that were read;
    `progress`: the stored numbers that were screened; each of how many.
    """
    walk, campaign = _read(deps, order, reading)
    done = walk.run(progress)
    days_left = days_until_too_old(walk.register, walk.on, walk.at.date())
    return ScreeningReport(
        **_of_both(walk, campaign, done),
        is_too_old=days_left is not None and days_left < 0,
        states=_states(deps, walk.organisation_id, campaign, deps.clock()),
        withdrawn_from=done.withdrawn,
        faults=tuple(walk.told.faults),
        heading=walk.told.heading,
    )


def preview_screening(
    deps: Deps, order: ScreeningOrder, progress: Progress | None = None, reading: Progress | None = None
) -> ScreeningPreview:
    """Say what `screen` would do now, and change nothing. Raises as `screen` does."""
    walk, campaign = _read(deps, order, reading)
    done = walk.run(progress, is_preview=True)
    moves = sorted(done.moves.items(), key=lambda one: (-one[1], one[0]))
    return ScreeningPreview(
        **_of_both(walk, campaign, done),
        numbers=len(walk.told.listed),
        left_out=walk.count_beyond() + done.numbers - done.listed - done.clear - done.later,
        area_codes=walk.told.area_codes,
        days_left=days_until_too_old(walk.register, walk.on, walk.at.date()),
        contacts=sum(done.moves.values()),
        moves=tuple((now, then, count) for (now, then), count in moves if now is not then),
        faults=tuple(walk.told.faults[:_MOST_FAULTS]),
    )


def _of_both(walk: Walk, campaign: Campaign | None, done: Walked) -> dict[str, Any]:
    """What a report and a preview say alike."""
    told = walk.told
    return {
        "register": walk.register.name,
        "obtained_on": walk.on,
        "campaign": campaign.name if campaign else "",
        "holds": told.holds,
        "rows": told.rows,
        "listed": done.listed,
        "clear": done.clear,
        "strangers": len(told.listed) - done.listed,
        "later": done.later,
        "overruled": done.overruled,
        "unsaid": told.unsaid,
        "is_partial": walk.is_partial,
        "unread_sheets": told.unread_sheets,
    }


def days_until_too_old(register: Register, obtained_on: date, today: date) -> int | None:
    """How many days a screening of that day stays valid; below 0: it is too old; None: no rule limits its age."""
    last = register.last_good_day(obtained_on)
    return None if last is None else (last - today).days


def _read(deps: Deps, order: ScreeningOrder, reading: Progress | None) -> tuple[Walk, Campaign | None]:
    at, on = deps.clock(), order.obtained_on
    register = registers.register_named(deps.rulebook(), order.register)
    check_day(on, at)
    organisation_id, campaign = find_campaign(deps, order.campaign)
    if register.is_per_campaign and campaign is None:
        raise FileRefused(f"The {register.name} needs a screening for each campaign: add --campaign.")
    home = campaign.country if campaign else home_country(deps)
    country = order.country or registers.country_for(register, home)
    told = register_file.read(order.path, register, country, order.holds, reading)
    is_whole = not told.unread_sheets and all(one.reason == refusals.FOOT for one in told.faults)
    is_partial = not is_whole and told.cleared is None and not order.despite_faults
    campaign_id = None if campaign is None else campaign.id
    compared = _end_of(deps, organisation_id, campaign, on) if told.holds is Holds.FOUND else None
    walk = Walk(deps, register, organisation_id, campaign_id, on, told, is_partial, compared, at, StoredDecisions(deps))
    return walk, campaign


def _end_of(deps: Deps, organisation_id: int, campaign: Campaign | None, on: date) -> datetime:
    """The end of the day for the first of the teams that it ends for: numbers that came later were not compared."""
    with deps.unit_of_work(is_read_only=True) as uow:
        teams = setup.teams(uow.session, organisation_id)
        if campaign is not None:
            theirs = setup.teams_of_campaigns(uow.session, [campaign.id or 0]).get(campaign.id or 0, [])
            teams = [team for team in teams if team.id in theirs] or teams
        zones = {team.zone for team in teams}
    after = on + timedelta(days=1)
    return min((midnight(zone, after) for zone in zones), default=datetime.combine(after, time(), UTC))


def check_day(on: date, at: datetime) -> None:
    """Raise FileRefused for a day that is nowhere on earth yet."""
    if on > newest_day(at):
        raise FileRefused(f"The screening date {on} is in the future: give the day of the screening.")


def _states(
    deps: Deps, organisation_id: int, campaign: Campaign | None, at: datetime
) -> tuple[tuple[ContactState, int], ...]:
    with deps.unit_of_work(is_read_only=True) as uow:
        every = [campaign] if campaign else setup.campaigns(uow.session, organisation_id)
        rows = status.by_state(uow.session, [one.id or 0 for one in every], at)
    counts = {state: sum(row.count for row, _ in rows if row.state is state) for state in ContactState}
    return tuple((state, count) for state, count in counts.items() if count)
