"""A list file that a person shares: what was understood, what an import does, what is missing, and how it went."""

from typing import Final

from bot.services.answers.intake import NotImported, Stage
from bot.services.answers.lists import Meaning
from bot.services.lists import Basis, NumbersFrom
from bot.services.ports import Unread
from bot.slack.wording.language import N_, _, counted, figure, ngettext, plural, sentence, words_of
from bot.slack.wording.markup import Markup, filled
from bot.slack.wording.registers import list_questions
from bot.slack.wording.reporting import call_files
from policy.vocabulary import Verdict

# -- the buttons and forms

lists_heading = sentence("Lists")
how_to_drop = sentence(
    "Drop a list (CSV or Excel) into my *Messages* tab. I show you what I understand, and import it when you say so."
)
bring = sentence("Import a list…")
bring_title = sentence("Import a list")
bring_about = sentence(
    "Choose a CSV or Excel file of up to 10 MB. Or drop it into my *Messages* tab, up to 1 GB. I show you what I "
    "understand before I import anything."
)
file = sentence("The list")
for_campaign = sentence("For the campaign")
read_it = sentence("Read it")
choose_file = sentence("Choose a file.")
choose_campaign = sentence("Choose a campaign")
start = sentence("Import")
columns_form = sentence("Change columns…")
columns_title = sentence("What the columns mean")
columns_about = sentence(
    "Choose what each column holds. I read the file again and show you the result before I import it."
)
choose_meaning = sentence("Choose what it means")
no_columns = sentence("I have not read the columns yet. Wait until the message shows them.")
facts_form = sentence("Basis and screening…")
facts_title = sentence("About this list")
facts_about = sentence(
    "State only what is true of *everyone* on the list. Leave the rest empty: those contacts go on hold."
)
again = sentence("Try again")
basis = sentence("Lawful basis")
basis_hint = sentence("Your lawful basis for using these numbers.")
told = sentence("They were told they would be called")
assessed = sentence("We weighed our legitimate interest against theirs, on record")
stated = sentence("What is true")
numbers_from = sentence("Where the numbers came from")
sheet = sentence("Sheet of the workbook")
best_sheet = sentence("The one that looks most like a list")
list_name = sentence("Name of the list")
list_name_hint = sentence("Without one, the file’s name, with a number if there is such a list.")
country = sentence("Country of numbers without a country code")
country_hint = sentence("Two letters, such as GB. Without them, the campaign’s.")
country_wrong = sentence("Write two letters, such as GB.")
day_to_come = sentence("That day is still to come.")
not_stated = sentence("Not stated")
basis_word = words_of(
    {
        Basis.CONSENT: N_("Consent"),
        Basis.LEGITIMATE_INTEREST: N_("Legitimate interest"),
        Basis.CONTRACT: N_("Contract"),
    }
)
source_word = words_of(
    {
        NumbersFrom.GIVEN: N_("From the people themselves"),
        NumbersFrom.DIRECTORY: N_("From a directory"),
        NumbersFrom.PUBLIC: N_("From another public place"),
        NumbersFrom.BOUGHT: N_("Bought"),
        NumbersFrom.REFERRAL: N_("From another person"),
        NumbersFrom.RANDOM: N_("Dialled at random"),
    }
)
screened_on = filled("Day of the {register} screening")
more_pages = plural(
    "The file has {count} more column. Save this page by itself.",
    "The file has {count} more columns. Save each page by itself.",
)
choose_page = sentence("Show other columns")
still_read = sentence(
    "I am reading the file again. Wait until its message shows the columns, then save this page again."
)
more_columns = plural("{count} more column is not shown here.", "{count} more columns are not shown here.")

# -- what a column means

