"""The cards of what an agent holds, and what a campaign puts on them. A number is shown only while it is called."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from bot.services.answers.calls import CallingCard, Card, Detail, OfferCard
from bot.services.answers.people import Actor
from bot.services.deciding.decisions import Left, Span, findings_from_json, warning_findings
from bot.services.files.headings import has_letters, may_be_company
from bot.services.numbers.parsing import dial_link, format_number, mask
from bot.services.own_outcomes import MOST_BUTTONS, all_of
from bot.services.own_outcomes import offered as offered_own
from policy import Finding
from policy.calendar.local_time import latest_zone
from policy.vocabulary import HOLDING, STOPPING, WRONG_PERSON, AttemptState, LeaseStage, Outcome
from storage.hand_out.search import OnCard
from storage.models import Callback, Campaign, Lease
from storage.queries import attempts, compliance, contacts
from storage.record.whole_record import AnyContact, OnRecord

# what each call fills into a campaign's script, the words to open it with
NAME, COMPANY, AGENT = "name", "company", "agent"
VARIABLES: Final = (NAME, COMPANY, AGENT)
_VARIABLE = re.compile(r"\{([^{}\n]*)\}")
# A variable without a value goes with the blank and the comma before it, so that the sentence reads on.
_IN_PLACE = re.compile(r"(?P<before>,?[ \t]*)\{(?P<name>[^{}\n]*)\}")


_COMPANY = ""  # where details say under which heading the company stands


def unknown_variables(script: str) -> tuple[str, ...]:
    """What stands in braces and is no variable, each once, without its braces."""
    found = (one.group(1) for one in _VARIABLE.finditer(script))
    return tuple(dict.fromkeys(one for one in found if _key(one) not in VARIABLES))


def spoken(script: str, *, name: str, company: str, agent: str) -> str:
    """The script with its variables filled in, or left out where there is no value.

    What no variable is stays as it is: scripts written before there were variables may hold braces.
    """
    values = {NAME: name, COMPANY: company, AGENT: agent}

    def filled(found: re.Match[str]) -> str:
        value = values.get(_key(found["name"]))
        if value is None:
            return found[0]
        if value.strip():
            return f"{found['before']}{value.strip()}"
        follows = found.string[found.end() : found.end() + 1]
        return "" if not follows.isalnum() else found["before"]

    return _IN_PLACE.sub(filled, script).strip(" ,;\n\t")


def _key(written: str) -> str:
    return written.strip().casefold()


# Always one press away: requests, wrong numbers, people who need care, and a call that was not made.
ALWAYS = frozenset({*STOPPING, *HOLDING, *WRONG_PERSON, Outcome.NOT_DIALLED})


def offered_outcomes(words: str) -> tuple[Outcome, ...]:
    """The outcomes to offer, in the vocabulary's order; all if none is named. A form or command takes any other."""
    named = set(words.split())
    return tuple(one for one in Outcome if not named or one in ALWAYS or one.value in named)


def stored_choice(outcomes: Iterable[Outcome]) -> str:
    """The choice as a campaign stores it; empty: all."""
    wanted = set(outcomes) | ALWAYS
    return "" if wanted >= set(Outcome) else " ".join(one.value for one in Outcome if one in wanted)


MOST_DETAILS: Final = 6  # details on a card
_TOWNS: Final = frozenset({"town", "city", "ort", "stadt", "wohnort", "ville"})
Cells = Mapping[str, str]  # text by heading
_PAGE = re.compile(r"https://[^\s<>|…]{1,400}")


def wanted_headings(stored: str) -> tuple[str, ...]:
    """The headings that a campaign stores, in their order."""
    return tuple(stored.splitlines())


def stored_headings(headings: Sequence[str]) -> str:
    """Headings as a campaign stores them, each once, without their own line breaks."""
    return "\n".join(dict.fromkeys(filter(None, (" ".join(one.split()) for one in headings))))


def cells_of(session: Session, wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Cells]:
    """What lists say of people: by campaign and person, for those asked for and known."""
    people = defaultdict(set)
    for campaign_id, person_id in wanted:
        people[campaign_id].add(person_id)
    return {
        (campaign_id, person_id): cells
        for campaign_id, some in people.items()
        for person_id, cells in contacts.details_of(session, campaign_id, some).items()
    }


def on_card(campaign: Campaign, cells: Cells) -> tuple[Detail, ...]:
    """The details for the card, in the campaign's order, without empty ones. Headings match in any case.

    A link is an https address; what stands in its column and is none stays text.
    """
    said = {heading.casefold(): (heading, text) for heading, text in cells.items()}
    links = {one.casefold() for one in wanted_headings(campaign.card_links)}
    found = []
    for key in (one.casefold() for one in wanted_headings(campaign.card_details)[:MOST_DETAILS]):
        heading, text = said.get(key, ("", ""))
        if text:
            found.append(Detail(heading, text, is_link=key in links and _PAGE.fullmatch(text) is not None))
    return tuple(found)


def company_mark(cells: Mapping[str, str], companies: Sequence[str]) -> dict[str, str]:
    """What to keep beside a contact's details so that `company_in` finds its company; nothing if it does so anyway.

    `companies`: the headings that hold one in this file. No heading is empty, so the mark stands under the empty one.
    """
    there = [heading for heading in companies if heading in cells]
    holding = next((heading for heading in there if has_letters(cells[heading])), there[0] if there else "")
    return {} if holding == _looks_like_company(cells) else {_COMPANY: holding}


def company_in(cells: Mapping[str, str]) -> str:
    """The company in a contact's details; empty if there is none."""
    return cells.get(cells[_COMPANY] if _COMPANY in cells else _looks_like_company(cells), "")


