"""`nextcall policy`: list, show and check packs, and decide facts for other programs."""

from bot.cli import commands
from bot.cli.commands import Line

app = commands.group(
    "bot.cli.policy",
    {
        "list": Line(
            "listing:list_packs",
            "List the packs: what is in force today, what changes next and when, how they were read, and what needs "
            "review.",
        ),
        "show": Line(
            "showing",
            "Show every rule of a pack: what it requires, of whom, since when, its source, and how open points were "
            "read.",
        ),
        "check": Line(
            "checking",
            "Check pack files, and print every fault with file, key and line. Exit status 1 if there is one.",
        ),
        "diff": Line(
            "differing",
            "Say what changed from OLD to NEW: what each rule asked before, and what it asks now. Exit status 1 if "
            "any did.",
        ),
        "rehearse": Line(
            "rehearsing",
            "Say what PACK means before it applies: what opens and locks, which recent calls it forbids, supply by "
            "day.",
        ),
        "house": Line("house", "House rules: your own limits on top of law and house pack."),
        "schema": Line("deciding", "Print the JSON Schema of the facts that `decide` reads."),
        "decide": Line(
            "deciding:decide_facts",
            "Answer each line of facts with a decision, in order. Exit status 1 if a line could not be answered.",
        ),
        "coverage": Line(
            "covering",
            "Change each enabled rule by its smallest steps, and list the changes that no worked case notices.",
        ),
        "countries": Line(
            "countries",
            "Write a page for each country: limits, hours, registers, consent and fines by purpose, each with its "
            "source.",
        ),
    },
    name="policy",
    help="The rules: list, read and check packs, and decide facts by them.",
)
