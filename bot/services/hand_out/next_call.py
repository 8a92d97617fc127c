"""Hands out contacts: what the agent holds already, then the next that may lawfully be called now; else why not.

Agents of a team who ask at once are served together in the usual case: none hold anything, and there is enough. One
search, one claim and one commit serve them all. Every other case is handled one agent at a time, so that one need not
be complete, only right. Counting a large list is slow: it happens after the hand-out and outside its transaction, and
large counts are kept and shared by agents who ask meanwhile.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from threading import Lock
from time import monotonic, sleep

from sqlmodel import Session

from bot.services.agents import as_actor, refuse_paused
from bot.services.answers.calls import CallRefused, Closed, HandOut, HeldNow, NothingCallable
from bot.services.answers.people import Actor
from bot.services.batching import Batcher, Batchers
from bot.services.campaigns import begins_with
from bot.services.deciding import refresh
from bot.services.deciding.decisions import Decided, closed_rows, decide_contacts, said_for_now
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import CountOutOfRange, Deactivated, NoTeam
from bot.services.hand_out import hand
from bot.services.hand_out.cards import Holding, cards
from bot.services.hand_out.hand import held_now, promised_now
from policy.house.limits import figure
from storage.hand_out import leases
from storage.hand_out.ready import Asking, next_up, opening
from storage.hand_out.search import ResumePoints, Worked, has_closed_windows
from storage.models import Agent, Contact
from storage.queries import agents, contacts

MOST_AT_ONCE = 10
MOST_TOGETHER = 16
LARGE = 50_000  # contacts: smaller counts are made for each request
GOOD_FOR_S = (20.0, 300.0)  # seconds: ten times as long as the count took, within these bounds

_BATCH = 25
_MOST_BATCHES = 40
_SWEPT_AT_ONCE = 250
_MOST_SWEEPS = 4
_WAITS_S = (0.05, 0.1, 0.2, 0.4)  # to let others finish, before the agent is told that there is too little

Rows = tuple[Closed, ...]
Whose = frozenset[int]  # campaigns
_Request = tuple[Actor, int]  # who asks, and for how many contacts
_Team = tuple[int, int | None]  # organisation and team
_batchers = partial(Batchers[_Team, _Request, HandOut], MOST_TOGETHER)


def hand_out_quickly(deps: Deps, actor: Actor, wanted: int) -> HandOut | None:
    """`wanted` contacts for an agent who holds none. None: an unusual case, or too few contacts."""
    if actor.team_id is None or actor.paused_at is not None:
        return None
    return desk_of(deps, actor).ask((actor, wanted), partial(_hand_out_together, deps))


def desk_of(deps: Deps, actor: Actor) -> Batcher[_Request, HandOut]:
    """The batcher of the agent's team."""
    return deps.kept.of(_batchers).of((actor.organisation_id, actor.team_id))


def _hand_out_together(deps: Deps, requests: Sequence[_Request]) -> list[HandOut | None]:
    first, _ = requests[0]
    wanted = {actor.agent_id: most for actor, most in requests}
    with deps.unit_of_work() as uow:
        asking = Asking(first.organisation_id, first.team_id, wanted, deps.clock())
        found = next_up(uow.session, asking, (), deps.kept.of(ResumePoints), whatever_comes_first=False)
        held, _ = hand.claim_candidates(deps, uow.session, asking, found)
        answers: list[HandOut | None] = []
        for actor, most in requests:
            mine = held[actor.agent_id]
            is_enough = len(mine) == most
            answers.append(HandOut(most, cards(uow.session, mine, asking.at, actor), None) if is_enough else None)
        return answers


class _Counts:
    """Counts by campaigns. Of several requests for the same count one counts and the others wait."""

    def __init__(self) -> None:
        self._known: dict[Whose, tuple[Rows, float]] = {}  # until when they are good, by the monotonic clock
        self._counting: dict[Whose, Lock] = defaultdict(Lock)

    def of(self, whose: Whose, count: Callable[[], Rows]) -> Rows:
        with self._counting[whose]:
            rows, until = self._known.get(whose, ((), 0.0))
            if monotonic() < until:
                return rows
            begun = monotonic()
            rows = count()
            if sum(row.count for row in rows) >= LARGE:
                shortest, longest = GOOD_FOR_S
                good_for = min(max(10 * (monotonic() - begun), shortest), longest)
                self._known[whose] = rows, monotonic() + good_for
            return rows


def is_over(deps: Deps, campaigns: Sequence[int], at: datetime) -> bool:
    """Whether a contact locked at `at` is open by now: another request gave it its window a moment later."""
    with deps.unit_of_work(is_read_only=True) as uow:
        first = contacts.next_to_open(uow.session, campaigns, at)
        return first is not None and first.callable_from is not None and first.callable_from <= deps.clock()


