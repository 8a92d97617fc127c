"""/callcheck: may this number be called, why or why not, and when; which rows of lists became its people.

Also the four answers for a campaign's country, in ten lines at most; /dnc: what the opt-out closed; and
a stop that may be a mistake: the form that asks why, the question to other admins, and what came of it.
"""

import re
from collections.abc import Iterable, Sequence

from bot.services.answers.calls import CallCheck, HeldNow, NumberChecked, StopTakenBack, Suppressed
from bot.services.answers.house_rules import CampaignRules
from bot.services.answers.privacy import MergedPerson, MergedRow
from bot.services.answers.registers import StopJudged, StopQuestioned, StopShown
from bot.slack import ids
from bot.slack.blocks.agent import contact_pages
from bot.slack.blocks.kit import inputs, kit
from bot.slack.blocks.kit.kit import Block, Reply
from bot.slack.wording import labels
from bot.slack.wording.digests import people_rung
from bot.slack.wording.labels import Reader, person, translated, translated_line
from bot.slack.wording.say import Markup, country_name, fallback, link, named, say, say_word, shown
from policy.calendar.local_time import minute_from
from policy.guide.countries import Answers, Limit
from policy.vocabulary import ContactState, Verdict


def number_checked(
    answer: NumberChecked,
    reader: Reader,
    several: Sequence[MergedPerson] = (),
    *,
    is_for_lead: bool = False,
    stop_id: int | None = None,
) -> Reply:
    """`several`: people at the number whom more than one row of a list names, for team leads.

    `is_for_lead`: with the button for the proof pack.
    `stop_id`: a stop that the reader, an admin, may withdraw as a mistake.
    """
    number = shown(answer.masked_number)
    heading = say("reports.check_heading", number=number)
    groups: list[list[Block]] = [[kit.header(heading)]]
    if answer.suppressed_since is not None:
        groups.append([kit.section(say("reports.suppressed_since", when=reader.moment(answer.suppressed_since)))])
    if stop_id is not None:
        groups.append(may_be_withdrawn(stop_id, answer.masked_number))
    if answer.calls_in:
        rang = [contact_pages.call_in(one, reader) for one in answer.calls_in]
        groups.append(kit.lines_in_sections([say("reports.ringing_back"), *rang]))
    if answer.rung:
        groups.append(kit.lines_in_sections(people_rung(answer.rung, len(answer.rung), ":rotating_light: ")))
    if not answer.checks:
        groups.append([kit.section(say("reports.on_no_list", number=number))])
    groups += [_check(one, reader) for one in answer.checks]
    groups += [merged(one, reader) for one in several]
    if is_for_lead and answer.number_id is not None:
        groups.append(
            [kit.section(say("asking.about"), kit.button(say("asking.button"), "proof", str(answer.number_id)))]
        )
    return Reply(heading, tuple(kit.fitted(groups)))


def _check(one: CallCheck, reader: Reader) -> list[Block]:
    stands = say("labels.verdict", one.verdict)
    if one.finished_because and one.verdict is not Verdict.SUPPRESSED:
        stands = say("labels.state", ContactState.FINISHED)
    elif one.held is not None and not one.held.is_own and one.verdict is Verdict.CALLABLE:
        stands = say("labels.state", ContactState.LEASED)
    what = shown(one.campaign) or say("reports.off_the_list")
    line = f"*{shown(one.name)}*, {what}: *{stands}*" if one.name else f"{what}: *{stands}*"
    lines = [line, *contact_pages.finished_line(one.finished_because)]
    lines += [say("reports.campaign_inactive")] if one.name and not one.is_active else []
    lines += held_line(one.held, reader)
    lines += labels.finding_lines(one.findings)
    lines += labels.missing_line(one.missing, one.findings)
    lines += [say("reports.state_unknown")] if one.is_state_unknown else []
    lines += [] if one.finished_because else _lawful_line(one, reader)
    lines += contact_pages.known_line(one.places, reader)
    if (last := one.last_call) is not None:
        what = say("reports.no_outcome") if last.outcome is None else labels.outcome_name(last.outcome)
        when, agent = reader.moment(last.at), named(last.agent_name)
        lines.append(say("reports.last_call", when=when, agent=agent, outcome=what))
    blocks, key = [kit.divider(), *kit.lines_in_sections(lines)], str(one.contact_id)
    if one.may_be_taken:
        blocks.append(kit.actions([kit.button(say("labels.take_this"), "take_these", key, "primary", of=one.name)]))
    if one.may_be_overridden:  # a rule accepts an override with a reason, and the reader is a lead
        press = kit.button(say("lead_work.override_press"), "override_form", key, of=one.name)
        blocks.append(kit.section(say("lead_work.may_be_overridden"), press))
    return blocks


