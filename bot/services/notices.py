"""Sends messages after the commit. What was written stands even if the message does not arrive."""

import logging
from collections.abc import Callable, Iterable
from functools import partial

from bot.services.answers.calls import Withdrawn
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed

_log = logging.getLogger(__name__)


def tell_withdrawn(deps: Deps, cards: Iterable[Withdrawn], except_for: str = "") -> tuple[str, ...]:
    """Tell each holder except `except_for` that their card is void. Returns the Slack user ids told."""
    others = [card for card in cards if card.slack_user_id != except_for]
    for card in others:
        send_or_log(partial(deps.notifier.card_withdrawn, card.slack_user_id, card.name, card.because))
    return tuple(card.slack_user_id for card in others)


def send_or_log(send: Callable[[], None]) -> None:
    """Send, or log the failure: the fact is stored and the screens show it."""
    try:
        send()
    except DeliveryFailed as failed:
        _log.warning("a message did not arrive: %s (permanent=%s)", failed, failed.is_permanent)
