"""What the headings of lists mean, in each language and in each system's export: the tables of headings.toml.

Headings of telephone numbers that no table lists are known by their words.
"""

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import takewhile
from string import digits
from typing import Any

from bot.services.answers.lists import BARRING, Cell, Meaning

_ENOUGH = 3  # headings that an export's table must know of a file
_OF_ANY_LIST = frozenset(
    ["phone", "mobile", "phonenumber", "mobilephone", "homephone", "email", "title", "notes", "tags", "address", "city"]
)
_ALONE = BARRING | {Meaning.NOT_CALLED}  # one heading of an export tells these: misread, people are called
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "ł": "l"})
_OF_CALLS = re.compile(r"call|phone|tel\b|tele|anruf|appel|llama|chiam|bel\b|bellen")
_OF_OTHERS = re.compile(r"mail|sms|text|fax|post|letter|brief|whatsapp|newsletter|push|cookie|track|profil|geo|web")
# A heading below words of [whose] may mean these; the last and first of anything are no names.
_OF_PEOPLE = (Meaning.FIRST, Meaning.LAST, Meaning.COUNTRY, Meaning.POSTCODE)
_NO_NAMES = ("first", "last")


@dataclass(frozen=True, slots=True)
class HeadingTable:
    """The headings of one language or export, by key. `numbered`: those that hold a number."""

    name: str
    is_export: bool
    words: dict[str, Meaning]
    numbered: tuple[tuple[re.Pattern[str], Meaning], ...]

    def meaning(self, key: str) -> Meaning | None:
        found = self.words.get(key)
        if found is None and self.numbered and any(char.isdigit() for char in key):
            found = next((meaning for pattern, meaning in self.numbered if pattern.fullmatch(key)), None)
        return found


def key_of(heading: str) -> str:
    """A heading without case, accents, blanks and punctuation."""
    if heading.isascii():
        return "".join(char for char in heading.lower() if char.isalnum())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", heading).casefold().translate(_LETTERS))
    return "".join(char for char in plain if char.isalnum())


def recognise(headings: Sequence[str]) -> tuple[tuple[Meaning | None, ...], str]:
    """The meaning of each heading, None if no table knows it; and the export the headings look like, if any."""
    keys = [key_of(heading) for heading in headings]
    found = [[table.meaning(key) if key else None for key in keys] for table in heading_tables()]
    known = [sum(one is not None for one in meanings) for meanings in found]
    order = sorted(range(len(found)), key=lambda at: -known[at])
    best = next((at for at in order if heading_tables()[at].is_export and known[at] >= _ENOUGH), None)
    meanings = tuple(
        _decided([(heading_tables()[at], known[at], found[at][place]) for at in order]) for place in range(len(keys))
    )
    # The country, as Outlook calls it, where nothing else tells it: numbers would be read as of another country.
    others = [next((one for at in order if (one := found[at][place])), None) for place in range(len(keys))]
    meanings = tuple(
        other if one is None and other and other.kind.is_place and other not in meanings else one
        for one, other in zip(meanings, others, strict=True)
    )
    return meanings, _export_of(best, keys, found, known)


def _export_of(
    best: int | None, keys: Sequence[str], found: Sequence[Sequence[Meaning | None]], known: Sequence[int]
) -> str:
    """The export that the headings look like; empty if none. Name, phone and e-mail are words of several systems: a
    list with only these is no export of any."""
    half = len(list(filter(None, keys))) // 2
    if best is None or known[best] <= max(half, *(one for at, one in enumerate(known) if at != best)):
        return ""
    languages = [meanings for meanings, table in zip(found, heading_tables(), strict=True) if not table.is_export]
    own = [
        key
        for at, key in enumerate(keys)
        if found[best][at] and key not in _OF_ANY_LIST and not any(meanings[at] for meanings in languages)
    ]
    return heading_tables()[best].name if own else ""


def _decided(answers: Sequence[tuple[HeadingTable, int, Meaning | None]]) -> Meaning | None:
    for table, known, meaning in answers:
        if meaning is not None and (not table.is_export or known >= _ENOUGH or meaning in _ALONE):
            return meaning
    return None


