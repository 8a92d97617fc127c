"""The rest of a digest: opt-out times, overrides, changes, what expires soon, and messages about failed posts."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.services import messages
from bot.services.answers.reports import Digest, Edition, Expiring, Honoured, OldReadings, StopWithdrawn
from bot.services.audit.judging import LATE_OPT_OUTS
from bot.services.calls import outcomes
from bot.services.do_not_call import suppressions
from bot.services.ports import DeliveryFailed
from bot.services.reports import counts, digests
from bot.services.reports.building import look_ahead
from policy.rulebook.rulebook import version_days
from policy.vocabulary import ContactState, LeaseEnd, Outcome, Purpose, Role, Verdict
from storage.models import Agent, MistakenStop, Override, Suppression
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_screening
from tests.services.lists.test_managing_lists import rung
from tests.services.stage import BUSY, DAY, HOUR, MINUTE, RULEBOOK, Stage

pytestmark = pytest.mark.usefixtures("few_charts")

ON = date(2026, 11, 24)
EVENING = datetime(2026, 11, 24, 18, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ARCHIVED = DeliveryFailed("is_archived", is_permanent=True)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    stage = Stage(acme)
    stage.change(stage.water, editions="")
    stage.change(stage.energy, editions="day")
    stage.now = EVENING
    return stage


def build(stage: Stage) -> Digest:
    return digests.build(stage.deps, stage.energy.id or 0, ON)


# -- requests to stop


def _asked_to_stop(stage: Stage, after: timedelta) -> Suppression:
    """Recorded `after` the opening of Alice's call at ten."""
    contact = stage.contact()
    attempt = stage.call(contact, stage.alice, TUESDAY, Outcome.DO_NOT_CALL, after=after)
    stage.suppress(contact, TUESDAY + after, attempt_id=attempt.id, recorded_by=stage.alice.id, number="")
    return stage.suppress(contact, TUESDAY + after, attempt_id=attempt.id, recorded_by=stage.alice.id, person_id=None)


def test_it_gives_the_slowest_opt_out(stage: Stage) -> None:
    _asked_to_stop(stage, 2 * MINUTE)
    _asked_to_stop(stage, 9 * MINUTE)
    stage.suppress(stage.contact(), TUESDAY, recorded_by=stage.bob.id)  # typed by hand: its start is unknown
    day = build(stage)
    assert (day.opt_outs, day.honoured) == (3, Honoured(in_calls=2, recorded_within=9 * MINUTE))


@pytest.mark.parametrize("is_undone", [True, False])
def test_an_opt_out_said_anew_after_a_slip_is_no_faster_for_it(stage: Stage, is_undone: bool) -> None:
    stage.now, acme = TUESDAY, stage.acme
    acme.add_contact("Grace")
    attempt_id = rung(acme, Outcome.DO_NOT_CALL).id or 0
    if is_undone:
        outcomes.undo(acme.deps, acme.alice, attempt_id)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NOT_NOW)
    acme.clock.tick(hours=6)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.DO_NOT_CALL)
    acme.clock.tick(minutes=1)
    day = build(stage)
    late = next(check.broken for check in day.audit if check.name == LATE_OPT_OUTS)
    waited = day.honoured.recorded_within or DAY
    assert (day.opt_outs, late, waited > 6 * HOUR) == (1, is_undone, is_undone)


def test_an_opt_out_that_was_taken_back_is_none(stage: Stage) -> None:
    stage.now, acme = TUESDAY, stage.acme
    acme.add_contact("Grace")
    outcomes.undo(acme.deps, acme.alice, rung(acme, Outcome.DO_NOT_CALL).id or 0)
    typed = suppressions.add(acme.deps, acme.alice, "07700 900555")
    suppressions.take_back(acme.deps, acme.alice, typed.stop_id)
    stage.now = EVENING
    assert (build(stage).opt_outs, build(stage).honoured) == (0, Honoured())


