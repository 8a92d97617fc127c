"""Outside its first and last day a campaign hands out nothing, and every surface says why and when it starts.

The midnights themselves, to the microsecond: `tests/policy/engine/test_campaign_days.py`.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services.answers.callbacks import CallbackRefused, Trouble
from bot.services.answers.calls import CallOpened, CallRefused, OfferCard
from bot.services.answers.people import Actor
from bot.services.audit.auditing import Span, audit
from bot.services.calls import callbacks, calling, off_list, outcomes
from bot.services.deciding import refresh, replaying
from bot.services.deps import Deps
from bot.services.errors import SetupRefused
from bot.services.hand_out import next_call
from bot.services.reminders import reminders
from bot.services.setup import plan
from bot.services.setup.fields import Day
from bot.services.teams import call_check, team_status
from policy.vocabulary import ContactState, Outcome, Verdict
from storage.models import Campaign, Contact, DecisionRecord
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import changed
from tests.services.calls.promised_calls import NOON, NUMBER, called, contact_with_callback, told
from tests.services.stage import DAY

pytestmark = pytest.mark.both_engines

TODAY, TOMORROW = TUESDAY.date(), TUESDAY.date() + DAY
STARTS = "The campaign starts on 25 November 2026"
ENDED = "The campaign's last day was 23 November 2026"


def set_days(acme: SampleOrganisation, starts_on: Day | None = None, ends_on: Day | None = None) -> plan.Plan:
    """Set them as an admin does. Contacts are then due, as the ticks find them."""
    done = plan.apply(acme.deps, changed(acme.campaign, starts_on=starts_on, ends_on=ends_on))
    refresh.redecide_stale(acme.deps)
    return done


def offered(acme: SampleOrganisation, actor: Actor | None = None) -> OfferCard:
    [card] = next_call.hand_out(acme.deps, actor or acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    return card


def test_nothing_is_handed_out_before_the_first_day_and_the_agent_reads_when_it_starts(
    acme: SampleOrganisation,
) -> None:
    contact = acme.add_contact("Grace", NUMBER)
    set_days(acme, starts_on=TOMORROW)
    handed = next_call.hand_out(acme.deps, acme.alice, 1)
    assert handed.cards == ()
    assert handed.short is not None
    [row] = handed.short.rows
    assert (row.state, row.reason, row.count) == (ContactState.LOCKED, STARTS, 1)
    opens = handed.short.opens_at
    assert opens is not None
    assert opens.date() == TOMORROW, "in its first calling hour"
    [check] = call_check.check_number(acme.deps, acme.alice, NUMBER).checks
    assert (check.verdict, check.callable_from) == (Verdict.LOCKED, opens)
    assert STARTS in [one.says for one in check.findings]
    status = team_status.team_status(acme.deps, acme.dana)
    assert [(one.reason, one.opens_at) for one in status.rows] == [(STARTS, opens)]
    assert status.next_opens_at == opens
    acme.clock.at(opens)
    assert offered(acme).name == contact.name


def test_a_campaign_past_its_last_day_hands_out_nothing_and_says_that_it_ended(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    set_days(acme, ends_on=TODAY - DAY)
    handed = next_call.hand_out(acme.deps, acme.alice, 1)
    assert handed.short is not None
    assert [(one.state, one.reason) for one in handed.short.rows] == [(ContactState.HELD, ENDED)]
    [check] = call_check.check_number(acme.deps, acme.alice, NUMBER).checks
    assert (check.verdict, check.missing) == (Verdict.HELD, ("a later last day of the campaign",))
    assert [one.reason for one in team_status.team_status(acme.deps, acme.dana).rows] == [ENDED]


def test_the_day_after_the_last_one_is_found_without_anybody_doing_anything(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace", NUMBER)
    set_days(acme, ends_on=TODAY)
    assert acme.one(Contact, contact.id).verdict is Verdict.CALLABLE
    until = acme.one(Contact, contact.id).callable_until
    assert until is not None
    assert until <= datetime(2026, 11, 25, tzinfo=UTC)
    acme.clock.at(TUESDAY + DAY)
    refresh.redecide_stale(acme.deps)
    kept = acme.one(Contact, contact.id)
    assert (kept.verdict, kept.because) == (Verdict.HELD, ENDED.replace("23", "24"))


def test_call_pressed_on_a_card_of_a_campaign_that_has_ended_is_refused(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    card = offered(acme)
    set_days(acme, ends_on=TODAY - DAY)
    refused = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(refused, CallRefused)
    assert refused.refusal.findings[0].says == ENDED
    assert next_call.hand_out(acme.deps, acme.alice, 1).cards == ()


def test_a_later_last_day_opens_it_again_and_none_takes_the_end_away(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    set_days(acme, ends_on=TODAY - DAY)
    again = set_days(acme, ends_on=TODAY)
    assert again.redecides == (acme.campaign.name,)
    assert offered(acme).name == "Grace"
    set_days(acme, starts_on="", ends_on="")
    assert acme.one(Campaign, acme.campaign.id).ends_on is None
    assert set_days(acme, ends_on="").is_empty


def test_a_callback_after_the_last_day_is_refused_when_it_is_agreed(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    set_days(acme, ends_on=TODAY)
    refused = callbacks.agree(acme.deps, acme.alice, called(acme, acme.alice), TOMORROW, NOON, True)
    assert isinstance(refused, CallbackRefused)
    assert refused.refusal.findings[0].says == ENDED.replace("23", "24")


@pytest.mark.usefixtures("few_charts")
def test_agent_and_lead_are_told_of_a_callback_that_a_new_last_day_forbids(acme: SampleOrganisation) -> None:
    contact_with_callback(acme, on=TOMORROW)
    assert told(acme) == []
    set_days(acme, ends_on=TODAY)
    heard = told(acme)
    assert [(user, one.trouble) for user, one in heard] == [("U0ALICE", Trouble.SHUT), ("U0DANA", Trouble.SHUT)]
    assert heard[0][1].refusal is not None
    assert heard[0][1].refusal.findings[0].says == ENDED.replace("23", "24")


def test_an_agent_is_reminded_when_the_campaign_starts_and_not_before(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    outcomes.record(acme.deps, acme.alice, called(acme, acme.alice), Outcome.NO_ANSWER)
    first = TODAY + timedelta(days=10)
    set_days(acme, starts_on=first)
    acme.clock.at(TUESDAY + 8 * DAY)
    reminders.send_due(acme.deps)
    assert acme.notifier.reminders == []
    acme.clock.at(TUESDAY + 10 * DAY)
    refresh.redecide_stale(acme.deps)
    reminders.send_due(acme.deps)
    assert len(acme.notifier.reminders) == 1


def test_audit_accuses_no_call_that_a_day_set_later_would_have_forbidden(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    opened = calling.call(acme.deps, acme.alice, offered(acme).lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=1)
    outcomes.record(acme.deps, acme.alice, opened.attempt_id, Outcome.NO_ANSWER)
    set_days(acme, starts_on=TOMORROW)
    span = Span(acme.energy, TUESDAY - DAY, TUESDAY + DAY, acme.clock())
    with acme.units() as uow:
        audited = audit(uow.session, span, acme.deps.rulebook(), "")
    assert (audited.attempts, audited.by_attempt) == (1, {})
    for decision in acme.all(DecisionRecord):
        replayed = replaying.replay_row(acme.deps, decision)
        assert replayed.differences == ()


def test_a_call_off_the_list_after_the_last_day_broke_no_rule(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", NUMBER)
    set_days(acme, ends_on=TODAY - DAY)
    at = acme.clock()
    with acme.units() as uow:
        assert (
            off_list.rules_against(acme.deps, uow.session, acme.alice, NUMBER, Outcome.BUSY, at) == off_list.Against()
        )
        night = at.replace(hour=23)
        found, _ = off_list.rules_against(acme.deps, uow.session, acme.alice, NUMBER, Outcome.BUSY, night)
    assert found
    assert ENDED not in [one.says for one in found]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "fault"),
    [
        (TOMORROW, TODAY, "ends_on: the last day is before the first"),
        (date(9999, 12, 31), None, "starts_on: 9999-12-31 is too far away"),
        (None, date(1066, 10, 14), "ends_on: 1066-10-14 is too far away"),
    ],
)
def test_days_that_no_campaign_can_have_are_refused(
    acme: SampleOrganisation, starts_on: Day | None, ends_on: Day | None, fault: str
) -> None:
    with pytest.raises(SetupRefused) as refused:
        set_days(acme, starts_on, ends_on)
    assert any(fault in one for one in refused.value.faults)


def test_a_change_that_a_stopped_process_left_half_done_reaches_every_contact(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme.add_contacts(5)
    monkeypatch.setattr(plan, "_AT_ONCE", 2)

    def stopped(_deps: Deps) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as process:
        process.setattr(plan, "close_windows", stopped)
        with pytest.raises(KeyboardInterrupt):
            set_days(acme, starts_on=TOMORROW)
    refresh.redecide_stale(acme.deps)
    assert [one.verdict for one in acme.all(Contact)].count(Verdict.CALLABLE) == 3
    assert (plan.close_windows(acme.deps), plan.close_windows(acme.deps)) == (2, 0)
    refresh.redecide_stale(acme.deps)
    assert {one.verdict for one in acme.all(Contact)} == {Verdict.LOCKED}
