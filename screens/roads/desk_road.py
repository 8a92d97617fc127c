"""An agent's day in the browser, from Home only: nothing is typed but a note."""

from datetime import timedelta

from bot.cli.demo import cast
from screens.hand import ASKED, FORM, Hand, Look
from screens.sitting import Album

_TALKS_FOR = timedelta(minutes=2)
_EVERY_LOOK = (Look.DESK, Look.PHONE, Look.DARK, Look.DARK_PHONE)
_BOTH_WIDTHS = (Look.DESK, Look.PHONE)


def picture(album: Album) -> None:
    album.chapter = "An agent's day, from Home only"
    alice = Hand(album, cast.ALICE)
    alice.sit_down()
    alice.press("Next contacts")
    alice.sees("You hold 3 contacts")
    alice.picture("desk-1-cards", "*Next contacts* brings three people who may be called now.", looks=_BOTH_WIDTHS)
    _speaks(album, alice)
    _skips_and_agrees_a_callback(album, alice)
    _stops_and_looks_back(album, alice)
    _rests(album, alice)


def _calls(album: Album, alice: Hand) -> None:
    alice.press("Call")
    alice.sees("Not dialled")
    album.stage.clock.advance(_TALKS_FOR)


def _speaks(album: Album, alice: Hand) -> None:
    _calls(album, alice)
    alice.write("Note", "Wants the tariff by post")
    alice.window("desk-0-window", "The desk on Home, in the local workspace.")
    alice.picture("desk-2-calling", "*Call* shows the number, a note and every outcome.", looks=_EVERY_LOOK)
    alice.press("Spoke")
    alice.sees("Spoke recorded", "Undo", without="Not dialled")
    alice.picture("desk-3-recorded", "One press records the outcome with the note, and says what follows.")


def _skips_and_agrees_a_callback(album: Album, alice: Hand) -> None:
    alice.press("Give back")
    alice.sees("given back", "Say why")
    _calls(album, alice)
    alice.choose("Call back…", "15:00")
    alice.sees("Call back recorded", "yours until", without="Not dialled")
    alice.picture(
        "desk-4-next",
        "A callback is agreed at one choice. After the last card, Home brings the next contacts by itself.",
        looks=_BOTH_WIDTHS,
    )


def _stops_and_looks_back(album: Album, alice: Hand) -> None:
    _calls(album, alice)
    alice.press("Do not call")
    alice.sees("Yes, stop calling", inside=ASKED)
    alice.picture("desk-5-stop", "*Do not call* asks once: it stops every call to the person.", f"{ASKED}.firstChild")
    alice.press("Yes, stop calling", inside=ASKED)
    alice.sees("Do not call recorded", without="Not dialled")
    _calls(album, alice)
    alice.press("No answer")
    alice.sees("No answer recorded")
    alice.press("Undo", at=0)
    alice.sees("undone", "Not dialled")
    alice.press("History")
    alice.sees("Alice", inside=FORM)
    alice.picture("desk-6-history", "*History*: every call before, and what opens when.", f"{FORM}.firstChild")
    alice.press("✕", inside=FORM)
    alice.press("Voicemail")
    alice.sees("Voicemail recorded", without="Not dialled")


def _rests(album: Album, alice: Hand) -> None:
    alice.choose("Pause me", "Lunch")
    alice.sees("On a break", without="Next contacts")
    alice.picture("desk-7-break", "A break: what was not called goes back, and no reminder comes.", looks=_BOTH_WIDTHS)
    album.stage.clock.advance(timedelta(minutes=30))
    alice.press("Back to work")
    alice.sees("You are back")
    alice.press("Next contacts")
    alice.sees("You hold 3 contacts", "30 minutes of breaks")
    alice.picture("desk-8-day", "The day's callbacks and figures stand below the cards.")
