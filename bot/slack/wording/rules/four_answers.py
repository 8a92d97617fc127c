"""/callcheck rules: the four questions about a campaign's country, each with its answer."""

from collections.abc import Sequence

from bot.slack.wording.say import Markup, say


def limits(status: str, says: Sequence[str], whom: Markup) -> Markup:
    """`House policy: at most 1 attempt in one day, at most 2 attempts in 7 days, for the person.`"""
    said = say("four_answers.limits", status=Markup(status), limits=Markup(", ".join(says)), whom=whom)
    return Markup(f"{said[:1].upper()}{said[1:]}")


def helps(titles: Sequence[str]) -> Markup:
    return say(
        "four_answers.can_satisfy",
        titles=Markup(", ".join(say("four_answers.helps", title=Markup(title)) for title in titles)),
    )


def fine(says: str, title: Markup) -> Markup:
    return Markup(f"{says[:1].upper()}{says[1:]} ({title}).")


def other_campaigns(names: Sequence[Markup]) -> Markup:
    return say("four_answers.other_campaigns", names=Markup(", ".join(names)))
