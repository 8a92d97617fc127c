"""Words on buttons, and the words for states, verdicts, roles and kinds of rule."""

from typing import Final

from policy.vocabulary import OUTCOMES, ContactState, Outcome, ReleaseReason, Role, Status, Verdict

APP: Final = "Nextcall"
CALL: Final = "Call"
GIVE_BACK: Final = "Give back"
GIVE_BACK_WHY: Final = "Give back"
MORE_OUTCOMES: Final = "Other outcomes"
NOT_DIALLED: Final = "Not dialled…"
WITH_NOTE: Final = "With a note…"
GIVE_OUTCOME: Final = "Give the outcome"
UNDO: Final = "Undo"
NEXT_CONTACTS: Final = "Next contacts"
TAKE_THESE: Final = "Take these"
LIFT_HOLD: Final = "Lift hold…"
LIFT: Final = "Lift the hold"
TAKE_BACK: Final = "Take back"
SHOW_AGAIN: Final = "Show again"
SET_TIME: Final = "Set the time…"
RECORD_ANYWAY: Final = "Record no answer anyway"
ASKED_TO_STOP: Final = "Yes: do not call"
CANCEL: Final = "Cancel"
SAVE: Final = "Save"
LOADING: Final = "One moment…"
CLOSE: Final = "Close"

RELEASE_REASONS: Final = {
    ReleaseReason.BREAK: "I am taking a break",
    ReleaseReason.END_OF_SHIFT: "My shift ends",
    ReleaseReason.NOT_MY_LANGUAGE: "Not a language I speak",
    ReleaseReason.KNOWN_TO_ME: "I know this person",
    ReleaseReason.WRONG_CAMPAIGN: "Does not belong in this campaign",
    ReleaseReason.OTHER: "Something else",
}
STATES: Final = {
    ContactState.CALLABLE: "callable now",
    ContactState.LEASED: "with an agent",
    ContactState.LOCKED: "locked until later",
    ContactState.HELD: "held for a person",
    ContactState.FINISHED: "finished",
    ContactState.SUPPRESSED: "never to be called",
}
STATUSES: Final = {
    Status.LAW: "law",
    Status.PRESUMPTION: "legal presumption",
    Status.REGULATOR_POLICY: "regulator policy",
    Status.GUIDANCE: "guidance",
    Status.INDUSTRY_CODE: "industry code",
    Status.HOUSE: "house policy",
}
VERDICTS: Final = {
    Verdict.CALLABLE: "callable now",
    Verdict.LOCKED: "locked",
    Verdict.HELD: "held",
    Verdict.SUPPRESSED: "never to be called",
}
ROLES: Final = {
    Role.AGENT: "an agent",
    Role.TEAM_LEAD: "a team lead",
    Role.MANAGER: "a manager",
    Role.ADMIN: "an admin",
}
STAGES: Final = {"offered": "looking", "calling": "calling"}


def label(outcome: Outcome) -> str:
    return OUTCOMES[outcome].label


def counted(number: int, one: str, many: str = "") -> str:
    """`1 call`, `3,200 calls`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def and_more(left: int) -> str:
    return f"…and {left:,} more."


NO_NAME: Final = "no name"
