"""Forms about a shared list file: the file, its columns, and what is true of the list; and what came of each list."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from bot.services.answers.intake import ColumnRead, NotImported
from bot.services.answers.lists import Basis, ListResults, Meaning, NumbersFrom
from bot.services.files.values import DayOrder
from bot.services.intake.facts import ListFacts
from bot.services.intake.shared import AboutList
from bot.slack import ids
from bot.slack.blocks.admin import admin_forms
from bot.slack.blocks.kit import inputs, kit
from bot.slack.blocks.kit.kit import Block, Element
from bot.slack.wording.labels import Reader
from bot.slack.wording.say import Markup, plain, say, shown

TYPES = ("csv", "tsv", "txt", "xlsx", "zip", "xml")
MOST_COLUMNS = 40  # a view takes 250 kB, and each menu offers every meaning


def on_home() -> list[Block]:
    """Home's own line about lists: where to drop one, and the button that opens the form."""
    return [kit.divider(), kit.header(say("admin.lists")), kit.section(say("list_files.how_to_drop"), bring_press())]


def bring_press() -> Element:
    """The button that opens the form for a list."""
    return kit.button(say("list_files.bring"), "list_bring", "0")


def bring(campaigns: Sequence[tuple[int, str]], metadata: str) -> Block:
    if not campaigns:
        return kit.message_modal(say("list_files.bring_title"), say("list_files.why", NotImported.NO_CAMPAIGN))
    choices = [(str(key), name) for key, name in campaigns]
    only = choices[0][0] if len(choices) == 1 else ""
    menu = inputs.one_of(choices, only, say("list_files.choose_campaign"))
    file = kit.field(ids.FILE, say("list_files.file"), inputs.file(TYPES))
    campaign = kit.field(ids.CAMPAIGN, say("list_files.for_campaign"), menu)
    blocks = [kit.section(say("list_files.bring_about")), file, campaign]
    return kit.form(say("list_files.bring_title"), blocks, "list_file", metadata, say("list_files.read_it"))


def about(known: AboutList, metadata: str, file_id: int, page: int = 0) -> Block:
    """What is asked of a file, what is true of everyone on the list, and what each column means: as understood so far.

    The first page has a menu of the columns that it has no room for: each page opens on top, and is saved by itself.
    """
    found = known.columns
    if page and page * MOST_COLUMNS >= len(found):
        return kit.message_modal(say("list_files.columns_title"), say("list_files.no_columns"))
    order = sorted(range(len(found)), key=lambda at: (not found[at].is_asked, at))
    places = sorted(order[page * MOST_COLUMNS : (page + 1) * MOST_COLUMNS])
    asked = [_column(at, found[at]) for at in places if found[at].is_asked]
    plain = [_column(at, found[at]) for at in places if not found[at].is_asked]
    blocks = [kit.section(say("list_files.check_first")), *asked] if asked else []
    if not page:
        said, filled = say("list_files.facts_about"), say("list_files.filled_from", name=shown(known.filled_from, 80))
        blocks += [*_dates(known), kit.section(f"{said} {filled}" if known.filled_from else said), *_facts(known)]
    blocks += [kit.section(say("list_files.columns_about")), *plain] if plain else []
    blocks += [] if page else _other_pages(len(found), file_id)
    return kit.form(say("list_files.facts_title"), blocks, "list_facts_given", metadata)


def _column(at: int, one: ColumnRead) -> Block:
    choices = [(meaning.value, say("list_files.meaning", meaning)) for meaning in Meaning]
    menu = inputs.one_of(choices, one.meaning.value, say("list_files.choose_meaning"))
    return kit.field(f"{ids.COLUMN}{at}", one.heading or "?", menu)


