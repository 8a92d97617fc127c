"""Slack's payloads as typed values, and the text after a command: counts, campaigns, teams, days, outcomes, numbers.

Refuses what it cannot read, such as old buttons or forged forms.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from bot.services.errors import UnknownOutcome
from bot.slack import ids
from bot.slack.delivery.second_tries import SecondTries
from bot.slack.wording.say import words_for

Body = dict[str, Any]


_WRITTEN = ("", "thread_broadcast")  # subtypes of messages a user wrote; a file comes as an event of its own
_DIRECT = "D"  # how ids of direct messages begin


class Unreadable(Exception):
    """A button or form that this version does not produce: from an older message, or forged."""


def whole(text: str) -> int:
    """The text as an id or a count. Raises Unreadable."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Unreadable
    return int(text)


class Surface(StrEnum):
    """The place a request came from, which decides how it is answered."""

    COMMAND = "command"
    CARDS = "cards"  # an ephemeral message
    DIRECT = "direct"  # a message that stays
    HOME = "home"
    DESK = "desk"  # the direct message in which the actor works
    NOWHERE = "nowhere"  # an event

    @property
    def is_desk(self) -> bool:
        """Whether the actor's cards stand here and can be drawn anew at any time."""
        return self in (Surface.HOME, Surface.DESK)


@dataclass(frozen=True, slots=True)
class Asking:
    """A Slack user's request. `said`: a command's text, a button's value, a menu's choice, or a form's subject."""

    slack_team_id: str
    slack_user_id: str
    said: str
    surface: Surface
    response_url: str = ""
    trigger_id: str = ""
    view_id: str = ""  # the modal of the press or submission; empty elsewhere
    open_id: str = ""  # the modal that is still open: the one pressed in, or the one below a submitted form
    notes: Mapping[str, str] = field(default_factory=dict)  # as written on the cards of calls, by block_id
    message: str = ""  # channel and ts of the message pressed, or from which the form was opened
    heard_at: datetime | None = None  # start of the response_url's life
    tries: SecondTries | None = field(default=None, compare=False, repr=False)  # repeats answers that fail

    @property
    def number(self) -> int:
        """The button's one id. Raises Unreadable."""
        return whole(self.said)

    @property
    def opens_form(self) -> bool:
        """Whether the outcome pressed has a form, which opens first."""
        return self.said.endswith("?")

    @property
    def retries(self) -> SecondTries:
        return self.tries or SecondTries()

    def note_on(self, attempt_id: int) -> str:
        """What is written on the card of a call; empty if nothing is."""
        return self.notes.get(ids.note_on(attempt_id), "")

    def heard(self, tries: SecondTries) -> "Asking":
        """A copy that has been received: stamped with the time, and with `tries` for answers that fail."""
        return replace(self, heard_at=self.heard_at or tries.now(), tries=tries)

    def remembered(self, subject: int | str | None = None) -> str:
        """A modal's private_metadata: the form's subject, else what was pressed, and where to show the answer."""
        said = self.said if subject is None else str(subject)
        kept = {"id": said, "at": self.surface.value, "url": self.response_url, "in": self.message}
        if self.heard_at is not None:
            kept["since"] = self.heard_at.isoformat()
        return json.dumps(kept, ensure_ascii=False)  # Slack counts characters


@dataclass(frozen=True, slots=True)
class Form:
    """A form's values, by block_id. `drawn`: those with which it was opened."""

    values: dict[str, dict[str, Any]]
    first_field: str
    drawn: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_drawn(self) -> "Form":
        """The same form before anybody filled it in."""
        return Form(self.drawn, self.first_field)

    def text(self, block_id: str) -> str:
        return _storable(str(self._slot(block_id).get("value") or "")).strip()

    def choice(self, block_id: str) -> str:
        """The chosen option's value; empty if none."""
        return str((self._slot(block_id).get("selected_option") or {}).get("value") or "")

    def id_of(self, block_id: str) -> int | None:
        """The chosen option's value as an id; None if there is none, or if it is a word."""
        chosen = self.choice(block_id)
        return int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else None

    def choices(self, block_id: str) -> tuple[str, ...]:
        """The values of all chosen options."""
        return tuple(str(one["value"]) for one in self._slot(block_id).get("selected_options") or ())

    def users(self, block_id: str) -> tuple[str, ...]:
        return tuple(str(one) for one in self._slot(block_id).get("selected_users") or ())

    def files(self, block_id: str) -> tuple[tuple[str, str], ...]:
        """The id and name of each uploaded file."""
        files = self._slot(block_id).get("files") or ()
        return tuple((str(one["id"]), _storable(str(one.get("name") or ""))) for one in files)

    def channel(self, block_id: str) -> str:
        """The chosen channel; empty if none."""
        return str(self._slot(block_id).get("selected_conversation") or "")

    def has(self, block_id: str) -> bool:
        """Whether the form had this field."""
        return block_id in self.values

    def day(self, block_id: str) -> date | None:
        chosen = self._slot(block_id).get("selected_date")
        return date.fromisoformat(chosen) if chosen else None

    def time_of_day(self, block_id: str) -> time | None:
        chosen = self._slot(block_id).get("selected_time")
        return time.fromisoformat(chosen) if chosen else None

    def _slot(self, block_id: str) -> dict[str, Any]:
        slot: dict[str, Any] = self.values.get(block_id, {}).get(ids.INPUT, {})
        return slot


