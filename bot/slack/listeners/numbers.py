"""Numbers that anybody types: /callcheck asks whether one may be called, /dnc stops all calls to one. What agents and
team leads share: where a person is now. What an admin does about a person who is called: their data exported or erased,
a mistaken stop withdrawn.
"""

from collections.abc import Callable
from functools import partial

from bot.services.answers.house_rules import COMMAND_LINE
from bot.services.answers.registers import StopJudged, StopShown
from bot.services.do_not_call import mistaken_stops, suppressions
from bot.services.errors import BadNumber, PlaceUnknown
from bot.services.merges import parting
from bot.services.numbers.places import Address
from bot.services.privacy import erasing, export, subjects
from bot.services.teams import call_check
from bot.slack import ids
from bot.slack.blocks.admin import admin_forms
from bot.slack.blocks.agent import call_check as screens
from bot.slack.blocks.agent import contact_pages
from bot.slack.blocks.kit.kit import Block, Reply, message_of, section
from bot.slack.boundary import actions, replies
from bot.slack.boundary.actions import ADMIN, AGENT, NOTHING, STOP, Ask, Taken, command, does, opens, press, sends
from bot.slack.boundary.payloads import Form, number_first, rules_wanted, tidy_text
from bot.slack.delivery.notifier import Attachment, send_privately
from bot.slack.wording.say import say
from policy.vocabulary import Role


def check(ask: Ask, text: str) -> None:
    """/callcheck NUMBER: may it be called, why or why not, and when; or rules, the answers for a campaign. Changes
    nothing."""
    number = tidy_text(text)
    campaign = rules_wanted(number)
    if campaign is not None:
        told = call_check.rules_of_campaign(ask.deps, ask.actor, campaign)
        replies.beside(ask, screens.campaign_rules(told))
        return
    if not number:
        replies.beside(ask, Reply(say("reports.callcheck_usage")))
        return
    checked = call_check.check_number(ask.deps, ask.actor, number)
    is_for_lead = ask.actor.role is not Role.AGENT
    several = parting.of_number(ask.deps, ask.actor, number) if is_for_lead else ()
    is_admin = ask.actor.role is Role.ADMIN
    stop_id = mistaken_stops.withdrawable(ask.deps, ask.actor, number) if is_admin else None
    shown = screens.number_checked(checked, ask.reader, several, is_for_lead=is_for_lead, stop_id=stop_id)
    replies.beside(ask, shown)


def do_not_call(ask: Ask, text: str) -> None:
    """/dnc NUMBER [reason]: records a request not to be called, received in any way. Takes effect at once."""
    number, reason = number_first(text)
    if not number and not reason:
        replies.beside(ask, Reply(say("reports.dnc_usage")))
        return
    if not number:
        raise BadNumber(reason)
    stop(ask, number, reason)


def stop(ask: Ask, number: str, reason: str) -> None:
    """Records the request, from any actor."""
    stopped = suppressions.add(ask.deps, ask.actor, number, reason)
    replies.beside(ask, screens.suppressed(stopped))
    if stopped.stop_id and not ask.actor.is_known:
        told = partial(screens.stopped_by_colleague, stopped.masked_number, ask.actor.slack_user_id, stopped.stop_id)
        replies.tell(ask, mistaken_stops.admins(ask.deps, ask.actor), told)


def undo(ask: Ask, stop_id: int) -> None:
    """Takes the pressed stop back within 10 minutes, in its message or where the agent works."""
    said = screens.stop_taken_back(suppressions.take_back(ask.deps, ask.actor, stop_id))
    if ask.asking.surface.is_desk:
        replies.show_work(ask, said.blocks)
    else:
        replies.replace_with(ask, said)


def taken_place(form: Form, correct: Callable[[Address], Taken]) -> Taken:
    """The form of an agent and of a team lead that says where a person is now."""
    address = Address(form.text(ids.COUNTRY), form.text(ids.REGION), form.text(ids.POSTCODE), form.text(ids.CITY))
    if address == Address():
        return Taken({ids.COUNTRY: say("calls.place_empty")})
    try:
        return correct(address)
    except PlaceUnknown as error:
        return Taken(contact_pages.unknown(error))


def build_asking(ask: Ask) -> Block:
    return admin_forms.asking_form(ask.asking.remembered())


