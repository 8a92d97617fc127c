"""A setup object is a table of fields: a dataclass whose fields say what they hold and what a change of them touches.

The setup file, plans and what is stored read a field here. Its kind says how the file gives it, and what a form's
answer means; how a form asks for it follows from the kind too.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, NamedTuple, TypeVar

from bot.services.hand_out import cards
from bot.services.quoting import quoted
from bot.services.setup import checks
from bot.services.setup.table import PRIORITY, Table, Whole
from policy.vocabulary import Outcome

Check = Callable[[str], str]  # what is wrong with a text; empty: nothing
Values = Mapping[str, Any]  # by key, as stored
View = TypeVar("View")


class Given(NamedTuple):
    """A field in a section of the setup file. `said`: the values of those before it."""

    table: Table
    field: "Field"
    said: Values


class Answer(NamedTuple):
    """A form's answer: a text; texts, from a menu for several. `before`: the value now; `beside`: those before it."""

    said: Any
    field: "Field"
    before: Any
    beside: Values


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What a field holds. `read`: the value that the setup file gives, None: none; `parse`: what an answer means."""

    read: Callable[[Given], Any]
    parse: Callable[[Answer], Any] = lambda answer: answer.said
    may_be_empty: bool = False  # in a form


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting of an object."""

    kind: Kind
    key: str = ""  # of its column
    named: str = ""  # as the setup file and plans name it
    asked: int = 0  # its place in the object's form; 0: no form asks
    form: str = ""  # which of the object's forms asks; empty: that of the object itself
    is_first: bool = False  # asked only of a new object
    is_later: bool = False  # asked only of an object that exists already
    decides: bool = False  # a change decides the campaign's contacts again
    # what its kind needs to know
    is_required: bool = False
    check: Check | None = None
    words: Any = ()  # those that it may be
    of: str = ""  # under which name the packs or the house offer them
    default: str = ""  # under which name they say what none of them means
    sort: Whole = PRIORITY  # of a number
    example: str = ""
    is_optional: bool = False  # it may be left empty in the form, though its kind may not
    most: int = 0  # characters of a text, or choices of a menu; 0: as many as there are
    among: str = ""  # the field of whose headings these are some


def setting(kind: Kind, value: Any = "", **facts: Any) -> Any:
    """A field of a table: `value` is a new object's, `facts` are those of `Field`."""
    return dataclasses.field(default=value, metadata={"field": Field(kind=kind, **facts)})


def _text(check: Check | None = None) -> Callable[[Given], str | None]:
    return lambda given: given.table.text(given.field.named, given.field.check or check, given.field.is_required)


def _among(words: Sequence[str]) -> Check:
    return lambda word: "" if word in words else checks.unknown_word(word, words)


def _joined(given: Given) -> str | None:
    found = given.table.words(given.field.named, _among(given.field.words) if given.field.words else None)
    return None if found is None else " ".join(found)


def _numbers(given: Given) -> str | None:
    key, written = given.field.named, given.table.words(given.field.named)
    if written is None:
        return None
    numbers, wrong = checks.read(written, given.said.get("country") or "")
    for one in wrong:
        given.table.fault(key, f'"{quoted(one)}" is no telephone number: write it with its country code, +44 …')
    if len(numbers) > checks.MOST:
        given.table.fault(key, f"has {len(numbers)} numbers: name {checks.MOST} at most")
    return " ".join(numbers)


def _offered(given: Given) -> str | None:
    """With the outcomes that every card must have, so that the plan shows them."""
    found = given.table.words(given.field.named, checks.outcome_fault)
    return None if found is None else cards.stored_choice(Outcome(one) for one in found if one in set(Outcome))


def _parsed_outcomes(answer: Answer) -> str:
    ticked = [Outcome(word) for word in answer.said if word in set(Outcome)]
    return cards.stored_choice(ticked) if ticked else ""


def _parsed_lines(answer: Answer) -> tuple[str, ...]:
    lines = (" ".join(one.split()) for one in answer.said.splitlines())
    return tuple(dict.fromkeys(filter(None, lines)))


