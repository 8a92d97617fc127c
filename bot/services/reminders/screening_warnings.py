"""Warns team leads and admins, privately, days before a screening grows too old for the rules.

Each is told once some days before, and again on the last day; nothing if the numbers were screened again meanwhile.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.services import local_time, notices
from bot.services.agents import is_on_shift
from bot.services.answers.registers import ScreeningAges
from bot.services.deps import Deps
from bot.services.do_not_call import ageing, registers
from storage.models import Agent, Campaign, Message
from storage.queries import agents, callbacks, setup

_LAST = timedelta(days=1)
TOLD_FOR = timedelta(days=7)  # whoever was not on shift for so long hears the next


def tell_due(deps: Deps) -> int:
    """Let every reader on shift be told of the screenings that expire. Returns how many things that is."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        due = list(_due(deps, uow.session, at))
    if not due:
        return 0
    told = 0
    with deps.unit_of_work() as uow:
        for readers, said in due:
            once = " ".join(str(said[key]) for key in ("campaign", "register", "on", "is_last"))
            told += notices.tell(uow.session, readers, "screening_ages", at, said, lasts=TOLD_FOR, once=once)
    return told


def as_they_stand(deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, ScreeningAges]:
    """By the id of its message, what expires."""
    known, told = registers.known_registers(deps.rulebook()), {}
    for row in rows:
        said, key = row.params, row.params["register"]
        campaign, name = session.get_one(Campaign, said["campaign"]).name, known[key].name if key in known else key
        on = date.fromisoformat(said["on"])
        told[row.id or 0] = ScreeningAges(key, name, campaign, said["contacts"], on, said["is_at_least"])
    return told


def _due(deps: Deps, session: Session, at: datetime) -> Iterator[tuple[Sequence[Agent], Mapping[str, Any]]]:
    """The readers on shift, and what they are to be told of one campaign."""
    organisation = setup.organisation(session)
    if organisation is None or not organisation.warn_days_before:
        return
    key = organisation.id or 0
    campaigns = [one for one in setup.campaigns(session, key) if one.is_active]
    zones = {team.id: team.zone for team in setup.teams(session, key)}
    teams = setup.teams_of_campaigns(session, [one.id or 0 for one in campaigns])
    admins = agents.admins(session, key)
    for campaign in campaigns:
        zone = next((zones[team] for team in teams.get(campaign.id or 0, ()) if team in zones), "UTC")
        today = local_time.date_in(zone, at)
        until = today + timedelta(days=organisation.warn_days_before)
        leads = callbacks.leads_of_campaign(session, campaign.id or 0)
        each_once = {one.id: one for one in (*leads, *admins)}.values()
        readers = [reader for reader in each_once if is_on_shift(reader, at)]
        for found in ageing.ageing(deps, session, [campaign], until, at) if readers else ():
            yield (
                readers,
                {
                    "campaign": campaign.id,
                    "register": found.register.key,
                    "on": found.on.isoformat(),
                    "is_last": found.on <= today + _LAST,
                    "contacts": found.contacts,
                    "is_at_least": found.is_at_least,
                },
            )
