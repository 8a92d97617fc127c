"""Privacy: how long names and notes are kept, and a person's data, exported or erased."""

from collections.abc import Sequence

from bot.slack.wording.language import _, counted, plural, sentence

heading = sentence("*Retention*")
asked = sentence("When should names and notes be deleted?")
hint = sentence("After this long without activity. Opt-outs and consents are kept.")


def forgotten(months: int, runs: int, people: int, notes: int) -> str:
    """`months`: the term; 0 if none is set."""
    if not months:
        return _("No term is set. Names and notes are kept.")
    if not runs:
        return _("Retention did not run in this period. The term is {months} months.").format(months=months)
    gone, written = counted("{count} name", "{count} names", people), counted("{count} note", "{count} notes", notes)
    return _("Deleted after {months} months: {people} and {notes}.").format(people=gone, notes=written, months=months)


def term(months: int) -> str:
    if not months:
        return _("Never")
    return counted("After {count} month", "After {count} months", months)


person_button = sentence("A person’s data…")
person_title = sentence("A person’s data")
number_asked = sentence("Their telephone number")
number_hint = sentence("As they gave it to you.")
what_asked = sentence("What did they ask for?")
wants_export = sentence("A copy of everything held about them")
wants_erasure = sentence("To be erased")
go_on = sentence("Continue")
who_asked = sentence("Who is meant?")
who_hint = sentence("Several people have this number.")
export_about = sentence("You get two files in your direct messages: a page to read and the same as JSON.")
export_press = sentence("Send me the files")
stop_asked = sentence("They also asked not to be called")
stop_hint = sentence("Their number is then refused in every later list.")
confirm_hint = sentence("This cannot be undone.")
confirm_word = sentence("erase")
erase_press = sentence("Erase")
nothing_held = sentence("Nothing is on record at this number.")
export_sent = sentence(":white_check_mark: The files are in your direct messages.")
export_message = sentence(
    ":lock: Everything we hold about the person you asked for. Delete these files once you have passed them on."
)


def confirm_asked() -> str:
    return _("To confirm, type: {word}").format(word=confirm_word())


def subject_line(name: str, reference: str, campaigns: Sequence[str]) -> str:
    """One of several people at a number, for a menu."""
    told = [name or _("name erased"), *([reference] if reference else []), *campaigns]
    return " · ".join(told)


erasure_about = plural(
    "Erasing removes the name, numbers, reference and notes of {count} person everywhere.",
    "Erasing removes the names, numbers, references and notes of {count} people everywhere.",
)
kept_without_person = sentence(
    "Kept without the person: stops, so that a later list is refused; calls and proofs, so that limits and the record "
    "of each day hold. Backups, imported files and older Slack messages are out of reach."
)


def erased(people: int, numbers: int, notes: int) -> str:
    told = [
        counted("{count} person", "{count} people", people),
        counted("{count} number", "{count} numbers", numbers),
        counted("{count} note or reason", "{count} notes and reasons", notes),
    ]
    return _(":white_check_mark: Erased: {what}.").format(what=", ".join(told))


def kept(stops: int, attempts: int, proofs: int) -> str:
    told = [
        counted("{count} stop", "{count} stops", stops),
        counted("{count} call", "{count} calls", attempts),
        counted("{count} proof", "{count} proofs", proofs),
    ]
    return _("Kept without the person: {what}.").format(what=", ".join(told))


shared_kept = plural(
    "{count} number stays, because other people have it.", "{count} numbers stay, because other people have them."
)
no_stop_kept = sentence("No stop is on record, so a later list may bring the number back.")
