"""The services' Directory: workspace members and user groups."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.services.ports import DirectoryUnread, Member
from bot.slack.api import channel_check
from bot.slack.api.client import PERMANENT, code_of
from bot.slack.api.profiles import profile_of

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
        return _read(lambda: channel_check.refused(self._client, channel, at))


def _read(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except SlackApiError as fault:
        code = code_of(fault)
        raise DirectoryUnread(code, is_permanent=code in PERMANENT | _NO_GROUPS) from fault
    except (OSError, TimeoutError) as fault:
        raise DirectoryUnread(type(fault).__name__, is_permanent=False) from fault
