"""Proposals from draft to decision. Every step is one conditional change: of two people at once, one decides.

A draft becomes a proposal once its author has seen what it means. An admin who is not its author approves it, a minute
before its day begins at the latest: by then every process knows it.

What they mean is worked out in the background, and told to whoever must decide next. A row says that it is due. One
process takes it, and loses it if it reports nothing for a minute: another then begins again. It is told before the row
says that it is done, so a crash may tell it twice and never not at all.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from sqlmodel import Session

from bot.services import notices, rehearsal
from bot.services.agents import refuse_new_admin, require
from bot.services.answers.house_rules import (
    COMMAND_LINE,
    BrokenCount,
    HouseRulesView,
    MovedCount,
    Moves,
    ProposalView,
    Rehearsed,
    Stage,
    SupplyOfDay,
)
from bot.services.answers.people import Actor
from bot.services.deciding.rulebook_change import Rests
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import AlreadyGone, NotTighterThanLaw, OwnProposal, ProposalDecided, TooLateToday
from bot.services.house_rules import rulebook
from bot.services.house_rules.rulebook import APPROVED_BEFORE, HouseRulebook, not_tighter, own_rules
from bot.services.ports import DeliveryFailed
from policy.calendar import local_time
from policy.house.limits import HouseLimits, with_own_rules
from policy.templates.sentence import said_again, sentence_of
from policy.vocabulary import Role
from storage import house_rules as rows
from storage.models import Campaign, HouseRuleProposal, Organisation
from storage.queries import agents, setup

Row = HouseRuleProposal
Found = TypeVar("Found", HouseRuleProposal, Campaign)
STALE_AFTER = timedelta(minutes=1)
APPROVES_AFTER = timedelta(days=1)  # an admin made just before may be the author's own second account
_log = logging.getLogger("nextcall.house_rules")


class _Lost(Exception):
    """The row was decided meanwhile, or another process has taken it."""


def _name(by: Actor) -> str:
    """Their Slack user id. Whoever has the machine is not the author of what admins propose in Slack."""
    return by.slack_user_id if by.is_known else COMMAND_LINE


def draft(deps: Deps, by: Actor, campaign_id: int | None, limits: HouseLimits, effective_on: date) -> int:
    """Keep a draft, to be rehearsed; its id. Raises RoleNeeded, AlreadyGone, NotTighterThanLaw, TooLateToday."""
    require(by, Role.ADMIN)
    if loose := not_tighter(deps, campaign_id, limits):
        raise NotTighterThanLaw(loose)
    with deps.unit_of_work() as uow:
        session, at = uow.session, deps.clock()
        zone = zone_of(session, by.organisation_id)
        effective_at = local_time.midnight(zone, effective_on)
        if effective_at < at + APPROVED_BEFORE:
            raise TooLateToday(effective_on)
        if campaign_id is not None:
            _found(session, by, Campaign, campaign_id)
        withdrawn: dict[str, Any] = {"stage": Stage.WITHDRAWN, "decided_by": _name(by), "decided_at": at}
        for one in rows.of_scope(session, by.organisation_id, campaign_id, [Stage.DRAFT]):
            if one.drafted_by == _name(by):
                rows.move(session, one.id or 0, Stage.DRAFT, **withdrawn)
        row = Row(
            organisation_id=by.organisation_id,
            campaign_id=campaign_id,
            limits=limits.to_json(),
            effective_on=effective_on,
            zone=zone,
            effective_at=effective_at,
            stage=Stage.DRAFT,
            drafted_by=_name(by),
            drafted_at=at,
        )
        session.add(row)
        session.flush()
        return row.id or 0


@retry_lost_turn
def propose(deps: Deps, by: Actor, proposal_id: int) -> None:
    """Put a draft before the other admins. Raises RoleNeeded, AlreadyGone, ProposalDecided, TooLateToday."""
    require(by, Role.ADMIN)
    with deps.unit_of_work() as uow:
        row, at = _found(uow.session, by, Row, proposal_id), deps.clock()
        if row.drafted_by != _name(by):
            raise AlreadyGone
        if row.effective_at < at + APPROVED_BEFORE:
            raise TooLateToday(row.effective_on)
        _move(uow.session, row, Stage.DRAFT, stage=Stage.PROPOSED, proposed_at=at, is_due=True, taken_at=None)
        rows.supersede(uow.session, row, _name(by), at)


@retry_lost_turn
def approve(deps: Deps, by: Actor, proposal_id: int) -> ProposalView:
    """Approve another's proposal, as an admin of a day or more; on the command line only that of the only admin.

    Raises RoleNeeded, AlreadyGone, OwnProposal, NewAdmin, ProposalDecided, TooLateToday.
    """
    require(by, Role.ADMIN)
    with deps.unit_of_work() as uow:
        session = uow.session
        session.get(Organisation, by.organisation_id, with_for_update=True)  # approvals one after another
        row, at = _found(session, by, Row, proposal_id), deps.clock()
        # Its author may sit at the command line while there is a second admin who can approve.
        others = () if by.is_known else agents.admins(session, by.organisation_id)
        if row.drafted_by == _name(by) or any(one.slack_user_id != row.drafted_by for one in others):
            raise OwnProposal
        if by.is_known and row.stage == Stage.PROPOSED:
            refuse_new_admin(session, by, at, APPROVES_AFTER)
        if row.effective_at < at + APPROVED_BEFORE and row.stage == Stage.PROPOSED:
            raise TooLateToday(row.effective_on)
        _move(session, row, Stage.PROPOSED, **_decided(Stage.APPROVED, by, at))
        rows.supersede(session, row, _name(by), at)
        _tell(session, by, row, at)
    return view_of(deps, by, proposal_id)


@retry_lost_turn
def decline(deps: Deps, by: Actor, proposal_id: int, reason: str) -> ProposalView:
    """Decline another's proposal, with a reason. Raises RoleNeeded, AlreadyGone, OwnProposal, ProposalDecided."""
    require(by, Role.ADMIN)
    with deps.unit_of_work() as uow:
        row, at = _found(uow.session, by, Row, proposal_id), deps.clock()
        if row.drafted_by == _name(by):
            raise OwnProposal
        _move(uow.session, row, Stage.PROPOSED, **_decided(Stage.DECLINED, by, at), reason=" ".join(reason.split()))
        _tell(uow.session, by, row, at)
    return view_of(deps, by, proposal_id)


