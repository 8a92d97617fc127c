"""Finds notes that may say no to calls, asks a person what they mean, and keeps the answers. The words are in
notes.toml."""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, reduce
from importlib.resources import files
from operator import or_
from typing import Final, NamedTuple

from bot.services.files.headings import is_of_others

_BEFORE = 2  # words from a negation back to the usual thing that did not happen
_AFTER, _VERB_LAST = 3, 2  # and on to it; the second where the verb comes last
_BESIDE = 4  # words between a negation and what is not wanted, or not of interest
_SHORT = 3  # words of an answer that belongs to the clause before: "Calls? No, thanks"
_MOST_SEEN = 50_000
_CLAUSES = re.compile(r"[.;:!?,\n|/()\[\]\"“”„«»]|\s[-–—]+\s|\b(?:but|aber|mais|pero|maar|sondern)\b")
_ABBREVIATED = re.compile(r"\b(?:[a-z]\.){2,}")  # r.i.p., a.u.b.
_WORDS = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_SIGN = re.compile(r"['’†.]")
_NOT = re.compile(r"n['’]t|†|(?:\b[^\W\d_]\.){2}", re.IGNORECASE)  # don't; R.I.P.
_UMLAUTS = re.compile(r"(?<=[aou])e")  # in German without umlauts; read so in every text, and in every word of the file
_SCRIPT = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ø": "o", "ł": "l", "†": " rip "})
_NUMBER_IN_SHORT: Final = ("no", "nr", "num")
_COMMON: Final = "common"
_ALONE: Final = ("death", "removal", "complaint", "law", "harassment", "register", "refusal", "frailty")
_OF_A_LANGUAGE: Final = ("negation", "calling", "calls", "again", "want", "interest", "not_now", "usual", "never")
_OF_ALL: Final = ("alone", "only", "prefer", "channel", "condition", "says_nothing", "answer", "firm", "except")
_FLAGS: Final = ("false", "faux", "falso", "falsch", "onwaar")  # in place of a number: no
_SPEAKING: Final = ("alone", "only", "prefer", "answer", "firm")
_VERB_COMES_LAST: Final = ("German", "Dutch")

Words = Sequence[str]


class _Heard(NamedTuple):
    """A word and the classes it is in, by itself or in a phrase."""

    word: str
    marks: int


def may_say_no(note: str) -> bool:
    """Whether by a note somebody may have said that they do not want to be called."""
    return is_worth_reading(note) and _read(note)


def is_worth_reading(note: str) -> bool:
    """Whether a note has a word without which none says no; quick, for most have none."""
    if any(map(_HINTS.__getitem__, _LETTERS.findall(note))):
        return True
    return _SIGN.search(note) is not None and _NOT.search(note) is not None


@lru_cache(maxsize=_MOST_SEEN)
def _read(note: str) -> bool:
    return any(_says_no(_heard(words)) for words in _clauses(note))


def heading_says_no(heading: str) -> bool:
    """Whether a heading says no to calls. "Row no" and "No." say none: there it stands for a number."""
    found = _lexicon()
    words = [word for clause in _clauses(heading) for word in clause]
    while words and (words[-1].isdigit() or words[-1] in _NUMBER_IN_SHORT):
        words.pop()
    heard = _heard(words)
    together = _together(heard)
    return bool(together & found.bits["alone"]) or any(_denies(one, heard, together) for one in found.languages)


@lru_cache(maxsize=_MOST_SEEN)
def has_condition(note: str) -> bool:
    """Whether what a note says against calls holds only at some time or place: not before ten, not at work."""
    known = _lexicon()
    speaks = known.in_any_language("negation") | known.in_any_language("calling")
    together = (_together(_heard(words)) for words in _clauses(note))
    return any(marks & known.bits["condition"] and marks & speaks for marks in together)


