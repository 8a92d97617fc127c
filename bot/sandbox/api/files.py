"""files.*: upload v2 and file information."""

from typing import Any

from bot.sandbox.api.chat import checked_blocks
from bot.sandbox.api.registry import Request, method, postable
from bot.sandbox.state import Channel, File, Workspace
from bot.sandbox.wire import Json, Refusal


@method("files.getUploadURLExternal", scopes=("files:write",), needs=("filename", "length"))
def upload_url(request: Request) -> Json:
    workspace = request.workspace
    if request.number("length", 0) < 1:
        raise Refusal("missing_argument")
    file = workspace.files.announce(request.text("filename"), workspace.bot_user_id, workspace.clock.now())
    file.alt_text = request.text("alt_txt")
    return {"ok": True, "upload_url": f"{workspace.base_url}/upload/v1/{file.file_id}", "file_id": file.file_id}


@method("files.completeUploadExternal", scopes=("files:write",), needs=("files",))
def complete_upload(request: Request) -> Json:
    workspace = request.workspace
    files = [_titled(workspace, one) for one in _listed(request)]
    names = request.text("channels").split(",") if request.text("channels") else [request.text("channel_id")]
    channels = [postable(workspace, one) for one in names if one]
    blocks = checked_blocks(request.decoded("blocks", "invalid_blocks_format"))
    for channel in channels:
        share(workspace, files, channel, workspace.bot_user_id)
        workspace.post_as_app(
            channel,
            request.text("initial_comment"),
            blocks,
            thread_ts=request.text("thread_ts") or None,
            file_ids=tuple(one.file_id for one in files),
        )
    return {"ok": True, "files": [one.as_json(workspace.base_url) for one in files]}


def _listed(request: Request) -> list[Any]:
    listed = request.decoded("files", "invalid_arguments")
    if not isinstance(listed, list) or not listed:
        raise Refusal("invalid_arguments", ("[ERROR] must be an array [json-pointer:/files]",))
    return listed


def _titled(workspace: Workspace, named: Any) -> File:
    if not isinstance(named, dict) or "id" not in named:
        raise Refusal("invalid_arguments", ("[ERROR] missing required field: id [json-pointer:/files/0]",))
    file = workspace.files.find(str(named["id"]))
    if file.owner_id != workspace.bot_user_id:
        raise Refusal("access_denied")
    file.title = str(named.get("title") or file.name)
    return file


def share(workspace: Workspace, files: list[File], channel: Channel, user_id: str) -> None:
    """Shares files in a conversation, and emits the events."""
    for file in files:
        file.channels.append(channel.channel_id)
        if channel.bot_is_member:
            workspace.emit(
                {
                    "type": "file_shared",
                    "file_id": file.file_id,
                    "file": {"id": file.file_id},
                    "user_id": user_id,
                    "channel_id": channel.channel_id,
                    "event_ts": workspace.timestamps.next(),
                }
            )


@method("files.info", scopes=("files:read",), needs=("file",))
def file_info(request: Request) -> Json:
    workspace = request.workspace
    file = workspace.files.find(request.text("file"))
    if not app_may_read(workspace, file):
        raise Refusal("file_not_found")
    answer = file.as_json(workspace.base_url)
    return {"ok": True, "file": answer, "comments": [], "response_metadata": {"next_cursor": ""}}


def app_may_read(workspace: Workspace, file: File) -> bool:
    """Whether the app may read the file: its own, shared where it is a member, or from a modal's file input."""
    if file.owner_id == workspace.bot_user_id or file.is_given_to_app:
        return True
    return any(workspace.channels[one].bot_is_member for one in file.channels)
