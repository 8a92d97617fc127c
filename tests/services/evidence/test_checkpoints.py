"""The channel that keeps checkpoints gets one a day, whatever dies or fails meanwhile, and none twice."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from bot.services.evidence import checkpoints
from bot.services.ports import DeliveryFailed
from bot.services.proof import published, sequencing, verify
from bot.services.setup import Setup, plan
from policy.vocabulary import Role, SuppressionSource
from storage.models import Agent, CheckpointPost, Organisation, Suppression, Team
from tests.fakes import FakeNotifier, SampleOrganisation
from tests.services.stage import BUSY, DAY, GONE, HOUR, MINUTE, Stage

pytestmark = pytest.mark.both_engines
CHANNEL = "C0PROOF0001"
SECOND = timedelta(seconds=1)


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    """Tuesday 10:00 in London; the day ends at 18:00. The log has begun."""
    made = Stage(acme)
    acme.change(Organisation, acme.organisation_id, checkpoint_channel=CHANNEL)
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    logged(made)
    return made


def logged(stage: Stage) -> None:
    """One statement more, taken into the log."""
    stop = Suppression(
        organisation_id=stage.organisation_id,
        number="+442079460001",
        source=SuppressionSource.REQUEST,
        since=stage.now,
    )
    stage.add(stop)
    sequencing.sequence_all(stage.deps, stage.organisation_id)


def newest(stage: Stage) -> str:
    with stage.units(is_read_only=True) as uow:
        found = published(uow.session, stage.organisation_id)
    assert found is not None
    return found.note


def notes(stage: Stage) -> list[str]:
    return [one.note for one in stage.outbox.checkpoints]


def test_a_chosen_channel_gets_the_newest_checkpoint_at_once_and_then_one_as_each_day_ends(stage: Stage) -> None:
    assert checkpoints.post_due(stage.deps) == 1
    first = newest(stage)
    assert notes(stage) == [first]
    assert stage.outbox.checkpoints[0].channel == CHANNEL
    logged(stage)
    stage.now = stage.now.replace(hour=17, minute=59, second=59, microsecond=917_003)
    assert checkpoints.post_due(stage.deps) == 0
    stage.now += 83 * timedelta(milliseconds=1)
    assert checkpoints.post_due(stage.deps) == 1
    assert notes(stage) == [first, newest(stage)]
    stage.now += DAY - SECOND
    assert checkpoints.post_due(stage.deps) == 0
    stage.now += SECOND
    assert checkpoints.post_due(stage.deps) == 1
    assert [one.on_date for one in stage.rows(CheckpointPost)] == [date(2026, 11, day) for day in (23, 24, 25)]


def test_without_a_channel_or_a_log_nothing_is_posted(acme: SampleOrganisation) -> None:
    stage = Stage(acme)
    acme.change(Organisation, acme.organisation_id, checkpoint_channel=CHANNEL)
    assert checkpoints.post_due(stage.deps) == 0
    acme.change(Organisation, acme.organisation_id, checkpoint_channel="")
    logged(stage)
    assert checkpoints.post_due(stage.deps) == 0
    assert not stage.rows(CheckpointPost)


def test_after_days_without_a_bot_the_newest_checkpoint_alone_is_posted(stage: Stage) -> None:
    checkpoints.post_due(stage.deps)
    stage.now += 4 * DAY + 3 * HOUR
    logged(stage)
    assert [checkpoints.post_due(stage.deps) for _ in range(3)] == [1, 0, 0]
    assert notes(stage)[1:] == [newest(stage)]


def test_of_two_bots_one_posts_it(stage: Stage) -> None:
    """Both find it due; each waits with its post until the other has asked for it, too."""
    both, posted = Barrier(2), []

    class Slow(FakeNotifier):
        def post_checkpoint(self, kept: Any) -> str:
            posted.append(kept.note)
            return super().post_checkpoint(kept)

    def bot() -> None:
        both.wait(60)
        done.append(checkpoints.post_due(replace(stage.deps, notifier=Slow())))

    done: list[int] = []
    bots = [Thread(target=bot) for _ in range(2)]
    for one in bots:
        one.start()
    for one in bots:
        one.join()
    assert sorted(done) == [0, 1]
    assert posted == [newest(stage)]


def test_it_commits_before_it_posts(stage: Stage) -> None:
    again: list[int] = []

    class Meanwhile(FakeNotifier):
        def post_checkpoint(self, kept: Any) -> str:
            again.append(checkpoints.post_due(stage.deps))
            return super().post_checkpoint(kept)

    assert checkpoints.post_due(replace(stage.deps, notifier=Meanwhile())) == 1
    assert again == [0]
    assert not stage.outbox.checkpoints


def test_a_killed_bot_loses_no_checkpoint_and_another_posts_the_same(stage: Stage) -> None:
    begun = newest(stage)
    stage.outbox.fails = RuntimeError("killed")  # type: ignore[assignment]
    with pytest.raises(RuntimeError):
        checkpoints.post_due(stage.deps)
    logged(stage)
    stage.outbox.fails, stage.now = None, stage.now + 2 * MINUTE - SECOND
    assert checkpoints.post_due(stage.deps) == 0  # it may still be posting
    stage.now += SECOND
    assert checkpoints.post_due(stage.deps) == 1
    assert notes(stage) == [begun]


def test_what_slack_refuses_for_a_moment_is_tried_again_and_told_nobody(stage: Stage) -> None:
    stage.outbox.fails = BUSY
    assert checkpoints.post_due(stage.deps) == 0
    stage.outbox.fails, stage.now = (
        DeliveryFailed("ratelimited", is_permanent=False, retry_after=45),
        stage.now + MINUTE,
    )
    assert checkpoints.post_due(stage.deps) == 0
    stage.outbox.fails, stage.now = None, stage.now + 44 * SECOND
    assert checkpoints.post_due(stage.deps) == 0
    stage.now += SECOND
    assert checkpoints.post_due(stage.deps) == 1
    assert not stage.outbox.checkpoint_troubles


def test_a_channel_that_needs_a_person_is_told_to_the_admins_once_a_day_and_tried_again(stage: Stage) -> None:
    stage.outbox.fails = GONE
    told = [((stage.erin.slack_user_id,), CHANNEL, "channel_not_found")]
    for _ in range(3):
        assert checkpoints.post_due(stage.deps) == 0
        assert stage.outbox.checkpoint_troubles == told
        stage.now += 10 * MINUTE
    stage.outbox.fails = DeliveryFailed("not_in_channel", is_permanent=True)
    checkpoints.post_due(stage.deps)
    assert [reason for _, _, reason in stage.outbox.checkpoint_troubles] == ["channel_not_found", "not_in_channel"]
    stage.outbox.fails, stage.now = None, stage.now + 10 * MINUTE
    assert checkpoints.post_due(stage.deps) == 1


def test_another_channel_gets_its_own_at_once_and_the_former_no_more(stage: Stage) -> None:
    checkpoints.post_due(stage.deps)
    plan.apply(stage.deps, Setup(checkpoint_channel="C0PROOF0002"))
    assert [checkpoints.post_due(stage.deps) for _ in range(2)] == [1, 0]
    assert [one.channel for one in stage.outbox.checkpoints] == [CHANNEL, "C0PROOF0002"]
    plan.apply(stage.deps, Setup(checkpoint_channel=CHANNEL))
    assert checkpoints.post_due(stage.deps) == 0


def test_the_clock_is_that_of_the_oldest_team_and_utc_without_one(stage: Stage) -> None:
    checkpoints.post_due(stage.deps)
    stage.acme.change(Team, stage.energy.id, zone="Australia/Sydney")  # 18:00 there was at 07:00 UTC
    assert checkpoints.post_due(stage.deps) == 1
    assert [one.on_date.day for one in stage.rows(CheckpointPost)] == [23, 24]


def test_the_log_says_which_channel_is_chosen(stage: Stage) -> None:
    plan.apply(stage.deps, Setup(checkpoint_channel=""))
    sequencing.sequence_all(stage.deps, stage.organisation_id)
    checkpoints.post_due(stage.deps)
    found = verify(stage.deps, stage.organisation_id)
    assert found is not None
    assert (found.found, found.waiting) == ((), 0)
