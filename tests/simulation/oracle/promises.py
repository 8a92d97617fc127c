"""What was promised comes: on a working day after the story each reminder has gone out, and no callback is
forgotten."""

from collections.abc import Callable
from datetime import timedelta

from bot.services.calls import callback_watch
from bot.services.deciding import refresh
from bot.services.deps import Deps
from bot.services.hand_out import hand
from bot.services.reminders import reminders
from tests.simulation.centre import Centre
from tests.simulation.oracle.violation import Violation
from tests.simulation.steps import Wait

_AFTERNOON = Wait(timedelta(hours=6, seconds=0.3), until_morning=True)  # 15:00 in London is 10:00 in New York
_PAUSE = timedelta(minutes=2)  # what one process has taken and not sent is free again
_TICKS: tuple[Callable[[Deps], int], ...] = (
    hand.lapse_due,
    refresh.redecide_stale,
    callback_watch.tell_troubles,
    reminders.send_due,
)
_OVERDUE_AFTER = timedelta(minutes=15)
# Of an agent who is there to be told: at work, not paused, in a team that works the campaign of contact `c`.
_MAY_CALL = """g.is_active AND a.is_active AND a.paused_at IS NULL
  AND EXISTS (SELECT 1 FROM campaignteam t WHERE t.campaign_id = g.id AND t.team_id = a.team_id)"""
_OPEN_NOW = """c.finished_at IS NULL AND c.verdict IN ('callable', 'locked') AND c.callable_from <= ?
  AND (c.callable_until IS NULL OR c.callable_until > ?)"""


def come(centre: Centre) -> None:
    """Let the clockwork of a working afternoon run, and look at what it left. Raises Violation."""
    centre.now = _AFTERNOON.after(centre.now)
    for _ in range(3):
        for tick in _TICKS:
            tick(centre.bots[0].deps)
        centre.now += _PAUSE
    _no_callback_is_forgotten(centre)
    _no_callback_goes_without_reminder(centre)
    _no_reminder_is_late(centre)
    _no_reminder_is_lost(centre)


def _no_callback_is_forgotten(centre: Centre) -> None:
    sql = """SELECT b.id, b.told_of FROM callback b JOIN contact c ON c.id = b.contact_id
      JOIN campaign g ON g.id = c.campaign_id WHERE b.closed_at IS NULL AND b.due_at <= ?
      AND (c.finished_at IS NULL OR substr(c.finished_because, 1, 5) = 'list ')
      AND b.told_of <> CASE WHEN c.finished_at IS NOT NULL THEN 'list' WHEN g.is_active THEN 'overdue'
            ELSE 'campaign' END"""
    for callback_id, told_of in centre.raw.rows(sql, centre.now - _OVERDUE_AFTER - 3 * _PAUSE):
        raise Violation(
            "callback forgotten", f"callback {callback_id} is overdue, and told was only: {told_of or 'nothing'}"
        )


def _no_callback_goes_without_reminder(centre: Centre) -> None:
    """Of those an agent keeps, while nobody holds the contact, the person or the number."""
    sql = f"""SELECT b.id, b.contact_id FROM callback b JOIN contact c ON c.id = b.contact_id
      JOIN campaign g ON g.id = c.campaign_id JOIN agent a ON a.id = b.agent_id
      WHERE b.closed_at IS NULL AND b.due_at <= ? AND {_OPEN_NOW} AND {_MAY_CALL}
      AND NOT EXISTS (SELECT 1 FROM lease l WHERE l.ended_at IS NULL AND (l.person_id = c.person_id
      OR l.number = c.number))
      AND NOT EXISTS (SELECT 1 FROM reminder r WHERE r.contact_id = c.id AND r.agent_id = a.id AND r.due_at >= b.due_at
        AND r.closed_because = 'sent' AND r.closed_at <= ?)"""
    now = centre.now  # what was sent by a clock that ran ahead was not sent at its time
    for callback_id, contact_id in centre.raw.rows(sql, now - 3 * _PAUSE, now, now, now):
        raise Violation(
            "callback not reminded of", f"callback {callback_id} to contact {contact_id} is due: nobody was reminded"
        )


def _no_reminder_is_late(centre: Centre) -> None:
    sql = f"""SELECT r.id, r.contact_id FROM reminder r JOIN contact c ON c.id = r.contact_id
      JOIN campaign g ON g.id = c.campaign_id JOIN agent a ON a.id = r.agent_id
      WHERE r.closed_at IS NULL AND r.due_at <= ? AND {_MAY_CALL}"""
    for reminder_id, contact_id in centre.raw.rows(sql, centre.now - 3 * _PAUSE):
        raise Violation("reminder late", f"reminder {reminder_id} of contact {contact_id} is due and was not sent")


def _no_reminder_is_lost(centre: Centre) -> None:
    """The newest of a contact that may be called, dropped for a reason that is over, with no call since."""
    sql = f"""SELECT r.id, r.contact_id, r.closed_because, c.list_id FROM reminder r
          JOIN contact c ON c.id = r.contact_id
      JOIN campaign g ON g.id = c.campaign_id JOIN agent a ON a.id = r.agent_id
      WHERE r.id = (SELECT max(id) FROM reminder WHERE contact_id = c.id) AND {_OPEN_NOW} AND {_MAY_CALL}
      AND r.closed_because IN ('held', 'suppressed', 'not_callable', 'finished') AND c.owner_id = a.id
      AND NOT EXISTS (SELECT 1 FROM attempt n WHERE n.contact_id = c.id AND n.opened_at >= r.closed_at)"""
    for reminder_id, contact_id, because, list_id in centre.raw.rows(sql, centre.now, centre.now):
        if list_id in centre.withdrawn:
            continue
        raise Violation(
            "reminder lost", f"reminder {reminder_id} of contact {contact_id} was dropped ({because}) for good"
        )
