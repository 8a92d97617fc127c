"""The organisation's lists, and walks through the contacts of one list or campaign in small batches, by id."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy import select as select_plain
from sqlmodel import Session, col, select

from policy.vocabulary import REACHED, STOPPING, AttemptState, ContactState, Outcome
from storage.database.rows import changed, every, first_of, is_any, is_free
from storage.models.calls import Attempt, Lease
from storage.models.outbox import ListFile
from storage.models.people import Team
from storage.models.proofs import Screening
from storage.models.work import Campaign, CampaignTeam, Contact, ContactList, ListMove, ListWithdrawal, list_then
from storage.queries.reports.status import state_at

BY_LIST = "list "  # begins `finished_because` of contacts closed with their list
PAUSED, EXPIRED = f"{BY_LIST}paused", f"{BY_LIST}expired"
WITHDRAWN = f"{BY_LIST}withdrawn"  # the reason follows


def of_organisation(session: Session, organisation_id: int, most: int) -> list[tuple[ContactList, Campaign]]:
    """The organisation's lists with their campaigns, newest first."""
    found = (
        select(ContactList, Campaign)
        .join(Campaign, col(Campaign.id) == col(ContactList.campaign_id))
        .where(ContactList.organisation_id == organisation_id)
        .order_by(col(ContactList.imported_at).desc(), col(ContactList.id).desc())
        .limit(most)
    )
    return list(session.exec(found))


def by_state(
    session: Session, list_ids: Collection[int], campaign_ids: Collection[int], at: datetime, withdrawn: str
) -> list[tuple[int, ContactState, bool, int]]:
    """List, state, whether withdrawn with its list, and count. `withdrawn`: the prefix of that reason."""
    is_withdrawn = col(Contact.finished_because).startswith(withdrawn, autoescape=True)
    live = select(col(Lease.contact_id)).where(col(Lease.ended_at).is_(None))
    state = state_at(at, col(Contact.id).in_(live))  # leased only by a lease of its own
    found = (
        select(col(Contact.list_id), state, is_withdrawn, func.count())
        .where(col(Contact.campaign_id).in_(campaign_ids), col(Contact.list_id).in_(list_ids))
        .group_by(col(Contact.list_id), state, is_withdrawn)
    )
    return [(list_id, ContactState(word), bool(gone), count) for list_id, word, gone, count in session.exec(found)]


def unfinished_on(session: Session, list_ids: Collection[int]) -> int:
    """How many contacts of the lists are not finished."""
    found = select(func.count()).select_from(Contact).join(ContactList, col(ContactList.id) == col(Contact.list_id))
    ours = col(ContactList.id).in_(list_ids)
    same = col(Contact.campaign_id) == col(ContactList.campaign_id)
    return session.exec(found.where(ours, same, col(Contact.finished_at).is_(None))).one()


def moved_away(session: Session, list_ids: Collection[int]) -> set[int]:
    """Those of the lists from which contacts went to another."""
    return set(session.exec(select(ListMove.list_id).where(col(ListMove.list_id).in_(list_ids)).distinct()))


def imported_before(session: Session, file: ListFile) -> Sequence[ListFile]:
    """The lists that the person who shared a file imported into its campaign before, newest first."""
    ours = ListFile.agent_id == file.agent_id, ListFile.campaign_id == file.campaign_id, ListFile.stage == "imported"
    others = ListFile.id != file.id, col(ListFile.columns).is_not(None)
    return every(session, ListFile, *ours, *others, by=col(ListFile.changed_at).desc(), most=20)


def contacts_after(
    session: Session, listed: ContactList, last_id: int, most: int, withdrawn: str = "", had_at: datetime | None = None
) -> Sequence[Contact]:
    """Unfinished contacts of a list, by id, locked; or those whose `finished_because` begins with `withdrawn`.

    `had_at`: only those that the list had at that moment.
    """
    taken = col(Contact.finished_because).startswith(withdrawn, autoescape=True)
    which: tuple[ColumnElement[bool] | bool, ...] = (
        Contact.campaign_id == listed.campaign_id,
        Contact.list_id == listed.id,
        col(Contact.id) > last_id,
        taken if withdrawn else col(Contact.finished_at).is_(None),
        *([] if had_at is None else [or_(col(Contact.added_at).is_(None), col(Contact.added_at) <= had_at)]),
    )
    batch = every(session, Contact, *which, most=most, locks={"key_share": True})
    # What a call finished during the wait is left out. If that leaves none, there may be others behind them.
    while not batch and is_any(session, Contact, *which):
        batch = every(session, Contact, *which, most=most, locks={"key_share": True})
    return batch


class Results(NamedTuple):
    """What came of a list: contacts by what their calls, made from this list, came to. Each contact counts once."""

    list_id: int
    contacts: int = 0
    called: int = 0
    reached: int = 0
    won: int = 0
    opted_out: int = 0
    complaints: int = 0


def results(session: Session, list_ids: Collection[int]) -> dict[int, Results]:
    """The results of lists. A call counts for the list on which its contact stood then."""
    sizes = select(col(Contact.list_id), func.count()).where(col(Contact.list_id).in_(list_ids))
    count: dict[int, int] = dict(session.exec(sizes.group_by(col(Contact.list_id))).all())
    moved = select(ListMove.contact_id).where(col(ListMove.list_id).in_(list_ids))
    rows = (
        select(list_then(), col(Contact.id), col(Attempt.outcome))
        .select_from(Attempt)
        .join(Contact, col(Contact.id) == col(Attempt.contact_id))
        .where(
            col(Attempt.state) != AttemptState.NOT_DIALLED,
            or_(col(Contact.list_id).in_(list_ids), col(Contact.id).in_(moved)),
        )
        .subquery()
    )
    list_id, contact, outcome = rows.c

    by_outcome = [
        func.count(func.distinct(case((outcome.in_(outcomes), contact))))
        for outcomes in (REACHED, [Outcome.SUCCESS], STOPPING, [Outcome.COMPLAINT])
    ]
    counted = select_plain(list_id, func.count(func.distinct(contact)), *by_outcome).where(list_id.in_(list_ids))
    told = {row[0]: row[1:] for row in session.execute(counted.group_by(list_id))}
    return {one: Results(one, count.get(one, 0), *told.get(one, ())) for one in list_ids}


