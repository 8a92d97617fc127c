"""House rules: your own limits on top of law and house pack."""

from bot.cli.commands import group

app = group(__name__, __doc__, "show propose approve")
