"""The rules: list, read and check packs, and decide facts by them."""

from bot.cli.commands import group

app = group(__name__, __doc__, "list show check diff rehearse house schema decide coverage countries")
