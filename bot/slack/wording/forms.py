"""Modals: titles, questions, hints and field errors."""

from collections.abc import Sequence
from typing import Final

from bot.slack.blocks.text import Markup

CALLBACK_TITLE: Final = "Call back"
OUTCOME_TITLE: Final = "Outcome"
RELEASE_TITLE: Final = "Give back"
DIGEST_TITLE: Final = "Digest"
LIFT_TITLE: Final = "Lift the hold"
WHEN_DATE: Final = "Day, where they are"
WHEN_TIME: Final = "Time, on their clock"
WHOSE: Final = "Who calls"
MINE: Final = "I will"
ANYONE: Final = "Anyone of my team"
NOTE: Final = "Note"
NOTE_HINT: Final = "What helps the next caller. No telephone numbers or card details."
NOTE_PLACEHOLDER: Final = "Asked for the price in writing"
REASON: Final = "Why?"
WORDS: Final = "In your words"
WORDS_PLACEHOLDER: Final = "Only if it helps your team lead"
WHY_LIFT: Final = "Why may they be called again?"
WHY_LIFT_PLACEHOLDER: Final = "Spoke to them; the complaint is settled"
WHY_LIFT_HINT: Final = "Kept on record with your name. No telephone numbers."
WHY_LIFTED: Final = "Say in a few words why the hold is lifted."
WHAT_CAME: Final = "What came of the call?"
CHOOSE: Final = "Choose an outcome"
CHOOSE_REASON: Final = "Choose a reason."
CHOOSE_WHEN: Final = "Choose a day and a time."
WHY_NOT_DIALLED: Final = "Say in a few words why it was not dialled."


def callback_about(name: Markup, there: str) -> str:
    return f"When shall *{name}* be called back?" + (f" It is {there}." if there else "")


def outcome_about(name: Markup, when: Markup) -> str:
    return f"Your call to *{name}*, {when}"


def hour_refused(reasons: Sequence[str], next_at: str) -> str:
    """A field error: plain text. `next_at` is on the person's clock."""
    why = " ".join(reasons)
    return f"{why} The first time allowed after that is {next_at}." if next_at else f"{why} No later time is known."
