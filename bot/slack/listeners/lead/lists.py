"""What came of each list, for a team lead or manager."""

from bot.services.lists import list_results
from bot.slack import ids
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.lead import list_page
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.opens(ids.LIST_RESULTS, "admin_lists.results_title", build)


def build(ask: Ask) -> Block:
    return list_page.results(list_results.of_lists(ask.deps, ask.actor), ask.reader)
