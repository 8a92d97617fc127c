"""Slack profiles: name, time zone, and whether the user is active."""

from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.api.client import code_of


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
