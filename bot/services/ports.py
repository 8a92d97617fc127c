"""What the services need from outside, and how it may fail. Called only after the commit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.services.answers.callbacks import CallbackGiven, CallbackTrouble
from bot.services.answers.calls import OutcomeRecorded
from bot.services.answers.reminders import Chase, ReminderBatch
from bot.services.answers.reports import Digest, NotPosted
from policy.vocabulary import Outcome


class DeliveryFailed(Exception):
    """A message did not arrive. Permanent: it never will (the user or channel is gone); otherwise try again later.

    `is_for_all`: no other message would arrive either, and none is worth trying before `retry_after` seconds are over; where
    that is 0, somebody has to put something right first.
    """

    def __init__(self, reason: str, *, is_permanent: bool, retry_after: float = 0.0, is_for_all: bool = False) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent
        self.retry_after = retry_after
        self.is_for_all = is_for_all

    @property
    def is_recipient_gone(self) -> bool:
        """It will never arrive, and others would: there is no point in keeping it."""
        return self.is_permanent and not self.is_for_all


class DirectoryUnread(Exception):
    """Who is in Slack could not be read. Permanent: not before somebody changes the app or the plan."""

    def __init__(self, reason: str, *, is_permanent: bool) -> None:
        super().__init__(reason)
        self.is_permanent = is_permanent


@dataclass(frozen=True, slots=True)
class Member:
    """An empty zone: Slack does not say. Somebody Slack does not know is neither a person nor switched off."""

    name: str
    zone: str
    is_person: bool  # not a bot, and not switched off
    is_switched_off: bool


class Directory(Protocol):
    """The people of the workspace, as Slack has them. Each raises DirectoryUnread."""

    def member(self, slack_user_id: str) -> Member: ...

    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """The user groups in use, by id, with the Slack ids of their members."""
        ...


class NoDirectory:
    """Where no Slack is connected: nothing is known of anybody, so nothing is changed."""

    def member(self, slack_user_id: str) -> Member:  # noqa: ARG002 - the protocol's
        raise DirectoryUnread("not_connected", is_permanent=False)

    def groups(self) -> Mapping[str, tuple[str, ...]]:
        raise DirectoryUnread("not_connected", is_permanent=False)


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

    def person_left(self, slack_user_ids: tuple[str, ...], name: str, contacts: int) -> None:
        """Tell the admins that a Slack account was switched off, and how many contacts went back."""
        ...

    def group_not_followed(self, slack_user_ids: tuple[str, ...], team: str, reason: str) -> None:
        """Tell the admins that a team cannot follow its user group, with Slack's own word."""
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

    def callbacks_in_trouble(self, slack_user_id: str, zone: str, troubles: tuple[CallbackTrouble, ...]) -> None:
        """Tell an agent or a lead of promised calls that are not made as they were promised. At once, or not at all."""
        ...

    def callback_given(self, slack_user_id: str, zone: str, given: CallbackGiven) -> None:
        """Tell an agent of a promised call that is theirs now, or has another time."""
        ...

    def forbidden_call(self, slack_user_ids: tuple[str, ...], agent_name: str, recorded: OutcomeRecorded) -> None:
        """Tell team leads of a call made off the list against the rules, naming them."""
        ...
