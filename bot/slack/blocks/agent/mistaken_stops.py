"""A stop that may be a mistake: the form that asks why, the question to other admins, and what came of it."""

import re

from bot.services.answers.registers import StopJudged, StopQuestioned, StopShown
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, Reader, Reply, actions, button, context, field, form, section
from bot.slack.wording import Markup, fallback, say, shown
from bot.slack.wording.labels import person
from bot.slack.wording.say import named

_MOST_REASON = 500
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,20}")


def stopped_by_colleague(masked_number: str, user: str, stop_id: int) -> Reply:
    """To an admin: a member of the workspace who is not set up stopped a number."""
    said = say("mistaken_stops.stopped_by_colleague", user=_somebody(user), number=shown(masked_number))
    press = button(say("admin_lists.withdraw"), "withdraw_stop", str(stop_id), of=masked_number)
    return Reply(fallback(said, 300), (section(said, press),))


def may_be_withdrawn(stop_id: int, masked_number: str) -> list[Block]:
    press = button(say("admin_lists.withdraw"), "withdraw_stop", str(stop_id), of=masked_number)
    return [section(say("mistaken_stops.may_be_withdrawn"), press)]


def reason_form(stop: StopShown, reader: Reader, metadata: str) -> Block:
    blocks = [
        section(_stop(stop, reader)),
        context(say("mistaken_stops.about")),
        field(
            ids.WORDS,
            say("mistaken_stops.reason_asked"),
            inputs.lines(most=_MOST_REASON),
            say("mistaken_stops.reason_hint"),
        ),
    ]
    return form(say("mistaken_stops.form_title"), blocks, "withdraw_stop", metadata, say("mistaken_stops.ask_button"))


def question(asked: StopQuestioned, reader: Reader) -> Reply:
    """To another admin."""
    said = _question(asked.by, asked.reason, asked.stop, reader)
    key = str(asked.claim_id)
    presses = [
        button(say("mistaken_stops.agree_button"), "stop_agree", key, "danger"),
        button(say("mistaken_stops.disagree_button"), "stop_disagree", key),
    ]
    return Reply(fallback(said, 300), (section(said), actions(presses)))


def judged(done: StopJudged, reader: Reader) -> Reply:
    """In place of the question, which stays; and to whoever asked it."""
    asked = _question(done.by, done.reason, done.stop, reader)
    how = "withdrawn" if done.is_withdrawn else done.decided_by and "kept"
    said: str = say("mistaken_stops.judged", how, person=person(done.decided_by))
    if done.is_withdrawn and done.is_still_stopped:
        said = f"{said} {say('mistaken_stops.another_stop')}"
    if done.callbacks_reopened:
        said = f"{said} {say('reports.callbacks_reopened', count=done.callbacks_reopened)}"
    return Reply(fallback(said, 300), (section(asked), section(said)))


def _question(by: str, reason: str, stop: StopShown, reader: Reader) -> str:
    asked = say("mistaken_stops.question", person=person(by), reason=shown(reason, _MOST_REASON))
    return f"{asked}\n{_stop(stop, reader)}"


def _stop(stop: StopShown, reader: Reader) -> str:
    """What is on record: `•••123, on do-not-call since Tue 24 Nov 10:00. Typed by Alice: asked us`."""
    whom, since = shown(stop.masked_number) or say("mistaken_stops.stop"), reader.moment(stop.since)
    if stop.by or stop.told_by:
        who = named(stop.by) if stop.by else _somebody(stop.told_by)
        said = say("mistaken_stops.stop_typed", whom=whom, since=since, who=who)
    else:
        said = say("mistaken_stops.stop_from_file", whom=whom, since=since)
    return f"{said}: {shown(stop.note, 300)}" if stop.note else f"{said}."


def _somebody(user: str) -> Markup:
    """A member of the workspace who is not set up, as Slack shows them."""
    return Markup(f"<@{user}>") if _SLACK_USER.fullmatch(user) else shown(user)
