"""The Web API over HTTP: reads arguments as Slack does, checks token and scopes, answers, and records every call."""

import json
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.api.registry import METHODS, Request
from bot.sandbox.state.faults import Fault
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Call, Json, Refusal, TokenKind

_SECRET_ARGS = {"token"}


@dataclass(frozen=True, slots=True)
class _Asked:
    name: str
    args: Json
    token: str


class WebApi:
    """The handler for ``/api/{method}``."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def handle(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            args = await _arguments(request)
        except Refusal as refusal:
            return self._respond(_Asked(name, {}, ""), refusal.as_json())
        header = request.headers.get("Authorization", "")
        asked = _Asked(name, args, header.removeprefix("Bearer ").strip() or str(args.get("token") or ""))
        fault = self._workspace.faults.take(name, _channel(args))
        if fault is not None:
            return await self._fail(request, asked, fault)
        return self._respond(asked, self._answer(asked))

    async def _fail(self, request: web.Request, asked: _Asked, fault: Fault) -> web.StreamResponse:
        if fault.is_after_the_call:
            self._answer(asked)
            return await fault.answer(request)
        is_limited = fault.kind == "ratelimited"
        refused = _limited(fault.retry_after) if is_limited else {"ok": False, "error": fault.kind}
        answer = self._record(asked, refused)
        return await fault.answer(request) if fault.is_of_transport else self._respond(asked, answer)

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
        return method.answer(Request(self._workspace, asked.args))

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
        return args | _json_arguments(await request.text())
    if request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        args |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return args


def _json_arguments(body: str) -> Json:
    if not body.strip():
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        raise Refusal("invalid_json") from None
    if not isinstance(value, dict):
        raise Refusal("json_not_object")
    return value
