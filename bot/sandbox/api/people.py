"""users.*, usergroups.*, team.*, auth.*: users, user groups, the workspace and the token's owner."""

from bot.sandbox.api.registry import Request, method, page
from bot.sandbox.state import Workspace
from bot.sandbox.wire import Json, Refusal


@method("users.info", scopes=("users:read",), needs=("user",))
def user_info(request: Request) -> Json:
    workspace = request.workspace
    if request.text("user") == workspace.bot_user_id:
        return {"ok": True, "user": _bot(workspace)}
    person = workspace.person(request.text("user"))
    at = workspace.clock.now()
    return {"ok": True, "user": person.profile(workspace.team_id, at, with_locale=request.flag("include_locale"))}


@method("users.list", scopes=("users:read",), tier=2)
def user_list(request: Request) -> Json:
    workspace = request.workspace
    at, with_locale = workspace.clock.now(), request.flag("include_locale")
    found = [one.profile(workspace.team_id, at, with_locale=with_locale) for one in workspace.people.values()]
    shown, metadata = page([*found, _bot(workspace)], request, default=1000)
    return {"ok": True, "members": shown, "cache_ts": int(at.timestamp()), "response_metadata": metadata}


def _bot(workspace: Workspace) -> Json:
    return {
        "id": workspace.bot_user_id,
        "team_id": workspace.team_id,
        "name": workspace.manifest.app_name.lower(),
        "real_name": workspace.manifest.app_name,
        "deleted": False,
        "is_bot": True,
        "is_app_user": False,
        "profile": {"real_name": workspace.manifest.app_name, "api_app_id": workspace.app_id},
    }


@method("usergroups.list", scopes=("usergroups:read",), tier=2)
def group_list(request: Request) -> Json:
    workspace = request.workspace
    _require_groups(workspace)
    with_users, with_count = request.flag("include_users"), request.flag("include_count")
    shown = [
        one.as_json(workspace.team_id, with_users=with_users, with_count=with_count)
        for one in workspace.groups.values()
        if request.flag("include_disabled") or not one.is_disabled
    ]
    return {"ok": True, "usergroups": shown}


@method("usergroups.users.list", scopes=("usergroups:read",), needs=("usergroup",), tier=2)
def group_members(request: Request) -> Json:
    _require_groups(request.workspace)
    group = request.workspace.groups.get(request.text("usergroup"))
    if group is None or (group.is_disabled and not request.flag("include_disabled")):
        raise Refusal("no_such_subteam")
    return {"ok": True, "users": list(group.members)}


def _require_groups(workspace: Workspace) -> None:
    """Refuses user groups on a free plan."""
    if not workspace.has_user_groups:
        raise Refusal("plan_upgrade_required")


@method("team.info", scopes=("team:read",), tier=3)
def team_info(request: Request) -> Json:
    workspace = request.workspace
    team = {"id": workspace.team_id, "name": workspace.name, "domain": workspace.domain, "email_domain": ""}
    return {"ok": True, "team": team}


@method("auth.test")
def auth_test(request: Request) -> Json:
    workspace = request.workspace
    return {
        "ok": True,
        "url": f"{workspace.base_url}/",
        "team": workspace.name,
        "user": workspace.manifest.app_name.lower(),
        "team_id": workspace.team_id,
        "user_id": workspace.bot_user_id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }
