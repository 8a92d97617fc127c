"""Lists and registers."""

from collections.abc import Sequence

from bot.slack.wording.labels import state
from bot.slack.wording.language import _, counted, figure, ngettext, plural, sentence
from bot.slack.wording.markup import Markup, filled
from policy.vocabulary import ContactState

list_withdrawn = plural("{count} contact withdrawn", "{count} contacts withdrawn")
no_lists = sentence("No lists yet.")
# What to state with the import command.
what_to_state = sentence(
    "State what is true of your list, such as `--basis consent`, `--told-of-calls` or `--screened "
    "tps=2026-11-20`. Contacts that lack a required proof go on hold, and the report says what is missing."
)
how_to_bring = sentence(
    "*To import a list*, drop it into my *Messages* tab, or choose it here. On the machine that runs Nextcall, you can "
    "also type:"
)
withdraw = sentence("Withdraw…")
withdraw_title = sentence("Withdraw the list")
withdraw_why = sentence("Why do you withdraw it?")
withdraw_why_hint = sentence("Shown wherever these contacts are counted.")
withdraw_placeholder = sentence("The client asked for it back")
admin_restores = sentence("An admin can restore it.")
withdraw_press = sentence("Withdraw")
say_why = sentence("Give a reason.")
take_up = sentence("Restore…")
take_up_title = sentence("Restore")
take_up_press = sentence("Restore")
change_title = sentence("Change the list")
list_state = sentence("What happens to it?")
list_goes_on = sentence("It is called")
list_waits = sentence("It is paused")
list_waits_hint = sentence("Paused: no contact of it is handed out. Callbacks wait.")
list_priority = sentence("How early is it called?")
list_campaign = sentence("Which campaign calls it?")
list_campaign_hint = sentence(
    "Only campaigns of the same client: the list’s basis was given to them. Each contact is checked again. With "
    "another purpose, state again what people were told."
)
list_last_day = sentence("Last day")
list_last_day_hint = sentence("After this day none of its contacts is handed out. Empty: no end.")
list_paused = sentence("paused")
list_until = filled("until {day}")
list_changed = filled(":white_check_mark: *{name}* changed.")
results_title = sentence("Lists")
results_button = sentence("What came of each list…")
results_about = sentence("Each contact counts once. Opted out: in a call.")


def list_is_moved(name: Markup, campaign: Markup, moved: int, stayed: int) -> str:
    said = counted(
        ":white_check_mark: *{name}*: {count} contact moved to {campaign}.",
        ":white_check_mark: *{name}*: {count} contacts moved to {campaign}.",
        moved,
        name=name,
        campaign=campaign,
    )
    if not stayed:
        return said
    rest = counted(
        "{count} contact stays: it is with an agent or there already.",
        "{count} contacts stay: they are with an agent or there already.",
        stayed,
    )
    return f"{said} {rest}"


def list_results(called: int, reached: int, won: int, opted_out: int, complaints: int) -> str:
    told = (
        (_("{count} called"), called),
        (_("{count} reached"), reached),
        (_("{count} won"), won),
        (_("{count} opted out"), opted_out),
    )
    said = [text.format(count=figure(number)) for text, number in told]
    return " · ".join([*said, counted("{count} complaint", "{count} complaints", complaints)])


no_registers = sentence("The rules in your campaigns’ countries require no register.")
how_to_screen = sentence(
    "*To renew a screening*, compare your numbers with the register, or download it. Then drop the file into my "
    "*Messages* tab, or choose it here. I show you what it changes before I import it."
)
how_to_admin = sentence(
    "• Teams, people, campaigns and lists: use the buttons under *Set-up*, or one file with `nextcall apply setup.toml`"
)
register_missing = filled("*{name}*: no numbers screened yet. Contacts that need a screening are on hold.")


def list_line(name: Markup, campaign: Markup, source: Markup, when: Markup) -> str:
    return _("*{name}* for {campaign}, from {source}, imported {when}").format(
        name=name, campaign=campaign, source=source, when=when
    )


def list_counts(counts: Sequence[tuple[ContactState, int]], total: int) -> str:
    if not total:
        return _("no contacts")
    return " · ".join(f"{figure(count)} {state(one)}" for one, count in counts if count)


def withdraw_about(name: Markup, count: int) -> str:
    return counted(
        "You withdraw {count} contact of *{name}*. Its callbacks are cancelled. An agent may finish a call in "
        "progress.",
        "You withdraw {count} contacts of *{name}*. Their callbacks are cancelled. Agents may finish calls in "
        "progress.",
        count,
        name=name,
    )


def list_is_withdrawn(name: Markup, count: int) -> str:
    return counted(
        ":white_check_mark: *{name}* withdrawn: {count} contact is no longer handed out.",
        ":white_check_mark: *{name}* withdrawn: {count} contacts are no longer handed out.",
        count,
        name=name,
    )


def take_up_about(name: Markup, count: int) -> str:
    return counted(
        "*{name}*: we check {count} contact again and hand it out when the rules allow.",
        "*{name}*: we check {count} contacts again and hand them out when the rules allow.",
        count,
        name=name,
    )


def list_is_taken_up(name: Markup, count: int) -> str:
    return counted(
        ":white_check_mark: *{name}* restored. We are checking {count} contact again.",
        ":white_check_mark: *{name}* restored. We are checking {count} contacts again.",
        count,
        name=name,
    )


def register_line(name: Markup, numbers: int, newest: Markup, days: int, limit: int | None) -> str:
    """One register. `days`: age of the newest screening; `limit`: the greatest age allowed, in days."""
    made = ngettext(
        "*{name}*: {count} number screened, last on {newest}",
        "*{name}*: {count} numbers screened, last on {newest}",
        numbers,
    ).format(name=name, count=figure(numbers), newest=newest)
    if limit is None:
        return made
    if days > limit:
        said = ngettext(
            "{made}. :warning: Expired: a screening is valid for {limit} day.",
            "{made}. :warning: Expired: a screening is valid for {limit} days.",
            limit,
        )
        return said.format(made=made, limit=figure(limit))
    left = limit - days
    said = ngettext("{made}. Valid for {left} more day.", "{made}. Valid for {left} more days.", left)
    return said.format(made=made, left=figure(left))
