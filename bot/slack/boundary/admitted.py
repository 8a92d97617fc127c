"""Whose commands, presses and forms are heard: those at work; for some also those switched off; for a stop anybody."""

from typing import Final

from bot.services.agents import Admits
from bot.slack import ids
from policy.vocabulary import Outcome

# What finishes a call or gives a contact back.
_FINISHING: Final = frozenset(
    {
        *(ids.outcome_button(one) for one in Outcome),
        ids.OUTCOME_MORE,
        ids.RECORD_ANYWAY,
        ids.CORRECT,
        ids.ASKED_TO_STOP,
        ids.UNDO,
        ids.OUTCOME_FORM,
        ids.NOT_DIALLED_FORM,
        ids.OUTCOME_MODAL,
        ids.CALLBACK_FORM,
        ids.CALLBACK_MODAL,
        ids.RELEASE_FORM,
        ids.RELEASE_MODAL,
        ids.HOME_OPENED,
    }
)
_STOPPING: Final = frozenset({ids.DNC, ids.SET_OUTCOME})


def admits(name: str) -> Admits:
    """Who may use a command, a button or a form of this name."""
    if name in _STOPPING:
        return Admits.ANYBODY
    return Admits.SWITCHED_OFF if name in _FINISHING else Admits.AT_WORK
