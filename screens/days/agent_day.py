"""What an agent sees in a day."""

from datetime import timedelta

from bot.cli.demo import cast
from bot.scheduler.ticks import tick_once
from bot.slack import ids
from policy.vocabulary import Outcome
from screens.sitting import Album, answer, asked, at_home, filled, reads

_RINGS_FOR = timedelta(seconds=25)
_LOCKED_FOR = timedelta(hours=73)


def picture(album: Album) -> None:
    album.chapter = "An agent"
    _one_call(album)
    _callback(album)
    _questions(album)
    _own_day(album)
    _reminder(album)


def _one_call(album: Album) -> None:
    alice = album.stage.server.person(cast.ALICE)
    cards = answer(alice, lambda: alice.command("/nextcall 3"), "You hold")
    album.message(alice, "agent-1-cards", "`/nextcall 3`: three people you may call now, numbers masked.")
    album.message(alice, "agent-1-cards-phone", "The same on a phone.", is_phone=True)
    ringing = answer(alice, lambda: alice.press(cards, "call", value=cards.element("call").value), "Not dialled")
    album.message(
        alice,
        "agent-2-calling",
        "After *Call*: Nextcall has decided the contact again, opened the attempt and shown the number.",
    )
    album.message(alice, "agent-2-calling-phone", "The same on a phone.", is_phone=True)
    album.stage.clock.advance(_RINGS_FOR)
    done = answer(alice, lambda: alice.press(ringing, ids.outcome_button(Outcome.NO_ANSWER)), "No answer recorded")
    album.message(
        alice,
        "agent-3-recorded",
        "One press records the outcome. The card says until when the contact is locked, and by which rule.",
    )
    back = answer(alice, lambda: alice.press(done, "give_back"), "given back")
    alice.press(back, "release_form")
    form = asked(alice, ids.REASON)
    album.modal(alice, "agent-4-give-back", "Give back at one press. The reason can be said afterwards.")
    answer(alice, lambda: alice.submit(form, filled(reason="break")), "reason is kept")


def _callback(album: Album) -> None:
    alice = album.stage.server.person(cast.ALICE)
    cards = answer(alice, lambda: alice.command("/nextcall 1"), "You hold 1")
    ringing = answer(alice, lambda: alice.press(cards, "call"), "Not dialled")
    album.stage.clock.advance(_RINGS_FOR)
    alice.press(ringing, "callback_at", selected="Another day or time…")
    form = asked(alice, ids.ON)
    album.modal(alice, "agent-5-call-back", "A callback, agreed in the contact's local time, for one agent or anyone.")
    answer(alice, lambda: alice.submit(form, filled(on="2026-12-02", at="14:30", whose="mine")), "Call back recorded")
    album.message(alice, "agent-6-last-card", "The last card is done. One press brings the next contacts.")


def _questions(album: Album) -> None:
    alice = album.stage.server.person(cast.ALICE)
    cards = answer(alice, lambda: alice.command("/nextcall 1"), "You hold 1")
    answer(alice, lambda: alice.press(cards, "call"), "Not dialled")
    owed = answer(alice, lambda: alice.command("/outcome"), "needs an outcome")
    alice.press(owed, "outcome_form")
    form = asked(alice, ids.NOTE)
    album.modal(alice, "agent-7-outcome", "Any outcome, with a note.")
    answer(
        alice,
        lambda: alice.submit(form, filled(outcome_chosen="conversation", note="Wants the tariff by post")),
        "Spoke recorded",
    )
    answer(alice, lambda: alice.command("/outcome v"), "could mean")
    album.message(alice, "agent-8-typed", "`/outcome v`: an outcome can be typed. If it is unclear, Nextcall asks.")
    answer(alice, lambda: alice.command("/callcheck 0161 496 0009"), "May you call")
    album.message(alice, "agent-9-callcheck", "`/callcheck`: may you call this number, why not, and when.")


def _own_day(album: Album) -> None:
    alice = album.stage.server.person(cast.ALICE)
    answer(alice, lambda: alice.command("/nextcall 2"), "You hold 2")
    home = at_home(alice, "Your callbacks")
    album.home(alice, "agent-10-home", "The agent's day on Home: contacts, callbacks by hour, figures, reminders.")
    alice.press(home, "my_day_form")
    form = asked(alice, ids.REMINDERS)
    album.modal(alice, "agent-11-working-day", "Reminders: during the shift, once a shift, or off.")
    alice.close(form)


def _reminder(album: Album) -> None:
    alice = album.stage.server.person(cast.ALICE)
    album.stage.clock.advance(_LOCKED_FOR)
    tick_once(album.stage.installation.deps)
    reads(alice, "You can call")
    album.message(
        alice,
        "agent-12-reminder",
        "After 72 hours: one message lists the contacts that have opened. One press takes them.",
        "You can call",
    )
