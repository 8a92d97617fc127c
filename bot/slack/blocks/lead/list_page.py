"""What came of each list, as a page."""

from collections.abc import Sequence

from bot.services.answers.lists import ListResults
from bot.slack.blocks.admin import list_forms
from bot.slack.blocks.kit.kit import MOST_BLOCKS_IN_VIEW, Block, Element, button, context, fitted, modal, section
from bot.slack.blocks.kit.reply import Reader
from bot.slack.wording import say


def results(found: Sequence[ListResults], reader: Reader) -> Block:
    rows = [_row(one, reader) for one in found] or [[section(say("admin_lists.no_lists"))]]
    blocks = fitted([[context(say("admin_lists.results_about"))], *rows], most_blocks=MOST_BLOCKS_IN_VIEW)
    return modal(say("admin_lists.results_title"), blocks)


def press() -> Element:
    return button(say("admin_lists.results_button"), "list_results", "0")


def _row(one: ListResults, reader: Reader) -> list[Block]:
    said = list_forms.heading(one, reader)
    return [section(f"{said}\n{list_forms.figures(one)}")]
