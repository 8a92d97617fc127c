"""Direct messages: reminders, missing outcomes, requests. They stay in Slack, so they show no number."""

from collections.abc import Sequence

from bot.services.answers.callbacks import CallbackSoon, ReminderLine
from bot.services.answers.calls import OpenAttempt
from bot.services.answers.teams import HeldFor
from bot.services.local_time import minute_from
from bot.slack.blocks.agent.happened import give_outcome
from bot.slack.blocks.kit.kit import Block, Reader, Reply, actions, button, fitted, lines_in_sections, section
from bot.slack.blocks.lead.lead_presses import supply, wanting_lines
from bot.slack.blocks.lead.status_pages import unreported_line
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.say import Markup, named, say, shown

MOST_VALUE = 2000


def reminder(reader: Reader, several: Sequence[ReminderLine]) -> Reply:
    """Contacts of theirs that are callable again, or will be in this shift."""
    is_for_shift = any(one.opens_at is not None for one in several)
    heading = say("reports.shift_heading" if is_for_shift else "reports.reminder_heading", count=len(several))
    lines = [_reminder_line(one, reader) for one in several]
    value = contact_ids(tuple(one.contact_id for one in several))
    take = button(say("labels.take_this" if len(lines) == 1 else "labels.take_these"), "take_these", value, "primary")
    return Reply(heading, (section(f"*{heading}*"), *lines_in_sections(lines), actions([take])))


def callbacks_soon(reader: Reader, several: Sequence[CallbackSoon]) -> Reply:
    """Callbacks due within minutes. No button: until then they may not be called."""
    lines = []
    for one in several:
        whose = say("callbacks.whose", "anyones" if one.is_anyones else "yours", agent=None, name=named(one.name))
        lines.append(say("callbacks.soon", callback=whose, due=reader.both(one.due_at, one.zone)))
    heading = lines[0] if len(lines) == 1 else say("callbacks.soon_heading", count=len(lines))
    return Reply(heading, tuple(lines_in_sections(lines)))


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
    return Reply(heading, tuple(fitted([line, [section(heading)], *attempt_groups(attempts, reader)])))


def attempt_groups(attempts: Sequence[OpenAttempt], reader: Reader) -> list[list[Block]]:
    return [[section(unreported_line(one, reader), give_outcome(one.attempt_id, one.name))] for one in attempts]


def wanted_facts(by: str, team: str, wanting: Sequence[HeldFor]) -> Reply:
    """Tells an admin which missing facts hold contacts, and where to supply them."""
    said = say("leads.wanted", by=named(by), team=shown(team))
    return Reply(said, (section(said), *lines_in_sections(wanting_lines(wanting)), supply()))


def contacts_taken(reader: Reader) -> Reply:
    said = say("reports.taken", time=reader.when(reader.now))
    return Reply(said, (section(said),))
