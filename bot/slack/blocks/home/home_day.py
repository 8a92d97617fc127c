"""On Home: the actor's own day, and the last audits of the teams they answer for."""

from collections.abc import Sequence
from datetime import timedelta

from bot.services.answers.teams import DigestDay, LastDigest, OwnCallback, OwnDay, OwnFigures, RecentStop, Tally
from bot.slack import ids
from bot.slack.blocks.kit.kit import (
    Block,
    Element,
    actions,
    button,
    context,
    divider,
    header,
    lines_in_sections,
    section,
)
from bot.slack.blocks.kit.reply import Reader
from bot.slack.wording import named, preferences, say, shown

MOST_WITH_DAYS = 10  # teams whose days are shown: Home has room for more besides


def own_day(day: OwnDay, reader: Reader) -> list[list[Block]]:
    """Callbacks by time, on both clocks, then today's figures."""
    callbacks = [_callback(one, reader) for one in day.callbacks] or [say("preferences.no_callbacks")]
    groups = [[header(say("preferences.own_callbacks")), *lines_in_sections(callbacks)]]
    if day.figures is not None:
        groups.append([header(say("preferences.own_today")), *_figures(day.figures)])
    return groups


def stops(day: OwnDay, reader: Reader, line: Sequence[Block]) -> list[list[Block]]:
    """Each do-not-call that can still be taken back, unless the line of what just happened has that button."""
    said = {(one.get("action_id"), one.get("value")) for one in (block.get("accessory") or {} for block in line)}
    found = [_stop(one, reader) for one in day.stops if one.undo_until > reader.now]
    return [[block] for block in found if (block["accessory"]["action_id"], block["accessory"]["value"]) not in said]


def _stop(one: RecentStop, reader: Reader) -> Block:
    action_id, value = "undo", f"{one.attempt_id}:{one.outcome.value}"
    if one.attempt_id is None:
        action_id, value = "undo_stop", str(one.stop_id)
    name = one.name or one.masked_number
    undo = button(say("labels.undo"), action_id, value, of=name)
    return section(say("preferences.stop_undoable", name=named(name), until=reader.when(one.undo_until)), undo)


def _figures(own: OwnFigures) -> list[Block]:
    beside = [preferences.yesterday_by_now(_counts(own.yesterday))] if any(_counts(own.yesterday)) else []
    beside += [preferences.team_median(_counts(own.median))] if own.median is not None else []
    beside += [say("preferences.breaks_today", count=own.breaks // timedelta(minutes=1))] if own.breaks else []
    small = [context(" · ".join(beside))] if beside else []
    return [section(preferences.own_figures(_counts(own.today), own.an_hour)), *small]


def _counts(tally: Tally) -> tuple[int, int, int]:
    return tally.calls, tally.contacts, tally.successes


def _callback(one: OwnCallback, reader: Reader) -> str:
    due = reader.both(one.due_at, one.zone)
    return preferences.own_callback(due, named(one.name), shown(one.campaign), is_overdue=one.due_at < reader.now)


def digests(last: Sequence[LastDigest], reader: Reader) -> list[list[Block]]:
    """One line for each team, and the days of the week, each with its digest; of many teams the newest digest alone."""
    if not last:
        return []
    of_team = _with_days if len(last) <= MOST_WITH_DAYS else _newest
    return [[divider(), header(say("preferences.latest_digests"))], *(of_team(one, reader) for one in last)]


def _with_days(one: LastDigest, reader: Reader) -> list[Block]:
    if not one.days:
        return _newest(one, reader)
    days = [_day(one, day, action_id) for day, action_id in zip(one.days, ids.DIGEST_DAYS, strict=False)]
    return [section(_said(one, reader)), actions(days)]


def _day(of: LastDigest, day: DigestDay, action_id: str) -> Element:
    spoken = f"{preferences.day_verdict(day)}: {of.team}"
    return button(preferences.digest_day(day), action_id, f"{of.team_id}:{day.on}", spoken=spoken)


def _newest(one: LastDigest, reader: Reader) -> list[Block]:
    again = button(say("labels.show_again"), "digest_form", f"{one.team_id}:{one.newest.on}", of=one.team)
    return [section(_said(one, reader), again)]


def _said(one: LastDigest, reader: Reader) -> str:
    posted_at = reader.moment(one.posted_at) if one.posted_at else None
    return preferences.last_digest(named(one.team), one.newest, posted_at)