meaning = words_of(
    {
        Meaning.NAME: N_("Full name"),
        Meaning.FIRST: N_("First name"),
        Meaning.LAST: N_("Last name"),
        Meaning.COMPANY: N_("Company"),
        Meaning.PHONE: N_("Telephone number"),
        Meaning.MOBILE: N_("Mobile number"),
        Meaning.HOME: N_("Home number"),
        Meaning.WORK: N_("Work number"),
        Meaning.PHONE_LABEL: N_("Kind of the next number"),
        Meaning.NOT_CALLED: N_("A number not to be called"),
        Meaning.INVALID: N_("First number invalid: yes or no"),
        Meaning.REFERENCE: N_("Customer number"),
        Meaning.COUNTRY: N_("Country"),
        Meaning.REGION: N_("State or region"),
        Meaning.POSTCODE: N_("Postcode"),
        Meaning.ZONE: N_("Time zone"),
        Meaning.PRIORITY: N_("Priority"),
        Meaning.LINE: N_("Kind of line"),
        Meaning.BUSINESS: N_("Business line: yes or no"),
        Meaning.STOP: N_("Do not call: yes or no"),
        Meaning.CONSENT: N_("May be called: yes or no"),
        Meaning.CONSENT_WITHDRAWN: N_("Consent withdrawn"),
        Meaning.DECEASED: N_("Deceased"),
        Meaning.VULNERABLE: N_("Vulnerable"),
        Meaning.TPS: N_("On the TPS"),
        Meaning.CTPS: N_("On the CTPS"),
        Meaning.TPS_OR_CTPS: N_("On the TPS or CTPS"),
        Meaning.TPS_SCREENED: N_("Day of the TPS screening"),
        Meaning.CTPS_SCREENED: N_("Day of the CTPS screening"),
        Meaning.SCREENED: N_("Day of the screening"),
        Meaning.CONSENT_AT: N_("Day of the consent"),
        Meaning.CONSENT_WORDING: N_("Wording of the consent"),
        Meaning.CONSENT_SOURCE: N_("Source of the consent"),
        Meaning.CONSENT_TO: N_("Who may call by the consent"),
        Meaning.CONSENT_THIRD_PARTY: N_("Consent to a third party"),
        Meaning.REQUESTED_AT: N_("Day they asked for a call"),
        Meaning.REQUESTED_FOR: N_("What they asked about"),
        Meaning.CUSTOMER_SINCE: N_("Customer since"),
        Meaning.CUSTOMER_UNTIL: N_("Customer until"),
        Meaning.NOTE: N_("Notes that may say no to calls"),
        Meaning.DETAIL: N_("Other information"),
        Meaning.IGNORE: N_("Not imported"),
    }
)

# -- the message

_HEADS: Final = {
    Stage.READING: N_(":hourglass_flowing_sand: Reading *{name}*…"),
    Stage.ASKING: N_("*{name}*: which campaign is this list for? I import nothing before you press *Import*."),
    Stage.SHOWN: N_("*{name}* for *{campaign}*. Nothing is imported yet."),
    Stage.IMPORTING: N_(":hourglass_flowing_sand: Importing *{name}* into *{campaign}*…"),
    Stage.IMPORTED: N_(":white_check_mark: *{name}* is imported into *{campaign}*."),
    Stage.FAILED: N_(":warning: *{name}* is not imported."),
}
a_file = sentence("your file")
first_rows = sentence("*What I read.* Under each heading: what I take the column for. Numbers are hidden.")
missing = sentence("*What is missing.* State it with *Basis and screening…*, or add it to the file and send it again.")
no_rules = sentence(
    "*What no list can supply.* These contacts stay on hold. An admin can write a rule pack, as "
    "`policy/packs/README.md` says. Or leave these rows out."
)
attached = sentence("The faulty rows are in the thread, each with its reason. Correct them and send me that file.")
begun_before = sentence(
    "I was interrupted and began again: contacts stored before the interruption count as *already in the campaign*."
)
who_else = sentence("Agents can take these contacts now: *Next contacts* on Home, or `/nextcall`.")


def columns_page(first: int, last: int) -> str:
    return _("Columns {first} to {last}").format(first=figure(first), last=figure(last))


waits = sentence("Another file is being read first. This one is next in line.")
late = sentence("Slack does not give me the file. I try again for a minute.")


def head(stage: Stage, name: Markup, campaign: Markup) -> str:
    return _(_HEADS[stage]).format(name=name, campaign=campaign)