def from_command(body: Body) -> Asking:
    return Asking(
        slack_team_id=body.get("team_id") or "",
        slack_user_id=body["user_id"],
        said=_storable(body.get("text") or ""),
        surface=Surface.COMMAND,
        response_url=body.get("response_url") or "",
        trigger_id=body.get("trigger_id") or "",
    )


def from_press(body: Body) -> Asking:
    pressed, container = body["actions"][0], body.get("container") or {}
    chosen, is_view = pressed.get("selected_option") or {}, container.get("type") == "view"
    surface = Surface.HOME if is_view else Surface.CARDS if container.get("is_ephemeral") else Surface.DIRECT
    message = "" if is_view else f"{container.get('channel_id') or ''}:{container.get('message_ts') or ''}"
    # The notes on cards of the pressed message or Home.
    state = (body.get("view") or {}).get("state") or body.get("state") or {}
    found = ((name, (block or {}).get(ids.INPUT) or {}) for name, block in (state.get("values") or {}).items())
    written = ((name, _storable(str(one.get("value") or "")).strip()) for name, one in found)
    return Asking(
        slack_team_id=_team(body),
        slack_user_id=body["user"]["id"],
        said=str(pressed.get("value") or chosen.get("value") or pressed.get("selected_user") or ""),
        surface=surface,
        response_url=body.get("response_url") or "",
        trigger_id=body.get("trigger_id") or "",
        view_id=_modal(body),
        open_id=_modal(body),
        notes={name: text for name, text in written if text and name.startswith(ids.note_on(0)[:-1])},
        message=message,
    )


def from_submission(body: Body) -> tuple[Asking, Form]:
    view = body["view"]
    try:
        kept = json.loads(view.get("private_metadata") or "")
        subject, surface, url = str(kept["id"]), Surface(kept["at"]), str(kept["url"])
        since = datetime.fromisoformat(kept["since"]) if "since" in kept else None
    except (ValueError, TypeError, KeyError) as cause:
        raise Unreadable from cause
    asking = Asking(
        slack_team_id=_team(body),
        slack_user_id=body["user"]["id"],
        said=subject,
        surface=surface,
        response_url=url,
        trigger_id=body.get("trigger_id") or "",
        view_id=str(view.get("id") or ""),
        open_id=str(view.get("previous_view_id") or ""),
        message=str(kept.get("in") or ""),
        heard_at=since,
    )
    return asking, Form(view["state"]["values"], first_field(body), _drawn(view))


def from_event(body: Body) -> Asking:
    """Reads an event. A message or file is answered in its conversation, any other event on Home. No text is kept.

    Of a shared file, `said` is its id, and `message` the same at each delivery of the event.
    """
    event = body["event"]
    if event["type"] == "file_shared":
        share = f"{event['channel_id']}:{event['event_ts']}:{event['file_id']}"
        return Asking(body.get("team_id") or "", event["user_id"], event["file_id"], Surface.DIRECT, message=share)
    surface = Surface.DIRECT if event["type"] == "message" else Surface.NOWHERE
    return Asking(body.get("team_id") or "", event["user"], event.get("tab") or "", surface)


def is_of_a_person(event: dict[str, Any]) -> bool:
    """Whether a user wrote the message or shared the file with the app: not a bot's, edited, deleted, or Slack's
    own."""
    if event.get("type") == "file_shared":
        return bool(event.get("user_id")) and str(event.get("channel_id") or "").startswith(_DIRECT)
    return bool(event.get("user")) and not event.get("bot_id") and event.get("subtype", "") in _WRITTEN


def is_in_channel(event: dict[str, Any]) -> bool:
    """Whether a user shared a file in a channel of the app, not with the app."""
    is_shared = event.get("type") == "file_shared" and bool(event.get("user_id"))
    return is_shared and not str(event.get("channel_id") or _DIRECT).startswith(_DIRECT)


def _drawn(view: Body) -> dict[str, dict[str, Any]]:
    """What each field held at first, in the shape in which Slack sends what it holds."""
    found = dict[str, dict[str, Any]]()
    for block in view["blocks"]:
        if block["type"] == "input":
            parts = ((name.partition("initial_")[2], value) for name, value in (block.get("element") or {}).items())
            held = {name if name == "value" else f"selected_{name}": value for name, value in parts if name}
            found[block["block_id"]] = {ids.INPUT: held}
    return found


