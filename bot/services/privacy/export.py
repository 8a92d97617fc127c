"""Collects everything held about a person, as rows with plain titles, for a page to read and for JSON."""

import json
from collections.abc import Mapping, Sequence
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
from storage.subject.subject_rows import HELD, Held, rows_of

_DIGESTS: Final = "Daily reports that quote words about the person"


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
            tuple(Subject(one.id or 0, one.name, reference_of(one.key)) for one in meant.people),
            meant.numbers,
            tuple(one for one in _tables(session, meant) if one.rows),
        )


def _tables(session: Session, meant: Meant) -> list[HeldRows]:
    found = rows_of(session, meant.whole_scope)
    names = _names(session, meant, found)
    tables = [
        HeldRows(held.name, held.title, tuple(_row(held, row, names) for row in found[held.table])) for held in HELD
    ]
    quoting = quoted_words.in_digests(session, meant.organisation_id, found[Hold], found[Override])
    approved = {one.contact_id for one in found[Override]}
    words = tuple(
        {
            "on_date": run.on_date,
            "quotes": [one for one in run.content.get("overrides", ()) if one["contact_id"] in approved],
        }
        for run, _ in quoting
    )
    return [*tables, HeldRows("digestrun", _DIGESTS, words)]


def _row(held: Held, row: Any, names: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:
    """Every column; an id of an agent, campaign or list gets its name beside it."""
    found: dict[str, Any] = {}
    for column in held.table.model_fields:  # in the order in which the table says it
        if column in held.inner:
            continue
        value = getattr(row, column)
        found[column] = json.loads(value) if column == "answers" and value else value
        known = names.get(held.points_to(column))
        if known and value in known:
            found[f"{column.removesuffix('_id')}_name"] = known[value]
    return found


def _names(session: Session, meant: Meant, found: Mapping[Any, Sequence[Any]]) -> dict[str, dict[int, str]]:
    lists = {row.list_id for rows in found.values() for row in rows if hasattr(row, "list_id")}
    return {
        "agent": {one.id or 0: one.name for one in setup.agents(session, meant.organisation_id)},
        "campaign": {one.id or 0: one.name for one in setup.campaigns(session, meant.organisation_id)},
        "contactlist": {key: f"{one.name} ({one.source})" for key, one in contacts.lists(session, lists).items()},
    }
