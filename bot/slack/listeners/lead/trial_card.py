"""The card on trial: opened by a team lead or an admin, for a made-up contact or one of the lists."""

import logging

from bot.services.errors import AlreadyGone
from bot.services.hand_out import Sample
from bot.services.hand_out import trial_card as service
from bot.services.ports import DeliveryFailed
from bot.slack import ids
from bot.slack.blocks.agent import trial_card
from bot.slack.blocks.kit import Block, forms
from bot.slack.boundary import Ask, Boundary, Form, Taken, replies
from bot.slack.wording.setting_up import trials

log = logging.getLogger(__name__)
_PAGE = "https://example.org"


def register(boundary: Boundary) -> None:
    boundary.opens(ids.TRIAL_CARD, trials.title, build)
    boundary.action(ids.TRIAL_OF, choose)
    boundary.submits(ids.TRIAL_MODAL, close)
    for action_id in ids.TRIAL_BUTTONS:
        boundary.action(action_id, ignore)


def build(ask: Ask) -> Block:
    try:
        return _page(ask, ask.asking.number, 0)
    except AlreadyGone:
        return forms.message_modal(trials.title(), trials.no_campaign())


def choose(ask: Ask) -> None:
    """Shows another contact in the same modal."""
    view = _page(ask, *ask.asking.subject_and_team)
    try:
        replies.fill(ask.asking, ask.client, ask.asking.view_id, view)
    except DeliveryFailed as failed:
        log.warning("modal not redrawn: code=%s user=%s", failed, ask.actor.slack_user_id)


def close(_ask: Ask, _form: Form) -> Taken:
    """Nothing is kept of a test."""
    return Taken()


def ignore(_ask: Ask) -> None:
    """A press on the card on trial, which says that its buttons do nothing."""


def _page(ask: Ask, campaign_id: int, contact_id: int) -> Block:
    sample = Sample(trials.sample_name(), trials.sample_company(), trials.sample_cell(), _PAGE)
    found = service.trial(ask.deps, ask.actor, campaign_id, contact_id, sample)
    return trial_card.page(found, ask.reader, ask.asking.remembered(found.campaign_id))
