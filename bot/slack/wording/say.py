"""Sentences by key, in the reader's language: `say("calls.missing", what=shown(what))`.

They live in `en.toml`, `de.toml` and `fr.toml`. What a language lacks is said in English. Text from outside (names,
notes, reasons) is made safe inside Slack's mrkdwn before it fills a gap.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final, Literal, NewType

from bot.slack.wording.language import figure, form_of, plural_form, said_in

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
