"""A stop that may be a mistake: the form that asks why, the question to other admins, and what came of it."""

from bot.services.answers.registers import StopJudged, StopQuestioned, StopShown
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, actions, button, context, field, form, section
from bot.slack.blocks.kit.reply import Reader, Reply
from bot.slack.wording import Markup, fallback, say, shown
from bot.slack.wording.setting_up import mistaken_stops as words
from bot.slack.wording.setting_up.mistaken_stops import somebody

_MOST_REASON = 500


def stopped_by_colleague(masked_number: str, user: str, stop_id: int) -> Reply:
    """To an admin: a member of the workspace who is not set up stopped a number."""
    said = say("mistaken_stops.stopped_by_colleague", user=somebody(user), number=shown(masked_number))
    press = button(say("mistaken_stops.withdraw_button"), "withdraw_stop", str(stop_id), of=masked_number)
    return Reply(fallback(said, 300), (section(said, press),))


def may_be_withdrawn(stop_id: int, masked_number: str) -> list[Block]:
    press = button(say("mistaken_stops.withdraw_button"), "withdraw_stop", str(stop_id), of=masked_number)
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
    said = f"{words.question(asked.by, shown(asked.reason, _MOST_REASON))}\n{_stop(asked.stop, reader)}"
    key = str(asked.claim_id)
    presses = [
        button(say("mistaken_stops.agree_button"), "stop_agree", key, "danger"),
        button(say("mistaken_stops.disagree_button"), "stop_disagree", key),
    ]
    return Reply(fallback(said, 300), (section(said), actions(presses)))


def judged(done: StopJudged, reader: Reader) -> Reply:
    """In place of the question, which stays; and to whoever asked it."""
    asked = f"{words.question(done.by, shown(done.reason, _MOST_REASON))}\n{_stop(done.stop, reader)}"
    said: str = words.judged(done.decided_by, is_withdrawn=done.is_withdrawn, is_still_stopped=done.is_still_stopped)
    if done.callbacks_reopened:
        said = f"{said} {say('mistaken_stops.reopened', count=done.callbacks_reopened)}"
    return Reply(fallback(said, 300), (section(asked), section(said)))


def _stop(stop: StopShown, reader: Reader) -> str:
    number = shown(stop.masked_number) if stop.masked_number else Markup("")
    return words.stop(number, reader.moment(stop.since), stop.by, stop.told_by, shown(stop.note, 300))
