"""`nextcall demo --tour`: the whole workflow as text, played against the real bot with a movable clock.

Each step says what should appear and waits for it. The first that shows anything else ends the tour with a reason.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli import apply, logs
from bot.cli.demo import stage
from bot.cli.demo.cast import CHANNEL
from bot.cli.demo.player import Player, Tour, TourFailed, plain
from bot.cli.demo.stage import CAMPAIGN, COUNTRY, REQUESTS, SETUP
from bot.cli.imports.contacts import say_report
from bot.cli.imports.preview import Rejects
from bot.cli.terminal import say, say_lines
from bot.sandbox import SandboxClock, VisibleMessage
from bot.services.setup import plan
from bot.slack import ids
from bot.slack.blocks.agent.cards import AT_ONE_PRESS
from policy.vocabulary import ContactState, Outcome, Verdict

BEGINS_AT = datetime(2026, 12, 1, 10, 0, 0, 417_003, tzinfo=UTC)  # a Tuesday, with no holiday near
CHASED_AFTER = timedelta(minutes=61)
EVENING = datetime(2026, 12, 1, 20, 16, tzinfo=UTC)
CALLBACK = datetime(2026, 12, 2, 14, 31, tzinfo=UTC)
FRIDAY = datetime(2026, 12, 4, 11, 30, tzinfo=UTC)  # 72 hours and a little after the last unanswered call
RINGS_FOR = timedelta(seconds=20)
NO_ANSWER_TWICE = 2
LOCKED, FREE = "Callable again from", "Callable again now"
ALSO = {Outcome.NOT_NOW: "Locked until", Outcome.CUT_OFF: "You may redial once"}  # by then, the screening has expired


def play() -> int:
    """Plays the tour. Returns the exit status: 0 only if every step showed what it should."""
    with stage.fresh_folder() as folder:
        log_file = folder / "nextcall.log"
        logs.configure("INFO", log_file)
        with stage.staged(SandboxClock(BEGINS_AT, frozen=True), 0, folder) as at:
            at.bot.connect()
            at.server.wait_for_connections(1)
            tour = Tour(at)
            try:
                for part in (*FIRST_DAY, *LATER):
                    part(tour)
                log = _log_of(log_file)
                tour.step("The log of the day")
                tour.expect("level=ERROR" not in log, "the log has no error")
                tour.expect("+4477009" not in log and "+44207946" not in log, "the log has no telephone number")
            except TourFailed as failed:
                say(f"\nThe tour failed at step {tour.steps}: {failed}")
                say_lines(["The end of its log:", *_log_of(log_file).splitlines()[-12:]])
                return 1
            finally:
                at.bot.stop()
                logs.configure("INFO", logs.LOG_FILE)
    say(f"\nAll {tour.steps} steps passed.")
    return 0


def set_up(tour: Tour) -> None:
    tour.step("nextcall apply setup.toml")
    wanted = plan.read_setup(SETUP)
    done = plan.apply(tour.stage.installation.deps, wanted)
    say_lines(f"      {apply.line_of(line)}" for line in done.lines)
    tour.expect(all(line.change == "add" for line in done.lines), "everything in the file was added")
    tour.expect(plan.plan(tour.stage.installation.deps, wanted).is_empty, "applied again, it changes nothing")


def import_list(tour: Tour) -> None:
    proofs = "--basis legitimate_interest --told-of-calls --screened tps=2026-12-01"
    tour.step(f'nextcall import-contacts leads.csv --campaign "{CAMPAIGN}" --country {COUNTRY} {proofs}')
    done = stage.import_leads(tour.stage)
    say_report(done, Rejects(None))
    sums = done.imported + done.duplicates_in_file + done.duplicates_in_database + len(done.faults)
    tour.expect(done.rows == sums == 200, "every one of 200 rows is imported, a duplicate, or faulty with its reason")
    tour.expect(len(done.faults) == 6 and done.duplicates_in_file == 3, "6 faulty rows and 3 duplicates were found")
    tour.expect(
        dict(done.by_verdict)[Verdict.SUPPRESSED] == 5, "5 people on the TPS or without consent must not be called"
    )
    tour.expect([one.contacts for one in done.missing][:1] == [4], "4 businesses need a CTPS screening")
    again = stage.import_leads(tour.stage)
    tour.expect(again.imported == 0, "a second import adds no contacts")
    tour.step(f'nextcall import-contacts {REQUESTS} --campaign "{CAMPAIGN}": two of those on the TPS asked for a call')
    asked = stage.import_requests(tour.stage)
    say_report(asked, Rejects(None))
    tour.expect(
        dict(asked.by_verdict) == {Verdict.CALLABLE: 2},
        "people who asked for a call may be called, whatever the register says",
    )


def hand_out(tour: Tour) -> None:
    tour.step("Two agents ask for contacts")
    alices = tour.alice.types("/nextcall 3", "You hold 3 contacts")
    bobs = tour.bob.types("/nextcall 2", "You hold 2 contacts")
    tour.expect(not leases(alices) & leases(bobs), "no contact went to both")
    tour.expect("••••" in alices.words and "tel:" not in alices.words, "numbers are masked until Call is pressed")
    again = tour.alice.types("/nextcall 3", "You hold 3 contacts", is_quiet=True)
    tour.expect(leases(again) == leases(alices), "asked again, Alice gets the same three")


def call_and_undo(tour: Tour) -> None:
    alice = tour.alice
    tour.step("Call, no answer, undo, and the outcome again by command")
    cards = alice.types("/nextcall 3", "You hold 3 contacts", is_quiet=True)
    ringing = alice.presses(cards, "call", "Not dialled")
    tour.expect("tel:+44" in ringing.words, "only now does the agent see the number")
    alice.presses(ringing, ids.outcome_button(Outcome.NO_ANSWER), "Less than 15 seconds", is_quiet=True)
    tour.shown("after less than 15 seconds, no answer needs a second press")
    tour.stage.clock.advance(RINGS_FOR)
    ringing = alice.types("/nextcall 3", "Not dialled", is_quiet=True)
    attempt_id = attempt_of(ringing)
    done = alice.presses(ringing, ids.outcome_button(Outcome.NO_ANSWER), "No answer recorded")
    tour.expect("4 Dec" in plain(done.words) or "Fri" in plain(done.words), "locked for 72 hours: until Friday")
    alice.presses(ringing, ids.outcome_button(Outcome.NO_ANSWER), "already", is_quiet=True, is_stale=True)
    tour.shown("the same button on an old screen changes nothing")
    back = alice.presses(done, "undo", "Not dialled", is_quiet=True)
    tour.expect(attempt_of(back) == attempt_id, "undone: the call needs an outcome again")
    alice.types("/outcome v", "could mean")
    alice.types("/outcome no answer", "No answer recorded", is_quiet=True)
    tour.expect(tour.contact_of(attempt_id).verdict == "locked", "recorded again by command")
    for card in range(NO_ANSWER_TWICE):
        held = alice.types("/nextcall 1", f"You hold {NO_ANSWER_TWICE - card} contact", is_quiet=True)
        give_back(tour, held)


def give_back(tour: Tour, held: VisibleMessage) -> None:
    back = tour.alice.presses(held, "give_back", "given back", is_quiet=True)
    form = tour.alice.opens_form(back, "release_form", "Why?")
    tour.alice.sends(form, {ids.REASON: {ids.INPUT: "break"}}, "reason is kept", is_quiet=True)


def every_outcome(tour: Tour) -> None:
    tour.step("Every outcome, each on another contact")
    for outcome in Outcome:
        if outcome is not Outcome.CALLBACK_AGREED:
            alice, label = tour.alice, outcome.meaning.label
            ringing = start_call(tour, alice)
            attempt_id = attempt_of(ringing)
            shows = f"{label.rstrip('…')} recorded"
            if outcome in AT_ONE_PRESS:
                done = alice.presses(ringing, ids.outcome_button(outcome), shows, is_quiet=True)
            else:
                done = alice.presses(ringing, "outcome_more", shows, selected=f"{attempt_id}:{outcome}", is_quiet=True)
            line = next(line for line in plain(done.words).splitlines() if shows in line)
            tour.expect(any(text in line for text in afterwards(outcome)), line.removeprefix("✓ "))
    for outcome in (one for one in Outcome if one.meaning.alerts):
        tour.dana.finds(f"recorded {outcome.meaning.label}", is_quiet=True)  # alerts leave at one a second


def afterwards(outcome: Outcome) -> tuple[str, ...]:
    """What the agent reads after an outcome; several texts where it depends on what else is known about the contact."""
    row = outcome.meaning
    if row.stops or row.held_for:
        return ("Will not be called again",) if row.stops else ("On hold until a person decides",)
    if row.is_final:
        return ("Finished in this campaign",)
    if row.closes_number:
        also = "Callable now on their next number" if row.is_wrong_person else "Will not be called again"
        return ("On hold: ", LOCKED, also)
    return (FREE,) if outcome is Outcome.NOT_DIALLED else (LOCKED, ALSO.get(outcome, LOCKED))


def agreed_callback(tour: Tour) -> None:
    alice = tour.alice
    tour.step("A callback: a time in the past is refused, tomorrow at 14:30 is agreed")
    ringing = start_call(tour, alice)
    attempt_id = attempt_of(ringing)
    form = alice.opens_form(ringing, "callback_at", "When should we call", selected=str(attempt_id))
    form = alice.sends_and_is_refused(
        form, {ids.ON: {ids.INPUT: "2026-11-30"}, ids.AT: {ids.INPUT: "14:30"}}, "That time has passed"
    )
    agreed = {ids.ON: {ids.INPUT: "2026-12-02"}, ids.AT: {ids.INPUT: "14:30"}, ids.WHOSE: {ids.INPUT: ids.MINE}}
    alice.sends(form, agreed, "Callback: ")
    tour.expect(tour.contact_of(attempt_id).verdict == "locked", "locked until then")


def off_the_list(tour: Tour) -> None:
    tour.step("A call off the list, a number checked, an outcome with no open call")
    tour.alice.types("/outcome", "None of your calls needs an outcome.")
    tour.alice.types("/outcome <tel:+442079460999|020 7946 0999> busy", "Busy recorded")
    tour.alice.types("/callcheck 020 7946 0999", "May")


def stop(tour: Tour) -> None:
    alice, bob = tour.alice, tour.bob
    tour.step("Do not call, while a colleague holds the same person")
    held = bob.types("/nextcall 1", "You hold", is_quiet=True)
    ringing = bob.presses(held, "call", "Not dialled", value=held.element("call").value)
    contact = tour.contact_of(attempt_of(ringing))
    tour.stage.clock.advance(RINGS_FOR)
    alice.types(f"/dnc {contact.number} asked by letter", "will not be called again")
    bob.finds(f"{contact.name} is no longer on your cards")
    alice.types(f"/callcheck {contact.number}", "On do-not-call since")
    bob.types("/outcome do not call", "Do not call recorded", is_quiet=True)
    tour.shown("Bob can still record the outcome of the call he was in")
    suppressed = tour.contact_of(attempt_of(ringing))
    tour.expect(suppressed.verdict == "suppressed", f"{suppressed.name} is suppressed in every list of the client")


def not_theirs(tour: Tour) -> None:
    tour.step("Another agent's button, and a stranger")
    cards = tour.alice.types("/nextcall 1", "You hold 1 contact", CHANNEL, is_quiet=True)
    tour.bob.presses(cards, "call", "Alice has that contact. Nothing changed", is_stale=True)
    tour.charlie.types("/nextcall", "does not know you yet")
    cards = tour.alice.types("/nextcall 1", "You hold 1 contact", is_quiet=True)
    tour.expect(len(leases(cards)) == 1, "Alice still holds hers")
    give_back(tour, cards)


def bad_input(tour: Tour) -> None:
    tour.step("Bad input: one sentence says what to do")
    for line, told in (
        ("/nextcall 0", "You can ask for 1 to 10"),
        ("/nextcall 99", "You can ask for 1 to 10"),
        ("/nextcall abc", "no campaign called"),
        ("/nextcall 2 Gas switch", "no campaign called"),
        ("/outcome banana", "is not an outcome"),
        ("/callcheck 12", "is not a telephone number"),
        ("/dnc", "/dnc 07700 900123"),
        ("/teamstatus Water", "There is no team called"),
    ):
        tour.alice.types(line, told)


def start_call(tour: Tour, actor: Player) -> VisibleMessage:
    """Presses Call on a player's next contact. The player holds none yet; some seconds of ringing have passed."""
    card = actor.types("/nextcall 1", "You hold 1 contact", is_quiet=True)
    ringing = actor.presses(card, "call", "Not dialled", is_quiet=True)
    tour.stage.clock.advance(RINGS_FOR)
    return ringing


