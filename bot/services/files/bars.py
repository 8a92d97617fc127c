"""What a list's own columns say against calls: the reading of their cells, and of the cells that cannot be read."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.services.answers.lists import BARRING, NUMBERS, ListQuestion, Meaning
from bot.services.files.columns import Columns
from bot.services.files.headings import is_of_others, key_of, status_words, words_of
from bot.services.files.looks import is_number, may_be_day, may_be_number
from bot.services.files.spoken.columns import MOST_DIFFERENT, is_about_calls
from bot.services.files.spoken.notes import has_condition, is_worth_reading, key_of_text, may_say_no
from bot.services.files.values import is_plain_bar, is_plain_flag, read_bar, read_consent
from bot.services.numbers.parsing import mask, parts_of, read_cell
from bot.services.numbers.plans import ListNumber
from bot.services.quoting import quoted

MOST_SHOWN = 5  # cells in a question
_SHORTEST = 2  # letters of a no
_NONE_GIVEN = re.compile(r"\d+|ok|clear|clean|allow\w*", re.IGNORECASE)  # says that there is no number
_WORDS_OF_A_NO = 4  # more are a note
_LABELS = re.compile(r":::|[;,|/\n]")  # between several labels
_MOST_SEEN = 50_000  # different cells of one column that are remembered
IN_DOUBT = tuple(one for one in Meaning if one.kind.bars or one is Meaning.IGNORE)


class RowBar(NamedTuple):
    """What a row says against calls, and in which column. `is_dated`: a withdrawn consent with its day, also a proof.

    `doubt`: the cell, shortened, if it says so neither by a yes nor by a day. `key`: of a text that only may say no
    (NOTE), or of which a person said that it does.
    """

    meaning: Meaning
    heading: str
    is_dated: bool = False
    doubt: str = ""
    key: str = ""


def read_bars(columns: Columns, cells: tuple[str, ...]) -> tuple[tuple[RowBar, ...], tuple[str, ...]]:
    """What bars calls to the person of a row; and the keys of texts that may say no, of which a person has said that
    they do not."""
    plain = list(_plain_bars(columns, cells))
    bars, clear, settled = [bar for _, bar in plain], {at for at, _ in plain}, list[str]()
    for at, cell in _possible(columns, cells):
        is_stop, key = columns.answers.of(cell), key_of_text(cell)
        if is_stop is False:
            settled.append(key)
        elif at not in clear:
            meaning = Meaning.STOP if is_stop else Meaning.NOTE
            bars.append(RowBar(meaning, columns.heading[at], doubt=quoted(" ".join(cell.split())), key=key))
    return tuple(bars), tuple(settled)


def _plain_bars(columns: Columns, cells: tuple[str, ...]) -> Iterator[tuple[int, RowBar]]:
    """What the row says plainly against calls, by column. Of a chosen column any doubt does."""
    for at, cell in _written((at for at, _ in columns.barring), cells):
        meaning = columns.meanings[at]
        is_barred = _read(meaning, cell)
        if is_barred or (is_barred is None and at in columns.chosen):
            is_plain = is_barred if meaning is Meaning.CONSENT else is_plain_bar(cell)
            yield at, RowBar(meaning, columns.heading[at], doubt="" if is_plain else quoted(cell))
    for at, cell in _written(columns.statuses, cells):
        if (meant := _status(cell)) is not None:
            yield at, RowBar(meant, columns.heading[at])
    for at, cell in _written(columns.notes, cells):
        if (meant := _objection(cell)) is not None:
            yield at, RowBar(meant, columns.heading[at], doubt=quoted(cell))
    for at, cell in _written(columns.statuses, cells):
        if at not in columns.chosen and _is_doubtful(cell):  # what a person said settles a column
            yield at, RowBar(Meaning.STOP, columns.heading[at], doubt=quoted(cell))


def _written(places: Iterable[int], cells: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(at, cells[at]) for at in places if at < len(cells) and cells[at]]


def _possible(columns: Columns, cells: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    if not is_worth_reading(" ".join([cells[at] for at in columns.words_at if at < len(cells)])):
        return
    for at, cell in _written(columns.spoken, cells):
        is_noted = at in columns.notes or at in columns.statuses
        if len(cell) < _SHORTEST or (not is_noted and is_plain_flag(cell)):
            continue
        if may_say_no(cell) or (is_noted and _status(cell) is not None):
            yield at, cell
    kinds = dict(columns.named)
    for at, cell in _written(kinds, cells):
        if is_worth_reading(cell) and _says_no_beside(cell, kinds[at]):
            yield at, cell


@lru_cache(maxsize=_MOST_SEEN)
def _says_no_beside(cell: str, meaning: Meaning) -> bool:
    """Whether a cell with a name or a number says no as well: "DO NOT CALL Ann Lee", or a no in place of the number."""
    if meaning is Meaning.COMPANY:
        return _status(cell) is not None
    if is_plain_flag(cell):
        return (
            meaning in (*NUMBERS, Meaning.NAME) and read_bar(cell) is False and not _NONE_GIVEN.fullmatch(cell.strip())
        )
    return may_say_no(cell)


class Doubts:
    """Gathers, while the rows of a file are counted, what must be asked before the import."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._watched = [at for at, _ in columns.barring if at not in columns.chosen] + list(columns.doubtful)
        settled = {*self._watched, *columns.notes, *columns.statuses}
        self._others = [at for at in columns.spoken if at not in settled]
        self._cells: dict[int, dict[str, int]] = {at: {} for at in sorted({*self._watched, *self._others})}
        self._seen = {at: set[str]() for at in self._cells}  # different cells

    def look(self, line: int, cells: list[str]) -> None:
        for at in self._watched:
            cell = cells[at] if at < len(cells) else ""
            if cell and cell not in self._seen[at]:
                self._learn(at, line, cell)
        for at in self._others:
            cell, different = cells[at] if at < len(cells) else "", self._seen[at]
            if cell and len(different) <= MOST_DIFFERENT and cell not in different:
                different.add(cell)
                if len(self._cells[at]) < MOST_SHOWN and _is_no(self._columns.heading[at], cell):
                    self._cells[at][cell] = line

    def questions(self) -> Iterator[ListQuestion]:
        for at, cells in self._cells.items():
            if at in self._others:
                seen = self._seen[at]
                # Of a column that counts, which has others than 0 and 1, no figure says no.
                counts = any(cell.isdigit() and not is_plain_flag(cell) for cell in seen)
                is_of_few = len(seen) <= MOST_DIFFERENT
                cells = {cell: line for cell, line in cells.items() if is_of_few and not (counts and cell.isdigit())}
            if cells:
                meaning = self._columns.meanings[at]
                shown = tuple((line, " ".join(cell.split())[:60]) for cell, line in cells.items())
                yield ListQuestion(self._columns.heading[at], (meaning,) if meaning in BARRING else IN_DOUBT, shown)

    def _learn(self, at: int, line: int, cell: str) -> None:
        seen, cells = self._seen[at], self._cells[at]
        if len(seen) < _MOST_SEEN:
            seen.add(cell)
        meaning = self._columns.meanings[at]
        is_asked = bool(cell.strip()) if meaning not in BARRING else _read(meaning, cell) is None
        if is_asked and len(cells) < MOST_SHOWN:
            cells.setdefault(cell, line)


