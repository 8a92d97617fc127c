"""Recognises the columns of a list by their headings, in any case and spacing, and by what a person said of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from bot.services.answers.lists import BARRING, NUMBERS, Cell, Meaning
from bot.services.errors import FileRefused
from bot.services.files import headings, refusals
from bot.services.files.spoken.columns import holds_words, may_bar
from bot.services.files.spoken.notes import NO_ANSWERS, Answers
from bot.services.files.values import Listing, read_listing
from bot.services.quoting import quoted

_OF_KIND: dict[str | None, Meaning] = {one.kind.number: one for one in NUMBERS}
_SPOKEN = frozenset({Meaning.DETAIL, Meaning.IGNORE})
MOST_DETAILS = 20  # columns kept as the contact's own details
# Two columns of that heading: Outlook in French writes the full name first, then the surname.
_TWICE_IS_NAME_FIRST = "nom"
_SECOND = "secondname"  # beside a last name a middle name, which is a detail
# Words that bar calls in some lists and mean something else in others: a person may say which.
_OTHER_SENSES = (
    "telefonsperre opposition opposizione oposicion widerspruch gesperrt sperrvermerk abgemeldet baja excluido "
    "withdrawn revoked ingetrokken afgemeld retrait revoca accord consent consentement consentimiento consenso "
    "toestemming einwilligung widerruf widerrufen suppressed suppress suppression objection objected dead optin "
    "optedin dnd tutelle robinson rpo vulnerable vulnerability vulnerabile zustimmung bezwaar"
)
_FALSE_FRIENDS = frozenset(_OTHER_SENSES.split())
_CODE = re.compile(r"\+[1-9]\d{0,2}(?!\d)")
_MEANINGS = {one.value: one for one in Meaning}


class NumberColumn(NamedTuple):
    at: int
    kind: str  # mobile | home | work; empty if the heading does not say
    label_at: int = -1  # the column that says the kind of each row's number
    code_at: int = -1  # the column of the country's dialling code
    area_at: int = -1  # the column of the area code
    code: str = ""  # the dialling code that the heading names: Phone (+49)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field is in a row. `unused`: headings that nothing reads. Long headings are shortened.

    `details`: other columns, kept as they are, each under its heading or, if that comes twice, a number after it.
    `companies`: the headings in `details` that hold a company; None if their words tell it.
    `doubtful`: columns that look as if they barred calls and are not understood, or name a register a second time.
    """

    heading: tuple[str, ...]
    fields: dict[str, tuple[int, ...]]
    numbers: tuple[NumberColumn, ...]
    unused: tuple[str, ...]
    meanings: tuple[Meaning, ...] = ()
    details: tuple[tuple[int, str], ...] = ()
    companies: tuple[str, ...] | None = None
    doubtful: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()  # columns that no table and no person explains
    chosen: frozenset[int] = frozenset()
    export: str = ""
    barring: tuple[tuple[int, Meaning], ...] = ()  # the columns that say whom not to call
    statuses: tuple[int, ...] = ()  # columns of which some words bar calls
    notes: tuple[int, ...] = ()  # columns of free words, which may hold an objection
    named: tuple[tuple[int, Meaning], ...] = ()  # columns of names and numbers, beside which somebody may have said no
    spoken: tuple[int, ...] = ()  # these and others in whose words somebody may have said no
    words_at: tuple[int, ...] = ()  # both
    answers: Answers = NO_ANSWERS  # what a person said of such words
    orders: Mapping[int, str] = field(default_factory=dict)  # of columns of dates: a `DayOrder`
    doubled: Meaning | None = None  # which a person chose for several columns, and one alone can hold
    of_each: frozenset[str] = frozenset()  # fields of a register's answers, one for each number
    set_aside: tuple[str, ...] = ()  # headings that bar calls and that somebody chose to read as something else

    @property
    def known(self) -> int:
        """How many columns were recognised."""
        return len(self.fields) + len(self.numbers)

    @property
    def is_heading(self) -> bool:
        return True

    @property
    def has_names(self) -> bool:
        return bool(self.fields.keys() & {"name", "first", "last", "company"})

    def text(self, field: str, cells: tuple[str, ...]) -> str:
        """The field's text in a row: its first column that is not empty, with single spaces.

        Of several companies the first in words.
        """
        if field in self.of_each:
            at = self._answer(self.fields[field], cells)
            return " ".join(cells[at].split()) if at is not None else ""
        places = self.fields.get(field, ())
        if field == Meaning.COMPANY and len(places) > 1:  # a second one may be the number of a branch
            places = tuple(sorted(places, key=lambda at: at >= len(cells) or not headings.has_letters(cells[at])))
        for at in places:
            if at < len(cells) and (found := " ".join(cells[at].split())):
                return found
        return ""

    def countries(self, cells: tuple[str, ...]) -> tuple[str, str]:
        """In which country a row says that the person is, and in which country's form its numbers are written: a
        dialling code says only that."""
        cells_of = [cells[at] for at in self.fields.get(Meaning.COUNTRY, ()) if at < len(cells)]
        said = [" ".join(cell.split()) for cell in cells_of if cell.strip()]
        codes = [one for one in said if any(map(str.isdigit, one))]
        place = next((one for one in said if one not in codes), "")
        return place, codes[0] if codes else place

    def _answer(self, places: tuple[int, ...], cells: tuple[str, ...]) -> int | None:
        """Where a register's answer for the row is: the yes of any number, of the longest standing; else the no."""
        said = {
            at: found for at in places if at < len(cells) and (found := _listing(cells[at], self.orders.get(at, "")))
        }
        if listed := [at for at in said if said[at].is_listed]:
            return min(listed, key=lambda at: said[at].listed_on or date.min)
        return next(iter(said), None)

    def order(self, field_name: str, cells: tuple[str, ...]) -> str:
        """In which order the cell that `text` returns writes day and month; empty: nobody knows."""
        places = self.fields.get(field_name, ()) if self.orders else ()
        if places and field_name in self.of_each:
            at = self._answer(places, cells)
            return self.orders.get(at, "") if at is not None else ""
        return next((self.orders.get(at, "") for at in places if at < len(cells) and cells[at].strip()), "")

    def fault(self) -> str:
        """Why a list with these columns cannot be read; empty if it can."""
        seen = ", ".join(f'"{name}"' for name in self.heading[:12])
        if not self.numbers:
            return refusals.NO_NUMBERS.says(seen=seen)
        if not self.has_names:
            return refusals.NO_NAMES.says(seen=seen)
        return ""


