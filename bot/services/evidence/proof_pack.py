"""Gathers everything on record about one number, for a regulator who asks after a complaint."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import Session, SQLModel

from bot.services.agents import require
from bot.services.answers.evidence.proof_packs import Campaigned, ProofPack, Statement
from bot.services.answers.people import Actor
from bot.services.audit import forbidden
from bot.services.calls import off_list
from bot.services.campaigns import CallerNumbers
from bot.services.deps import Deps
from bot.services.erased_numbers import as_recorded, hashes_of
from bot.services.errors import AlreadyGone, NumberNotKnown, RoleNeeded
from bot.services.evidence.joining import Joining
from bot.services.evidence.pack_json import as_canonical
from bot.services.evidence.reviews import Decisions, principals, review_calls, review_stops
from bot.services.evidence.statements import KIND, SHOWN, Clocks, Teller, agents_in
from bot.services.numbers.parsing import is_erased, parse_number, whereabouts_of
from bot.services.permissions import led_campaigns
from bot.services.privacy.emptying import stand_in
from bot.services.proof import sequencing
from policy.vocabulary import WRONG_PERSON, Role
from storage.models import (
    Attempt,
    Campaign,
    Contact,
    ContactList,
    CorrectedPlace,
    DecisionRecord,
    Erasure,
    Hold,
    Lease,
    Organisation,
    OutcomeRecord,
    Person,
    PersonNumber,
    Suppression,
)
from storage.queries import contacts, setup
from storage.subject import erased_keys
from storage.subject.subject_rows import persons_at, rows_of, scope_of

Rows = Mapping[type[SQLModel], Sequence[Any]]


def make(deps: Deps, actor: Actor, number: str, kept: Sequence[str] = ()) -> ProofPack:
    """The pack of a number, with what was committed just now brought into the log first. Raises what `collect`
    raises."""
    require(actor, Role.TEAM_LEAD)
    sequencing.sequence_due(deps)
    return collect(deps, actor, number, kept)


def make_of(deps: Deps, actor: Actor, number_id: int) -> ProofPack:
    """The pack of a number by its row. Raises what `make` raises; AlreadyGone if it was erased meanwhile."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        row = uow.session.get(PersonNumber, number_id)
        if row is None or row.organisation_id != actor.organisation_id or is_erased(row.number):
            raise AlreadyGone
        number = row.number
    return make(deps, actor, number)


def collect(deps: Deps, actor: Actor, number: str, kept: Sequence[str] = ()) -> ProofPack:
    """The pack of a number, as people write it, with the proofs that the log has of it. Changes nothing.

    `kept`: checkpoints that somebody kept; the pack shows that its log continues them. Raises RoleNeeded for agents,
    and for team leads none of whose campaigns has the number; BadNumber, NumberNotKnown; NotANote.
    """
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        session = uow.session
        asked = parse_number(number, off_list.country_of(session, actor))
        recorded = as_recorded(session, actor.organisation_id, asked)
        subject = _Subject(session, actor, asked, recorded)
        _refuse_strangers(session, actor, subject)
        return _pack(deps, session, subject, kept)


class _Subject:
    """One number and the rows about it: those of other numbers of the same people are left out."""

    def __init__(self, session: Session, actor: Actor, asked: str, recorded: str) -> None:
        self.organisation_id, self.asked, self.recorded = actor.organisation_id, asked, recorded
        self.persons = {
            row.person_id: person
            for row, person in persons_at(session, actor.organisation_id, [recorded])
            if row.closed_because not in WRONG_PERSON
        }
        hashes = hashes_of(session, actor.organisation_id)
        self.in_facts = {recorded, asked} | ({stand_in(hashes, asked)} if hashes is not None else set())
        found = rows_of(session, scope_of(actor.organisation_id, self.persons, [recorded]))
        self.elsewhere = sum(one.number != recorded for one in found[Attempt])
        self.rows = self._of_number(session, found)
        if not any(self.rows.values()):
            raise NumberNotKnown

    def _of_number(self, session: Session, found: Rows) -> dict[type[SQLModel], list[Any]]:
        rows = {table: [one for one in of if self._is_about(one)] for table, of in found.items()}
        attempts, leases = _ids(rows[Attempt]), _ids(rows[Lease])
        rows[OutcomeRecord] = [one for one in found[OutcomeRecord] if one.attempt_id in attempts]
        rows[DecisionRecord] = [one for one in found[DecisionRecord] if one.lease_id in leases or self._is_decided(one)]
        lists = {one.list_id for one in rows[Contact]}
        rows[ContactList] = list(contacts.lists(session, lists).values())
        rows[Erasure] = self._erasures(session)
        return rows

    def _is_about(self, row: Any) -> bool:
        """Rows of a person that name no number are about each of theirs."""
        if isinstance(row, Contact):
            return row.person_id in self.persons
        return getattr(row, "number", "") in ("", self.recorded)

    def _is_decided(self, row: DecisionRecord) -> bool:
        return row.lease_id is None and row.facts.get("contact", {}).get("number") in self.in_facts

    def _erasures(self, session: Session) -> list[Erasure]:
        if self.recorded == self.asked:
            return []
        keys = erased_keys.erased_among(session, self.organisation_id, [self.recorded])
        return [session.get_one(Erasure, one.erasure_id) for one in keys]


