"""The doctor's checks of Slack: tokens, scopes, channels, people."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.cli.app_manifest import SCOPES
from bot.clock import system_clock
from bot.settings import Need, Settings
from bot.slack.api import directory
from bot.slack.api.client import background_client, code_of
from storage.models import Agent, Team

GROUPS, WRITTEN = "usergroups:read", "im:history"
OPTIONAL = frozenset({GROUPS, WRITTEN})
_TOKENS = {
    "invalid_auth": "Slack does not know it: copy it again from api.slack.com, OAuth & Permissions",
    "not_authed": "it is empty: copy it from api.slack.com, OAuth & Permissions",
    "account_inactive": "the app was removed from the workspace: install it again",
    "token_revoked": "it was revoked: install the app again and copy the new token",
    "token_expired": "it has expired: install the app again and copy the new token",
    "not_allowed_token_type": "it is the wrong kind of token: copy the one that this setting needs",
}
_CHANNELS = {
    "not_in_channel": "the app is not a member: type `/invite @Nextcall` in the channel",
    "channel_not_found": (
        "there is no such channel, or it is private and the app is not a member: `/invite @Nextcall` there"
    ),
    "is_archived": "the channel is archived: restore it, or name another in the setup file",
    "restricted_action": "posting there is restricted: allow the app to post",
}
_MESSAGES = {
    "messages_tab_disabled": "reminders do not arrive: switch the Messages Tab on at api.slack.com, App Home",
    "missing_scope": "reminders do not arrive: update the app from manifest.yml (chat:write) and install it again",
}
_GROUPS = {
    "missing_scope": "update the app from manifest.yml (usergroups:read) and install it again",
    "plan_upgrade_required": "the workspace's plan has no user groups; add people by hand",
    "paid_teams_only": "the workspace's plan has no user groups; add people by hand",
}


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    is_ok: bool
    says: str


def check_slack(settings: Settings, need: Need, teams: Sequence[Team], people: Sequence[Agent]) -> Iterator[Check]:
    """All checks that need Slack; one line if Slack cannot be reached."""
    try:
        if settings.bot_token:
            client = background_client(settings.bot_token, settings.api_url)
            yield from _bot(client, teams, people)
        if need is Need.SOCKET_MODE and settings.app_token:
            yield _socket(background_client(settings.app_token, settings.api_url))
    except OSError as error:  # URLError included
        yield Check("Slack", False, f"{settings.api_url} cannot be reached ({error}): check the network")


def _bot(client: WebClient, teams: Sequence[Team], people: Sequence[Agent]) -> Iterator[Check]:
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        yield Check("SLACK_BOT_TOKEN", False, _TOKENS.get(code_of(error), f"Slack says {code_of(error)}"))
        return
    yield Check("SLACK_BOT_TOKEN", True, f"{answer.get('user')} in {answer.get('team')}")
    headers = answer.headers or {}
    found = next((value for name, value in headers.items() if name.casefold() == "x-oauth-scopes"), "")
    text = found if isinstance(found, str) else ",".join(found)
    scopes = frozenset(scope.strip() for scope in text.split(",") if scope.strip())
    missing = sorted(SCOPES - OPTIONAL - scopes)
    if missing:
        yield Check(
            "scopes", False, f"{', '.join(missing)} not granted: update the app from manifest.yml and install it again"
        )
    else:
        yield Check("scopes", True, f"{', '.join(sorted(SCOPES & scopes))} granted")
    if WRITTEN not in scopes:
        yield Check("messages to the bot", True, f"{WRITTEN} is not granted, so the bot does not answer them")
    yield from _groups(client, teams, scopes)
    for team in teams:
        yield _channel(client, f"channel of {team.name}", team.channel)
    active = [one for one in people if one.is_active]
    members = yield from _people(client, active)
    # Whether reminders can be sent. Tests one person: only the app's settings decide.
    if not members:
        return
    code = directory.refused(client, members[0].slack_user_id, system_clock())
    if code:
        yield Check("messages", False, f"{members[0].name}: {_MESSAGES.get(code, f'Slack says {code}')}")
    else:
        yield Check("messages", True, "the app may write to people")


def _channel(client: WebClient, name: str, channel: str) -> Check:
    code = directory.refused(client, channel, system_clock())
    if code:
        return Check(name, False, f"{channel}: {_CHANNELS.get(code, f'Slack says {code}')}")
    return Check(name, True, f"the app may post in {channel}")


def _groups(client: WebClient, teams: Sequence[Team], scopes: frozenset[str]) -> Iterator[Check]:
    """User groups are optional, unless a team follows one: otherwise an admin adds people by hand."""
    following = [team.name for team in teams if team.agents_group or team.leads_group]
    if not following:
        if GROUPS not in scopes:
            yield Check("user groups", True, f"{GROUPS} is not granted: add people by hand")
        return
    try:
        known = {group["id"] for group in client.usergroups_list()["usergroups"]}
    except SlackApiError as error:
        why = _GROUPS.get(code_of(error), f"Slack says {code_of(error)}")
        yield Check("user groups", False, f"{', '.join(following)} cannot follow a user group: {why}")
        return
    gone = [team.name for team in teams if {team.agents_group, team.leads_group} - {""} - known]
    if gone:
        yield Check("user groups", False, f"the group of {', '.join(gone)} was deleted: choose another on Home, Teams")
    else:
        yield Check("user groups", True, f"followed by {', '.join(following)}")


def _people(client: WebClient, people: Sequence[Agent]) -> Generator[Check, None, Sequence[Agent]]:
    """Checks the people. Returns those who are in the workspace."""
    unknown: list[str] = []
    members: list[Agent] = []
    for one in people:
        try:
            user = client.users_info(user=one.slack_user_id)["user"]
        except SlackApiError as error:
            if code_of(error) == "missing_scope":
                return people  # already reported with the scopes
            user = {"deleted": True}
        if user.get("deleted"):
            unknown.append(f"{one.name} ({one.slack_user_id})")
        else:
            members.append(one)
    if unknown:
        says = f"not in this workspace: {', '.join(unknown)}; correct the setup file, or set active = false"
        yield Check("people", False, says)
    elif people:
        says = f"all {len(people)} are members" if people[1:] else f"{people[0].name} is a member"
        yield Check("people", True, f"{says} of the workspace")
    return members


def _socket(client: WebClient) -> Check:
    try:
        client.apps_connections_open(app_token=client.token or "")
    except SlackApiError as error:
        code = code_of(error)
        says = _TOKENS.get(code, f"Slack says {code}")
        if code == "missing_scope":
            says = "it lacks connections:write: create an app-level token with that scope (Basic Information)"
        return Check("SLACK_APP_TOKEN", False, says)
    return Check("SLACK_APP_TOKEN", True, "Socket Mode opens")