def _dates(known: AboutList) -> list[Block]:
    """The order of day and month, where the dates of a column do not tell it."""
    if not any(one.has_two_orders for one in known.columns):
        return []
    day, month = say("list_questions.day_first"), say("list_questions.month_first")
    choices = [(DayOrder.DAY_FIRST.value, day), (DayOrder.MONTH_FIRST.value, month)]
    return [kit.field(ids.DATES, say("list_files.dates"), inputs.radio(choices, known.facts.dates))]


def _other_pages(columns: int, file_id: int) -> list[Block]:
    """A menu of the pages after the first: of a thousand columns, 24."""
    starts = range(MOST_COLUMNS, columns, MOST_COLUMNS)
    if not starts:
        return []
    ends = ((start, min(start + MOST_COLUMNS, columns)) for start in starts)
    pages = [say("list_files.columns_page", first=first + 1, last=last) for first, last in ends]
    choices = [(f"{file_id}:{page}", said) for page, said in enumerate(pages, 1)]
    menu = inputs.one_of(choices, "", say("list_files.choose_page")) | {"action_id": "list_columns_page"}
    return [kit.section(say("list_files.more_pages", count=columns - MOST_COLUMNS)), kit.actions([menu])]


def _facts(known: AboutList) -> list[Block]:
    proofs = known.facts.proofs
    assessed = inputs.boxes([(ids.ASSESSED, say("list_files.assessed"))], [ids.ASSESSED] * proofs.is_interest_assessed)
    screened, screenings = dict(proofs.screened), list[Block]()
    for key, named in list(dict(known.registers).items())[:10]:
        asked = say("list_files.screened_on", register=Markup(plain(named, 60)))
        day = inputs.day(screened.get(key))
        screenings.append(kit.field(f"{ids.SCREENED}{key}", asked, day, is_optional=True))
    not_stated = say("list_files.not_stated")
    bases = [(ids.NONE, not_stated)]
    for word, named in _words(Basis, "list_files.basis_word"):
        bases += [(word, named), (f"{word} {ids.TOLD}", say("list_files.basis_told", basis=named))]
    basis = inputs.radio(bases, " ".join([proofs.basis or ids.NONE, *[ids.TOLD] * proofs.is_told_of_calls]))
    source = inputs.one_of(_words(NumbersFrom, "list_files.source_word"), proofs.numbers_from or "", not_stated)
    name, country = inputs.line(known.facts.list_name), inputs.line(known.facts.country, most=2)
    return [
        _optional(ids.BASIS, "list_files.basis", basis, "list_files.basis_hint"),
        _optional(ids.STATED, "list_files.stated", assessed),
        *screenings,
        _optional(ids.NUMBERS_FROM, "list_files.numbers_from", source),
        *_sheet(known.facts),
        _optional(ids.LIST_NAME, "list_files.list_name", name, "list_files.list_name_hint"),
        _optional(ids.COUNTRY, "list_files.country", country, "list_files.country_hint"),
    ]


def _optional(name: str, label: str, element: Element, hint: str = "") -> Block:
    return kit.field(name, say(label), element, say(hint) if hint else "", is_optional=True)


def _words(words: Iterable[StrEnum], key: str) -> list[tuple[str, Markup]]:
    return [(one.value, say(key, one)) for one in words]


def _sheet(known: ListFacts) -> list[Block]:
    """The menu of sheets, if there are several. Its values are their places: a name may be longer than a value."""
    if len(known.sheets) < 2:
        return []
    choices = [(str(at), name) for at, name in enumerate(known.sheets)]
    chosen = str(known.sheets.index(known.sheet)) if known.sheet in known.sheets else ""
    return [_optional(ids.SHEET, "list_files.sheet", inputs.one_of(choices, chosen, say("list_files.best_sheet")))]


def results(found: Sequence[ListResults], reader: Reader) -> Block:
    rows = [[kit.section(f"{admin_forms.heading(one, reader)}\n{admin_forms.figures(one)}")] for one in found]
    rows = rows or [[kit.section(say("admin_lists.no_lists"))]]
    return kit.page_of(say("admin.lists"), [[kit.context(say("admin_lists.results_about"))], *rows])
