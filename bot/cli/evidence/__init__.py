"""`nextcall evidence`: what the record proves."""

from bot.cli import commands
from bot.cli.commands import Line

app = commands.group(
    "bot.cli.evidence",
    {
        "export": Line(
            "export",
            "Write everything on record about one number, as PDF and JSON: calls, rules, counts, how fast stops were "
            "kept.",
        ),
        "audit": Line(
            "audit",
            "Check every call of the days again from the raw record: was it lawful, was a stop kept, did one agent "
            "have it.",
        ),
        "verify": Line(
            "verify", "Compare every row with the log, the log with its tree, and the tree with its signed checkpoints."
        ),
        "checkpoint": Line(
            "checkpoint",
            "Print the newest checkpoint, a signed note: `nextcall evidence verify --against FILE` knows the log by "
            "it.",
        ),
    },
    name="evidence",
    help="What the record proves: everything about one number, whether calls were lawful, "
    "whether anything was changed.",
)
