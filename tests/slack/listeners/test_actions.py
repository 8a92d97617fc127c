"""Walks the table of actions as every role: a lower one is refused, by the table and by the services without it."""

from collections.abc import Iterator

import pytest

from bot.services.agents import Admits, reaches
from bot.services.errors import RoleNeeded
from bot.slack.boundary import actions, replies
from bot.slack.boundary.actions import Action, Kind
from bot.slack.listeners import ACTIONS
from policy.vocabulary import Outcome, Role
from tests.every import every
from tests.fakes import SampleOrganisation
from tests.slack.listeners.walk import STANDS_FOR, busy, rows, run

Case = tuple[Action, Role]
# Whom the boundary admits beside those at work. A new row here is a decision.
FINISHING = {
    *("outcome_more", "own_outcome_1", "own_outcome_2", "outcome_questions_form", "outcome_questions", "record_anyway"),
    *("correct", "asked_to_stop", "about_data", "undo", "they_rang", "outcome_form", "outcome", "callback_at"),
    *("callback_form", "callback", "give_back", "release_form", "release", "app_home_opened"),
}
STOPPING = {"/dnc", "/outcome", "undo_stop"}
# Refused by the table alone: they show nothing of the record, and change none of it.
TABLE_ALONE = {"admin_check", "admin_steps", "audit_form", "subject_form"}
RECORDING = {f"outcome_{one}" for one in Outcome}


@pytest.fixture(autouse=True)
def nothing_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is decided again behind the back of a test."""
    monkeypatch.setattr(replies, "decide_again", lambda _deps: None)


def _cases(*, are_refused: bool) -> Iterator[Case]:
    for action in ACTIONS:
        for role in STANDS_FOR:
            if reaches(role, action.who.role) is not are_refused:
                yield action, role


def _named(case: Case) -> str:
    return f"{case[0].name} as {case[1]}"


def test_every_action_stands_in_the_table_once() -> None:
    every = [(one.kind, one.name) for one in ACTIONS]
    assert len(every) > 120
    assert len(every) == len(set(every))


def test_deactivated_and_unknown_users_are_admitted_to_what_they_may_finish_and_to_no_more() -> None:
    whom = {one.name: one.who.admits for one in ACTIONS}
    assert {name for name, admits in whom.items() if admits is Admits.ANYBODY} == STOPPING
    finishing = {name for name, admits in whom.items() if admits is Admits.SWITCHED_OFF}
    assert finishing - RECORDING == FINISHING
    assert RECORDING & set(whom) <= finishing


def test_every_command_has_help_and_a_description_for_slack() -> None:
    helps = [one.help for one in ACTIONS if one.kind is Kind.COMMAND]
    assert [one for one in helps if one is None or one.typed is None or not all(one.in_slack)] == []


def test_every_action_refuses_lower_roles(acme: SampleOrganisation) -> None:
    before = rows(busy(acme))

    def refuses(case: Case) -> None:
        action, role = case
        refusal = run(acme, action, STANDS_FOR[role])
        assert isinstance(refusal, RoleNeeded), refusal
        assert refusal.needed == action.who.role

    every(_cases(are_refused=True), refuses, _named)
    assert rows(acme) == before


def test_services_refuse_lower_roles_without_the_table(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "require", lambda _actor, *_roles: None)
    before = rows(busy(acme))

    def refuses(case: Case) -> None:
        assert run(acme, case[0], STANDS_FOR[case[1]]) or case[0].name in TABLE_ALONE

    every(_cases(are_refused=True), refuses, _named)
    assert rows(acme) == before


@pytest.mark.night
@pytest.mark.parametrize("role", STANDS_FOR)
def test_every_action_answers_its_roles(acme: SampleOrganisation, role: Role) -> None:
    busy(acme)

    def answers(case: Case) -> None:
        refusal = run(acme, case[0], STANDS_FOR[role])
        assert not isinstance(refusal, RoleNeeded), refusal.needed

    every((one for one in _cases(are_refused=False) if one[1] is role), answers, _named)
