"""/teamstatus: six states that sum to the lists, who holds what, and who may see it."""

from datetime import datetime, time
from typing import Any

import pytest

from bot.services import messages
from bot.services.answers.calls import Closed
from bot.services.answers.leads import WasAsked
from bot.services.answers.teams import Doing, TeamStatus
from bot.services.errors import NoTeam, RoleNeeded, UnknownTeam
from bot.services.ports import DeliveryFailed
from bot.services.reminders import reminders
from bot.services.teams.team_status import team_status
from policy.vocabulary import AttemptState, ContactState, LeaseStage, Outcome, Role, Verdict
from storage.models import Agent, Campaign
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_callback
from tests.services.stage import DAY, HOUR, MINUTE, Stage

pytestmark = pytest.mark.both_engines

S = ContactState


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    return Stage(acme)


def seen_by_dana(stage: Stage) -> TeamStatus:
    return team_status(stage.deps, stage.actor(stage.dana))


def counts(status: TeamStatus) -> dict[ContactState, int]:
    return {state: count for state, count in status.by_state if count}


def test_it_puts_every_contact_in_exactly_one_state_and_they_sum_to_the_list(stage: Stage) -> None:
    every: list[dict[str, Any]] = [
        {},
        {
            "verdict": Verdict.LOCKED,
            "because": "72 hours",
            "callable_from": TUESDAY + DAY,
            "callable_until": TUESDAY + 2 * DAY,
        },
        {"verdict": Verdict.HELD, "because": "a complaint", "callable_from": None, "callable_until": None},
        {"verdict": Verdict.SUPPRESSED, "because": "asked", "callable_from": None, "callable_until": None},
        {"finished_at": TUESDAY - DAY, "finished_because": "success"},
    ]
    for values in every:
        stage.contact(**values)
    stage.lease(stage.contact(), stage.alice, TUESDAY - MINUTE)
    status = seen_by_dana(stage)
    assert counts(status) == dict.fromkeys(S, 1)
    assert status.total == 6 == sum(count for _, count in status.by_state) == sum(row.count for row in status.rows)


@pytest.mark.long
@pytest.mark.parametrize(
    ("values", "is_leased", "state"),
    [
        ({"verdict": Verdict.SUPPRESSED, "finished_at": TUESDAY}, True, S.SUPPRESSED),
        ({"verdict": Verdict.CALLABLE, "finished_at": TUESDAY}, True, S.FINISHED),
        ({"verdict": Verdict.HELD, "finished_at": TUESDAY}, False, S.FINISHED),
        ({"verdict": Verdict.HELD}, True, S.LEASED),
        ({"verdict": Verdict.HELD}, False, S.HELD),
        ({"verdict": Verdict.LOCKED, "callable_from": TUESDAY + HOUR}, False, S.LOCKED),
    ],
)
def test_it_counts_a_contact_by_the_first_state_that_fits(
    stage: Stage, values: dict[str, Any], is_leased: bool, state: ContactState
) -> None:
    contact = stage.contact(**values)
    if is_leased:
        stage.lease(contact, stage.alice, TUESDAY - MINUTE)
    assert counts(seen_by_dana(stage)) == {state: 1}


@pytest.mark.long
@pytest.mark.parametrize(
    ("verdict", "opens", "closes", "state"),
    [
        (Verdict.CALLABLE, TUESDAY - HOUR, TUESDAY, S.LOCKED),  # the window has closed, but the cached verdict is old
        (Verdict.CALLABLE, TUESDAY - HOUR, TUESDAY + MINUTE, S.CALLABLE),
        (Verdict.LOCKED, TUESDAY, TUESDAY + HOUR, S.CALLABLE),  # its time has come
        (Verdict.LOCKED, TUESDAY + MINUTE, TUESDAY + HOUR, S.LOCKED),
        (Verdict.LOCKED, None, None, S.LOCKED),
        (Verdict.CALLABLE, TUESDAY - HOUR, None, S.CALLABLE),
    ],
)
def test_the_window_outweighs_the_cached_verdict(
    stage: Stage, verdict: Verdict, opens: datetime | None, closes: datetime | None, state: ContactState
) -> None:
    stage.contact(verdict=verdict, callable_from=opens, callable_until=closes)
    assert counts(seen_by_dana(stage)) == {state: 1}


def test_it_says_that_no_campaign_of_the_team_is_active(stage: Stage) -> None:
    stage.contact()
    assert not seen_by_dana(stage).is_inactive
    for campaign in stage.rows(Campaign):
        stage.change(campaign, is_active=False)
    status = seen_by_dana(stage)
    assert (status.is_inactive, status.total) == (True, 0)


def test_it_groups_by_reason_and_gives_the_first_opening(stage: Stage) -> None:
    for hours in (5, 3, 4):
        stage.contact(
            verdict=Verdict.LOCKED,
            because="House policy: 72 hours",
            callable_from=TUESDAY + hours * HOUR,
            callable_until=None,
        )
    stage.contact(verdict=Verdict.LOCKED, because="Sunday", callable_from=TUESDAY + 9 * HOUR, callable_until=None)
    stage.contact(finished_at=TUESDAY, finished_because="refused")
    status = seen_by_dana(stage)
    assert status.rows == (
        Closed(S.FINISHED, "refused", 1, None),
        Closed(S.LOCKED, "House policy: 72 hours", 3, TUESDAY + 3 * HOUR),
        Closed(S.LOCKED, "Sunday", 1, TUESDAY + 9 * HOUR),
    )
    assert status.next_opens_at == TUESDAY + 3 * HOUR


