"""A reminder that Slack did not take is tried again within seconds, and arrives within a minute once Slack works
again."""

from datetime import timedelta
from itertools import pairwise
from time import monotonic

import pytest

from bot.scheduler import ticks
from bot.services.messages import LONGEST_PAUSE
from bot.services.reminders import due, reminders
from bot.services.reminders.due import SENT_WITHIN
from bot.slack.api.client import BRIEFLY_S
from bot.slack.delivery.pacing import Pacing
from storage.models import Reminder
from tests.slack.scenarios.town import Town
from tests.slack.scenarios.trouble.test_rate_limits import POST, remind, said

TICK_S = next(seconds for name, seconds, _ in ticks.TICKS if name == "remind")
AS_EVER = 1_000  # faults, until there are none any more


@pytest.fixture(autouse=True)
def paced_by_the_moved_clock(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one-second pause between messages passes on the moved clock, like the seconds between ticks."""
    slack = town.server.workspace.clock
    begun = slack.now()
    monkeypatch.setattr(town.notifier, "_pacing", Pacing(lambda: monotonic() + (slack.now() - begun).total_seconds()))


def _tick_for(town: Town, seconds: float) -> list[float]:
    """Runs the scheduler for a time; returns after how many seconds Slack was called."""
    asked, passed = [], 0.0
    while passed < seconds:
        before = len(_posts(town))
        reminders.send_due(town.deps)
        if len(_posts(town)) > before:
            asked.append(passed)
        town.move(seconds=TICK_S + 0.1)  # and a little, for a tick is never on time
        passed += TICK_S + 0.1
    return asked


def _posts(town: Town) -> list[object]:
    return [one for one in town.server.workspace.calls if one.method == POST]


def test_a_reminder_is_tried_again_after_seconds_then_less_and_less_often(town: Town) -> None:
    remind(town, "alice")
    town.server.fail_next(POST, with_="http_503", times=AS_EVER)
    asked = _tick_for(town, 120)
    pauses = [round(later - earlier, 1) for earlier, later in pairwise(asked)]
    assert pauses[0] <= 10, "the second try comes within seconds"
    assert pauses == sorted(pauses)
    assert 30 <= pauses[-1] <= 50, "and no try comes later than this"


@pytest.mark.long
@pytest.mark.parametrize("fault", ["http_503", "reset", "token_revoked", "internal_error"])
def test_a_callback_is_reminded_of_within_a_minute_of_slack_working_again(town: Town, fault: str) -> None:
    acme = town.acme
    contact = acme.add_contact("Grace of alice", agent_id=acme.alice.agent_id)
    acme.add_callback(contact, acme.alice.agent_id, acme.clock())
    acme.put(
        Reminder(
            organisation_id=acme.organisation_id,
            agent_id=acme.alice.agent_id,
            contact_id=contact.id or 0,
            due_at=acme.clock() - timedelta(hours=3, seconds=0.4),  # waited for the shift: old at its first try
        )
    )
    town.server.fail_next(POST, with_=fault, times=AS_EVER)
    _tick_for(town, 140)
    assert said(town, "alice") == []
    town.server.end_faults()
    _tick_for(town, 60 - TICK_S)
    assert len(said(town, "alice")) == 1
    assert "Grace of alice" in said(town, "alice")[0]


def test_reminder_behind_a_notice_comes_within_a_minute_too(town: Town) -> None:
    """Notices go out in each person's order, through an outbox with its own pause."""
    assert LONGEST_PAUSE.total_seconds() + TICK_S < 60 - TICK_S


def test_the_row_of_a_killed_process_is_free_after_a_minute(town: Town) -> None:
    remind(town, "alice")
    taken_at = town.acme.clock()
    town.acme.change(Reminder, 1, taken_at=taken_at)
    town.move(seconds=59.9)
    assert reminders.send_due(town.deps) == 0
    town.move(seconds=0.2)
    assert reminders.send_due(town.deps) == 1


def test_message_is_given_up_long_before_its_row_is_free_for_another(town: Town) -> None:
    """Otherwise two processes would send it."""
    assert SENT_WITHIN + timedelta(seconds=2 * BRIEFLY_S) < due.TAKEN_FOR
    remind(town, "alice")
    town.server.fail_next(POST, with_="http_503")
    assert reminders.send_due(town.deps) == 0
    assert len(_posts(town)) == 1, "its row is what tries again, not the sender"
