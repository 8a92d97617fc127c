"""Building blocks of every screen, each cut to Slack's limits."""

from bot.slack.blocks.kit import forms, inputs
from bot.slack.blocks.kit.findings import (
    cited,
    finding_line,
    finding_lines,
    missing_line,
    refusal_lines,
    sentences,
    shown_all,
)
from bot.slack.blocks.kit.forms import callback_form, outcome_form, release_form
from bot.slack.blocks.kit.kit import (
    MOST_BLOCKS_IN_VIEW,
    Block,
    Element,
    actions,
    button,
    confirm,
    context,
    divider,
    field,
    fitted,
    header,
    home,
    lines_in_sections,
    modal,
    option,
    radio,
    section,
    select,
    typed,
)
from bot.slack.blocks.kit.refill import refilled
from bot.slack.blocks.kit.reply import CardPlace, Reader, Reply

# fmt: off
__all__ = [
    "MOST_BLOCKS_IN_VIEW", "Block", "CardPlace", "Element", "Reader", "Reply", "actions", "button", "callback_form",
    "cited", "confirm", "context", "divider", "field", "finding_line", "finding_lines", "fitted", "forms", "header",
    "home", "inputs", "lines_in_sections", "missing_line", "modal", "option", "outcome_form", "radio", "refilled",
    "refusal_lines", "release_form", "section", "select", "sentences", "shown_all", "typed",
]
