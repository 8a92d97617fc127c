"""What a team lead sees who brings a list: dropped, understood, completed, imported."""

from bot.cli.demo import cast
from bot.sandbox import Member, VisibleMessage
from bot.slack import ids
from screens.sitting import Album, asked, filled, reads

_LIST = (
    "Customer ID,First name,Last name,Tel. mobil,Town,Postcode,Do not call\n"
    "N-1001,Grace,Lopez,07700 900311,Leeds,LS1 4AP,no\n"
    "N-1002,Tom,Baker,07700 900312,York,YO1 7HH,no\n"
    "N-1003,Nina,Patel,07700 900313,Leeds,LS2 9JT,yes\n"
    "N-1004,Sam,Reed,0113 496 0188,Leeds,LS6 2AB,no\n"
    "N-1005,Ivy,Stone,,Hull,HU1 3DZ,no\n"
)


def picture(album: Album) -> None:
    album.chapter = "A new list"
    dana = album.stage.server.person(cast.DANA)
    shown = _dropped(album, dana)
    _completed(album, dana, shown)


def _dropped(album: Album, dana: Member) -> VisibleMessage:
    album.drop(dana, "november.csv", _LIST)
    reads(dana, "Reading")
    album.stage.bot.tick_once()
    shown = reads(dana, "Nothing is imported yet")
    album.message(
        dana, "list-1-preview", "Drop a list into the Messages tab: what Nextcall understands, before it imports."
    )
    album.message(dana, "list-1-preview-phone", "The same on a phone.", is_phone=True)
    dana.press(shown, ids.LIST_COLUMNS)
    asked(dana, f"{ids.COLUMN}0")
    album.modal(dana, "list-2-columns", "Correct what a column means.")
    dana.close(asked(dana, f"{ids.COLUMN}0"))
    return shown


def _completed(album: Album, dana: Member, shown: VisibleMessage) -> None:
    dana.press(shown, ids.LIST_FACTS)
    form = asked(dana, ids.BASIS)
    dana.fill(form, filled(basis="legitimate_interest", stated=["told"]))
    album.modal(dana, "list-3-facts", "State what is true of the whole list.")
    dana.submit(asked(dana, ids.BASIS), filled(**{"screened:tps": "2026-11-27"}))
    reads(dana, "Reading november.csv")
    album.stage.bot.tick_once()
    dana.press(reads(dana, "Nothing is imported yet"), ids.LIST_IMPORT)
    reads(dana, "Importing")
    album.message(dana, "list-4-importing", "While it imports, the message shows the progress.")
    album.stage.bot.tick_once()
    reads(dana, "is imported into")
    album.posted(dana, "app", "list-5-imported", "The report, with the faulty rows attached.", last=2)
