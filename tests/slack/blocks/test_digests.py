"""The digest beside its totals: changes, how fast requests took effect, overrides, the days of a week, what is
coming."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.services.answers.reconciliation import PhoneWord
from bot.services.answers.reports import (
    AuditCheck,
    DayFigures,
    Digest,
    Edition,
    Expiring,
    Honoured,
    LogMark,
    OldReadings,
    OverrideUsed,
    PackReview,
    Retained,
    RuleChange,
    Since,
    StopWithdrawn,
)
from bot.services.answers.teams import Ahead
from bot.slack.blocks.report import digest
from bot.slack.wording.labels import Reader
from bot.slack.wording.say import speaking
from tests.slack import strict
from tests.slack.blocks.test_reports import DIGEST
from tests.slack.cast import NOW

SAME = DIGEST.figures
SUNDAY = date(2026, 11, 22)
WEEK = replace(
    DIGEST,
    edition=Edition.WEEK,
    on=SUNDAY,
    first_on=date(2026, 11, 16),
    days=tuple(
        DayFigures(
            SUNDAY - timedelta(days=6 - day),
            dict.fromkeys(SAME, 0)
            | {"attempts": 10 * day, "contacts": day, "refusals": 2, "opt_outs": 1, "broken": 2 * (day == 3)},
            day != 4,
        )
        for day in range(7)
    ),
)


def said(day: object = DIGEST, **kept: bool) -> str:
    return strict.words(digest.digest(day, **kept).blocks)  # type: ignore[arg-type]


def drawn(day: Digest) -> dict[str, dict[str, dict[str, int]]]:
    """Slack's charts of a digest: by title and series the value of each place."""
    blocks = digest.digest(day, has_charts=True).blocks
    strict.message(list(blocks))
    return {
        one["title"]: {
            series["name"]: {point["label"]: point["value"] for point in series["data"]}
            for series in one["chart"]["series"]
        }
        for one in blocks
        if one["type"] == "data_visualization"
    }


def test_slack_draws_the_hours_of_a_day() -> None:
    by_hour = tuple(7 if hour == 9 else 2 if hour == 20 else 0 for hour in range(24))
    charts = drawn(replace(DIGEST, by_hour=by_hour))
    hours = charts["Calls by hour"]["Calls"]
    assert list(hours) == [f"{hour:02}:00" for hour in range(8, 21)]
    assert {name: value for name, value in hours.items() if value} == {"09:00": 7, "20:00": 2}


def test_slack_draws_the_days_of_a_week_and_not_those_of_a_month() -> None:
    charts = drawn(WEEK)
    assert list(charts["Calls by day"]) == ["Contacts", "Answered, no contact", "Not answered"]
    for place, day in enumerate(WEEK.days):
        counts = [list(series.values())[place] for series in charts["Calls by day"].values()]
        assert sum(counts) == day.figures["attempts"]
    assert "Calls by day" not in drawn(replace(WEEK, edition=Edition.MONTH, days=WEEK.days * 4))


def test_a_chart_that_slack_would_refuse_is_left_out() -> None:
    assert "Calls by hour" not in drawn(replace(DIGEST, by_hour=(1,) * 24))
    assert drawn(replace(DIGEST, attempts=0)) == {}


def test_the_foot_speaks_of_a_chart_only_where_one_is_attached() -> None:
    assert "Chart and evidence are in the thread" in said()
    assert "The evidence is in the thread" in said(has_picture=False)


def test_the_change_stands_beside_each_figure() -> None:
    before = SAME | {"attempts": 108, "connected": 83, "opt_outs": 3, "refusals": 1009, "broken": 2}
    words = said(replace(DIGEST, before=before))
    assert (
        "120 calls (+12), 80 answered (−3), 40 contacts (the same), contact rate 33%, 2 not dialled (the same)."
        in words
    )
    assert "3 opt-outs (the same)." in words
    assert "*Refused calls, by rule* (−1,000)" in words
    assert "In brackets: change from the day before." in words
    assert "*Audit: every promise kept.* The day before: 2." in words


def test_a_figure_that_an_earlier_digest_lacks_is_not_compared() -> None:
    then = {key: count for key, count in SAME.items() if key != "not_dialled"} | {"attempts": 108}
    words = said(replace(DIGEST, before=then, said=then))
    assert "120 calls (+12), 80 answered (the same), 40 contacts (the same), contact rate 33%, 2 not dialled." in words
    assert "*The posted digest differs*: calls 108, now 120. " in words
    days = tuple(replace(one, said=then, figures=SAME) for one in WEEK.days)
    assert "*The daily digests differ*: calls 756, now 840. " in said(replace(WEEK, days=days))


