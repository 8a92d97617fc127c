"""The Web API over HTTP: reads arguments as Slack does, checks token and scopes, answers, and records every call; and
URLs that are handed out: for uploading and downloading files, and response_urls, five posts within 30 minutes.
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp.web_request import FileField

from bot.sandbox.api import METHODS, Request, app_may_read, checked_blocks, checked_text, require_content
from bot.sandbox.state.contents import File, Message
from bot.sandbox.state.views import ResponseUrl
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Call, Json, Refusal, TokenKind

_SECRET_ARGS = {"token"}
_GONE = {"used_url", "expired_url", "no_service"}
_RANGE = re.compile(r"bytes=(\d+)-")
_LOGIN = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to your workspace</body></html>"


@dataclass(frozen=True, slots=True)
class _Asked:
    name: str
    args: Json
    token: str


class WebApi:
    """The handlers of all that an app asks: methods, uploads, downloads and response URLs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    # -- /api/{method}

    async def call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            args = await _arguments(request)
        except Refusal as refusal:
            return self._respond(_Asked(name, {}, ""), refusal.as_json())
        header = request.headers.get("Authorization", "")
        asked = _Asked(name, args, header.removeprefix("Bearer ").strip() or str(args.get("token") or ""))
        fault = self._workspace.faults.take(name, _channel(args))
        if fault is not None:
            if fault.is_after_the_call:
                self._answer(asked)
                return await fault.answer(request)
            is_limited = fault.kind == "ratelimited"
            refused = _limited(fault.retry_after) if is_limited else {"ok": False, "error": fault.kind}
            answer = self._record(asked, refused)
            return await fault.answer(request) if fault.is_of_transport else self._respond(asked, answer)
        return self._respond(asked, self._answer(asked))

    def _answer(self, asked: _Asked) -> Json:
        with self._workspace.changing():
            self._workspace.drawn.clear()
            try:
                answer = self._perform(asked)
            except Refusal as refusal:
                answer = refusal.as_json()
            return self._record(asked, answer, tuple(self._workspace.drawn))

    def _perform(self, asked: _Asked) -> Json:
        method = METHODS.get(asked.name)
        if method is None:
            raise Refusal("unknown_method", req_method=asked.name)
        if not asked.token:
            raise Refusal("not_authed")
        kind = self._kind(asked.token)
        if kind is None:
            raise Refusal("invalid_auth")
        if kind != method.caller:
            raise Refusal("not_allowed_token_type")
        scopes = self._workspace.manifest.scopes
        if method.scopes and not scopes.intersection(method.scopes):
            raise Refusal("missing_scope", needed=",".join(method.scopes), provided=",".join(sorted(scopes)))
        wait = self._workspace.rate_limits.seconds_to_wait(method.name, method.tier, _channel(asked.args))
        if wait:
            return _limited(wait)
        missing = [name for name in method.needs if asked.args.get(name) in (None, "")]
        if missing:
            says = tuple(f"[ERROR] missing required field: {name} [json-pointer:/]" for name in missing)
            raise Refusal("invalid_arguments", says)
        return method.answer(self._workspace, Request(asked.args))

    def _kind(self, token: str) -> TokenKind | None:
        if token == self._workspace.bot_token:
            return "bot"
        return "app" if token == self._workspace.app_token else None

    def _record(self, asked: _Asked, answer: Json, drew: tuple[str, ...] = ()) -> Json:
        args = {name: _plain(value) for name, value in asked.args.items() if name not in _SECRET_ARGS}
        error = None if answer.get("ok") else str(answer.get("error"))
        view, trigger_id = answer.get("view") or {}, str(args.get("trigger_id") or "")
        drew = (*drew, view["id"]) if "id" in view else drew
        at, kind = self._workspace.clock.now(), self._kind(asked.token)
        call = Call(asked.name, args, kind, at, error, answer, drew, trigger_id)
        with self._workspace.changing():
            self._workspace.calls.append(call)
        return answer

    def _respond(self, asked: _Asked, answer: Json) -> web.Response:
        headers = {"X-OAuth-Scopes": ",".join(sorted(self._workspace.manifest.scopes))}
        method = METHODS.get(asked.name)
        if method is not None and method.scopes:
            headers["X-Accepted-OAuth-Scopes"] = ",".join(method.scopes)
        if answer.get("error") == "ratelimited":
            headers["Retry-After"] = str(answer["retry_after"])
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
        return web.json_response(answer, headers=headers)

    # -- files

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """Takes the content, raw or as the only file of a form."""
        if request.content_type == "multipart/form-data":
            files = (one for one in (await request.post()).values() if isinstance(one, FileField))
            content = next((one.file.read() for one in files), b"")
        else:
            content = await request.read()
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
        if fault is None or fault.kind == "cut":
            return await _sent(request, file, most=len(file.content) // 2 if fault else None)
        return await fault.answer(request)

    async def sign_in(self, _request: web.Request) -> web.StreamResponse:
        """The login page, with status 200 as in Slack: an app that does not check saves it as the file."""
        return web.Response(text=_LOGIN, content_type="text/html")

    # -- response URLs: /commands/… and /actions/…

    async def reply(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        fault = self._workspace.faults.take("response_url")
        if fault is not None and not fault.is_after_the_call:
            return await fault.answer(request)
        with self._workspace.changing():
            self._workspace.drawn.clear()
            given, refusal = dict[str, Any](), None
            try:
                given = _object(body, "invalid_payload", "invalid_payload")
                url = self._workspace.response_urls.use(request.path, self._workspace.clock.now())
                self._reply(url, given)
            except Refusal as refused:
                refusal = refused
            answer = refusal.as_json() if refusal else {"ok": True}
            error = refusal.error if refusal else None
            at, drew = self._workspace.clock.now(), tuple(self._workspace.drawn)
            self._workspace.calls.append(Call("response_url", given, None, at, error, answer, drew, request.path))
        if fault is not None:
            return await fault.answer(request)
        if refusal is None:
            return web.Response(text="ok")
        return web.json_response(answer, status=404 if refusal.error in _GONE else 400)

    def _reply(self, url: ResponseUrl, given: Json) -> None:
        if _flag(given.get("delete_original")):
            self._workspace.delete(self._original(url))
            return
        text = checked_text(str(given.get("text") or ""))
        # Slack does not apply the limit on all blocks here (github.com/slackapi/bolt-js/issues/2867).
        blocks = given.get("blocks")
        blocks = checked_blocks(json.loads(blocks) if isinstance(blocks, str) and blocks else blocks, is_weighed=False)
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


def _limited(seconds: int) -> Json:
    return {"ok": False, "error": "ratelimited", "retry_after": seconds}


def _plain(value: Any) -> Any:
    """The value with JSON strings parsed, so that tests read both forms alike."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _channel(args: Json) -> str | None:
    value = args.get("channel")
    return None if value is None else str(value)


async def _arguments(request: web.Request) -> Json:
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.text()
        return args | (_object(body, "invalid_json", "json_not_object") if body.strip() else {})
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        args |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return args


def _object(body: str, unreadable: str, no_object: str) -> Json:
    """The body's JSON object. Raises Slack's Refusal with one of these errors."""
    try:
        value = json.loads(body)
    except ValueError:
        raise Refusal(unreadable) from None
    if not isinstance(value, dict):
        raise Refusal(no_object)
    return value


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


def _flag(value: Any) -> bool:
    return value is True or value == "true"  # as Slack takes it