def choose(ask: Ask, form: Form) -> Taken:
    """Looks the number up, and asks who is meant where several people have it."""
    number = form.text(ids.NUMBER)
    found = subjects.find(ask.deps, ask.actor, number)
    if not found:
        return Taken({ids.NUMBER: say("privacy.nothing_held")})
    people = [one for one in found if one.person_id]
    is_erasure = form.choice(ids.WHAT) == admin_forms.ERASE
    build_next = admin_forms.erase_form if is_erasure else admin_forms.export_form
    return Taken(next_form=build_next(number, people, ask.asking.remembered(0)))


def send(ask: Ask, form: Form) -> Taken:
    """Sends the files after the form has closed: there may be much."""
    number, which = form.text(ids.NUMBER), form.choices(ids.WHO)
    found = export.collect(ask.deps, ask.actor, number, which)

    def then() -> None:
        name = f"data-{found.at:%Y%m%d-%H%M}"
        page, rows = export.as_html(found).encode(), export.as_json(found).encode()
        files = [Attachment(f"{name}.html", page), Attachment(f"{name}.json", rows)]
        send_privately(ask.client, ask.actor.slack_user_id, message_of(say("privacy.export_message")), files)
        replies.saved(ask, [section(say("privacy.export_sent"))])

    return Taken(then=then)


def erase(ask: Ask, form: Form) -> Taken:
    number, which = form.text(ids.NUMBER), form.choices(ids.WHO)
    if form.text(ids.CONFIRM).casefold() != say("privacy.confirm_word").casefold():
        return Taken({ids.CONFIRM: say("privacy.confirm_asked", word=say("privacy.confirm_word"))})
    with_stop = ids.YES in form.choices(ids.STOP)
    done = erasing.erase(ask.deps, ask.actor, number, which, with_stop=with_stop)
    return Taken(then=partial(replies.saved, ask, admin_forms.erased(done)))


def build_withdrawal(ask: Ask, stop: StopShown) -> Block:
    return screens.reason_form(stop, ask.reader, ask.asking.remembered(stop.stop_id))


def ask_another(ask: Ask, form: Form, stop_id: int) -> Taken:
    """Says why; another admin agrees or not."""
    asked = mistaken_stops.question(ask.deps, ask.actor, stop_id, form.text(ids.WORDS))

    def then() -> None:
        told = replies.tell(ask, asked.asked, lambda: screens.question(asked, ask.reader))
        replies.write(ask, message_of(say("mistaken_stops.asked_of", count=told)))

    return Taken(then=then)


def show_judged(ask: Ask, done: StopJudged) -> None:
    replies.replace_with(ask, screens.judged(done, ask.reader))
    if not done.is_repeat and done.by_slack not in (ask.actor.slack_user_id, COMMAND_LINE):
        replies.tell(ask, [done.by_slack], lambda: screens.judged(done, ask.reader))


ACTIONS = (
    command(
        "/callcheck",
        AGENT,
        check,
        actions.Help(
            "help_page.callcheck_line",
            typed="help_page.callcheck",
            in_slack=(
                "May you call this number, why not, and when; or the rules of your campaign",
                "number, or: rules [campaign]",
            ),
        ),
    ),
    command(
        "/dnc",
        actions.ANYBODY,
        do_not_call,
        actions.Help(
            "help_page.dnc_line", typed="help_page.dnc", in_slack=("Stop all calls to this number", "number [reason]")
        ),
    ),
    press("undo_stop", actions.ANYBODY, STOP, undo),
    opens("subject_form", ADMIN, NOTHING, "privacy.person_title", build_asking),
    sends("data_subject", ADMIN, NOTHING, choose),
    sends("subject_export", ADMIN, NOTHING, send),
    sends("subject_erase", ADMIN, NOTHING, erase),
    opens("withdraw_stop", ADMIN, STOP, "mistaken_stops.form_title", does(mistaken_stops.shown, build_withdrawal)),
    sends("withdraw_stop", ADMIN, STOP, ask_another),
    press("stop_agree", ADMIN, STOP, does(mistaken_stops.agree, show_judged)),
    press("stop_disagree", ADMIN, STOP, does(mistaken_stops.disagree, show_judged)),
)
