"""An agent's own day, and the newest digests of the teams that a lead or manager answers for, and no others."""

from datetime import date, datetime

import pytest

from bot.services.answers.teams import Tally
from bot.services.errors import DayNotBegun, RoleNeeded, UnknownTeam
from bot.services.reports import digests
from bot.services.teams.own_day import own_day
from policy.vocabulary import Outcome
from storage.models import Contact
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_callback
from tests.services.stage import DAY, HOUR, MINUTE, Stage
from tests.transactions import transactions

pytestmark = pytest.mark.usefixtures("few_charts")


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


def own_callback(
    stage: Stage, contact: Contact, agent_id: int | None, due_at: datetime, closed_at: datetime | None = None
) -> None:
    attempt = stage.attempt(contact, stage.alice, TUESDAY - DAY)
    stage.add(a_callback(contact, due_at, TUESDAY - DAY, agent_id=agent_id, attempt_id=attempt.id, closed_at=closed_at))


def test_it_lists_the_actors_open_callbacks_of_the_week_soonest_first(stage: Stage) -> None:
    alice = stage.alice.id
    for name, due_at, agent_id, closed_at in (
        ("tomorrow", TUESDAY + DAY, alice, None),
        ("overdue", TUESDAY - HOUR, alice, None),
        ("next month", TUESDAY + 30 * DAY, alice, None),
        ("of bob", TUESDAY + HOUR, stage.bob.id, None),
        ("of anyone", TUESDAY + HOUR, None, None),
        ("kept", TUESDAY + HOUR, alice, TUESDAY),
    ):
        contact = stage.contact(zones="America/New_York")
        stage.change(contact, name=name)
        own_callback(stage, contact, agent_id, due_at, closed_at)
    done = stage.contact(finished_at=TUESDAY)
    own_callback(stage, done, alice, TUESDAY + HOUR)
    found = own_day(stage.deps, stage.actor(stage.alice)).callbacks
    assert [(one.name, one.campaign, one.zones) for one in found] == [
        ("overdue", "Energy switch", "America/New_York"),
        ("tomorrow", "Energy switch", "America/New_York"),
    ]


def test_it_counts_the_actors_day_since_the_teams_midnight(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY - 11 * HOUR, Outcome.BUSY)  # before midnight
    stage.call(stage.contact(), stage.alice, TUESDAY - 2 * HOUR, Outcome.CONVERSATION)
    stage.call(stage.contact(), stage.alice, TUESDAY - HOUR, Outcome.ABANDONED)
    stage.call(stage.contact(), stage.alice, TUESDAY - HOUR, Outcome.SUCCESS)
    stage.call(stage.contact(), stage.alice, TUESDAY - HOUR, Outcome.WRONG_NUMBER)  # somebody, but not them
    stage.call(stage.contact(), stage.alice, TUESDAY - HOUR, Outcome.NOT_DIALLED)
    figures = own_day(stage.deps, stage.actor(stage.alice)).figures
    assert figures is not None
    assert figures.today == Tally(calls=4, contacts=2, successes=1)
    assert figures.an_hour == 2
    assert figures.median is None, "nobody else has called"
    assert own_day(stage.deps, stage.actor(stage.erin)).figures is None


def test_it_sets_the_day_beside_the_same_time_yesterday_and_the_team(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY - DAY - MINUTE, Outcome.SUCCESS)
    stage.call(stage.contact(), stage.alice, TUESDAY - DAY + MINUTE, Outcome.SUCCESS)  # later in the day
    stage.call(stage.contact(), stage.alice, TUESDAY - 2 * DAY, Outcome.SUCCESS)
    for _ in range(3):
        stage.call(stage.contact(), stage.bob, TUESDAY - 2 * HOUR, Outcome.CONVERSATION)
    figures = own_day(stage.deps, stage.actor(stage.alice)).figures
    assert figures is not None
    assert (figures.today, figures.an_hour) == (Tally(), 0)
    assert figures.yesterday == Tally(1, 1, 1)
    assert figures.median == Tally(3, 3, 0)
    stage.call(stage.contact(), stage.alice, TUESDAY - 5 * MINUTE, Outcome.BUSY)
    figures = own_day(stage.deps, stage.actor(stage.alice)).figures
    assert figures is not None
    assert figures.an_hour == 4, "as if a quarter of an hour had passed"
    assert figures.median == Tally(2, 2, 0)


@pytest.mark.long
def test_leads_and_managers_get_the_newest_digest_of_their_teams(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY - HOUR, Outcome.BUSY)
    stage.now = TUESDAY + DAY + 9 * HOUR
    digests.post_due(stage.deps)
    seen = {
        actor.name: [(one.team, one.newest.on) for one in digests.last_digests(stage.deps, stage.actor(actor))]
        for actor in (stage.alice, stage.dana, stage.erin)
    }
    wednesday = date(2026, 11, 25)
    assert seen == {"Alice": [], "Dana": [("Energy", wednesday)], "Erin": [("Energy", wednesday), ("Water", wednesday)]}
    last = digests.last_digests(stage.deps, stage.actor(stage.dana))[0]
    assert (last.newest.broken, last.posted_at) == (0, stage.now)
    alice = stage.actor(stage.alice)
    with transactions() as asked:
        assert digests.last_digests(stage.deps, alice) == ()
    assert not asked, "an agent's Home asks nothing for them"


def test_only_they_see_a_digest_again_and_nothing_is_posted(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY - HOUR, Outcome.BUSY)
    energy, on = stage.energy.id or 0, date(2026, 11, 24)
    stage.now = TUESDAY + 10 * MINUTE
    assert digests.shown_again(stage.deps, stage.actor(stage.erin), energy, on).attempts == 1
    assert digests.shown_again(stage.deps, stage.actor(stage.dana), energy, on).team == "Energy"
    for actor, team_id in ((stage.alice, energy), (stage.charlie, energy), (stage.dana, stage.water.id or 0)):
        with pytest.raises(RoleNeeded):
            digests.shown_again(stage.deps, stage.actor(actor), team_id, on)
    with pytest.raises(UnknownTeam):
        digests.shown_again(stage.deps, stage.actor(stage.erin), 999, on)
    with pytest.raises(DayNotBegun):
        digests.shown_again(stage.deps, stage.actor(stage.erin), energy, date(2026, 12, 24))
    assert not stage.outbox.digests
