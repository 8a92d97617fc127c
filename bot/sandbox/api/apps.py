"""apps.connections.open, api.test and blocks.validate."""

from typing import Any

from bot.sandbox.api.registry import Request, method
from bot.sandbox.blocks import Fault, check_home, check_message, check_modal
from bot.sandbox.wire import Json, Refusal


@method("api.test", caller=None)
def api_test(request: Request) -> Json:
    args = {name: value for name, value in request.args.items() if name != "token"}
    if "error" in args:
        raise Refusal(str(args["error"]), args=args)
    return {"ok": True, "args": args}


@method("apps.connections.open", tier=3, caller="app")
def open_connection(request: Request) -> Json:
    workspace = request.workspace
    if not workspace.is_socket_mode_on:
        raise Refusal("socket_mode_not_enabled")
    ticket = workspace.issue_ticket()
    socket_url = workspace.base_url.replace("http://", "ws://")
    return {"ok": True, "url": f"{socket_url}/link/?ticket={ticket}&app_id={workspace.app_id}"}


@method("blocks.validate", caller=None)
def validate(request: Request) -> Json:
    given = [name for name in ("blocks", "view", "message") if request.args.get(name)]
    if len(given) != 1:
        raise Refusal("invalid_arguments", ("must provide exactly one of `blocks`, `view`, or `message`",))
    faults = _faults(given[0], request.decoded(given[0], "invalid_arguments"))
    if faults:
        raise Refusal(f"invalid_{given[0]}", errors=[_described(one) for one in faults])
    return {"ok": True}


def _faults(kind: str, value: Any) -> list[Fault]:
    if kind == "blocks":
        return check_message(value)
    if not isinstance(value, dict):
        return [Fault("", "must be an object")]
    if kind == "message":
        return check_message(value.get("blocks"))
    return check_home(value) if value.get("type") == "home" else check_modal(value)


def _described(fault: Fault) -> Json:
    pointer = fault.pointer.removeprefix("/blocks").removeprefix("/view") or "/"
    return {"code": "failed_constraint", "message": fault.says, "pointer": pointer}