def _tell(session: Session, by: Actor, row: Row, at: datetime) -> None:
    if by.is_known:
        known = setup.agents(session, row.organisation_id)
        admins = {one.id for one in agents.admins(session, row.organisation_id)}
        readers = [one for one in known if one.id in admins or one.slack_user_id == row.drafted_by]
        others = [one for one in readers if one.id != by.agent_id]
        notices.tell(session, others, "house_rules_decided", at, {"proposal": row.id}, lasts=None)


@retry_lost_turn
def withdraw(deps: Deps, by: Actor, proposal_id: int) -> None:
    """Take one's own draft or proposal back. Raises RoleNeeded, AlreadyGone, ProposalDecided."""
    require(by, Role.ADMIN)
    with deps.unit_of_work() as uow:
        row = _found(uow.session, by, Row, proposal_id)
        if row.drafted_by != _name(by) or row.stage not in (Stage.DRAFT, Stage.PROPOSED):
            raise ProposalDecided(Stage(row.stage), row.decided_by)
        _move(uow.session, row, Stage(row.stage), **_decided(Stage.WITHDRAWN, by, deps.clock()))


def overview(deps: Deps, by: Actor) -> HouseRulesView:
    """Every proposal, newest first; drafts only of one's own. Raises RoleNeeded for all but admins."""
    require(by, Role.ADMIN)
    with deps.unit_of_work(is_read_only=True) as uow:
        session, key = uow.session, by.organisation_id
        found = rows.of_organisation(session, key)
        own = [one.id for one in found if one.stage == Stage.DRAFT and one.drafted_by == _name(by)]
        views = views_of(deps, session, key, [one for one in found if one.proposed_at is not None or one.id in own])
        active = [(one.id or 0, one.name) for one in setup.campaigns(session, key) if one.is_active]
        today = local_time.date_in(zone_of(session, key), deps.clock())
        admins = tuple(one.slack_user_id for one in agents.admins(session, key))
    return HouseRulesView(views, tuple(active), today, admins)


