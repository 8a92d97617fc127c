"""Lists and registers."""

from collections.abc import Sequence

from bot.slack.wording.labels import state
from bot.slack.wording.language import _, figure, ngettext
from bot.slack.wording.markup import Markup
from policy.vocabulary import ContactState


def list_line(name: Markup, campaign: Markup, source: Markup, when: Markup) -> str:
    return _("*{name}* for {campaign}, from {source}, imported {when}").format(
        name=name, campaign=campaign, source=source, when=when
    )


def list_counts(counts: Sequence[tuple[ContactState, int]], total: int) -> str:
    if not total:
        return _("no contacts")
    return " · ".join(f"{figure(count)} {state(one)}" for one, count in counts if count)


def list_withdrawn(count: int) -> str:
    said = ngettext("{count} contact is withdrawn with the list", "{count} contacts are withdrawn with the list", count)
    return said.format(count=figure(count))


def no_lists() -> str:
    return _("There is no list yet.")


def what_to_state() -> str:
    """What to state with the import command."""
    return _(
        "Add what is so of the list, such as `--basis consent`, `--told-of-calls` or `--screened tps=2026-11-20`: whoever "
        "lacks a proof that the rules ask for is held, and the report says what is missing."
    )


def how_to_bring() -> str:
    return _("*To bring a list*, type this on the machine where Nextcall runs. Files are not taken through Slack.")


def withdraw() -> str:
    return _("Withdraw…")


def withdraw_title() -> str:
    return _("Withdraw the list")


def withdraw_about(name: Markup, count: int) -> str:
    said = ngettext(
        "Nothing more of *{name}* will be handed out: {count} contact is taken out, promised calls are cancelled. A call "
        "under way may be finished.",
        "Nothing more of *{name}* will be handed out: {count} contacts are taken out, promised calls are cancelled. Calls "
        "under way may be finished.",
        count,
    )
    return said.format(name=name, count=figure(count))


def withdraw_why() -> str:
    return _("Why is it withdrawn?")


def withdraw_why_hint() -> str:
    return _("Shown wherever these contacts are counted.")


def withdraw_placeholder() -> str:
    return _("The client asked for it back")


def withdraw_press() -> str:
    return _("Withdraw")


def say_why() -> str:
    return _("Say in a few words why.")


def list_is_withdrawn(name: Markup, count: int) -> str:
    said = ngettext(
        ":white_check_mark: *{name}* is withdrawn: {count} contact will not be handed out again.",
        ":white_check_mark: *{name}* is withdrawn: {count} contacts will not be handed out again.",
        count,
    )
    return said.format(name=name, count=figure(count))


def take_up() -> str:
    return _("Take up again…")


def take_up_title() -> str:
    return _("Take up again")


def take_up_about(name: Markup, count: int) -> str:
    said = ngettext(
        "*{name}*: {count} contact is decided again and handed out where the rules allow it.",
        "*{name}*: {count} contacts are decided again and handed out where the rules allow it.",
        count,
    )
    return said.format(name=name, count=figure(count))


def take_up_press() -> str:
    return _("Take up again")


def list_is_taken_up(name: Markup, count: int) -> str:
    said = ngettext(
        ":white_check_mark: *{name}* is taken up again: {count} contact is decided anew.",
        ":white_check_mark: *{name}* is taken up again: {count} contacts are decided anew.",
        count,
    )
    return said.format(name=name, count=figure(count))


def register_line(name: Markup, numbers: int, newest: Markup, days: int, limit: int | None) -> str:
    """One register. `days`: age of the newest screening; `limit`: the greatest age allowed, in days."""
    made = ngettext(
        "*{name}*: {count} number compared, last on {newest}",
        "*{name}*: {count} numbers compared, last on {newest}",
        numbers,
    ).format(name=name, count=figure(numbers), newest=newest)
    if limit is None:
        return made
    if days > limit:
        said = ngettext(
            "{made}. :warning: Too old: it may be {limit} day old.",
            "{made}. :warning: Too old: it may be {limit} days old.",
            limit,
        )
        return said.format(made=made, limit=figure(limit))
    left = limit - days
    said = ngettext("{made}. Good for {left} more day.", "{made}. Good for {left} more days.", left)
    return said.format(made=made, left=figure(left))


def register_missing(name: Markup) -> str:
    return _("*{name}*: no number has been compared with it yet. Calls that need it are held.").format(name=name)


def no_registers() -> str:
    return _("No register is asked for by the rules of your campaigns’ countries.")


def how_to_screen() -> str:
    return _(
        "*To renew one*, compare your numbers with the register, then type this where Nextcall runs, with the file of the "
        "numbers found on it and the day:"
    )


def how_to_admin() -> str:
    return _(
        "• Teams, people, campaigns and lists: the buttons under *Set-up*; or all at once from a file, `nextcall apply "
        "setup.toml`"
    )
