"""A shared file that is no list of contacts: a register's file or the own do-not-call list; and screenings that age."""

from typing import Final

from bot.services.answers.registers import FileKind, Holds
from bot.slack.wording.language import N_, _, counted, figure, ngettext, plural, sentence, words_of
from bot.slack.wording.markup import Markup, filled
from policy.vocabulary import Verdict

# -- what it is

what_is_it = filled("*{name}*: which of these is it? I import nothing before you press *Import*.")
numbers_alone = plural("{count} number, and no names.", "{count} numbers, and no names.")
as_register = sentence("A register’s file…")
as_own = sentence("Our do-not-call list…")
as_list = sentence("A list of contacts")
bring = sentence("Import a register’s file…")
_TAKEN_FOR: Final = {
    Holds.FOUND: N_("It looks like the numbers of yours that are on this register: {register}."),
    Holds.VERDICTS: N_("It looks like a result that says yes or no of each number, for this register: {register}."),
    Holds.WHOLE: N_("It looks like the file of this register: {register}."),
}
looks_like_ours = sentence("Its name looks like a do-not-call list of your own.")


def looks_like_register(holds: Holds, register: Markup) -> str:
    return _(_TAKEN_FOR[holds]).format(register=register)


# -- the forms

register_title = sentence("A register’s file")
own_title = sentence("Our do-not-call list")
register_about = sentence(
    "A screening is dated with the day on which the register was compared or downloaded. It decides how long you may "
    "call."
)
bring_about = sentence(
    "Choose the register’s file, up to 10 MB. Or drop it into my *Messages* tab, up to 1 GB. I show you what it "
    "changes before I import anything."
)
the_file = sentence("The register’s file")
which_register = sentence("Register")
choose_register = sentence("Choose the register")
obtained = sentence("Obtained on")
obtained_hint = sentence("The day of the download or of the result, not of today’s import.")
holds = sentence("The file holds")
hold_word = words_of(
    {
        Holds.FOUND: N_("Your numbers that are on the register. All others are clear"),
        Holds.VERDICTS: N_("Your numbers, each with yes or no"),
        Holds.WHOLE: N_("The whole register, or whole area codes of it"),
    }
)
holds_hint = sentence(
    "A file of changes only (added and removed numbers) cannot be imported: numbers that it leaves out would look "
    "clear."
)
about_which = sentence("Compared with")
every_number = sentence("All numbers on record")
of_campaign = filled("Numbers of {campaign}")
unreadable = sentence("Unreadable rows")
despite_faults = sentence("They contain no numbers: clear the other numbers all the same")
choose_client = sentence("Choose a client")
own_about = sentence("Nextcall never calls these numbers again, in any list, also not in lists that come later.")
bound = sentence("They refused calls")
from_every_client = sentence("For every client")
for_client = filled("For {principal}")
why_not = sentence("Reason, for the record")
choose_which = sentence("Choose a register.")
choose_day = sentence("Choose the day.")
choose_holds = sentence("Say what the file holds.")
choose_whom = sentence("Choose for whom.")
day_to_come = sentence("That day is still to come.")
change = sentence("Change…")
something_else = sentence("It is a register’s file…")

# -- the preview

_AS_REGISTER: Final = N_("*{name}*: {register} of {day}, {about}. Nothing is imported yet.")
_AS_OWN: Final = N_("*{name}*: your do-not-call list {whom}. Nothing is imported yet.")
about_all = sentence("for all numbers on record")
about_campaign = filled("for the numbers of *{campaign}*")
whom_all = sentence("for every client")
whom_client = filled("for *{principal}*")


def as_register_head(name: Markup, register: Markup, day: Markup, about: Markup) -> str:
    return _(_AS_REGISTER).format(name=name, register=register, day=day, about=about)


def as_own_head(name: Markup, whom: Markup) -> str:
    return _(_AS_OWN).format(name=name, whom=whom)


def rows_done(done: int, total: int) -> str:
    return _("{done} of {total} rows of the file").format(done=figure(done), total=figure(total))


def numbers_done(done: int, total: int) -> str:
    return _("{done} of {total} of your numbers. Agents go on working meanwhile.").format(
        done=figure(done), total=figure(total)
    )


