"""The report of a span: its form, its message, and the words of its files."""

from datetime import date, timedelta

from bot.services.answers.activity import ActivityReport, BestHour
from bot.services.answers.activity_words import ActivityWords
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.language import _, decimals, sentence
from bot.slack.wording.language import figure as figure_of
from bot.slack.wording.markup import Markup
from bot.slack.wording.times import short_day, weekday

_A_MONDAY = date(2026, 11, 23)

button = sentence("Report…")
title = sentence("Report")
send = sentence("Send it to me")
about = sentence("How many calls were made, and what came of them. You get it as a direct message.")
first_day = sentence("First day")
last_day = sentence("Last day")
last_day_hint = sentence("Yesterday is the last whole day. Choose today to count it as far as it has come.")
team = sentence("Team")
campaign = sentence("Campaign")
listed = sentence("List")
all_of_them = sentence("All")
under_way = sentence(":hourglass_flowing_sand: The report is being made. It comes as a direct message.")
few_calls = sentence("Too few calls to say when people are best reached.")
by_day_alt = sentence("Columns: attempts of each day, and the contacts among them.")
own_heading = sentence("*Own outcomes*")
by_hour_alt = sentence("A table: contacts of 100 attempts, by weekday and hour.")


def heading(report: ActivityReport) -> str:
    return f"{words().title}: {words().scope(report.wanted)}"


def spans(report: ActivityReport) -> str:
    return f"{words().span(report.span)} ({report.span.zone}), {words().span_compared(report.before)}"


def figure(name: str, now: str, before: str) -> str:
    return _("{name}: *{now}* (before: {before})").format(name=name, now=now, before=before)


def own_outcome(name: Markup, calls: int, before: int) -> str:
    return "• " + figure(name, figure_of(calls), figure_of(before))


def best_hours(found: tuple[BestHour, ...]) -> str:
    """The hours in which people are reached most often, on their clock."""
    if not found:
        return few_calls()
    each = [_best_hour(one) for one in found]
    return _("Best hours to reach people: {hours}.").format(hours=", ".join(each))


def _best_hour(one: BestHour) -> Markup:
    day = weekday(_A_MONDAY + timedelta(days=one.weekday))
    rate = f"{100 * (one.tally.contact_rate or 0):.0f}"
    said = _("{day} {hour}–{until} ({rate} of 100)")
    return Markup(said.format(day=day, hour=one.hour, until=one.hour + 1, rate=rate))


def words() -> ActivityWords:
    """The words of the report's files in the reader's language."""
    return ActivityWords(
        title=_("Calls"),
        everything=_("all teams, campaigns and lists"),
        days=_("{first} to {last}"),
        compared=_("compared with {days}"),
        summary=_("Summary"),
        figure=_("Figure"),
        day=_("Day"),
        hour=_("Hour"),
        week=_("Hours of the week"),
        agent=_("Agent"),
        listed=_("List"),
        campaign=_("Campaign"),
        off_list=_("Off the list"),
        attempts=_("Attempts"),
        contacts=_("Contacts"),
        contact_rate=_("Contact rate"),
        successes=_("Successes"),
        success_rate=_("Success rate"),
        attempts_to_a_contact=_("Attempts to a contact"),
        opt_outs=_("Opt-outs"),
        opt_outs_per_thousand=_("Opt-outs per 1,000"),
        complaints=_("Complaints"),
        complaints_per_thousand=_("Complaints per 1,000"),
        without_outcome=_("Without an outcome"),
        by_day=_("Attempts and contacts by day"),
        by_hour=_("Contacts of 100 attempts, on the clock of the person called"),
        by_agent=_("By agent"),
        by_list=_("By list"),
        by_campaign=_("By campaign"),
        by_own=_("Own outcomes"),
        own_outcome=_("Own outcome"),
        counts_as=_("Counts as"),
        calls=_("Calls"),
        calls_before=_("Calls before"),
        answers=_("Answers"),
        when=_("When"),
        question=_("Question"),
        answer=_("Answer"),
        yes=_("Yes"),
        no=_("No"),
        outcome=outcome_name,
        meaning=_(
            "A contact is a conversation with the right person. Contact rate: contacts of attempts. Success rate: "
            "successes of contacts."
        ),
        was=_("before: {figure}"),
        few=_("A dot: fewer than 5 attempts."),
        and_more=_("and {count} more: see the workbook"),
        weekdays=tuple(weekday(_A_MONDAY + timedelta(days=place)) for place in range(7)),
        short_day=short_day,
        whole=figure_of,
        decimals=decimals,
    )