def _ids(rows: Sequence[Any]) -> set[int]:
    return {one.id for one in rows}


def _refuse_strangers(session: Session, actor: Actor, subject: _Subject) -> None:
    if actor.role is not Role.TEAM_LEAD:
        return
    led = {one.id for one in led_campaigns(session, actor)}
    if not any(one.campaign_id in led for table in (Contact, Attempt) for one in subject.rows[table]):
        raise RoleNeeded(Role.MANAGER.value)


def _pack(deps: Deps, session: Session, subject: _Subject, kept: Sequence[str]) -> ProofPack:
    at, rows = deps.clock(), subject.rows
    organisation = session.get_one(Organisation, subject.organisation_id)
    campaigns = setup.campaigns(session, subject.organisation_id)
    clocks = Clocks(rows[Contact], rows[CorrectedPlace], " ".join(whereabouts_of(subject.asked).zones))
    teller = Teller(clocks, rows[Hold], _names(subject.persons.values(), rows[Contact]))
    statements = _statements(teller, rows)
    decisions = Decisions(deps)
    findings = {one.id: one.values["findings"] for one in statements if one.kind == KIND[DecisionRecord]}
    reviewed = tuple(decisions.review(one, findings[one.id]) for one in rows[DecisionRecord])
    calls = [one for one in rows[Attempt] if one.direction == "out"]
    against = forbidden(session, subject.organisation_id, calls, deps.rulebook(), deps.house_choice, at)
    principal_of = principals(rows[Contact], {one.id or 0: one.principal for one in campaigns})
    leases = {one.id or 0: one for one in rows[Lease]}
    joining = Joining(session, subject.organisation_id)
    said = tuple(joining.join(one) for one in statements)
    pack = ProofPack(
        organisation=organisation.name,
        number=subject.asked,
        recorded=subject.recorded,
        at=at,
        zone=clocks.zone(None, at),
        erased_at=max((one.at for one in rows[Erasure]), default=None),
        people=len(subject.persons),
        elsewhere=subject.elsewhere,
        rulebook=deps.rulebook().version,
        statements=said,
        decisions=reviewed,
        calls=review_calls(calls, reviewed, against, leases, CallerNumbers(session)),
        stops=review_stops(rows[Suppression], rows[Lease], calls, principal_of, at),
        rule_sets=decisions.rule_sets,
        agents=_roles(session, subject.organisation_id, said),
        campaigns=_campaigns(campaigns, said),
        terms_kept_since=_unless_kept(organisation, calls),
        log=replace(joining.log, published=joining.published(session, said, kept)),
    )
    return replace(pack, signature=joining.sign(as_canonical(pack)))


def _statements(teller: Teller, rows: Rows) -> tuple[Statement, ...]:
    contact_of = {one.id: one.contact_id for one in rows[Attempt]}
    told = [
        teller.tell(one, contact_of.get(getattr(one, "attempt_id", None)))
        for table, shown in SHOWN.items()
        for one in rows[table]
        if getattr(one, shown.at) is not None
    ]
    order = list(KIND.values())
    return tuple(sorted(told, key=lambda one: (one.at, order.index(one.kind), one.id)))


def _names(people: Collection[Person], contacts_of: Sequence[Contact]) -> set[str]:
    whole = {one.name for one in people} | {one.name for one in contacts_of}
    return whole | {part for one in whole for part in one.split()}


def _roles(session: Session, organisation_id: int, statements: Sequence[Statement]) -> dict[int, Role]:
    named = set(agents_in(statements))
    return {one.id: one.role for one in setup.agents(session, organisation_id) if one.id in named}


def _campaigns(campaigns: Sequence[Campaign], statements: Sequence[Statement]) -> dict[int, Campaigned]:
    named = {one.shown.get("campaign_id") for one in statements}
    return {one.id: Campaigned(one.name, one.principal) for one in campaigns if one.id in named and one.id is not None}


def _unless_kept(organisation: Organisation, calls: Sequence[Attempt]) -> Any:
    kept = organisation.terms_kept_since
    return kept if kept is not None and any(one.opened_at < kept for one in calls) else None
