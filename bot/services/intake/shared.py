"""What a person does with a file they share: sends it, chooses its campaign, corrects and adds, imports, tries again;
and withdraws what it brought: a team lead need not wait for an admin.

Every change is one conditional update, so two presses, or a press while the file is read again, do one thing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col

from bot.services.agents import require
from bot.services.answers.intake import ColumnRead, ListFileView, MessagePlace, Stage
from bot.services.answers.lists import NOTHING_PROVED, Meaning
from bot.services.answers.people import Actor
from bot.services.answers.registers import FileUse
from bot.services.deps import Deps
from bot.services.do_not_call import registers
from bot.services.errors import AlreadyGone
from bot.services.files.values import DayOrder
from bot.services.intake.facts import ListFacts, read_facts
from bot.services.intake.private_files import safe_name
from bot.services.lists.in_use import list_terms
from bot.services.lists.in_use.list_terms import ListChanged
from bot.services.lists.proofs import check as check_proofs
from bot.services.lists.reading import keep_note_answers
from policy.templates.sentence import said_again
from policy.vocabulary import Role
from storage.database.engine import insert_unless_taken
from storage.database.rows import changed, deleted, every, is_any
from storage.models import Agent, Campaign, ContactList, ListFile, Team
from storage.queries import agents, lists, setup

STALE_AFTER = timedelta(minutes=1)  # a process that was silent for so long is gone
KEPT_FOR = timedelta(days=30)  # after the last change; then its buttons say that it is gone
ASKED = "asked"  # marks a column about which the file raises a question
TWO_ORDERS = "order"  # marks one whose dates have two readings
# An imported file may be read again, to import it with what was missing: that adds proofs, and nobody twice.
_OPEN = (Stage.ASKING.value, Stage.SHOWN.value, Stage.FAILED.value, Stage.IMPORTED.value)


@dataclass(frozen=True, slots=True)
class Turn:
    """A file that a press changed, kept from the workers until `let_go`, so that they show later what comes later."""

    view: ListFileView
    place: MessagePlace
    at: datetime


def receive(
    deps: Deps,
    actor: Actor,
    file_id: str,
    shared_as: str,
    name: str = "",
    campaign_id: int | None = None,
    facts: ListFacts | None = None,
) -> Turn | None:
    """Note a file that a team lead, manager or admin shared. None: it is noted already. Raises RoleNeeded.

    `file_id`: Slack's. `shared_as`: the event or form that brought it, the same at a second delivery.
    """
    require(actor, Role.TEAM_LEAD)
    at = deps.clock()
    with deps.unit_of_work() as uow:
        values: dict[str, Any] = {
            "organisation_id": actor.organisation_id,
            "agent_id": actor.agent_id,
            "shared_as": shared_as,
            "file_id": file_id,
            "name": name,
            "slack_user_id": actor.slack_user_id,
            "campaign_id": _one_of(uow.session, actor, campaign_id),
            "stage": Stage.READING.value,
            "shared_at": at,
            "changed_at": at,
            "taken_at": at,
            "answers": facts.as_json() if facts else {},
        }
        key = insert_unless_taken(uow.session, ListFile, values)
        # After the new row: SQLite would give it the id of the last one deleted, and old buttons would mean it.
        ours = ListFile.organisation_id == actor.organisation_id
        deleted(uow.session, ListFile, ours, ListFile.changed_at < at - KEPT_FOR)
        return _turn(deps, uow.session, key, at) if key is not None else None


def let_go(deps: Deps, turn: Turn, place: MessagePlace) -> None:
    """Leave the file to the workers, with the message that shows it."""
    with deps.unit_of_work() as uow:
        is_ours = col(ListFile.taken_at) == turn.at
        told = {"channel": place.channel, "message_ts": place.ts} if place.ts else {}
        changed(uow.session, ListFile, ListFile.id == turn.view.file_id, is_ours, taken_at=None, **told)


def choose_campaign(deps: Deps, actor: Actor, file_id: int, campaign_id: int) -> Turn | None:
    """Set the campaign; the file is read again. None: it is being read or imported already. Raises AlreadyGone."""
    with deps.unit_of_work() as uow:
        file = own_file(uow.session, actor, file_id)
        if _one_of(uow.session, actor, campaign_id) is None:
            raise AlreadyGone
        told = read_facts(file.answers)
        if told.like:  # that was said of a list of the other campaign
            told = replace(told, proofs=NOTHING_PROVED, country="", dates="", like="")
        return _read_again(deps, uow.session, file, campaign_id=campaign_id, answers=told.as_json())


def restate(deps: Deps, actor: Actor, file_id: int, change: Callable[[ListFacts], ListFacts]) -> Turn | None:
    """Change what was said of the file; it is read again. None: as for `choose_campaign`. Raises AlreadyGone."""
    with deps.unit_of_work() as uow:
        file = own_file(uow.session, actor, file_id)
        told = change(read_facts(file.answers))
        return _read_again(deps, uow.session, file, answers=told.as_json())


def state(
    deps: Deps, actor: Actor, file_id: int, meanings: Mapping[str, str], facts: ListFacts | None = None
) -> Turn | None:
    """Set what columns mean, by heading, and what is true of the list; the file is read again.

    None: as for `choose_campaign`. Raises FileRefused for facts that contradict each other. Another sheet has other
    columns: what was said of those is forgotten.
    """
    if facts is not None:
        known = registers.known_registers(deps.rulebook())
        check_proofs(facts.proofs, known, deps.clock().date() + timedelta(days=1))

    def change(before: ListFacts) -> ListFacts:
        if facts is None:
            return replace(before, mapping={**before.mapping, **meanings})
        is_other = facts.sheet != before.sheet
        return replace(
            before,
            list_name=facts.list_name,
            country=facts.country,
            proofs=facts.proofs,
            mapping={} if is_other else {**before.mapping, **meanings},
            sheet=facts.sheet,
            dates=facts.dates or before.dates,
            is_stated=True,
            like="",
        )

    return restate(deps, actor, file_id, change)


def join_list(deps: Deps, actor: Actor, file_id: int) -> Turn | None:
    """Have the contacts join the list that has the file's name. None: as for `choose_campaign`. Raises AlreadyGone."""
    with deps.unit_of_work() as uow:
        file = own_file(uow.session, actor, file_id)
        told = replace(read_facts(file.answers), list_name=PurePath(safe_name(file.name)).stem)
        return _read_again(deps, uow.session, file, answers=told.as_json())