QUIET = replace(
    DIGEST,
    attempts=0,
    connected=0,
    contacts=0,
    not_dialled=0,
    unreported=0,
    refusals=(),
    opt_outs=0,
    outcomes=(),
    waiting=(),
    before=SAME,
)


def test_what_is_broken_comes_first_and_what_held_is_counted() -> None:
    one, two = AuditCheck("calls over a cap", 2, ("Grace •••• 123 at 14:05",)), AuditCheck("double leases", 0, ())
    day = replace(DIGEST, audit=(two, one, two, two), honoured=Honoured(still_out=1))
    assert said(day).splitlines()[1:6] == [
        "*Audit: 2 broken promises.*",
        ":rotating_light: *2* calls over a limit",
        "     Grace •••• 123 at 14:05",
        ":rotating_light: 1 card of a person who opted out is still open.",
        ":white_check_mark: 3 other promises kept.",
    ]
    assert ":white_check_mark: 1 other promise kept." in said(replace(day, audit=(one, two)))
    assert "other promise" not in said(replace(day, audit=(one,)))


def test_a_card_still_open_comes_before_the_promises_that_held() -> None:
    lines = said(replace(DIGEST, honoured=Honoured(still_out=1))).splitlines()
    assert ["still open" in lines[1], lines[2]] == [True, "*Audit: every promise kept.*"]


def test_a_quiet_day_is_two_lines_and_what_expires_comes_beside_them() -> None:
    assert said(QUIET).splitlines() == [
        "*Energy: Wednesday 25 November 2026* *Audit: every promise kept.* No calls, no opt-outs, nothing refused or "
        "overridden.",
        "Rulebook abc123.",
    ]
    logged = said(replace(QUIET, log=LogMark(12_345, "root"))).splitlines()
    assert logged[1:] == ["Rulebook abc123. Log: 12,345 entries, root `root`"]
    assert "Chart and evidence are in the thread" in said()
    assert "The evidence is in the thread" in said(replace(DIGEST, attempts=0))
    assert "kept.* No calls, no opt-outs, nothing refused or overridden. 4 contacts wait for a decision." in said(
        replace(QUIET, waiting=DIGEST.waiting)
    )
    soon = replace(QUIET, expiring=(Expiring("TPS", 2, date(2026, 11, 28)),))
    assert "• *2* contacts go on hold from Sat 28 Nov" in said(soon)
    some = replace(QUIET, expiring=(Expiring("TPS", 1000, date(2026, 11, 28), is_at_least=True),))
    assert "• At least *1,000* contacts go on hold from Sat 28 Nov" in said(some)


@pytest.mark.parametrize(
    "loud",
    [
        {"attempts": 1},
        {"not_dialled": 1},
        {"unreported": 1},
        {"opt_outs": 1},
        {"refusals": DIGEST.refusals},
        {"audit": (AuditCheck("double leases", 1, ()),)},
        {"honoured": Honoured(still_out=1)},
        {"mistakes": (StopWithdrawn(NOW, "Ada", "Ben"),)},
        {"is_over": False},
        {"edition": Edition.WEEK},
    ],
)
def test_a_day_on_which_anything_happened_is_told_in_full(loud: dict[str, Any]) -> None:
    assert "*Waiting for a decision*" in said(replace(QUIET, **loud))


def test_what_waited_on_a_day_long_past_is_left_out_where_it_is_not_on_record() -> None:
    assert "What was waiting that day is not on record. `/teamstatus` shows what is waiting now." in said(
        replace(DIGEST, waiting=None)
    )


def test_it_names_a_stop_that_was_withdrawn_as_a_mistake() -> None:
    words = said(replace(DIGEST, mistakes=(StopWithdrawn(NOW, "Ada", "Ben"),)))
    assert "A stop was withdrawn as a mistake, " in words
    assert "Ada said so, Ben agreed." in words
    assert "on the command line" in said(replace(DIGEST, mistakes=(StopWithdrawn(NOW, *["command line"] * 2),)))


def test_an_unchanged_figure_shows_no_change() -> None:
    words = said(replace(DIGEST, before=SAME))
    assert "(the same)" not in words
    assert "Every figure is the same as the day before." in words
    assert "In brackets" not in said()