def _lawful_line(one: CallCheck, reader: Reader) -> list[str]:
    if one.verdict is Verdict.CALLABLE and one.lawful_until is not None:
        return [say("reports.allowed_until", until=reader.until(one.lawful_until, one.zone))]
    if one.callable_from is not None:
        return [say("calls.first_lawful", when=reader.both(minute_from(one.callable_from), one.zone))]
    # that a stop has no end is said by the verdict above
    return (
        []
        if one.verdict in (Verdict.CALLABLE, Verdict.SUPPRESSED)
        else labels.must_come_first(one.verdict, one.findings)
    )


def held_line(held: HeldNow | None, reader: Reader) -> list[str]:
    """Who holds the contact, and until when."""
    if held is None:
        return []
    until, at = reader.when(held.until), say_word("labels.stages", held.stage)
    if held.is_own:
        return [say("calls.held_by_you", until=until, stage=at)]
    return [say("calls.held_by", agent=named(held.agent_name), until=until, stage=at)]


def suppressed(answer: Suppressed) -> Reply:
    number, principal = shown(answer.masked_number), shown(answer.principal)
    whom = say("reports.suppressed_for", principal=principal) if principal else say("reports.suppressed_for_all")
    how = "repeat" if answer.is_repeat else answer.was_stopped and "was_stopped"
    said = say("reports.suppressed", how, number=number, who=whom)
    blanked = labels.blanked(answer.blanked)
    press = kit.button(say("labels.undo"), "undo_stop", str(answer.stop_id), of=answer.masked_number)
    undo = press if answer.stop_id else None
    if answer.is_repeat or answer.was_stopped:
        return Reply(said, (kit.section(" ".join(filter(None, [said, blanked])), undo),))
    callbacks, cards = answer.callbacks_cancelled, len(answer.withdrawn_from)
    reach = [say("reports.suppression_reach", count=answer.contacts)]
    reach += [say("reports.suppression_reach_callbacks", count=callbacks)] if callbacks else []
    reach += [say("reports.suppression_reach_withdrawn", count=cards)] if cards else []
    return Reply(said, (kit.section("\n".join(filter(None, [said, f"{', '.join(reach)}.", blanked])), undo),))


def stop_taken_back(answer: StopTakenBack) -> Reply:
    """In place of the message that confirmed the stop."""
    taken = say("reports.stop_taken_back", answer.is_repeat and "repeat", number=shown(answer.masked_number))
    then = "reports.stop_taken_back_still_stopped" if answer.is_still_stopped else "reports.rules_decide_again"
    said, reopened = f"{taken} {say(then)}", answer.callbacks_reopened
    more = f" {say('reports.callbacks_reopened', count=reopened)}" if reopened else ""
    return Reply(said, (kit.section(f"{said}{more}"),))


MOST_ROWS = 5  # of one person


def merged(person: MergedPerson, reader: Reader) -> list[Block]:
    """The person's rows, newest last. For a person whose first list is another team's, only what is the reader's."""
    if not person.rows:
        return [kit.divider(), kit.section(say("leads.of_before", name=named(person.name)))]
    name, source = shown(person.list_name), shown(person.source)
    first = say("leads.merged_first", name=name, source=source) if person.list_name else say("leads.merged_other")
    told = "leads.merged_heading" if person.is_one else "leads.parted_heading"
    heading = f"{say(told, name=named(person.name))}\n{first}"
    how = [kit.context(say("leads.how_to_part"))] if person.is_one else []
    rows = [_row(one, reader) for one in person.rows[-MOST_ROWS:]]
    return [kit.divider(), kit.section(heading), *rows, *kit.and_more(len(person.rows) - MOST_ROWS), *how]


def _row(one: MergedRow, reader: Reader) -> Block:
    if one.parted_at is not None:
        when = reader.moment(one.parted_at)
        by, reason = shown(one.parted_by) or say("leads.an_admin"), shown(one.parted_because, 300)
        return kit.section(say("leads.parted_by", name=named(one.name), by=by, when=when, reason=reason))
    where = say("leads.merged_where", source=shown(one.source), line=one.line, campaign=shown(one.campaign))
    numbers = Markup(", ".join(shown(number) for number in one.masked_numbers))
    why = say("leads.merged_because", f"{one.why}_of_line" if one.earlier_line else one.why, line=one.earlier_line)
    name, reference = named(one.name), shown(one.reference)
    who = say("leads.merged_row_reference", name=name, reference=reference) if reference else name
    return kit.section(say("leads.merged_row", who=who, numbers=numbers, where=where, why=why))


_MOST_CAMPAIGNS = 10


def campaign_rules(answer: CampaignRules) -> Reply:
    campaign, country = shown(answer.campaign), Markup(country_name(answer.country))
    calls = say("four_answers.calls_of", answer.purpose)
    heading = say("four_answers.heading", campaign=campaign, calls=calls, country=country)
    lines = [heading, *([say("four_answers.held")] if answer.found is None else _answers(answer.found))]
    lines += [say("four_answers.parts_add")] if answer.has_parts else []
    if answer.others:
        names = Markup(", ".join(shown(one) for one in answer.others[:_MOST_CAMPAIGNS]))
        lines.append(say("four_answers.other_campaigns", names=names))
    return Reply(heading, (*kit.lines_in_sections(lines, most=3), kit.context(say("four_answers.in_force"))))


