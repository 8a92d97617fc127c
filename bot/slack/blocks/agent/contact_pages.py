"""About one contact: what came of every call to a person, newest first, then stops, and what opens when; why contacts
are closed, and why fewer came than the agent asked for; where a person is, and the form that corrects it. Forms about a
call: give back with a reason, outcome with a note, callback on the contact's clock.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from bot.services.answers.calls import Closed, History, NothingCallable, PastCall, Refusal
from bot.services.answers.own_outcomes import AnswerKind, OwnOutcomeView, Question, Value
from bot.services.answers.places import KnownBy, KnownPlaces, PlacesView
from bot.services.answers.reconciliation import CallIn
from bot.services.errors import PlaceUnknown
from bot.services.lists.in_use import list_terms
from bot.services.own_outcomes import LONGEST_ANSWER
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, Element, field, form, lines_in_sections, modal, section
from bot.slack.wording import labels, refusals
from bot.slack.wording.digests import people_rung
from bot.slack.wording.labels import (
    Reader,
    city,
    finding_lines,
    local_time,
    place,
    refusal_lines,
    said_outcome,
    translated_line,
    zone_of,
)
from bot.slack.wording.say import Markup, as_plain, figure, named, say, shown
from policy.calendar.local_time import minute_from
from policy.vocabulary import ContactState, Outcome, ReleaseReason, Verdict

MOST_SECTIONS = 6
_ANSWER = 200  # characters of an answer that is shown


def history(found: History, reader: Reader) -> Block:
    head = section(f"*{named(found.name)}*   {shown(found.masked_number)}")
    rung = people_rung(found.rung, len(found.rung), ":rotating_light: ")
    stops = [_stop(*one, reader) for one in found.stops]
    both_ways = [(one.at, _call(one, reader)) for one in found.calls]
    both_ways += [(one.at, call_in(one, reader)) for one in found.calls_in]
    made = [line for _, line in sorted(both_ways, key=lambda pair: pair[0], reverse=True)]
    made = made or [say("calls.never_called")]
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


def _stop(since: datetime, by: str, note: str, until: datetime | None, reader: Reader) -> str:
    said = [say("calls.past_stop", since=reader.moment(since))]
    said += [say("calls.past_stop_by", by=shown(by))] if by else []
    said += [say("calls.past_stop_until", when=reader.moment(until))] if until is not None else []
    return " ".join(filter(None, [*said, shown(note, 200)]))


def _opens(found: History, reader: Reader) -> list[str]:
    if found.finished_because:
        return [*finished_line(found.finished_because), *finding_lines(found.because)]
    if found.verdict is Verdict.CALLABLE and found.lawful_until is not None:
        return [say("reports.allowed_until", until=reader.until(found.lawful_until, found.zone))]
    if found.callable_from is None:
        return [say("calls.refused_until", found.verdict), *finding_lines(found.because)]
    opens_at = reader.both(minute_from(found.callable_from), found.zone)
    return [say("calls.next_callable", when=opens_at), *finding_lines(found.because)]


MOST_REASONS = 10


def nothing_callable(short: NothingCallable, wanted: int, held: int, reader: Reader) -> list[Block]:
    fewer = say("reports.fewer", not held and "none", count=wanted)
    if short.opens_at is not None:
        key = "reports.opens" if short.opens_is_theirs else "reports.next_opens"
        then = say(key, when=reader.moment(minute_from(short.opens_at)))
    elif short.is_inactive:
        then = say("reports.no_campaign_of_yours")
    else:
        has_contacts = any(row.count for row in short.rows)
        then = say("reports.nothing_opens") if has_contacts else say("reports.no_contacts")
    return [section(f"*{fewer}* {then}"), *closed_rows(short.rows, reader)]


def closed_rows(rows: tuple[Closed, ...], reader: Reader, most: int = MOST_REASONS) -> list[Block]:
    """The largest reasons, and a count of the rest."""
    ordered = sorted(rows, key=lambda row: -row.count)

    def more_from(place: int) -> str:
        return say("labels.and_more", count=sum(row.count for row in ordered[place:]))

    lines = [closed_row(row, reader) for row in ordered[:most]] + ([more_from(most)] if len(ordered) > most else [])
    return lines_in_sections(lines, lambda left: more_from(len(lines) - left))


def closed_row(row: Closed, reader: Reader) -> str:
    if row.state is ContactState.CALLABLE:  # but not handed out to this agent
        return say("reports.callable_by_others", count=row.count)
    why = why_closed(row.reason)
    said = f"• *{figure(row.count)}* {say('labels.state', row.state)}{f': {why}' if why else ''}"
    opens = say("reports.closed_row", when=reader.moment(minute_from(row.opens_at))) if row.opens_at else ""
    return f"{said} {opens}" if opens else said


def why_closed(reason: str) -> Markup:
    """The reason as a sentence; for a finished contact its outcome."""
    said = labels.outcome_name(Outcome(reason)) if reason in set(Outcome) else list_terms.said(reason)
    return translated_line(said, 200)


def finished_line(because: str) -> list[str]:
    """Why a contact is finished, and what may open it again; nothing if it is not finished."""
    if not because:
        return []
    said = say("calls.finished", reason=Markup(why_closed(because).rstrip(".")))
    return [f"{said} {say('calls.finished_by_list')}" if because.startswith(list_terms.BY_LIST) else said]


_MOST_NAMED = 3  # places and cities known in one way
_FIELDS = {"country": ids.COUNTRY, "region": ids.REGION, "postcode": ids.POSTCODE, "city": ids.CITY}


def place_form(metadata: str, known: PlacesView, reader: Reader, *, is_of_a_lead: bool = False) -> Block:
    """`known`: where the person may be so far. `is_of_a_lead`: opened from team status, not from a card."""
    parts = (
        (ids.COUNTRY, say("calls.place_country"), say("calls.place_country_such"), ""),
        (ids.REGION, say("calls.place_region"), say("calls.place_region_such"), ""),
        (ids.POSTCODE, say("calls.place_postcode"), say("calls.place_postcode_such"), ""),
        (ids.CITY, say("calls.place_city"), say("calls.place_city_such"), say("calls.place_city_hint")),
    )
    asked = [
        field(key, label, inputs.line(placeholder=such), hint, is_optional=True) for key, label, such, hint in parts
    ]
    said = [section(line) for line in known_line(known, reader)]
    modal = "lead_place" if is_of_a_lead else "place"
    return form(say("calls.place_title"), [*said, section(say("calls.place_about")), *asked], modal, metadata)


def known_line(view: PlacesView, reader: Reader) -> list[str]:
    """Where a contact may be and how that is known, on one line; none if nothing is known."""
    counting = [_known(one, view, reader) for one in view.known if one.counts]
    others = [_known(one, view, reader) for one in view.known if not one.counts]
    if not counting:
        return []
    said = say("calls.places_known", places=Markup("; ".join(counting)))
    return [f"{said} {say('calls.places_not_counted', places=Markup('; '.join(others)))}" if others else said]


def _known(one: KnownPlaces, view: PlacesView, reader: Reader) -> str:
    is_british = any(code[:2] == "GB" for code in one.places)  # all British places have one clock
    zones = [zone for zone in one.zones if not (is_british and zone == "Europe/London")]
    names = [*(shown(place(code)) for code in one.places), *map(city, zones)]
    where, left = Markup(", ".join(names[:_MOST_NAMED])), len(names[_MOST_NAMED:])
    where = say("calls.places_named", count=left, where=where) if left else where
    if one.by is KnownBy.CORRECTION and view.corrected:
        by, when = named(view.corrected.agent_name), reader.when(view.corrected.at)
        return say("calls.place_corrected_by", where=where, agent=by, when=when)
    return say("calls.known_by", one.by or "unrecorded", where=where)


def unknown(error: PlaceUnknown) -> dict[str, str]:
    """What was typed and what to write instead, under the field that it concerns."""
    return {_FIELDS[error.part]: as_plain(refusals.refusal(error), 2000)}


def why_not(refusal: Refusal | None, reader: Reader) -> Block:
    """The rules that forbid a call to a person who is elsewhere, in a modal: the agent may be on the line."""
    lines = [say("calls.place_allows")] if refusal is None else refusal_lines(refusal, reader)
    return modal(say("calls.place_why"), lines_in_sections(lines))


def release_form(metadata: str) -> Block:
    reasons = [(one.value, say("labels.release_reason", one)) for one in ReleaseReason]
    words = inputs.lines(placeholder=say("forms.words_placeholder"), most=500)
    blocks = [
        field(ids.REASON, say("forms.reason"), inputs.radio(reasons)),
        field(ids.WORDS, say("forms.words"), words, is_optional=True),
    ]
    return form(say("forms.release_title"), blocks, "release", metadata)


def outcome_form(about: str, metadata: str, chosen: Outcome | None = None, own: Sequence[OwnOutcomeView] = ()) -> Block:
    """Form for any outcome with a note. `chosen`: the outcome already picked in the menu; `own`: own ones in use."""
    choices = [(one.value, labels.label(one)) for one in Outcome] + [(str(one.own_id), one.name) for one in own]
    menu = inputs.one_of(choices, chosen or "", say("forms.choose"))
    blocks = [*([section(about)] if about else []), field(ids.OUTCOME, say("forms.what_came"), menu), _note()]
    return form(say("forms.outcome_title"), blocks, "outcome", metadata)


def questions_form(name: str, own: OwnOutcomeView, metadata: str, note: str = "") -> Block:
    """Form of an own outcome: its questions, and a note."""
    about = section(say("own_outcomes.asks_about", name=named(name), own=shown(own.name)))
    asked = [
        field(question_field(one), one.asks, _answer(one), is_optional=not one.is_required) for one in own.questions
    ]
    return form(say("forms.outcome_title"), [about, *asked, _note(note)], "outcome_questions", metadata)


def question_field(question: Question) -> str:
    """The block_id of a question: another one if it is changed while the form is open."""
    asked = f"{question.kind}:{question.asks}"
    return f"{ids.QUESTION}{sha256(asked.encode()).hexdigest()[:16]}"


def _answer(question: Question) -> Element:
    match question.kind:
        case AnswerKind.NUMBER:
            return inputs.number()
        case AnswerKind.YES_NO:
            return inputs.yes_or_no(say("own_outcomes.yes"), say("own_outcomes.no"), None)
        case AnswerKind.CHOICE:
            choices = [(one, one) for one in question.choices]
            return inputs.one_of(choices, "", say("own_outcomes.choose_answer"))
    return inputs.lines(most=LONGEST_ANSWER)


def callback_form(  # noqa: PLR0913 - one argument a field of the form
    name: str,
    zone: str,
    first_lawful: datetime,
    now: datetime,
    metadata: str,
    note: str = "",
    *,
    whose: str = ids.MINE,
    question: str = "",
) -> Block:
    """Form for date and time on the contact's clock, from the first lawful moment.

    `question`: asks about the moment, which is agreed if the form is sent once more.
    """
    there = (first_lawful + timedelta(seconds=59)).astimezone(zone_of(zone))  # pickers take whole minutes
    time_there = local_time(now, zone)
    about = say("forms.callback_about", name=named(name))
    if time_there:
        there_now = say("calls.there_now", time=time_there, city=city(zone))
        about = Markup(f"{about} {say('forms.callback_about_there', there=there_now)}")
    keepers = inputs.radio([(ids.MINE, say("forms.mine")), (ids.ANYONE, say("forms.anyone"))], whose)
    blocks = [
        section(question or about),
        field(ids.ON, say("forms.when_date"), inputs.day(there.date())),
        field(ids.AT, say("forms.when_time"), inputs.clock(there.time())),
        field(ids.WHOSE, say("forms.whose"), keepers),
        _note(note),
    ]
    submit = say("forms.agree_anyway") if question else ""
    return form(say("forms.callback_title"), blocks, "callback", metadata, submit)


def _note(written: str = "") -> Block:
    box = inputs.lines(written, say("forms.note_placeholder"))
    return field(ids.NOTE, say("forms.note"), box, say("forms.note_hint"), is_optional=True)
