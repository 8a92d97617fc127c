"""Access control: admits the workspace's own page and bots with a token, but no other page of the browser."""

import secrets
from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

TOKEN_HEADER = "X-Workspace-Token"  # noqa: S105 - its name
TOKEN_PLACE = "{{token}}"  # noqa: S105 - where it goes in the page
_HOSTS = ("127.0.0.1", "localhost")
_REFUSED = "This workspace answers its own page only: open it at its own address, or reload it."


@web.middleware
async def own_origin_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses requests from other pages, on any port, and under any other host name for this address.

    A browser sends the page's origin; a bot sends none.
    """
    own = _own_port(request)
    name, _, port = request.host.partition(":")  # Slack's own client omits the port
    address = f"http://{name}{'' if own == '80' else f':{own}'}"
    if name not in _HOSTS or port not in ("", own) or request.headers.get("Origin", address) != address:
        raise web.HTTPForbidden(text=_REFUSED)
    return await handler(request)


def _own_port(request: web.Request) -> str:
    return str(request.transport.get_extra_info("sockname")[1]) if request.transport else ""


class PageToken:
    """A secret in the served page, sent with each request. A page without it is refused."""

    def __init__(self) -> None:
        self._token = secrets.token_urlsafe(24)

    def put_into(self, page: str) -> str:
        return page.replace(TOKEN_PLACE, self._token)

    def guard(self, handler: Handler) -> Handler:
        """The handler, for requests with the token. Only GET requests may carry it in the URL."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            given = request.headers.get(TOKEN_HEADER, "")
            if request.method == "GET":
                given = given or request.query.get("token", "")
            if not secrets.compare_digest(given.encode("utf-8", "replace"), self._token.encode()):
                raise web.HTTPForbidden(text=_REFUSED)
            return await handler(request)

        return guarded
