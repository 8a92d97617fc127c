"""Digests of a day, week and month, their attachments, and what admins read if one cannot be posted."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.services.answers.reports import Edition
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.language import figure
from bot.slack.wording.reports import contacts_made
from bot.slack.wording.say import Markup, has_form, say
from bot.slack.wording.times import long_day, month_of, short_day
from policy.vocabulary import Outcome


def heading(team: str, edition: Edition, on: date) -> Markup:
    if edition is Edition.WEEK:
        return say("digests.heading", team=Markup(team), day=long_day(on))
    return Markup(f"{team}: {month_of(on) if edition is Edition.MONTH else long_day(on)}")


# -- the audit


def audit_what(name: str, broken: int) -> Markup:
    return say("digests.audited", name, count=broken) if has_form("digests.audited", name) else Markup(name)


def audit_verdict(broken: int, people: int = 0) -> Markup:
    """`people`: rung on earlier days against the rules, as only the phone system's records show."""
    if broken:
        return say("digests.audit_verdict_broken", count=broken)
    if not people:
        return say("digests.audit_all_held")
    return say("digests.audit_held_but_people", count=people)


def audit_before(broken: int, edition: Edition) -> Markup:
    """The audit's count in the previous period, if different."""
    return say("digests.before", edition, count=broken)


# -- what was done


def change(now: int, before: int) -> Markup:
    """The change that follows a figure."""
    if now == before:
        return Markup(" " + say("digests.change"))
    return Markup(f" ({'+' if now > before else '−'}{figure(abs(now - before))})")


def activity(figures: Sequence[tuple[int, str]]) -> Markup:
    """Calls, connected, contacts and not dialled, each with its change."""
    (made, made_by), (connected, connected_by), (contacts, contacts_by), (void, void_by) = figures
    parts = [
        f"{say('reports.calls', count=made)}{made_by}",
        say("digests.activity", count=connected) + connected_by,
        contacts_made(contacts, made, contacts_by),
    ]
    parts += [say("reports.not_dialled_calls", count=void) + void_by] if void else []
    return Markup(", ".join(parts) + ".")


def outcome_counts(counts: Sequence[tuple[Outcome, int]]) -> Markup:
    return Markup(" · ".join(f"{outcome_name(outcome)} {figure(count)}" for outcome, count in counts))


# -- day by day


def day_line(on: date, made: int, contacts: int, refused: int, stops: int, broken: int) -> Markup:
    said = say(
        "digests.day_line",
        day=short_day(on),
        calls=say("reports.calls", count=made),
        contacts=contacts_made(contacts, made),
        refused=refused,
        stops=stops,
    )
    if not broken:
        return said
    return Markup(f"{said} · {say('digests.day_line_broken', count=broken)}")


def missing_days(days: Sequence[date]) -> Markup:
    return say("digests.missing_days", count=len(days), days=Markup(", ".join(short_day(on) for on in days)))


# -- refusals, requests to stop, overrides


def refusals_heading(change_of_all: str) -> Markup:
    return Markup(say("digests.refusals_heading") + change_of_all)


def recorded_within(count: int, within: timedelta) -> Markup:
    return say("digests.recorded_within", count=count, time=duration(within))


def withdrawn_within(cards: int, within: timedelta) -> Markup:
    if within <= timedelta(0):
        return say("digests.withdrawn_at_once", count=cards)
    return say("digests.withdrawn_within", count=cards, time=duration(within))


def duration(time: timedelta) -> Markup:
    """The duration in a suitable unit, rounded up, so never shorter than it was."""
    seconds = max(-(-time // timedelta(seconds=1)), 0)
    if seconds < 60:
        return say("digests.seconds", count=seconds)
    if seconds < 2 * 3600:
        minutes = -(-seconds // 60)
        return say("digests.minutes", count=minutes)
    hours = -(-seconds // 3600)
    return say("digests.hours", count=hours)


def stop_withdrawn(when: str, asked_by: Markup, agreed_by: Markup) -> Markup:
    if asked_by == agreed_by:
        return say("digests.stop_withdrawn_alone", when=Markup(when), who=asked_by)
    return say("digests.stop_withdrawn", when=Markup(when), who=asked_by, second=agreed_by)


def overrides_heading(by: str) -> Markup:
    return Markup(say("digests.overrides_heading") + by)


# -- what waits, and what expires


def waits(count: int, reason: Markup) -> Markup:
    return say("digests.waits", count=count, reason=reason or say("digests.no_reason"))


def expiring(contacts: int, on: date, register: Markup, *, is_at_least: bool) -> Markup:
    if is_at_least:
        return say("digests.expiring_at_least", count=contacts, day=short_day(on), register=register)
    return say("digests.expiring", count=contacts, day=short_day(on), register=register)


def review(pack: Markup, on: date, *, is_past: bool) -> Markup:
    key = "digests.review_past" if is_past else "digests.review"
    return say(key, pack=pack, day=short_day(on))


def old_readings(rules: int, days: int, since: date) -> Markup:
    return say("digests.old_readings", count=rules, days=days, day=long_day(since))


def rule_change(what: str, on: date, title: Markup, rule: Markup) -> Markup:
    if what == "begins":
        key = "digests.rule_change_begins"
    elif what == "ends":
        key = "digests.rule_change_ends"
    else:
        key = "digests.rule_change"
    return say(key, day=short_day(on), title=title, rule=rule)


# -- the foot, and what is attached


def chart_alt(edition: Edition) -> Markup:
    if edition is Edition.DAY:
        return say("digests.chart_alt_day")
    return say("digests.chart_alt")


# -- for admins, if a channel takes no digest


def not_posted(team: Markup, edition: Edition, on: date) -> Markup:
    return say("digests.not_posted", edition, team=team, day=short_day(on))


def why_not_posted(code: str, shown_code: Markup) -> Markup:
    return say("digests.causes", code, code=shown_code)
