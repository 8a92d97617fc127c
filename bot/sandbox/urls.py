"""URLs that are handed out: for uploading and downloading files, and response_urls, five posts within 30 minutes."""

import json
import re
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp.web_request import FileField

from bot.sandbox.api.chat import app_may_read, checked_blocks, checked_text, require_content
from bot.sandbox.state.faults import Fault
from bot.sandbox.state.messages import File, Message
from bot.sandbox.state.views import ResponseUrl
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Call, Json, Refusal

_LOGIN = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to your workspace</body></html>"
_RANGE = re.compile(r"bytes=(\d+)-")


class FileUrls:
    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Takes the content, raw or as the only file of a form."""
        content = await _content(request)
        with self._workspace.changing():
            file = self._workspace.files.every.get(request.match_info["file_id"])
            if file is None or file.content is not None:
                return web.Response(status=404, text="no such upload")
            file.content = content
        return web.Response(text=f"OK - {len(content)}")

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """The content, or its rest from a byte on. Without a token that may read it: a redirect to the login page."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        with self._workspace.lock:
            file = self._workspace.files.every.get(request.match_info["file_id"])
            is_app = token == self._workspace.bot_token and "files:read" in self._workspace.manifest.scopes
            may_read = is_app and file is not None and app_may_read(self._workspace, file)
        if not may_read or file is None:
            raise web.HTTPFound(f"/signin?redir={quote(request.path)}")
        if file.content is None or file.is_deleted:
            return web.Response(status=404, text=_LOGIN, content_type="text/html")
        fault = self._workspace.faults.take("download")
        return await _sent(request, file) if fault is None else await _failed(request, file, fault)

    async def sign_in(self, _request: web.Request) -> web.StreamResponse:
        """The login page, with status 200 as in Slack: an app that does not check saves it as the file."""
        return web.Response(text=_LOGIN, content_type="text/html")


async def _sent(request: web.Request, file: File, most: int | None = None) -> web.StreamResponse:
    """Sends the content; only ``most`` bytes of it before the connection is cut."""
    content = file.content or b""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    begin = int(asked[1]) if asked else 0
    if asked and begin >= len(content):
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
    response = web.StreamResponse(status=206 if asked else 200, headers={"Accept-Ranges": "bytes"})
    if asked:
        response.headers["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
    response.content_type = file.mime
    response.content_length = len(content) - begin
    await response.prepare(request)
    await response.write(content[begin:] if most is None else content[begin : begin + most])
    if most is not None:
        if request.transport is not None:
            request.transport.close()  # close only after the bytes are sent: an abort would drop them
        return response
    await response.write_eof()
    return response


async def _failed(request: web.Request, file: File, fault: Fault) -> web.StreamResponse:
    if fault.kind == "cut":
        return await _sent(request, file, most=len(file.content or b"") // 2)
    return await fault.answer(request)


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, FileField):
            return value.file.read()
    return b""


_GONE = {"used_url", "expired_url", "no_service"}


class ReplyUrls:
    """The handler for ``/commands/…`` and ``/actions/…``."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        fault = self._workspace.faults.take("response_url")
        if fault is not None and not fault.is_after_the_call:
            return await fault.answer(request)
        answer = self._answered(request, body)
        return answer if fault is None else await fault.answer(request)

    def _answered(self, request: web.Request, body: str) -> web.Response:
        with self._workspace.changing():
            self._workspace.drawn.clear()
            given, refusal = _parsed(body)
            if refusal is None:
                refusal = self._use(request.path, given)
            answer = refusal.as_json() if refusal else {"ok": True}
            error = refusal.error if refusal else None
            at, drew = self._workspace.clock.now(), tuple(self._workspace.drawn)
            self._workspace.calls.append(Call("response_url", given, None, at, error, answer, drew, request.path))
        if refusal is None:
            return web.Response(text="ok")
        return web.json_response(answer, status=404 if refusal.error in _GONE else 400)

    def _use(self, path: str, given: Json) -> Refusal | None:
        try:
            self._reply(self._workspace.response_urls.use(path, self._workspace.clock.now()), given)
        except Refusal as refusal:
            return refusal
        return None

    def _reply(self, url: ResponseUrl, given: Json) -> None:
        if _flag(given.get("delete_original")):
            self._workspace.delete(self._original(url))
            return
        text = checked_text(str(given.get("text") or ""))
        # Slack does not apply the limit on all blocks here (github.com/slackapi/bolt-js/issues/2867).
        blocks = checked_blocks(_decoded(given.get("blocks")), is_weighed=False)
        require_content(text, blocks, given.get("attachments"))
        if _flag(given.get("replace_original")) and url.message_ts is not None:
            self._workspace.edit(self._original(url), text, blocks)
            return
        only_for = None if given.get("response_type") == "in_channel" else url.user_id
        channel = self._workspace.channels[url.channel_id]
        self._workspace.post_as_app(channel, text, blocks, only_for=only_for, thread_ts=given.get("thread_ts"))

    def _original(self, url: ResponseUrl) -> Message:
        if url.message_ts is None:
            raise Refusal("message_not_found")
        return self._workspace.find_message(url.channel_id, url.message_ts, ephemeral=True)


def _parsed(body: str) -> tuple[Json, Refusal | None]:
    try:
        given = json.loads(body)
    except ValueError:
        return {}, Refusal("invalid_payload")
    return (given, None) if isinstance(given, dict) else ({}, Refusal("invalid_payload"))


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value else value


def _flag(value: Any) -> bool:
    """A flag. Slack takes the string "true" too."""
    return value is True or value == "true"
