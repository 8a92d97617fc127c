"""A team lead in the browser brings an Excel file in, and an agent calls the first contact of it."""

from datetime import date, timedelta
from io import BytesIO

import xlsxwriter

from bot.cli.demo import cast
from screens.hand import FORM, Hand, Look
from screens.sitting import Album, message

FILE = "November leads.xlsx"
_HEADINGS = (
    *("Client no.", "First name", "Last name", "Office phone", "Best reached at", "Town", "Postcode", "Contract ends"),
    "Do not call",
)
# Excel keeps what looks like a number as a number: the 0 in front of it is lost.
_LEADS = (
    ("N-1001", "Grace", "Lopez", 1134960311, None, "Leeds", "LS1 4AP", date(2027, 1, 31), "no"),
    ("N-1002", "Tom", "Baker", None, 7700900312, "York", "YO1 7HH", date(2027, 3, 31), "no"),
    ("N-1003", "Nina", "Patel", 1134960313, 7700900313, "Leeds", "LS2 9JT", date(2027, 2, 28), "yes"),
    ("N-1004", "Sam", "Reed", None, 7700900314, "Leeds", "LS6 2AB", date(2026, 12, 31), "no"),
    ("N-1005", "Ivy", "Stone", None, None, "Hull", "HU1 3DZ", date(2027, 4, 30), "no"),
)
_SHOWN = message("Nothing is imported yet")
_TALKS_FOR = timedelta(minutes=2)
_BOTH_WIDTHS = (Look.DESK, Look.PHONE)
_EVERY_LOOK = tuple(Look)
_FORM_SHOWN = "*Correct or complete…*: what is true of the whole list, and what each column means."


def picture(album: Album) -> None:
    album.chapter = "A new list"
    dana = Hand(album, cast.DANA)
    dana.sit_down("messages")
    _drops(album, dana)
    _corrects_and_completes(album, dana)
    _imports(album, dana)
    _first_call(album, Hand(album, cast.ALICE))


def workbook() -> bytes:
    """A list as Excel saves it."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        sheet = book.add_worksheet("Leads")
        sheet.write_row(0, 0, _HEADINGS, book.add_format({"bold": True}))
        for line, cells in enumerate(_LEADS, start=1):
            sheet.write_row(line, 0, cells)
    return content.getvalue()


def _drops(album: Album, dana: Hand) -> None:
    dana.drop(FILE, workbook())
    dana.sees("Reading", inside=message("Reading"))
    album.stage.bot.tick_once()
    dana.sees("cannot be imported", inside=_SHOWN)
    dana.picture(
        "list-1-preview",
        "Drop a list into the Messages tab: what Nextcall understands, before it imports. One column is misread.",
        _SHOWN,
        _BOTH_WIDTHS,
    )


def _corrects_and_completes(album: Album, dana: Hand) -> None:
    dana.press("Correct or complete…", inside=_SHOWN)
    dana.choose("Best reached at", "Mobile number", inside=FORM)
    dana.tick("Legitimate interest, and they were told they would be called", inside=FORM)
    dana.set_day("Day of the TPS screening", "2026-11-27")
    dana.picture("list-2-columns", _FORM_SHOWN, f"{FORM}.firstChild")
    dana.press("Save", inside=FORM)
    _read_again(album, dana)
    dana.sees("→ Mobile number", "can be called now", inside=_SHOWN)
    dana.picture("list-5-complete", "Read again: nothing is missing.", _SHOWN, _EVERY_LOOK)


def _read_again(album: Album, dana: Hand) -> None:
    dana.sees("Reading", inside=message("Reading"))
    album.stage.bot.tick_once()


def _imports(album: Album, dana: Hand) -> None:
    dana.press("Import", inside=_SHOWN)
    dana.sees("Importing", inside=message(FILE))
    dana.picture("list-6-importing", "While it imports, the message shows the progress.", message(FILE))
    album.stage.bot.tick_once()
    done = message("is imported into")
    dana.sees("4 contacts imported", inside=done)
    dana.sees("November leads-rejects.csv", inside=message("rejects"))
    dana.picture("list-7-imported", "The report. Its thread has the faulty rows.", done, _BOTH_WIDTHS)


def _first_call(album: Album, alice: Hand) -> None:
    alice.sit_down()
    alice.press("Next contacts")
    alice.sees("You hold 3 contacts")
    alice.press("Call")
    alice.sees("Grace Lopez", "0113 496 0311", "Not dialled")
    alice.picture("list-8-call", "An agent calls the first contact of the list.", looks=_BOTH_WIDTHS)
    album.stage.clock.advance(_TALKS_FOR)
    alice.press("Spoke")
    alice.sees("Spoke recorded", "Undo", without="Not dialled")
