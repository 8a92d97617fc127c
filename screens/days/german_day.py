"""What an agent who reads German sees."""

from datetime import timedelta

from bot.cli.demo import cast
from bot.slack import ids
from policy.vocabulary import Outcome
from screens.sitting import Album, answer, asked, at_home

_RINGS_FOR = timedelta(minutes=3)


def picture(album: Album) -> None:
    album.chapter = "In German"
    alice, bob = (album.stage.server.person(one) for one in (cast.ALICE, cast.BOB))
    alice.press(at_home(alice, "My settings"), "my_language", selected="de")
    at_home(alice, "Meine Einstellungen")
    cards = answer(alice, lambda: alice.command("/nextcall 1"), "Anrufen")
    ringing = answer(alice, lambda: alice.press(cards, "call"), "Keine Antwort")
    album.message(alice, "german-1-calling", "Sentences, times and figures in the reader's language.")
    album.stage.clock.advance(_RINGS_FOR)
    answer(alice, lambda: alice.press(ringing, ids.outcome_button(Outcome.NO_ANSWER)), "Keine Antwort eingetragen")
    album.message(alice, "german-2-recorded", "The lock, with its reason and its source.")
    alice.press(at_home(alice, "Meine Einstellungen"), "my_day_form")
    asked(alice, ids.REMINDERS)
    album.modal(alice, "german-3-working-day", "A form.")
    answer(bob, lambda: bob.command("/nextcall 1"), "You hold 1")
