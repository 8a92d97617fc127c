"""Leads and admins are told before a screening grows too old: once, again on the last day, and not if it was renewed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.services.reminders import screening_warnings
from policy.vocabulary import Role
from storage.models import Agent, Organisation, ScreeningWarning
from tests.fakes import TUESDAY, FakeNotifier, SampleOrganisation
from tests.services.marketing import TODAY, TOLD, Marketing

pytestmark = pytest.mark.both_engines

TWO = "Name,Phone\nAnn,07700 900123\nBen,07700 900124\n"
LASTS = 28  # a screening of the TPS holds contacts from its 28th day on


@pytest.fixture
def marketing(acme: SampleOrganisation, tmp_path: Path) -> Marketing:
    """Two contacts screened today; Dana leads their team, Erin is the admin."""
    found = Marketing(acme, tmp_path)
    found.take(TWO, TOLD)
    found.screen("07700 900999\n")
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    return found


def on_day(marketing: Marketing, day: int) -> list[tuple[str, int, int]]:
    """Who is told how many days after the screening, of how many contacts, held from which day on."""
    acme = marketing.acme
    acme.notifier.ages.clear()
    acme.clock.at(TUESDAY + timedelta(days=day))
    screening_warnings.tell_due(acme.deps)
    return sorted((user, one.contacts, (one.on - TODAY).days) for user, ages in acme.notifier.ages for one in ages)


BOTH = [("U0DANA", 2, LASTS), ("U0ERIN", 2, LASTS)]


@pytest.mark.long
def test_each_is_told_once_and_again_on_the_last_day(marketing: Marketing) -> None:
    assert on_day(marketing, 22) == []
    assert on_day(marketing, 23) == BOTH
    assert on_day(marketing, 24) == []
    assert on_day(marketing, 26) == []
    assert on_day(marketing, 27) == BOTH
    assert on_day(marketing, 27) == []


def test_a_renewed_screening_is_not_warned_about(marketing: Marketing) -> None:
    assert on_day(marketing, 23) == BOTH
    marketing.screen("07700 900999\n", TODAY + timedelta(days=23))
    assert on_day(marketing, 27) == []
    assert on_day(marketing, 23 + 23) == [(user, 2, 23 + LASTS) for user, _, _ in BOTH]


def test_a_screening_that_listed_a_number_counts_only_the_others(marketing: Marketing) -> None:
    marketing.screen("07700 900124\n")
    assert on_day(marketing, 23) == [("U0DANA", 1, LASTS), ("U0ERIN", 1, LASTS)]


def test_the_organisation_says_how_many_days_before(marketing: Marketing) -> None:
    acme = marketing.acme
    acme.change(Organisation, acme.organisation_id, warn_days_before=0)
    assert on_day(marketing, 27) == []
    acme.change(Organisation, acme.organisation_id, warn_days_before=10)
    assert on_day(marketing, 18) == BOTH


def test_several_bots_tell_once(marketing: Marketing) -> None:
    acme = marketing.acme
    acme.clock.at(TUESDAY + timedelta(days=23))
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(screening_warnings.tell_due, [acme.deps] * 4))
    assert sum(told) == 2
    assert sorted(user for user, _ in acme.notifier.ages) == ["U0DANA", "U0ERIN"]
    assert len(acme.all(ScreeningWarning)) == 2


def test_what_did_not_arrive_is_told_at_the_next_tick(marketing: Marketing) -> None:
    marketing.acme.notifier.fails = DeliveryFailed("away", is_permanent=False)
    assert on_day(marketing, 23) == []
    marketing.acme.notifier.fails = None
    assert on_day(marketing, 23) == BOTH


def test_who_is_gone_is_not_told_again(marketing: Marketing) -> None:
    marketing.acme.notifier.fails = DeliveryFailed("user_not_found", is_permanent=True)
    on_day(marketing, 23)
    marketing.acme.notifier.fails = None
    assert on_day(marketing, 23) == []


def test_a_bot_that_dies_while_it_tells_leaves_it_to_another(marketing: Marketing) -> None:
    acme = marketing.acme
    acme.clock.at(TUESDAY + timedelta(days=23))
    with pytest.raises(KeyboardInterrupt):
        screening_warnings.tell_due(_dying(acme.deps))
    assert screening_warnings.tell_due(acme.deps) == 1  # of the other reader
    acme.clock.tick(minutes=5)
    assert screening_warnings.tell_due(acme.deps) == 1
    assert sorted(user for user, _ in acme.notifier.ages) == ["U0DANA", "U0ERIN"]


def test_nobody_is_told_outside_their_shift(marketing: Marketing) -> None:
    marketing.acme.clock.at(TUESDAY + timedelta(days=23, hours=14))
    assert screening_warnings.tell_due(marketing.deps) == 0
    assert on_day(marketing, 24) == BOTH


def _dying(deps: Deps) -> Deps:
    class Dies(FakeNotifier):
        def screenings_age(self, *_told: object) -> None:
            raise KeyboardInterrupt

    return replace(deps, notifier=Dies())
