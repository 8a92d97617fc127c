"""From candidates to holdings: decided as they are found, claimed together, and the verdict kept on what may not be called.

Candidates are plain rows. Only of one that is refused the contact itself is read, for its cached verdict to be written.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import Session

from bot.services.attempts_left import attempts_left
from bot.services.cards import Holding
from bot.services.decisions import OPEN_ENDED, Acted, Decided, answer, remember, store
from bot.services.deps import Deps
from bot.services.facts import Offers, facts_of
from bot.services.lease_times import LEASED_FOR
from bot.services.replays import findings_as_json
from policy import Decision, Prepared
from policy.vocabulary import Verdict
from policy.writing import facts_to_json
from storage import claims
from storage.queries.candidates import Candidate
from storage.queries.contacts import by_ids
from storage.queries.next_up import Asking, NextUp


class Weighed(NamedTuple):
    """A candidate and the verdict on it."""

    contact: Candidate
    facts: Prepared
    decision: Decision
    house_pack: str

    @property
    def is_callable(self) -> bool:
        return self.decision.verdict is Verdict.CALLABLE


class Taken(NamedTuple):
    """What came of some candidates. `seen`: those that need not be looked at again."""

    held: list[Holding]
    seen: set[int]


def take(deps: Deps, session: Session, asking: Asking, found: NextUp, most: int) -> Taken:
    """Claim no more than `most` of the candidates, the first first; keep the verdict on those that are not callable."""
    weighed = _weighed(deps, asking, found)
    wishes = [_wish(asking, one) for one in weighed if one.is_callable][:most]
    claimed = claims.claim_all(session, asking, wishes)
    refused = [one for one in weighed if not one.is_callable]
    _keep_refusals(deps, session, asking, refused)
    held = []
    for one in weighed:
        lease = claimed.get(one.contact.id)
        if lease is not None:
            left = attempts_left(one.facts, deps.rulebook(), asking.at, one.house_pack)
            held.append(Holding(lease, one.contact, one.decision.findings, left, found.record))
    return Taken(held, {*(wish.contact.id for wish in wishes), *(one.contact.id for one in refused)})


def _weighed(deps: Deps, asking: Asking, found: NextUp) -> list[Weighed]:
    if found.record is None:
        return []
    offers = Offers(except_agent=asking.agent_id)
    packs = {one.id: one.house_pack or deps.house_pack for one in found.record.campaigns.values()}
    weighed = []
    for contact, facts in zip(
        found.candidates, facts_of(found.candidates, found.record, asking.at, offers), strict=True
    ):
        pack, prepared = packs[contact.campaign_id], Prepared(facts)
        weighed.append(Weighed(contact, prepared, answer(deps, prepared, asking.at, pack), pack))
    return weighed


def _wish(asking: Asking, one: Weighed) -> claims.Wish:
    decision = one.decision
    lawful_until = decision.lawful_until or decision.at + OPEN_ENDED
    record = {
        "campaign_id": one.contact.campaign_id,
        "verdict": decision.verdict.value,
        "callable_from": decision.callable_from,
        "lawful_until": decision.lawful_until,
        "rulebook": decision.rulebook,
        "house_pack": one.house_pack,
        "findings": findings_as_json(decision),
        "facts": facts_to_json(one.facts.facts),
    }
    return claims.Wish(one.contact, min(asking.at + LEASED_FOR, lawful_until), lawful_until, record)


def _keep_refusals(deps: Deps, session: Session, asking: Asking, refused: Sequence[Weighed]) -> None:
    if not refused:
        return
    contacts = by_ids(session, [one.contact.id for one in refused])
    for one in refused:
        decided = Decided(contacts[one.contact.id], one.facts.facts, one.decision, one.house_pack)
        remember(deps, decided)
        store(session, decided, Acted("hand_out", asking.agent_id))
