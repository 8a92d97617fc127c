"""Give back at one press. The reason is said afterwards, for agents could cherry-pick a list by skipping contacts."""

from bot.services.answers.calls import CardGone, Released
from bot.services.hand_out import releases
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.kit.forms import release_form
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.kit.reply import CardPlace
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.wording import say
from policy.vocabulary import ReleaseReason


def register(boundary: Boundary) -> None:
    boundary.action(ids.RELEASE, give_back)
    boundary.opens(ids.RELEASE_FORM, "forms.release_title", build)
    boundary.submits(ids.RELEASE_MODAL, take)


def give_back(ask: Ask) -> None:
    lease_id = ask.asking.number
    result = releases.release(ask.deps, ask.actor, lease_id)
    replies.show_done(ask, _said(ask, result), CardPlace(lease_id), result.hand)


def build(ask: Ask) -> Block:
    releases.refuse_others(ask.deps, ask.actor, ask.asking.number)
    return release_form(ask.asking.remembered(ask.asking.number))


def take(ask: Ask, form: Form) -> Taken:
    chosen = form.choice(ids.REASON)
    if chosen not in set(ReleaseReason):
        return Taken({ids.REASON: say("forms.choose_reason")})
    result = releases.release(ask.deps, ask.actor, ask.asking.number, ReleaseReason(chosen), form.text(ids.WORDS))
    line, place = _said(ask, result), CardPlace(ask.asking.number)
    return Taken(then=lambda: replies.show_work(ask, line, place, result.hand))


def _said(ask: Ask, result: Released | CardGone) -> list[Block]:
    return happened.gone(result) if isinstance(result, CardGone) else happened.released(result, ask.reader)
