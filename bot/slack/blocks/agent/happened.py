"""One line for what just happened to a call, without its number."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.services.answers import calls
from bot.services.answers.callbacks import CallbackRefused
from bot.services.answers.leads import PauseChanged
from bot.services.answers.people import BreakReason, Reminding
from bot.services.numbers.parsing import MOST_IN_LINK, NUMBER, TELEPHONE
from bot.services.setup.preferences import Preferences
from bot.services.teams.own_day import Switched
from bot.slack import ids
from bot.slack.blocks.kit import inputs, kit
from bot.slack.blocks.kit.kit import Block, Element
from bot.slack.wording import labels
from bot.slack.wording.labels import Reader, city, finding_lines, local_time, missing_line, refusal_lines, shown_all
from bot.slack.wording.say import Markup, named, say, shown
from policy import Finding
from policy.calendar.local_time import minute_from
from policy.vocabulary import STOPPING, ContactState, Effect, LeaseEnd, Outcome

Line = list[Block]
MOST_AGAINST = 3  # findings that refuse a callback


def told(sentence: str) -> Line:
    return [kit.section(sentence)]


def recorded(done: calls.OutcomeRecorded, reader: Reader, *, asks_questions: bool = True) -> Line:
    """`asks_questions`: whether to offer the form of an own outcome that has not been filled in."""
    name = shown(done.name) or shown(done.masked_number)  # a call off the list has no name
    how = "added" if done.is_added else "repeat" if done.is_repeat else done.is_correction and "correction"
    outcome = labels.said_outcome(done.outcome, "" if done.own is None else done.own.name)
    heading = say("calls.recorded", how, name=name, outcome=outcome)
    forbade = _told_apart(done.against)
    lines = [say("calls.not_allowed"), *finding_lines(forbade)] if forbade else []
    lacked = _told_apart(done.unproven)
    lines += [] if forbade or not lacked else [say("calls.not_cleared")]
    lines += finding_lines(lacked)
    told_of = {said.rule for said in (*forbade, *lacked)}
    because = [one for one in _told_apart(done.because) if one.rule not in told_of]
    # A callback says when, and a finished contact does not open.
    is_over = done.callback_due_at is not None or done.state is ContactState.FINISHED
    because = [] if is_over else [*because[:2], *done.closed_days]
    lines += [f"{heading} {_afterwards(done, reader)}", *finding_lines(because)]
    if done.withdrawn_from:
        lines.append(say("calls.withdrawn_from", count=len(done.withdrawn_from)))
    if done.are_leads_told and not done.is_repeat:
        lines.append(say("calls.team_lead_told"))
    lines += filter(None, [labels.blanked(done.blanked)])
    if done.own is not None and done.own.is_retired:
        lines.append(say("own_outcomes.retired", name=shown(done.own.name)))
    is_undoable = done.undo_until is not None and done.undo_until > reader.now
    undo = undo_button(done.attempt_id, done.outcome, done.undo_until, of=done.name)
    told = kit.section("\n".join(lines), undo if is_undoable else None)
    return [told, *_questions(done, asks_own=asks_questions)]


def they_rang(done: calls.OutcomeRecorded) -> Line:
    """In place of an outcome: the person had rung us."""
    said = [say("calls.rang_us", number=shown(done.masked_number))]
    said += [say("calls.rang_us_stopped")] if done.state is ContactState.SUPPRESSED else []
    return [
        kit.section(" ".join(said), undo_button(done.attempt_id, done.outcome, done.undo_until, of=done.masked_number))
    ]


def undo_button(attempt_id: int, outcome: Outcome, until: datetime | None, of: str) -> Element:
    """It takes back what was said then, and nothing that is said later. `until`: when it can no longer be."""
    moment = "" if until is None else f"@{until.isoformat()}"
    return kit.button(say("labels.undo"), "undo", f"{attempt_id}:{outcome.value}{moment}", of=of)


def _told_apart(because: Sequence[Finding]) -> list[Finding]:
    return list({one.says: one for one in reversed(because)}.values())[::-1]


def _afterwards(done: calls.OutcomeRecorded, reader: Reader) -> str:
    if done.callback_due_at is not None:
        return say("calls.callback_agreed", when=reader.both(done.callback_due_at, done.zone))
    if done.state is ContactState.LOCKED:
        # When the contact opens. If a fact will be missing by then: the earliest moment, and the fact.
        if done.callable_from is not None:
            opens_at = reader.both(minute_from(done.callable_from), done.zone)
            return say("calls.next_callable", done.has_next_number and "on_next_number", when=opens_at)
        ends = [one.until for one in done.because if one.effect is Effect.LOCK]
        known = [end for end in ends if end is not None]
        if not known or len(known) < len(ends):
            return say("calls.afterwards", ContactState.LOCKED)
        said = say("calls.locked_at_least", when=reader.both(minute_from(max(known)), done.zone))
        if not done.missing:
            return said
        return f"{said} {say('calls.wanted_by_then', what=Markup('; '.join(shown_all(done.missing))))}"
    if done.state is ContactState.HELD and done.missing and not done.because:  # else the lines below say it
        return say("calls.held_for", what=Markup("; ".join(shown_all(done.missing))))
    if done.state is ContactState.CALLABLE and done.redial_until is not None:
        return say("calls.one_redial", until=reader.both(done.redial_until, done.zone))
    if done.state is ContactState.CALLABLE and done.has_next_number:
        return say("calls.now_on_next_number")
    return say("calls.afterwards", done.state)


def _questions(done: calls.OutcomeRecorded, *, asks_own: bool) -> Iterator[Block]:
    key, own = str(done.attempt_id), done.own
    if done.may_have_rung:  # the number is on no list, and the call may be none of ours
        rang = kit.button(say("labels.they_rang"), "they_rang", key, of=done.masked_number)
        yield kit.section(say("calls.may_have_rung"), rang)
    if done.outcome is Outcome.CALLBACK_AGREED and done.callback_due_at is None:
        yield kit.section(say("calls.say_when"), kit.button(say("labels.set_time"), "callback_form", key, "primary"))
    if asks_own and own is not None and own.questions and not done.has_answers:  # it was typed, without its form
        fill_in = kit.button(
            say("own_outcomes.fill_in"), "outcome_questions_form", f"{key}:{own.own_id}?", of=done.name
        )
        yield kit.section(say("own_outcomes.questions_wait", name=shown(own.name)), fill_in)
    if done.note_may_be_stop and done.outcome not in STOPPING:  # Nextcall never acts on the note alone
        yes = kit.button(say("labels.asked_to_stop"), "asked_to_stop", key, "danger", do_not_call_dialogue())
        yield kit.section(say("calls.note_may_be_stop"), yes)
    if done.asks_about_data:  # a complaint about the person's data has days by law
        yield kit.section(
            say("calls.about_data"), kit.button(say("labels.about_data"), "about_data", key, of=done.name)
        )


def do_not_call_dialogue() -> Element:
    """The dialogue before a do-not-call, which takes effect at once and everywhere."""
    return kit.confirm(say("calls.dnc_ask"), say("calls.dnc_sure"), say("calls.dnc_yes"), say("calls.dnc_no"))


def refused(answer: calls.CallRefused, reader: Reader) -> Line:
    lines = [say("calls.cannot_be_called", name=named(answer.name)), *refusal_lines(answer.refusal, reader)]
    return [kit.section("\n".join(lines))]


def callback_refused(answer: CallbackRefused, reader: Reader) -> Line:
    """That the callback is not recorded, then why, the next lawful time and what to do."""
    refusal = answer.refusal
    due = reader.both(answer.asked_for, refusal.zone)
    lines: list[str] = [say("callbacks.not_recorded", name=named(answer.name), due=due)]
    lines += finding_lines(refusal.findings, MOST_AGAINST) or missing_line(refusal.missing)
    next_at = answer.next_lawful_at and reader.both(answer.next_lawful_at, refusal.zone)
    known = say("callbacks.next_lawful", when=next_at) if next_at else say("forms.no_later_time")
    return [kit.section("\n".join([*lines, f"{known} {say('callbacks.choose_another')}"]))]


def outcome_first(answer: calls.OutcomeFirst, reader: Reader) -> Line:
    """Asks for the outcome of the call that is open, before another begins."""
    first, wanted = answer.first, named(answer.name)
    said = say("calls.outcome_first", name=named(first.name), since=reader.when(first.opened_at), wanted=wanted)
    return [kit.section(said, give_outcome(first.attempt_id, first.name))]


def gone(answer: calls.CardGone) -> Line:
    said = say("calls.gone", answer.because, name=named(answer.name))
    if answer.because == LeaseEnd.OUTCOME and answer.outcome:
        said = say("calls.gone_outcome", name=named(answer.name), outcome=labels.outcome_name(answer.outcome))
    if answer.attempt_id is None:
        return told(said)
    return [kit.section(f"{said} {say('calls.wants_outcome')}", give_outcome(answer.attempt_id, answer.name))]


def released(answer: calls.Released, reader: Reader) -> Line:
    """With a button that says why, for a contact that the agent has just given back."""
    how = "explained" if answer.is_explained else answer.is_repeat and "repeat"
    said: str = say("calls.released", how, name=named(answer.name))
    if answer.callable_from is not None and answer.callable_from > reader.now:
        said += " " + say("calls.next_callable", when=reader.both(minute_from(answer.callable_from), reader.zone))
    why = kit.button(say("labels.say_why"), "release_form", str(answer.lease_id), of=answer.name)
    words = " ".join(filter(None, [said, labels.blanked(answer.blanked)]))
    return [kit.section(words, None if answer.is_explained else why)]


def place_corrected(answer: calls.PlaceCorrected, reader: Reader) -> Line:
    there = local_time(reader.now, answer.zone)
    now = say("calls.there_now", time=there, city=city(answer.zone)) if there else None
    said = say("calls.place_corrected", None if there else "clock_unknown", name=named(answer.name), there=now)
    if answer.refusal is None:
        return [kit.section(said)]
    if answer.lease_id:  # the agent may be on the line: one line now, the rules at a press
        more = kit.button(say("labels.more"), "place_why", str(answer.lease_id), of=answer.name)
        return [kit.section(f"{said} {say('calls.place_forbids')}", more)]
    return [kit.section("\n".join([said, say("calls.place_forbids"), *refusal_lines(answer.refusal, reader)]))]


def undone(answer: calls.Undone) -> Line:
    was = labels.said_outcome(answer.was, answer.own_name)
    name = named(answer.name)
    if answer.stands_by:  # one user took their outcome back; what other users recorded stands
        others = Markup(", ".join(map(shown, answer.stands_by)))
        stands = was if answer.stands is None else labels.said_outcome(answer.stands, answer.stands_as)
        key = "calls.stands_by"
        return [kit.section(say(key, stands == was and "others", name=name, outcome=was, stands=stands, others=others))]
    then = say("calls.undone", "stopped" if answer.is_stopped else answer.has_card and "card")
    said = f"{say('calls.outcome_undone', name=name, outcome=was)} {then}"
    return [kit.section(said, None if answer.has_card else give_outcome(answer.attempt_id, answer.name))]


def too_soon(attempt_id: int, said: str = Outcome.NO_ANSWER) -> Line:
    """Asks before a short ring is recorded; the second press records it. `said`: the outcome, or an own one's id.

    Its button stands where there was none, so that a double press does not confirm.
    """
    anyway = kit.button(say("labels.record_anyway"), "record_anyway", f"{attempt_id}:{said}")
    return [kit.section(say("calls.too_soon"), anyway)]


def asks_to_correct(attempt_id: int, name: str, stands: Markup, meant: Markup, said: str) -> Line:
    """Asks before a press corrects an outcome: the agent may have meant another call. `said`: as in `too_soon`."""
    press = kit.button(say("labels.correct"), "correct", f"{attempt_id}:{said}", of=name)
    return [kit.section(say("calls.corrects", name=named(name), outcome=stands, other=meant), press)]


def not_undone(attempt_id: int, name: str, stands: Markup, sentence: str) -> Line:
    """Replaces the pressed Undo: which outcome stands, why, and the button to correct it."""
    said = say("calls.not_undone", name=named(name), outcome=stands, why=Markup(sentence))
    return [kit.section(said, give_outcome(attempt_id, name, say("labels.correct_it")))]


def give_outcome(attempt_id: int, name: str, label: str = "") -> Element:
    said = label or say("labels.give_outcome")
    return kit.button(said, "outcome_form", str(attempt_id), of=name)


MINE = "0"  # a button needs a value


def paused(mine: Preferences, reader: Reader) -> list[Block]:
    pause = mine.pause
    if pause is None:
        return []
    since = reader.when(pause.since)
    if pause.is_own:
        label = say("preferences.back_to_work")
        back = kit.button(label, "back_to_work", MINE, "primary", spoken=label)
        said = say("preferences.on_break", since=since, reason=labels.break_reason(pause.reason))
        return [kit.section(f"{said}\n{say('preferences.on_break_means')}", back)]
    reason, by = shown(pause.reason, 200), named(pause.by)
    said = say("preferences.paused", reason and "reason", by=by, since=since, reason=reason)
    return [kit.section(f"{said}\n{say('preferences.paused_means')}")]


def pause_me() -> Block:
    """The menu that begins a break, by its reason."""
    reasons = [kit.option(say("preferences.break_reason", one), one.value) for one in BreakReason]
    return kit.section(say("preferences.pause_about"), kit.select("pause_me", say("preferences.pause_me"), reasons))


def work_for(teams: Sequence[tuple[int, str]]) -> list[Block]:
    """The menu of the teams a person may work for. The first is the present one. Nothing where there is no choice."""
    if len(teams) < 2:
        return []
    choices = [kit.option(name, str(team_id)) for team_id, name in teams]
    menu = kit.select("work_for", say("memberships.choose"), choices, choices[0])
    return [kit.section(say("memberships.works_for", team=named(teams[0][1])), menu)]


def switched(done: Switched) -> list[Block]:
    team = named(done.team)
    if done.calling:
        return [kit.section(say("memberships.still_calling", name=named(done.calling), team=team))]
    back = f" {say('memberships.works_now_contacts', count=done.returned)}" if done.returned else ""
    return [kit.section(f"{say('memberships.works_now', team=team)}{back}")]


def break_began(done: PauseChanged) -> list[Block]:
    """What went back. Nothing where nothing did: the break itself is shown beside it."""
    if not (done.returned or done.is_repeat):
        return []
    return [kit.section(say("preferences.break_began", done.is_repeat and "repeat", count=done.returned))]


def working_day(mine: Preferences) -> list[Block]:
    begins, ends = (f"{at:%H:%M}" for at in (mine.shift_from, mine.shift_until))
    said = say("preferences.reminded", mine.reminders, begins=Markup(begins), ends=Markup(ends))
    change = kit.button(say("admin.change"), "my_day_form", MINE, spoken=say("preferences.working_day"))
    return [kit.divider(), kit.header(say("preferences.working_day")), kit.section(said, change)]


def my_day_form(mine: Preferences, metadata: str) -> Block:
    reminders = inputs.radio([(one.value, say("preferences.reminders", one)) for one in Reminding], mine.reminders)
    begins, ends = inputs.clock(mine.shift_from), inputs.clock(mine.shift_until)
    dial = inputs.line(mine.dial_with, TELEPHONE, MOST_IN_LINK)
    hint = say("preferences.dial_hint", example=Markup(NUMBER))
    blocks = [
        kit.field(ids.REMINDERS, say("preferences.when_reminded"), reminders),
        kit.field(ids.FROM, say("preferences.shift_begins"), begins),
        kit.field(ids.UNTIL, say("preferences.shift_ends"), ends, say("preferences.shift_hint")),
        kit.field(ids.DIAL_WITH, say("preferences.dial_with"), dial, hint, is_optional=True),
    ]
    return kit.form(say("preferences.working_day"), blocks, "my_day", metadata)
