"""How long names and notes are kept, and the digest's line about it."""

from bot.slack.wording.language import _, figure, ngettext, sentence

heading = sentence("*Retention*")
asked = sentence("When should names and notes be deleted?")
hint = sentence("After this long without activity. Opt-outs and consents are kept.")


def forgotten(months: int, runs: int, people: int, notes: int) -> str:
    """`months`: the term; 0 if none is set."""
    if not months:
        return _("No term is set. Names and notes are kept.")
    if not runs:
        return _("Retention did not run in this period. The term is {months} months.").format(months=months)
    gone = ngettext("{count} name", "{count} names", people)
    written = ngettext("{count} note", "{count} notes", notes)
    return _("Deleted after {months} months: {people} and {notes}.").format(
        people=gone.format(count=figure(people)), notes=written.format(count=figure(notes)), months=months
    )


def term(months: int) -> str:
    if not months:
        return _("Never")
    return ngettext("After {count} month", "After {count} months", months).format(count=months)
