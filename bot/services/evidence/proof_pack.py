"""Gathers everything on record about one number, for a regulator who asks after a complaint.

Each statement is joined with its leaf in the transparency log: what of it is proven, and what stands beside it.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from sqlmodel import Session, SQLModel

from bot.services.agents import require
from bot.services.answers.evidence.proof_packs import (
    Campaigned,
    LogState,
    ProofPack,
    PublishedBefore,
    Statement,
    StatementProof,
)
from bot.services.answers.people import Actor
from bot.services.audit.judging import judge
from bot.services.calls import off_list
from bot.services.campaigns import CallerNumbers
from bot.services.deps import Deps
from bot.services.erased_numbers import as_recorded, hashes_of
from bot.services.errors import AlreadyGone, NumberNotKnown, RoleNeeded
from bot.services.evidence.pack_json import BY_AGENT, KIND, SHOWN, Clocks, Teller, as_canonical
from bot.services.evidence.reviews import Decisions, review_calls, review_stops
from bot.services.numbers.parsing import is_erased, parse_number, whereabouts_of
from bot.services.ports import LogKeys
from bot.services.privacy.emptying import stand_in
from bot.services.proof import sequencing
from bot.services.proof.proving import Proving, RowProof
from bot.services.proof.verifying import key_changes
from policy.vocabulary import WRONG_PERSON, Role
from storage import models
from storage.log import heads
from storage.log.statements import BY_NAME
from storage.queries import agents, contacts, setup
from storage.subject import erased_keys
from storage.subject.subject_rows import persons_at, rows_of, scope_of

Rows = Mapping[type[SQLModel], Sequence[Any]]
_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{6})Z")
_NUMBER: Final = "number"  # opened though no statement shows it: it says that the row is about the pack's number


def make(deps: Deps, actor: Actor, number: str, kept: Sequence[str] = ()) -> ProofPack:
    """The pack of a number; what was committed just now comes into the log first. Raises what `collect` raises."""
    require(actor, Role.TEAM_LEAD)
    sequencing.sequence_due(deps)
    return collect(deps, actor, number, kept)


def make_of(deps: Deps, actor: Actor, number_id: int) -> ProofPack:
    """The pack of a number by its row. Raises what `make` raises; AlreadyGone if it was erased meanwhile."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        row = uow.session.get(models.PersonNumber, number_id)
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
        if actor.role is Role.TEAM_LEAD:
            led = {one.id for one in agents.campaigns_of_teams(session, actor.teams)}
            if not any(
                one.campaign_id in led for table in (models.Contact, models.Attempt) for one in subject.rows[table]
            ):
                raise RoleNeeded(Role.MANAGER.value)
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
        self.elsewhere = sum(one.number != recorded for one in found[models.Attempt])
        self.rows = self._of_number(session, found)
        if not any(self.rows.values()):
            raise NumberNotKnown

    def _of_number(self, session: Session, found: Rows) -> dict[type[SQLModel], list[Any]]:
        rows = {table: [one for one in of if self._is_about(one)] for table, of in found.items()}
        attempts, leases = ({one.id for one in rows[table]} for table in (models.Attempt, models.Lease))
        rows[models.OutcomeRecord] = [one for one in found[models.OutcomeRecord] if one.attempt_id in attempts]
        rows[models.DecisionRecord] = [
            one
            for one in found[models.DecisionRecord]
            if one.lease_id in leases
            or (one.lease_id is None and one.facts.get("contact", {}).get("number") in self.in_facts)
        ]
        lists = {one.list_id for one in rows[models.Contact]}
        rows[models.ContactList] = list(contacts.lists(session, lists).values())
        erased = [] if self.recorded == self.asked else [self.recorded]
        keys = erased_keys.erased_among(session, self.organisation_id, erased)
        rows[models.Erasure] = [session.get_one(models.Erasure, one.erasure_id) for one in keys]
        return rows

    def _is_about(self, row: Any) -> bool:
        """Rows of a person that name no number are about each of theirs."""
        if isinstance(row, models.Contact):
            return row.person_id in self.persons
        return getattr(row, "number", "") in ("", self.recorded)


