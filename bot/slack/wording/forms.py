"""Modals: titles, questions, hints and field errors."""

from collections.abc import Sequence

from bot.slack.wording.say import Markup, say


def callback_about(name: Markup, there: str) -> Markup:
    asked = say("forms.callback_about", name=name)
    return Markup(asked + " " + say("forms.callback_about_there", there=Markup(there))) if there else asked


def unusual_hour(name: Markup, when: str, why: Sequence[str]) -> Markup:
    """Asks about a callback's time before it is agreed. `when` is on the contact's clock."""
    return say(
        "forms.unusual_hour",
        name=name,
        when=Markup(when),
        reasons=Markup(", ".join(say("forms.unusual", one) for one in why)),
    )


def hour_refused(reasons: Sequence[str], next_at: str) -> Markup:
    """Field error, plain text. `next_at` is on the contact's clock."""
    known = say("forms.hour_refused", when=Markup(next_at))
    return Markup(" ".join([*reasons, known if next_at else say("forms.no_later_time")]))
