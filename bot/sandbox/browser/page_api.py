"""The page and its JSON API, one route for each action of a user. Tests use the same API."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from aiohttp import web

from bot.sandbox.browser.screen import PageTools, inside, offered, overview, screen
from bot.sandbox.delivery.envelopes import Delivered, Delivery
from bot.sandbox.member import Member
from bot.sandbox.seen import VisibleMessage, VisibleView, is_visible, show_message, show_view
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.wire import CannotDo, Json

PAGE = resources.files("bot.sandbox") / "page"
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
LOOK_EVERY = 0.1
HEARTBEAT_EVERY = 5.0
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"

_UNSHARED = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}

# A secret in the served page, which it sends with each request: no other page is answered.
TOKEN_HEADER = "X-Workspace-Token"  # noqa: S105 - its name
TOKEN_PLACE = "{{token}}"  # noqa: S105 - where it goes in the page

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Act = Callable[[Member, Json], object]
Troubles = Callable[[], Mapping[str, Callable[[], None] | None]]


class PageApi:
    """The routes under ``/`` and ``/sandbox/``.

    ``member`` returns a user's Member, ``record`` what was delivered, ``troubles`` how each fault is made. ``tools``
    may be set while the page is served.
    """

    def __init__(
        self, workspace: Workspace, member: Callable[[str], Member], record: Sequence[Delivered], troubles: Troubles
    ) -> None:
        self.tools = PageTools()
        self._workspace = workspace
        self._member = member
        self._record = record
        self._troubles = troubles
        self._token = secrets.token_urlsafe(24)

    def mount(self, app: web.Application) -> None:
        router, guard = app.router, self._guard
        router.add_get("/", self._index)
        router.add_get("/page/{name}", self._asset)
        router.add_get("/sandbox/workspace", guard(self._overview))
        router.add_get("/sandbox/changes", guard(self._changes))
        router.add_post("/sandbox/clock", guard(self._clock))
        router.add_post("/sandbox/trouble", guard(self._trouble))
        router.add_get("/sandbox/people/{user_id}/inside/{surface}", guard(self._inside))
        router.add_get("/sandbox/people/{user_id}/screen", guard(self._screen))
        router.add_get("/sandbox/people/{user_id}/files/{file_id}", guard(self._file))
        router.add_post("/sandbox/people/{user_id}/upload", guard(self._upload))
        for name, act in ACTS.items():
            router.add_post(f"/sandbox/people/{{user_id}}/{name}", guard(self._acting(act)))

    def _guard(self, handler: Handler) -> Handler:
        """The handler, for requests with the page's token. Only GET requests may carry it in the URL."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            given = request.headers.get(TOKEN_HEADER, "")
            if request.method == "GET":
                given = given or request.query.get("token", "")
            if not secrets.compare_digest(given.encode("utf-8", "replace"), self._token.encode()):
                raise web.HTTPForbidden(text=_REFUSED)
            return await handler(request)

        return guarded

    # -- the page

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        page = _asset("index.html")
        page.text = (page.text or "").replace(TOKEN_PLACE, self._token)
        return page

    async def _asset(self, request: web.Request) -> web.StreamResponse:
        return _asset(request.match_info["name"])

    # -- reading

    async def _overview(self, _request: web.Request) -> web.StreamResponse:
        with self._workspace.lock:
            added = {**self.tools.as_json(), "troubles": offered(self._troubles())}
            return web.json_response(overview(self._workspace) | added)

    async def _screen(self, request: web.Request) -> web.StreamResponse:
        with self._workspace.lock:
            return web.json_response(screen(self._workspace, _person_id(self._workspace, request)))

    async def _inside(self, request: web.Request) -> web.StreamResponse:
        with self._workspace.lock:
            user_id = _person_id(self._workspace, request)
            found = inside(self._workspace, self._record, user_id, request.match_info["surface"])
        if found is None:
            raise web.HTTPNotFound(text="no such message")
        return web.json_response(found)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        with self._workspace.lock:
            user_id = _person_id(self._workspace, request)
            file = self._workspace.files.every.get(request.match_info["file_id"])
            is_shown = file is not None and any(
                file.file_id in one.file_ids and is_visible(self._workspace, one, user_id)
                for one in self._workspace.messages
            )
            if file is None or file.content is None or not is_shown:
                raise web.HTTPNotFound(text="no such file")
            disposition = "inline" if file.is_image else "attachment"
            headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
            return web.Response(body=file.content, content_type=file.mime, headers=headers)

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: a line at each change, and a heartbeat."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        told, silent_for = -1, 0.0
        with contextlib.suppress(ConnectionError):  # the browser has left
            while True:
                revision = self._workspace.revision
                if revision != told or silent_for >= HEARTBEAT_EVERY:
                    state = {"revision": revision, "now": self._workspace.clock.now().isoformat()}
                    await response.write(f"data: {json.dumps(state)}\n\n".encode())
                    told, silent_for = revision, 0.0
                await asyncio.sleep(LOOK_EVERY)
                silent_for += LOOK_EVERY
        return response

    # -- acting

    def _acting(self, act: Act) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            body = await _body(request)
            member = self._member(_person_id(self._workspace, request))
            return await _answered(act, member, body)

        return answer

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        """Takes a raw body. ``?name=`` names the file; ``?channel=`` shares it instead of attaching it to a form."""
        content, name = await request.read(), request.query.get("name", "file")
        channel = request.query.get("channel")

        def upload(member: Member, _body: Json) -> Json:
            if channel is None:
                return member.attach(name, content)
            return {"id": member.upload(name, content, channel).file_id}

        return await _answered(upload, self._member(_person_id(self._workspace, request)), {})

    async def _clock(self, request: web.Request) -> web.StreamResponse:
        """Moves the clock: ``advance_seconds``, ``at`` (2026-12-01T09:00:00Z), ``jump`` (a name), ``is_frozen``."""
        body, clock = await _body(request), self._workspace.clock
        try:
            await asyncio.to_thread(self._move, body)
        except CannotDo as refused:
            return web.json_response({"error": str(refused)}, status=409)
        except (TypeError, ValueError, OverflowError) as fault:
            return web.json_response({"error": f"not a move of the clock: {fault}"}, status=400)
        return web.json_response({"now": clock.now().isoformat(), "is_frozen": clock.is_frozen})

    def _move(self, body: Json) -> None:
        clock = self._workspace.clock
        if "is_frozen" in body:
            clock.freeze() if body["is_frozen"] else clock.resume()
        if "at" in body:
            at = datetime.fromisoformat(body["at"])
            if at.tzinfo is None:
                raise ValueError("the time needs its offset")
            clock.set(at)
        if "advance_seconds" in body:
            clock.advance(timedelta(seconds=float(body["advance_seconds"])))
        if "jump" in body:
            jump = next((one for one in self.tools.jumps if one.name == str(body["jump"])), None)
            if jump is None:
                raise ValueError(f"no jump {body['jump']}")
            wanted = jump.to(clock.now())
            if wanted is None:
                raise CannotDo(jump.otherwise)
            clock.set(wanted)

    async def _trouble(self, request: web.Request) -> web.StreamResponse:
        make = self._troubles().get(str((await _body(request)).get("name")))
        if make is None:
            return web.json_response({"error": "no such fault"}, status=400)
        await asyncio.to_thread(make)
        return web.json_response({})