@pytest.mark.long
@pytest.mark.parametrize("has_team", [True, False])
def test_an_opt_out_belongs_to_the_team_that_its_call_was_made_for(stage: Stage, has_team: bool) -> None:
    """Whoever says it: a manager without a team, or with another."""
    stage.now, acme = TUESDAY, stage.acme
    stage.change(stage.erin, team_id=stage.water.id if has_team else None)
    acme.add_contact("Grace")
    attempt_id = rung(acme, Outcome.NOT_NOW).id or 0
    acme.clock.tick(hours=6)
    outcomes.record(acme.deps, stage.actor(stage.erin), attempt_id, Outcome.DO_NOT_CALL)
    acme.clock.tick(seconds=1)
    day, other = (digests.build(stage.deps, one.id or 0, ON) for one in (stage.energy, stage.water))
    late = next(check.broken for check in day.audit if check.name == LATE_OPT_OUTS)
    assert (day.opt_outs, late, day.honoured.in_calls, other.opt_outs) == (1, 1, 1, 0)


def test_a_leads_opt_out_stands_whatever_the_agent_says_later(stage: Stage) -> None:
    stage.now, acme = TUESDAY, stage.acme
    acme.add_contact("Grace")
    attempt_id = rung(acme, Outcome.NOT_NOW).id or 0
    outcomes.record(acme.deps, acme.dana, attempt_id, Outcome.DO_NOT_CALL)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.CONVERSATION)
    stage.now = EVENING
    assert build(stage).opt_outs == 1


def test_an_opt_out_repeated_the_day_after_is_of_the_day_on_which_it_was_said(stage: Stage) -> None:
    stage.now, acme = TUESDAY, stage.acme
    acme.add_contact("Grace")
    attempt_id = rung(acme, Outcome.DO_NOT_CALL).id or 0
    stage.now = EVENING + HOUR
    outcomes.record(acme.deps, acme.dana, attempt_id, Outcome.DO_NOT_CALL)
    stage.now = EVENING + DAY
    assert [digests.build(stage.deps, stage.energy.id or 0, ON + one * DAY).opt_outs for one in (0, 1)] == [1, 0]


def test_it_names_the_stops_that_were_withdrawn_as_mistakes(stage: Stage) -> None:
    stop = stage.suppress(stage.contact(), TUESDAY - DAY)
    for decided_at, is_withdrawn in ((TUESDAY, True), (TUESDAY, False), (TUESDAY - DAY, True)):
        stage.add(
            MistakenStop(
                organisation_id=stage.organisation_id,
                suppression_id=stop.id or 0,
                reason="another number",
                asked_by="U0ERIN",
                asked_at=TUESDAY - DAY,
                is_withdrawn=is_withdrawn,
                decided_by="U0DANA",
                decided_at=decided_at,
            )
        )
    assert build(stage).mistakes == (StopWithdrawn(TUESDAY, "Erin", "Dana"),)


def test_it_gives_the_time_until_the_last_card_of_the_person_was_gone(stage: Stage) -> None:
    stop = _asked_to_stop(stage, 2 * MINUTE)
    at = stop.since
    for ended_after, because in ((0 * SECOND, LeaseEnd.WITHDRAWN), (40 * SECOND, LeaseEnd.RELEASED)):
        stage.lease(
            stage.contact(number=stop.number),
            stage.bob,
            TUESDAY,
            ended_at=at + ended_after,
            ended_because=because.value,
        )
    stage.lease(stage.contact(number=stop.number), stage.bob, TUESDAY, ended_at=at - SECOND)  # already ended
    stage.lease(stage.contact(), stage.bob, TUESDAY)  # another person's
    other = stage.contact(stage.other_campaign, number=stop.number)
    stage.lease(other, stage.charlie, TUESDAY, ended_at=at + HOUR)  # of another principal
    found = build(stage).honoured
    assert (found.cards, found.withdrawn_within, found.still_out) == (2, 40 * SECOND, 0)


def test_it_says_when_a_card_is_still_held(stage: Stage) -> None:
    stop = _asked_to_stop(stage, MINUTE)
    stage.lease(stage.contact(number=stop.number), stage.bob, TUESDAY)
    assert build(stage).honoured.still_out == 1


# -- overrides