def read_heading(
    cells: tuple[str, ...], chosen: Mapping[str, Meaning] | None = None, answers: Answers = NO_ANSWERS
) -> Columns:
    """Recognise the columns of a heading row. `chosen`: by heading, what a person said of a column."""
    keys = [headings.key_of(cell) for cell in cells]
    names = tuple(quoted(" ".join(cell.split())) for cell in cells)
    said = {headings.key_of(heading): meaning for heading, meaning in (chosen or {}).items()}
    known, export = headings.recognise(cells)
    meant = _meant(cells, keys, said, known)
    meant_by_hand = [at for at, key in enumerate(keys) if key in said]
    numbered = [at for at, key in enumerate(keys) if headings.is_numbered(key, meant[at])]
    meanings = tuple(_once(meant, meant_by_hand, numbered))
    by_hand = [meant[at] for at in meant_by_hand if keys[at] not in keys[:at]]
    doubtful = tuple(at for at, cell in enumerate(cells) if _is_doubtful(cell, meant[at], meanings[at]))
    read = dict.fromkeys(one for one in meanings if one not in NUMBERS and not one.kind.is_unread)
    details, companies = _details(names, meanings)
    kept = dict(details)
    # The table of an export says what its details are.
    explained = [at for at, one in enumerate(known) if export and one is not None]
    words = _words(cells, keys, meanings, meant_by_hand, explained)
    explained = [*doubtful, *words["statuses"], *words["notes"]]
    return Columns(
        heading=names,
        fields={one.value: tuple(at for at, other in enumerate(meanings) if other is one) for one in read},
        numbers=tuple(_numbers(cells, meanings)),
        unused=tuple(name for at, name in enumerate(names) if name and meanings[at].kind.is_unread and at not in kept),
        details=details,
        companies=companies,
        meanings=meanings,
        doubtful=doubtful,
        unknown=tuple(at for at, one in enumerate(meant) if one is None and at not in explained),
        chosen=frozenset(meant_by_hand),
        export=export,
        barring=tuple((at, meaning) for at, meaning in enumerate(meanings) if meaning in BARRING),
        answers=answers,
        of_each=frozenset(meanings[at].value for at in numbered if meanings[at] is meant[at]),
        doubled=next((one for one in by_hand if one and by_hand.count(one) > 1 and not one.kind.repeats), None),
        set_aside=tuple(names[at] for at in _set_aside(keys, meanings, known)),
        **words,
    )