def bar_questions(questions: Iterable[ListQuestion]) -> str:
    """The questions as one sentence each, with the option that answers it on the command line."""
    return " ".join(map(_asked, questions))


def _asked(question: ListQuestion) -> str:
    shown = ", ".join(f'"{cell}" (line {line})' for line, cell in question.cells)
    if question.is_of_order:
        return (
            f'Column "{question.heading}" has dates of two readings: {shown}. Say whether the day or the month comes '
            "first: --dates day-first, or --dates month-first."
        )
    if question.answers[:1] == (Meaning.DIALLING_CODE,):
        return (
            f'Column "{question.heading}" looks like dialling codes ({shown}): use it? Then add '
            f'--map "{question.heading}=dialling_code"; if it says something else, --map "{question.heading}=ignore".'
        )
    if question.is_of_numbers:
        return (
            f'Column "{question.heading}" looks like telephone numbers ({shown}): use it? Then add '
            f'--map "{question.heading}=phone"; if its numbers are not to be called, --map "{question.heading}=ignore".'
        )
    if question.answers == IN_DOUBT:
        words = ", ".join(question.answers[1:-1])
        return (
            f'Column "{question.heading}" may say whom not to call; its cells are {shown}. Say what it means: '
            f'--map "{question.heading}=stop" (or {words}), or "=ignore" if it says nothing of calls.'
        )
    return (
        f'Column "{question.heading}" says whom not to call, but {shown} is neither yes nor no. Correct the file, or '
        f'treat every cell that is not a clear no as a stop: --map "{question.heading}={question.answers[0]}".'
    )


def _is_no(heading: str, cell: str) -> bool:
    """Whether a cell of few words, in a column that nothing else explains, may say no to calls."""
    if is_plain_flag(cell):
        return is_about_calls(heading) and read_bar(cell) is not None
    return len(cell.split()) <= _WORDS_OF_A_NO and may_say_no(cell)


def not_stopped(columns: Columns, cells: tuple[str, ...]) -> tuple[str, str] | None:
    """The heading and cell by which a row of a file of stops says that it stops nobody: a plain no below a heading such
    as "On DNC". None: it says no such thing, or says below another such heading that it stops them.

    Whatever else a row says, the file stops its numbers: a status, a consent or a register's answer may be about
    something else.
    """
    asks = (at for at, meaning in columns.barring if meaning is Meaning.STOP)
    written = list(_written(asks, cells))
    if any(_read(Meaning.STOP, cell) is not False for _, cell in written):
        return None
    return next(((columns.heading[at], quoted(cell)) for at, cell in written if read_bar(cell) is False), None)


def is_invalid(columns: Columns, cells: tuple[str, ...]) -> bool:
    """Whether the row says that its number is no good; any text but a clear no says so."""
    written = [cells[at] for at in columns.fields.get(Meaning.INVALID, ()) if at < len(cells)]
    return any(_read(Meaning.INVALID, cell) is not False for cell in written if cell)


