"""Private messages to a team lead: contacts run out, a call is open long, a promise broke, a screening grows old."""

from collections.abc import Sequence

from bot.services.answers.leads import BrokenPromise, ForbiddenFound, LeadAlert
from bot.services.answers.registers import ScreeningAges
from bot.slack.blocks.kit.kit import Block, Reader, Reply, actions, button, fitted, lines_in_sections, section
from bot.slack.blocks.lead import list_forms
from bot.slack.blocks.lead.status_pages import Page
from bot.slack.blocks.lead.team_status import ask_press
from bot.slack.wording import Markup, fallback, named, say, shown, times
from bot.slack.wording.digests import people_rung
from bot.slack.wording.labels import label
from bot.slack.wording.rules import translated_line

_MOST_DETAILS = 5
_LONGEST = 160  # characters of a detail


def alerts(told: Sequence[LeadAlert], reader: Reader) -> Reply:
    """One message about all of them, as far as it holds them. `told`: one at least."""
    groups = [_alert(one, reader) for one in told]
    heading = str(groups[0][0]["text"]["text"]) if groups else say("leads.needs")
    return Reply(heading, tuple(fitted(groups)))


def _alert(one: LeadAlert, reader: Reader) -> list[Block]:
    if one.found is not None:
        return _found(one.found, reader)
    if one.broken is not None:
        return _broken(one.broken)
    if one.call is not None:
        said = say("leads.long_call", agent=named(one.call.agent_name), when=reader.when(one.call.opened_at))
        return [section(said, ask_press(one.call, one.team_id, stays=True))]
    dry_at = reader.now if one.dry_at is None else one.dry_at
    ahead = button(Page.AHEAD.title, "status_ahead", str(one.team_id))
    said = say("leads.team_runs_dry", team=shown(one.team, 80), when=reader.when(dry_at))
    return [section(said), actions([ahead, list_forms.bring_press()])]


def _found(found: ForbiddenFound, reader: Reader) -> list[Block]:
    head = say(
        "leads.forbidden_found", count=found.count, first=reader.when(found.first_at), last=reader.when(found.last_at)
    )
    worst = people_rung(found.worst, len(found.worst))
    of_them = [say("leads.the_gravest")] if worst and found.count > sum(one.count for one in found.worst) else []
    said = "\n".join([head, *of_them, *worst, say("leads.found_calls_count")])
    return [section(said, button(say("reports.see_status"), "see_status", "0", spoken=say("reports.see_status")))]


def _broken(broken: BrokenPromise) -> list[Block]:
    what = [translated_line(one, _LONGEST) for one in broken.details[:_MOST_DETAILS]]
    call = broken.off_the_list
    if call is not None and call.outcome is not None:
        whom = named(call.name) if call.name else shown(call.masked_number)
        head = say("reports.forbidden_call", agent=named(call.agent_name), contact=whom, outcome=label(call.outcome))
        said = "\n".join([head, *what, say("reports.forbidden_call_counts")])
        return [section(said, button(say("reports.see_status"), "see_status", "0", spoken=say("reports.see_status")))]
    said = "\n".join([say("leads.promise_broken"), *what])
    press = button(say("calls.history"), "history", str(broken.lease_id)) if broken.lease_id else None
    return [section(said, press)]


_MOST_AGES = 10
_LONGEST_KEY = 200


def warning(ages: Sequence[ScreeningAges], reader: Reader) -> Reply:
    """What is held from which day, and what to do. `ages`: one at least."""
    lines = [
        say(
            "register_files.ages",
            one.is_at_least and "at_least",
            count=one.contacts,
            campaign=shown(one.campaign, 80),
            register=shown(one.register_name, 80),
            day=Markup(times.short_day(max(one.on, reader.today))),
        )
        for one in ages[:_MOST_AGES]
    ]
    press = button(
        say("register_files.bring"),
        "register_bring",
        (ages[0].register[:_LONGEST_KEY] if ages else "") or "0",
        "primary",
    )
    head = f":warning: *{say('register_files.ages_head')}*"
    blocks = (*lines_in_sections([head, *lines]), section(say("register_files.what_to_do")), actions([press]))
    return Reply(fallback(say("register_files.ages_head"), 300), blocks)