def test_it_lists_every_override_of_the_day_with_its_reason_and_no_number(stage: Stage) -> None:
    contact, theirs = stage.contact(), stage.contact(stage.other_campaign)
    for of, at in ((contact, TUESDAY), (contact, EVENING), (theirs, TUESDAY)):
        row = Override(
            organisation_id=stage.organisation_id,
            contact_id=of.id or 0,
            rule="gb-house.cool_off",
            reason="asked_for_it",
            words="rang us from +44 (0)20 7946-0123 twice in 14 days",
            approved_at=at,
            approved_by=stage.dana.id or 0,
        )
        stage.add(row)
    [one] = build(stage).overrides
    assert (one.by, one.rule, one.reason, one.contact_id) == ("Dana", "gb-house.cool_off", "asked_for_it", contact.id)
    assert one.title == "House waits after each outcome", "people read what a rule is called"
    assert one.words == "rang us from •••• 123 twice in 14 days"
    digests.post_due(stage.deps)
    [written] = [
        line for line in stage.outbox.evidence[-1].decode("utf-8-sig").splitlines() if line.startswith("override")
    ]
    assert "gb-house.cool_off: asked_for_it; rang us from •••• 123" in written


@pytest.mark.parametrize("words", ["in 14 days, 3 calls", "2026", "room 12-14", "order 123456"])
def test_it_masks_no_other_figures_in_text(words: str) -> None:
    assert counts.without_numbers(words) == words


# -- what changed


def test_it_compares_with_the_digest_of_the_day_before(stage: Stage) -> None:
    digests.repost(stage.deps, stage.energy.id or 0, ON)
    stage.now = EVENING + DAY
    stage.call(stage.contact(), stage.alice, TUESDAY + DAY, Outcome.SUCCESS)
    next_day = digests.build(stage.deps, stage.energy.id or 0, ON + DAY)
    assert next_day.before is not None
    assert (next_day.before["attempts"], next_day.figures["attempts"], next_day.figures["contacts"]) == (0, 1, 1)
    assert build(stage).before is None


# -- what comes up


def _screened(stage: Stage, days_ago: int, **values: Any) -> None:
    contact = stage.contact(**values)
    _screen(stage, contact.number or "", days_ago)


def _screen(stage: Stage, number: str, days_ago: int) -> None:
    stage.add(a_screening(stage, number, datetime.combine(ON - days_ago * DAY, time(), UTC), recorded_at=TUESDAY))


def test_it_forecasts_holds_from_ageing_screenings(stage: Stage) -> None:
    """The law accepts a TPS screening for 27 days."""
    stage.change(stage.campaign, purpose=Purpose.MARKETING)
    for days_ago in (24, 24, 20, 19):  # too old on Saturday, on Wednesday of next week, and more than a week from now
        _screened(stage, days_ago)
    _screened(stage, 24, number="+442079460900")
    _screen(stage, "+442079460900", 3)  # screened again since
    _screened(stage, 24, finished_at=TUESDAY)
    soon = build(stage).expiring
    assert soon == (Expiring("TPS", 2, date(2026, 11, 28)),)


def test_it_expects_no_screening_where_no_rule_requires_one(stage: Stage) -> None:
    _screened(stage, 24)
    assert build(stage).expiring == ()


def test_it_lists_coming_rule_changes_and_reviews_of_the_packs_in_use_only(stage: Stage) -> None:
    pack, change = next(
        (pack, change)
        for pack in RULEBOOK.packs.values()
        for change in version_days(pack)
        if pack.areas and pack.kind == "law" and change.on > pack.effective_from
    )
    stage.contact(places=pack.areas[0])

    def seen(today: date) -> tuple[set[date], set[str]]:
        with stage.units(is_read_only=True) as uow:
            found = look_ahead(stage.deps, uow.session, [stage.campaign], today, TUESDAY)
        assert {one.pack for one in found.changes} <= {pack.id}
        return {one.on for one in found.changes}, {one.pack for one in found.reviews}

    assert change.on in seen(change.on - 14 * DAY)[0]
    assert change.on not in seen(change.on - 15 * DAY)[0]
    assert change.on not in seen(change.on)[0]
    due = seen(pack.review_by + DAY)[1]
    assert {pack.title, RULEBOOK.pack("gb-house").title} <= due
    assert len(due) < 10, "not those of other countries"
    assert pack.title not in seen(pack.review_by - 31 * DAY)[1]


