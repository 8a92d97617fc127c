"""Makes text from outside (names, notes, reasons) safe inside Slack's mrkdwn."""

import re
import unicodedata
from typing import Final

from bot.slack.wording.say import Markup, say

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
