"""What an admin changes in Slack, by the same plan as a setup file: shown before it is saved, and written once."""

from dataclasses import dataclass

from bot.services.agents import require
from bot.services.answers.people import Actor
from bot.services.deciding import refresh
from bot.services.deps import Deps
from bot.services.errors import LastAdmin
from bot.services.setup import overview
from bot.services.setup import plan as setup
from bot.services.setup.fields import entry
from bot.services.setup.objects import PersonView, Setup
from bot.services.setup.plan import Plan
from policy.vocabulary import Role

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What saving would do: the plan, and how many contacts it decides again."""

    plan: Plan
    contacts: int


def propose(deps: Deps, actor: Actor, wanted: Setup) -> Proposal:
    """What saving would do; changes nothing. Raises RoleNeeded, LastAdmin, SetupRefused."""
    _refuse(deps, actor, wanted)
    planned = setup.plan(deps, wanted)
    return Proposal(planned, setup.count_affected(deps, planned))


def save(deps: Deps, actor: Actor, wanted: Setup) -> Plan:
    """Apply the setup. Raises RoleNeeded, LastAdmin, SetupRefused. Contacts it affects are due again: see
    `decide_again`."""
    _refuse(deps, actor, wanted)
    return setup.apply(deps, wanted, actor.slack_user_id)


def decide_again(deps: Deps) -> int:
    """Decide what is due, in small transactions, until nothing is. If interrupted, the ticks continue it."""
    done = 0
    while count := refresh.redecide_stale(deps, _AT_ONCE):
        done += count
    return done


def introduce(deps: Deps, actor: Actor, name: str, zone: str) -> None:
    """Give an admin known only from the environment the name and zone of their Slack profile."""
    if actor.name != actor.slack_user_id or not name:
        return
    person = entry(PersonView, slack_user_id=actor.slack_user_id, name=name, role=actor.role, zone=zone or None)
    setup.apply(deps, Setup(people=(person,)), actor.slack_user_id)


def _refuse(deps: Deps, actor: Actor, wanted: Setup) -> None:
    """Raise RoleNeeded for all but admins, LastAdmin if no admin would be left: that cannot be undone in Slack."""
    require(actor, Role.ADMIN)
    leaves = {
        one["slack_user_id"] for one in wanted.people if one["role"] is not Role.ADMIN or one.get("is_active") is False
    }
    if leaves & overview.organisation_overview(deps, actor).last_admins:
        raise LastAdmin
