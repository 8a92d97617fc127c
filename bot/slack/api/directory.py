"""Members of the workspace with their profiles, its user groups, and whether the app may post in a channel."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.services.ports import DeliveryFailed, DirectoryUnread, Member
from bot.slack.api.client import call_slack, code_of

T = TypeVar("T")
_NO_GROUPS = frozenset({"plan_upgrade_required", "paid_teams_only"})


class SlackDirectory:
    """Reads members and user groups from Slack. Raises DirectoryUnread.

    Members need the scope users:read. Groups need usergroups:read and a plan that has user groups.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def member(self, slack_user_id: str) -> Member:
        found = _read(lambda: profile_of(self._client, slack_user_id))
        return Member(found.name, found.zone, found.is_person, found.is_switched_off)

    def groups(self) -> Mapping[str, tuple[str, ...]]:
        answer = _read(lambda: self._client.usergroups_list(include_users=True))
        return {str(one["id"]): tuple(map(str, one.get("users") or ())) for one in answer["usergroups"]}

    def channel_fault(self, channel: str, at: datetime) -> str:
        return _read(lambda: refused(self._client, channel, at))


def _read(ask: Callable[[], T]) -> T:
    try:
        return call_slack(ask)
    except DeliveryFailed as failed:
        raise DirectoryUnread(str(failed), is_permanent=failed.is_permanent or str(failed) in _NO_GROUPS) from failed


_FAR_OFF = timedelta(days=100)  # Slack's limit: 120 days ahead
_TEXT = "Nextcall"  # deleted before it is sent


def refused(client: WebClient, channel: str, now: datetime) -> str:
    """Slack's error code if the app may not post in the channel; empty if it may.

    Schedules a message far ahead and deletes it at once: reading the channel's members needs scopes that nothing else
    needs.
    """
    try:
        answer = client.chat_scheduleMessage(channel=channel, post_at=int((now + _FAR_OFF).timestamp()), text=_TEXT)
        client.chat_deleteScheduledMessage(
            channel=str(answer["channel"]), scheduled_message_id=answer["scheduled_message_id"]
        )
    except SlackApiError as fault:
        return code_of(fault)
    return ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A Slack profile. `is_person`: neither a bot nor deactivated. `zone` is empty if Slack gives none."""

    name: str
    zone: str
    is_person: bool
    is_switched_off: bool = False


NOBODY = Profile("", "", is_person=False)
_UNKNOWN = ("user_not_found", "user_not_visible", "users_not_found")


def profile_of(client: WebClient, slack_user_id: str) -> Profile:
    """The user's profile; NOBODY if Slack does not know the user. Raises SlackApiError for any other refusal."""
    try:
        user = client.users_info(user=slack_user_id)["user"]
    except SlackApiError as fault:
        if code_of(fault) in _UNKNOWN:
            return NOBODY
        raise
    shown = user.get("profile") or {}
    name = shown.get("real_name") or user.get("real_name") or shown.get("display_name") or user.get("name") or ""
    is_person = not user.get("deleted") and not user.get("is_bot") and slack_user_id != "USLACKBOT"
    return Profile(str(name), str(user.get("tz") or ""), is_person, bool(user.get("deleted")))


def own_profile(client: WebClient, slack_user_id: str) -> Profile:
    """The actor's own profile; NOBODY if Slack does not answer."""
    try:
        return profile_of(client, slack_user_id)
    except (SlackApiError, OSError):
        return NOBODY
