"""Recognises headings of telephone numbers that no table lists: the words of a heading tell, in each language."""

import re

from bot.services.files.headings import key_of, words_of

_WHOSE = (
    "primary|main|home|work|business|office|daytime|day|evening|alt|alternative|alternate|other|second|secondary|"
    "contact|"
    "customer|client|lead|personal|private|best|preferred|company|billing|shipping|mailing|user|direct|invitee|"
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
    "altro|"
    "secondaire|secundario|secondario|alternativo|overig|ligne|linea"
)
_TELEPHONE = re.compile(rf"(?:{_MOBILE}|{_FIXED}|{_ANY})")
_WORD = re.compile(rf"(?:{_MOBILE}|{_FIXED}|{_ANY}|{_NUMBER}|{_WORK}|{_HOME}|{_ELSE})*\d*")
_BESIDE = frozenset(
    ["de", "di", "da", "du", "del", "of", "n", "no", "person", "value"]
)  # "no" as the first word forbids calls
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
    if re.search(r"work|office|business|company", key):
        return "work"
    if re.search(r"mob|cell|handy", key):
        return "mobile"
    return "home" if re.search(r"home|private|personal", key) else ""
