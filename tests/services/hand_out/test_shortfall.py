"""Why there is nothing to call: counted outside the hand-out; a large count serves all who ask within a while."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest

from bot.services.hand_out import hand, next_call
from policy.vocabulary import ContactState
from storage.models import Campaign, Contact
from storage.queries.reports import status
from tests.fakes import SampleOrganisation
from tests.rows import a_call

pytestmark = pytest.mark.both_engines


def _closed(acme: SampleOrganisation) -> dict[ContactState, int]:
    """The counts that Alice sees of her campaigns' contacts."""
    answer = next_call.hand_out(acme.deps, acme.alice, 3)
    assert answer.short is not None
    return {row.state: row.count for row in answer.short.rows}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry for each full count."""
    times = list[int]()
    by_state = status.by_state

    def noted(*given: Any) -> Any:
        times.append(1)
        return by_state(*given)

    monkeypatch.setattr(status, "by_state", noted)
    return times


def test_a_small_stock_is_counted_at_each_request(acme: SampleOrganisation, counted: list[int]) -> None:
    acme.add_contact("Grace", zones="")
    assert _closed(acme) == {ContactState.HELD: 1}
    acme.add_contact("Ada", zones="")
    assert _closed(acme) == {ContactState.HELD: 2}
    assert len(counted) == 2


def test_it_says_that_no_campaign_of_the_team_is_active(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    short = next_call.hand_out(acme.deps, acme.alice, 3).short
    assert short is None or not short.is_inactive
    for campaign in acme.all(Campaign):
        acme.change(Campaign, campaign.id or 0, is_active=False)
    acme.clock.tick(hours=1, seconds=0.3)
    hand.lapse_due(acme.deps)
    short = next_call.hand_out(acme.deps, acme.alice, 3).short
    assert short is not None
    assert (short.is_inactive, short.rows) == (True, ())


def test_a_large_stock_is_counted_once_in_a_while(
    acme: SampleOrganisation, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [monotonic()]
    monkeypatch.setattr(next_call, "monotonic", lambda: seconds[-1])
    monkeypatch.setattr(next_call, "LARGE", 1)
    acme.add_contact("Grace", zones="")
    assert _closed(acme) == {ContactState.HELD: 1}
    acme.add_contact("Ada", zones="")
    assert _closed(acme) == {ContactState.HELD: 1}
    assert len(counted) == 1
    seconds.append(seconds[0] + next_call.GOOD_FOR_S[0])
    assert _closed(acme) == {ContactState.HELD: 2}


def test_no_shortfall_is_reported_when_a_contact_opened_meanwhile(acme: SampleOrganisation) -> None:
    """A request that renews windows begins them at its own moment, which may be later than another request's."""
    contact = acme.add_contact("Grace")
    acme.change(Contact, contact.id or 0, callable_from=acme.clock.now + timedelta(seconds=1))
    moments = count(0)
    deps = replace(acme.deps, clock=lambda: acme.clock.now + next(moments) * timedelta(seconds=2))
    answer = next_call.hand_out(deps, acme.alice, 1)
    assert (len(answer.cards), answer.short) == (1, None)


def test_an_agent_served_a_second_time_is_still_told_which_card_was_taken_away(acme: SampleOrganisation) -> None:
    grace = acme.add_contact("Grace")
    next_call.hand_out(acme.deps, acme.alice, 1)
    acme.put(a_call(acme.bob, grace.number or "", acme.clock()))
    acme.clock.tick(minutes=1)
    ada = acme.add_contact("Ada")
    acme.change(Contact, ada.id or 0, callable_from=acme.clock.now + timedelta(seconds=1))
    moments = count(0)
    deps = replace(acme.deps, clock=lambda: acme.clock.now + next(moments) * timedelta(seconds=2))
    answer = next_call.hand_out(deps, acme.alice, 1)
    assert (len(answer.cards), [one.name for one in answer.dropped]) == (1, ["Grace"])


def test_no_request_waits_for_the_count(acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above all on SQLite, where writers exclude each other."""
    counts, may_go = Event(), Event()
    by_state = status.by_state

    def slowly(*given: Any) -> Any:
        counts.set()
        assert may_go.wait(60)
        return by_state(*given)

    monkeypatch.setattr(status, "by_state", slowly)
    asking = Thread(target=lambda: next_call.hand_out(acme.deps, acme.alice, 1))
    asking.start()
    try:
        assert counts.wait(60)
        acme.add_contact("Grace")
        _within(10, lambda: len(next_call.hand_out(acme.deps, acme.bob, 1).cards) == 1)
    finally:
        may_go.set()
        asking.join(60)


def _within(seconds: float, done: Callable[[], bool]) -> None:
    found = list[bool]()
    thread = Thread(target=lambda: found.append(done()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert found == [True]
