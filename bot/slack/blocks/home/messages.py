"""Direct messages: those that wait in the outbox, by kind, and requests. They stay in Slack, so they show no number.

A screen is given the reader and, by name, what its row says: names in place of ids (`bot.services.messages`).
Those to a team lead alone: contacts run out, a call is open long, a promise broke, a screening grows old.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from bot.services.answers.callbacks import CallbackSoon, ReminderLine
from bot.services.answers.calls import OpenAttempt
from bot.services.answers.leads import BrokenPromise, ForbiddenFound, LeadAlert
from bot.services.answers.registers import ScreeningAges
from bot.services.answers.teams import HeldFor
from bot.slack.blocks.admin import house_rules
from bot.slack.blocks.agent.happened import give_outcome
from bot.slack.blocks.kit import kit
from bot.slack.blocks.kit.kit import Block, Element, Reply
from bot.slack.blocks.lead import callback_trouble, list_forms
from bot.slack.blocks.lead.lead_presses import supply, wanting_lines
from bot.slack.blocks.lead.status_pages import Page, ask_press, unreported_line
from bot.slack.blocks.report import activity, digest
from bot.slack.wording.digests import people_rung
from bot.slack.wording.labels import Reader, label, outcome_name, short_day, translated_line
from bot.slack.wording.say import Markup, fallback, named, say, shown
from policy.calendar.local_time import minute_from
from policy.vocabulary import HOLDING, Outcome

_MOST_DETAILS = 5
_LONGEST = 160  # characters of a detail


def lead_alerts(reader: Reader, several: Sequence[LeadAlert | BrokenPromise | ForbiddenFound]) -> Reply:
    """One message about all of them, as far as it holds them. `several`: one at least."""
    groups = [_alert(one, reader) for one in several]
    heading = str(groups[0][0]["text"]["text"]) if groups else say("leads.needs")
    return Reply(heading, tuple(kit.fitted(groups)))


def _alert(one: LeadAlert | BrokenPromise | ForbiddenFound, reader: Reader) -> list[Block]:
    if isinstance(one, ForbiddenFound):
        return _found(one, reader)
    if isinstance(one, BrokenPromise):
        return _broken(one)
    if one.call is not None:
        said = say("leads.long_call", agent=named(one.call.agent_name), when=reader.when(one.call.opened_at))
        return [kit.section(said, ask_press(one.call, one.team_id, stays=True))]
    dry_at = reader.now if one.dry_at is None else one.dry_at
    ahead = kit.button(Page.AHEAD.title, "status_ahead", str(one.team_id))
    said = say("leads.team_runs_dry", team=shown(one.team, 80), when=reader.when(dry_at))
    return [kit.section(said), kit.actions([ahead, list_forms.bring_press()])]


def _found(found: ForbiddenFound, reader: Reader) -> list[Block]:
    head = say(
        "leads.forbidden_found", count=found.count, first=reader.when(found.first_at), last=reader.when(found.last_at)
    )
    worst = people_rung(found.worst, len(found.worst))
    of_them = [say("leads.the_gravest")] if worst and found.count > sum(one.count for one in found.worst) else []
    said = "\n".join([head, *of_them, *worst, say("leads.found_calls_count")])
    return [kit.section(said, _press(say("reports.see_status"), "see_status"))]


def _broken(broken: BrokenPromise) -> list[Block]:
    what = [translated_line(one, _LONGEST) for one in broken.details[:_MOST_DETAILS]]
    call = broken.off_the_list
    if call is not None and call.outcome is not None:
        whom = named(call.name) if call.name else shown(call.masked_number)
        head = say("reports.forbidden_call", agent=named(call.agent_name), contact=whom, outcome=label(call.outcome))
        said = "\n".join([head, *what, say("reports.forbidden_call_counts")])
        return [kit.section(said, _press(say("reports.see_status"), "see_status"))]
    said = "\n".join([say("leads.promise_broken"), *what])
    press = kit.button(say("calls.history"), "history", str(broken.lease_id)) if broken.lease_id else None
    return [kit.section(said, press)]


_MOST_AGES = 10
_LONGEST_KEY = 200


def screening_ages(reader: Reader, several: Sequence[ScreeningAges]) -> Reply:
    """What is held from which day, and what to do. `several`: one at least."""
    lines = [
        say(
            "register_files.ages",
            one.is_at_least and "at_least",
            count=one.contacts,
            campaign=shown(one.campaign, 80),
            register=shown(one.register_name, 80),
            day=Markup(short_day(max(one.on, reader.today))),
        )
        for one in several[:_MOST_AGES]
    ]
    key = (several[0].register[:_LONGEST_KEY] if several else "") or "0"
    press = kit.button(say("register_files.bring"), "register_bring", key, "primary")
    head = f":warning: *{say('register_files.ages_head')}*"
    what_to_do = kit.section(say("register_files.what_to_do"))
    blocks = (*kit.lines_in_sections([head, *lines]), what_to_do, kit.actions([press]))
    return Reply(fallback(say("register_files.ages_head"), 300), blocks)


NO_ZONE: Final = ""  # Slack shows each reader their own clock; only the fallback text says UTC


def audit_stopped(_reader: Reader, first: str, last: str, place: object = None) -> Reply:  # noqa: ARG001 - the sender's
    return activity.stopped(date.fromisoformat(first), date.fromisoformat(last))


def card_withdrawn(_reader: Reader, because: str, name: str = "") -> Reply:
    if because == "erased":
        return kit.message_of(say("reports.card_withdrawn_erased"))
    return kit.message_of(say("reports.card_gone", name=named(name), why=say("reports.card_withdrawn", because)))


def card_given(_reader: Reader, by: str, name: str) -> Reply:
    said = say("preferences.given", by=named(by), name=named(name))
    return kit.message_of(said, _press(say("preferences.see_card"), "see_cards"))


def outcome_alert(_reader: Reader, agent: str, name: str, outcome: str) -> Reply:
    about = Outcome(outcome)
    said = say("reports.lead_alert", agent=named(agent), outcome=label(about), contact=named(name))
    if about is Outcome.ABANDONED:
        said = Markup(f"{said} {say('reports.abandoned_locks')}")
    elif about in HOLDING:
        said = Markup(f"{said} {say('reports.held_until_decided')}")
    return kit.message_of(said, _press(say("reports.see_status"), "see_status"))


def person_left(_reader: Reader, agent: str, contacts: int) -> Reply:
    parts = [say("admin_people.person_left", name=named(agent))]
    parts += [say("admin_people.person_left_contacts", count=contacts)] if contacts else []
    return kit.message_of(" ".join([*parts, say("admin_people.person_left_anyone")]))


def group_not_followed(_reader: Reader, team: str, reason: str) -> Reply:
    why = say("admin_people.not_followed", reason, code=shown(reason))
    return kit.message_of(f"{say('admin_people.group_not_followed', team=named(team))} {why}")


def outcomes_owed(reader: Reader, several: Sequence[OpenAttempt]) -> Reply:
    return open_attempts(several, Reader(NO_ZONE, reader.now))


def _press(label: str, action_id: str) -> Element:
    return kit.button(label, action_id, "0", spoken=label)  # a button needs a value


MOST_VALUE = 2000


def reminder(reader: Reader, several: Sequence[ReminderLine]) -> Reply:
    """Contacts of theirs that are callable again, or will be in this shift."""
    is_for_shift = any(one.opens_at is not None for one in several)
    heading = say("reports.shift_heading" if is_for_shift else "reports.reminder_heading", count=len(several))
    lines = [_reminder_line(one, reader) for one in several]
    value = contact_ids(tuple(one.contact_id for one in several))
    take = kit.button(
        say("labels.take_this" if len(lines) == 1 else "labels.take_these"), "take_these", value, "primary"
    )
    return Reply(heading, (kit.section(f"*{heading}*"), *kit.lines_in_sections(lines), kit.actions([take])))


def callbacks_soon(reader: Reader, several: Sequence[CallbackSoon]) -> Reply:
    """Callbacks due within minutes. No button: until then they may not be called."""
    lines = []
    for one in several:
        whose = say("callbacks.whose", "anyones" if one.is_anyones else "yours", agent=None, name=named(one.name))
        lines.append(say("callbacks.soon", callback=whose, due=reader.both(one.due_at, one.zone)))
    heading = lines[0] if len(lines) == 1 else say("callbacks.soon_heading", count=len(lines))
    return Reply(heading, tuple(kit.lines_in_sections(lines)))


def contact_ids(contacts: Sequence[int]) -> str:
    """As many contacts as a button's value holds. The rest come with the next hand-out."""
    value = ""
    for one in contacts:
        longer = f"{value},{one}" if value else str(one)
        if len(longer) > MOST_VALUE:
            break
        value = longer
    return value


