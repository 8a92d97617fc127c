"""A reminder that Slack did not take arrives within a minute once Slack works again."""

from datetime import timedelta
from time import monotonic

import pytest

from bot.services import messages
from bot.slack.api.client import BRIEFLY_S
from bot.slack.delivery.notifier import Pacing
from tests.rows import a_reminder
from tests.slack.scenarios.town import Town
from tests.slack.scenarios.trouble.test_rate_limits import POST, said, tick

AS_EVER = 1_000  # faults, until there are none any more


@pytest.fixture(autouse=True)
def paced_by_the_moved_clock(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one-second pause between messages passes on the moved clock, like the seconds between ticks."""
    slack = town.server.workspace.clock
    begun = slack.now()
    monkeypatch.setattr(town.notifier, "_pacing", Pacing(lambda: monotonic() + (slack.now() - begun).total_seconds()))


@pytest.mark.long
@pytest.mark.parametrize("fault", ["http_503", "reset", "token_revoked", "internal_error"])
def test_a_callback_is_reminded_of_within_a_minute_of_slack_working_again(town: Town, fault: str) -> None:
    acme = town.acme
    contact = acme.add_contact("Grace of alice", agent_id=acme.alice.agent_id)
    acme.add_callback(contact, acme.alice.agent_id, acme.clock())
    waited = timedelta(hours=3, seconds=0.4)  # for the shift: old at its first try
    acme.put(a_reminder(acme.alice, contact, acme.clock() - waited))
    town.server.fail_next(POST, with_=fault, times=AS_EVER)
    for _ in range(14):
        tick(town, seconds=10.3)
    assert said(town, "alice") == []
    town.server.end_faults()
    for _ in range(5):
        tick(town, seconds=10.3)
    [left] = said(town, "alice")
    assert "Grace of alice" in left


def test_a_message_is_given_up_long_before_another_bot_takes_it() -> None:
    """Otherwise two would send it. It is tried once, and once as text."""
    assert messages.TAKEN_FOR.total_seconds() > 3 * BRIEFLY_S
