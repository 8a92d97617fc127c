"""The road back for a stop that was a mistake: the form, what other admins are asked, and what came of it."""

import re

from bot.services.answers.house_rules import COMMAND_LINE
from bot.slack.wording.language import _, plural, sentence
from bot.slack.wording.markup import Markup, named, shown

form_title = sentence("Withdraw a stop")
withdraw_button = sentence("Withdraw…")
ask_button = sentence("Ask them")
agree_button = sentence("Yes, withdraw it")
disagree_button = sentence("No, keep it")
may_be_withdrawn = sentence("Was a stop of this number typed by mistake, or did it come with a wrong file?")
about = sentence(
    "Another admin must agree, who has been an admin for 7 days. What a person said in a call is never withdrawn."
)
reason_asked = sentence("Why is it a mistake?")
reason_hint = sentence("Kept on record. The other admins read it.")
asked_of = plural(
    ":hourglass_flowing_sand: Asked {count} other admin. Until one agrees, the stop stays in force.",
    ":hourglass_flowing_sand: Asked {count} other admins. Until one agrees, the stop stays in force.",
)
reopened = plural("{count} callback is open again.", "{count} callbacks are open again.")
_SLACK_USER = re.compile(r"[UW][A-Z0-9]{2,20}")


def somebody(user: str) -> Markup:
    """A member of the workspace who is not set up, as Slack shows them."""
    return Markup(f"<@{user}>") if _SLACK_USER.fullmatch(user) else shown(user)


def person(name: str) -> Markup:
    return Markup(_("the command line")) if name == COMMAND_LINE else named(name)


def stopped_by_colleague(number: Markup, user: str) -> str:
    """To the admins: it took effect, and may be a mistake."""
    return _(
        ":no_entry: {user} is not set up in Nextcall and put {number} on do-not-call. It took effect at once. If that "
        "is a mistake, withdraw it."
    ).format(user=somebody(user), number=number)


def stop(number: Markup, since: Markup, by: str, told_by: str, note: Markup) -> str:
    """What is on record: `•••123, on do-not-call since Tue 24 Nov 10:00. Typed by Alice: asked us`."""
    whom = number or Markup(_("A person"))
    if by or told_by:
        said = _("*{whom}*, on do-not-call since {since}. Typed by {who}").format(
            whom=whom, since=since, who=named(by) if by else somebody(told_by)
        )
    else:
        said = _("*{whom}*, on do-not-call since {since}. It came with a file").format(whom=whom, since=since)
    return f"{said}: {note}" if note else f"{said}."


def question(by: str, reason: Markup) -> str:
    return _(":question: {person} says that this stop is a mistake: {reason}").format(person=person(by), reason=reason)


def judged(decided_by: str, *, is_withdrawn: bool, is_still_stopped: bool) -> str:
    """What was decided, and by whom; without a name, that the stop had ended otherwise."""
    if is_withdrawn:
        said = _(":white_check_mark: Withdrawn: {person} agreed.").format(person=person(decided_by))
        then = _("The number stays on do-not-call: another stop is in force.")
        return f"{said} {then}" if is_still_stopped else said
    if decided_by:
        return _(":no_entry: Kept: {person} said no.").format(person=person(decided_by))
    return _(":information_source: This stop had ended already.")
