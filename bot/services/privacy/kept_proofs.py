"""The words of consents that an erasure leaves for a while: the law asks for the proof of a consent after it has
ended."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlmodel import Session

from bot.services.blanking import blank_about
from bot.services.deps import Deps
from policy import Rulebook
from policy.facts import ConsentFact
from policy.rules import any_within
from policy.rules.kinds.basis import Basis
from storage.log.forgetting import forget_salts
from storage.models import Attempt, Consent, Contact
from storage.queries import proofs

_BLANK = "▮▮▮▮"


def kept(
    rulebook: Rulebook,
    consents: Iterable[Consent],
    contacts: Sequence[Contact],
    attempts: Sequence[Attempt],
    today: date,
) -> frozenset[int]:
    """The ids of the proved consents whose words must still be kept."""
    places = {one.person_id: set[str]() for one in contacts}
    for contact in contacts:
        places[contact.person_id] |= set(contact.places.split())
    used: dict[int | None, list[Attempt]] = {}
    for attempt in attempts:
        used.setdefault(attempt.person_id, []).append(attempt)
    return frozenset(
        one.id or 0
        for one in consents
        if one.is_proved
        and today <= _last_day(rulebook, one, places.get(one.person_id, set()), used.get(one.person_id, []))
    )


def _last_day(rulebook: Rulebook, row: Consent, places: Iterable[str], attempts: Iterable[Attempt]) -> date:
    uses = [row.given_at, *((row.first_used_at,) if row.first_used_at else ())]
    uses += [one.opened_at for one in attempts if one.principal == row.principal and one.opened_at >= row.given_at]
    consent = ConsentFact(
        row.given_at, kind=row.kind, principal=row.principal, ends_at=row.ends_at, withdrawn_at=row.withdrawn_at
    )
    places, last = tuple(places), max(uses).date()
    ends = (
        rule.parameters.proof_ends(consent, last)
        for pack in rulebook.packs.values()
        if pack.kind != "house" and any_within(places, pack.areas)
        for rule in pack.rules
        if rule.is_enabled and isinstance(rule.parameters, Basis)
    )
    return max((one for one in ends if one is not None), default=date.min)


def without_names(text: str, names: Iterable[str], numbers: Iterable[str]) -> str:
    """The words of a consent without the names and numbers of the person who gave it."""
    for name in sorted({part for one in names for part in (one, *one.split()) if len(part) > 1}, key=len, reverse=True):
        text = text.replace(name, _BLANK)
    for number in numbers:
        text = blank_about(text, number).text
    return text


def forget_ended(deps: Deps, at: datetime) -> int:
    """Empty the words of erased people's consents whose proof need no longer be kept. Returns how many."""
    with deps.unit_of_work() as uow:
        session: Session = uow.session
        consents = proofs.consents_with_words(session)
        people = {one.person_id for one in consents}
        contacts = proofs.about_persons(session, Contact, people)
        attempts = proofs.about_persons(session, Attempt, people)
        still = kept(deps.rulebook(), consents, contacts, attempts, at.date())
        gone = [one for one in consents if one.id not in still]
        for one in gone:
            one.wording = one.source = ""
        session.flush()
        forget_salts(session, {Consent: [one.id or 0 for one in gone]})
    return len(gone)
