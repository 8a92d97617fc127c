"""Every action_id, block_id and callback_id, once. What a button carries is an opaque id, never a number."""

from typing import Final

from policy.vocabulary import Outcome

# buttons and menus
CALL: Final = "call"  # value: lease
RELEASE_FORM: Final = "release_form"  # value: lease
OUTCOME_MORE: Final = "outcome_more"  # option: attempt:outcome
OUTCOME_FORM: Final = "outcome_form"  # value: attempt
NOT_DIALLED_FORM: Final = "not_dialled_form"  # value: attempt:outcome
CALLBACK_FORM: Final = "callback_form"  # value: attempt
RECORD_ANYWAY: Final = "record_anyway"  # value: attempt:outcome
ASKED_TO_STOP: Final = "asked_to_stop"  # value: attempt
UNDO: Final = "undo"  # value: attempt
NEXT_CONTACTS: Final = "next_contacts"  # value: how many
TAKE_THESE: Final = "take_these"  # value: contacts
LIFT_FORM: Final = "lift_form"  # value: contact:team
DIGEST_FORM: Final = "digest_form"  # value: team:day
TAKE_BACK: Final = "take_back"  # value: lease:team

# modals
RELEASE_MODAL: Final = "release"
OUTCOME_MODAL: Final = "outcome"
CALLBACK_MODAL: Final = "callback"
LIFT_MODAL: Final = "lift"

# input blocks; every input's own action_id is INPUT
REASON: Final = "reason"
WORDS: Final = "words"
OUTCOME: Final = "outcome_chosen"
NOTE: Final = "note"
ON: Final = "on"
AT: Final = "at"
WHOSE: Final = "whose"
INPUT: Final = "input"

MINE: Final = "mine"
ANYONE: Final = "anyone"

# commands and events
NEXTCALL: Final = "/nextcall"
SET_OUTCOME: Final = "/outcome"
TEAMSTATUS: Final = "/teamstatus"
CALLCHECK: Final = "/callcheck"
DNC: Final = "/dnc"
HOME_OPENED: Final = "app_home_opened"


def outcome_button(outcome: Outcome) -> str:
    """The action of the button that records this outcome at one press. Its value: attempt."""
    return f"outcome_{outcome}"
