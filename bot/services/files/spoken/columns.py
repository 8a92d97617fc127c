"""Which unknown columns may say whom not to call: by their headings, or by a no among few different cells."""

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from bot.services.files.headings import is_of_others, words_of
from bot.services.files.spoken.notes import heading_says_no

MOST_DIFFERENT: Final = 30  # cells of a column of few different ones
_DYNAMICS = re.compile(r"^\W*do not modify\W", re.IGNORECASE)
# Columns of addresses, other channels, trades and goods: their words are names, and none says no.
_HOLDS_NAMES = re.compile(
    r"mail|\bsms\b|\bfax|whatsapp|newsletter|cookie|\bweb|\burl\b|site\b|link|street|address|\baddr|\bcity|town|county|"
    r"strasse|\bstr\b|adress|\bort\b|stadt|\brue\b|\bville|\bcalle\b|direcci|ciudad|indirizz|\bcitta|straat|plaats|"
    r"\badres|"
    r"job|\bposition|profession|beruf|branche|industr|\bsector|sektor|product|produ[kc]t|prodott|article|artikel|"
    r"\btitle|\btitel|\btitre|\btitolo|salutation|anrede|\blegal|form juridi|rechtsform|owner|agent|betreuer|language|"
    r"sprache|\blangue|idioma|lingua|\btaal\b|checksum|modified|\biban|\bbic\b|bank"
)


@lru_cache(maxsize=1_000)
def holds_words(heading: str) -> bool:
    """Whether the cells of an unknown column may be somebody's words."""
    return _HOLDS_NAMES.search(words_of(heading)) is None


@lru_cache(maxsize=1_000)
def may_bar(heading: str) -> bool:
    """Whether a heading says no to calls, or asks of calls or contact what may be answered with a no."""
    words = words_of(heading)
    if _DYNAMICS.match(heading) or is_of_others(words):
        return False
    if _has("barring", words) or heading_says_no(heading):
        return True
    return _has("calling", words) and _has("asking", words)


@lru_cache(maxsize=1_000)
def is_about_calls(heading: str) -> bool:
    """Whether a heading speaks of calls or contact: a plain no below it may be one to calls."""
    words = words_of(heading)
    return _has("calling", words) and not is_of_others(words)


def _has(kind: str, words: str) -> bool:
    return _patterns()[kind].search(words) is not None


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    said = tomllib.loads((files("bot.services.files.spoken") / "columns.toml").read_text(encoding="utf-8"))
    return {kind: re.compile("|".join(map(_pattern, stems))) for kind, stems in said.items()}


def _pattern(stem: str) -> str:
    return (r"\b" if stem.startswith(" ") else "") + re.escape(stem.strip())