@dataclass(slots=True)
class _Lexicon:
    """The words of notes.toml. Each class has a bit; a class of one language has one for each language."""

    bits: dict[str, int] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    exact: dict[str, int] = field(default_factory=dict)
    starts: dict[str, int] = field(default_factory=dict)
    inner: dict[str, int] = field(default_factory=dict)
    phrases: dict[str, list[tuple[Words, int]]] = field(default_factory=dict)  # by their first word
    hints: dict[str, int] = field(default_factory=dict)  # of each phrase the longest word
    hint_starts: dict[str, int] = field(default_factory=dict)  # the same, where only its beginning is meant

    @property
    def speaking(self) -> int:
        """The classes of which a note that says no has one."""
        return self.in_any_language("negation") | reduce(or_, (self.bits[kind] for kind in _SPEAKING))

    def in_any_language(self, kind: str) -> int:
        """The bits of a class in every language."""
        return reduce(or_, (self.bits[f"{kind} {language}"] for language in self.languages))

    def learn(self, entry: str, bit: int) -> None:
        words = [_folded(part) for part in entry.split()]
        word = max(words, key=len)
        if len(words) > 1:
            self.phrases.setdefault(words[0], []).append((words, bit))
            kind = self.hint_starts if word.endswith("*") else self.hints
        else:
            kind = self.inner if word.startswith("*") else self.starts if word.endswith("*") else self.exact
        word = word.strip("*")
        kind[word] = kind.get(word, 0) | bit


@cache
def _lexicon() -> _Lexicon:
    said = tomllib.loads((files("bot.services.files.spoken") / "notes.toml").read_text(encoding="utf-8"))
    common = said.pop(_COMMON)
    found = _Lexicon(languages=list(said))
    names = [*_OF_ALL, *(f"{kind} {language}" for kind in _OF_A_LANGUAGE for language in said)]
    found.bits = {name: 1 << at for at, name in enumerate(names)}
    for language, kinds in said.items():
        for kind in {*kinds, *common}:
            name = "alone" if kind in _ALONE else kind if kind in _OF_ALL else f"{kind} {language}"
            for entry in [*kinds.get(kind, ()), *common.get(kind, ())]:
                found.learn(entry, found.bits[name])
    return found


def _folded(text: str) -> str:
    """Text without case, accents and apostrophes; an umlaut written as ae, oe or ue is its vowel."""
    plain = text.casefold().translate(_SCRIPT)
    if not plain.isascii():
        plain = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    return _UMLAUTS.sub("", plain.replace("'", ""))


@lru_cache(maxsize=_MOST_SEEN)
def _marks(word: str) -> int:
    known = _lexicon()
    found = known.exact.get(word, 0)
    for size in range(2, len(word) + 1):
        found |= known.starts.get(word[:size], 0)
    for inner, bit in known.inner.items():
        if inner in word:
            found |= bit
    return found


class _Hints(dict[str, bool]):
    """Whether a word, as written, is one without which no note says no."""

    def __missing__(self, word: str) -> bool:
        if len(self) >= _MOST_SEEN:
            self.clear()
        known, folded = _lexicon(), _folded(word)
        marks = _marks(folded) | known.hints.get(folded, 0)
        for size in range(2, len(folded) + 1):
            marks |= known.hint_starts.get(folded[:size], 0)
        self[word] = found = bool(marks & known.speaking) or folded in _FLAGS
        return found


_HINTS = _Hints()


def _clauses(note: str) -> Iterator[Words]:
    """The clauses of a note, as folded words. A short answer belongs to the clause before it."""
    text = note.casefold().translate(_SCRIPT).replace("n't", " not")
    text = text.replace("e-mail", "email").replace("bloqué", "bloquer")
    text = _ABBREVIATED.sub(lambda found: found[0].replace(".", ""), text)
    before: Words = ()
    for part in _CLAUSES.split(text):
        words = [_folded(word) for word in _WORDS.findall(part.replace("'", " "))]
        if not words:
            continue
        if before and _is_answer(words):
            yield [*before, *words]
        yield words
        before = words


def _is_answer(words: Words) -> bool:
    known, marks = _lexicon(), [_marks(word) for word in words]
    if marks[0] & known.bits["firm"]:
        return True
    usual = known.in_any_language("usual")
    is_short = len(words) <= _SHORT and bool(marks[0] & known.in_any_language("negation"))
    return is_short and not any(one & usual for one in marks[1:])


def _heard(words: Words) -> list[_Heard]:
    """The words with their classes, without those that say nothing of calls."""
    nothing = _lexicon().bits["says_nothing"]
    marks, left_out = [_marks(word) for word in words], set[int]()
    for at in range(len(words)):
        for length, bit in _phrases_at(words, at):
            places = range(at, at + length)
            if bit == nothing:
                left_out.update(places)
            for place in places:
                marks[place] |= bit
    return [_Heard(word, marks[at]) for at, word in enumerate(words) if at not in left_out]