def _looks_like_company(cells: Mapping[str, str]) -> str:
    """The first heading that some export or language has for the company."""
    return next((heading for heading in cells if heading and may_be_company(heading)), "")


def company_or_town(cells: Cells) -> str:
    """What tells the contact from others of the name; empty if no list says it."""
    towns = (text for heading, text in cells.items() if heading.casefold() in _TOWNS)
    return company_in(cells) or next(towns, "")


_SHOWN: Final = [one.name for one in fields(OnCard)]
LEASED_FOR = timedelta(minutes=30)
KEPT_FOR = timedelta(minutes=10)  # added once, if the agent asks
COUNTED_FOR = timedelta(days=30)  # the longest span over which house policy counts attempts


def may_be_kept(lease: Lease) -> bool:
    """Whether the lease was not yet extended and the law leaves room: its end shows both."""
    return lease.leased_until <= lease.offered_at + LEASED_FOR and lease.leased_until < lease.lawful_until


@dataclass(frozen=True, slots=True)
class Holding:
    """A lease with its contact and the findings behind it."""

    lease: Lease
    contact: AnyContact
    findings: tuple[Finding, ...]
    record: OnRecord
    left: Left | None = None  # attempts by the tightest cap, after any under way
    callback_spans: tuple[Span, ...] | None = None  # of a call: when a callback may be made; None: not looked at


def cards(session: Session, held: Sequence[Holding], at: datetime, holder: Actor) -> tuple[Card, ...]:
    """The cards, in the order given."""
    known = cells_of(session, [_whom(one) for one in held if _needs_cells(one)])
    return tuple(_card(session, one, at, holder, known.get(_whom(one), {})) for one in held)


def _whom(holding: Holding) -> tuple[int, int]:
    return holding.contact.campaign_id, holding.contact.person_id


def _needs_cells(holding: Holding) -> bool:
    campaign = holding.record.campaigns[holding.contact.campaign_id]
    return bool(campaign.card_details) or holding.lease.stage is LeaseStage.CALLING


def findings_of(session: Session, lease: Lease) -> tuple[Finding, ...]:
    """The findings of a lease's newest stored decision."""
    stored = compliance.decision_of_lease(session, lease.id or 0)
    return () if stored is None else findings_from_json(stored.findings, stored.sentences)


def _card(session: Session, holding: Holding, at: datetime, holder: Actor, cells: Cells) -> Card:
    offer = _offer(holding, at, cells)
    if holding.lease.stage is LeaseStage.OFFERED:
        return offer
    on_record = (one for one in holding.record.attempts if one.lease_id == holding.lease.id)
    attempt = next(on_record, None) or attempts.of_lease(session, holding.lease.id or 0)
    if attempt is None:
        return offer
    campaign = holding.record.campaigns[holding.contact.campaign_id]
    asks_own = campaign.own_buttons or campaign.own_outcomes
    known = all_of(session, holder.organisation_id) if asks_own else ()
    return CallingCard(
        offer,
        attempt_id=attempt.id or 0,
        number=attempt.number,
        number_shown=format_number(attempt.number, campaign.country),
        dial_link=dial_link(attempt.number, holder.dial_with),
        numbers_to_show=tuple(format_number(one, campaign.country) for one in campaign.caller_numbers.split()),
        script=spoken(campaign.script, name=offer.name, company=company_in(cells), agent=holder.name),
        outcomes=offered_outcomes(campaign.outcomes),
        own_buttons=offered_own(campaign.own_buttons, known)[:MOST_BUTTONS],
        own_outcomes=offered_own(campaign.own_outcomes, known),
        callback_spans=holding.callback_spans,
    )


def _offer(holding: Holding, at: datetime, cells: Cells) -> OfferCard:
    lease, contact, record = holding.lease, holding.contact, holding.record
    made = [
        attempt
        for attempt in record.attempts
        if attempt.state is not AttemptState.NOT_DIALLED
        and attempt.lease_id != lease.id
        and (attempt.number == lease.number or attempt.person_id == contact.person_id)
    ]
    client = record.campaigns[contact.campaign_id].principal
    due = [one.due_at for one in record.callbacks if _is_due(one, contact, client, at)]
    notes = [one.note for one in record.said if one.contact_id == contact.id and one.note]
    return OfferCard(
        lease_id=lease.id or 0,
        contact_id=contact.id or 0,
        **{name: getattr(contact, name) for name in _SHOWN},
        masked_number=mask(lease.number),
        campaign=record.campaigns[contact.campaign_id].name,
        list_name=record.lists[contact.list_id].name,
        zone=latest_zone(contact.zones.split(), at),
        leased_until=lease.leased_until,
        lawful_until=lease.lawful_until,
        attempts_made=sum(attempt.opened_at > at - COUNTED_FOR for attempt in made),
        attempts_left=None if holding.left is None else holding.left.attempts,
        last_outcome=made[-1].outcome if made else None,
        last_attempt_at=made[-1].opened_at if made else None,
        callback_due_at=min(due, default=None),
        note=notes[-1] if notes else "",
        warnings=warning_findings(holding.findings),
        attempts_left_in="" if holding.left is None else holding.left.within,
        may_be_kept=may_be_kept(lease),
        details=on_card(record.campaigns[contact.campaign_id], cells),
        company=company_or_town(cells),
    )


def _is_due(callback: Callback, contact: AnyContact, client: str, at: datetime) -> bool:
    """Whether a call to the contact keeps it: agreed there, or with the person in another campaign of the client."""
    is_theirs = callback.person_id == contact.person_id and callback.principal == client
    return (callback.contact_id == contact.id or is_theirs) and callback.closed_at is None and callback.due_at <= at
