"""A team lead in the browser, answering three alerts: the team runs dry, a callback is overdue, a call is open for
long."""

from datetime import timedelta

from bot.cli.demo import cast
from bot.scheduler.ticks import tick_once
from bot.services.answers.lists import Basis, ListProofs
from bot.services.lists import importing
from bot.slack import ids
from policy.calendar import local_time
from policy.vocabulary import Outcome
from screens.hand import FORM, Hand, Look
from screens.morning import call, rings
from screens.sitting import Album, answer, asked, filled, message, reads

_LIST = (
    "Customer ID,Name,Phone\nS-1,Grace Lopez,0161 496 0301\nS-2,Tom Baker,0161 496 0302\nS-3,Nina Patel,0161 496 0303\n"
)
_MORE = "Customer ID,Name,Phone\nS-4,Sam Reed,0113 496 0304\nS-5,Ivy Stone,0113 496 0305\n"
_LONDON = "Europe/London"
_DRY, _OVERDUE, _LONG = "no contacts left from about", "is overdue", "call open since"
_EVERY_LOOK = tuple(Look)


def picture(album: Album) -> None:
    album.chapter = "A team lead answers three alerts"
    dana = Hand(album, cast.DANA)
    _an_hour_of_calls(album)
    dana.sit_down("messages")
    _team_runs_dry(album, dana)
    _callback_is_overdue(album, dana)
    _call_is_open_for_long(album, dana)


def _an_hour_of_calls(album: Album) -> None:
    """A callback is agreed, one call is made, and one contact is left."""
    alice, bob = (album.stage.server.person(one) for one in (cast.ALICE, cast.BOB))
    file = album.stage.log_file.with_name("small.csv")
    file.write_text(_LIST, encoding="utf-8")
    today = local_time.date_in(_LONDON, album.stage.clock.now())
    proofs = ListProofs(Basis.LEGITIMATE_INTEREST, is_told_of_calls=True, screened=(("tps", today),))
    order = importing.ListOrder(file, "Energy switch", "GB", proofs=proofs)
    importing.import_contacts(album.stage.installation.deps, order)
    bob.press(rings(album, bob), "callback_at", selected="Another day or time…")
    form = asked(bob, ids.ON)
    agreed = filled(on="2026-12-01", at="11:30", whose="mine")
    answer(bob, lambda: bob.submit(form, agreed), "Call back recorded")
    call(album, alice, Outcome.NO_ANSWER)
    tick_once(album.stage.installation.deps)


def _team_runs_dry(album: Album, dana: Hand) -> None:
    told = message(_DRY)
    dana.sees(_DRY, inside=told)
    dana.picture("alert-1-dry", "The team runs dry within the hour: told once, with what to do.", told, _EVERY_LOOK)
    dana.press("What opens when", inside=told)
    dana.sees("calls an hour", inside=FORM)
    dana.picture("alert-2-ahead", "*What opens when*, from the alert.", f"{FORM}.firstChild")
    dana.press("✕", inside=FORM)
    dana.press("Import a list…", inside=told)
    dana.attach("The list", "december.csv", _MORE)
    dana.press("Read it", inside=FORM)
    dana.sees("Reading", inside=message("december.csv"))
    album.stage.bot.tick_once()
    dana.press("Correct or complete…", inside=message("Nothing is imported yet"))
    dana.tick("Legitimate interest, and they were told they would be called", inside=FORM)
    dana.set_day("Day of the TPS screening", "2026-12-01", inside=FORM)
    dana.press("Save", inside=FORM)
    dana.sees("Reading", inside=message("december.csv"))
    album.stage.bot.tick_once()
    dana.press("Import", inside=message("Nothing is imported yet"))
    dana.sees("Importing", inside=message("december.csv"))
    album.stage.bot.tick_once()
    dana.sees("is imported into", inside=message("december.csv"))


def _callback_is_overdue(album: Album, dana: Hand) -> None:
    stage = album.stage
    stage.clock.advance(timedelta(hours=1, minutes=45))
    tick_once(stage.installation.deps)
    told = message(_OVERDUE)
    dana.sees(_OVERDUE, inside=told)
    dana.picture(
        "alert-3-overdue", "A callback is 15 minutes overdue: its button gives it to another.", told, _EVERY_LOOK
    )
    dana.press("Reassign…", inside=told)
    dana.choose("New agent", "Alice", inside=FORM)
    dana.picture("alert-4-reassign", "*Reassign…* from the alert.", f"{FORM}.firstChild")
    dana.press("Reassign", inside=FORM)
    dana.sees("is now Alice’s", inside=message("is now Alice’s"))


def _call_is_open_for_long(album: Album, dana: Hand) -> None:
    stage, alice = album.stage, album.stage.server.person(cast.ALICE)
    rings(album, alice)
    stage.clock.advance(timedelta(minutes=31))
    tick_once(stage.installation.deps)
    told = message(_LONG)
    dana.sees(_LONG, inside=told)
    dana.picture("alert-5-long", "A call is open for 30 minutes: one press asks for its outcome.", told, _EVERY_LOOK)
    dana.press("Ask for the outcome", inside=told)
    dana.sees("We asked Alice for the outcome", inside=message("We asked Alice"))
    reads(alice, "1 call needs an outcome")
