"""Draws a user's Home: at the pace Slack allows, one thread at a time, and remembering which numbers stand on it."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final

from slack_sdk import WebClient

from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.hand_out import Place, shown_numbers
from bot.services.ports import DeliveryFailed
from bot.slack.api import call_slack, log_incident, single_try
from bot.slack.blocks.kit import Block
from bot.slack.delivery import SecondTries

HOME: Final = "home"  # stands in for a message where numbers are remembered
# Home can be drawn anew at any time, so a number on it is hidden whenever its call ends. No call lasts as long.
REMEMBERED_FOR: Final = timedelta(hours=24)


class NumbersOnHome:
    """Remembers the numbers on one Home. `leases`: those whose numbers it shows, set by what renders it."""

    def __init__(self, deps: Deps, actor: Actor) -> None:
        self._deps, self._actor = deps, actor
        self.leases: Collection[int] = ()

    def before(self) -> None:
        place = Place(HOME, "", self._deps.clock() + REMEMBERED_FOR)
        shown_numbers.note_shown(self._deps, self._actor, place, self.leases)

    def after(self) -> None:
        shown_numbers.note_redrawn(self._deps, self._actor, HOME, self.leases)


def draw_home(
    client: WebClient,
    tries: SecondTries,
    user: str,
    render: Callable[[], Block],
    numbers: NumbersOnHome | None = None,
    *,
    is_pressed: bool = True,
) -> None:
    """Renders and publishes. Raises DeliveryFailed, also where its turn at Slack's pace has not come."""
    with tries.screens.drawing(f"home {user}"):
        wait_s = tries.homes.take(is_pressed=is_pressed)
        if wait_s:
            raise DeliveryFailed("ratelimited", is_permanent=False, retry_after=wait_s)
        view = render()
        if numbers is not None:
            numbers.before()
        try:
            call_slack(lambda: single_try(client).views_publish(user_id=user, view=view))
        except DeliveryFailed as failed:
            if failed.retry_after:
                tries.homes.limit(failed.retry_after)
            raise
        tries.homes.drawn(user)
        if numbers is not None:
            _note(numbers, user)


def _note(numbers: NumbersOnHome, user: str) -> None:
    """Notes what Home shows now. It is drawn, so a fault here is no answer to the press."""
    try:
        numbers.after()
    except Exception as fault:
        log_incident(fault, "home", user)
