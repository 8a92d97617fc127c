"""`nextcall policy`: list, show and check packs, and decide facts for other programs."""

from bot.cli import commands

app = commands.group(
    "bot.cli.policy",
    {
        "list": "listing:list_packs",
        "show": "showing",
        "check": "checking",
        "diff": "differing",
        "rehearse": "rehearsing",
        "house": "house",
        "schema": "deciding",
        "decide": "deciding:decide_facts",
        "coverage": "covering",
        "how-often": "how_often",
    },
    name="policy",
    help="The rules: list, read and check packs, and decide facts by them.",
)
