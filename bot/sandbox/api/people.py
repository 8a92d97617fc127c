"""users.info, usergroups.*, auth.test, apps.connections.open: people, their groups, and the app itself."""

from bot.sandbox.api.registry import Request, method
from bot.sandbox.state import Workspace
from bot.sandbox.wire import Json, Refusal


@method("users.info", scopes=("users:read",), needs=("user",))
def user_info(request: Request) -> Json:
    workspace = request.workspace
    person = workspace.person(request.text("user"))
    at = workspace.clock.now()
    return {"ok": True, "user": person.profile(workspace.team_id, at, with_locale=request.flag("include_locale"))}


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


@method("apps.connections.open", tier=3, caller="app")
def open_connection(request: Request) -> Json:
    workspace = request.workspace
    if not workspace.is_socket_mode_on:
        raise Refusal("socket_mode_not_enabled")
    ticket = workspace.issue_ticket()
    socket_url = workspace.base_url.replace("http://", "ws://")
    return {"ok": True, "url": f"{socket_url}/link/?ticket={ticket}&app_id={workspace.app_id}"}