def answer_notes(deps: Deps, actor: Actor, file_id: int, answers: Mapping[str, bool]) -> Turn | None:
    """Say of texts, by their keys, whether they are stops; for later files too. The file is read again.

    None: as for `choose_campaign`. Raises AlreadyGone.
    """
    with deps.unit_of_work(is_read_only=True) as uow:
        own_file(uow.session, actor, file_id)
    keep_note_answers(deps, actor.organisation_id, answers)
    return try_again(deps, actor, file_id)


def stop_all_notes(deps: Deps, actor: Actor, file_id: int) -> Turn | None:
    """Take every text that may say no to calls, and has no answer, for a stop. None: as for `choose_campaign`."""
    return restate(deps, actor, file_id, lambda facts: replace(facts, all_stops=True))


def order_days(deps: Deps, actor: Actor, file_id: int, order: DayOrder) -> Turn | None:
    """Say whether the day or the month comes first, where the file does not tell. None: as for `choose_campaign`."""
    return restate(deps, actor, file_id, lambda facts: replace(facts, dates=order.value))


def try_again(deps: Deps, actor: Actor, file_id: int) -> Turn | None:
    """Have a file read again. None: as for `choose_campaign`."""
    with deps.unit_of_work() as uow:
        return _read_again(deps, uow.session, own_file(uow.session, actor, file_id))


