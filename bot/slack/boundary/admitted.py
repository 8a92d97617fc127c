"""Which users may use a listener: active users; for some also deactivated ones; for an opt-out anyone."""

from typing import Final

from bot.services.agents import Admits
from bot.slack import ids
from policy.vocabulary import Outcome

# Listeners that finish a call or give a contact back.
_FINISHING: Final = frozenset(
    {
        *(ids.outcome_button(one) for one in Outcome),
        ids.OUTCOME_MORE,
        *ids.OWN_BUTTONS,
        ids.OUTCOME_QUESTIONS,
        ids.QUESTIONS_MODAL,
        ids.RECORD_ANYWAY,
        ids.CORRECT,
        ids.ASKED_TO_STOP,
        ids.ABOUT_DATA,
        ids.UNDO,
        ids.THEY_RANG,
        ids.OUTCOME_FORM,
        ids.OUTCOME_MODAL,
        ids.CALLBACK_AT,
        ids.CALLBACK_FORM,
        ids.CALLBACK_MODAL,
        ids.RELEASE,
        ids.RELEASE_FORM,
        ids.RELEASE_MODAL,
        ids.HOME_OPENED,
    }
)
_STOPPING: Final = frozenset({ids.DNC, ids.UNDO_STOP, ids.SET_OUTCOME})


def admission_of(name: str) -> Admits:
    """The users who may use the command, button or form of this name."""
    if name in _STOPPING:
        return Admits.ANYBODY
    return Admits.SWITCHED_OFF if name in _FINISHING else Admits.AT_WORK
