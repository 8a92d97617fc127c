"""Why a file is no list that can be read: each a sentence that says what to do, and can be translated."""

from bot.services.quoting import quoting
from policy.templates.sentence import FIGURE, NUMBER, TEXT, phrase, template

EMPTY = quoting("{file} is empty: export the list again.")
NO_ROWS = quoting("{file} has a heading and no rows: export the list again.")
WEB_PAGE = quoting("{file} is a web page, whatever its name: perhaps a sign-in or an error. Download the list again.")
BINARY = quoting("{file} is a binary file, not text: save it as CSV (UTF-8) and try again.")
NO_TEXT = quoting("{file} is not text: save it as CSV (UTF-8) and try again.")
OPEN_QUOTATION = quoting(
    "{file}: the row that begins on line {line} {what}. Perhaps a quotation mark is never closed: correct the row.",
    line=FIGURE,
    what=TEXT,
)
OPEN_ROW = phrase("has a quotation mark without its second one")
HEADING_OF_ROWS = phrase("has a heading of several lines that holds whole rows")
OPEN_MARK = phrase("a quotation mark in this row is never closed: close it, or delete it")
HIDDEN_ROW = phrase("the row is hidden in the workbook, by hand or by a filter: show it, or delete it")
FOOT = phrase("the row looks like the foot of the file, such as a total")
BLANKS = quoting("{file}: too many of its rows are blank. Delete them, and save the file again.")
LONG_CELL = template("has a cell of more than {most} characters", most=FIGURE)
LONG_ROW = template("has more than {most} characters", most=FIGURE)

OTHER_KIND = quoting("{file} is not a CSV file or an XLSX workbook. {told}", told=TEXT)
NO_LIST = quoting("{file} is not a list. {told}", told=TEXT)
OLD_WORKBOOK = phrase("It is an old Excel workbook: open it and save it as XLSX.")
LOCKED = phrase("A password protects it: open it, take the password away (File, Info, Protect Workbook) and save it.")
PDF = phrase("It is a PDF: export the list as CSV instead.")
PICTURE = phrase("It is a picture: export the list as CSV instead.")
COMPRESSED = phrase("It is compressed: unpack it first.")
BINARY_WORKBOOK = phrase("It is a binary workbook (XLSB): open it and save it as XLSX.")
OPEN_DOCUMENT = phrase("It is an OpenDocument spreadsheet (ODS): open it and save it as XLSX.")
ARCHIVE = phrase("It is an archive, not a spreadsheet workbook: unpack it first.")

NO_FIRST_NUMBER = quoting(
    "{file}: the first line is {seen}: begin with a number, or name the column of numbers Phone, Mobile or Landline."
)
OTHER_NUMBERS = quoting(
    '{file}: column "{heading}" looks like telephone numbers ({cells}). If they are meant, name it Phone; if not, '
    "delete it."
)
CODES = quoting(
    '{file}: column "{heading}" looks like dialling codes ({cells}). If they are, name it Dialling code; if not, '
    "delete it."
)
MANY_TEXTS = quoting("{file} has more than {most} texts: save the list as CSV.", most=FIGURE)
LONG_TEXT = quoting("{file} has a text of more than {most} characters: save the list as CSV.", most=FIGURE)
HEAVY = quoting(
    "{file} takes far more work than a list of its size: copy the list to a new workbook, or save it as CSV."
)
METHOD = quoting(
    "{file} is packed in a way that spreadsheets do not use ({part}): copy the list to a new workbook, or save it "
    "as CSV."
)
MANY_MERGED = quoting("{file} has more than {most} merged cells: save the list as CSV.", most=FIGURE)
LONG_SHEET_CELL = quoting("{file} has a cell of more than {most} characters in row {line}.", most=FIGURE, line=NUMBER)
NO_SUCH_SHEET = quoting('{file} has no sheet "{sheet}": choose one of {there}.')
SHEET_OF_TEXT = quoting('{file} is no workbook, so it has no sheet "{sheet}": leave the sheet out.')
NO_SUCH_COLUMN = quoting('{file} has no column "{heading}": choose one of {there}.')

NOT_WHOLE = quoting("{file} is a spreadsheet workbook or an archive that is not whole: download or export it again.")
DAMAGED = quoting("{file} is damaged ({part}): download or export it again.")
BOMB = quoting(
    "{file} is a workbook that unpacks to far more than it holds ({part}): copy the list to a new workbook, or "
    "save it as CSV."
)
MANY_FILES = quoting("{file} is an archive of more than {most} files, not a list: save the list as CSV.", most=FIGURE)
OTHER_HEADINGS = quoting(
    "{part} in {file} does not begin with the headings of {first}: give all the same columns, or import each by itself."
)
TAGS = quoting(
    '{file} may be a file of changes: line {line} says "{tag}", which a whole list of numbers does not say. '
    "Download the whole register and import that.",
    line=FIGURE,
)
NO_SHEET = quoting("{file} has no sheet with rows: export the list again.")
NO_VISIBLE_SHEET = quoting("{file} has no visible sheet: show the one that holds the list.")

MANY_COLUMNS = quoting(
    "{file} has {count} columns: a list has at most {most}. Delete those that are not part of it.",
    count=FIGURE,
    most=FIGURE,
)
FAR_CELL = quoting(
    "{file} has a cell {cell}: a list has at most {most} columns. Delete the columns that are not part of the list.",
    most=FIGURE,
)
NO_NUMBERS = quoting(
    "no column holds telephone numbers. The heading is {seen}: name the column Phone, Mobile or Landline (or add "
    "the missing heading line)."
)
NO_NAMES = quoting("no column holds names. The heading is {seen}: name the column Name, or First name and Last name.")
DOUBLED = quoting('{file}: several columns are to be "{meaning}", and only one can be: choose one.')
TWO_ORDERS = quoting(
    '{file} writes dates in two orders: "{cell}" (line {line}) and "{other}" (line {other_line}). Write all as '
    "2026-03-25.",
    line=FIGURE,
    other_line=FIGURE,
)
SET_ASIDE = quoting(
    "{file}: {names} says whom not to call, and cannot be left out or read as anything else. Correct the file if "
    "that is not what it says."
)
UNDER = quoting("{heading}: {fault}", fault=TEXT)  # a fault under its column's heading, or of a file
