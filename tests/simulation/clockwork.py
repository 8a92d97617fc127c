"""What nobody presses: the ticks of the clock, a new version of the rules, a night's forgetting."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

from bot.services import messages
from bot.services.calls import callback_watch
from bot.services.deciding import refresh, rulebook_change
from bot.services.deps import Deps
from bot.services.hand_out import hand
from bot.services.lists.in_use import list_terms
from bot.services.proof import sequencing
from bot.services.reminders import reminders
from bot.services.setup import plan, retention
from bot.services.setup.objects import Setup
from tests.simulation.bots import Bot
from tests.simulation.centre import Centre, Delivery, as_actor
from tests.simulation.oracle.journal import Journal

TICKS: dict[str, Callable[[Deps], int]] = {
    "tell": messages.send_due,
    "lapse": hand.lapse_due,
    "remind": reminders.send_due,
    "sweep": refresh.redecide_stale,
    "redecide": partial(rulebook_change.go_on_a_little, rest=lambda: True),  # nobody waits here
    "ahead": reminders.remind_ahead,
    "promises": callback_watch.tell_troubles,
    "lists": list_terms.close_due,
    "chase": reminders.chase_unreported,
    "log": sequencing.sequence_due,
}


def tick(_centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    name = rolls.choice(list(TICKS))
    return Delivery(f"tick: {name}", lambda bot: TICKS[name](bot.deps))


def run_ahead(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    """The clock runs a year ahead, those are reminded whom it then seems time to remind, and it comes back."""
    by = timedelta(days=rolls.choice((1, 365)), milliseconds=rolls.randrange(1000))

    def run(bot: Bot) -> None:
        true, centre.now = centre.now, centre.now + by
        try:
            TICKS["remind"](bot.deps)
            TICKS["ahead"](bot.deps)
        finally:
            centre.now = true

    return Delivery(f"the clock runs {by.days} days ahead and comes back", run)


def change_rules(centre: Centre, _journal: Journal, _rolls: Random) -> Delivery | None:
    """The next version of the rules, as a bot that starts with it brings it."""
    rules = centre.rules + 1

    def run(bot: Bot) -> None:
        centre.rules = rules
        rulebook_change.begin_if_changed(bot.deps)
        while TICKS["redecide"](bot.deps):
            pass

    return Delivery(f"the rules change to version {rules}", run)


def forget(_centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    """A term is set, and a night's run is done."""
    if rolls.random() < 0.3:
        wanted = Setup(organisation={"forget_after_months": rolls.choice((24, 36))})
        return Delivery("ada: sets a term", lambda bot: plan.save(bot.deps, as_actor(bot, "ada"), wanted))
    return Delivery("tick: forget", lambda bot: retention.nightly(bot.deps))