def view_of(deps: Deps, by: Actor, proposal_id: int) -> ProposalView:
    """One proposal. Raises RoleNeeded, AlreadyGone."""
    require(by, Role.ADMIN)
    with deps.unit_of_work(is_read_only=True) as uow:
        return views_of(deps, uow.session, by.organisation_id, [_found(uow.session, by, Row, proposal_id)])[0]


def zone_of(session: Session, organisation_id: int) -> str:
    """Where the organisation counts its days: its first team's zone."""
    teams = setup.teams(session, organisation_id)
    return teams[0].zone if teams else "UTC"


def views_of(deps: Deps, session: Session, organisation_id: int, found: Sequence[Row]) -> tuple[ProposalView, ...]:
    names = {one.id: one.name for one in setup.campaigns(session, organisation_id)}
    people = {one.slack_user_id: one.name for one in setup.agents(session, organisation_id)}
    approved, at = rows.approved(session, organisation_id), deps.clock()
    admins = [one.slack_user_id for one in agents.admins(session, organisation_id)]
    made = (_view(one, names, approved, at, admins) for one in found)
    named = {one: people.get(one, one) for row in found for one in (row.drafted_by, row.decided_by)}
    return tuple(replace(one, author=named[one.drafted_by], decider=named[one.decided_by]) for one in made)


def _view(
    row: Row, names: dict[int | None, str], approved: Sequence[Row], at: datetime, admins: Sequence[str]
) -> ProposalView:
    others = [one for one in approved if one.id != row.id]
    until = row.effective_at - timedelta(microseconds=1)
    said = {"effective_on", "zone", "effective_at", "drafted_by", "drafted_at", "decided_by", "decided_at", "reason"}
    return ProposalView(
        **row.model_dump(include=said),
        proposal_id=row.id or 0,
        campaign_id=row.campaign_id or 0,
        campaign=names.get(row.campaign_id, "") if row.campaign_id else "",
        limits=HouseLimits.from_json(row.limits),
        before=rulebook.limits_at([one for one in others if _is_before(one, row)], row.campaign_id, until),
        stage=Stage(row.stage),
        force=rulebook.force_of(approved, row, at) if row.stage == Stage.APPROVED else None,
        found=_from_json(row.found) if row.found else None,
        admins=tuple(one for one in admins if one != row.drafted_by),
    )


def _is_before(one: Row, row: Row) -> bool:
    if row.decided_at is None or one.decided_at is None:
        return True
    return (one.decided_at, one.id or 0) < (row.decided_at, row.id or 0)


def _found(session: Session, by: Actor, kind: type[Found], key: int) -> Found:
    row = session.get(kind, key)
    if row is None or row.organisation_id != by.organisation_id:
        raise AlreadyGone
    return row


def _decided(stage: Stage, by: Actor, at: datetime) -> dict[str, Any]:
    return {"stage": stage, "decided_by": _name(by), "decided_at": at, "is_due": False, "taken_at": None}


def _move(session: Session, row: Row, before: Stage, **values: Any) -> None:
    """Raises ProposalDecided if it was at another stage."""
    if not rows.move(session, row.id or 0, before, **values):
        session.refresh(row)
        raise ProposalDecided(Stage(row.stage), row.decided_by)


