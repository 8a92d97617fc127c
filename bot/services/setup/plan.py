"""Compares a setup with what is stored, and changes what differs. What the setup does not name stays as it is.

The file of `nextcall apply` and the forms in Slack's Home tab both use it.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import Session, SQLModel

from bot.services.deps import Deps
from bot.services.errors import SetupRefused
from bot.services.notices import tell_withdrawn
from bot.services.setup import campaign_faults, outcome_plan
from bot.services.setup.file import (
    CAMPAIGN_DAYS,
    ORGANISATION_SETTINGS,
    OWN_OUTCOME_FIELDS,
    CampaignSetup,
    Setup,
    given,
    read_setup,
)
from bot.services.setup.standing import Standing
from bot.services.setup.writing import new_organisation, write
from policy import meant_sector
from policy.vocabulary import Role
from storage.models import Agent
from storage.queries import lists
from storage.queries import setup as setup_queries

__all__ = ["FieldChange", "Plan", "PlanLine", "apply", "enrol_admins", "plan", "read_setup"]

_log = logging.getLogger("nextcall.setup")
_AT_ONCE = 5_000  # contacts marked in one transaction
_KEYS = {"is_active": "active", "is_number_shown": "shows_number", "is_retired": "retired"}  # as the file has them
# Changing one of these may change the decisions on the campaign's contacts.
_DECIDES = frozenset(["purpose", "sector", "principal", "subject", "country", "house_pack"]) | frozenset(
    ["caller_role", "authorised_for", "codes", "shows_number", *CAMPAIGN_DAYS]
)


@dataclass(frozen=True, slots=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What happens to one of the kinds named. `fields`: what differs, or all of a new one."""

    change: Literal["add", "change", "same"]
    kind: Literal["organisation", "team", "person", "outcome", "campaign"]
    name: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the setup names, in its order. `redecides`: campaigns whose contacts must be decided again."""

    lines: tuple[PlanLine, ...]
    redecides: tuple[str, ...]
    notes: tuple[str, ...] = ()  # what to look at again, though nothing is wrong

    @property
    def is_empty(self) -> bool:
        return all(line.change == "same" for line in self.lines)


def plan(deps: Deps, setup: Setup) -> Plan:
    """What `apply` would do; changes nothing. Raises SetupRefused with every fault."""
    with deps.unit_of_work(is_read_only=True) as uow:
        standing = Standing(uow.session)
        _refuse_faults(deps, setup, standing)
        return _plan(setup, standing)


def apply(deps: Deps, setup: Setup, by: str = "command line") -> Plan:
    """Bring the database in line with the setup, all or nothing. Returns what was done. Raises SetupRefused.

    `by` goes to the log. Contacts whose decisions this changes are due again: the sweep decides them before they are
    handed out.
    """
    at = deps.clock()
    with deps.unit_of_work() as uow:
        if setup.outcomes:
            _let_one_at_a_time(uow.session)
        standing = Standing(uow.session)
        _refuse_faults(deps, setup, standing)
        done = _plan(setup, standing)
        gone = write(uow.session, setup, standing, at, by)
        changed = [standing.campaigns[name].id or 0 for name in done.redecides]
        left = {key: lists.due_again(uow.session, key, 0, _AT_ONCE, at) for key in changed}
    tell_withdrawn(deps, gone)
    for campaign_id, last in left.items():
        while last is not None:
            with deps.unit_of_work() as uow:
                last = lists.due_again(uow.session, campaign_id, last, _AT_ONCE, at)
    _note(done, by)
    return done


def _let_one_at_a_time(session: Session) -> None:
    """Two people who add an outcome of one name at once: the second finds it."""
    organisation = setup_queries.organisation(session)
    if organisation is not None:
        setup_queries.let_one_at_a_time(session, organisation.id or 0)


def count_affected(deps: Deps, planned: Plan) -> int:
    """How many contacts the plan decides again."""
    if not planned.redecides:
        return 0
    with deps.unit_of_work(is_read_only=True) as uow:
        known = Standing(uow.session).campaigns
        return lists.unfinished_count(uow.session, [known[name].id or 0 for name in planned.redecides])


def _note(done: Plan, by: str) -> None:
    """Log who changed what: people by Slack id, and of values only the field's name."""
    for line in done.lines:
        if line.change != "same":
            fields = ",".join(field.field for field in line.fields)
            named = next((one.after for one in line.fields if one.field == "slack_user_id"), "") or line.name
            _log.info(
                "event=setup_changed by=%s change=%s kind=%s name=%r fields=%s",
                by,
                line.change,
                line.kind,
                named,
                fields,
            )


def enrol_admins(deps: Deps, slack_user_ids: Sequence[str]) -> tuple[str, ...]:
    """Enrol the admins named in the environment. Returns those who were added.

    A person to whom a setup file gave another role keeps it: the file comes later.
    """
    at = deps.clock()
    with deps.unit_of_work() as uow:
        standing = Standing(uow.session)
        since = at if standing.has_admin else None
        missing = tuple(user for user in slack_user_ids if user not in standing.agents)
        if missing:
            key = (standing.organisation or new_organisation(uow.session, "Nextcall")).id or 0
            uow.session.add_all(
                Agent(
                    organisation_id=key, slack_user_id=user, name=user, role=Role.ADMIN, zone="UTC", admin_since=since
                )
                for user in missing
            )
    return missing


