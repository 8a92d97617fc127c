"""`nextcall policy house`: the organisation's own limits, shown, proposed and approved without Slack."""

from bot.cli import commands
from bot.cli.commands import Line

app = commands.group(
    "bot.cli.policy",
    {
        "show": Line(
            "own_limits",
            "Show which own limits are in force, ahead and waiting for approval, and what came of earlier ones.",
        ),
        "propose": Line(
            "own_limits",
            "Propose limits, which replace those of before. An admin approves them in Slack, where they see what they "
            "mean.",
        ),
        "approve": Line("own_limits", "Approve what your only admin proposed in Slack. It stays on record as such."),
    },
    name="house",
    help="House rules: your own limits on top of law and house pack.",
)