def _to_json(found: Rehearsed) -> dict[str, Any]:
    said = asdict(found)
    for one in (*said["moved"], *said["broken"]):
        one["sentence"] = sentence_of(one["because"])
    kept: dict[str, Any] = json.loads(json.dumps(said, default=str))
    return kept


def _from_json(said: dict[str, Any]) -> Rehearsed:
    return Rehearsed(
        **{
            **said,
            "effective_on": date.fromisoformat(said["effective_on"]),
            "calls_since": date.fromisoformat(said["calls_since"]),
            "moved": tuple(MovedCount(**{**_said(one), "moves": Moves(one["moves"])}) for one in said["moved"]),
            "broken": tuple(BrokenCount(**_said(one)) for one in said["broken"]),
            "supply": tuple(SupplyOfDay(**{**one, "day": date.fromisoformat(one["day"])}) for one in said["supply"]),
        }
    )


def _said(one: dict[str, Any]) -> dict[str, Any]:
    because = said_again(one["because"], one.get("sentence", ""))
    return {name: value for name, value in one.items() if name != "sentence"} | {"because": because}


def rehearse_due(deps: Deps) -> int:
    """Rehearse every draft and proposal that is due. Returns how many."""
    done = 0
    while True:
        at = deps.clock()
        with deps.unit_of_work() as uow:
            row = rows.take_due(uow.session, at, at - STALE_AFTER)
        if row is None:
            return done
        try:
            _rehearse(deps, row)
            done += 1
        except _Lost:
            continue
        except DeliveryFailed as failed:
            _log.warning("event=house_rules_not_told proposal=%s reason=%s", row.id, failed)
            if not failed.is_recipient_gone:
                return done  # it stays taken until that is stale, and is then told again


def _rehearse(deps: Deps, row: Row) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"nextcall-house-rules-{row.id}.csv"
        found = meaning(deps, row, path)
        with deps.unit_of_work() as uow:
            if not rows.change_taken(uow.session, row, taken_at=deps.clock()):
                raise _Lost
            [view] = views_of(deps, uow.session, row.organisation_id, [row])
        # A draft's meaning goes to its author; a proposal's to the other admins, or, if there is none, to its author.
        others = view.admins if view.stage is Stage.PROPOSED else ()
        readers = others or tuple(one for one in (row.drafted_by,) if one != COMMAND_LINE)
        if readers:
            deps.notifier.house_rules_mean(readers, replace(view, found=found), path if found.moved else None)
    with deps.unit_of_work() as uow:
        told = {"found": _to_json(found), "rehearsed_at": deps.clock()}
        rows.change_taken(uow.session, row, **told, is_due=False, taken_at=None)


def meaning(deps: Deps, row: Row, path: Path) -> Rehearsed:
    """What approving the row now would mean. Writes every contact that stands otherwise to `path`."""
    with deps.unit_of_work(is_read_only=True) as uow:
        approved = rows.approved(uow.session, row.organisation_id)
        names = {one.id or 0: one.name for one in setup.campaigns(uow.session, row.organisation_id)}
    as_if = Row(**row.model_dump(exclude={"decided_at"}), decided_at=deps.clock())
    shipped = deps.rulebook.shipped if isinstance(deps.rulebook, HouseRulebook) else deps.rulebook()
    rules = with_own_rules(shipped, own_rules([*approved, as_if]))
    rests = Rests()

    def report(_done: int, _total: int) -> None:
        nonlocal rests
        with deps.unit_of_work() as uow:
            if not rows.change_taken(uow.session, row, taken_at=deps.clock()):
                raise _Lost
        if not rests():
            rests = Rests()  # however long it takes, people come first

    with path.open("x", encoding="utf-8", newline="") as file:
        moved = rehearsal.writing(file, names, row.zone, has_rules=False)
        return rehearsal.rehearse(deps, rehearsal.as_changed(deps, rules), row.effective_on, row.zone, report, moved)
