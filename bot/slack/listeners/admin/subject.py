"""A person's data: an admin exports it into their direct messages, or erases it, at the person's request."""

from functools import partial

from bot.services.agents import require
from bot.services.privacy import erasing, export, subjects
from bot.services.privacy.export_page import as_html, as_json
from bot.slack import ids
from bot.slack.blocks.admin import subject_forms
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.blocks.kit.reply import Reply
from bot.slack.boundary import setup_replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.delivery.private_files import Attachment, send_privately
from bot.slack.wording import privacy, say
from policy.vocabulary import Role


def register(boundary: Boundary) -> None:
    boundary.opens(ids.SUBJECT_FORM, "privacy.person_title", build)
    boundary.submits(ids.SUBJECT_MODAL, choose)
    boundary.submits(ids.SUBJECT_EXPORT, send)
    boundary.submits(ids.SUBJECT_ERASE, erase)


def build(ask: Ask) -> Block:
    require(ask.actor, Role.ADMIN)
    return subject_forms.asking_form(ask.asking.remembered(0))


def choose(ask: Ask, form: Form) -> Taken:
    """Looks the number up, and asks who is meant where several people have it."""
    number = form.text(ids.NUMBER)
    found = subjects.find(ask.deps, ask.actor, number).subjects
    if not found:
        return Taken({ids.NUMBER: say("privacy.nothing_held")})
    people = [one for one in found if one.person_id]
    is_erasure = form.choice(ids.WHAT) == subject_forms.ERASE
    build_next = subject_forms.erase_form if is_erasure else subject_forms.export_form
    return Taken(next_form=build_next(number, people, ask.asking.remembered(0)))


def send(ask: Ask, form: Form) -> Taken:
    """Sends the files after the form has closed: there may be much."""
    number, which = form.text(ids.NUMBER), form.choices(ids.WHO)
    found = export.collect(ask.deps, ask.actor, number, which)

    def then() -> None:
        name = f"data-{found.at:%Y%m%d-%H%M}"
        files = [
            Attachment(f"{name}.html", as_html(found).encode()),
            Attachment(f"{name}.json", as_json(found).encode()),
        ]
        message = say("privacy.export_message")
        send_privately(ask.client, ask.actor.slack_user_id, Reply(message, (section(message),)), files)
        setup_replies.saved(ask, [section(say("privacy.export_sent"))])

    return Taken(then=then)


def erase(ask: Ask, form: Form) -> Taken:
    number, which = form.text(ids.NUMBER), form.choices(ids.WHO)
    if form.text(ids.CONFIRM).casefold() != say("privacy.confirm_word").casefold():
        return Taken({ids.CONFIRM: privacy.confirm_asked()})
    with_stop = ids.YES in form.choices(ids.STOP)
    done = erasing.erase(ask.deps, ask.actor, number, which, with_stop=with_stop)
    return Taken(then=partial(setup_replies.saved, ask, subject_forms.erased(done)))
