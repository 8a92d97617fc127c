"""The URLs for uploading and downloading files."""

from __future__ import annotations

from aiohttp import web
from aiohttp.web_request import FileField

from bot.sandbox.api.files import app_may_read
from bot.sandbox.state import Workspace

# Without a token Slack answers 200 with a login page, which a careless app saves as the file.
_LOGIN = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to your workspace</body></html>"


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
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        with self._workspace.lock:
            file = self._workspace.files.every.get(request.match_info["file_id"])
            is_app = token == self._workspace.bot_token and "files:read" in self._workspace.manifest.scopes
            if not is_app or file is None or file.content is None or not app_may_read(self._workspace, file):
                return web.Response(text=_LOGIN, content_type="text/html")
            return web.Response(body=file.content, content_type=file.mime)


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    for value in (await request.post()).values():
        if isinstance(value, FileField):
            return value.file.read()
    return b""
