"""An agent in the browser who prefers messages to Home: one direct message with the same cards and buttons."""

from datetime import timedelta

from bot.cli.demo import cast
from screens.hand import Hand, Look
from screens.sitting import Album, message

_TALKS_FOR = timedelta(minutes=2)
_BOTH_WIDTHS = (Look.DESK, Look.PHONE)
_DESK = message("Your day so far")


def picture(album: Album) -> None:
    album.chapter = "An agent who works in messages"
    alice = Hand(album, cast.ALICE)
    alice.sit_down()
    alice.choose("Where you work", "In Messages")
    alice.sees("Your cards are now in Messages")
    alice.open_tab("messages")
    alice.press("Next contacts", _DESK)
    alice.sees("yours until", inside=_DESK)
    alice.press("Call", _DESK)
    alice.sees("Not dialled", inside=_DESK)
    album.stage.clock.advance(_TALKS_FOR)
    alice.write("Note", "Wants the tariff by post", _DESK)
    alice.picture(
        "message-1-calling",
        "The cards of Home in one direct message, drawn anew after each press.",
        _DESK,
        _BOTH_WIDTHS,
    )
    alice.press("Spoke", _DESK)
    alice.sees("Spoke recorded", inside=_DESK, without="Not dialled")
    alice.picture("message-2-recorded", "After the outcome the number is gone.", _DESK)
