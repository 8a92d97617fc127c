"""Delivers actions and events to the app: failures become notices, acknowledgements take effect."""

import asyncio
import time
import uuid
from collections.abc import Coroutine, Sequence
from dataclasses import replace

from bot.sandbox.api.chat import checked_blocks
from bot.sandbox.api.views import checked_view
from bot.sandbox.delivery.envelopes import Answer, Delivered, Delivery, Envelope, Transport, event_callback
from bot.sandbox.state.views import View
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import Json, Refusal

TROUBLE = "We had some trouble connecting. Try again?"


class Dispatcher:
    """Delivers from the server's event loop. ``retry_delays``: seconds before each redelivery of an event.

    ``repeats_next``: the next delivery is followed by the same one again, as if its acknowledgement had been lost.
    """

    def __init__(self, workspace: Workspace, transport: Transport, retry_delays: Sequence[float]) -> None:
        self.transport = transport
        self.record: list[Delivered] = []
        self.repeats_next = False
        self._workspace = workspace
        self._retry_delays = tuple(retry_delays)
        self._tasks: set[asyncio.Task[None]] = set()

    async def send(self, envelope: Envelope) -> Answer:
        is_repeated, self.repeats_next = self.repeats_next, False
        at, timer = self._workspace.clock.now(), time.monotonic()
        answer = await self.transport.send(envelope)
        if is_repeated:
            self._begin(self._repeat(envelope))
        if envelope.kind == "events_api" and not answer.is_heard:  # an event that no connected app received
            return answer
        with self._workspace.changing():
            self.record.append(Delivered(envelope, answer, at, timer, time.monotonic() - timer))
        return answer

    async def _repeat(self, envelope: Envelope) -> None:
        again = replace(envelope, envelope_id=str(uuid.uuid4()))
        if envelope.kind == "events_api":
            again = replace(again, retry_attempt=envelope.retry_attempt + 1, retry_reason="timeout")
        await self.send(again)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- events

    def emit(self, event: Json) -> None:
        """Delivers an event, with up to three redeliveries until it is acknowledged."""
        self._begin(self._deliver(event))

    async def _deliver(self, event: Json) -> None:
        with self._workspace.lock:
            payload = event_callback(self._workspace, event)
        answer = await self.send(Envelope("events_api", payload, accepts_response=False))
        for attempt, delay in enumerate(self._retry_delays, start=1):
            if answer.is_acked or not answer.may_retry:
                return
            await asyncio.sleep(delay)
            again = Envelope("events_api", payload, False, retry_attempt=attempt, retry_reason=answer.reason)
            answer = await self.send(again)

    async def settled(self) -> None:
        """Returns when every event, with its redeliveries, has been answered or given up."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- users' actions

    async def command(self, payload: Json) -> Delivery:
        started = time.monotonic()
        answer = await self.send(Envelope("slash_commands", payload))
        user_id, channel_id, name = payload["user_id"], payload["channel_id"], payload["command"]
        with self._workspace.changing():
            reason = _why_failed(answer)
            if not reason:
                reason = self._reply(answer.payload, user_id, channel_id)
            if reason:
                self._workspace.notice(user_id, channel_id, f"{name} failed with the error “{reason}”")
        return Delivery(answer.payload, bool(reason), reason, took=time.monotonic() - started)

    def _reply(self, payload: Json, user_id: str, channel_id: str) -> str:
        """Shows the reply in a command's acknowledgement. Returns why it cannot be shown; empty if it can."""
        if not payload:
            return ""
        try:
            blocks = checked_blocks(payload.get("blocks"), is_weighed=False)
        except Refusal as refusal:
            return f"invalid_command_response: {refusal.messages or refusal.error}"
        text = str(payload.get("text") or "")
        if text or blocks:
            only_for = None if payload.get("response_type") == "in_channel" else user_id
            self._workspace.post_as_app(self._workspace.channels[channel_id], text, blocks, only_for=only_for)
        return ""

    async def interaction(self, payload: Json) -> Delivery:
        """Delivers a press. Without an acknowledgement Slack shows a warning beside the button."""
        started = time.monotonic()
        answer = await self.send(Envelope("interactive", payload, accepts_response=False))
        reason = _why_failed(answer)
        if reason:
            self._trouble(payload)
        return Delivery(answer.payload, bool(reason), reason, took=time.monotonic() - started)

    async def submission(self, payload: Json, view: View) -> Delivery:
        started = time.monotonic()
        answer = await self.send(Envelope("interactive", payload))
        reason = _why_failed(answer)
        errors: dict[str, str] = {}
        if not reason:
            with self._workspace.changing():
                try:
                    errors = self._respond(view, answer.payload)
                except Refusal as refusal:
                    reason = f"{refusal.error}: {'; '.join(refusal.messages)}"
        if reason:
            self._trouble(payload)
        return Delivery(answer.payload, bool(reason), reason, errors, took=time.monotonic() - started)

    def _respond(self, view: View, payload: Json) -> dict[str, str]:
        """Applies the acknowledgement of a submission. Returns the errors to show."""
        views, at, scopes = self._workspace.views, self._workspace.clock.now(), self._workspace.manifest.scopes
        action = payload.get("response_action")
        if action is None:
            views.close(view)
        elif action == "clear":
            views.clear(view.user_id)
        elif action == "update":
            views.update(view, checked_view(payload.get("view"), "modal", scopes), at)
        elif action == "push":
            views.push(view.user_id, checked_view(payload.get("view"), "modal", scopes), at)
        elif action == "errors":
            view.errors = _field_errors(view, payload.get("errors"))
            return view.errors
        else:
            raise Refusal("invalid_response_action", (str(action),))
        return {}

    def _trouble(self, payload: Json) -> None:
        with self._workspace.changing():
            channel = payload.get("channel") or {}
            self._workspace.notice(payload["user"]["id"], channel.get("id"), TROUBLE)


def _field_errors(view: View, errors: object) -> dict[str, str]:
    """The errors to show. Raises Refusal unless they name input blocks of the view."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refusal("invalid_errors", ("errors must be an object of sentences by block_id",))
    strangers = set(errors) - inputs
    if strangers:
        raise Refusal("invalid_errors", tuple(f"{one} is no input block of this view" for one in sorted(strangers)))
    return {str(block_id): str(sentence) for block_id, sentence in errors.items()}


def _why_failed(answer: Answer) -> str:
    if answer.is_acked:
        return ""
    return "operation_timeout" if answer.reason in ("timeout", "http_timeout") else "dispatch_failed"
