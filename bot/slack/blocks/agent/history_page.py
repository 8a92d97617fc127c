"""What came of every call to a person before, in a modal: newest first; then stops, and what opens when."""

from bot.services.answers.calls import History, PastCall, PastStop
from bot.services.answers.own_outcomes import Value
from bot.services.answers.reconciliation import CallIn
from bot.services.local_time import minute_from
from bot.slack.blocks.agent.nothing_callable import finished_line
from bot.slack.blocks.kit.findings import finding_lines
from bot.slack.blocks.kit.kit import Block, Reader, lines_in_sections, modal, section
from bot.slack.wording.digests import people_rung
from bot.slack.wording.labels import said_outcome
from bot.slack.wording.say import named, say, shown
from policy.vocabulary import Verdict

MOST_SECTIONS = 6

_ANSWER = 200  # characters of an answer that is shown


def history(found: History, reader: Reader) -> Block:
    head = section(f"*{named(found.name)}*   {shown(found.masked_number)}")
    rung = people_rung(found.rung, len(found.rung), ":rotating_light: ")
    stops = [_stop(one, reader) for one in found.stops]
    both_ways = [(one.at, _call(one, reader)) for one in found.calls]
    both_ways += [(one.at, call_in(one, reader)) for one in found.calls_in]
    made = [line for _, line in sorted(both_ways, key=lambda pair: pair[0], reverse=True)] or [
        say("calls.never_called")
    ]
    made += [say("labels.and_more", count=found.earlier)] if found.earlier else []
    before = lines_in_sections([*rung, *stops, *made], most=MOST_SECTIONS)
    return modal(say("calls.history"), [head, *before, *lines_in_sections(_opens(found, reader))])


def call_in(one: CallIn, reader: Reader) -> str:
    agent = shown(one.agent_name)
    how = "unanswered" if not one.is_answered else None if agent else "unknown"
    return say("calls.past_call_in", how, when=reader.moment(one.at), agent=agent)


def _call(one: PastCall, reader: Reader) -> str:
    what = say("reports.no_outcome") if one.outcome is None else said_outcome(one.outcome, one.own_name)
    line = f"• {reader.moment(one.at)}, {named(one.agent_name)}: *{what}*"
    line += f". {shown(one.note, 300)}" if one.note else ""
    answers = (f"{shown(each.question, 100)} {shown(_value(each.value), _ANSWER)}" for each in one.answers)
    line += "\n" + " · ".join(answers) if one.answers else ""
    due = None if one.callback_due_at is None else reader.moment(one.callback_due_at)
    return line if due is None else f"{line} {say('calls.past_callback', one.is_callback_open and 'open', when=due)}"


def _value(answer: Value) -> str:
    if isinstance(answer, bool):
        return say("own_outcomes.yes") if answer else say("own_outcomes.no")
    return str(answer)


def _stop(one: PastStop, reader: Reader) -> str:
    said = [say("calls.past_stop", since=reader.moment(one.since))]
    said += [say("calls.past_stop_by", by=shown(one.by))] if one.by else []
    said += [say("calls.past_stop_until", when=reader.moment(one.until))] if one.until is not None else []
    return " ".join(filter(None, [*said, shown(one.note, 200)]))


def _opens(found: History, reader: Reader) -> list[str]:
    if found.finished_because:
        return [*finished_line(found.finished_because), *finding_lines(found.because)]
    if found.verdict is Verdict.CALLABLE and found.lawful_until is not None:
        return [say("reports.allowed_until", until=reader.until(found.lawful_until, found.zone))]
    if found.callable_from is None:
        return [say("calls.refused_until", found.verdict), *finding_lines(found.because)]
    opens_at = reader.both(minute_from(found.callable_from), found.zone)
    return [say("calls.next_callable", when=opens_at), *finding_lines(found.because)]
