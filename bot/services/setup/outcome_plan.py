"""Own outcomes of a setup: which row each means, what is wrong, and what is written. None is ever deleted."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session

from bot.services.answers.own_outcomes import AnswerKind, Question
from bot.services.names import fold_name
from bot.services.own_outcomes import (
    LONGEST_QUESTION,
    MOST_BUTTONS,
    MOST_IN_USE,
    as_view,
    name_fault,
    question_faults,
    stored_order,
    stored_questions,
)
from bot.services.setup.fields import FLAG, LINES, ORDERED, TEXT, TICK, WORD, Given, Kind, finished, setting
from policy.vocabulary import Outcome
from storage.models import OwnOutcome

ON_CARDS = ("own_buttons", "own_outcomes")  # of a campaign: names of own outcomes, stored as ids in order
Rows = Mapping[str, OwnOutcome]  # by key
_CHOICES = 1400  # characters: twenty choices


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question of an own outcome's form."""

    asks: str = setting(TEXT, is_required=True, asked=10, is_optional=True, most=LONGEST_QUESTION)
    kind: AnswerKind = setting(WORD, AnswerKind.TEXT, words=AnswerKind, asked=20)
    choices: tuple[str, ...] = setting(LINES, (), asked=30, most=_CHOICES)
    is_required: bool = setting(TICK, False, named="required", asked=40)


@dataclass(frozen=True, slots=True)
class OwnOutcomeForm:
    """What the form of an own outcome asks for beside its name. The setup file has `OutcomeSetup`."""

    is_in_use: bool = setting(FLAG, True, asked=10, is_later=True)
    counts_as: Outcome | Literal[""] = setting(WORD, words=Outcome, asked=20, is_first=True)
    campaigns: str = setting(ORDERED, of="campaigns", asked=30, is_first=True)  # whose cards offer it


def _questions(given: Given) -> tuple[Question, ...] | None:
    found = given.table.tables("question", "asks")
    return None if found is None else tuple(Question(**{"asks": "", **finished(QuestionView, one)}) for one in found)


QUESTIONS = Kind(_questions)


@dataclass(frozen=True, slots=True)
class OutcomeSetup:
    """An own outcome's settings; None: not given, so it stays as it is."""

    name: str = setting(TEXT, MISSING, is_required=True)
    counts_as: Outcome = setting(WORD, MISSING, words=Outcome)
    was: str | None = setting(TEXT, None)  # its name until now
    questions: tuple[Question, ...] | None = setting(QUESTIONS, None)
    is_retired: bool | None = setting(FLAG, None, named="retired")
    is_new: bool = False  # it must not stand yet


def by_key(rows: Sequence[OwnOutcome]) -> Rows:
    return {one.key: one for one in rows}


def row_of(entry: OutcomeSetup, rows: Rows) -> OwnOutcome | None:
    """The row it means: that of its former name, where that still stands."""
    return rows.get(fold_name(entry.was or entry.name)) or rows.get(fold_name(entry.name))


def faults(entries: Sequence[OutcomeSetup], rows: Rows) -> list[str]:
    found = [f"[[outcome]] ({one.name}) {says}" for one in entries for says in _faults(one, rows)]
    keys = [fold_name(one.name) for one in entries]
    twins = [one.name for place, one in enumerate(entries) if keys[place] in keys[:place]]
    found += [f'[[outcome]] name: "{name}" stands there twice; keep one' for name in twins]
    meant = [row_of(one, rows) for one in entries]
    same = [one.name for place, one in enumerate(entries) if meant[place] and meant[place] in meant[:place]]
    found += [
        f"[[outcome]] ({name}): it is renamed in this file; apply that first" for name in same if name not in twins
    ]
    stands = {one.id: one.retired_at is None for one in rows.values()}
    added = 0
    for entry in entries:
        row = row_of(entry, rows)
        if row is None:
            added += not entry.is_retired
        elif entry.is_retired is not None:
            stands[row.id] = not entry.is_retired
    more = sum(stands.values()) + added - MOST_IN_USE
    return [*found, f"[[outcome]]: {MOST_IN_USE} can be in use: retire {more}"] if entries and more > 0 else found


def _faults(entry: OutcomeSetup, rows: Rows) -> list[str]:
    row, namesake = row_of(entry, rows), rows.get(fold_name(entry.name))
    found = [f"name: {says}" for says in [name_fault(entry.name)] if says]
    if namesake is not None and (entry.is_new or namesake is not row):
        found.append(f'name: there is already an outcome "{namesake.name}"; choose another name')
    if entry.was and row is None:
        found.append(f'was: there is no outcome "{entry.was}"')
    if row is not None and row.counts_as is not entry.counts_as:
        stands = row.counts_as.value
        found.append(f"counts_as: it counts as {stands}, and goes on so: retire it, and add one of another name")
    return found + [f"question: {says}" for says in question_faults(entry.questions or ())]


def wanted(entry: OutcomeSetup) -> dict[str, Any]:
    """The values that the setup gives, as a plan compares them."""
    questions = None if entry.questions is None else tuple(map(_in_words, entry.questions))
    said = {"name": entry.name, "counts_as": entry.counts_as, "questions": questions, "is_retired": entry.is_retired}
    return {key: value for key, value in said.items() if value is not None}


def standing(row: OwnOutcome | None) -> dict[str, Any]:
    """The values that stand, likewise."""
    if row is None:
        return {}
    view = as_view(row)
    return {"questions": tuple(map(_in_words, view.questions)), "is_retired": view.is_retired}


def _in_words(one: Question) -> str:
    details = [f"{one.kind}: {' / '.join(one.choices)}" if one.choices else str(one.kind)]
    return f"{one.asks} ({'; '.join([*details, *(['required'] if one.is_required else [])])})"


def write(session: Session, organisation_id: int, entry: OutcomeSetup, rows: Rows, at: datetime) -> OwnOutcome:
    row = row_of(entry, rows) or OwnOutcome(organisation_id=organisation_id, counts_as=entry.counts_as, name="", key="")
    row.name, row.key = entry.name, fold_name(entry.name)
    if entry.questions is not None:
        row.questions = stored_questions(entry.questions)
    if entry.is_retired is not None:
        row.retired_at = (row.retired_at or at) if entry.is_retired else None
    session.add(row)
    session.flush()
    return row


def names_of(stored: str, rows: Rows) -> tuple[str, ...]:
    """The names of outcomes that a campaign stores."""
    names = {one.id: one.name for one in rows.values()}
    return tuple(names[int(word)] for word in stored.split() if int(word) in names)


def stored_names(names: Sequence[str], rows: Rows) -> str:
    return stored_order([rows[fold_name(name)].id or 0 for name in names])


def card_faults(
    buttons: Sequence[str], others: Sequence[str], entries: Sequence[OutcomeSetup], rows: Rows
) -> list[str]:
    """What is wrong with the outcomes that a campaign offers."""
    known = {*rows, *(fold_name(one.name) for one in entries)}
    found = [
        f'{key}: there is no outcome "{name}"; add it as [[outcome]]'
        for key, names in (("own_buttons", buttons), ("own_outcomes", others))
        for name in names
        if fold_name(name) not in known
    ]
    most = MOST_BUTTONS
    too_many = f"own_buttons: a card has room for {most}: name the others in own_outcomes"
    return [*found, too_many] if len(buttons) > most else found