def _asset(name: str) -> web.Response:
    known = {one.name: one for one in PAGE.iterdir() if one.is_file()}
    if name not in known:
        raise web.HTTPNotFound(text="no such page")
    kind = TYPES.get(name.rsplit(".", 1)[-1], "text/plain")
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", **_UNSHARED}
    return web.Response(text=known[name].read_text("utf-8"), content_type=kind, headers=headers)


def _person_id(workspace: Workspace, request: web.Request) -> str:
    user_id = request.match_info["user_id"]
    if user_id not in workspace.people:
        raise web.HTTPNotFound(text="no such person")
    return user_id


async def _body(request: web.Request) -> Json:
    """The JSON body. Refuses forms, which another site could send without permission."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="send JSON")
    try:
        body = await request.json()
    except ValueError:
        raise web.HTTPBadRequest(text="not JSON") from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="send an object")
    return body


async def _answered(act: Act, member: Member, body: Json) -> web.StreamResponse:
    """Runs the action outside the server's loop, because it waits for the app."""
    try:
        result = await asyncio.to_thread(act, member, body)
    except CannotDo as refused:
        return web.json_response({"error": str(refused)}, status=409)
    except KeyError as missing:
        return web.json_response({"error": f"missing: {missing}"}, status=400)
    if isinstance(result, Delivery):
        return web.json_response(asdict(result))
    return web.json_response(result if isinstance(result, dict) else {})


def _view(member: Member, body: Json) -> VisibleView:
    with member.workspace.lock:
        view = member.workspace.views.every.get(str(body["view_id"]))
        if view is None:
            raise CannotDo("the view is gone")
        return show_view(view)


def _surface(member: Member, body: Json) -> VisibleMessage | VisibleView:
    """The surface to act on: ``{"view_id": …}`` or ``{"channel_id": …, "ts": …}``."""
    if "view_id" in body:
        return _view(member, body)
    workspace = member.workspace
    with workspace.lock:
        message = workspace.message(str(body["channel_id"]), str(body["ts"]))
        if message is None:
            raise CannotDo("the message is gone")
        return show_message(workspace, message)


def _press(member: Member, body: Json) -> Delivery:
    """Presses what the page shows. A block to which the app gave no id has a new one after each update."""
    surface = _surface(member, body)
    given: dict[str, Any] = body.get("given") or {}
    if given:
        member.fill(surface, given)
    block_id = body.get("block_id")
    is_there = any(one.block_id == block_id for one in surface.elements())
    return member.press(
        surface,
        str(body["action_id"]),
        value=body.get("value"),
        block_id=block_id if is_there else None,
        selected=body.get("selected"),
    )


ACTS: dict[str, Act] = {
    "command": lambda member, body: member.command(str(body["line"]), body.get("channel")),
    "say": lambda member, body: member.say(str(body["text"]), body.get("channel")),
    "press": _press,
    "submit": lambda member, body: member.submit(_view(member, body), body.get("given") or {}),
    "close": lambda member, body: member.close(_view(member, body), everything=bool(body.get("everything"))),
    "home": lambda member, _body: member.open_home(),
    "direct-messages": lambda member, _body: member.open_direct_messages(),
}

_HOSTS = ("127.0.0.1", "localhost")
_REFUSED = "This workspace answers its own page only: open it at its own address, or reload it."


@web.middleware
async def own_origin_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses requests from other pages, on any port, and under any other host name for this address.

    A browser sends the page's origin; a bot sends none.
    """
    own = str(request.transport.get_extra_info("sockname")[1]) if request.transport else ""
    name, _, port = request.host.partition(":")  # Slack's own client omits the port
    address = f"http://{name}{'' if own == '80' else f':{own}'}"
    if name not in _HOSTS or port not in ("", own) or request.headers.get("Origin", address) != address:
        raise web.HTTPForbidden(text=_REFUSED)
    return await handler(request)
