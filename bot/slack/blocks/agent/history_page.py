"""What came of every call to a person before, in a modal: newest first; then stops, and what opens when."""

from collections.abc import Iterator
from datetime import datetime

from bot.services.answers.calls import History, PastCall, PastStop
from bot.services.answers.reconciliation import CallIn
from bot.services.local_time import minute_from
from bot.slack.blocks.agent.nothing_callable import finished_line
from bot.slack.blocks.kit.findings import finding_lines
from bot.slack.blocks.kit.kit import Block, lines_in_sections, modal, section
from bot.slack.blocks.kit.reply import Reader
from bot.slack.wording import calls, named, own_outcomes, say, shown
from bot.slack.wording.reporting.people_rung import people_rung
from policy.vocabulary import Verdict

MOST_SECTIONS = 6


def history(found: History, reader: Reader) -> Block:
    head = section(f"*{named(found.name)}*   {shown(found.masked_number)}")
    rung = people_rung(found.rung, len(found.rung), ":rotating_light: ")
    stops = [_stop(one, reader) for one in found.stops]
    made = [line for _, line in sorted(_both_ways(found, reader), key=lambda pair: pair[0], reverse=True)]
    made = made or [say("calls.never_called")]
    made += [say("labels.and_more", count=found.earlier)] if found.earlier else []
    blocks = [
        head,
        *lines_in_sections([*rung, *stops, *made], most=MOST_SECTIONS),
        *lines_in_sections(_opens(found, reader)),
    ]
    return modal(say("calls.history"), blocks)


def _both_ways(found: History, reader: Reader) -> Iterator[tuple[datetime, str]]:
    """Calls to the contact and from them, each with its moment."""
    yield from ((one.at, _call(one, reader)) for one in found.calls)
    yield from ((one.at, call_in(one, reader)) for one in found.calls_in)


def call_in(one: CallIn, reader: Reader) -> str:
    return calls.past_call_in(reader.moment(one.at), shown(one.agent_name), is_answered=one.is_answered)


def _call(one: PastCall, reader: Reader) -> str:
    what = None if one.outcome is None else own_outcomes.said(one.outcome, one.own_name)
    line: str = calls.past_call(reader.moment(one.at), named(one.agent_name), what, shown(one.note, 300))
    line += f"\n{own_outcomes.answers(one.answers)}" if one.answers else ""
    if one.callback_due_at is None:
        return line
    return f"{line} {calls.past_callback(reader.moment(one.callback_due_at), is_open=one.is_callback_open)}"


def _stop(one: PastStop, reader: Reader) -> str:
    until = reader.moment(one.until) if one.until is not None else None
    return calls.past_stop(reader.moment(one.since), shown(one.by), until, shown(one.note, 200))


def _opens(found: History, reader: Reader) -> list[str]:
    if found.finished_because:
        return [*finished_line(found.finished_because), *finding_lines(found.because)]
    if found.verdict is Verdict.CALLABLE and found.lawful_until is not None:
        return [say("reports.allowed_until", until=reader.until(found.lawful_until, found.zone))]
    if found.callable_from is None:
        return [say("calls.refused_until", found.verdict), *finding_lines(found.because)]
    opens_at = reader.both(minute_from(found.callable_from), found.zone)
    return [calls.next_callable(opens_at), *finding_lines(found.because)]
