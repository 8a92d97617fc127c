"""Warns team leads and admins, privately, days before a screening grows too old for the rules.

Each is told once some days before, and again on the last day; nothing if the numbers were screened again meanwhile.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.services import local_time
from bot.services.agents import is_on_shift
from bot.services.answers.registers import ScreeningAges
from bot.services.deps import Deps
from bot.services.do_not_call import ageing
from bot.services.reminders import told_once
from storage.models import Agent, Campaign, ScreeningWarning
from storage.queries import agents, callback_trouble, setup

_LAST = timedelta(days=1)


class _Due(NamedTuple):
    """What is to be told of one campaign, and to whom."""

    campaign_id: int
    ages: ScreeningAges
    is_last: bool
    readers: Sequence[Agent]


def tell_due(deps: Deps) -> int:
    """Tell every reader on shift of the screenings that expire. Returns how many messages were sent."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        due = list(_due(deps, uow.session, at))
    readers = {reader.id: reader for one in due for reader in one.readers}
    return told_once.tell_each(
        partial(_tell, deps, reader, [one for one in due if any(each.id == key for each in one.readers)], at)
        for key, reader in readers.items()
        if is_on_shift(reader, at)
    )


def _due(deps: Deps, session: Session, at: datetime) -> Iterator[_Due]:
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
        readers = _readers(session, campaign, admins)
        for found in ageing.ageing(deps, session, [campaign], until, at):
            of = found.register
            ages = ScreeningAges(of.key, of.name, campaign.name, found.contacts, found.on, found.is_at_least)
            yield _Due(campaign.id or 0, ages, found.on <= today + _LAST, readers)


def _readers(session: Session, campaign: Campaign, admins: Sequence[Agent]) -> Sequence[Agent]:
    """The leads of the campaign's teams, and the admins; each once."""
    leads = callback_trouble.leads_of_campaign(session, campaign.id or 0)
    return tuple({one.id: one for one in (*leads, *admins)}.values())


def _tell(deps: Deps, reader: Agent, due: Sequence[_Due], at: datetime) -> bool:
    send = partial(deps.notifier.screenings_age, reader.slack_user_id, reader.zone)
    return told_once.tell(deps, ScreeningWarning, [(_row(reader, one), one.ages) for one in due], send, at)


def _row(reader: Agent, one: _Due) -> dict[str, Any]:
    return {
        "organisation_id": reader.organisation_id,
        "campaign_id": one.campaign_id,
        "register_name": one.ages.register,
        "held_from": one.ages.on,
        "is_last": one.is_last,
        "agent_id": reader.id,
    }