def _phrases_at(words: Words, at: int) -> Iterator[tuple[int, int]]:
    """The phrases that begin with a word: how many words they have, and their class."""
    for phrase, bit in _lexicon().phrases.get(words[at], ()):
        pairs = [*zip(words[at:], phrase, strict=False)]
        if len(pairs) == len(phrase) and all(
            word.startswith(meant[:-1]) if meant.endswith("*") else word == meant for word, meant in pairs
        ):
            yield len(phrase), bit


def _together(heard: Sequence[_Heard]) -> int:
    return reduce(or_, (one.marks for one in heard), 0)


def _says_no(heard: Sequence[_Heard]) -> bool:
    bits, together = _lexicon().bits, _together(heard)
    if together & bits["alone"]:
        return True
    if together & bits["channel"] and together & (bits["only"] | bits["prefer"]):
        return True
    if together & bits["only"] and together & bits["condition"] and together & _lexicon().in_any_language("calling"):
        return True
    if 0 < len(heard) <= _SHORT and heard[-1].marks & (bits["answer"] | bits["firm"]):
        return True
    is_of_a_channel = together & bits["channel"] and not together & bits["except"]
    if is_of_a_channel and is_of_others(" ".join(one.word for one in heard)):
        return False
    return any(_denies(language, heard, together) for language in _lexicon().languages)


def _denies(language: str, heard: Sequence[_Heard], together: int) -> bool:
    """Whether a clause denies calls, a wish or an interest, in the words of one language."""
    negation, calling, calls, again, want, interest, not_now, usual, never = (
        _lexicon().bits[f"{kind} {language}"] for kind in _OF_A_LANGUAGE
    )
    condition = _lexicon().bits["condition"] if together & never else 0
    if not together & negation or not together & (calling | again | want | interest | condition):
        return False
    said = [at for at, one in enumerate(heard) if one.marks & negation]
    if any(_near(heard, at, calls, 0, _AFTER) for at in said):
        return True
    unwanted = interest | want
    if not together & not_now and any(_near(heard, at, unwanted, _BESIDE, _BESIDE) for at in said):
        return True
    ahead = _VERB_LAST if language in _VERB_COMES_LAST else _AFTER
    live = [at for at in said if not _is_usual(heard, at, usual, calling | want, ahead, language)]
    wanted = [at for at, one in enumerate(heard) if one.marks & (calling | again | condition)]
    return any(at != other for at in live for other in wanted)


def _near(heard: Sequence[_Heard], at: int, wanted: int, before: int, after: int) -> bool:
    return any(one.marks & wanted for one in [*heard[max(at - before, 0) : at], *heard[at + 1 : at + 1 + after]])


def _is_usual(heard: Sequence[_Heard], at: int, usual: int, calling: int, ahead: int, language: str) -> bool:
    """Whether a negation is of something that usually does not happen: no answer, nicht erreicht."""
    following = heard[at + 1 : at + 1 + ahead]
    if heard[at].marks & _lexicon().bits["firm"] or (following and following[0].marks & calling):
        return False
    for place, one in enumerate(following, at + 1):
        if one.marks & calling:
            break
        if one.marks & usual:
            is_verb_next = place + 1 < len(heard) and bool(heard[place + 1].marks & calling)
            return not (is_verb_next and language in _VERB_COMES_LAST)
    return any(one.marks & usual for one in heard[max(at - _BEFORE, 0) : at])


@dataclass(frozen=True, slots=True)
class Answers:
    """By the key of a text, whether it is a stop. `is_all_stops`: so is every text without an answer."""

    is_stop: Mapping[str, bool] = field(default_factory=dict)
    is_all_stops: bool = False

    def of(self, text: str) -> bool | None:
        """Whether the text is a stop; None: it has not been answered."""
        found = self.is_stop.get(key_of_text(text)) if self.is_stop else None
        return True if found is None and self.is_all_stops else found


NO_ANSWERS: Final = Answers()


def key_of_text(text: str) -> str:
    """What a text has in common with the same text elsewhere, in any case and spacing."""
    return hashlib.sha256(" ".join(text.split()).casefold().encode("utf-8", "surrogatepass")).hexdigest()[:24]