def _pack(deps: Deps, session: Session, subject: _Subject, kept: Sequence[str]) -> ProofPack:
    at, rows = deps.clock(), subject.rows
    organisation = session.get_one(models.Organisation, subject.organisation_id)
    campaigns = setup.campaigns(session, subject.organisation_id)
    clocks = Clocks(rows[models.Contact], rows[models.CorrectedPlace], " ".join(whereabouts_of(subject.asked).zones))
    names = {one.name for one in (*subject.persons.values(), *rows[models.Contact])}
    teller = Teller(clocks, rows[models.Hold], names | {part for one in names for part in one.split()})
    statements = _statements(teller, rows)
    decisions = Decisions(deps)
    findings = {one.id: one.values["findings"] for one in statements if one.kind == KIND[models.DecisionRecord]}
    reviewed = tuple(decisions.review(one, findings[one.id]) for one in rows[models.DecisionRecord])
    calls = [one for one in rows[models.Attempt] if one.direction == "out"]
    _, judged = judge(session, subject.organisation_id, calls, deps.rulebook(), deps.house_choice, at)
    against = {one.attempt.id: one.known for one in judged}  # by what had been recorded when it was opened
    principals = {one.id: one.principal for one in campaigns}
    principal_of = {one.id or 0: principals.get(one.campaign_id, "") for one in rows[models.Contact]}
    leases = {one.id or 0: one for one in rows[models.Lease]}
    joining = Joining(session, subject.organisation_id)
    said = tuple(joining.join(one) for one in statements)
    named = {one.shown.get(column) for one in said for column in BY_AGENT}
    pack = ProofPack(
        organisation=organisation.name,
        number=subject.asked,
        recorded=subject.recorded,
        at=at,
        zone=clocks.zone(None, at),
        erased_at=max((one.at for one in rows[models.Erasure]), default=None),
        people=len(subject.persons),
        elsewhere=subject.elsewhere,
        rulebook=deps.rulebook().version,
        statements=said,
        decisions=reviewed,
        calls=tuple(review_calls(calls, reviewed, against, leases, CallerNumbers(session))),
        stops=review_stops(rows[models.Suppression], rows[models.Lease], calls, principal_of, at),
        rule_sets=decisions.rule_sets,
        agents={one.id or 0: one.role for one in setup.agents(session, subject.organisation_id) if one.id in named},
        campaigns=_campaigns(campaigns, said),
        terms_kept_since=_unless_kept(organisation, calls),
        log=replace(joining.log, published=joining.published(session, said, kept)),
    )
    return replace(pack, signature=joining.sign(deps.log_keys, as_canonical(pack)))


def _statements(teller: Teller, rows: Rows) -> tuple[Statement, ...]:
    contact_of = {one.id: one.contact_id for one in rows[models.Attempt]}
    told = [
        teller.tell(one, contact_of.get(getattr(one, "attempt_id", None)))
        for table, columns in SHOWN.items()
        for one in rows[table]
        if getattr(one, columns.split()[0]) is not None
    ]
    order = list(KIND.values())
    return tuple(sorted(told, key=lambda one: (one.at, order.index(one.kind), one.id)))


def _campaigns(campaigns: Sequence[models.Campaign], statements: Sequence[Statement]) -> dict[int, Campaigned]:
    named = {one.shown.get("campaign_id") for one in statements}
    return {one.id: Campaigned(one.name, one.principal) for one in campaigns if one.id in named and one.id is not None}


def _unless_kept(organisation: models.Organisation, calls: Sequence[models.Attempt]) -> Any:
    kept = organisation.terms_kept_since
    return kept if kept is not None and any(one.opened_at < kept for one in calls) else None


