"""A person's data: export everything held about them, or erase it at their request."""

from bot.cli.commands import group

app = group(__name__, __doc__, "export erase")