def to_be_closed(session: Session) -> Sequence[tuple[ContactList, str]]:
    """Lists that are paused or have a last day, with the time zone of their campaign's first team; UTC without one."""
    found = select(ContactList, _zone()).where(
        or_(col(ContactList.paused_at).is_not(None), col(ContactList.expires_on).is_not(None))
    )
    return [(listed, str(name)) for listed, name in session.exec(found.order_by(col(ContactList.id)))]


def is_withdrawn_since(session: Session, list_id: int, since: datetime) -> bool:
    """Whether a list was withdrawn since then, and not taken up again."""
    return any(one.at >= since for one in withdrawals_of(session, list_id))


def withdrawals_of(session: Session, list_id: int) -> Sequence[ListWithdrawal]:
    """The withdrawals of a list that count: since it was last taken up."""
    return every(session, ListWithdrawal, ListWithdrawal.list_id == list_id, col(ListWithdrawal.taken_up_at).is_(None))


def withdrawn_since(session: Session, since: datetime) -> Sequence[tuple[ContactList, ListWithdrawal]]:
    """The lists withdrawn since then and not taken up again, with what was said."""
    found = select(ContactList, ListWithdrawal).join(ListWithdrawal, col(ListWithdrawal.list_id) == col(ContactList.id))
    counts = found.where(ListWithdrawal.at >= since, col(ListWithdrawal.taken_up_at).is_(None))
    return session.exec(counts.order_by(col(ListWithdrawal.id))).all()


def zone_of(session: Session, list_id: int) -> str:
    """The time zone of the first team of a list's campaign; UTC without one."""
    return str(session.exec(select(_zone()).select_from(ContactList).where(col(ContactList.id) == list_id)).one())


def _zone() -> ColumnElement[str]:
    first = (
        select(Team.zone)
        .join(CampaignTeam, col(CampaignTeam.team_id) == col(Team.id))
        .where(col(CampaignTeam.campaign_id) == col(ContactList.campaign_id))
        .order_by(col(Team.id))
        .limit(1)
        .correlate(ContactList)
        .scalar_subquery()
    )
    return func.coalesce(first, "UTC")


def set_priority(session: Session, listed: ContactList, priority: int) -> None:
    """Give every contact of a list a priority."""
    which = (col(Contact.campaign_id) == listed.campaign_id, col(Contact.list_id) == listed.id)
    changed(session, Contact, *which, priority=priority)


def close_windows(session: Session, campaign_id: int, most: int, at: datetime, *, is_anew: bool = False) -> bool:
    """Close the windows of the campaign's next contacts, so that the sweep decides them before they are handed out.

    Returns whether more are left. `is_anew`: begin with the first contact.
    """
    session.flush()
    campaign = session.get_one(Campaign, campaign_id, populate_existing=True, with_for_update={"key_share": True})
    before = 0 if is_anew else campaign.closed_upto
    if before is None:
        return False
    next_ones = col(Contact.campaign_id) == campaign_id, col(Contact.id) > before
    page = select(col(Contact.id)).where(*next_ones).order_by(col(Contact.id)).limit(most).subquery()
    last, found = session.exec(select(func.max(page.c.id), func.count())).one()
    if last is not None:
        is_open = or_(col(Contact.callable_until).is_(None), col(Contact.callable_until) > at)
        which = (*next_ones, col(Contact.id) <= last, col(Contact.finished_at).is_(None), is_open)
        changed(session, Contact, *which, callable_until=at)
    campaign.closed_upto = last if found == most else None
    return campaign.closed_upto is not None


def leases_on(session: Session, contact_ids: Collection[int]) -> Sequence[Lease]:
    """Leases in force on the contacts."""
    return every(session, Lease, col(Lease.contact_id).in_(contact_ids), col(Lease.ended_at).is_(None))


def screened_numbers(session: Session, organisation_id: int) -> dict[str, tuple[int, datetime]]:
    """By register, how many numbers were screened, and when the newest screening was made."""
    name, numbers = col(Screening.register_name), func.count(func.distinct(col(Screening.number)))
    found = select(name, numbers, func.max(col(Screening.obtained_at)))
    ours = found.where(Screening.organisation_id == organisation_id).group_by(name)
    return {register: (many, newest_at) for register, many, newest_at in session.execute(ours)}


def take_file(
    session: Session, stages: Collection[str], stage: str, at: datetime, taken_before: datetime
) -> ListFile | None:
    """Take the oldest file whose turn it is: in `stage`, or left by a process that died as it showed one of `stages`.

    None: there is none, or another process was quicker. A file is taken until `taken_before`.
    """
    is_left = and_(col(ListFile.stage).in_(stages), col(ListFile.taken_at) <= taken_before)
    is_new = and_(col(ListFile.stage) == stage, is_free(ListFile, taken_before))
    is_its_turn = or_(is_new, is_left)
    file = first_of(session, ListFile, is_its_turn)
    taking = {"taken_at": at, "tries": ListFile.tries + 1}
    if file is None or not changed(session, ListFile, ListFile.id == file.id, is_its_turn, **taking):
        return None
    return session.get_one(ListFile, file.id, populate_existing=True)