def test_it_counts_active_campaigns_of_the_team_only(stage: Stage) -> None:
    stage.contact()
    stage.contact(stage.other_campaign)
    assert seen_by_dana(stage).total == 1
    stage.change(stage.campaign, is_active=False)
    assert seen_by_dana(stage).total == 0


def test_it_shows_who_holds_what_and_since_when_with_the_number_masked(stage: Stage) -> None:
    offered, calling = stage.contact(number="+442079460111"), stage.contact(number="+442079460222")
    stage.lease(offered, stage.bob, TUESDAY - 5 * MINUTE)
    stage.call(calling, stage.alice, TUESDAY - 2 * MINUTE)
    stage.lease(stage.contact(stage.other_campaign), stage.charlie, TUESDAY)
    held = seen_by_dana(stage).held_by
    assert [(one.agent_name, one.number, one.stage, one.since) for one in held] == [
        ("Bob", "•••• 111", LeaseStage.OFFERED, TUESDAY - 5 * MINUTE),
        ("Alice", "•••• 222", LeaseStage.CALLING, TUESDAY - 2 * MINUTE),
    ]
    assert "+44207946" not in repr(held)


def test_it_lists_attempts_without_an_outcome(stage: Stage) -> None:
    old = stage.call(stage.contact(), stage.alice, TUESDAY - 60 * MINUTE)
    stage.call(stage.contact(), stage.alice, TUESDAY - 59 * MINUTE)
    stage.call(stage.contact(), stage.bob, TUESDAY - 3 * HOUR, Outcome.BUSY)
    lapsed = stage.call(stage.contact(), stage.bob, TUESDAY - 10 * MINUTE)
    stage.change(lapsed, state=AttemptState.UNREPORTED)
    waiting = seen_by_dana(stage).unreported
    assert [(one.attempt_id, one.agent_name) for one in waiting] == [(old.id, "Alice"), (lapsed.id, "Bob")]


def test_it_counts_each_agents_local_day(stage: Stage) -> None:
    stage.change(stage.energy, zone="Europe/Helsinki")  # its day began at 22:00 UTC
    midnight = datetime.fromisoformat("2026-11-23T22:00:00+00:00")
    stage.call(stage.contact(), stage.alice, midnight - MINUTE, Outcome.BUSY)
    stage.call(stage.contact(), stage.alice, midnight, Outcome.SUCCESS)
    stage.call(stage.contact(), stage.alice, midnight + HOUR, Outcome.NOT_DIALLED)
    stage.call(stage.contact(), stage.alice, midnight + 2 * HOUR)
    alice, bob = seen_by_dana(stage).agents
    assert (alice.name, alice.attempts, alice.contacts, alice.not_dialled, alice.unreported, alice.holding) == (
        "Alice",
        2,
        1,
        1,
        1,
        1,
    )
    assert (bob.name, bob.attempts) == ("Bob", 0)


def test_it_counts_a_call_of_this_moment(stage: Stage) -> None:
    stage.call(stage.contact(), stage.alice, TUESDAY)
    assert seen_by_dana(stage).agents[0].attempts == 1


@pytest.mark.parametrize(("due", "is_overdue"), [(TUESDAY - 15 * MINUTE, False), (TUESDAY - 16 * MINUTE, True)])
def test_it_counts_overdue_callbacks(stage: Stage, due: datetime, is_overdue: bool) -> None:
    contact = stage.contact()
    stage.add(a_callback(contact, due, TUESDAY - DAY))
    assert seen_by_dana(stage).overdue_callbacks == int(is_overdue)


def test_it_shows_an_agent_the_counts_and_only_their_own_lines(stage: Stage) -> None:
    stage.lease(stage.contact(), stage.alice, TUESDAY)
    stage.call(stage.contact(), stage.bob, TUESDAY - 2 * HOUR)
    status = team_status(stage.deps, stage.actor(stage.alice))
    assert status.total == 2
    assert [one.agent_name for one in status.held_by] == ["Alice"]
    assert [one.name for one in status.agents] == ["Alice"]
    assert status.unreported == ()


def test_only_managers_see_another_team(stage: Stage) -> None:
    for agent in (stage.charlie, stage.alice, stage.dana):
        asked = "energy" if agent is stage.charlie else "WATER"
        with pytest.raises(RoleNeeded):
            team_status(stage.deps, stage.actor(agent), asked)
    assert team_status(stage.deps, stage.actor(stage.erin), " water ").team == "Water"


