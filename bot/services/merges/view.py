"""Shows which rows of lists became the people at a number, and which were parted."""

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from bot.services.agents import require
from bot.services.answers.people import Actor
from bot.services.answers.privacy import MergedPerson, MergedRow
from bot.services.calls import off_list
from bot.services.deps import Deps
from bot.services.merges.parting import led_campaigns
from bot.services.numbers.parsing import is_erased, mask
from policy.vocabulary import Role
from storage.models import Agent, Person, PersonMerge
from storage.queries import compliance, contacts, list_imports, setup


def of_number(deps: Deps, actor: Actor, number: str) -> tuple[MergedPerson, ...]:
    """The people at a number of whom a list gave more than one row; a team lead sees rows of their team's campaigns.

    Without rows: they stand on several lists, and no row says why, because all are older than such statements.

    Raises RoleNeeded for agents, BadNumber.
    """
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        recorded = off_list.number_said(uow.session, actor, number)
        if is_erased(recorded):
            return ()
        at = compliance.persons_at(uow.session, actor.organisation_id, recorded)
        return tuple(_people(uow.session, actor, [row.person_id for row in at]))


def _people(session: Session, actor: Actor, persons: Sequence[int]) -> Iterator[MergedPerson]:
    led = led_campaigns(session, actor)
    names = {one.id or 0: one.name for one in setup.campaigns(session, actor.organisation_id)}
    every = [*list_imports.merges_of(session, persons), *list_imports.parted_from(session, persons)]
    merges = list({one.id: one for one in every if one.campaign_id in led and one.name}.values())
    explained = {one.person_id if one.parted_from is None else one.parted_from for one in every}
    listed = contacts.contacts_sharing(session, actor.organisation_id, (), persons)
    for person_id in dict.fromkeys(persons):
        person = session.get_one(Person, person_id)
        mine = [one for one in merges if person_id == (one.person_id if one.parted_from is None else one.parted_from)]
        apart = [one for one in merges if one.parted_from is not None and one.person_id == person_id]
        theirs = [one for one in listed if one.person_id == person_id]
        in_led = [one for one in theirs if one.campaign_id in led]
        is_of_before = len(theirs) > 1 and bool(in_led) and person_id not in explained
        if mine or apart or is_of_before:
            made = {one.contact_id for one in mine}
            oldest = next((one for one in theirs if one.id not in made), None)
            if oldest is None:
                first = "", ""
            else:
                found = contacts.lists(session, [oldest.list_id])[oldest.list_id]
                first = found.name, found.source
            rows = tuple(_row(session, one, names) for one in (*apart, *mine))
            yield MergedPerson(person.name, *first, rows)


def _row(session: Session, one: PersonMerge, names: dict[int, str]) -> MergedRow:
    by = None if one.parted_by is None else session.get(Agent, one.parted_by)
    return MergedRow(
        merge_id=one.id or 0,
        name=one.name,
        reference=one.reference,
        masked_numbers=tuple(mask(number) for number in one.numbers.split()),
        why=one.why,
        campaign=names.get(one.campaign_id, ""),
        source=one.source,
        line=one.line,
        earlier_line=one.earlier_line,
        merged_at=one.merged_at,
        parted_at=one.parted_at,
        parted_by="" if by is None else by.name,
        parted_because=one.parted_because,
    )
