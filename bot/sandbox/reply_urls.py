"""Posts to response_urls: five within 30 minutes, shown to one user unless the app asks otherwise."""

import json
from typing import Any

from aiohttp import web

from bot.sandbox.api.posting import checked_blocks, checked_text, require_content
from bot.sandbox.state import Message, ResponseUrl, Workspace
from bot.sandbox.wire import Call, Json, Refusal

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
