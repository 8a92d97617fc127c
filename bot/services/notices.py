"""Tell people after the commit. What was written stands, whether or not the message arrives."""

import logging
from collections.abc import Callable, Iterable

from bot.services.answers.calls import Withdrawn
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed

_log = logging.getLogger(__name__)


def tell_withdrawn(deps: Deps, cards: Iterable[Withdrawn], except_for: str = "") -> tuple[str, ...]:
    """Tell holders that their card is void. Answers their Slack user ids; the one who did it knows already."""
    others = [card for card in cards if card.slack_user_id != except_for]
    for card in others:
        attempt(lambda card=card: deps.notifier.card_withdrawn(card.slack_user_id, card.name, card.because))  # type: ignore[misc]
    return tuple(card.slack_user_id for card in others)


def attempt(send: Callable[[], None]) -> None:
    """Send, and log instead of failing: the fact is stored, and the screens show it."""
    try:
        send()
    except DeliveryFailed as failed:
        _log.warning("a message did not arrive: %s (permanent=%s)", failed, failed.is_permanent)
