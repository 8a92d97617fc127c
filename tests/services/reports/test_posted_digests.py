"""A digest built again: which figures differ from the posted ones, and what came to the record since."""

from datetime import timedelta
from typing import Any

import pytest

from bot.services.answers.reports import Digest, Edition, Since
from bot.services.reports import digests
from policy.vocabulary import Outcome
from storage.models import DigestRun
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.reports.digest_stage import EVENING, ON, digest_of, in_the_evening
from tests.services.stage import DAY, HOUR, MINUTE, Stage

pytestmark = pytest.mark.usefixtures("few_charts")


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return in_the_evening(acme)


def again(stage: Stage, edition: Edition = Edition.DAY) -> Digest:
    return digests.build(stage.deps, stage.energy.id or 0, ON, edition)


def test_a_quiet_day_is_posted_without_chart_and_evidence(stage: Stage) -> None:
    assert digests.post_due(stage.deps) == 1
    assert (stage.outbox.charts, stage.outbox.evidence) == ([b""], [b""])
    stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.BUSY)
    digests.repost(stage.deps, stage.energy.id or 0, ON)
    assert stage.outbox.charts[-1].startswith(b"\x89PNG")
    assert b"attempt" in stage.outbox.evidence[-1]


@pytest.mark.both_engines
def test_it_counts_what_came_to_the_record_since_it_was_posted(stage: Stage) -> None:
    before = stage.call(stage.contact(), stage.alice, TUESDAY, Outcome.BUSY)
    assert again(stage).said is None, "nothing was posted yet"
    digests.post_due(stage.deps)
    assert (again(stage).said, again(stage).said_since) == (again(stage).figures, Since())
    stage.now = EVENING + HOUR
    stage.say(before, Outcome.CONVERSATION, stage.now)
    found = stage.call(stage.contact(), stage.alice, TUESDAY + MINUTE, Outcome.NO_ANSWER)
    stage.change(found, found_at=stage.now)
    now = again(stage)
    assert now.said is not None
    assert (now.said["attempts"], now.said["contacts"]) == (1, 0)
    assert (now.figures["attempts"], now.figures["contacts"]) == (2, 1)
    assert now.said_since == Since(outcomes=1, calls=1)
    stage.now += MINUTE
    digests.repost(stage.deps, stage.energy.id or 0, ON)
    assert again(stage).said_since == Since(), "it was posted again with what had come"


def test_it_says_that_it_was_audited_by_other_rules(stage: Stage) -> None:
    digests.post_due(stage.deps)
    [run] = [one for one in stage.rows(DigestRun) if one.team_id == stage.energy.id]
    stage.change(run, content={**run.content, "rulebook": "another"})
    assert again(stage).said_since == Since(is_by_other_rules=True)


def test_home_has_the_digests_of_the_last_seven_days_newest_first(stage: Stage) -> None:
    for days, broken, people in ((0, 0, 0), (1, 2, 0), (6, 0, 3), (7, 1, 0)):
        content: dict[str, Any] = {"audit": [{"name": "double leases", "broken": broken}]}
        content |= {"phone": {"people_count": people}} if people else {}
        stage.add(digest_of(stage, stage.energy.id, ON - days * DAY, content=content))
    stage.add(digest_of(stage, stage.energy.id, ON - 3 * DAY, content={}))  # taken, and never built
    stage.now = EVENING + timedelta(hours=5, minutes=59)
    energy = next(one for one in digests.last_digests(stage.deps, stage.acme.erin) if one.team == "Energy")
    assert energy.days == ((ON, 0, 0), (ON - DAY, 2, 0), (ON - 6 * DAY, 0, 3))