def _words(
    cells: Sequence[str], keys: Sequence[str], meanings: Sequence[Meaning], by_hand: list[int], explained: list[int]
) -> dict[str, Any]:
    """The columns in whose words somebody may have said no: of statuses, of notes, of names, and others that hold
    words."""
    known = headings.status_words()
    statuses = [at for at, key in enumerate(keys) if key in known.headings and meanings[at] not in BARRING]
    notes = [at for at, key in enumerate(keys) if at not in by_hand and key in known.notes]
    notes = sorted([*notes, *(at for at in by_hand if meanings[at] is Meaning.NOTE)])
    first = [*notes, *(at for at in statuses if at not in (*notes, *by_hand))]
    settled = {*first, *by_hand, *explained}
    others = [at for at, one in enumerate(meanings) if one in _SPOKEN and at not in settled and holds_words(cells[at])]
    named = [(at, one) for at, one in enumerate(meanings) if one.kind.may_hold_no and at not in by_hand]
    found: dict[str, list[Any]] = {"statuses": statuses, "notes": notes, "named": named, "spoken": [*first, *others]}
    return {**{name: tuple(some) for name, some in found.items()}, "words_at": (*first, *others, *dict(named))}


def _meant(
    cells: Sequence[str], keys: Sequence[str], said: Mapping[str, Meaning], known: Sequence[Meaning | None]
) -> list[Meaning | None]:
    """What each heading means: as a person said, by its very word, by the tables, or as the heading of a number."""
    # The very word of a meaning, as the help lists it: consent_to, or CONSENT_TO.
    words = [word.casefold() if "_" in word else word for word in map(str.strip, cells)]
    meant = [
        said.get(key) or _MEANINGS.get(word) or headings.proof_of(key) or meaning
        for key, word, meaning in zip(keys, words, known, strict=True)
    ]
    if keys.count(_TWICE_IS_NAME_FIRST) > 1 and _TWICE_IS_NAME_FIRST not in said:
        meant[keys.index(_TWICE_IS_NAME_FIRST)] = Meaning.NAME
    if any(one is Meaning.LAST and key != _SECOND for key, one in zip(keys, meant, strict=True)):
        meant = [
            Meaning.DETAIL if key == _SECOND and key not in said else one for key, one in zip(keys, meant, strict=True)
        ]
    meant = [one or _OF_KIND.get(headings.kind_of_phone_heading(cell)) for cell, one in zip(cells, meant, strict=True)]
    if not any(meaning in NUMBERS for meaning in meant):
        meant = [
            one or _OF_KIND.get(headings.kind_of_bare_heading(cell)) for cell, one in zip(cells, meant, strict=True)
        ]
    told = {*meant}  # what a table knows comes first, wherever it stands
    return [
        meaning or (by_words if (by_words := headings.meaning_by_words(cell)) not in told else None)
        for cell, meaning in zip(cells, meant, strict=True)
    ]