def first_field(body: Body) -> str:
    """The first field, which shows errors that belong to no field."""
    fields = (block["block_id"] for block in body["view"]["blocks"] if block["type"] == "input")
    return next(fields, "")


def _modal(body: Body) -> str:
    view = body.get("view") or {}
    return str(view.get("id") or "") if view.get("type") == "modal" else ""


def _team(body: Body) -> str:
    """The user's Slack team: in a channel shared with another workspace it is not that of the app.

    `team` is null for an app installed on a whole Slack organisation. There a user may be in several of its teams.
    """
    of_app, own = (body.get("team") or {}).get("id") or "", body["user"].get("team_id") or ""
    return of_app if of_app and (body.get("enterprise") or not own) else own


def _storable(text: str) -> str:
    """The text without characters a database refuses: NUL (PostgreSQL) and lone surrogates (UTF-8)."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


# Numbers copied from an address book carry direction marks and non-breaking spaces.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_TEL_LINK = re.compile(r"<tel:[^>]*>")
_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-/]*")
_COUNT = re.compile(r"([+-]?\d+)(?:\s+|$)")
_QUOTES = tuple("\"'“”„‘’‚«»")
_NAMED_DAYS = ("today", "yesterday")
_FEWEST_DIGITS = 5  # fewer is not a number, and may begin a note
_MOST_DIGITS_IN_COUNT = 9
_LONGEST_OUTCOME = 4  # words in the longest label


def tidy_text(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text).split())


def is_help(text: str) -> bool:
    """Whether the text asks for help. A name that reads like `help` stands in quotes."""
    return tidy_text(text).casefold() in words_for("help")


def rules_wanted(text: str) -> str | None:
    """The campaign after `rules`, empty for the person's own; None if the text does not ask for rules."""
    word, _, campaign = tidy_text(text).partition(" ")
    return strip_quotes(campaign) if word.casefold() in words_for("rules") else None


def parse_wanted(text: str) -> tuple[int | None, str]:
    """The count, if one is given, and the campaign: of `3`, `3 Energy switch`, `Energy switch` or `"2024 renewals"`."""
    said = tidy_text(text)
    found = _COUNT.match(said)
    if found and len(found[1].lstrip("+-")) <= _MOST_DIGITS_IN_COUNT:
        return int(found[1]), strip_quotes(said[found.end() :])
    return None, strip_quotes(said)


def number_first(text: str) -> tuple[str, str]:
    """The leading number and the rest. Without a number: empty, and the whole text."""
    said = tidy_text(text)
    link = _TEL_LINK.match(said)
    if link:
        return link[0], said[link.end() :].strip()
    found = _NUMBER.match(said)
    if found and sum(one.isdigit() for one in found[0]) >= _FEWEST_DIGITS:
        return found[0].strip(), said[found.end() :].strip()
    return "", said


def outcome_and_note(text: str, parse: Callable[[str], object], own_names: Sequence[str] = ()) -> tuple[str, str]:
    """The longest leading words that name an outcome, and the rest as the note. Raises UnknownOutcome.

    `someone else answered, rang off` is *Someone else answered* with a note, although `someone` alone matches too.
    """
    longest = max([_LONGEST_OUTCOME, *(len(one.split()) for one in own_names)])
    words = text.split()
    refusals = []
    for most in range(min(len(words), longest), 0, -1):
        said = " ".join(words[:most]).rstrip(",.;:-")
        try:
            parse(said)
        except UnknownOutcome as refusal:
            refusals.append(refusal)
        else:
            return said, " ".join(words[most:]).lstrip("-–: ")
    ambiguous = [one for one in refusals if one.candidates]
    raise (ambiguous or refusals)[-1] if refusals else UnknownOutcome("", ())


def team_and_day(text: str) -> tuple[str, str]:
    """The team, and the day as typed or empty for now: of `Energy`, `Energy on 2026-11-20`, `on 2026-11-20`,
    `Energy yesterday` or `Energy gestern`. A quoted text is a team."""
    said = tidy_text(text)
    words = said.split()
    if said.startswith(_QUOTES) and said.endswith(_QUOTES):
        return strip_quotes(said), ""
    for at in range(len(words) - 2, -1, -1):
        # A team's name may have this word of another language, as in *Agence le Havre*.
        then, is_on = words[at + 1], words[at].casefold() in words_for("on")
        if words[at].lower() == "on" or (is_on and (then[:1].isdigit() or _day(then) in _NAMED_DAYS)):
            return strip_quotes(" ".join(words[:at])), _day(" ".join(words[at + 1 :]))
    if words and (day := _day(words[-1])) in _NAMED_DAYS:
        return strip_quotes(" ".join(words[:-1])), day
    return strip_quotes(said), ""


def _day(typed: str) -> str:
    return next((day for day in _NAMED_DAYS if typed.casefold() in words_for(day)), typed)


def strip_quotes(text: str) -> str:
    return tidy_text(text).strip("".join(_QUOTES)).strip()
