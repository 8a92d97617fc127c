"""What waits for a person in a team: contacts on hold, which a team lead can lift, and other reasons that hold
contacts."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.services.answers.calls import Closed
from bot.services.answers.teams import PACK, PLACE, HeldContact, HeldFor, Waiting
from bot.services.calls.data_complaints import due_on
from bot.services.numbers.parsing import mask
from policy import Rulebook, is_lack_of_rules, is_place_unknown
from policy.templates import said_again
from policy.vocabulary import OF_PERSON, ContactState
from storage.models import Campaign, Contact
from storage.queries import compliance, contacts

MOST_LISTED = 10
UNKNOWN = "base.unknown"  # the engine's own rule: what it must know is unknown
_MOST_LOOKED_AT = 50
_MOST_HOLDS = 500  # an organisation with more sees the oldest
LIFTED_BY_A_LEAD = ("hold", "callback")  # an agreed callback without a time holds its contact


def what_waits(session: Session, rulebook: Rulebook, campaigns: Sequence[Campaign], rows: Sequence[Closed]) -> Waiting:
    """What waits in these campaigns. `rows`: the state and reason of each of their contacts."""
    kinds = {rule.id: rule.kind for rule in rulebook.rules()}
    closed = [row for row in rows if row.state is ContactState.HELD]
    on_hold = [row for row in closed if kinds.get(row.rule) in LIFTED_BY_A_LEAD]
    found = _on_hold(session, rulebook, campaigns, {row.rule for row in on_hold})
    return Waiting(
        holds=tuple(found[:MOST_LISTED]),
        holds_left=max(len(found), sum(row.count for row in on_hold)) - len(found[:MOST_LISTED]),
        wanting=tuple(
            HeldFor(row.reason, row.count, _unknown(row.reason) or kinds.get(row.rule, ""))
            for row in closed
            if row not in on_hold
        ),
        unplaced=_unplaced(session, campaigns) if any(row.rule == UNKNOWN for row in closed) else (),
    )


def _unknown(reason: str) -> str:
    """The kind of what the engine itself must know and does not; empty if it is neither rules nor a place."""
    if is_lack_of_rules(reason):
        return PACK
    return PLACE if is_place_unknown(reason) else ""


def _unplaced(session: Session, campaigns: Sequence[Campaign]) -> tuple[HeldContact, ...]:
    """Some contacts whose place or time zone is unknown: a team lead may know or ask."""
    names = {campaign.id or 0: campaign.name for campaign in campaigns}
    found = compliance.contacts_held_by(session, names, [UNKNOWN], _MOST_LOOKED_AT)
    unknown = [one for one in found if not (one.places and one.zones)]
    return tuple(held_contact(one, names[one.campaign_id], None) for one in unknown[:MOST_LISTED])


def _on_hold(session: Session, rulebook: Rulebook, campaigns: Sequence[Campaign], rules: set[str]) -> list[HeldContact]:
    """Contacts on hold, the longest held first; then those that only an outcome holds."""
    names = {campaign.id or 0: campaign.name for campaign in campaigns}
    if not names:
        return []
    since: dict[int, datetime] = {}
    of_person: dict[int, datetime] = {}
    for hold in compliance.open_holds(session, campaigns[0].organisation_id, _MOST_HOLDS):
        since.setdefault(hold.contact_id, hold.placed_at)
        if hold.reason in OF_PERSON:
            of_person.setdefault(hold.person_id, hold.placed_at)
    found = {one.id or 0: one for one in compliance.contacts_held(session, names, since, of_person)} if since else {}
    if rules:
        found |= {one.id or 0: one for one in compliance.contacts_held_by(session, names, rules, MOST_LISTED)}
    due = {
        one.contact_id: due_on(rulebook, one.zones, one.received_at)
        for one in reversed(contacts.open_complaints(session, campaigns[0].organisation_id, names))
    }
    lines = [
        replace(
            held_contact(one, names[one.campaign_id], since.get(one.id or 0) or of_person.get(one.person_id)),
            acknowledge_by=due.get(one.id or 0),
        )
        for one in found.values()
    ]
    return sorted(lines, key=lambda line: (math.inf if line.since is None else line.since.timestamp(), line.contact_id))


def held_contact(contact: Contact, campaign: str, since: datetime | None) -> HeldContact:
    masked = "" if contact.number is None else mask(contact.number)
    reason = said_again(contact.because, contact.sentence)
    return HeldContact(contact.id or 0, contact.name, masked, campaign, reason, since)
