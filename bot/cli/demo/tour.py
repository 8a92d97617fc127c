"""`nextcall demo --tour`: the whole workflow as text, played against the real bot with a movable clock.

Each step says what should appear and waits for it. The first that shows anything else ends the tour with a reason.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli import logs
from bot.cli.demo import cast, first_day
from bot.cli.demo.first_day import leases
from bot.cli.demo.player import Tour, TourFailed, plain
from bot.cli.demo.stage import fresh_folder, staged
from bot.cli.terminal import say
from bot.sandbox import SandboxClock
from bot.slack import ids
from policy.vocabulary import ContactState, Outcome

BEGINS_AT = datetime(2026, 12, 1, 10, 0, 0, 417_003, tzinfo=UTC)  # a Tuesday, with no holiday near
CHASED_AFTER = timedelta(minutes=61)
EVENING = datetime(2026, 12, 1, 20, 16, tzinfo=UTC)
CALLBACK = datetime(2026, 12, 2, 14, 31, tzinfo=UTC)
FRIDAY = datetime(2026, 12, 4, 11, 30, tzinfo=UTC)  # 72 hours and a little after the last unanswered call


def play() -> int:
    """Plays the tour. Returns the exit status: 0 only if every step showed what it should."""
    with fresh_folder() as folder:
        log_file = folder / "nextcall.log"
        logs.configure("INFO", log_file)
        with staged(SandboxClock(BEGINS_AT, frozen=True), 0, folder) as at:
            at.bot.connect()
            at.server.wait_for_connections(1)
            tour = Tour(at)
            try:
                first_day.play(tour)
                later_days(tour)
                log = _log_of(log_file)
                tour.step("The log of the day")
                tour.expect("level=ERROR" not in log, "the log has no error")
                tour.expect("+4477009" not in log and "+44207946" not in log, "the log has no telephone number")
            except TourFailed as failed:
                say(f"\nThe tour failed at step {tour.steps}: {failed}")
                say("\n".join(["The end of its log:", *_log_of(log_file).splitlines()[-12:]]))
                return 1
            finally:
                at.bot.stop()
                logs.configure("INFO", logs.LOG_FILE)
    say(f"\nAll {tour.steps} steps passed.")
    return 0


def later_days(tour: Tour) -> None:
    """The evening, and the days after."""
    forgotten(tour)
    digest(tour)
    callback(tour)
    reminder(tour)
    status(tour)


def forgotten(tour: Tour) -> None:
    tour.step("Bob forgets the outcome of a call")
    card = tour.bob.types("/nextcall 1", "You hold", is_quiet=True)
    tour.bob.presses(card, "call", "Not dialled", value=card.element("call").value, is_quiet=True)
    tour.step("The call counts, and Bob is asked for its outcome", tour.stage.clock.now() + CHASED_AFTER)
    asked = tour.bob.finds("an outcome. Until you record it")
    form = tour.bob.opens_form(asked, "outcome_form", "What was the outcome?")
    given = {ids.OUTCOME: {ids.INPUT: "no_answer"}, ids.NOTE: {ids.INPUT: "Rang out"}}
    tour.bob.sends(form, given, "No answer recorded")


def digest(tour: Tour) -> None:
    tour.step("The team's day ends: the digest in its channel, the audit first", EVENING)
    post = tour.erin.finds("1 December 2026", cast.CHANNEL)
    tour.expect("every promise kept" in plain(post.words), "the audit found no broken promise")
    tour.passes(timedelta(minutes=5))
    posts = [one for one in tour.erin.messages(cast.CHANNEL) if "1 December 2026" in one.words]
    tour.expect(len(posts) == 1, "it is posted once")
    files = [file.name for one in tour.erin.messages(cast.CHANNEL) for file in one.files]
    files = [name for name in files if "2026-12-01" in name]
    tour.expect(len(files) == 2, f"chart and evidence are attached: {', '.join(files)}")


def callback(tour: Tour) -> None:
    tour.step("The callback is due", CALLBACK)
    tour.alice.finds("promised for")
    card = tour.alice.types("/nextcall 1", "Callback due")
    tour.expect(len(leases(card)) == 1, "Alice gets it first")
    ringing = tour.alice.presses(card, "call", "Not dialled", is_quiet=True)
    tour.alice.presses(ringing, ids.outcome_button(Outcome.SUCCESS), "Success recorded", is_quiet=True)
    tour.shown("kept, with a success")


def reminder(tour: Tour) -> None:
    tour.step("72 hours later: locked contacts open, and their owner is reminded", FRIDAY)
    asked = tour.alice.finds("You can call")
    taken = tour.alice.presses(asked, "take_these", "You hold")
    tour.expect(leases(taken), "one press handed out exactly those")


def status(tour: Tour) -> None:
    tour.step("The team lead looks at her team")
    seen = tour.dana.types("/teamstatus", "where the contacts stand")
    six = next(line for line in plain(seen.words).splitlines() if "callable now" in line)
    states = [int(count.replace(",", "")) for count in re.findall(r"([\d,]+) [a-z]", six)]
    tour.expect(
        len(states) == len(ContactState) and sum(states) == 191,
        f"the six states sum to the list: {' + '.join(map(str, states))} = {sum(states)}",
    )


def _log_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