def test_it_says_which_teams_there_are(stage: Stage) -> None:
    with pytest.raises(UnknownTeam) as refused:
        team_status(stage.deps, stage.actor(stage.erin), "Gas")
    assert refused.value.known == ("Energy", "Water")
    with pytest.raises(UnknownTeam):
        team_status(stage.deps, stage.actor(stage.erin))  # two teams, none of them hers
    lost = stage.add(
        Agent(organisation_id=stage.organisation_id, slack_user_id="U0FRANK", name="Frank", role=Role.AGENT, zone="UTC")
    )
    with pytest.raises(NoTeam):
        team_status(stage.deps, stage.actor(lost))


@pytest.mark.long
def test_the_database_counts_whatever_the_number_of_contacts(stage: Stage, statements: list[str]) -> None:
    stage.contact()
    seen_by_dana(stage)  # the first request alone sets the connection up
    statements.clear()
    seen_by_dana(stage)
    few = len(statements)
    for _ in range(20):
        stage.contact()
    statements.clear()
    assert seen_by_dana(stage).total == 21
    assert len(statements) == few
    assert not any("contact.verdict" in one and "count(" not in one for one in statements)


def test_it_changes_nothing(stage: Stage) -> None:
    stage.contact()
    before = [row.model_dump() for row in stage.rows(Campaign)]
    seen_by_dana(stage)
    assert [row.model_dump() for row in stage.rows(Campaign)] == before


def doing(stage: Stage) -> list[tuple[str, Doing, datetime | None, int, int]]:
    return [(one.name, one.doing, one.since, one.calls, one.contacts) for one in seen_by_dana(stage).now]


def test_it_says_what_each_agent_does_since_when_and_counts_the_last_hour(stage: Stage) -> None:
    first, second, third = (stage.contact() for _ in range(3))
    stage.attempt(first, stage.alice, TUESDAY - 5 * MINUTE, state=AttemptState.OPEN)
    for ago, outcome in ((20, Outcome.REFUSED), (40, Outcome.NO_ANSWER), (61, Outcome.SUCCESS)):
        stage.attempt(
            second, stage.alice, TUESDAY - ago * MINUTE, state=AttemptState.REPORTED, outcome=outcome, closed_at=TUESDAY
        )
    stage.lease(third, stage.bob, TUESDAY - 3 * MINUTE)
    assert doing(stage) == [
        ("Alice", Doing.CALLING, TUESDAY - 5 * MINUTE, 3, 1),
        ("Bob", Doing.LOOKING, TUESDAY - 3 * MINUTE, 0, 0),
    ]
    stage.change(stage.bob, paused_at=TUESDAY - MINUTE)
    assert doing(stage)[1][1:3] == (Doing.PAUSED, TUESDAY - MINUTE)


def test_an_agent_off_shift_with_nothing_open_is_not_at_work_and_a_free_one_is(stage: Stage) -> None:
    assert doing(stage) == [("Alice", Doing.FREE, None, 0, 0), ("Bob", Doing.FREE, None, 0, 0)]
    stage.change(stage.bob, shift_from=time(12))
    stage.attempt(stage.contact(), stage.alice, TUESDAY - 2 * HOUR, state=AttemptState.REPORTED)
    assert doing(stage) == [("Alice", Doing.FREE, TUESDAY - 2 * HOUR, 0, 0)]


def test_a_call_open_for_30_minutes_is_for_the_lead_and_after_an_hour_it_lacks_its_outcome(stage: Stage) -> None:
    stage.attempt(stage.contact(), stage.alice, TUESDAY - 30 * MINUTE, state=AttemptState.OPEN)
    stage.attempt(stage.contact(), stage.bob, TUESDAY - 29 * MINUTE, state=AttemptState.OPEN)
    status = seen_by_dana(stage)
    assert ([one.agent_name for one in status.long_calls], status.unreported) == (["Alice"], ())
    stage.now = TUESDAY + 30 * MINUTE
    assert [one.agent_name for one in seen_by_dana(stage).unreported] == ["Alice"]
    assert team_status(stage.deps, stage.actor(stage.alice)).long_calls == ()


def test_an_agent_is_asked_for_an_outcome_once_in_five_minutes_and_by_their_lead_only(stage: Stage) -> None:
    call = stage.attempt(stage.contact(), stage.alice, TUESDAY - 31 * MINUTE, state=AttemptState.OPEN)

    def ask(by: Agent) -> WasAsked:
        return reminders.ask_for_outcome(stage.acme.deps, stage.actor(by), call.id or 0)[1]

    with pytest.raises(RoleNeeded):
        ask(stage.bob)
    stage.acme.notifier.fails = DeliveryFailed("away", is_permanent=False)
    assert [ask(stage.dana), ask(stage.erin)] == [WasAsked.NOW, WasAsked.ALREADY]
    assert stage.acme.notifier.chases == []
    stage.acme.notifier.fails, stage.now = None, TUESDAY + 5 * MINUTE
    assert messages.send_due(stage.acme.deps) == 1, "Slack was away"
    assert ask(stage.dana) is WasAsked.NOW
    assert [asked for asked, _ in stage.acme.notifier.chases] == ["U0ALICE"] * 2
    stage.change(call, state=AttemptState.REPORTED)
    assert ask(stage.dana) is WasAsked.NOT_NEEDED
