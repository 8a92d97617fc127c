"""The schedule: intervals only, nothing stored. The next tick, in any process, makes up for a missed one.

Messages are sent within a moment of the commit that wrote them, and every second what waits for another try.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC
from functools import partial
from threading import Event, Thread
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler

from bot import request_context
from bot.services.calls import callback_watch
from bot.services.deciding import refresh, rulebook_change
from bot.services.deps import Deps
from bot.services.errors import is_lost_turn
from bot.services.evidence import span_audit
from bot.services.hand_out import hand
from bot.services.house_rules import proposals, rulebook
from bot.services.lists.in_use import list_terms
from bot.services.messages import send_all, send_due
from bot.services.proof import sequencing
from bot.services.reminders import broken_promises, lead_alerts, reminders
from bot.services.reports import digests
from bot.services.setup import plan, retention, slack_watch
from bot.services.watching.counts import Came, Ticks

log = logging.getLogger("nextcall.scheduler")
Work = Callable[[Deps], int]  # returns how much was done
Tick = tuple[str, int, Work]

TICKS: tuple[Tick, ...] = (
    # name, seconds, work
    ("lapse", 15, hand.lapse_due),  # expired leases
    ("remind", 5, reminders.send_due),  # contacts callable again
    ("ahead", 10, reminders.remind_ahead),  # callbacks due within minutes
    ("changed", 30, plan.close_windows),  # of campaigns whose change a stopped process left half done
    ("sweep", 30, refresh.redecide_stale),  # contacts whose window has closed: finds their next one
    ("house rules", 2, rulebook.follow),  # approvals: the rulebook of this process, and all contacts by it
    ("rehearse", 2, proposals.rehearse_due),  # drafts and proposals of house rules
    ("redecide", 5, rulebook_change.go_on_a_little),  # all contacts, after the rules changed
    ("digest", 30, digests.post_due),  # teams whose local day has ended
    ("promises", 10, callback_watch.tell_troubles),  # callbacks that are locked, overdue or called off
    ("chase", 60, reminders.chase_unreported),  # unreported attempts
    ("alerts", 60, lead_alerts.tell_due),  # teams that run dry within the hour, calls open for 30 minutes
    ("audit", 20, broken_promises.tell_due),  # calls of the last minutes that broke a promise
    ("stopped audits", 30, span_audit.tell_stopped),  # checks of any days whose bot was stopped
    ("screenings", 900, lead_alerts.warn_of_screenings),  # screenings that soon grow too old
    ("leavers", 60, slack_watch.look_for_leavers),  # people whose Slack account was deactivated
    ("lists", 20, list_terms.close_due),  # contacts of paused lists, and of lists past their last day
    ("forget", 900, retention.nightly),  # names and notes older than the organisation's term
    ("follow", 120, slack_watch.follow),  # teams that follow a user group
    ("channels", 60, slack_watch.look),  # whether digests can be posted
    ("log", sequencing.EVERY_S, sequencing.sequence_due),  # what was committed into the transparency log
)


def build_scheduler(deps: Deps, more: Sequence[Tick] = ()) -> BackgroundScheduler:
    """A scheduler, not yet started. Never runs a tick twice at once; merges missed ticks into one."""
    scheduler = BackgroundScheduler(
        timezone=UTC, job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None}
    )
    for name, seconds, work in (*TICKS, *more):
        scheduler.add_job(partial(run, name, work, deps), "interval", seconds=seconds, id=name, name=name)
    return scheduler


def tick_once(deps: Deps, more: Sequence[Tick] = ()) -> dict[str, int | None]:
    """Runs every tick once, in order. Returns what each did; None if it failed. Call it after moving the clock."""
    return {name: run(name, work, deps) for name, _, work in (*TICKS, *more)}


def run(name: str, work: Work, deps: Deps) -> int | None:
    """Runs one tick, and logs what it did. Returns how much; None if it failed: the next tick tries again.

    The log holds an incident id. No incident: PostgreSQL let another transaction go first, and nothing is lost.
    """
    done: int | None = None
    began, came = deps.kept.timer(), Came.DONE
    with request_context.working_on(request_context.new_id()):
        try:
            done = work(deps)
        except Exception as error:  # the scheduler must not stop
            came = Came.LOST_TURN if is_lost_turn(error) else Came.BROKEN
            if came is Came.LOST_TURN:
                log.warning("event=tick_lost_turn tick=%s", name)
            else:
                said, kind = "event=tick_broke tick=%s incident=%s error=%s", type(error).__name__
                log.error(said, name, request_context.new_id(), kind, exc_info=error)
        if done:
            log.info("event=tick tick=%s done=%d", name, done)
    deps.kept.of(Ticks).count(name, came, deps.kept.timer() - began, deps.clock())
    return done


_AGAIN_EVERY_S = 1
MOST_IN_FLIGHT = 8  # messages, each to another reader
_NAME: Final = "messages"
MESSAGES: Final[Tick] = (_NAME, _AGAIN_EVERY_S, send_due)


class Messenger:
    """A thread of its own. `news`: set when a message was committed in this process."""

    def __init__(self, deps: Deps, news: Event) -> None:
        self._deps, self._news = deps, news
        self._is_over, self._within = Event(), 0.0
        self._thread = Thread(target=self._work, name="nextcall-messages", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, within: float) -> None:
        """Sends what is due, for up to so many seconds. What is left waits for the next process."""
        self._within = within
        self._is_over.set()
        self._news.set()
        if self._thread.ident is None:
            send_all(self._deps, within, MOST_IN_FLIGHT)
        else:  # it may wait for Slack for longer, and is left to itself then
            self._thread.join(within)
        self._news.clear()

    def _work(self) -> None:
        while not self._is_over.is_set():
            self._news.wait(_AGAIN_EVERY_S)
            self._news.clear()
            run(_NAME, partial(send_due, is_over=self._is_over.is_set, together=MOST_IN_FLIGHT), self._deps)
        run(_NAME, partial(send_all, within=self._within, together=MOST_IN_FLIGHT), self._deps)