@lru_cache(maxsize=1_000)
def meaning_by_words(heading: str) -> Meaning | None:
    """What a heading that no table has means without the words that say whose it is: "Billing First Name", "PLZ 2"."""
    said, words = _file()["whose"], words_of(heading).split()
    rest = [one for one in words if not (len(one) == 1 and one.isdigit())]
    whose = list(takewhile(lambda one: one in said["people"] or one in said["things"], rest))
    key = "".join(rest[len(whose) :])
    if rest == words and not whose:
        return None
    if key in ("name", "fullname"):
        return Meaning.NAME if whose and whose[-1] in said["people"] else None
    found = next(
        (meaning for table in heading_tables() if not table.is_export and (meaning := table.meaning(key))), None
    )
    return found if found in _OF_PEOPLE and key not in _NO_NAMES else None


def has_letters(text: str) -> bool:
    return any(map(str.isalpha, text))


@lru_cache(maxsize=1_000)
def may_be_company(heading: str) -> bool:
    """Whether some export or language calls the column with the company this."""
    key = key_of(heading)
    return any(table.meaning(key) is Meaning.COMPANY for table in heading_tables())


def words_of(text: str) -> str:
    """The words of a heading or label without case, accents and punctuation, a blank between them."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).casefold()
    plain = "".join(char for char in unicodedata.normalize("NFKD", spaced) if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in plain.replace("'", "")).split())


def is_of_others(words: str) -> bool:
    """Whether words name another channel, and not calls."""
    return _OF_OTHERS.search(words) is not None and _OF_CALLS.search(words) is None


@dataclass(frozen=True, slots=True)
class Statuses:
    """Columns of many words, by key, and the words there that bar calls: by key, and most as a part of a longer text.

    `said`: the same by their words, as `phrases` finds them. `doubtful`: labels, by key, that may mean a stop or
    something else. `notes`: columns of free words, by key. `stems`: in lower case and without accents, of which one is
    in every word that bars calls.
    """

    headings: frozenset[str]
    words: dict[str, Meaning]
    said: dict[str, Meaning]
    phrases: re.Pattern[str]
    doubtful: frozenset[str]
    notes: frozenset[str]
    stems: tuple[str, ...]


@cache
def status_words() -> Statuses:
    """The columns that say what a contact is, and which of their words bar calls."""
    said = _file()["statuses"]
    barring = (Meaning.STOP, Meaning.DECEASED, Meaning.VULNERABLE)
    words = {key_of(word): meaning for meaning in barring for word in said[meaning]}
    words |= {key_of(word): Meaning.STOP for word in said["alone"]}
    by_words = {words_of(word): meaning for meaning in barring for word in said[meaning]}
    longest = {max(words_of(word).split(), key=len) for meaning in (*barring, "alone") for word in said[meaning]}
    phrases = "|".join(map(re.escape, by_words))
    return Statuses(
        headings=frozenset(map(key_of, said["headings"])),
        words=words,
        said=by_words,
        phrases=re.compile(rf"\b(?:{phrases})\b"),
        doubtful=frozenset(map(key_of, said["doubtful"])),
        notes=frozenset(map(key_of, said["notes"])),
        stems=tuple(sorted(one for one in longest if not any(other in one for other in longest - {one}))),
    )


@cache
def _proof_words() -> dict[str, Meaning]:
    return {word: Meaning(meaning) for meaning, words in _file()["proofs"].items() for word in words}


def proof_of(key: str) -> Meaning | None:
    """What a heading proves, by key; a register's answer may have a number, as TPS 1: see `is_numbered`."""
    found = _proof_words().get(key) or _proof_words().get(key.rstrip(digits))
    return found if key in _proof_words() or (found and found.kind.cell is Cell.LISTING) else None


def is_numbered(key: str, meaning: Meaning | None) -> bool:
    """Whether a column is a register's answer for one of the row's numbers, as TPS 1."""
    return meaning is not None and meaning.kind.cell is Cell.LISTING and key[-1:].isdigit()


@cache
def heading_tables() -> tuple[HeadingTable, ...]:
    """Every table, languages first."""
    said = _file()
    return tuple(
        _table(name, kind == "export", meanings)
        for kind in ("language", "export")
        for name, meanings in said[kind].items()
    )


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((files("bot.services.files") / "headings.toml").read_text(encoding="utf-8"))


