"""Block ids and values that a screen writes and a form reads back, and ids that are made.

An action's own id stands in its row (`bot/slack/listeners`) and on the screen that shows it. Buttons carry opaque ids,
never telephone numbers.
"""

from typing import Final

from policy.vocabulary import Outcome

# input blocks; every input's own action_id is INPUT
REASON: Final = "reason"
WORDS: Final = "words"
OUTCOME: Final = "outcome_chosen"
NOTE: Final = "note"
ON: Final = "on"
AT: Final = "at"
WHOSE: Final = "whose"
WHO: Final = "who"
WHAT: Final = "what"
REMINDERS: Final = "reminders"
INPUT: Final = "input"
NAME: Final = "name"
FORGET: Final = "forget_after"
WARN: Final = "warn_days"
CHANNEL: Final = "channel"
ZONE: Final = "zone"
USERS: Final = "users"
ROLE: Final = "role"
TEAM: Final = "team"
OTHER_TEAMS: Final = "other_teams"
DIAL_WITH: Final = "dial_with"
FROM: Final = "from"
UNTIL: Final = "until"
ACTIVE: Final = "active"
PRINCIPAL: Final = "principal"
COUNTRY: Final = "country"
SHOWN: Final = "number_shown"
CAMPAIGN_CHOSEN: Final = "campaign_chosen"
OFFERED: Final = "offered"
OWN_AS_BUTTONS: Final = "own_as_buttons"
OWN_IN_MENU: Final = "own_in_menu"
COUNTS_AS: Final = "counts_as"
CAMPAIGNS: Final = "campaigns"
NUMBER: Final = "number"
REGION: Final = "region"
POSTCODE: Final = "postcode"
CITY: Final = "city"
STOP: Final = "stop"
CONFIRM: Final = "confirm"
FILE: Final = "file"
CAMPAIGN: Final = "campaign"
LIST_NAME: Final = "list_name"
BASIS: Final = "basis"
STATED: Final = "stated"
SHEET: Final = "sheet"
DATES: Final = "dates"
NUMBERS_FROM: Final = "numbers_from"
TOLD: Final = "told"
ASSESSED: Final = "assessed"
REGISTERS: Final = "registers"
OBTAINED: Final = "obtained"
HOLDS: Final = "holds"
DESPITE: Final = "despite"
SCREENED: Final = "screened:"  # a register follows
ASKED: Final = "asked:"  # its place follows, as of the next three
KIND: Final = "kind:"
CHOICES: Final = "choices:"
REQUIRED: Final = "required:"
QUESTION: Final = "question:"  # what tells it from others follows
PRESET: Final = "preset"
CALLBACKS: Final = "callbacks"
COLUMN: Final = "column:"  # its place follows

YES: Final = "yes"
NO: Final = "no"
NONE: Final = "none"
MINE: Final = "mine"
ANYONE: Final = "anyone"
BACK: Final = "back"
NOTE_IS_STOP: Final = "stop"
NOTE_IS_NOTHING: Final = "nothing"

MOMENT: Final = "%Y-%m-%dT%H:%M:%S"  # a moment in a button's value, UTC
LOCAL: Final = "%Y-%m-%dT%H:%M"  # a time in a menu's value, on the contact's clock

# actions of one row each that Slack wants told apart
OWN_BUTTONS: Final = ("own_outcome_1", "own_outcome_2")
DIGEST_DAYS: Final = ("digest_form", *(f"digest_form_{days}" for days in range(1, 7)))  # the newest first


def note_on(attempt_id: int) -> str:
    """The block_id of the note on a call's card."""
    return f"{NOTE}:{attempt_id}"


def outcome_button(outcome: Outcome) -> str:
    """The action_id of the button that records this outcome. Its value: attempt."""
    return f"outcome_{outcome}"
