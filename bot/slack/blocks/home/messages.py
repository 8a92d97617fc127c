"""The screens of messages that wait in the outbox, by kind. They stay in Slack, so they show no number.

A screen is given the reader and, by name, what its row says: names in place of ids (`bot.services.messages`).
Those to a team lead alone: contacts run out, a call is open long, a promise broke, a screening grows old.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from bot.services.answers.calls import OpenAttempt
from bot.services.answers.leads import BrokenPromise, ForbiddenFound, LeadAlert
from bot.services.answers.registers import ScreeningAges
from bot.slack.blocks.admin import house_rules
from bot.slack.blocks.home import direct
from bot.slack.blocks.kit.kit import Block, Element, Reader, Reply, actions, button, fitted, lines_in_sections, section
from bot.slack.blocks.lead import callback_trouble, list_forms
from bot.slack.blocks.lead.status_pages import Page
from bot.slack.blocks.lead.team_status import ask_press
from bot.slack.blocks.report import digest, span_audit
from bot.slack.wording.digests import people_rung
from bot.slack.wording.labels import label, translated_line
from bot.slack.wording.say import Markup, fallback, named, say, short_day, shown
from policy.vocabulary import HOLDING, Outcome

_MOST_DETAILS = 5
_LONGEST = 160  # characters of a detail


def lead_alerts(reader: Reader, several: Sequence[LeadAlert | BrokenPromise | ForbiddenFound]) -> Reply:
    """One message about all of them, as far as it holds them. `several`: one at least."""
    groups = [_alert(one, reader) for one in several]
    heading = str(groups[0][0]["text"]["text"]) if groups else say("leads.needs")
    return Reply(heading, tuple(fitted(groups)))


def _alert(one: LeadAlert | BrokenPromise | ForbiddenFound, reader: Reader) -> list[Block]:
    if isinstance(one, ForbiddenFound):
        return _found(one, reader)
    if isinstance(one, BrokenPromise):
        return _broken(one)
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
    return [section(said, _press(say("reports.see_status"), "see_status"))]


def _broken(broken: BrokenPromise) -> list[Block]:
    what = [translated_line(one, _LONGEST) for one in broken.details[:_MOST_DETAILS]]
    call = broken.off_the_list
    if call is not None and call.outcome is not None:
        whom = named(call.name) if call.name else shown(call.masked_number)
        head = say("reports.forbidden_call", agent=named(call.agent_name), contact=whom, outcome=label(call.outcome))
        said = "\n".join([head, *what, say("reports.forbidden_call_counts")])
        return [section(said, _press(say("reports.see_status"), "see_status"))]
    said = "\n".join([say("leads.promise_broken"), *what])
    press = button(say("calls.history"), "history", str(broken.lease_id)) if broken.lease_id else None
    return [section(said, press)]


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
    press = button(
        say("register_files.bring"),
        "register_bring",
        (several[0].register[:_LONGEST_KEY] if several else "") or "0",
        "primary",
    )
    head = f":warning: *{say('register_files.ages_head')}*"
    blocks = (*lines_in_sections([head, *lines]), section(say("register_files.what_to_do")), actions([press]))
    return Reply(fallback(say("register_files.ages_head"), 300), blocks)


NO_ZONE: Final = ""  # Slack shows each reader their own clock; only the fallback text says UTC


def audit_stopped(_reader: Reader, first: str, last: str, place: object = None) -> Reply:  # noqa: ARG001 - the sender's
    return span_audit.stopped(date.fromisoformat(first), date.fromisoformat(last))


def card_withdrawn(_reader: Reader, because: str, name: str = "") -> Reply:
    if because == "erased":
        return _said(say("reports.card_withdrawn_erased"))
    return _said(say("reports.card_gone", name=named(name), why=say("reports.card_withdrawn", because)))


def card_given(_reader: Reader, by: str, name: str) -> Reply:
    said = say("preferences.given", by=named(by), name=named(name))
    return _said(said, _press(say("preferences.see_card"), "see_cards"))


def outcome_alert(_reader: Reader, agent: str, name: str, outcome: str) -> Reply:
    about = Outcome(outcome)
    said = say("reports.lead_alert", agent=named(agent), outcome=label(about), contact=named(name))
    if about is Outcome.ABANDONED:
        said = Markup(f"{said} {say('reports.abandoned_locks')}")
    elif about in HOLDING:
        said = Markup(f"{said} {say('reports.held_until_decided')}")
    return _said(said, _press(say("reports.see_status"), "see_status"))


def person_left(_reader: Reader, agent: str, contacts: int) -> Reply:
    parts = [say("admin_people.person_left", name=named(agent))]
    parts += [say("admin_people.person_left_contacts", count=contacts)] if contacts else []
    return _said(" ".join([*parts, say("admin_people.person_left_anyone")]))


def group_not_followed(_reader: Reader, team: str, reason: str) -> Reply:
    why = say("admin_people.not_followed", reason, code=shown(reason))
    return _said(f"{say('admin_people.group_not_followed', team=named(team))} {why}")


def outcomes_owed(reader: Reader, several: Sequence[OpenAttempt]) -> Reply:
    return direct.open_attempts(several, Reader(NO_ZONE, reader.now))


def _said(said: str, press: Element | None = None) -> Reply:
    return Reply(said, (section(said, press),))


def _press(label: str, action_id: str) -> Element:
    return button(label, action_id, "0", spoken=label)  # a button needs a value


SCREENS: Final[Mapping[str, Callable[..., Reply]]] = {
    "audit_stopped": audit_stopped,
    "callable_again": direct.reminder,
    "callback_given": callback_trouble.given,
    "callback_trouble": callback_trouble.troubles,
    "callback_waits": callback_trouble.troubles,
    "callbacks_soon": direct.callbacks_soon,
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
