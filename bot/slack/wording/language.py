"""The language of the present request, its sentences, and its figures and names."""

import gettext
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from itertools import chain
from typing import Final

from bot.languages import ENGLISH, SENTENCES, Locale, in_every_language, languages, locales, of_itself

# A sentence; or its forms by name, each perhaps by plural form.
Form = str | dict[str, "Form"]
# The locale of a language's dates and figures, where it is not named as the language: English here is British.
_CONVENTIONS: Final = {ENGLISH: "en_GB"}
# A context variable, not an argument of every sentence: each listener runs in its own thread.
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


def form_of(key: str) -> Form:
    """The sentence of a key such as `calls.missing`, or its forms; English if the language lacks it.

    Raises KeyError if English lacks it too.
    """
    return sentences(said_in(key))[key]


def said_in(key: str) -> str:
    """The language that says the sentence of a key: the current one, or English if that lacks it."""
    spoken = _spoken.get()
    return spoken if sentences(spoken).get(key) else ENGLISH


def has_sentence(key: str) -> bool:
    return key in sentences(ENGLISH)


def plural_form(number: int, language: str) -> str:
    """`one`, `other`: the form of a sentence about this number."""
    forms, which = _plural(language)
    return forms[which(number)]


def translation(english: str) -> str | None:
    """A text of rules or of the vocabulary in the current language; None if it has none. English has none."""
    return texts(_spoken.get()).get(english)


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


def language_of(locale: str) -> str:
    """The language for a locale such as `de-AT`; English if unknown or not available."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in languages() else ENGLISH


def own_name(language: str) -> str:
    """`English`, `Deutsch`: a language's name in itself, for menus."""
    return conventions(language).name


@lru_cache(maxsize=8)
def typed(what: str) -> frozenset[str]:
    """The words for this after a command, such as `help` or `yesterday`, in every language."""
    return frozenset(chain.from_iterable(in_every_language(what)))


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
def sentences(language: str) -> Mapping[str, Form]:
    """By key."""
    parts = _source(language)
    return {
        f"{part}.{name}": form
        for part, forms in parts.items()
        if part not in ("language", "texts")
        for name, form in forms.items()
    }


@lru_cache(maxsize=16)
def texts(language: str) -> Mapping[str, str]:
    """What rules say and what outcomes are called, by its English. None in English itself."""
    return {english: str(text) for english, text in _source(language).get("texts", {}).items()}


@lru_cache(maxsize=16)
def _source(language: str) -> dict[str, dict[str, Form]]:
    return tomllib.loads((SENTENCES / f"{language if language in languages() else ENGLISH}.toml").read_text("utf-8"))


@lru_cache(maxsize=16)
def _plural(language: str) -> tuple[tuple[str, ...], Callable[[int], int]]:
    says = of_itself(language if language in languages() else ENGLISH)
    return tuple(says["forms"]), gettext.c2py(str(says["plural"]))
