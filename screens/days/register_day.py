"""What a team lead sees who brings a register's file: asked what it is, shown what it changes, warned before it
expires."""

from datetime import timedelta

from bot.cli.demo import cast
from bot.sandbox import Member
from bot.slack import ids
from screens.sitting import Album, asked, filled, reads

_LIST = (
    "Customer ID,First name,Last name,Mobile,Postcode\n"
    "N-1001,Grace,Lopez,07700 900311,LS1 4AP\n"
    "N-1002,Tom,Baker,07700 900312,YO1 7HH\n"
    "N-1003,Nina,Patel,07700 900313,LS2 9JT\n"
    "N-1004,Sam,Reed,0113 496 0188,LS6 2AB\n"
)
_HITS = "07700900312\n07700900999\n"
_DAYS_LATER = timedelta(days=24)


def picture(album: Album) -> None:
    album.chapter = "A register"
    dana = album.stage.server.person(cast.DANA)
    _listed(album, dana)
    _screened(album, dana)
    _warned(album, dana)


def _listed(album: Album, dana: Member) -> None:
    """A list that lacks a screening."""
    album.drop(dana, "december.csv", _LIST.encode())
    reads(dana, "Reading")
    album.stage.bot.tick_once()
    dana.press(reads(dana, "Nothing is imported yet"), "list_facts")
    dana.submit(asked(dana, ids.BASIS), filled(basis="legitimate_interest told"))
    reads(dana, "Reading december.csv")
    album.stage.bot.tick_once()
    dana.press(reads(dana, "Nothing is imported yet"), "list_import")
    reads(dana, "Importing")
    album.stage.bot.tick_once()
    reads(dana, "is imported into")


def _screened(album: Album, dana: Member) -> None:
    album.drop(dana, "tps-hits.csv", _HITS.encode())
    reads(dana, "Reading your file")
    album.stage.bot.tick_once()
    asks = reads(dana, "which of these is it")
    album.message(dana, "register-1-asked", "Drop a register's file: Nextcall says what it takes it for, and asks.")
    dana.press(asks, "register_form")
    form = asked(dana, ids.REGISTERS)
    dana.fill(form, filled(obtained="2026-12-01"))
    album.modal(dana, "register-2-form", "Which register, obtained on which day, and what the file holds.")
    dana.submit(asked(dana, ids.REGISTERS), filled())
    reads(dana, "Reading tps-hits.csv")
    album.stage.bot.tick_once()
    shown = reads(dana, "TPS of Tue 1 Dec")
    album.message(dana, "register-3-preview", "What it would change, before it is imported.")
    album.message(dana, "register-3-preview-phone", "The same on a phone.", is_phone=True)
    dana.press(shown, "list_import")
    reads(dana, "Screening against")
    album.stage.bot.tick_once()
    reads(dana, "is imported: TPS")
    album.message(dana, "register-4-imported", "The report.")


def _warned(album: Album, dana: Member) -> None:
    album.stage.clock.advance(_DAYS_LATER)
    album.stage.bot.tick_once()
    reads(dana, "A screening is about to expire")
    album.message(
        dana, "register-5-warning", "Five days before it grows too old: who is held, from when, and what to do."
    )
    album.message(dana, "register-5-warning-phone", "The same on a phone.", is_phone=True)
