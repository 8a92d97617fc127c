"""What the services need from outside, and how it may fail. Called only after the commit."""

from typing import Protocol

from bot.services.digest_results import Digest, NotPosted
from bot.services.results import Chase, ReminderBatch
from policy.vocabulary import Outcome


class DeliveryFailed(Exception):
    """A message did not arrive. Permanent: it never will (the user or channel is gone); otherwise try again later."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent


class Notifier(Protocol):
    """Messages to people of the house. Each raises DeliveryFailed."""

    def remind(self, batch: ReminderBatch) -> None: ...

    def chase(self, chase: Chase) -> None: ...

    def post_digest(self, digest: Digest, chart_png: bytes, evidence_csv: bytes) -> str:
        """Post to the team's channel. Answers Slack's name of the post (its ts)."""
        ...

    def digest_not_posted(self, slack_user_ids: tuple[str, ...], trouble: NotPosted) -> None:
        """Tell the admins why a channel did not take a digest."""
        ...

    def card_withdrawn(self, slack_user_id: str, name: str, because: str) -> None:
        """Tell the holder that a card is void. `because`: suppressed | held | locked | number_closed."""
        ...

    def card_given(self, slack_user_id: str, name: str, by: str) -> None:
        """Tell an agent that a lead has given them a contact, which they hold now."""
        ...

    def alert_team_leads(
        self, slack_user_ids: tuple[str, ...], agent_name: str, contact_name: str, outcome: Outcome
    ) -> None: ...
