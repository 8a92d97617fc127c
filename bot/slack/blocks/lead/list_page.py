"""What came of each list, as a page."""

from collections.abc import Sequence

from bot.services.answers.lists import ListResults
from bot.slack import ids
from bot.slack.blocks.admin import list_forms
from bot.slack.blocks.kit import MOST_BLOCKS_IN_VIEW, Block, Element, Reader, button, context, fitted, modal, section
from bot.slack.wording import admin_lists, named, shown


def results(found: Sequence[ListResults], reader: Reader) -> Block:
    rows = [_row(one, reader) for one in found] or [[section(admin_lists.no_lists())]]
    blocks = fitted([[context(admin_lists.results_about())], *rows], most_blocks=MOST_BLOCKS_IN_VIEW)
    return modal(admin_lists.results_title(), blocks)


def press() -> Element:
    return button(admin_lists.results_button(), ids.LIST_RESULTS, "0")


def _row(one: ListResults, reader: Reader) -> list[Block]:
    said = admin_lists.list_line(
        named(one.name), shown(one.campaign), shown(one.source), reader.moment(one.imported_at)
    )
    return [section(f"{said}\n{list_forms.figures(one)}")]
