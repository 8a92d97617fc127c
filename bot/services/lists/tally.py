"""Counts the results of an import so far: rows, faults, and a few bytes for each person met; and sums up the
answers."""

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.services.answers.lists import DoubtfulStop, ListReason, Meaning, Missing, PossibleNo
from bot.services.do_not_call import registers
from bot.services.do_not_call.registers import Register
from bot.services.files.bars import RowBar
from bot.services.files.row_faults import RowFaults
from bot.services.lists.reading import Part
from bot.services.lists.stops import RefusedStops
from policy import is_state_missing
from policy.rules.kinds.hold import RELEASE
from policy.rules.kinds.register import A_SCREENING
from policy.templates.sentence import Said
from policy.vocabulary import POSSIBLE_NO_SAID, Verdict

Answer = tuple[Verdict, tuple[str, ...], str]  # a verdict, what is missing if held, and why, if that is wanted

_PART = 1024  # people with neighbouring ids that are stored together
_NO_ANSWER = -1
_MOST_DOUBTS = 1_000  # different texts


@dataclass(slots=True)
class _Part:
    lines: "array[int]"
    names: "array[int]"
    answers: "array[int]"
    changed: bytearray


class People:
    """The people met, by id: the first line, a mark of the name there, the answer, and whether the contact changed."""

    def __init__(self) -> None:
        self._parts: dict[int, _Part] = {}
        self._answers: dict[Answer, int] = {}  # few: verdicts and what may be missing
        self._counts: Counter[int] = Counter()
        self.changed = 0

    def line_of(self, person_id: int) -> int:
        """The line that first names the person; 0: none yet."""
        part = self._parts.get(person_id // _PART)
        return 0 if part is None else part.lines[person_id % _PART]

    def is_of_name(self, person_id: int, folded_name: str) -> bool:
        return self._part(person_id).names[person_id % _PART] == hash(folded_name) & 0x7FFFFFFF

    def meet(self, person_id: int, line: int, folded_name: str) -> int:
        """The line that named the person before; 0: none, and this one is kept."""
        part, place = self._parts.get(person_id // _PART) or self._part(person_id), person_id % _PART
        earlier = part.lines[place]
        if not earlier:
            part.lines[place], part.names[place] = line, hash(folded_name) & 0x7FFFFFFF
        return earlier

    def answer(self, person_id: int, answer: Answer) -> None:
        """Store the answer on a person, in place of an earlier one."""
        self.answer_all([(person_id, answer)])

    def answer_all(self, told: Iterable[tuple[int, Answer]]) -> None:
        """Store the answers on many people. Most share one answer object, so it is looked up by its identity."""
        seen: dict[int, tuple[int, Answer]] = {}
        parts, counts = self._parts, self._counts
        for person_id, answer in told:
            number, _ = seen.get(id(answer)) or seen.setdefault(id(answer), (self._number_of(answer), answer))
            part, place = parts.get(person_id // _PART) or self._part(person_id), person_id % _PART
            before = part.answers[place]
            if number != before:
                if before != _NO_ANSWER:
                    counts[before] -= 1
                part.answers[place] = number
                counts[number] += 1

    def _number_of(self, answer: Answer) -> int:
        return self._answers.setdefault(answer, len(self._answers))

    def change(self, person_id: int) -> None:
        part, place = self._part(person_id), person_id % _PART
        self.changed += not part.changed[place]
        part.changed[place] = 1

    def answers(self) -> dict[Answer, int]:
        """How many people got each answer."""
        return {answer: times for answer, number in self._answers.items() if (times := self._counts[number])}

    def _part(self, person_id: int) -> _Part:
        found = self._parts.get(person_id // _PART)
        if found is None:
            found = self._parts[person_id // _PART] = _Part(
                array("i", bytes(4 * _PART)),
                array("i", bytes(4 * _PART)),
                array("i", [_NO_ANSWER]) * _PART,
                bytearray(_PART),
            )
        return found


@dataclass(slots=True)
class Stops:
    """Counts the rows that columns bar, by meaning, and the doubtful texts that do."""

    _rows: Counter[Meaning] = field(default_factory=Counter)
    _doubts: Counter[tuple[str, str]] = field(default_factory=Counter)  # by heading and cell
    _possible: Counter[str] = field(default_factory=Counter)  # by the key of the text
    _texts: dict[str, tuple[str, str]] = field(default_factory=dict)  # by that key: heading and text
    _stopped: set[str] = field(default_factory=set)  # the keys of those that count as stops

    def note(self, told: Iterable[tuple[RowBar, ...]]) -> None:
        for bars in filter(None, told):
            self._rows.update({bar.meaning for bar in bars})
            for bar in bars:
                if bar.key:
                    self._note_words(bar)
                    continue
                key = (bar.heading, bar.doubt)
                if bar.doubt and (len(self._doubts) < _MOST_DOUBTS or key in self._doubts):
                    self._doubts[key] += 1

    def by_meaning(self) -> tuple[tuple[Meaning, int], ...]:
        return tuple(self._rows.most_common())

    def possible(self) -> tuple[PossibleNo, ...]:
        """The texts that may say no and that nobody has answered."""
        return tuple(PossibleNo(*self._texts[key], rows, key) for key, rows in self._possible.most_common())

    def stopped_words(self) -> frozenset[str]:
        """The keys of the texts that count as stops because a person said so."""
        return frozenset(self._stopped)

    def _note_words(self, bar: RowBar) -> None:
        if bar.meaning is not Meaning.NOTE:
            self._stopped |= {bar.key} if len(self._stopped) < _MOST_DOUBTS else set()
        elif len(self._texts) < _MOST_DOUBTS or bar.key in self._texts:
            self._texts.setdefault(bar.key, (bar.heading, bar.doubt))
            self._possible[bar.key] += 1

    def doubtful(self) -> tuple[DoubtfulStop, ...]:
        return tuple(DoubtfulStop(heading, cell, rows) for (heading, cell), rows in self._doubts.most_common())


@dataclass(slots=True)
class Tally:
    rows: int = 0
    imported: int = 0
    again: int = 0  # the same person as an earlier row
    known: int = 0  # in the campaign before this import
    elsewhere: int = 0  # new to the campaign, known from another
    shared: int = 0
    faults: RowFaults = field(default_factory=RowFaults)
    remarks: RowFaults = field(default_factory=RowFaults)
    people: People = field(default_factory=People)
    finished: int = 0  # people whom the campaign is done with
    stops: Stops = field(default_factory=Stops)
    refused: RefusedStops = field(default_factory=RefusedStops)
    settled: Counter[Answer] = field(default_factory=Counter)  # of people who are met no more

    def take(self, part: Part) -> None:
        """Count rows as they are read."""
        self.rows += part.count
        self.faults.add(part.faults)
        self.remarks.add(part.remarks)
        self.stops.note([row.proofs.bars for row, _ in part.rows] + [one.bars for one in part.stops])

    def add(self, part: "Tally") -> None:
        """Count what a part came to whose rows are counted here already, and forget whom it met."""
        for count in ("imported", "again", "known", "elsewhere", "shared", "finished"):
            setattr(self, count, getattr(self, count) + getattr(part, count))
        self.faults.add(part.faults)
        self.remarks.add(part.remarks)
        self.settled.update(part.answers())

    def answers(self) -> Counter[Answer]:
        """How many people got each answer."""
        return self.settled + Counter(self.people.answers())

    def reasons(self) -> tuple[ListReason, ...]:
        """How many people each reason keeps from a call, the most frequent first."""
        counts: Counter[tuple[Verdict, str]] = Counter()
        for (verdict, _, because), times in self.answers().items():
            counts[verdict, because] += times
        found = [ListReason(verdict, because, times) for (verdict, because), times in counts.items()]
        return tuple(sorted(found, key=lambda one: (-one.contacts, one.verdict, one.because)))


def by_verdict(answers: Mapping[Answer, int]) -> tuple[tuple[Verdict, int], ...]:
    counts: Counter[Verdict] = Counter()
    for (verdict, *_), times in answers.items():
        counts[verdict] += times
    return tuple(sorted(counts.items()))


def missing_of(answers: Mapping[Answer, int], known: Mapping[str, Register]) -> tuple[Missing, ...]:
    """Count what held contacts lack, the most frequent first, but a missing state before all: it spares others.

    A stale screening and a missing one count as one: both need a new one. What a note means is not among them:
    `Stops.possible` asks for that.
    """
    counts: Counter[tuple[str, Register | None]] = Counter()
    for (_, missing, _), times in answers.items():
        for what in missing:
            if _is_note(what):
                continue
            register = registers.register_wanted(known, what)
            counts["" if register else what, register] += times
    found = (
        Missing(what, times)
        if register is None
        else Missing(
            A_SCREENING.says(register=Said(register.name)), times, register.key, register.name, register.max_age_days
        )
        for (what, register), times in counts.items()
    )
    return tuple(sorted(found, key=lambda one: (not is_state_missing(one.what), -one.contacts, one.what)))


def _is_note(missing: str) -> bool:
    """Whether all that is missing is an answer about a note."""
    if not isinstance(missing, Said) or missing.template is not RELEASE:
        return False
    return [*missing.values["reasons"]] == [POSSIBLE_NO_SAID]