def _answers(found: Answers) -> list[str]:
    is_unsaid = not any(one.rule.status != "house" for one in found.attempts)
    unsaid = [say("four_answers.too_many") if found.unnumbered else say("four_answers.no_number")] if is_unsaid else []
    titles = ", ".join(say("four_answers.helps", title=translated_line(one.title, 120)) for one in found.interest)
    helps = say("four_answers.can_satisfy", titles=Markup(titles))
    fines = ((translated(one.says), link(one.url, one.title)) for one in found.fines)
    costs = [f"{says[:1].upper()}{says[1:]} ({title})." for says, title in fines]
    locks = Markup(" ".join(_limits(found.waits)) or say("four_answers.nothing_locks"))
    return [
        say("four_answers.how_many", answer=Markup(" ".join([*unsaid, *_limits(found.attempts)]))),
        say("four_answers.what_locks", answer=locks),
        say("four_answers.interest", answer=Markup(helps if found.interest else say("four_answers.no_interest"))),
        say("four_answers.fines", answer=Markup(" ".join(costs) or say("four_answers.not_read"))),
    ]


def _limits(found: Iterable[Limit]) -> list[str]:
    """What stands behind limits, the limits, and for whom they count; those alike in both are said together."""
    groups: dict[tuple[str, str], dict[str, None]] = {}
    for one in found:
        said = link(one.rule.citation.url, translated(one.says))
        groups.setdefault((say("labels.statuses", one.rule.status), one.counted), {})[said] = None
    return [limits(status, list(says), translated_line(whom, 120)) for (status, whom), says in groups.items()]


def limits(status: str, says: Sequence[str], whom: Markup) -> Markup:
    """`House policy: at most 1 attempt in one day, at most 2 attempts in 7 days, for the person.`"""
    said = say("four_answers.limits", status=Markup(status), limits=Markup(", ".join(says)), whom=whom)
    return Markup(f"{said[:1].upper()}{said[1:]}")


_MOST_REASON = 500
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,20}")


def stopped_by_colleague(masked_number: str, user: str, stop_id: int) -> Reply:
    """To an admin: a member of the workspace who is not set up stopped a number."""
    said = say("mistaken_stops.stopped_by_colleague", user=_somebody(user), number=shown(masked_number))
    press = kit.button(say("admin_lists.withdraw"), "withdraw_stop", str(stop_id), of=masked_number)
    return Reply(fallback(said, 300), (kit.section(said, press),))


def may_be_withdrawn(stop_id: int, masked_number: str) -> list[Block]:
    press = kit.button(say("admin_lists.withdraw"), "withdraw_stop", str(stop_id), of=masked_number)
    return [kit.section(say("mistaken_stops.may_be_withdrawn"), press)]


def reason_form(stop: StopShown, reader: Reader, metadata: str) -> Block:
    asked, hint = say("mistaken_stops.reason_asked"), say("mistaken_stops.reason_hint")
    why = kit.field(ids.WORDS, asked, inputs.lines(most=_MOST_REASON), hint)
    blocks = [kit.section(_stop(stop, reader)), kit.context(say("mistaken_stops.about")), why]
    return kit.form(
        say("mistaken_stops.form_title"), blocks, "withdraw_stop", metadata, say("mistaken_stops.ask_button")
    )


def question(asked: StopQuestioned, reader: Reader) -> Reply:
    """To another admin."""
    said = _question(asked.by, asked.reason, asked.stop, reader)
    key = str(asked.claim_id)
    agree = kit.button(say("mistaken_stops.agree_button"), "stop_agree", key, "danger")
    disagree = kit.button(say("mistaken_stops.disagree_button"), "stop_disagree", key)
    return Reply(fallback(said, 300), (kit.section(said), kit.actions([agree, disagree])))


def judged(done: StopJudged, reader: Reader) -> Reply:
    """In place of the question, which stays; and to whoever asked it."""
    asked = _question(done.by, done.reason, done.stop, reader)
    how = "withdrawn" if done.is_withdrawn else done.decided_by and "kept"
    said: str = say("mistaken_stops.judged", how, person=person(done.decided_by))
    said += f" {say('mistaken_stops.another_stop')}" if done.is_withdrawn and done.is_still_stopped else ""
    reopened = done.callbacks_reopened
    said += f" {say('reports.callbacks_reopened', count=reopened)}" if reopened else ""
    return Reply(fallback(said, 300), (kit.section(asked), kit.section(said)))


def _question(by: str, reason: str, stop: StopShown, reader: Reader) -> str:
    asked = say("mistaken_stops.question", person=person(by), reason=shown(reason, _MOST_REASON))
    return f"{asked}\n{_stop(stop, reader)}"


def _stop(stop: StopShown, reader: Reader) -> str:
    """What is on record: `•••123, on do-not-call since Tue 24 Nov, 10:00. Typed by Alice: asked us`."""
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
