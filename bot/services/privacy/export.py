"""Collects everything held about a person, as rows with plain titles, for a page to read and for JSON."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlmodel import Session

from bot.services.agents import require
from bot.services.answers.people import Actor
from bot.services.answers.privacy import HeldRows, Subject, SubjectExport
from bot.services.deps import Deps
from bot.services.names import reference_of
from bot.services.privacy import quoted_words
from bot.services.privacy.subjects import Meant, find_chosen
from policy.vocabulary import Role
from storage.models import Hold, Override
from storage.queries import contacts, setup
from storage.subject import HELD, rows_of

TITLES: Final = {
    "person": "Person",
    "personnumber": "Telephone numbers",
    "contact": "Contacts: the person on lists",
    "contactdetails": "What else lists say of the person",
    "personmerge": "Rows of lists taken for the person",
    "attempt": "Calls",
    "sharedattempt": "Calls that may have reached the person or another",
    "phonecall": "Calls as the phone system recorded them",
    "callfinding": "What the phone system says against calls",
    "outcomerecord": "Outcomes and notes",
    "callback": "Callbacks",
    "lease": "Hand-outs to agents",
    "suppression": "Stops: do-not-call requests",
    "mistakenstop": "Stops that an admin called a mistake",
    "hold": "Holds",
    "override": "Overrides of a rule",
    "consent": "Consents",
    "withdrawal": "Withdrawn consents",
    "relationship": "Relationships",
    "callrequest": "Requests for a call",
    "personalhours": "Times without calls",
    "screening": "Comparisons with registers",
    "correctedline": "Corrected kinds of line",
    "reopenednumber": "Numbers closed and opened again",
    "listmove": "Earlier lists",
    "correctedplace": "Corrected places",
    "decision": "Decisions whether a call was lawful",
    "reminder": "Reminders to agents",
    "shownnumber": "Messages in Slack that showed the number",
    "digestrun": "Daily reports that quote words about the person",
}
_NOT_THEIRS = {"organisation_id", "response_url"}  # a secret of the Slack connection; it says nothing of the person


def collect(deps: Deps, actor: Actor, number: str, which: Sequence[str] = ()) -> SubjectExport:
    """Everything on record about the people at a number whom `which` names (see `subjects.chosen`).

    Raises RoleNeeded for all but admins, BadNumber, NumberNotKnown, NobodyChosen.
    """
    require(actor, Role.ADMIN)
    with deps.unit_of_work(is_read_only=True) as uow:
        session = uow.session
        meant = find_chosen(session, actor, number, which)
        organisation = setup.organisation(session)
        return SubjectExport(
            "" if organisation is None else organisation.name,
            deps.clock(),
            tuple(_person(one.id or 0, one.name, one.key) for one in meant.people),
            meant.numbers,
            tuple(one for one in _tables(session, meant) if one.rows),
        )


def _person(person_id: int, name: str, key: str) -> Subject:
    return Subject(person_id, name, reference_of(key))


def _tables(session: Session, meant: Meant) -> list[HeldRows]:
    found = rows_of(session, meant.whole_scope)
    names = _names(session, meant, found)
    tables = [
        HeldRows(held.name, TITLES[held.name], tuple(_row(row, names) for row in found[held.table])) for held in HELD
    ]
    quoting = quoted_words.in_digests(session, meant.organisation_id, found[Hold], found[Override])
    approved = {one.contact_id for one in found[Override]}
    words = tuple({"on_date": run.on_date, "quotes": _quoted(run.content, approved)} for run, _ in quoting)
    return [*tables, HeldRows("digestrun", TITLES["digestrun"], words)]


def _quoted(content: Mapping[str, Any], contacts_approved: Collection[int]) -> list[Any]:
    return [one for one in content.get("overrides", ()) if one["contact_id"] in contacts_approved]


def _row(row: Any, names: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:
    """Every column; an id of an agent, campaign or list gets its name beside it."""
    found: dict[str, Any] = {}
    for column in type(row).model_fields:  # in the order in which the table says it
        if column in _NOT_THEIRS:
            continue
        value = getattr(row, column)
        found[column] = json.loads(value) if column == "answers" and value else value
        known = names.get(_NAMED_BY.get(column, ""))
        if known and value in known:
            found[f"{column.removesuffix('_id')}_name"] = known[value]
    return found


_NAMED_BY: Final = {
    "agent_id": "agent",
    "owner_id": "agent",
    "recorded_by": "agent",
    "placed_by": "agent",
    "lifted_by": "agent",
    "approved_by": "agent",
    "corrected_by": "agent",
    "parted_by": "agent",
    "campaign_id": "campaign",
    "list_id": "list",
}


def _names(session: Session, meant: Meant, found: Mapping[Any, Sequence[Any]]) -> dict[str, dict[int, str]]:
    lists = {row.list_id for rows in found.values() for row in rows if hasattr(row, "list_id")}
    return {
        "agent": {one.id or 0: one.name for one in setup.agents(session, meant.organisation_id)},
        "campaign": {one.id or 0: one.name for one in setup.campaigns(session, meant.organisation_id)},
        "list": {key: f"{one.name} ({one.source})" for key, one in contacts.lists(session, lists).items()},
    }
