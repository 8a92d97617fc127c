"""Modals: titles, questions, hints and field errors."""

from collections.abc import Sequence
from typing import Final

from bot.slack.wording.language import N_, _, sentence
from bot.slack.wording.markup import Markup

callback_title = sentence("Call back")
outcome_title = sentence("Outcome")
release_title = sentence("Say why")
digest_title = sentence("Digest")
lift_title = sentence("Lift the hold")
when_date = sentence("Day, local to them")
when_time = sentence("Time, local to them")
whose = sentence("Who will call")
agree_anyway = sentence("Agree anyway")
mine = sentence("I will")
anyone = sentence("Anyone in my team")
note = sentence("Note")
note_hint = sentence("What helps the next caller. No telephone numbers or card details.")
note_placeholder = sentence("Asked for the price in writing")
reason = sentence("Why?")
words = sentence("In your words")
words_placeholder = sentence("Only if it helps your team lead")
why_lift = sentence("Why may we call them again?")
why_lift_placeholder = sentence("Spoke to them; the complaint is settled")
why_lift_hint = sentence("Kept on record with your name. No telephone numbers.")
why_lifted = sentence("Say why you lift the hold.")
what_came = sentence("What was the outcome?")
choose = sentence("Choose an outcome")
choose_reason = sentence("Choose a reason.")
choose_when = sentence("Choose a day and a time.")
why_not_dialled = sentence("Say why you did not dial.")
takes_longer = sentence("This takes longer than usual. The result will appear here. Do not send the form again.")
no_later_time = sentence("No later lawful time is known.")
was_saved = sentence("Done. You can close this.")


def callback_about(name: Markup, there: str) -> str:
    asked = _("When should we call *{name}* back?").format(name=name)
    return asked + " " + _("It is {there}.").format(there=there) if there else asked


_UNUSUAL: Final = {
    "early": N_("before 08:00"),
    "late": N_("20:00 or later"),
    "sunday": N_("a Sunday"),
    "holiday": N_("a holiday there"),
}


def unusual_hour(name: Markup, when: str, why: Sequence[str]) -> Markup:
    """Asks about a callback's time before it is agreed. `when` is on the contact's clock."""
    said = _(":warning: *{when}* on their clock: {reasons}. Did *{name}* name this time? If not, choose another.")
    return Markup(said.format(name=name, when=when, reasons=", ".join(_(_UNUSUAL[one]) for one in why)))


def outcome_about(name: Markup, when: Markup) -> str:
    return _("Your call to *{name}*, {when}").format(name=name, when=when)


def hour_refused(reasons: Sequence[str], next_at: str) -> str:
    """Field error, plain text. `next_at` is on the contact's clock."""
    known = _("Next lawful time: {when}.").format(when=next_at)
    return " ".join([*reasons, known if next_at else no_later_time()])


def was_not_saved(title: str, why: str) -> str:
    """Message about a form that was closed before its answer."""
    return _("“{title}” was not saved. {why}").format(title=title, why=why)
