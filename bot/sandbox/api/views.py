"""views.*: opens, pushes, updates and publishes views, each checked first."""

from collections.abc import Callable, Set
from datetime import datetime
from typing import Any

from bot.sandbox.api.chat import refuse
from bot.sandbox.api.registry import Request, method
from bot.sandbox.blocks import check_home, check_modal
from bot.sandbox.state import View
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
    """Shows a modal to the user whose trigger it is."""
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