def _table(name: str, is_export: bool, meanings: dict[str, list[str]]) -> HeadingTable:
    said = [(heading, Meaning(word)) for word, headings in meanings.items() for heading in headings]
    words = {key_of(heading): meaning for heading, meaning in said if "#" not in heading}
    several = [([*map(key_of, heading.split("#"))], meaning) for heading, meaning in said if "#" in heading]
    numbered = tuple((re.compile(r"\d+".join(parts)), meaning) for parts, meaning in several)
    return HeadingTable(name, is_export, words, numbered)


_WHOSE = (
    "primary|main|home|work|business|office|daytime|day|evening|alt|alternative|alternate|other|second|secondary|"
    "contact|customer|client|lead|personal|private|best|preferred|company|billing|shipping|mailing|user|direct|invitee|"
    "attendee|guest|buyer|prospect|default"
)
_PHONE = re.compile(
    rf"(?:{_WHOSE})*(?:mobile|cell|cellular|land|land ?line)?"
    r"(?:phone|telephone|tel|telefon|mobile|mob|cell|landline|handy|msisdn)"
    rf"(?:number|num|no|nr|e164)?(?:{_WHOSE}|mobile)?\d*"
)
_BARE_NUMBER = re.compile(
    r"(?:contact|dial|home|work|day|daytime|evening|call)?number\d*|e164\d*|contactno|nummer\d*|numero\d*"
)
# The same in all six languages: a heading of such words alone, one of them a telephone, is one of a number.
_MOBILE = "mobilfunk|mobile|mobiele|mobiel|mobil|movil|cellulare|celular|cellular|cell|handy|portable|gsm"
_FIXED = "festnetz|landline|fixe|fijo|fisso|vaste|vast"
_ANY = "telephone|telefoon|telefono|telefon|phone|telf|tel|tfno|tlf|rufnummer|rufnr"
_NUMBER = "number|nummer|numero|num|nr"
_WORK = (
    "work|business|office|company|corporate|direct|geschaftlich|dienstlich|firma|buro|bureau|travail|professionnel|pro|"
    "empresa|oficina|trabajo|ufficio|uff|lavoro|werk|kantoor|zakelijke|zakelijk"
)
_HOME = "home|personal|private|privat|prive|personnel|perso|domicile|maison|casa|particular|abitazione|ab|thuis"
_ELSE = (
    "primary|main|other|second|alternative|daytime|evening|abends|tagsuber|weiteres|principale|principal|autre|otro|"
    "altro|secondaire|secundario|secondario|alternativo|overig|ligne|linea"
)
_TELEPHONE = re.compile(rf"(?:{_MOBILE}|{_FIXED}|{_ANY})")
_WORD = re.compile(rf"(?:{_MOBILE}|{_FIXED}|{_ANY}|{_NUMBER}|{_WORK}|{_HOME}|{_ELSE})*\d*")
# "no" as the first word forbids calls
_BESIDE = frozenset(["de", "di", "da", "du", "del", "of", "n", "no", "person", "value"])
_OF_MOBILE, _OF_WORK, _OF_HOME = (re.compile(one) for one in (_MOBILE, _WORK, _HOME))
_ORDINALS = str.maketrans({"º": " ", "°": " ", "ª": " "})  # as in Nº, N°


def kind_of_phone_heading(heading: str) -> str | None:
    """Of which kind the numbers under a heading are: mobile, home, work, or empty; None if it names no telephone."""
    key = key_of(heading)
    if _PHONE.fullmatch(key):
        return _kind(key)
    words = words_of(heading.translate(_ORDINALS)).split()
    if not words or words[0] == "no" or not any(_TELEPHONE.match(word) for word in words):
        return None
    if not all(word in _BESIDE or _WORD.fullmatch(word) for word in words):
        return None
    found = " ".join(words)
    kinds = (("mobile", _OF_MOBILE), ("work", _OF_WORK), ("home", _OF_HOME))
    return next((kind for kind, pattern in kinds if pattern.search(found)), "")


def kind_of_bare_heading(heading: str) -> str | None:
    """The same for a heading that says only "number": to be asked where no other column holds telephone numbers."""
    key = key_of(heading)
    return _kind(key) if _BARE_NUMBER.fullmatch(key) else None


def _kind(key: str) -> str:
    kinds = {"work": "work|office|business|company", "mobile": "mob|cell|handy", "home": "home|private|personal"}
    return next((kind for kind, words in kinds.items() if re.search(words, key)), "")
