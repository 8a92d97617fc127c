"""Text that strangers wrote (names, notes, reasons) made safe to stand inside Slack's mrkdwn, whatever is in it."""

import re
import unicodedata
from typing import Final, NewType

from bot.slack.wording.labels import no_name

Markup = NewType("Markup", str)
"""Text that is safe inside mrkdwn. Wording takes nothing else from outside, so that mypy finds what was not made safe."""

ELLIPSIS: Final = "…"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Slack has no escape for these: look-alikes are the only sure way to show them and not obey them.
_LOOKALIKES = str.maketrans({"*": "∗", "_": "＿", "~": "∼", "`": "ʼ"})
_EMOJI_CODE = re.compile(r":(?=[\w+'-]+:)")
# Left alone, one unbalanced control in a name would turn the rest of the card around (Unicode TR9).
_DIRECTION_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT: Final = {"R", "AL", "AN"}
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_UNPRINTABLE: Final = {"Cc", "Cs"}
_JOINERS = "\u200d\ufe0e\ufe0f"


def one_line(text: str) -> str:
    """Without control characters and direction controls, every run of white space a single space."""
    if text.isprintable():  # as nearly all is: then it has none of them, and no white space but spaces
        return " ".join(text.split())
    spaced = "".join(" " if one.isspace() else one for one in _DIRECTION_CONTROLS.sub("", text))
    return " ".join("".join(one for one in spaced if unicodedata.category(one) not in _UNPRINTABLE).split())


def units(text: str) -> int:
    """Length as Slack's servers may count it: UTF-16 units, of which an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clipped(text: str, most: int) -> str:
    """At most `most` UTF-16 units, the last one an ellipsis if anything had to go; never half a character."""
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
    """For plain_text: buttons, options, titles. Slack shows it literally."""
    return clipped(one_line(text), most)


def shown(text: str, most: int = 60) -> Markup:
    """Somebody's text, on one line, cut to `most`, saying exactly what it says and doing nothing."""
    kept = clipped(one_line(text), most)
    safe = _EMOJI_CODE.sub("꞉", kept.translate(_LOOKALIKES)).translate(_ENTITIES)
    is_turned = not kept.isascii() and any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in kept)
    return Markup(f"{_ISOLATE}{safe}{_END_ISOLATE}" if is_turned else safe)


def named(name: str) -> Markup:
    """A name as `shown`, with words in its place if nothing is left of it: bold around nothing shows as stars."""
    return shown(name) or Markup(no_name())


def link(url: str, label: str) -> Markup:
    """A link if the address is one; else the label alone. Slack ends a link at `|` and `>`."""
    is_address = re.fullmatch(r"(https?://|tel:\+)[^\s<>|]{1,500}", url) is not None
    return Markup(f"<{url}|{shown(label, 120)}>") if is_address else shown(label, 120)


def channel(channel_id: str) -> Markup:
    """A channel by its name, which only Slack knows; whoever may not see it reads that it is private."""
    return Markup(f"<#{channel_id}>") if re.fullmatch(r"[CG][A-Z0-9]+", channel_id) else shown(channel_id)


def as_plain(text: str, most: int) -> str:
    """A sentence of ours for a place that knows no markup: field errors. Links keep their label only."""
    bare = re.sub(r"<[^<>|]*\|([^<>]*)>", r"\1", text)
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        bare = bare.replace(entity, sign)
    return clipped(re.sub(r"[`*]", "", bare), most)
