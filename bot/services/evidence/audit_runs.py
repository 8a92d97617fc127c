"""Checks of any days while a bot works on them: if it is stopped, another one tells the manager, who may ask again.

A check changes nothing and is soon made again, so only the request for it is kept.
"""

import logging
from datetime import date, datetime, timedelta

from bot.services.answers.intake import MessagePlace
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from storage.models import AuditRun
from storage.queries import agents
from storage.queries.reports import audit_runs as rows

SILENT_FOR = timedelta(minutes=2)  # a bot that said nothing for so long was stopped; one day of a team takes seconds
SAYS_EVERY = timedelta(seconds=10)
_log = logging.getLogger("nextcall.audits")


class Run:
    """A check under way. Say where its message is, then that it goes on, then that its manager has the answer."""

    def __init__(self, deps: Deps, actor: Actor, first: date, last: date) -> None:
        self._deps, self._said_at = deps, deps.clock()
        row = AuditRun(
            organisation_id=actor.organisation_id,
            agent_id=actor.agent_id,
            first_on=first,
            last_on=last,
            alive_at=self._said_at,
        )
        with deps.unit_of_work() as uow:
            uow.session.add(row)
            uow.session.flush()
            self._id = row.id or 0

    def shown_at(self, channel: str, message_ts: str) -> None:
        self._change(channel=channel, message_ts=message_ts, alive_at=self._deps.clock())

    def goes_on(self) -> None:
        """Says so every few seconds at most."""
        at = self._deps.clock()
        if at - self._said_at >= SAYS_EVERY:
            self._said_at = at
            self._change(alive_at=at)

    def ended(self) -> None:
        with self._deps.unit_of_work() as uow:
            rows.drop_run(uow.session, self._id)

    def _change(self, **values: str | datetime) -> None:
        with self._deps.unit_of_work() as uow:
            rows.change_run(uow.session, self._id, **values)


def tell_stopped(deps: Deps) -> int:
    """Tell the managers whose checks no bot works on any more. Returns how many were told."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        silent = rows.silent_runs(uow.session, at - SILENT_FOR)
        known = agents.agents_by_id(uow.session, [one.agent_id for one in silent])
    told = 0
    for run in silent:
        with deps.unit_of_work() as uow:
            is_ours = rows.take_run(uow.session, run.id or 0, at, at - SILENT_FOR)
        if is_ours:
            told += _tell(deps, run, known[run.agent_id].slack_user_id)
    return told


def _tell(deps: Deps, run: AuditRun, slack_user_id: str) -> bool:
    place = MessagePlace(slack_user_id, run.channel, run.message_ts)
    failed = None
    try:
        deps.notifier.audit_stopped(place, run.first_on, run.last_on)
    except DeliveryFailed as fault:
        failed = fault
        _log.warning("event=audit_stop_untold run=%d reason=%s", run.id, fault)
    if failed is None or failed.is_recipient_gone:
        with deps.unit_of_work() as uow:
            rows.drop_run(uow.session, run.id or 0)
    return failed is None