@lru_cache(maxsize=_MOST_SEEN)
def _read(meaning: Meaning, cell: str) -> bool | None:
    """Whether a cell bars calls; None if that is in doubt."""
    try:
        return bool(read_consent(cell) if meaning is Meaning.CONSENT else read_bar(cell))
    except ValueError:
        return None


@lru_cache(maxsize=_MOST_SEEN)
def _is_doubtful(cell: str) -> bool:
    return _status(cell) is None and any(key_of(part) in status_words().doubtful for part in _LABELS.split(cell))


@lru_cache(maxsize=_MOST_SEEN)
def _objection(cell: str) -> Meaning | None:
    """What free words say against calls. Most say nothing, and are told from the others quickly."""
    lowered = cell.casefold()
    may_say = not cell.isascii() or any(stem in lowered for stem in status_words().stems)
    found = _status(cell) if may_say else None
    is_possible = found is Meaning.STOP and has_condition(cell) and may_say_no(cell)
    return None if is_possible else found


@lru_cache(maxsize=_MOST_SEEN)
def _status(cell: str) -> Meaning | None:
    """What a status, or one of several labels in a cell, says against calls."""
    known = status_words()
    for part in _LABELS.split(cell):
        if (key := key_of(part)) in known.words:
            return known.words[key]
        words = words_of(part)
        if (found := known.phrases.search(words)) and not is_of_others(words):
            return known.said[found[0]]
    return None


_LOOKED_AT = 1_000  # cells of a column
_MOST_SHOWN = 3
_FEWEST_FIGURES = 7  # of a number; in some countries' plans, sums of money are shorter ones
_HALF, _FIFTH = 2, 5
# Numbers under such a heading are a machine's, or another person's.
_OF_OTHERS = re.compile(
    r"fax|pager|telex|tele[ck]op|télécop|\btty\b|assist|secret|sekret|emergency|notfall|urgenc|next of kin|partner|"
    r"spouse|wife|husband|parent|mother|father|guardian|ehe|conjoint|cónyuge|coniuge",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?:\+|00)[1-9]\d{0,2}")
MAY_BE_NUMBERS = (Meaning.PHONE, Meaning.NOT_CALLED, Meaning.DETAIL, Meaning.IGNORE)


class NumbersUnderOtherHeadings:
    """Looks, while rows are counted, for columns that nothing explains and of which most cells are numbers.

    `stopped_in`: the country of a file of numbers that must not be called. One left out would be called: there, a fifth
    of the cells is enough, and figures alone are a number if it is in use. `explained`: columns of days and the like.
    """

    def __init__(self, columns: Columns, stopped_in: str = "", explained: Collection[int] = ()) -> None:
        self._columns = columns
        self._country = stopped_in if columns.numbers else ""
        # Without their 0, where nothing else is one.
        self._is_number: Callable[[str], bool] = is_number if columns.numbers else may_be_number
        if self._country:
            self._is_number = self._is_number_or_in_use
        self._open = tuple(at for at in columns.unknown if at not in explained)  # those to be looked at
        self._cells = dict.fromkeys(self._open, 0)  # how many were looked at
        self._numbers = dict.fromkeys(self._open, 0)
        self._codes = dict.fromkeys(self._open, 0)
        self._shown: dict[int, list[tuple[int, str]]] = {at: [] for at in self._open}

    def look(self, line: int, cells: Sequence[str]) -> None:
        for at in self._open:
            if at < len(cells) and (cell := " ".join(cells[at].split())):
                self._cells[at] += 1
                if self._cells[at] == _LOOKED_AT:
                    self._open = tuple(one for one in self._open if one != at)
                if _CODE.fullmatch(cell):
                    self._codes[at] += 1
                    self._shown[at] = self._shown[at] or [(line, cell)]
                elif self._is_number(cell) or (
                    sum(map(str.isdigit, cell)) > _FEWEST_FIGURES and any(map(self._is_number, parts_of(cell)))
                ):
                    self._numbers[at] += 1
                    if len(self._shown[at]) < _MOST_SHOWN:
                        self._shown[at].append((line, mask("".join(filter(str.isdigit, cell)))))

    def questions(self) -> Iterator[ListQuestion]:
        for at, seen in self._cells.items():
            heading, numbers = self._columns.heading[at], self._numbers[at]
            if seen and self._codes[at] == seen:
                yield ListQuestion(heading, (Meaning.DIALLING_CODE, *MAY_BE_NUMBERS), tuple(self._shown[at]))
            elif (_FIFTH * numbers >= seen > 0) if self._country else (_HALF * numbers > seen):
                first = (Meaning.NOT_CALLED,) if _OF_OTHERS.search(heading) else ()
                yield ListQuestion(heading, tuple(dict.fromkeys((*first, *MAY_BE_NUMBERS))), tuple(self._shown[at]))

    def _is_number_or_in_use(self, cell: str) -> bool:
        if sum(map(str.isdigit, cell)) < _FEWEST_FIGURES or may_be_day(cell):
            return False
        return is_number(cell) or any(isinstance(one, ListNumber) for one in read_cell(cell, self._country))