def bytes_read(done: int, total: int) -> str:
    megabyte = 1_000_000
    return _("{done} of {total} MB").format(done=figure(done // megabyte), total=figure(-(-total // megabyte)))


def rows_checked(done: int, total: int) -> str:
    return _("{done} of {total} rows checked").format(done=figure(done), total=figure(total))


def rows_done(done: int, total: int) -> str:
    return _("{done} of {total} rows. Agents go on working meanwhile.").format(done=figure(done), total=figure(total))


def facts(rows: int, list_named: Markup, export: Markup, sheet: Markup, mapping: Markup) -> str:
    """The file in one line: its rows, the list it becomes, and how it was recognised."""
    parts = [_rows(rows), _("list *{name}*").format(name=list_named)]
    parts += [_("looks like an export of {system}").format(system=export)] if export else []
    parts += [_("sheet *{name}*").format(name=sheet)] if sheet else []
    parts += [_("columns as saved in *{name}*").format(name=mapping)] if mapping else []
    return " · ".join(parts)


joins_list = filled(
    ":information_source: There is a list *{name}* already. These contacts join it, and what is stated of it (legal "
    "basis, told of calls) covers them. If that is wrong, give this list another name under *Basis and screening…*."
)
join = sentence("Join that list")


def beside_list(name: Markup, new: Markup) -> str:
    return _(
        ":information_source: There is a list *{name}* already, so these contacts go into a new list, *{new}*. If they "
        "join *{name}*, what is stated of it (legal basis, told of calls) covers them."
    ).format(name=name, new=new)


_rows = plural("{count} row", "{count} rows")

would_be = sentence("*If you import it now*")
_VERDICTS: Final = {
    Verdict.CALLABLE: (N_("• *{count}* can be called now"), N_("• *{count}* can be called now")),
    Verdict.LOCKED: (N_("• *{count}* can be called later"), N_("• *{count}* can be called later")),
    Verdict.HELD: (N_("• *{count}* is on hold"), N_("• *{count}* are on hold")),
    Verdict.SUPPRESSED: (N_("• *{count}* must never be called"), N_("• *{count}* must never be called")),
}


def verdict_line(one: Verdict, count: int, reasons: list[Markup]) -> str:
    singular, several = _VERDICTS[one]
    said = _(singular if count == 1 else several).format(count=figure(count))
    return f"{said}: {'; '.join(reasons)}" if reasons else said


def reason(because: Markup, count: int, total: int) -> Markup:
    return because if count == total else Markup(f"{because} ({figure(count)})")


more_marked = plural("• {count} more row is marked so", "• {count} more rows are marked so")
marked = filled("marked “{what}” in the file")


def stopped(what: Markup, count: int) -> str:
    return counted(
        "• {count} row is marked “{what}” and is never handed out",
        "• {count} rows are marked “{what}” and are never handed out",
        count,
        what=what,
    )


def doubtful(count: int, cells: Markup) -> str:
    return counted(
        "• {count} row says neither yes nor no where the file stops calls, and counts as do not call: {cells}. If "
        "that is wrong, correct the file, or say with *Change columns…* what the column means.",
        "• {count} rows say neither yes nor no where the file stops calls, and count as do not call: {cells}. If that "
        "is wrong, correct the file, or say with *Change columns…* what the column means.",
        count,
        cells=cells,
    )


def doubtful_cell(heading: Markup, cell: Markup, count: int) -> Markup:
    return Markup(_("{heading}: “{cell}” ({count})").format(heading=heading, cell=cell, count=figure(count)))


duplicates = plural(
    "• {count} row is a person whom an earlier row or the campaign already has",
    "• {count} rows are people whom an earlier row or the campaign already has",
)
finished = plural(
    "• {count} person is finished in this campaign and stays so",
    "• {count} people are finished in this campaign and stay so",
)
faulty = plural("• {count} row cannot be imported", "• {count} rows cannot be imported")
in_part = plural(
    "• {count} row is imported, but not all of it can be read",
    "• {count} rows are imported, but not all of them can be read",
)


def fault(line: int, why: Markup) -> str:
    return _("    line {line}: {why}").format(line=figure(line), why=why)


def missing_line(what: Markup, count: int) -> str:
    return counted("• {count} on hold: {what}", "• {count} on hold: {what}", count, what=what)


def question(heading: Markup, cells: Markup) -> str:
    asked = _(
        ":warning: *The column “{heading}” may say whom not to call, and I cannot read it.* Say what it means with "
        "*Change columns…*. Until then I import nothing."
    ).format(heading=heading)
    return asked + ("\n" + _("Not understood: {cells}").format(cells=cells) if cells else "")


def cell_in_line(cell: Markup, line: int) -> Markup:
    return Markup(_("{cell} (line {line})").format(cell=cell, line=figure(line)))


kept_as_details = filled("Kept as details of each contact: {columns}")


not_read = filled("Not imported: {columns}")


# -- the report

imported = plural("• *{count}* contact imported", "• *{count}* contacts imported")
again_in_file = plural(
    "• {count} row is the same person as an earlier row", "• {count} rows are the same person as an earlier row"
)
known = plural("• {count} already in the campaign", "• {count} already in the campaign")
known_elsewhere = plural(
    "• {count} person is known from another campaign: limits count for both together",
    "• {count} people are known from another campaign: limits count for both together",
)
changed = plural(
    "• {count} of these decided again because of new facts in the file",
    "• {count} of these decided again because of new facts in the file",
)
shared = plural(
    "• {count} person shares a number with another person; both are kept",
    "• {count} people share a number with another person; both are kept",
)


def stand(told: str) -> str:
    return _("Of the people in this file: {told}.").format(told=told)


def stand_part(one: Verdict, count: int) -> str:
    return _(_STANDS[one]).format(count=figure(count))


_STANDS: Final = {
    Verdict.CALLABLE: N_("{count} callable now"),
    Verdict.LOCKED: N_("{count} locked for now"),
    Verdict.HELD: N_("{count} on hold"),
    Verdict.SUPPRESSED: N_("{count} do not call"),
}

# -- why not

in_channel = filled(
    "I do not read {name}: everyone in the channel can. To have it imported, delete it there and send it to me here."
)
for_leads = sentence(
    "Only a team lead, manager or admin may import a list, so I have not read your file. Ask yours to send it to me."
)
_WHY: Final[dict[str, str]] = {
    Unread.GONE: N_("The file was deleted in Slack, or is no longer shared with me. Send it again."),
    Unread.HIDDEN: N_("Slack has hidden the file, because it is older than your plan keeps files. Send it again."),
    Unread.ELSEWHERE: N_(
        "That is a link to a file that another service keeps. Download it there and send me the file itself."
    ),
    Unread.TOO_LARGE: N_("The file is larger than 1 GB. Split it and send the parts."),
    Unread.NOT_PERMITTED: N_(
        "Slack does not let me read files. Ask an admin of Slack to reinstall the app with the scope `files:read`, "
        "then press *Try again*."
    ),
    Unread.NOT_ANSWERED: N_("Slack did not give me the file. Press *Try again* in a minute."),
    NotImported.NO_ROOM: N_(
        "The machine that runs me has no disk space for the file. Ask an admin to free some, then press *Try again*."
    ),
    NotImported.NO_CAMPAIGN: N_(
        "Your team has no active campaign to import it into. Ask an admin to add one, then send the file again."
    ),
    NotImported.CAMPAIGN_GONE: N_("The campaign is no longer active. Press *Try again* to choose another."),
    NotImported.BROKE: N_("I failed several times. Press *Try again*; if it fails again, tell an admin."),
}


def why(because: str, told: Markup, *, has_columns: bool = False) -> str:
    """`told`: why the file is no list; or how many megabytes arrived. `has_columns`: a person may say what they
    mean."""
    if because == NotImported.REFUSED and has_columns:
        said = _("{reason} Say with *Change columns…* what the columns mean, or correct the file and send it again.")
        return said.format(reason=told)
    if because == NotImported.REFUSED:
        return _("{reason} Correct the file and send it again.").format(reason=told)
    if because == NotImported.OTHER_CLOCK:
        return call_files.other_clock(told)
    if because == NotImported.ORDER_OF_DAYS:
        return list_questions.two_readings(told)
    if because == Unread.CUT_OFF:
        return _("Slack ended the download early, at {got} MB. Press *Try again*.").format(got=told)
    return _(_WHY.get(because, _WHY[NotImported.BROKE]))


def screening(register: Markup, days: int | None) -> str:
    """What a missing screening is, in the reader's language."""
    if days is None:
        return _("{register} screening").format(register=register)
    said = ngettext("{register} screening of the last {days} day", "{register} screening of the last {days} days", days)
    return said.format(register=register, days=figure(days))