def attempt_of(ringing: VisibleMessage) -> int:
    return int(ringing.element(ids.outcome_button(Outcome.NOT_DIALLED)).value or 0)


def leases(cards: VisibleMessage) -> set[str | None]:
    return {one.value for one in cards.elements() if one.action_id == "call"}


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
    post = tour.erin.finds("1 December 2026", CHANNEL)
    tour.expect("every promise kept" in plain(post.words), "the audit found no broken promise")
    tour.passes(timedelta(minutes=5))
    posts = [one for one in tour.erin.messages(CHANNEL) if "1 December 2026" in one.words]
    tour.expect(len(posts) == 1, "it is posted once")
    files = [file.name for one in tour.erin.messages(CHANNEL) for file in one.files]
    files = [name for name in files if "2026-12-01" in name]
    tour.expect(len(files) == 2, f"chart and evidence are attached: {', '.join(files)}")


def due_callback(tour: Tour) -> None:
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


# The first day: set-up, import, hand-out, calls, every outcome, opt-outs, and every refusal.
FIRST_DAY = (
    set_up, import_list, hand_out, call_and_undo, every_outcome, agreed_callback, off_the_list, stop,
    not_theirs, bad_input,
)  # fmt: skip
# The evening, and the days after.
LATER = (forgotten, digest, due_callback, reminder, status)


def _log_of(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""
