"""views.*, each checked first; users.info, usergroups.*, auth.test, apps.connections.open."""

from collections.abc import Callable, Set
from datetime import datetime
from typing import Any

from bot.sandbox.api.chat import refuse
from bot.sandbox.api.registry import Request, method
from bot.sandbox.blocks.surfaces import check_home, check_modal
from bot.sandbox.state.views import View
from bot.sandbox.wire import Json, Refusal


def checked_view(view: Any, kind: str, scopes: Set[str]) -> Json:
    """A modal or Home tab as given. Raises a Refusal that lists its faults. A file input needs ``files:read``."""
    if not isinstance(view, dict):
        raise Refusal("invalid_arguments", ("[ERROR] must provide an object [json-pointer:/view]",))
    refuse("invalid_arguments", check_home(view) if kind == "home" else check_modal(view))
    takes_files = any((block.get("element") or {}).get("type") == "file_input" for block in view["blocks"])
    if takes_files and "files:read" not in scopes:
        raise Refusal("missing_scope", needed="files:read", provided=",".join(sorted(scopes)))
    return view


def _view(request: Request, kind: str) -> Json:
    scopes = request.workspace.manifest.scopes
    return checked_view(request.decoded("view", "invalid_arguments"), kind, scopes)


def _answer(request: Request, view: View) -> Json:
    return {"ok": True, "view": request.workspace.view_json(view, with_state=False)}


@method("views.open", needs=("view",))
def open_view(request: Request) -> Json:
    return _shown(request, request.workspace.views.open)


@method("views.push", needs=("view",))
def push_view(request: Request) -> Json:
    return _shown(request, request.workspace.views.push)


def _shown(request: Request, show: Callable[[str, Json, datetime], View]) -> Json:
    body = _view(request, "modal")
    trigger_id = request.text("trigger_id")
    if not trigger_id:
        raise Refusal("invalid_arguments", ("[ERROR] missing required field: trigger_id [json-pointer:/]",))
    now = request.workspace.clock.now()
    return _answer(request, show(request.workspace.triggers.exchange(trigger_id, now).user_id, body, now))


@method("views.update", needs=("view",))
def update_view(request: Request) -> Json:
    workspace = request.workspace
    view_id = request.text("view_id")
    if not view_id:
        raise Refusal("invalid_arguments", ("[ERROR] missing required field: view_id [json-pointer:/]",))
    view = workspace.views.find(view_id)
    body = _view(request, view.body["type"])
    expected = request.text("hash") or None
    return _answer(request, workspace.views.update(view, body, workspace.clock.now(), expected))


@method("views.publish", needs=("user_id", "view"))
def publish_view(request: Request) -> Json:
    workspace = request.workspace
    if not workspace.manifest.home_tab:
        raise Refusal("not_enabled")
    user_id = request.text("user_id")
    if user_id not in workspace.people:
        raise Refusal("invalid_arguments", ("[ERROR] invalid `user_id` [json-pointer:/user_id]",))
    body = _view(request, "home")
    expected = request.text("hash") or None
    return _answer(request, workspace.views.publish(user_id, body, workspace.clock.now(), expected))


@method("users.info", scopes=("users:read",), needs=("user",))
def user_info(request: Request) -> Json:
    workspace = request.workspace
    person = workspace.person(request.text("user"))
    at = workspace.clock.now()
    return {"ok": True, "user": person.profile(workspace.team_id, at, with_locale=request.flag("include_locale"))}


@method("usergroups.list", scopes=("usergroups:read",), tier=2)
def group_list(request: Request) -> Json:
    workspace = request.workspace
    if not workspace.has_user_groups:
        raise Refusal("plan_upgrade_required")
    with_users, with_count = request.flag("include_users"), request.flag("include_count")
    shown = [
        one.as_json(workspace.team_id, with_users=with_users, with_count=with_count)
        for one in workspace.groups.values()
        if request.flag("include_disabled") or not one.is_disabled
    ]
    return {"ok": True, "usergroups": shown}


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