def _reminder_line(one: ReminderLine, reader: Reader) -> str:
    why = say("reports.last_was", outcome=outcome_name(one.last_outcome)) if one.last_outcome else Markup("")
    if one.callback_due_at is not None:
        why = say("reports.callback_due_at", when=reader.both(one.callback_due_at, one.zone))
    since = None if one.opens_at is None else reader.both(minute_from(one.opens_at), one.zone)
    until, name, campaign = reader.until(one.lawful_until, one.zone), named(one.name), shown(one.campaign)
    how = since and "since"
    return say("reports.reminder_line", how, name=name, campaign=campaign, why=why, since=since, until=until)


def open_attempts(attempts: Sequence[OpenAttempt], reader: Reader, line: Sequence[Block] = ()) -> Reply:
    """The attempts that need an outcome, each with its button, below what was just recorded."""
    heading = say("reports.chase_heading", count=len(attempts)) if attempts else say("reports.chase_done")
    return Reply(heading, tuple(kit.fitted([line, [kit.section(heading)], *attempt_groups(attempts, reader)])))


def attempt_groups(attempts: Sequence[OpenAttempt], reader: Reader) -> list[list[Block]]:
    return [[kit.section(unreported_line(one, reader), give_outcome(one.attempt_id, one.name))] for one in attempts]


def wanted_facts(by: str, team: str, wanting: Sequence[HeldFor]) -> Reply:
    """Tells an admin which missing facts hold contacts, and where to supply them."""
    said = say("leads.wanted", by=named(by), team=shown(team))
    return Reply(said, (kit.section(said), *kit.lines_in_sections(wanting_lines(wanting)), supply()))


def contacts_taken(reader: Reader) -> Reply:
    return kit.message_of(say("reports.taken", time=reader.when(reader.now)))


SCREENS: Final[Mapping[str, Callable[..., Reply]]] = {
    "audit_stopped": audit_stopped,
    "callable_again": reminder,
    "callback_given": callback_trouble.given,
    "callback_trouble": callback_trouble.troubles,
    "callback_waits": callback_trouble.troubles,
    "callbacks_soon": callbacks_soon,
    "card_given": card_given,
    "card_withdrawn": card_withdrawn,
    "digest_not_posted": digest.not_posted,
    "group_not_followed": group_not_followed,
    "house_rules_decided": lambda _reader, one: house_rules.decided(one),
    "lead_alert": lead_alerts,
    "outcome_alert": outcome_alert,
    "outcome_asked": outcomes_owed,
    "outcomes_owed": outcomes_owed,
    "person_left": person_left,
    "promise_broken": lead_alerts,
    "screening_ages": screening_ages,
}
