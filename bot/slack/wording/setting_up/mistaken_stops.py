"""The road back for a stop that was a mistake: the form, what other admins are asked, and what came of it."""

import re

from bot.services.answers.house_rules import COMMAND_LINE
from bot.slack.wording.markup import named, shown
from bot.slack.wording.say import Markup, say

_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,20}")


def somebody(user: str) -> Markup:
    """A member of the workspace who is not set up, as Slack shows them."""
    return Markup(f"<@{user}>") if _SLACK_USER.fullmatch(user) else shown(user)


def person(name: str) -> Markup:
    return say("mistaken_stops.person") if name == COMMAND_LINE else named(name)


def stop(number: Markup, since: Markup, by: str, told_by: str, note: Markup) -> Markup:
    """What is on record: `•••123, on do-not-call since Tue 24 Nov 10:00. Typed by Alice: asked us`."""
    whom = number or say("mistaken_stops.stop")
    if by or told_by:
        said = say("mistaken_stops.stop_typed", whom=whom, since=since, who=named(by) if by else somebody(told_by))
    else:
        said = say("mistaken_stops.stop_from_file", whom=whom, since=since)
    return Markup(f"{said}: {note}" if note else f"{said}.")


def question(by: str, reason: Markup) -> Markup:
    return say("mistaken_stops.question", person=person(by), reason=reason)


def judged(decided_by: str, *, is_withdrawn: bool, is_still_stopped: bool) -> Markup:
    """What was decided, and by whom; without a name, that the stop had ended otherwise."""
    if is_withdrawn:
        said = say("mistaken_stops.judged_withdrawn", person=person(decided_by))
        then = say("mistaken_stops.another_stop")
        return Markup(f"{said} {then}") if is_still_stopped else said
    if decided_by:
        return say("mistaken_stops.judged_kept", person=person(decided_by))
    return say("mistaken_stops.judged")
