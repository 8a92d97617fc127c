"""Finds whom a request about a number means. Several people may share one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.services.agents import require
from bot.services.answers.people import Actor
from bot.services.answers.privacy import Subject
from bot.services.calls import off_list
from bot.services.deps import Deps
from bot.services.errors import NobodyChosen, NumberNotKnown
from bot.services.names import fold_name, reference_of
from policy.vocabulary import WRONG_PERSON, Role
from storage.models import Person
from storage.queries import compliance, contacts, setup
from storage.subject.subject_rows import Scope, persons_at, rows_of, scope_of

EVERYONE = "*"


@dataclass(frozen=True, slots=True)
class Meant:
    """The people a request is about, their numbers, and which of these no one else has."""

    organisation_id: int
    people: tuple[Person, ...]
    numbers: tuple[str, ...]
    own: frozenset[str]

    @property
    def ids(self) -> frozenset[int]:
        return frozenset(one.id or 0 for one in self.people)

    @property
    def scope(self) -> Scope:
        """The rows of which nothing is about others."""
        return scope_of(self.organisation_id, self.ids, self.own)


def find(deps: Deps, actor: Actor, number: str) -> tuple[Subject, ...]:
    """Everyone on record at a number. Raises RoleNeeded for all but admins, BadNumber."""
    require(actor, Role.ADMIN)
    with deps.unit_of_work(is_read_only=True) as uow:
        recorded = off_list.number_said(uow.session, actor, number)
        return tuple(_subjects(uow.session, actor, recorded))


def find_chosen(session: Session, actor: Actor, number: str, which: Sequence[str]) -> Meant:
    """The people at a number whom `which` names: by reference, name or id, or EVERYONE; empty if there is only one.

    Raises NumberNotKnown if nothing is on record, NobodyChosen with everyone there if it is not clear who is meant.
    """
    recorded = off_list.number_said(session, actor, number)
    there = _subjects(session, actor, recorded)
    named = [one for one in there if one.person_id]
    if EVERYONE in which or (len(named) == len(there) == 1 and not which):
        ids = {one.person_id for one in named}
    elif which:
        ids = {one.person_id for one in named if any(_is_named(one, word) for word in which)}
    else:
        ids = set()
    if not there:
        raise NumberNotKnown
    if not ids and named:
        raise NobodyChosen(tuple((one.person_id, one.name, one.reference) for one in named))
    people = tuple(session.get_one(Person, one) for one in sorted(ids))
    numbers = tuple(dict.fromkeys([recorded, *(row.number for row in compliance.numbers_of(session, ids))]))
    others = {
        row.number
        for row, _ in persons_at(session, actor.organisation_id, numbers)
        if row.person_id not in ids and row.closed_because not in WRONG_PERSON
    }
    return Meant(actor.organisation_id, people, numbers, frozenset(numbers) - others)


def _subjects(session: Session, actor: Actor, recorded: str) -> list[Subject]:
    at = persons_at(session, actor.organisation_id, [recorded])
    campaigns = {one.id: one.name for one in setup.campaigns(session, actor.organisation_id)}
    listed = contacts.contacts_sharing(session, actor.organisation_id, (), [person.id or 0 for _, person in at])
    found = [
        Subject(
            person.id or 0,
            person.name,
            reference_of(person.key),
            tuple(dict.fromkeys(campaigns[one.campaign_id] for one in listed if one.person_id == person.id)),
            row.closed_because in WRONG_PERSON,
        )
        for row, person in at
    ]
    if found:
        return found
    alone = rows_of(session, scope_of(actor.organisation_id, (), [recorded]))
    return [Subject(0, "", "")] if any(alone.values()) else []


def _is_named(subject: Subject, word: str) -> bool:
    said = word.strip()
    if said.startswith("#"):
        return said[1:] == str(subject.person_id)
    is_reference = bool(subject.reference) and said.casefold() == subject.reference.casefold()
    return is_reference or fold_name(said) == fold_name(subject.name)
