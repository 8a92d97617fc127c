"""What rules say, in the reader's language. English comes from `policy`: its templates, and the texts of packs."""

from bot.slack.wording.rules.said import lacking, said, said_each, told
from bot.slack.wording.rules.values import WRITERS, within

__all__ = ["WRITERS", "lacking", "said", "said_each", "told", "within"]
