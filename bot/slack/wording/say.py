"""Sentences by key, in the language of the present request: `say("calls.missing", what=shown(what))`.

They live in `en.toml`, `de.toml` and `fr.toml`. What a language lacks is said in English. Text from outside (names,
notes, reasons) is made safe inside Slack's mrkdwn before it fills a gap.
"""

import gettext
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from itertools import chain
from typing import Final, Literal, NewType

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
def words_for(what: str) -> frozenset[str]:
    """The words for this after a command, such as `help` or `yesterday`, in every language."""
    return frozenset(chain.from_iterable(in_every_language(what)))


def figure(number: int) -> str:
    """`3,200`, or `3.200` in German."""
    return f"{number:,}".replace(",", conventions(_spoken.get()).group) if abs(number) > 999 else str(number)


def conventions(language: str) -> Locale:
    """The language's names of days and months and its format of figures."""
    return locales()[_CONVENTIONS.get(language, language)]


def country_name(code: str) -> str:
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


Markup = NewType("Markup", str)
"""Text that is safe inside mrkdwn. A gap takes nothing else from outside, so that mypy finds what was not made safe."""


def say(key: str, how: str | Literal[False] | None = None, /, **gaps: Markup | int | None) -> Markup:
    """The sentence of this key, with its gaps filled.

    `how` chooses one of its forms, which is `otherwise` if it has none of that name or `how` is empty or False; `count`
    chooses the plural form. A gap that only other forms have may be None. Raises KeyError for an unknown key or form.
    """
    form = form_of(key)
    if isinstance(form, dict) and (how or "otherwise" in form):
        form = form.get(how or "otherwise") or form["otherwise"]
    if isinstance(form, dict):
        form = form[plural_form(int(gaps["count"] or 0), said_in(key))]
    filled = {gap: figure(one) if isinstance(one, int) else one for gap, one in gaps.items() if one is not None}
    return Markup(str(form).format(**filled) if gaps else str(form))


def forms_of(key: str) -> Mapping[str, str]:
    """Texts of one subject by name, as they are written."""
    forms = form_of(key)
    return {name: str(form) for name, form in forms.items()} if isinstance(forms, dict) else {}


def has_form(key: str, how: str) -> bool:
    """Whether the sentence of this key has a form of this name."""
    return how in form_of(key)


def say_word(key: str, word: str) -> Markup:
    """The form of a closed list for this word. A word that is not in the list stays, with spaces for underscores."""
    return say(key, word) if has_form(key, word) else Markup(word.replace("_", " "))


ELLIPSIS: Final = "…"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Slack has no escape for these characters, so look-alikes stand in for them.
_LOOKALIKES = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ʼ"})
_EMOJI_CODE = re.compile(r":(?=[\w+'-]+:)")
# A single unbalanced control in a name would reverse the rest of the card (Unicode TR9).
_DIRECTION_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT: Final = {"R", "AL", "AN"}
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_UNPRINTABLE: Final = {"Cc", "Cs"}
_JOINERS = "\u200d\ufe0e\ufe0f"


def one_line(text: str) -> str:
    """The text without control characters and direction controls, each run of white space one space."""
    if text.isprintable():  # the usual case: no controls, and no white space but spaces
        return " ".join(text.split())
    spaced = "".join(" " if one.isspace() else one for one in _DIRECTION_CONTROLS.sub("", text))
    return " ".join("".join(one for one in spaced if unicodedata.category(one) not in _UNPRINTABLE).split())


def units(text: str) -> int:
    """Length in UTF-16 units, as Slack's servers may count; an emoji has two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clipped(text: str, most: int) -> str:
    """At most `most` UTF-16 units, ending in an ellipsis if cut. Never splits a character."""
    if units(text) <= most:
        return text
    kept, room = [], most - 1
    for one in text:
        room -= units(one)
        if room < 0:
            break
        kept.append(one)
    while kept and (kept[-1] in _JOINERS or unicodedata.combining(kept[-1])):
        kept.pop()
    return "".join(kept).rstrip() + ELLIPSIS


def plain(text: str, most: int) -> str:
    """For plain_text (buttons, options, titles), which Slack shows literally."""
    return clipped(one_line(text), most)


def shown(text: str, most: int = 60) -> Markup:
    """The text on one line, cut to `most`, escaped so that Slack shows it and obeys nothing in it."""
    kept = clipped(one_line(text), most)
    safe = _EMOJI_CODE.sub("꞉", kept.translate(_LOOKALIKES)).translate(_ENTITIES)
    is_turned = not kept.isascii() and any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in kept)
    return Markup(f"{_ISOLATE}{safe}{_END_ISOLATE}" if is_turned else safe)


def named(name: str) -> Markup:
    """A name as `shown`, or words in its place if it is empty: empty bold shows as asterisks."""
    return shown(name) or say("labels.no_name")


def link(url: str, label: str) -> Markup:
    """A link if the URL is http(s) or dials a number, else only the label. Slack ends a link at `|` and `>`."""
    is_address = re.fullmatch(r"(https?://|tel:|sip:|callto:)[^\s<>|]{1,500}", url) is not None
    return Markup(f"<{url}|{shown(label, 120)}>") if is_address else shown(label, 120)


def channel(channel_id: str) -> Markup:
    """A channel link. Slack shows the name; a reader without access sees that it is private."""
    return Markup(f"<#{channel_id}>") if re.fullmatch(r"[CG][A-Z0-9]+", channel_id) else shown(channel_id)


def as_plain(text: str, most: int) -> str:
    """One of our sentences without markup, for field errors. Links keep their label."""
    bare = re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        bare = bare.replace(entity, sign)
    return clipped(re.sub(r"[`*]", "", bare), most)


def fallback(text: str, most: int) -> str:
    """One of our sentences for a message's text, which notifications show. Slack reads it as mrkdwn: it stays
    escaped."""
    bare = re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text)
    return clipped(re.sub(r"[`*]", "", bare), most)


def first_lines(lines: Sequence[str], most: int) -> list[str]:
    """The first `most` lines, and a line that counts those left out."""
    return [*lines[:most], *([say("labels.and_more", count=len(lines) - most)] if len(lines) > most else [])]
