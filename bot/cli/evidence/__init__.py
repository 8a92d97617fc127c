"""What the record proves: everything about one number, whether calls were lawful, whether anything was changed."""

from bot.cli.commands import group

app = group(__name__, __doc__, "export audit verify checkpoint change-key")
