"""The report of a span: its form, its message, and the words of its files."""

from datetime import date, timedelta

from bot.services.answers.activity import ActivityReport, BestHour
from bot.services.answers.activity_words import ActivityWords
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.language import decimals
from bot.slack.wording.language import figure as figure_of
from bot.slack.wording.say import Markup, say
from bot.slack.wording.times import short_day, weekday

_A_MONDAY = date(2026, 11, 23)


def heading(report: ActivityReport) -> Markup:
    return Markup(f"{words().title}: {words().scope(report.wanted)}")


def spans(report: ActivityReport) -> Markup:
    return Markup(f"{words().span(report.span)} ({report.span.zone}), {words().span_compared(report.before)}")


def best_hours(found: tuple[BestHour, ...]) -> Markup:
    """The hours in which people are reached most often, on their clock."""
    if not found:
        return say("activity.few_calls")
    each = [_best_hour(one) for one in found]
    return say("activity.best_hours", hours=Markup(", ".join(each)))


def _best_hour(one: BestHour) -> Markup:
    day = weekday(_A_MONDAY + timedelta(days=one.weekday))
    rate = f"{100 * (one.tally.contact_rate or 0):.0f}"
    return say("activity.best_hour", day=day, hour=one.hour, until=one.hour + 1, rate=Markup(rate))


def words() -> ActivityWords:
    """The words of the report's files in the reader's language."""
    return ActivityWords(
        title=say("activity.words"),
        everything=say("activity.words_all"),
        days=say("activity.words_to"),
        compared=say("activity.words_compared"),
        summary=say("activity.words_summary"),
        figure=say("activity.words_figure"),
        day=say("activity.words_day"),
        hour=say("activity.words_hour"),
        week=say("activity.words_hours"),
        agent=say("activity.words_agent"),
        listed=say("activity.words_list"),
        campaign=say("activity.words_campaign"),
        off_list=say("activity.words_off_list"),
        attempts=say("activity.words_attempts"),
        contacts=say("activity.words_contacts"),
        contact_rate=say("activity.words_contact_rate"),
        successes=say("activity.words_successes"),
        success_rate=say("activity.words_success_rate"),
        attempts_to_a_contact=say("activity.words_attempts_contact"),
        opt_outs=say("activity.words_opt_outs_all"),
        opt_outs_per_thousand=say("activity.words_opt_out_rate"),
        complaints=say("activity.words_complaints"),
        complaints_per_thousand=say("activity.words_complaints_rate"),
        without_outcome=say("activity.words_without_outcome"),
        by_day=say("activity.words_attempts_contacts"),
        by_hour=say("activity.words_contacts_attempts"),
        by_agent=say("activity.words_by_agent"),
        by_list=say("activity.words_by_list"),
        by_campaign=say("activity.words_by_campaign"),
        by_own=say("activity.words_own"),
        own_outcome=say("activity.words_own_outcome"),
        counts_as=say("activity.words_counts_as"),
        calls=say("activity.words"),
        calls_before=say("activity.words_calls_before"),
        answers=say("activity.words_answers"),
        when=say("activity.words_when"),
        question=say("activity.words_question"),
        answer=say("activity.words_answer"),
        yes=say("activity.words_yes"),
        no=say("activity.words_no"),
        outcome=outcome_name,
        meaning=say("activity.words_meaning"),
        was=say("activity.words_before"),
        few=say("activity.words_few"),
        and_more=say("activity.words_more"),
        weekdays=tuple(weekday(_A_MONDAY + timedelta(days=place)) for place in range(7)),
        short_day=short_day,
        whole=figure_of,
        decimals=decimals,
    )
