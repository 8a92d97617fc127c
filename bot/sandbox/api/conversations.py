"""conversations.*: reading channels and opening direct messages."""

from bot.sandbox.api.access import readable
from bot.sandbox.api.registry import Request, method, page
from bot.sandbox.state import Channel
from bot.sandbox.wire import Json, Refusal

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_SCOPE_OF_KIND = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}
_KIND_OF_TYPE = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def _seen(request: Request) -> Channel:
    """A conversation of a kind that the app's scopes cover."""
    channel = readable(request.workspace, request.text("channel"))
    needed = _SCOPE_OF_KIND[channel.kind]
    if needed not in request.workspace.manifest.scopes:
        raise Refusal("missing_scope", needed=needed, provided=",".join(sorted(request.workspace.manifest.scopes)))
    return channel


@method("conversations.info", scopes=_READ, needs=("channel",), tier=3)
def info(request: Request) -> Json:
    channel = _seen(request)
    answer = channel.as_json(request.workspace.team_id)
    if not request.flag("include_num_members"):
        answer.pop("num_members", None)
    return {"ok": True, "channel": answer}


@method("conversations.members", scopes=_READ, needs=("channel",))
def members(request: Request) -> Json:
    channel = _seen(request)
    found = sorted(channel.members) + [request.workspace.bot_user_id] * channel.bot_is_member
    shown, metadata = page([{"id": one} for one in found], request)
    return {"ok": True, "members": [one["id"] for one in shown], "response_metadata": metadata}


@method("conversations.list", scopes=_READ, tier=2)
def listing(request: Request) -> Json:
    workspace = request.workspace
    wanted = (request.text("types") or "public_channel").replace(" ", "").split(",")
    kinds = {_KIND_OF_TYPE[one] for one in wanted if one in _KIND_OF_TYPE}
    if len(kinds) != len(set(wanted)):
        raise Refusal("invalid_types")
    hidden = request.flag("exclude_archived")
    found = [
        one.as_json(workspace.team_id)
        for one in workspace.channels.values()
        if one.kind in kinds and (one.bot_is_member or not one.is_private) and not (hidden and one.is_archived)
    ]
    shown, metadata = page(found, request)
    return {"ok": True, "channels": shown, "response_metadata": metadata}


@method("conversations.open", scopes=("im:write",), tier=3)
def open_direct(request: Request) -> Json:
    workspace = request.workspace
    users = [one for one in request.text("users").split(",") if one]
    if len(users) != 1:
        raise Refusal("users_list_not_supplied" if not users else "method_not_supported_for_channel_type")
    if workspace.person(users[0]).is_deleted:
        raise Refusal("user_disabled")
    known = {one.dm_with for one in workspace.channels.values()}
    channel = workspace.direct_messages(users[0])
    answer: Json = {"ok": True, "channel": {"id": channel.channel_id}}
    if users[0] in known:
        answer |= {"no_op": True, "already_open": True}
    if request.flag("return_im"):
        answer["channel"] = channel.as_json(workspace.team_id)
    return answer


@method("conversations.join", scopes=("channels:join",), needs=("channel",), tier=3)
def join(request: Request) -> Json:
    channel = readable(request.workspace, request.text("channel"))
    if channel.is_archived:
        raise Refusal("is_archived")
    channel.bot_is_member = True
    return {"ok": True, "channel": channel.as_json(request.workspace.team_id)}
