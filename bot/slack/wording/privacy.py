"""Privacy: how long names and notes are kept, and a person's data, exported or erased."""

from collections.abc import Sequence

from bot.slack.wording.say import Markup, say


def forgotten(months: int, runs: int, people: int, notes: int) -> Markup:
    """`months`: the term; 0 if none is set."""
    if not months:
        return say("privacy.never_forgotten")
    if not runs:
        return say("privacy.not_run", months=months)
    gone, written = say("privacy.forgotten_people", count=people), say("privacy.forgotten_notes", count=notes)
    return say("privacy.forgotten_deleted", people=gone, notes=written, months=months)


def confirm_asked() -> Markup:
    return say("privacy.confirm_asked", word=say("privacy.confirm_word"))


def subject_line(name: str, reference: str, campaigns: Sequence[str]) -> Markup:
    """One of several people at a number, for a menu."""
    told = [name or say("privacy.subject_line"), *([reference] if reference else []), *campaigns]
    return Markup(" · ".join(told))


def erased(people: int, numbers: int, notes: int) -> Markup:
    told = [
        say("privacy.erased", count=people),
        say("privacy.erased_numbers", count=numbers),
        say("privacy.erased_notes", count=notes),
    ]
    return say("privacy.erased_sum", what=Markup(", ".join(told)))


def kept(stops: int, attempts: int, proofs: int) -> Markup:
    told = [
        say("privacy.kept", count=stops),
        say("privacy.kept_calls", count=attempts),
        say("privacy.kept_proofs", count=proofs),
    ]
    return say("privacy.kept_sum", what=Markup(", ".join(told)))