listed = plural("• *{count}* of your numbers is on it", "• *{count}* of your numbers are on it")
clear = plural("• *{count}* of your numbers is clear", "• *{count}* of your numbers are clear")
left_out = plural(
    "• {count} of your numbers is not covered and stays as it is",
    "• {count} of your numbers are not covered and stay as they are",
)
overruled = plural(
    "• {count} of those on it is clear by a newer screening, which counts: no call to it stops",
    "• {count} of those on it are clear by a newer screening, which counts: no call to them stops",
)
later = plural(
    "• {count} of your numbers came after that day, so nobody compared it: screen it with a newer result",
    "• {count} of your numbers came after that day, so nobody compared them: screen them with a newer result",
)
strangers = plural(
    "• {count} number of the file is on none of your lists", "• {count} numbers of the file are on none of your lists"
)
unsaid = plural(
    "• {count} number has no yes or no and stays as it is", "• {count} numbers have no yes or no and stay as they are"
)
areas = plural("• The file covers {count} area code", "• The file covers {count} area codes")
partial = plural(
    ":warning: {count} row cannot be read, so no number counts as clear. Correct it and send the file again; or, if it "
    "contains no number, say so with *Change…*.",
    ":warning: {count} rows cannot be read, so no number counts as clear. Correct them and send the file again; or, "
    "if they contain no numbers, say so with *Change…*.",
)
faulty = plural("• {count} row cannot be read", "• {count} rows cannot be read")
would_change = sentence("*If you import it now*")
nothing_changes = sentence("No contact changes.")
_NOW: Final = {
    Verdict.CALLABLE: N_("callable now"),
    Verdict.LOCKED: N_("callable later"),
    Verdict.HELD: N_("on hold"),
    Verdict.SUPPRESSED: N_("never callable"),
}


def move(count: int, now: Verdict, then: Verdict) -> str:
    return _("• *{count}* {now} → {then}").format(count=figure(count), now=_(_NOW[now]), then=_(_NOW[then]))


def lasts(days: int) -> str:
    """`days`: until the screening is too old."""
    if days < 0:
        return _(
            ":warning: This screening is too old for the rules: contacts that need it stay on hold. Obtain a newer "
            "file."
        )
    if not days:
        return _(":warning: This screening is valid only until the end of today. Obtain a newer file.")
    return ngettext(
        "The screening is valid for {count} more day.", "The screening is valid for {count} more days.", days
    ).format(count=figure(days))


own_numbers = plural("• *{count}* number is never called again", "• *{count}* numbers are never called again")
own_known = plural("• {count} is on this list already", "• {count} are on this list already")


def own_contacts(count: int, parts: Markup) -> str:
    return counted(
        "• *{count}* contact is stopped: {parts}", "• *{count}* contacts are stopped: {parts}", count, parts=parts
    )


def own_part(count: int, now: Verdict) -> str:
    return f"{figure(count)} {_(_NOW[now])}"


# -- while it runs, and the report

_HEADS: Final = {
    FileKind.REGISTER: (
        N_(":hourglass_flowing_sand: Screening against *{name}*…"),
        N_(":white_check_mark: *{name}* is imported: {register} of {day}, {about}."),
    ),
    FileKind.OWN: (
        N_(":hourglass_flowing_sand: Importing *{name}*…"),
        N_(":white_check_mark: *{name}* is imported as your do-not-call list {whom}."),
    ),
}


def importing(kind: FileKind, name: Markup) -> str:
    return _(_HEADS[kind][0]).format(name=name)


def imported_register(name: Markup, register: Markup, day: Markup, about: Markup) -> str:
    return _(_HEADS[FileKind.REGISTER][1]).format(name=name, register=register, day=day, about=about)


def imported_own(name: Markup, whom: Markup) -> str:
    return _(_HEADS[FileKind.OWN][1]).format(name=name, whom=whom)


own_added = plural("• *{count}* number added", "• *{count}* numbers added")
own_confirmed = plural(
    "• {count} was stopped already, and is recorded here too",
    "• {count} were stopped already, and are recorded here too",
)
own_reached = plural("• *{count}* contact stopped", "• *{count}* contacts stopped")
callbacks_off = plural("• {count} callback cancelled", "• {count} callbacks cancelled")
cards_off = plural("• {count} card was taken back from its agent", "• {count} cards were taken back from their agents")
began_again = sentence(
    "I was interrupted and began again: numbers recorded before the interruption count as *on this list already*."
)


def stand(parts: Markup) -> str:
    return _("Contacts now: {parts}.").format(parts=parts)


# -- a screening grows too old

ages_head = sentence("A screening is about to expire")
what_to_do = sentence(
    "Compare your numbers with the register again, or download its newest file. Then drop the file here, or press the "
    "button."
)


def ages(count: int, campaign: Markup, register: Markup, day: Markup, *, is_at_least: bool) -> str:
    """`day`: the first on which they are held."""
    if is_at_least:
        return counted(
            "• From {day}, at least {count} contact of *{campaign}* is held: its {register} screening is too old then.",
            "• From {day}, at least {count} contacts of *{campaign}* are held: their {register} screening is too old "
            "then.",
            count,
            campaign=campaign,
            register=register,
            day=day,
        )
    return counted(
        "• From {day}, {count} contact of *{campaign}* is held: its {register} screening is too old then.",
        "• From {day}, {count} contacts of *{campaign}* are held: their {register} screening is too old then.",
        count,
        campaign=campaign,
        register=register,
        day=day,
    )


warn_asked = sentence("When should we warn of a screening that expires?")
warn_hint = sentence("Team leads and admins are told privately, and again on the last day.")


def warn_days(days: int) -> str:
    """`days`: before the screening grows too old; 0: never."""
    return (
        ngettext("{count} day before", "{count} days before", days).format(count=figure(days)) if days else _("Never")
    )