def why_short(deps: Deps, actor: Actor, campaigns: Sequence[int], at: datetime) -> NothingCallable:
    """What keeps the contacts now; large counts may be up to five minutes old."""
    rows = deps.kept.of(_Counts).of(frozenset(campaigns), lambda: _count(deps, campaigns, at))
    with deps.unit_of_work(is_read_only=True) as uow:
        first = contacts.next_to_open(uow.session, campaigns, at)
        is_theirs = first is not None and first.owner_id == actor.agent_id
        is_inactive = not campaigns and bool(
            agents.campaigns_of_teams(uow.session, [actor.team_id or 0], are_active=False)
        )
        return NothingCallable(rows, None if first is None else first.callable_from, is_theirs, is_inactive)


def _count(deps: Deps, campaigns: Sequence[int], at: datetime) -> Rows:
    with deps.unit_of_work(is_read_only=True) as uow:
        return said_for_now(closed_rows(uow.session, campaigns, at), deps.rulebook())


@dataclass(slots=True)
class _Search:
    """One agent's request while it is being answered."""

    deps: Deps
    session: Session
    actor: Actor
    at: datetime
    wanted: int
    campaigns: Sequence[Worked]
    held: list[Holding] = field(default_factory=list)
    dropped: list[CallRefused] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    is_beside_others: bool = False  # other requests are just giving contacts of these campaigns their next window

    @property
    def short_by(self) -> int:
        return self.wanted - len(self.held)

    @property
    def campaign_ids(self) -> list[int]:
        return [campaign.id for campaign in self.campaigns]


@retry_lost_turn
def hand_out(deps: Deps, actor: Actor, wanted: int = 3, campaign: str = "") -> HandOut:
    """What the agent holds, filled up to `wanted` with new contacts; if that falls short, why.

    Raises CountOutOfRange, NoTeam, Paused, UnknownCampaign. Asking again after a lost reply gives the same cards.
    """
    if not 1 <= wanted <= MOST_AT_ONCE:
        raise CountOutOfRange(wanted, MOST_AT_ONCE)
    wanted = min([wanted, *_own_limit(deps)])
    if not campaign.strip():
        handed_quickly = hand_out_quickly(deps, actor, wanted)
        if handed_quickly is not None:
            hand.outdate(deps, actor)
            return handed_quickly
    dropped: tuple[CallRefused, ...] = ()
    for wait_s in (*_WAITS_S, None):
        handed, search = _hand_out(deps, actor, wanted, campaign)
        hand.outdate(deps, actor)
        dropped += handed.dropped  # a second look no longer finds what the first one dropped
        if search.short_by <= 0:
            return replace(handed, dropped=dropped)
        is_worth_waiting = search.is_beside_others or is_over(deps, search.campaign_ids, search.at)
        if wait_s is None or not is_worth_waiting:
            break
        sleep(wait_s)
    return replace(handed, dropped=dropped, short=why_short(deps, search.actor, search.campaign_ids, search.at))


@retry_lost_turn
def _own_limit(deps: Deps) -> list[int]:
    """How many cards an agent may have by the house's own rules, which are laid over every house pack alike."""
    return [int(one) for one in figure(deps.rulebook(), deps.house_pack_in(""), "open_cards", deps.clock())]


@retry_lost_turn
def hand_out_these(deps: Deps, actor: Actor, contact_ids: tuple[int, ...]) -> HandOut:
    """What the agent holds, with those of the contacts that are free and callable. Raises NoTeam, Paused."""
    wanted = contact_ids[: min([MOST_AT_ONCE, *_own_limit(deps)])]
    with deps.unit_of_work() as uow:
        actor = _let_pass(uow.session, actor)
        search, _ = _begin(deps, uow.session, actor, len(wanted))
        ours = {campaign.id for campaign in search.campaigns}
        free = contacts.free_by_ids(uow.session, actor.organisation_id, wanted)
        promised = promised_now(uow.session, actor, wanted, search.at)
        kept: list[tuple[str, HeldNow]] = []
        for decided in _decide(search, [one for one in free if one.campaign_id in ours]):
            if decided.is_callable and (held := promised.get(decided.contact.id or 0)) is not None:
                kept.append((decided.contact.name, held))
                continue
            last = _take(search, decided, None)
            if not last.is_callable:
                search.dropped.append(CallRefused(last.contact.name, last.refusal))
        known = contacts.by_ids(search.session, wanted)
        asked = [one for id_ in wanted if (one := known.get(id_)) is not None and one.campaign_id in ours]
        found = zip(asked, held_now(search.session, search.actor, asked, search.at), strict=True)
        others = [(one.name, held) for one, held in found if held is not None and not held.is_own]
        handed = replace(_answer(search), elsewhere=(*others, *kept))
    hand.outdate(deps, actor)
    return handed


