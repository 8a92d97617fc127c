"""An audit over many days: every day on the team's clock, each broken promise once, with its day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.services.answers.evidence.checks import SpanAudit
from bot.services.audit.judging import CHECKS, IN_LOCK, NO_OUTCOME
from bot.services.errors import RoleNeeded, SpanOutOfRange, UnknownTeam
from bot.services.evidence.span_audit import MOST_DAYS, audit_days
from policy.vocabulary import Outcome
from storage.models import DecisionRecord, Organisation
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.stage import DAY, HOUR, MINUTE, Stage

pytestmark = pytest.mark.both_engines
FIRST, LAST = date(2026, 11, 20), date(2026, 11, 24)  # a Friday to TUESDAY
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    stage = Stage(acme)
    stage.now = TUESDAY + 8 * DAY + timedelta(microseconds=300_001)
    return stage


def _audited(stage: Stage, first: date = FIRST, last: date = LAST, team: str = "") -> SpanAudit:
    return audit_days(stage.deps, stage.acme.erin, first, last, team)


def _twice(stage: Stage, at: datetime) -> None:
    """Two calls to one contact within minutes: the second is inside the lock of the first."""
    contact = stage.contact()
    stage.call(contact, stage.alice, at, Outcome.NO_ANSWER)
    stage.call(contact, stage.alice, at + 10 * MINUTE, Outcome.NO_ANSWER)


@pytest.mark.long
def test_it_finds_each_broken_promise_once_with_its_day(stage: Stage) -> None:
    _twice(stage, TUESDAY - 4 * DAY)
    _twice(stage, TUESDAY)
    stage.call(stage.contact(), stage.charlie, TUESDAY - DAY)  # of the other team
    found = _audited(stage)
    assert [one.team for one in found.teams] == ["Energy", "Water"]
    energy, water = found.teams
    assert [check.name for check in energy.checks] == list(CHECKS)
    [in_lock] = [check for check in energy.checks if check.name == IN_LOCK]
    assert [detail[:16] for detail in in_lock.details] == ["2026-11-20 10:10", "2026-11-24 10:10"]
    assert (energy.attempts, water.attempts) == (4, 1)
    assert [check.name for check in water.checks if check.broken] == [NO_OUTCOME]
    assert found.broken == energy.broken + water.broken
    assert _audited(stage, team="water").teams == (water,)


@pytest.mark.long
def test_every_call_is_in_one_day_of_the_team_s_clock(stage: Stage) -> None:
    """Moscow is three hours ahead of London: the same moment is in one day there and in another here."""
    stage.change(stage.water, zone="Europe/Moscow")
    midnight = datetime(2026, 11, 23, 21, tzinfo=UTC)  # in Moscow the 24th begins
    for at in (midnight - MICROSECOND, midnight):
        stage.call(stage.contact(), stage.charlie, at, Outcome.NO_ANSWER)
        stage.call(stage.contact(), stage.alice, at, Outcome.NO_ANSWER)
    days = [FIRST + offset * DAY for offset in range(6)]
    each = [_audited(stage, on, on) for on in days]
    assert [[team.attempts for team in found.teams] for found in each] == [
        [0, 0],
        [0, 0],
        [0, 0],
        [2, 1],
        [0, 1],
        [0, 0],
    ]
    assert [team.attempts for team in _audited(stage).teams] == [2, 2]


def test_it_counts_the_attempts_that_other_rules_allowed(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.NO_ANSWER)
    stage.call(stage.contact(), stage.alice, TUESDAY + HOUR, Outcome.NO_ANSWER)
    earlier = stage.rows(DecisionRecord)[0]
    stage.change(earlier, rulebook="another")
    assert [team.by_other_rules for team in _audited(stage).teams] == [1, 0]


@pytest.mark.long
def test_it_says_from_when_changes_of_campaigns_are_on_record(stage: Stage) -> None:
    assert _audited(stage).terms_kept_since is None
    kept = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)
    organisation = stage.acme.one(Organisation, stage.organisation_id)
    stage.change(organisation, terms_kept_since=kept)
    assert _audited(stage).terms_kept_since is None  # it was kept on every day
    stage.change(organisation, terms_kept_since=kept + MICROSECOND)
    assert _audited(stage).terms_kept_since == kept + MICROSECOND


def test_it_leaves_out_the_days_to_come_and_counts_its_progress(stage: Stage) -> None:
    stage.now = TUESDAY + HOUR
    stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.NO_ANSWER)
    told: list[tuple[int, int]] = []
    found = audit_days(stage.deps, stage.acme.erin, LAST, LAST + 2 * DAY, "", lambda done, of: told.append((done, of)))
    assert [team.attempts for team in found.teams] == [1, 0]
    assert told == [(done, 6) for done in range(1, 7)]


def test_it_refuses_others_and_days_it_cannot_audit(stage: Stage) -> None:
    for actor in (stage.acme.alice, stage.acme.dana):
        with pytest.raises(RoleNeeded):
            audit_days(stage.deps, actor, FIRST, LAST)
    with pytest.raises(SpanOutOfRange):
        _audited(stage, LAST, FIRST)
    with pytest.raises(SpanOutOfRange):
        _audited(stage, FIRST, FIRST + MOST_DAYS * DAY)
    with pytest.raises(UnknownTeam):
        _audited(stage, team="Gas")