def _is_doubtful(heading: str, meant: Meaning | None, meaning: Meaning) -> bool:
    """Whether a column may say whom not to call, unread; or names a register a second time."""
    if meant is None:
        return may_bar(heading)
    return meant.kind.cell is Cell.LISTING and meaning != meant


def read_choices(chosen: Mapping[str, str]) -> dict[str, Meaning]:
    """What a person said of columns, as meanings. Raises FileRefused for a word that is none."""
    found = {}
    for heading, word in chosen.items():
        told = "_".join(word.replace("-", " ").casefold().split())
        if told not in list(Meaning):
            raise FileRefused(f'"{quoted(word)}" is not a meaning of a column: choose one of {", ".join(Meaning)}.')
        found[heading] = Meaning(told)
    return found


def _once(meant: Sequence[Meaning | None], chosen: Sequence[int], numbered: Sequence[int]) -> list[Meaning]:
    """The meanings. Of a field that one column can hold, a chosen column counts, else the first; others are details.
    `numbered`: columns of a register's answers, one for each number."""
    taken = {meant[at] for at in chosen}
    found: list[Meaning] = []
    for at, meaning in enumerate(meant):
        is_taken = (meaning in taken and at not in chosen) or meaning in found
        is_left = meaning is None or (is_taken and not meaning.kind.repeats and at not in numbered)
        found.append(Meaning.DETAIL if meaning is None or is_left else meaning)
    return found


def _listing(cell: str, order: str) -> Listing | None:
    """What a register's cell says; what cannot be read passes for no clear no."""
    try:
        return read_listing(cell, order)
    except ValueError:
        return Listing(True)


def _set_aside(keys: Sequence[str], meanings: Sequence[Meaning], known: Sequence[Meaning | None]) -> Iterator[int]:
    """The columns of which a cell that bars calls does so no more: yes to a consent is the opposite of yes to a
    stop."""
    for at, (meaning, chosen) in enumerate(zip(known, meanings, strict=True)):
        bars_alike = chosen in BARRING and (chosen is Meaning.CONSENT) == (meaning is Meaning.CONSENT)
        if meaning in BARRING and keys[at] not in _FALSE_FRIENDS and not bars_alike:
            yield at


def _numbers(cells: Sequence[str], meanings: Sequence[Meaning]) -> list[NumberColumn]:
    """The columns of numbers. Of several dialling codes each is that of the numbers up to the next one; an area code is
    that of the number after it, or of the only one."""
    beside = (Meaning.PHONE_LABEL, Meaning.DIALLING_CODE, Meaning.AREA_CODE)
    labels, codes, areas = ([at for at, one in enumerate(meanings) if one is kind] for kind in beside)
    found = [(at, one.kind.number) for at, one in enumerate(meanings) if one.kind.number is not None]
    return [
        NumberColumn(
            at,
            kind,
            at - 1 if at - 1 in labels else -1,
            max((one for one in codes if one < at), default=min(codes, default=-1)),
            at - 1 if at - 1 in areas else areas[0] if areas and len(found) == 1 else -1,
            "".join(_CODE.findall(cells[at])[:1]),
        )
        for at, kind in found
    ]


def _details(
    names: Sequence[str], meanings: Sequence[Meaning]
) -> tuple[tuple[tuple[int, str], ...], tuple[str, ...] | None]:
    """The columns to keep, in the order of the file: those with a company, which scripts name, and then the first. And
    which of them hold a company, None if their words tell it."""
    kept = [at for at, meaning in enumerate(meanings) if names[at] and meaning is Meaning.COMPANY]
    kept += [at for at, meaning in enumerate(meanings) if names[at] and meaning.kind.is_kept]
    found: dict[str, int] = {}
    for at in sorted(kept[:MOST_DETAILS]):
        times = sum(names[before] == names[at] for before in range(at + 1))
        found[names[at] if times == 1 else f"{names[at]} {times}"] = at
    companies = tuple(name for name, at in found.items() if meanings[at] is Meaning.COMPANY)
    is_told = companies == tuple(filter(headings.may_be_company, found))
    return tuple((at, name) for name, at in found.items()), None if is_told else companies
