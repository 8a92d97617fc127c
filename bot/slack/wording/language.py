"""The language of sentences: English (UK) from the code, others from their catalogues."""

import gettext
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Final, TypeVar

import polib

from bot.locales import Locale, locales

Named = TypeVar("Named")
ENGLISH: Final = "en"
_CATALOGUES: Final = Path(__file__).parent / "locale"
# The locale of a language's dates and figures, where it is not named as the language: English here is British.
_CONVENTIONS: Final = {ENGLISH: "en_GB"}
# A context variable, not an argument of every sentence: each listener runs in its own thread.
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def _(sentence: str) -> str:
    """The sentence in the current language; in English if it has no translation."""
    return _catalogue(_spoken.get()).gettext(sentence)


def translation(sentence: str) -> str | None:
    """The sentence in the current language; None if the catalogue lacks it. English has no catalogue."""
    message = _source(_spoken.get()).find(sentence)
    return None if message is None or message.fuzzy else message.msgstr or None


def ngettext(one: str, many: str, number: int) -> str:
    """The plural form for the number, in the current language."""
    return _catalogue(_spoken.get()).ngettext(one, many, number)


def sentence(text: str) -> Callable[[], str]:
    """A sentence without gaps. It is translated whenever it is called."""
    return lambda: _(text)


def plural(one: str, many: str) -> Callable[[int], str]:
    """A sentence whose only gap is `{count}`."""
    return lambda number: counted(one, many, number)


def counted(one: str, many: str, number: int, /, **gaps: object) -> str:
    """The plural form for the number, which is its `{count}`, with its other gaps filled."""
    return ngettext(one, many, number).format(count=figure(number), **gaps)


def words_of(table: Mapping[Named, str]) -> Callable[[Named], str]:
    """The words for each key of a table of sentences marked by `N_`."""
    return lambda key: _(table[key])


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name, which extraction looks for
    """Marks a sentence in a table for extraction. Its reader translates it with `_`."""
    return sentence


@contextmanager
def speaking(language: str = "") -> Iterator[None]:
    """Sets the language inside the block, and restores the previous one after it. Empty: unchanged."""
    before = _spoken.set(language or _spoken.get())
    try:
        yield
    finally:
        _spoken.reset(before)


def speak(language: str) -> None:
    """Sets the language until the surrounding `speaking` ends."""
    _spoken.set(language)


def spoken() -> str:
    return _spoken.get()


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The available languages, the source first: `en`, `de`."""
    return (ENGLISH, *sorted(path.stem for path in _CATALOGUES.glob("*.po")))


def language_of(locale: str) -> str:
    """The language for a locale such as `de-AT`; English if unknown or not available."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in languages() else ENGLISH


def own_name(language: str) -> str:
    """`English`, `Deutsch`: a language's name in itself, for menus."""
    return conventions(language).name


def figure(number: int) -> str:
    """`3,200`, or `3.200` in German."""
    return f"{number:,}".replace(",", conventions(_spoken.get()).group) if abs(number) > 999 else str(number)


def decimals(number: float) -> str:
    """`1,234.5`, or `1.234,5` in German."""
    marks = {",": conventions(_spoken.get()).group, ".": conventions(_spoken.get()).decimal}
    return "".join(marks.get(sign, sign) for sign in f"{number:,.1f}")


def conventions(language: str) -> Locale:
    """The language's names of days and months and its format of figures."""
    return locales()[_CONVENTIONS.get(language, language)]


def country(code: str) -> str:
    """`United Kingdom (GB)` in the current language; an unknown code stays as it is."""
    name = conventions(_spoken.get()).countries.get(code)
    return f"{name} ({code})" if name else code


@lru_cache(maxsize=16)
def _catalogue(language: str) -> gettext.NullTranslations:
    if language not in languages() or language == ENGLISH:
        return gettext.NullTranslations()
    return gettext.GNUTranslations(BytesIO(_source(language).to_binary()))


@lru_cache(maxsize=16)
def _source(language: str) -> polib.POFile:
    """The catalogue as translators wrote it; an empty one for English."""
    if language not in languages() or language == ENGLISH:
        return polib.POFile()
    return polib.pofile(str(_CATALOGUES / f"{language}.po"))
