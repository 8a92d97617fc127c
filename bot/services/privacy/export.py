"""Collects everything held about a person, as rows with plain titles, for a page to read and for JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from enum import Enum
from html import escape
from typing import Any, Final

from bot.services.agents import require
from bot.services.answers.people import Actor
from bot.services.answers.privacy import HeldRows, Subject, SubjectExport
from bot.services.deps import Deps
from bot.services.names import reference_of
from bot.services.privacy import emptying
from bot.services.privacy.subjects import find_chosen
from policy.vocabulary import Role
from storage.models import Hold, Override, columns_that
from storage.queries import contacts, setup
from storage.subject.subject_rows import HELD, Held, rows_of, scope_of

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
        shared = set(meant.numbers) - meant.own  # what is on record of these and of no other person is theirs too
        found = rows_of(session, scope_of(meant.organisation_id, meant.ids, meant.own, shared))
        lists = {row.list_id for rows in found.values() for row in rows if hasattr(row, "list_id")}
        names: dict[str, dict[int, str]] = {
            "agent": {one.id or 0: one.name for one in setup.agents(session, meant.organisation_id)},
            "campaign": {one.id or 0: one.name for one in setup.campaigns(session, meant.organisation_id)},
            "contactlist": {key: f"{one.name} ({one.source})" for key, one in contacts.lists(session, lists).items()},
        }
        tables = [
            HeldRows(held.name, held.said.title, tuple(_row(held, row, names) for row in found[held.table]))
            for held in HELD
        ]
        quoting = emptying.in_digests(session, meant.organisation_id, found[Hold], found[Override])
        approved = {one.contact_id for one in found[Override]}
        words = tuple(
            {
                "on_date": run.on_date,
                "quotes": [one for one in run.content.get("overrides", ()) if one["contact_id"] in approved],
            }
            for run, _ in quoting
        )
        return SubjectExport(
            "" if organisation is None else organisation.name,
            deps.clock(),
            tuple(Subject(one.id or 0, one.name, reference_of(one.key)) for one in meant.people),
            meant.numbers,
            tuple(one for one in [*tables, HeldRows("digestrun", _DIGESTS, words)] if one.rows),
        )


def _row(held: Held, row: Any, names: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:
    """Every column; an id of an agent, campaign or list gets its name beside it."""
    found: dict[str, Any] = {}
    inner = ("organisation_id", *columns_that(held.table, "exported", False))
    for column in held.table.model_fields:  # in the order in which the table says it
        if column in inner:
            continue
        value = getattr(row, column)
        found[column] = json.loads(value) if column == "answers" and value else value
        known = names.get(held.points_to(column))
        if known and value in known:
            found[f"{column.removesuffix('_id')}_name"] = known[value]
    return found


FORMAT = 1  # of the JSON
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d1c1d}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.5rem;border-bottom:1px solid #ccc}
table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .5rem}
th{width:14rem;font-weight:600;color:#555}tr{border-bottom:1px solid #eee}
td{overflow-wrap:anywhere}pre{white-space:pre-wrap;font-size:.8rem;background:#f6f6f6;padding:.5rem}
"""
_INTERNAL: Final = frozenset(["key", "rank", "decided_by"])  # the key names the reference, which stands at the top
_NOT_SAID: Final[tuple[Any, ...]] = (None, "", [], {})


def as_json(export: SubjectExport) -> str:
    """The export for a program: `tables` holds every column of every row; instants are ISO 8601 in UTC."""
    tables = {one.table: list(one.rows) for one in export.tables}
    said = {"format": FORMAT, **asdict(export), "tables": tables}
    return json.dumps(said, default=_plain, ensure_ascii=False, indent=2)


def as_html(export: SubjectExport) -> str:
    """The export for a person to read: one section a table. Only the JSON has empty columns and the ids of rows."""
    body = "".join(_head(export))
    for one in export.tables:
        rows = ([(_label(name), value) for name, value in row.items() if _is_shown(name, row)] for row in one.rows)
        body += "".join([f"<h2>{escape(one.title)}</h2>", *map(_table, rows)])
    title = f"Data held by {escape(export.organisation)}"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def _head(export: SubjectExport) -> Iterator[str]:
    yield f"<h1>Data held by {escape(export.organisation)}</h1>"
    yield f"<p>As of {_shown(export.at)}. Times are in UTC.</p>"
    named = [
        (one.name or "a person whose name was erased") + (f" (reference {one.reference})" if one.reference else "")
        for one in export.people
    ]
    yield _table([("About", "; ".join(named) or "a number without a person")])
    yield _table([("Numbers", ", ".join(export.numbers))])
    yield "<h2>What is in this file</h2><ul>"
    yield from (f"<li>{escape(one.title)}: {len(one.rows)}</li>" for one in export.tables)
    yield "</ul>"


def _table(rows: Iterable[tuple[str, Any]]) -> str:
    lines = "".join(f"<tr><th>{escape(name)}</th><td>{_cell(value)}</td></tr>" for name, value in rows)
    return f"<table>{lines}</table>"


def _is_shown(column: str, row: Mapping[str, Any]) -> bool:
    is_id = column == "id" or column.endswith("_id") or f"{column}_name" in row
    return not is_id and column not in _INTERNAL and row[column] not in _NOT_SAID


def _label(column: str) -> str:
    words = column.removesuffix("_name").removeprefix("is_").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _cell(value: Any) -> str:
    if isinstance(value, Mapping | list):
        told = json.dumps(value, default=_plain, ensure_ascii=False, indent=1)
        return f"<details><summary>Show</summary><pre>{escape(told)}</pre></details>"
    return escape(_shown(value))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value).replace("_", " ")
    if isinstance(value, datetime):
        return f"{value:%a %d %b %Y, %H:%M:%S} UTC"
    return str(value)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)
