"""Leads and admins are told before a screening grows too old: once, again on the last day, and not if it was
renewed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.services import messages
from bot.services.deciding import walk
from bot.services.deps import Deps
from bot.services.do_not_call import ageing
from bot.services.ports import DeliveryFailed
from bot.services.reminders import lead_alerts
from policy.vocabulary import Role, Verdict
from storage.models import Agent, Consent, Contact, Message, Organisation, PersonNumber
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
    acme.notifier.told.clear()
    acme.clock.at(TUESDAY + timedelta(days=day))
    lead_alerts.warn_of_screenings(acme.deps)
    messages.send_due(acme.deps)
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


def test_a_consent_of_the_first_contact_silences_no_warning_about_the_others(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    found = Marketing(acme, tmp_path)
    found.take(TWO + "Cid,07700 900125\n", TOLD)
    found.screen("07700 900999\n")
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    _consent(acme, "Ann")
    assert on_day(found, 23) == BOTH
    assert on_day(found, 27) == BOTH
    acme.clock.at(TUESDAY + timedelta(days=28))
    walk.redecide_all(acme.deps)
    assert found.verdicts() == {"Ann": Verdict.CALLABLE, "Ben": Verdict.HELD, "Cid": Verdict.HELD}


def test_whoever_has_consented_is_not_counted(marketing: Marketing) -> None:
    _consent(marketing.acme, "Ben")
    assert on_day(marketing, 23) == [("U0DANA", 1, LASTS), ("U0ERIN", 1, LASTS)]
    assert not any(one.is_at_least for _, ages in marketing.acme.notifier.ages for one in ages)
    _consent(marketing.acme, "Ann")
    assert on_day(marketing, 27) == []


def test_a_consent_for_another_client_exempts_nobody(marketing: Marketing) -> None:
    _consent(marketing.acme, "Ann", principal="Clear Water")
    assert on_day(marketing, 23) == BOTH


def test_a_consent_that_ends_before_that_day_exempts_nobody(marketing: Marketing) -> None:
    _consent(marketing.acme, "Ann", ends_at=TUESDAY + timedelta(days=26))
    assert on_day(marketing, 23) == BOTH


def test_a_company_that_needs_no_screening_silences_no_warning_about_the_others(marketing: Marketing) -> None:
    acme = marketing.acme
    first = min(acme.all(PersonNumber), key=lambda one: one.id or 0)
    acme.change(PersonNumber, first.id, line="company")
    assert on_day(marketing, 23) == [("U0DANA", 1, LASTS), ("U0ERIN", 1, LASTS)]


def test_of_very_many_with_something_on_record_some_are_decided(
    marketing: Marketing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of them silences the others, wherever in the list they stand, and no more are counted than were found."""
    monkeypatch.setattr(ageing, "MOST_ONE_BY_ONE", 20)
    more = [f"P{number}" for number in range(38)]
    marketing.take("Name,Phone\n" + "".join(f"{name},07700 9003{name[1:]:0>2}\n" for name in more), TOLD, "more.csv")
    marketing.screen("07700 900999\n")
    for place, name in enumerate(["Ann", "Ben", *more]):
        _consent(marketing.acme, name, **({} if place % 2 else {"principal": "Clear Water"}))
    counts = {contacts for _, contacts, _ in on_day(marketing, 23)}
    assert len(counts) == 1
    assert 5 <= counts.pop() <= 15  # of 20 that stand for 40, every other of whom is held
    assert all(one.is_at_least for _, ages in marketing.acme.notifier.ages for one in ages)


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
        told = list(pool.map(lead_alerts.warn_of_screenings, [acme.deps] * 4))
    assert sum(told) == 2
    assert sorted(user for user, _ in acme.notifier.ages) == ["U0DANA", "U0ERIN"]
    assert len(acme.all(Message)) == 2


def test_what_did_not_arrive_is_told_at_the_next_tick(marketing: Marketing) -> None:
    marketing.acme.notifier.fails = DeliveryFailed("away", is_permanent=False)
    assert on_day(marketing, 23) == []
    marketing.acme.notifier.fails = None
    marketing.acme.clock.tick(seconds=1)
    assert messages.send_due(marketing.acme.deps) == 2
    assert [user for user, _ in marketing.acme.notifier.ages] == ["U0DANA", "U0ERIN"]


def test_who_is_gone_is_not_told_again(marketing: Marketing) -> None:
    marketing.acme.notifier.fails = DeliveryFailed("user_not_found", is_permanent=True)
    on_day(marketing, 23)
    marketing.acme.notifier.fails = None
    assert on_day(marketing, 23) == []


def test_a_bot_that_dies_while_it_tells_leaves_it_to_another(marketing: Marketing) -> None:
    acme = marketing.acme
    acme.clock.at(TUESDAY + timedelta(days=23))
    with pytest.raises(KeyboardInterrupt):
        lead_alerts.warn_of_screenings(_dying(acme.deps))
    assert messages.send_due(acme.deps) == 1  # of the other reader
    acme.clock.tick(minutes=1)
    assert messages.send_due(acme.deps) == 1
    assert sorted(user for user, _ in acme.notifier.ages) == ["U0DANA", "U0ERIN"]


def test_nobody_is_told_outside_their_shift(marketing: Marketing) -> None:
    marketing.acme.clock.at(TUESDAY + timedelta(days=23, hours=14))
    assert lead_alerts.warn_of_screenings(marketing.deps) == 0
    assert on_day(marketing, 24) == BOTH


def _consent(acme: SampleOrganisation, name: str, **values: Any) -> None:
    """A proved consent to calls that, unless said otherwise, names the client: the register does not matter then."""
    [contact] = [one for one in acme.all(Contact) if one.name == name]
    given = {"principal": acme.campaign.principal, "given_at": TUESDAY, "recorded_at": TUESDAY, **values}
    acme.put(Consent(organisation_id=acme.organisation_id, person_id=contact.person_id, is_proved=True, **given))


def _dying(deps: Deps) -> Deps:
    class Dies(FakeNotifier):
        def tell(self, *_told: object) -> None:
            raise KeyboardInterrupt

    return replace(deps, notifier=Dies())