def test_a_figure_that_differs_from_the_posted_one_says_why() -> None:
    then = SAME | {"contacts": 39, "unreported": 0, "broken": 1}
    words = said(replace(DIGEST, said=then, said_since=Since(1, 2, is_by_other_rules=True)), is_private=True)
    assert (
        "*The posted digest differs*: contacts 39, now 40 · without an outcome 0, now 1 · broken promises 1, now 0. "
        "1 outcome has been recorded, corrected or taken back since. "
        "2 calls have come with the phone system’s records since. "
        "Calls that were open then have no outcome yet. The rules have changed since."
    ) in words
    assert "A campaign or a person has changed teams since" in said(replace(DIGEST, said=SAME | {"overrides": 4}))
    assert "differs" not in said(replace(DIGEST, said=SAME, said_since=Since(3)))


def test_it_says_how_fast_requests_took_hold() -> None:
    honoured = Honoured(2, timedelta(minutes=3, seconds=1), 2, timedelta(0), 0)
    words = said(replace(DIGEST, honoured=honoured))
    assert "Slowest of the 2 made in calls: recorded 4 minutes after the call began." in words
    assert "2 open cards were withdrawn at once." in words
    late = said(replace(DIGEST, honoured=Honoured(1, timedelta(seconds=59), 2, timedelta(seconds=1), 1)))
    assert "The one made in a call was recorded 59 s after the call began." in late
    assert "1 open card was withdrawn after 1 s." in late
    assert "1 card of a person who opted out is still open." in late


def test_it_names_each_override_with_who_and_why() -> None:
    one = OverrideUsed(NOW, "Dana", 7, "gb-house.cap", "asked_for_it", "she rang us", None, "One a day")
    words = said(replace(DIGEST, overrides=(one,)))
    assert "• *One a day*: overridden for one contact, 14:05, approved by Dana: asked for it · she rang us" in words
    assert "No rule was overridden." in said()


def test_it_names_the_runs_of_retention() -> None:
    assert "*Retention*\nNames and notes are kept: no time for deleting them is set." in said()
    ran = replace(DIGEST, retained=Retained(24, 1, 1200, 1))
    assert "Deleted after 24 months: 1,200 names and 1 note." in said(ran)
    assert "retention did not run. They are due after 24 months." in said(replace(DIGEST, retained=Retained(24)))


def test_it_lists_what_is_coming_and_says_zero() -> None:
    ahead = (Ahead(NOW, 1),)
    assert "Nothing expires soon (screenings 7 days, rules 14, reviews 30)." in said(replace(DIGEST, ahead=ahead))
    assert "Coming up" not in said(), "a day long past looks ahead to nothing"
    words = said(
        replace(
            DIGEST,
            ahead=ahead,
            expiring=(Expiring("TPS", 1200, date(2026, 11, 28)),),
            changes=(RuleChange(date(2026, 12, 1), "gb", "gb.hours", "Hours on Sundays", "begins"),),
            reviews=(PackReview("United Kingdom: law", date(2026, 11, 20), True),),
        )
    )
    assert "*1,200* contacts go on hold from Sat 28 Nov. Screen them against the TPS again before then." in words
    assert "From Tue 1 Dec: “Hours on Sundays” applies." in words
    assert "The review of “United Kingdom: law” was due by Fri 20 Nov. Ask an admin to read its sources again." in words


def test_it_says_once_that_sources_were_read_long_ago() -> None:
    ahead = replace(DIGEST, ahead=(Ahead(NOW, 1),))
    assert "last read" not in said(ahead)
    reviews = (PackReview("gb", date(2026, 11, 20), True),) * 30
    words = said(replace(ahead, reviews=reviews, old_readings=OldReadings(12, date(2026, 5, 14), 180)))
    line = "• The sources of *12* rules were last read more than 180 days ago, the first on Thursday 14 May 2026. "
    assert words.count(f"{line}Ask an admin to read them again.") == 1
    one = said(replace(ahead, old_readings=OldReadings(1, date(2026, 5, 14), 180)))
    assert "• The source of *1* rule was last read on Thursday 14 May 2026, more than 180 days ago. Ask an admin" in one
    with speaking("de"):
        german = said(replace(ahead, old_readings=OldReadings(12, date(2026, 5, 14), 180)))
    assert "• Die Quellen von *12* Regeln wurden zuletzt vor mehr als 180 Tagen gelesen" in german