def _refuse_faults(deps: Deps, setup: Setup, standing: Standing) -> None:
    faults = list(setup.faults)
    known = {team.name for team in setup.teams} | set(standing.teams)
    packs = sorted(pack.id for pack in deps.rulebook().packs.values() if pack.kind == "house")
    words = deps.rulebook().known_words()
    teams = f"name one of {', '.join(sorted(known)) or 'your teams'}, or add it as [[team]]"
    faults += [
        f'[[person]] ({person.name}) team: there is no team "{name}"; {teams}'
        for person in setup.people
        for name in person.every_team or ()
        if name not in known
    ]
    faults += outcome_plan.faults(setup.outcomes, standing.own)
    for campaign in setup.campaigns:
        faults += [
            f'[[campaign]] ({campaign.name}) teams: there is no team "{name}"; {teams}'
            for name in campaign.teams or ()
            if name not in known
        ]
        if campaign.house_pack and campaign.house_pack not in packs:
            faults.append(
                f'[[campaign]] ({campaign.name}) house_pack: there is no house pack "{campaign.house_pack}"; '
                f"use one of {', '.join(packs) or '(none is installed)'}"
            )
        if meant := meant_sector(campaign.sector or "", tuple(deps.rulebook().packs.values())):
            faults.append(
                f'[[campaign]] ({campaign.name}) sector: no rule knows "{campaign.sector}"; did you mean {meant}?'
            )
        elif campaign.sector and campaign.sector not in words.sectors:
            faults.append(_unknown_word(campaign, "sector", campaign.sector, words.sectors))
        own = (campaign.own_buttons or (), campaign.own_outcomes or ())
        beside = outcome_plan.card_faults(*own, setup.outcomes, standing.own)
        beside += [*campaign_faults.faults(campaign, standing.campaigns.get(campaign.name))]
        faults += [f"[[campaign]] ({campaign.name}) {one}" for one in beside]
        unknown = [code for code in (campaign.codes or "").split() if code not in words.codes]
        faults += [_unknown_word(campaign, "codes", code, words.codes) for code in unknown]
    if faults:
        raise SetupRefused(tuple(faults))


def _unknown_word(campaign: CampaignSetup, field: str, word: str, known: Sequence[str]) -> str:
    """The fault of an unknown word, which would silently switch rules off."""
    said = f'[[campaign]] ({campaign.name}) {field}: no rule knows "{word}"'
    return f"{said}; leave it out, or use one of {', '.join(known)}"


def _plan(setup: Setup, standing: Standing) -> Plan:
    lines = [_organisation_line(setup, standing)]
    lines += [_line("team", team.name, standing.teams.get(team.name), given(team), {}) for team in setup.teams]
    for person in setup.people:
        agent = standing.agents.get(person.slack_user_id)
        theirs = standing.teams_of_agent.get(person.slack_user_id, ())
        others: dict[str, Any] = {"team": ", ".join(theirs), "teams": theirs}
        lines.append(_line("person", person.name, agent, given(person), others))
    for outcome in setup.outcomes:
        own = outcome_plan.row_of(outcome, standing.own)
        lines.append(_line("outcome", outcome.name, own, outcome_plan.wanted(outcome), outcome_plan.standing(own)))
    for campaign in setup.campaigns:
        row = standing.campaigns.get(campaign.name)
        others = {"teams": standing.teams_of_campaign.get(campaign.name, ())}
        others |= {key: outcome_plan.names_of(getattr(row, key, ""), standing.own) for key in OWN_OUTCOME_FIELDS}
        lines.append(_line("campaign", campaign.name, row, given(campaign), others))
    found = tuple(line for line in lines if line)
    redecides = tuple(
        line.name
        for line in found
        if line.kind == "campaign" and line.change == "change" and any(field.field in _DECIDES for field in line.fields)
    )
    notes = [note for one in setup.campaigns for note in campaign_faults.notes(one)]
    return Plan(found, redecides, tuple(notes))


def _organisation_line(setup: Setup, standing: Standing) -> PlanLine | None:
    said = {"name": setup.organisation} | {name: getattr(setup, name) for name in ORGANISATION_SETTINGS}
    wanted: dict[str, Any] = {key: value for key, value in said.items() if value is not None}
    if not wanted and standing.organisation:
        return None
    name = wanted.get("name") or (standing.organisation.name if standing.organisation else "Nextcall")
    return _line("organisation", name, standing.organisation, wanted or {"name": name}, {})


def _line(
    kind: Literal["organisation", "team", "person", "outcome", "campaign"],
    name: str,
    row: SQLModel | None,
    wanted: Mapping[str, Any],
    others: Mapping[str, Any],
) -> PlanLine:
    if row is None:
        new = tuple(FieldChange(_KEYS.get(key, key), "", _shown(value)) for key, value in wanted.items())
        return PlanLine("add", kind, name, new)
    changes = []
    for key, value in wanted.items():
        before = others[key] if key in others else getattr(row, key)
        if before != value:
            changes.append(FieldChange(_KEYS.get(key, key), _shown(before), _shown(value)))
    return PlanLine("change" if changes else "same", kind, name, tuple(changes))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value if isinstance(value, tuple) else "" if value is None else str(value).splitlines())