def test_it_counts_the_rules_in_use_whose_sources_were_read_more_than_180_days_ago(stage: Stage) -> None:
    stage.contact(places="FR")
    in_use = [RULEBOOK.pack(name) for name in ("fr", "gb-house", "base")]
    cited = [rule for pack in in_use for rule in pack.rules if rule.is_enabled and rule.citation.url]
    read = [rule.citation.read_on for rule in cited if rule.effective_until is None]
    first, last = min(read), max(read)

    def seen(today: date) -> OldReadings | None:
        with stage.units(is_read_only=True) as uow:
            return look_ahead(stage.deps, uow.session, [stage.campaign], today, TUESDAY).old_readings

    assert seen(first + 180 * DAY) is None
    old, later = seen(first + 181 * DAY), seen(last + 181 * DAY)
    assert old is not None
    assert later is not None
    assert (old.since, old.days) == (first, 180)
    assert 0 < old.rules <= later.rules < len(list(RULEBOOK.rules())) / 4, "not those of other countries"


def test_only_a_current_digest_looks_ahead(stage: Stage) -> None:
    stage.change(stage.campaign, purpose=Purpose.MARKETING)
    _screened(stage, 24)
    old = digests.build(stage.deps, stage.energy.id or 0, ON - 3 * DAY)
    assert (old.expiring, old.ahead, old.old_readings) == ((), (), None)


# -- a channel that refuses the post


@pytest.fixture
def admin(stage: Stage) -> Agent:
    stage.change(stage.erin, role=Role.ADMIN)
    return stage.erin


def _told(stage: Stage) -> list[tuple[Any, ...]]:
    return stage.outbox.told_of("digest_not_posted", "team", "edition", "on", "reason")


@pytest.mark.long
def test_it_tells_the_admins_once_for_a_day_and_a_cause_and_posts_when_it_can(stage: Stage, admin: Agent) -> None:
    stage.outbox.fails = ARCHIVED
    for _ in range(3):
        digests.post_due(stage.deps)
        stage.now += HOUR
    assert _told(stage) == [(admin.slack_user_id, "Energy", Edition.DAY, ON, "is_archived")]
    stage.outbox.fails = DeliveryFailed("not_in_channel", is_permanent=True)
    digests.post_due(stage.deps)
    assert [reason for *_, reason in _told(stage)] == ["is_archived", "not_in_channel"]
    stage.now = EVENING + DAY + MINUTE
    digests.post_due(stage.deps)  # two days wait now
    assert len(_told(stage)) == 3
    stage.outbox.fails, stage.now = None, stage.now + HOUR
    assert digests.post_due(stage.deps) == 2
    assert [one.on for one in stage.outbox.digests] == [ON, ON + DAY]


def test_it_tells_of_a_temporary_failure_only_when_it_lasts(stage: Stage, admin: Agent) -> None:
    stage.outbox.fails = BUSY
    told = []
    for minutes in (55, 60):
        stage.now = EVENING + minutes * MINUTE
        digests.post_due(stage.deps)
        told.append(len(_told(stage)))
    assert told == [0, 1]


def test_it_goes_on_when_no_admin_can_be_told(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.outbox.fails = ARCHIVED
    assert digests.post_due(stage.deps) == 0  # no admin
    stage.change(stage.erin, role=Role.ADMIN)

    def revoked(*_: object) -> None:
        raise DeliveryFailed("token_revoked", is_permanent=True)

    stage.outbox.tell = revoked  # type: ignore[method-assign, assignment]
    stage.now += HOUR
    assert digests.post_due(stage.deps) == 0
    assert "digest_failed" in caplog.text
    assert "reason=is_archived" in caplog.text
    stage.now += DAY
    messages.send_due(stage.deps)
    assert "event=notice_failed user=U0ERIN" in caplog.text


@pytest.mark.long
def test_a_digest_of_a_day_long_past_shows_what_waited_then(stage: Stage) -> None:
    held = stage.contact(verdict=Verdict.HELD, because="no place", callable_from=None)
    stage.now = TUESDAY + 9 * HOUR
    digests.post_due(stage.deps)
    stage.now = TUESDAY + 3 * DAY
    stage.change(held, finished_at=stage.now, finished_because="success")
    [waited] = build(stage).waiting or ()
    assert (waited.state, waited.reason, waited.count) == (ContactState.HELD, "no place", 1)
    other = digests.build(stage.deps, stage.energy.id or 0, TUESDAY.date() - DAY)
    assert other.waiting is None, "no digest was posted, and nobody wrote down what waited"
