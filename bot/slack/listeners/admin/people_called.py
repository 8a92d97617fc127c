"""What an admin does about a person who is called: their data exported or erased, a mistaken stop withdrawn."""

from functools import partial

from bot.services.answers.house_rules import COMMAND_LINE
from bot.services.answers.registers import StopJudged, StopShown
from bot.services.do_not_call import mistaken_stops
from bot.services.privacy import erasing, export, subjects
from bot.services.privacy.export import as_html, as_json
from bot.slack import ids
from bot.slack.blocks.admin import admin_forms
from bot.slack.blocks.agent import call_check as screens
from bot.slack.blocks.kit.kit import Block, message_of, section
from bot.slack.boundary import identity, replies
from bot.slack.boundary.actions import ADMIN, NOTHING, STOP, does, opens, press, sends
from bot.slack.boundary.boundary import Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.delivery.under_way import Attachment, send_privately
from bot.slack.wording.say import say


def build(ask: Ask) -> Block:
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
        page, rows = as_html(found).encode(), as_json(found).encode()
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
        told = identity.tell(ask, asked.asked, lambda: screens.question(asked, ask.reader))
        replies.write(ask, message_of(say("mistaken_stops.asked_of", count=told)))

    return Taken(then=then)


def show_judged(ask: Ask, done: StopJudged) -> None:
    replies.replace_with(ask, screens.judged(done, ask.reader))
    if not done.is_repeat and done.by_slack not in (ask.actor.slack_user_id, COMMAND_LINE):
        identity.tell(ask, [done.by_slack], lambda: screens.judged(done, ask.reader))


ACTIONS = (
    opens("subject_form", ADMIN, NOTHING, "privacy.person_title", build),
    sends("data_subject", ADMIN, NOTHING, choose),
    sends("subject_export", ADMIN, NOTHING, send),
    sends("subject_erase", ADMIN, NOTHING, erase),
    opens("withdraw_stop", ADMIN, STOP, "mistaken_stops.form_title", does(mistaken_stops.shown, build_withdrawal)),
    sends("withdraw_stop", ADMIN, STOP, ask_another),
    press("stop_agree", ADMIN, STOP, does(mistaken_stops.agree, show_judged)),
    press("stop_disagree", ADMIN, STOP, does(mistaken_stops.disagree, show_judged)),
)