class Joining:
    """Proves the statements of one pack against the newest checkpoint."""

    def __init__(self, session: Session, organisation_id: int) -> None:
        self._organisation_id = organisation_id
        self._proving: Proving | None = None
        self.log = LogState(fault="key")
        with suppress(ValueError):  # the public key on record is damaged
            proving = Proving(session, organisation_id)
            found, self.log = proving.published, LogState(fault="empty")
            if found is not None:
                told = found.note, found.public_key, found.size, found.at
                changes = tuple(one.note for one in key_changes(session, organisation_id))
                self._proving, self.log = proving, LogState(*told, key_changes=changes)

    def join(self, one: Statement) -> Statement:
        """The statement with its proof; or saying why there is none: not_stated | waiting | differs | no_log."""
        if one.kind not in BY_NAME:
            return _beside(one, "not_stated")
        if self._proving is None or not self.log.note:
            return _beside(one, "no_log")
        leaves = self._proving.prove(one.kind, one.id)
        if not leaves:
            return _beside(one, "waiting")
        return _proven(one, leaves[-1])

    def published(
        self, session: Session, joined: Sequence[Statement], kept: Sequence[str] = ()
    ) -> tuple[PublishedBefore, ...]:
        """Published checkpoints that the log continues: for each statement the first that has it, and the newest.

        And those that somebody kept, published or not. Raises NotANote for one that is not of this log.
        """
        if self._proving is None:
            return ()
        given = {one.size: one for one in map(self._proving.ending_of, kept)}
        shown = heads.published_sizes(session, self._organisation_id)
        sizes = sorted(one for one in shown if 0 < one <= self.log.size)
        places = {bisect_right(sizes, one.proof.number) for one in joined if one.proof is not None} | {len(sizes) - 1}
        wanted = {sizes[place] for place in places if 0 <= place < len(sizes)} | given.keys()
        found = filter(None, map(self._proving.ending, sorted(wanted)))
        return tuple(replace(one, on=shown.get(one.size)) for one in found)

    def sign(self, keys: LogKeys, canonical: bytes) -> str:
        """The log's signature of the pack; empty if there is no checkpoint to sign beside, or no key here."""
        return "" if self._proving is None else self._proving.sign_pack(keys, canonical)


def _beside(one: Statement, why: str) -> Statement:
    return replace(one, values={}, beside=one.values, unproven=why)


def _proven(one: Statement, leaf: RowProof) -> Statement:
    if not leaf.statement:  # a bundled row that changed since
        return _beside(one, "differs")
    stated = json.loads(leaf.statement)
    said: Mapping[str, Any] = stated["is"]
    opened = {opening.column: opening for opening in leaf.openings}
    if stated["sealed"].get(_NUMBER) is not None and _NUMBER not in opened:  # an erasure's new leaf is still to come
        return _beside(one, "waiting")
    if not leaf.is_erased and any(text is not None and name not in opened for name, text in stated["sealed"].items()):
        return _beside(one, "differs")  # in what the leaf commits to, which could be opened
    values, beside = {}, {}
    for column, value in one.values.items():
        if column in said:
            if said[column] != as_leaf(value):
                return _beside(one, "differs")
            values[column] = value
        elif column in opened and is_opened_as(opened[column].text, value):
            values[column] = value
        else:
            beside[column] = value
    keys = tuple(one for one in leaf.openings if one.column == _NUMBER or one.column in values)
    proof = StatementProof(
        leaf.number, leaf.leaf.decode(), "" if b'"statement"' in leaf.leaf else leaf.statement.decode(), keys, leaf.path
    )
    return replace(one, values=values, beside=beside, proof=proof)


def as_leaf(value: Any) -> Any:
    """A value as leaves say it: instants as 2026-11-24 10:00:00.417003."""
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    return value if found is None else f"{found[1]} {found[2]}"


def is_opened_as(text: str, value: Any) -> bool:
    """Whether the text that a commitment opens to is this value; JSON columns are compared as values."""
    if isinstance(value, str):
        return text == value
    try:
        return bool(json.loads(text) == value)
    except ValueError:
        return False
