"""Modals: titles, questions, hints and field errors."""

from collections.abc import Sequence

from bot.slack.wording.language import _
from bot.slack.wording.markup import Markup


def callback_title() -> str:
    return _("Call back")


def outcome_title() -> str:
    return _("Outcome")


def release_title() -> str:
    return _("Give back")


def digest_title() -> str:
    return _("Digest")


def lift_title() -> str:
    return _("Lift the hold")


def when_date() -> str:
    return _("Day, local to them")


def when_time() -> str:
    return _("Time, local to them")


def whose() -> str:
    return _("Who will call")


def mine() -> str:
    return _("I will")


def anyone() -> str:
    return _("Anyone in my team")


def note() -> str:
    return _("Note")


def note_hint() -> str:
    return _("What helps the next caller. No telephone numbers or card details.")


def note_placeholder() -> str:
    return _("Asked for the price in writing")


def reason() -> str:
    return _("Why?")


def words() -> str:
    return _("In your words")


def words_placeholder() -> str:
    return _("Only if it helps your team lead")


def why_lift() -> str:
    return _("Why may we call them again?")


def why_lift_placeholder() -> str:
    return _("Spoke to them; the complaint is settled")


def why_lift_hint() -> str:
    return _("Kept on record with your name. No telephone numbers.")


def why_lifted() -> str:
    return _("Say why you lift the hold.")


def what_came() -> str:
    return _("What was the outcome?")


def choose() -> str:
    return _("Choose an outcome")


def choose_reason() -> str:
    return _("Choose a reason.")


def choose_when() -> str:
    return _("Choose a day and a time.")


def why_not_dialled() -> str:
    return _("Say why you did not dial.")


def callback_about(name: Markup, there: str) -> str:
    asked = _("When should we call *{name}* back?").format(name=name)
    return asked + " " + _("It is {there}.").format(there=there) if there else asked


def outcome_about(name: Markup, when: Markup) -> str:
    return _("Your call to *{name}*, {when}").format(name=name, when=when)


def hour_refused(reasons: Sequence[str], next_at: str) -> str:
    """Field error, plain text. `next_at` is on the contact's clock."""
    known = _("Next lawful time: {when}.").format(when=next_at)
    return " ".join([*reasons, known if next_at else _("No later lawful time is known.")])


def takes_longer() -> str:
    return _("This takes longer than usual. The result will appear here. Do not send the form again.")


def was_saved() -> str:
    return _("Done. You can close this.")


def was_not_saved(title: str, why: str) -> str:
    """Message about a form that was closed before its answer."""
    return _("“{title}” was not saved. {why}").format(title=title, why=why)
