"""The screens of messages that wait in the outbox, by kind. They stay in Slack, so they show no number.

A screen is given the reader and, by name, what its row says: names in place of ids (`bot.services.messages`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from bot.services.answers.callbacks import CallbackGiven, CallbackSoon, CallbackTrouble, ReminderLine
from bot.services.answers.calls import OpenAttempt
from bot.services.answers.house_rules import ProposalView
from bot.services.answers.leads import LeadAlert
from bot.services.answers.registers import ScreeningAges
from bot.services.answers.reports import NotPosted
from bot.slack.blocks.admin import house_rules
from bot.slack.blocks.home import direct
from bot.slack.blocks.kit.kit import Element, Reader, Reply, button, section
from bot.slack.blocks.lead import callback_trouble
from bot.slack.blocks.lead import lead_alert as lead_alerts
from bot.slack.blocks.report import digest, span_audit
from bot.slack.wording import named, say, shown
from bot.slack.wording.labels import label
from bot.slack.wording.say import Markup
from policy.vocabulary import HOLDING, Outcome

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


def callable_again(reader: Reader, several: Sequence[ReminderLine]) -> Reply:
    return direct.reminder(several, reader)


def callback_given(reader: Reader, given: CallbackGiven) -> Reply:
    return callback_trouble.given(given, reader)


def callback_troubles(reader: Reader, several: Sequence[CallbackTrouble]) -> Reply:
    return callback_trouble.troubles(several, reader)


def callbacks_soon(reader: Reader, several: Sequence[CallbackSoon]) -> Reply:
    return direct.callbacks_soon(several, reader)


def digest_not_posted(_reader: Reader, trouble: NotPosted) -> Reply:
    return digest.not_posted(trouble)


def house_rules_decided(_reader: Reader, one: ProposalView) -> Reply:
    return house_rules.decided(one)


def person_left(_reader: Reader, agent: str, contacts: int) -> Reply:
    parts = [say("admin_people.person_left", name=named(agent))]
    parts += [say("admin_people.person_left_contacts", count=contacts)] if contacts else []
    return _said(" ".join([*parts, say("admin_people.person_left_anyone")]))


def group_not_followed(_reader: Reader, team: str, reason: str) -> Reply:
    why = say("admin_people.not_followed", reason, code=shown(reason))
    return _said(f"{say('admin_people.group_not_followed', team=named(team))} {why}")


def lead_alert(reader: Reader, several: Sequence[LeadAlert]) -> Reply:
    return lead_alerts.alerts(several, reader)


def outcomes_owed(reader: Reader, several: Sequence[OpenAttempt]) -> Reply:
    return direct.open_attempts(several, Reader(NO_ZONE, reader.now))


def screening_ages(reader: Reader, several: Sequence[ScreeningAges]) -> Reply:
    return lead_alerts.warning(several, reader)


def _said(said: str, press: Element | None = None) -> Reply:
    return Reply(said, (section(said, press),))


def _press(label: str, action_id: str) -> Element:
    return button(label, action_id, "0", spoken=label)  # a button needs a value


SCREENS: Final[Mapping[str, Callable[..., Reply]]] = {
    "audit_stopped": audit_stopped,
    "callable_again": callable_again,
    "callback_given": callback_given,
    "callback_trouble": callback_troubles,
    "callback_waits": callback_troubles,
    "callbacks_soon": callbacks_soon,
    "card_given": card_given,
    "card_withdrawn": card_withdrawn,
    "digest_not_posted": digest_not_posted,
    "group_not_followed": group_not_followed,
    "house_rules_decided": house_rules_decided,
    "lead_alert": lead_alert,
    "outcome_alert": outcome_alert,
    "outcome_asked": outcomes_owed,
    "outcomes_owed": outcomes_owed,
    "person_left": person_left,
    "promise_broken": lead_alert,
    "screening_ages": screening_ages,
}
