"""The URLs for uploading and downloading files."""

import re
from urllib.parse import quote

from aiohttp import web
from aiohttp.web_request import FileField

from bot.sandbox.api.files import app_may_read
from bot.sandbox.state import Fault, File, Workspace

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