def ask_import(deps: Deps, actor: Actor, file_id: int) -> Turn | None:
    """Have the shown file imported. None: it was asked for already, or the file is being read."""
    with deps.unit_of_work() as uow:
        file = own_file(uow.session, actor, file_id)
        return _change(deps, uow.session, file, (Stage.SHOWN.value,), stage=Stage.IMPORTING.value)


@dataclass(frozen=True, slots=True)
class AboutList:
    """What is known of a file that is a list. `registers`: of its campaign's country, by key. `filled_from`: the
    person's file before, as of which the facts are filled in."""

    facts: ListFacts
    columns: tuple[ColumnRead, ...]
    registers: tuple[tuple[str, str], ...]
    filled_from: str = ""


def about_list(deps: Deps, actor: Actor, file_id: int) -> AboutList:
    """What was said of the list so far, and how its columns were read. Raises RoleNeeded, AlreadyGone."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        file = own_file(uow.session, actor, file_id)
        campaign = uow.session.get(Campaign, file.campaign_id) if file.campaign_id else None
        facts, columns = read_facts(file.answers), columns_of(file)
        if not (facts.is_stated or facts.like):
            last = next(iter(lists.imported_before(uow.session, file)), None)
            facts = facts.as_of(read_facts(last.answers), last.name) if last else facts
    country = facts.country or (campaign.country if campaign else "")
    known = registers.known_registers(deps.rulebook()).values()
    ours = sorted((one.key, one.name) for one in known if country and registers.is_of(one, country))
    return AboutList(facts, columns, tuple(ours), facts.like)


def columns_of(file: ListFile) -> tuple[ColumnRead, ...]:
    """The columns of the file, as they were read."""
    return tuple(
        ColumnRead(heading, Meaning(meaning), asked == ASKED, asked == TWO_ORDERS)
        for heading, meaning, asked in file.columns
    )


def campaigns_for(deps: Deps, actor: Actor) -> tuple[tuple[int, str], ...]:
    """The campaigns that the person may import lists into, by id. Raises RoleNeeded."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        return campaigns_of(uow.session, actor.organisation_id, actor.role, actor.teams)


def as_view(deps: Deps, session: Session, file: ListFile) -> ListFileView:
    """The file as stored."""
    agent = agents.agents_by_id(session, [file.agent_id])[file.agent_id]
    use = read_facts(file.answers).use
    choices = campaigns_of(session, file.organisation_id, agent.role, agents.teams_of(session, [agent])[file.agent_id])
    word, _, reason = file.because.partition(": ")
    return ListFileView(
        file_id=file.id or 0,
        name=file.name,
        stage=Stage(file.stage),
        campaign_id=file.campaign_id or 0,
        campaign=next((name for one, name in choices if one == file.campaign_id), ""),
        campaigns=choices,
        because=word,
        reason=said_again(reason, file.sentence),
        has_columns=bool(file.columns),
        use=use,
        register_names=register_names(deps, use),
        zone=_zone_of(session, agent),
    )


def _zone_of(session: Session, agent: Agent) -> str:
    """The zone of the person's team; of a person without one, that of the first team."""
    team = session.get(Team, agent.team_id) if agent.team_id is not None else None
    known = [team] if team is not None else setup.teams(session, agent.organisation_id)
    return known[0].zone if known else agent.zone


def register_names(deps: Deps, use: FileUse) -> tuple[str, ...]:
    """What people call the registers that a file is about, or seems to be about."""
    known = registers.known_registers(deps.rulebook())
    keys = use.registers or (use.looks.registers if use.looks else ())
    return tuple(known[key].name for key in keys if key in known)


def place_of(file: ListFile) -> MessagePlace:
    return MessagePlace(file.slack_user_id, file.channel, file.message_ts)


def campaigns_of(
    session: Session, organisation_id: int, role: Role, team_ids: Sequence[int]
) -> tuple[tuple[int, str], ...]:
    """The campaigns that a person may import into: a team lead those of all their teams."""
    if role is Role.TEAM_LEAD:
        found = agents.campaigns_of_teams(session, team_ids)
    else:
        found = agents.campaigns_of_organisation(session, organisation_id)
    return tuple((one.id or 0, one.name) for one in found)


