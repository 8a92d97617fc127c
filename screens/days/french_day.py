"""What an agent who reads French sees."""

from datetime import timedelta

from bot.cli.demo import cast
from screens.hand import FORM, Hand, Look
from screens.sitting import Album

_TALKS_FOR = timedelta(minutes=2)


def picture(album: Album) -> None:
    album.chapter = "In French"
    alice = Hand(album, cast.ALICE)
    alice.sit_down()
    alice.choose("Your language in Nextcall", "Français")
    alice.press("Contacts suivants")
    alice.sees("Vous avez 3 contacts")
    alice.press("Appeler")
    alice.sees("Non composé")
    album.stage.clock.advance(_TALKS_FOR)
    alice.picture("french-1-calling", "An agent's Home in French.", looks=(Look.DESK, Look.PHONE))
    alice.press("Pas de réponse")
    alice.sees("Pas de réponse enregistré")
    alice.picture("french-2-recorded", "The lock, with its reason.")
    alice.press("Modifier…")
    alice.sees("Ma journée commence", inside=FORM)
    alice.picture("french-3-working-day", "A form.", f"{FORM}.firstChild")
