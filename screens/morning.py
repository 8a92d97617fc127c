"""Three hours of a team's work: calls of every kind, a complaint, an overdue callback, a missing outcome."""

from datetime import timedelta

from bot.sandbox import Member, VisibleMessage
from bot.scheduler.ticks import tick_once
from bot.slack import ids
from policy.vocabulary import Outcome
from screens.sitting import Album, answer, asked, filled

_RINGS_FOR = timedelta(minutes=3)


def a_morning(album: Album, alice: Member, bob: Member) -> None:
    for outcome in (Outcome.NO_ANSWER, Outcome.BUSY, Outcome.CONVERSATION, Outcome.REFUSED, Outcome.SUCCESS):
        call(album, alice, outcome)
    call(album, bob, Outcome.NO_ANSWER)
    ringing = rings(album, alice)
    complaint = f"{ringing.element(ids.outcome_button(Outcome.BUSY)).value}:{Outcome.COMPLAINT}"
    answer(alice, lambda: alice.press(ringing, "outcome_more", selected=complaint), "Complaint recorded")
    bob.press(rings(album, bob), "callback_at", selected="Another day or time…")
    form = asked(bob, ids.ON)
    agreed = filled(on="2026-12-01", at="11:30", whose="mine")
    answer(bob, lambda: bob.submit(form, agreed), "Call back recorded")
    rings(album, bob)  # Bob forgets its outcome
    album.stage.clock.advance(timedelta(minutes=100))
    tick_once(album.stage.installation.deps)
    answer(alice, lambda: alice.command("/nextcall 3"), "You hold 3")
    album.stage.clock.advance(timedelta(minutes=12))


def call(album: Album, actor: Member, outcome: Outcome, campaign: str = "") -> None:
    ringing = rings(album, actor, campaign)
    answer(actor, lambda: actor.press(ringing, ids.outcome_button(outcome)), "recorded")


def rings(album: Album, actor: Member, campaign: str = "") -> VisibleMessage:
    """Hand the next contact to an actor who holds none, press Call, and let some minutes pass."""
    cards = answer(actor, lambda: actor.command(f"/nextcall 1 {campaign}"), "You hold 1")
    ringing = answer(actor, lambda: actor.press(cards, "call"), "Not dialled")
    album.stage.clock.advance(_RINGS_FOR)
    return ringing