def test_it_reports_a_week_day_by_day_and_names_missing_days() -> None:
    words = said(WEEK)
    assert "Energy: the week to Sunday 22 November 2026" in words
    assert "• *Tue 17 Nov*: 10 calls · 1 contact, contact rate 10% · 2 refused · 1 opted out\n" in words
    assert "• *Thu 19 Nov*: 30 calls · 3 contacts, contact rate 10% · 2 refused · 1 opted out · :rotating" in words
    assert ":rotating_light: 2 broken promises" in words
    assert "No digest was posted for Fri 20 Nov. The day is counted here." in words
    late = replace(WEEK.days[0], said=WEEK.days[0].figures | {"contacts": 5}, since=Since(outcomes=2))
    assert (
        "*The daily digests differ*: contacts 5, now 0. 2 outcomes have been recorded, corrected or taken back since."
    ) in said(replace(WEEK, days=(late, *WEEK.days[1:])))


def test_a_month_lists_only_the_days_with_faults() -> None:
    month = replace(WEEK, edition=Edition.MONTH, on=date(2026, 11, 30))
    words = said(month)
    assert "Energy: November 2026" in words
    assert "Tue 17 Nov" not in words
    assert "Thu 19 Nov" in words
    fine = tuple(replace(one, is_posted=True, figures=SAME) for one in WEEK.days)
    assert "No promise was broken and no digest is missing." in said(replace(month, days=fine))


def test_it_says_who_reads_it_and_up_to_when_it_covers_the_day() -> None:
    words = said(replace(DIGEST, is_over=False), is_private=True)
    assert "Not over yet. Figures as of 14:05." in words
    assert "visible only to you" in words
    assert "in the thread" not in words


def test_one_is_written_in_the_singular() -> None:
    one = replace(DIGEST, audit=tuple(replace(check, name="calls over a cap", broken=1) for check in DIGEST.audit[:1]))
    assert "*1* call over a limit" in said(one)
    assert "*Audit: 1 broken promise.*" in said(one)


def test_it_tells_an_admin_which_digest_failed_and_what_to_do() -> None:
    about = Reader("UTC", NOW), "Energy", Edition.WEEK, SUNDAY
    words = strict.words(digest.not_posted(*about, "is_archived").blocks)
    assert "The digest of Energy for the week to Sun 22 Nov could not be posted. The channel is archived." in words
    assert "choose another on Home or with `nextcall apply`" in words
    assert "Slack answered &lt;x&gt;. Run `nextcall doctor`" in strict.words(digest.not_posted(*about, "<x>").blocks)


def test_it_says_what_the_call_records_said_in_one_line_and_which_are_missing() -> None:
    tuesday = date(2026, 11, 24)
    found = PhoneWord(tuesday, tuesday, 2, 1, 1, 3, 1, 1, 2, 42)
    words = said(replace(DIGEST, phone=found))
    assert (
        "*Call records* of Tue 24 Nov: 2 calls nobody recorded (1 against the rules) · 1 attempt without a call · 3 "
        "calls given up too soon · 1 withheld number · 1 abandoned call · 2 calls in."
    ) in words
    assert "The phone system’s clock is 42 s ahead of ours." in words
    fine = PhoneWord(tuesday - timedelta(days=1), tuesday, missing=(tuesday - timedelta(days=4),))
    words = said(replace(DIGEST, phone=fine))
    assert "*Call records* of Mon 23 Nov to Tue 24 Nov: every call has its attempt." in words
    assert ":warning: No call records were given for Fri 20 Nov." in words
    assert "call records" not in said().casefold()


def test_a_day_on_which_a_call_was_found_that_nobody_recorded_is_not_quiet() -> None:
    assert "*Waiting for a decision*" in said(replace(QUIET, phone=PhoneWord(unrecorded=1)))
    only_missing = said(replace(QUIET, phone=PhoneWord(missing=(date(2026, 11, 24),))))
    assert "No call records were given for Tue 24 Nov" in only_missing
    assert "*Waiting for a decision*" not in only_missing


def test_the_small_print_has_the_logs_size_and_root_and_says_that_a_copy_was_put_back() -> None:
    root = "6P3Xz9r4fL7q0c8v2n1m5b6a7s8d9f0g1h2j3k4l5z8="
    for day in (DIGEST, QUIET):
        words = said(replace(day, log=LogMark(12_345, root)))
        assert f"Log: 12,345 entries, root `{root}`" in words
        assert "put back" not in words
        assert "the log had 12,400 entries before" in said(replace(day, log=LogMark(9, root, 12_400)))
    assert "Log:" not in said()
    with speaking("de"):
        assert f"Protokoll: 12.345 Einträge, Wurzel `{root}`" in said(replace(DIGEST, log=LogMark(12_345, root)))
