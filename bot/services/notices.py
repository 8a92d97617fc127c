"""What people are to be told, written in the transaction that causes it: it reaches them even if the process ends."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.services.answers.calls import Withdrawn
from storage.models import Agent, Message
from storage.queries import messages

FRESH_FOR = timedelta(minutes=15)  # then a notice is out of date


def tell(  # noqa: PLR0913 - one argument a column
    session: Session,
    readers: Iterable[Agent],
    kind: str,
    at: datetime,
    params: Mapping[str, Any],
    *,
    contact_id: int | None = None,
    attempt_id: int | None = None,
    lasts: timedelta = FRESH_FOR,
) -> None:
    """Let a message wait for each reader, for as long as it `lasts`.

    `params` holds ids, words of closed lists and figures. `bot.services.messages` puts names to them when it is sent.
    """
    for reader in readers:
        row = Message(
            organisation_id=reader.organisation_id,
            agent_id=reader.id or 0,
            kind=kind,
            contact_id=contact_id,
            attempt_id=attempt_id,
            params=dict(params),
            written_at=at,
            until=at + lasts,
        )
        messages.put(session, row)


def tell_withdrawn(session: Session, cards: Iterable[Withdrawn], at: datetime, but: str = "") -> tuple[str, ...]:
    """Tell each holder, except the one with the Slack user id `but`, that their card is void. Returns those told."""
    others = [card for card in cards if card.slack_user_id != but]
    for card in others:
        holder = session.get_one(Agent, card.agent_id)
        tell(session, [holder], "card_withdrawn", at, {"because": card.because}, contact_id=card.contact_id)
    return tuple(card.slack_user_id for card in others)
