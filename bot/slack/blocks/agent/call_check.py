"""/callcheck: may this number be called, why or why not, and when. /dnc: what the opt-out closed."""

from collections.abc import Sequence

from bot.services.answers.calls import CallCheck, HeldNow, NumberChecked, PastCall, StopTakenBack, Suppressed
from bot.services.answers.merges import MergedPerson
from bot.services.local_time import minute_from
from bot.slack.blocks.agent import history_page, merged_rows, mistaken_stops, place_form
from bot.slack.blocks.agent.nothing_callable import finished_line
from bot.slack.blocks.kit.findings import finding_lines, missing_line
from bot.slack.blocks.kit.kit import (
    Block,
    actions,
    button,
    context,
    divider,
    fitted,
    header,
    lines_in_sections,
    section,
)
from bot.slack.blocks.kit.reply import Reader, Reply
from bot.slack.wording import Markup, calls, labels, named, reports, say, shown
from bot.slack.wording.reporting.people_rung import people_rung
from policy.vocabulary import Verdict


def number_checked(
    answer: NumberChecked,
    reader: Reader,
    several: Sequence[MergedPerson] = (),
    *,
    is_for_lead: bool = False,
    stop_id: int | None = None,
) -> Reply:
    """`several`: people at the number whom more than one row of a list names, for team leads.

    `is_for_lead`: with the rulebook that decided, which says nothing to an agent, and the press for the proof pack.
    `stop_id`: a stop that the reader, an admin, may withdraw as a mistake.
    """
    number = shown(answer.masked_number)
    heading = say("reports.check_heading", number=number)
    groups: list[list[Block]] = [[header(heading)]]
    if answer.suppressed_since is not None:
        groups.append([section(say("reports.suppressed_since", when=reader.moment(answer.suppressed_since)))])
    if stop_id is not None:
        groups.append(mistaken_stops.may_be_withdrawn(stop_id, answer.masked_number))
    if answer.calls_in:
        rang = [history_page.call_in(one, reader) for one in answer.calls_in]
        groups.append(lines_in_sections([say("reports.ringing_back"), *rang]))
    if answer.rung:
        groups.append(lines_in_sections(people_rung(answer.rung, len(answer.rung), ":rotating_light: ")))
    if not answer.checks:
        groups.append([section(say("reports.on_no_list", number=number))])
    groups += [_check(one, reader) for one in answer.checks]
    groups += [merged_rows.merged(one, reader) for one in several]
    if is_for_lead and answer.number_id is not None:
        groups.append([section(say("asking.about"), button(say("asking.button"), "proof", str(answer.number_id)))])
    if answer.checks:
        book = shown(answer.checks[0].rulebook)
        groups.append(
            [context(say("reports.decided_by", rulebook=book) if is_for_lead else say("reports.changed_nothing"))]
        )
    return Reply(heading, tuple(fitted(groups)))


def _check(one: CallCheck, reader: Reader) -> list[Block]:
    name = shown(one.name) if one.name else Markup("")
    is_elsewhere = one.held is not None and not one.held.is_own and one.verdict is Verdict.CALLABLE
    is_finished = bool(one.finished_because) and one.verdict is not Verdict.SUPPRESSED
    line = reports.check_line(
        name, shown(one.campaign), one.verdict, is_elsewhere=is_elsewhere, is_finished=is_finished
    )
    lines = [line, *finished_line(one.finished_because)]
    lines += held_line(one.held, reader)
    lines += finding_lines(one.findings)
    lines += missing_line(one.missing)
    lines += [say("reports.state_unknown")] if one.is_state_unknown else []
    lines += [] if one.finished_because else _lawful_line(one, reader)
    lines += place_form.known_line(one.places, reader)
    if one.last_call is not None:
        lines.append(_last_call(one.last_call, reader))
    return [divider(), *lines_in_sections(lines), *_take(one), *_override(one)]


def _lawful_line(one: CallCheck, reader: Reader) -> list[str]:
    """Until when a call is lawful, or from when."""
    if one.verdict is Verdict.CALLABLE and one.lawful_until is not None:
        return [say("reports.allowed_until", until=reader.until(one.lawful_until, one.zone))]
    if one.callable_from is not None:
        return [say("calls.first_lawful", when=reader.both(minute_from(one.callable_from), one.zone))]
    return [] if one.verdict is Verdict.CALLABLE else [say("calls.refused_until", one.verdict)]


def _last_call(last: PastCall, reader: Reader) -> str:
    what = None if last.outcome is None else labels.outcome_name(last.outcome)
    return reports.last_call(reader.moment(last.at), named(last.agent_name), what)


def _take(one: CallCheck) -> list[Block]:
    """The button that gives an agent the card of a person who called."""
    if not one.may_be_taken:
        return []
    return [actions([button(say("labels.take_this"), "take_these", str(one.contact_id), "primary", of=one.name)])]


def held_line(held: HeldNow | None, reader: Reader) -> list[str]:
    """Who holds the contact, and until when."""
    if held is None:
        return []
    until = reader.when(held.until)
    if held.is_own:
        return [calls.held_by_you(until, held.stage)]
    return [calls.held_by(named(held.agent_name), until, held.stage)]


def _override(one: CallCheck) -> list[Block]:
    """The override button, for a lead, if a rule accepts an override with a reason."""
    if not one.may_be_overridden:
        return []
    press = button(say("lead_work.override_press"), "override_form", str(one.contact_id), of=one.name)
    return [section(say("lead_work.may_be_overridden"), press)]


def suppressed(answer: Suppressed) -> Reply:
    number, principal = shown(answer.masked_number), shown(answer.principal)
    said = reports.suppressed(number, principal, is_repeat=answer.is_repeat, was_stopped=answer.was_stopped)
    blanked = calls.blanked(answer.blanked)
    undo = (
        button(say("labels.undo"), "undo_stop", str(answer.stop_id), of=answer.masked_number)
        if answer.stop_id
        else None
    )
    if answer.is_repeat or answer.was_stopped:
        return Reply(said, (section(" ".join(filter(None, [said, blanked])), undo),))
    reach = reports.suppression_reach(answer.contacts, answer.callbacks_cancelled, len(answer.withdrawn_from))
    return Reply(said, (section("\n".join(filter(None, [said, reach, blanked])), undo),))


def stop_taken_back(answer: StopTakenBack) -> Reply:
    """In place of the message that confirmed the stop."""
    said = reports.stop_taken_back(
        shown(answer.masked_number), is_repeat=answer.is_repeat, is_still_stopped=answer.is_still_stopped
    )
    reopened = say("reports.callbacks_reopened", count=answer.callbacks_reopened) if answer.callbacks_reopened else ""
    return Reply(said, (section(" ".join(filter(None, [said, reopened]))),))