def _hand_out(deps: Deps, actor: Actor, wanted: int, campaign: str) -> tuple[HandOut, _Search]:
    with deps.unit_of_work() as uow:
        actor = _let_pass(uow.session, actor)
        search, is_callback_due = _begin(deps, uow.session, actor, wanted, campaign)
        if is_callback_due:
            _claim_due_callbacks(search)
        _claim_next(search)
        return _answer(search), search


def _begin(deps: Deps, session: Session, actor: Actor, wanted: int, campaign: str = "") -> tuple[_Search, bool]:
    """End lapsed leases, and see what the agent holds. Also returns whether a callback is due that they may make."""
    at = deps.clock()
    found = opening(session, actor.team_id, actor.agent_id, at)
    campaigns = [begins_with(found.campaigns, campaign)] if campaign.strip() else found.campaigns
    search = _Search(deps, session, actor, at, wanted, campaigns)
    if found.has_lapsed:
        hand.lapse_in_passing(session, at)
    if found.is_holding:
        search.held, search.dropped = hand.decide_held(deps, hand.Press(session, actor), at)
    return search, found.is_callback_due


def _claim_due_callbacks(search: _Search) -> None:
    if search.short_by <= 0 or not search.campaigns:
        return
    agent_id = search.actor.agent_id
    due = contacts.due_callbacks(search.session, search.campaign_ids, search.at, agent_id, search.seen, _BATCH)
    callback_ids = {contact.id: callback.id for callback, contact in reversed(due)}
    chosen = {contact.id: contact for _, contact in due}
    for decided in _decide(search, list(chosen.values())):
        if search.short_by <= 0:
            return
        _take(search, decided, callback_ids[decided.contact.id])


def _claim_next(search: _Search) -> None:
    """Claim by priority from the sieve. When it runs dry, first give contacts whose window closed their next one."""
    sweeps, is_swept = 0, False
    for tried in range(_MOST_BATCHES):
        if search.short_by <= 0 or not search.campaigns:
            return
        # Look at no more than are wanted while the cache proves right, so that others may take the rest.
        looked_for = _asking(search, min(_BATCH, search.short_by << tried))
        points = search.deps.kept.of(ResumePoints)
        found = next_up(search.session, looked_for, search.seen, points, whatever_comes_first=True)
        if not found.candidates:
            sweeps += 1
            if is_swept or sweeps > _MOST_SWEEPS:
                return
            is_left = has_closed_windows(search.session, search.campaign_ids, search.at)
            mended = leases.mend(search.session)
            swept = refresh.sweep_batch(search.deps, search.session, search.at, _SWEPT_AT_ONCE, search.campaign_ids)
            is_swept = not (mended + swept)  # then one more look: another request may have swept just now
            search.is_beside_others = is_left and is_swept
        held, seen = hand.claim_candidates(search.deps, search.session, _asking(search, search.short_by), found)
        search.held += held[search.actor.agent_id]
        search.seen |= seen


def _asking(search: _Search, most: int) -> Asking:
    actor = search.actor
    return Asking(actor.organisation_id, actor.team_id, {actor.agent_id: most}, search.at, search.campaign_ids)


def _decide(search: _Search, batch: list[Contact]) -> list[Decided[Contact]]:
    """Decide by the rules alone: a contact that another agent holds cannot be claimed, and must not be locked."""
    return decide_contacts(search.deps, search.session, batch, search.at, COUNT_NO_OFFERS)


def _take(search: _Search, decided: Decided[Contact], callback_id: int | None) -> Decided[Contact]:
    """Claim a callable contact, or store the verdict; it is not looked at again. Returns the last decision."""
    contact = decided.contact
    search.seen.add(contact.id or 0)
    if decided.is_callable:  # the contact is locked from here on: decide again on what has happened
        if contacts.lock_unfinished(search.session, contact.id or 0) is None:
            return decided
        [decided] = _decide(search, [contact])
    if not decided.is_callable:
        hand.keep_refusal(search.deps, search.session, decided, search.actor.agent_id)
        return decided
    wish = hand.wish_for(search.actor.agent_id, decided, callback_id)
    for lease in leases.claim_all(search.session, [wish]).values():  # none: another agent was first
        search.held.append(hand.holding_of(search.deps, lease, decided))
    return decided


def _answer(search: _Search) -> HandOut:
    search.session.flush()
    shown = cards(search.session, search.held, search.at, search.actor)
    return HandOut(search.wanted, shown, None, tuple(search.dropped))


def _let_pass(session: Session, actor: Actor) -> Actor:
    """The actor as set up now, which may just have changed. Raises Deactivated, NoTeam, Paused."""
    now = as_actor(session.get_one(Agent, actor.agent_id, populate_existing=True))
    if not now.is_active:
        raise Deactivated(now.slack_user_id)
    if now.team_id is None:
        raise NoTeam
    refuse_paused(session, now)
    return replace(now, also_leads=actor.also_leads)
