"""The tour's first day: set-up, import, hand-out, calls, every outcome, opt-outs, and every refusal."""

from datetime import timedelta

from bot.cli import apply
from bot.cli.demo.cast import CHANNEL
from bot.cli.demo.player import Player, Tour, plain
from bot.cli.demo.stage import CAMPAIGN, COUNTRY, REQUESTS, SETUP, import_leads, import_requests
from bot.cli.imports.contacts import say_report
from bot.cli.imports.faults import Rejects
from bot.cli.terminal import say
from bot.sandbox import VisibleMessage
from bot.services.setup import plan
from bot.slack import ids
from bot.slack.blocks.agent.cards import AT_ONE_PRESS
from policy.vocabulary import Outcome, Verdict

RINGS_FOR = timedelta(seconds=20)
NO_ANSWER_TWICE = 2
LOCKED, FREE = "Callable again from", "Callable again now"
ALSO = {Outcome.NOT_NOW: "Locked until", Outcome.CUT_OFF: "You may redial once"}  # by then, the screening has expired


def play(tour: Tour) -> None:
    set_up(tour)
    import_list(tour)
    hand_out(tour)
    call_and_undo(tour)
    every_outcome(tour)
    callback(tour)
    off_the_list(tour)
    stop(tour)
    not_theirs(tour)
    bad_input(tour)


def set_up(tour: Tour) -> None:
    tour.step("nextcall apply setup.toml")
    wanted = plan.read_setup(SETUP)
    done = plan.apply(tour.stage.installation.deps, wanted)
    for line in done.lines:
        say(f"      {apply.line_of(line)}")
    tour.expect(all(line.change == "add" for line in done.lines), "everything in the file was added")
    tour.expect(plan.plan(tour.stage.installation.deps, wanted).is_empty, "applied again, it changes nothing")


def import_list(tour: Tour) -> None:
    proofs = "--basis legitimate_interest --told-of-calls --screened tps=2026-12-01"
    tour.step(f'nextcall import-contacts leads.csv --campaign "{CAMPAIGN}" --country {COUNTRY} {proofs}')
    done = import_leads(tour.stage)
    say_report(done, Rejects(None))
    sums = done.imported + done.duplicates_in_file + done.duplicates_in_database + len(done.faults)
    tour.expect(done.rows == sums == 200, "every one of 200 rows is imported, a duplicate, or faulty with its reason")
    tour.expect(len(done.faults) == 6 and done.duplicates_in_file == 3, "6 faulty rows and 3 duplicates were found")
    tour.expect(dict(done.by_verdict)[Verdict.SUPPRESSED] == 5, "5 people on the TPS or without consent are suppressed")
    tour.expect([one.contacts for one in done.missing][:1] == [4], "4 businesses need a CTPS screening")
    again = import_leads(tour.stage)
    tour.expect(again.imported == 0, "a second import adds no contacts")
    tour.step(f'nextcall import-contacts {REQUESTS} --campaign "{CAMPAIGN}": two of those on the TPS asked for a call')
    asked = import_requests(tour.stage)
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
    alice.presses(ringing, outcome_button(Outcome.NO_ANSWER), "Less than 15 seconds", is_quiet=True)
    tour.shown("after less than 15 seconds, no answer needs a second press")
    tour.stage.clock.advance(RINGS_FOR)
    ringing = alice.types("/nextcall 3", "Not dialled", is_quiet=True)
    attempt_id = attempt_of(ringing)
    done = alice.presses(ringing, outcome_button(Outcome.NO_ANSWER), "No answer recorded")
    tour.expect("4 Dec" in plain_words(done) or "Fri" in plain_words(done), "locked for 72 hours: until Friday")
    alice.presses(ringing, outcome_button(Outcome.NO_ANSWER), "already", is_quiet=True, is_stale=True)
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
            one_outcome(tour, outcome)
    for outcome in (one for one in Outcome if one.meaning.alerts):
        tour.dana.finds(f"recorded {outcome.meaning.label}", is_quiet=True)  # alerts leave at one a second


def one_outcome(tour: Tour, outcome: Outcome) -> None:
    alice, label = tour.alice, outcome.meaning.label
    ringing = start_call(tour, alice)
    attempt_id = attempt_of(ringing)
    shows = f"{label.rstrip('…')} recorded"
    if outcome in AT_ONE_PRESS:
        done = alice.presses(ringing, outcome_button(outcome), shows, is_quiet=True)
    else:
        done = alice.presses(ringing, "outcome_more", shows, selected=f"{attempt_id}:{outcome}", is_quiet=True)
    line = next(line for line in plain_words(done).splitlines() if shows in line)
    tour.expect(any(text in line for text in afterwards(outcome)), line.removeprefix("✓ "))


def afterwards(outcome: Outcome) -> tuple[str, ...]:
    """What the agent reads after an outcome; several texts where it depends on what else is known about the contact."""
    row = outcome.meaning
    if row.stops or row.held_for:
        return ("Will not be called again",) if row.stops else ("On hold: ",)
    if row.is_final:
        return ("Finished in this campaign",)
    if row.closes_number:
        also = "Callable now on their next number" if row.is_wrong_person else "Will not be called again"
        return ("On hold: ", LOCKED, also)
    return (FREE,) if outcome is Outcome.NOT_DIALLED else (LOCKED, ALSO.get(outcome, LOCKED))


def callback(tour: Tour) -> None:
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


def outcome_button(outcome: Outcome) -> str:
    return ids.outcome_button(outcome)


def attempt_of(ringing: VisibleMessage) -> int:
    return int(ringing.element(outcome_button(Outcome.NOT_DIALLED)).value or 0)


def leases(cards: VisibleMessage) -> set[str | None]:
    return {one.value for one in cards.elements() if one.action_id == "call"}


def plain_words(message: VisibleMessage) -> str:
    return plain(message.words)
