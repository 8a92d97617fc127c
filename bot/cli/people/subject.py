"""`nextcall subject export|erase NUMBER`: everything held about a person, and its erasure at their request."""

from bot.cli import commands
from bot.cli.commands import Line

app = commands.group(
    "bot.cli.people",
    {
        "export": Line(
            "subject_data",
            "Write everything held about a person: a page to read (HTML) and the same as JSON. Only you may read the "
            "files.",
        ),
        "erase": Line(
            "subject_data",
            "Erase a person at their request: names, numbers, references and notes, in every table. It cannot be "
            "undone.",
        ),
    },
    name="subject",
    help="A person's data: export everything held about them, or erase it at their request.",
)