TEXT = Kind(_text())
ZONE = Kind(_text(checks.zone_fault))
CHANNEL = Kind(_text(checks.channel_fault))
COUNTRY = Kind(_text(checks.country_fault))
KNOWN = Kind(_text())  # a word that the packs or the house offer, or none
PICKED = Kind(_text())  # what the house offers by a key, such as a user group in Slack
EITHER = Kind(
    lambda given: given.table.text(given.field.named, _among(given.field.words), False),
    lambda answer: answer.said or answer.before,
)
# A word of a closed list. What is none raises ValueError.
WORD = Kind(
    lambda given: given.table.word(given.field.named, given.field.words), lambda answer: answer.field.words(answer.said)
)
# Words with spaces between.
SEVERAL = Kind(_joined, lambda answer: " ".join(answer.said), may_be_empty=True)
# Names of teams; names of what the house offers by keys, in order.
NAMES = Kind(lambda given: given.table.words(given.field.named), lambda answer: tuple(answer.said), may_be_empty=True)
ORDERED = Kind(NAMES.read, NAMES.parse, may_be_empty=True)
# A whole number, in a form one of the `words`.
WHOLE = Kind(
    lambda given: given.table.whole(given.field.named, given.field.sort),
    lambda answer: int(answer.said) if answer.said in map(str, answer.field.words) else answer.before,
)
FLAG = Kind(
    lambda given: given.table.flag(given.field.named),
    lambda answer: {"yes": True, "no": False}.get(answer.said, answer.before),
)
TICK = Kind(FLAG.read, lambda answer: "yes" in answer.said, may_be_empty=True)  # yes, or left empty
DAY = Kind(
    lambda given: given.table.day(given.field.named),
    lambda answer: date.fromisoformat(answer.said) if answer.said else None,
    may_be_empty=True,
)
MOMENT = Kind(
    lambda given: given.table.moment(given.field.named),
    lambda answer: time.fromisoformat(answer.said) if answer.said else answer.before,
)
# Texts, in a form one a line.
LINES = Kind(NAMES.read, _parsed_lines, may_be_empty=True)
# Telephone numbers as people of the `country` beside them write them; stored as E.164 with spaces between.
NUMBERS = Kind(
    _numbers,
    lambda answer: " ".join(checks.read(checks.parts_of(answer.said), answer.beside["country"])[0]),
    may_be_empty=True,
)
SCRIPT = Kind(_text(), may_be_empty=True)  # lines of text with variables in braces
# Of lists, stored one a line.
HEADINGS = Kind(
    lambda given: None if (found := NAMES.read(given)) is None else cards.stored_headings(found),
    lambda answer: cards.stored_headings(answer.said[: answer.field.most]),
    may_be_empty=True,
)
OUTCOMES = Kind(_offered, _parsed_outcomes, may_be_empty=True)


def fields_of(table: type) -> tuple[Field, ...]:
    """The settings of a table, in the order of its dataclass."""
    found = ((one.name, one.metadata.get("field")) for one in dataclasses.fields(table))
    return tuple(replace(one, key=name, named=one.named or name) for name, one in found if one is not None)


def entry(table: type, **values: Any) -> Values:
    """What a file or a form says of one object. What it does not name, or gives as None, stays; "" as a day: none."""
    kinds = {one.key: one.kind for one in fields_of(table)}
    if unknown := values.keys() - kinds:
        raise TypeError(f"{table.__name__} has no {', '.join(sorted(unknown))}")
    said = {key: value for key, value in values.items() if value is not None}
    return {key: None if value == "" and kinds[key] is DAY else value for key, value in said.items()}


def read_entry(table: type, section: Table, first: Sequence[str] = ()) -> Values:
    """An object's section of the setup file. `first`: the fields on which others depend."""
    said: dict[str, Any] = {}
    for one in sorted(fields_of(table), key=lambda one: one.key not in first):
        said[one.key] = one.kind.read(Given(section, one, said))
    return entry(table, **said)


def finished(table: type, section: Table, first: Sequence[str] = ()) -> Values:
    """The same, with a fault for each key that no field has read."""
    said = read_entry(table, section, first)
    section.finish()
    return said


def view_of(table: type[View], row: object, **more: Any) -> View:
    """What a row holds under the names of the table's fields, and `more`."""
    names = [one.name for one in dataclasses.fields(table)]  # type: ignore[arg-type]
    return table(**{name: getattr(row, name) for name in names if name not in more}, **more)


def asked_values(one: Any) -> Values:
    """What its own form, which asks for everything, says of an object: none but of a day is a value too."""
    asked = ((each, getattr(one, each.key)) for each in fields_of(type(one)) if each.asked and not each.form)
    return {each.key: value for each, value in asked if value is not None or each.kind is DAY}