def _one_of(session: Session, actor: Actor, campaign_id: int | None) -> int | None:
    """The campaign, if the person may import into it; without one, their only campaign."""
    theirs = [one for one, _ in campaigns_of(session, actor.organisation_id, actor.role, actor.teams)]
    if campaign_id is None:
        return theirs[0] if len(theirs) == 1 else None
    return campaign_id if campaign_id in theirs else None


def own_file(session: Session, actor: Actor, file_id: int) -> ListFile:
    """The person's file. Raises RoleNeeded, AlreadyGone."""
    require(actor, Role.TEAM_LEAD)
    file = session.get(ListFile, file_id)
    if file is None or file.agent_id != actor.agent_id:
        raise AlreadyGone
    return file


def to_withdraw(deps: Deps, actor: Actor, file_id: int) -> tuple[str, int]:
    """The list's name, and how many of its contacts would be withdrawn. Raises RoleNeeded, AlreadyGone."""
    with deps.unit_of_work(is_read_only=True) as uow:
        found = _own_lists(uow.session, actor, file_id)
        return found[0].name, lists.unfinished_on(uow.session, [one.id or 0 for one in found])


def withdraw(deps: Deps, actor: Actor, file_id: int, reason: str) -> ListChanged:
    """Withdraw what the file brought. An admin can restore it. Raises RoleNeeded, AlreadyGone."""
    with deps.unit_of_work(is_read_only=True) as uow:
        found = _own_lists(uow.session, actor, file_id)
    done = [list_terms.withdraw_list(deps, actor, one, reason) for one in found]
    return ListChanged(found[0].name, sum(one.contacts for one in done), sum(one.cards for one in done))


def _own_lists(session: Session, actor: Actor, file_id: int) -> Sequence[ContactList]:
    """The lists that the file became, of its own, not by joining another: several where it was imported again with
    another basis."""
    file = own_file(session, actor, file_id)
    facts, campaign_id = read_facts(file.answers), file.campaign_id
    is_own = file.stage == Stage.IMPORTED and bool(facts.own) and not facts.list_name
    if not is_own or campaign_id is None or _one_of(session, actor, campaign_id) is None:
        raise AlreadyGone
    named = ContactList.campaign_id == campaign_id, ContactList.name == facts.own
    found = every(session, ContactList, *named, ContactList.imported_at >= file.shared_at)
    if not found:
        raise AlreadyGone
    return found


def _read_again(deps: Deps, session: Session, file: ListFile, **values: Any) -> Turn | None:
    return _change(deps, session, file, _OPEN, stage=Stage.READING.value, because="", **values)


def _change(deps: Deps, session: Session, file: ListFile, stages: Sequence[str], **values: Any) -> Turn | None:
    """Change the file if it is in one of the stages. A worker that is still showing it loses it."""
    at, is_open = deps.clock(), col(ListFile.stage).in_(stages)
    begun = {"changed_at": at, "taken_at": at, "tries": 0}
    if not changed(session, ListFile, ListFile.id == file.id, is_open, **begun, **values):
        return None
    return _turn(deps, session, file.id or 0, at)


def _turn(deps: Deps, session: Session, file_id: int, at: datetime) -> Turn:
    file = session.get_one(ListFile, file_id, populate_existing=True)
    view, reading = as_view(deps, session, file), Stage.READING
    others = ListFile.stage == reading.value, ListFile.id != file_id, ListFile.changed_at < at
    is_alive = or_(col(ListFile.taken_at).is_(None), col(ListFile.taken_at) > at - STALE_AFTER)
    if view.stage is reading and is_any(session, ListFile, *others, is_alive):  # they are read, or wait too
        view = replace(view, is_waiting=True)
    return Turn(view, place_of(file), at)
