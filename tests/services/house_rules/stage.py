"""Acme with two admins and bots that follow its own rules, one of which may be started again."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

from sqlmodel import select

from bot.services.agents import as_actor
from bot.services.answers.people import Actor
from bot.services.deciding import rulebook_change
from bot.services.deps import Deps
from bot.services.hand_out import next_call
from bot.services.house_rules import proposals, rulebook
from bot.services.house_rules.rulebook import HouseRulebook
from policy.house.limits import HouseLimits
from policy.vocabulary import Outcome, Role
from storage.models import Agent, Contact
from tests.fakes import SampleOrganisation
from tests.rows import an_agent

TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)  # in London too
TICK = timedelta(microseconds=1)
LONGER = HouseLimits(waits={Outcome.NO_ANSWER: 240})


class House:
    """Acme, with admins Frank and Grace, and a bot of its own."""

    def __init__(self, acme: SampleOrganisation) -> None:
        self.acme, self.clock = acme, acme.clock
        self.frank, self.grace = (self.admin(name) for name in ("Frank", "Grace"))
        self.bot = self.another_bot()

    def admin(self, name: str) -> Actor:
        row = an_agent(self.acme, name, Role.ADMIN)
        return as_actor(self.acme.put(row))

    def activate(self, name: str, *, is_active: bool) -> None:
        with self.acme.units() as uow:
            row = uow.session.exec(select(Agent).where(Agent.name == name)).one()
            row.is_active = is_active

    def another_bot(self) -> Deps:
        """Another process on the same database, as it starts."""
        shipped = self.acme.deps.rulebook()
        aside = partial(self.acme.units, is_read_only=True)
        rules = HouseRulebook(getattr(shipped, "shipped", shipped), self.clock, aside)
        bot = replace(self.acme.deps, rulebook=rules)
        rulebook_change.begin_if_changed(bot)
        return bot

    def tick(self, bot: Deps | None = None) -> None:
        """Everything about rules that the bot does in its own time."""
        bot = bot or self.bot
        rulebook.follow(bot)
        proposals.rehearse_due(bot)
        rulebook_change.go_on_a_little(bot, rest=lambda: True)

    def drafted(self, limits: HouseLimits = LONGER, on: date = TOMORROW, campaign_id: int | None = None) -> int:
        return proposals.draft(self.bot, self.frank, campaign_id, limits, on)

    def proposed(self, limits: HouseLimits = LONGER, on: date = TOMORROW, campaign_id: int | None = None) -> int:
        key = self.drafted(limits, on, campaign_id)
        proposals.propose(self.bot, self.frank, key)
        return key

    def approved(self, limits: HouseLimits = LONGER, on: date = TOMORROW, campaign_id: int | None = None) -> int:
        key = self.proposed(limits, on, campaign_id)
        proposals.approve(self.bot, self.grace, key)
        return key

    def verdict(self, contact: Contact) -> tuple[str, datetime | None, datetime | None]:
        row = self.acme.one(Contact, contact.id)
        return row.verdict.value, row.callable_from, row.callable_until

    def handed(self, bot: Deps, wanted: int = 1) -> int:
        """How many cards Alice holds after asking."""
        return len(next_call.hand_out(bot, self.acme.alice, wanted).cards)
