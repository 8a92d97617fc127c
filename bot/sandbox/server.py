"""The workspace on 127.0.0.1 in a background thread: Web API, Socket Mode, response URLs, files and the page."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from aiohttp import web

from bot.sandbox.background import BackgroundLoop
from bot.sandbox.browser.page_api import PageApi, own_origin_only
from bot.sandbox.browser.screen import RETRY_AFTER, PageTools
from bot.sandbox.delivery.envelopes import Answer, Delivered, Dispatcher, Envelope
from bot.sandbox.delivery.transports import HttpSender, RequestUrls, SocketHub
from bot.sandbox.member import Member
from bot.sandbox.state.faults import Fault
from bot.sandbox.state.workspace import Workspace
from bot.sandbox.web_api import WebApi

HOST = "127.0.0.1"
LARGEST_UPLOAD_BYTES = 100 * 1024 * 1024
# Slack redelivers an event at once, after 1 minute and after 5 (docs.slack.dev/apis/events-api).
RETRY_DELAYS = (0.0, 60.0, 300.0)
SCHEDULE_TICK = 0.2


class SandboxServer:
    """The server. ``with SandboxServer(workspace) as server:`` serves until the block ends.

    ``port`` 0 takes a free port. ``ack_within`` and ``retry_delays`` are real seconds, whatever the workspace's clock
    says.
    """

    def __init__(
        self,
        workspace: Workspace,
        *,
        port: int = 0,
        ack_within: float = 3.0,
        retry_delays: Sequence[float] = RETRY_DELAYS,
    ) -> None:
        self.workspace = workspace
        self._port = port
        self._ack_within = ack_within
        self._loop = BackgroundLoop()
        self._hub = SocketHub(workspace, ack_within)
        self._dispatcher = Dispatcher(workspace, self._hub.send, retry_delays)
        self._page = PageApi(workspace, self.person, self._dispatcher.record, self._troubles)
        self._sender: HttpSender | None = None
        self._runner: web.AppRunner | None = None
        self._ticking: asyncio.Task[None] | None = None

    # -- life

    def __enter__(self) -> Self:
        """Starts to listen. Raises OSError if the port is taken."""
        self._loop.start()
        try:
            self._port = self._loop.run(self._listen(), within=10)
        except BaseException:
            self._loop.stop()
            raise
        self.workspace.base_url = self.url.rstrip("/")
        self.workspace.on_event = lambda event: self._loop.call(self._dispatcher.emit, event)
        self.workspace.clock.on_move(lambda _at: self._clock_moved())
        return self

    def __exit__(self, *_raised: object) -> None:
        """Closes all connections and ends the thread. The workspace and what happened in it can still be read."""
        self.workspace.on_event = None
        with contextlib.suppress(TimeoutError):
            self._loop.run(self._close(), within=10)
        self._loop.stop()

    @property
    def url(self) -> str:
        """The page's URL."""
        return f"http://{HOST}:{self._port}/"

    @property
    def api_url(self) -> str:
        """The URL for ``WebClient(base_url=...)``, with the trailing slash it needs."""
        return f"{self.url}api/"

    async def _listen(self) -> int:
        app = web.Application(client_max_size=LARGEST_UPLOAD_BYTES, middlewares=[own_origin_only])
        api = WebApi(self.workspace)
        app.router.add_route("*", "/api/{method}", api.call)
        app.router.add_get("/link/", self._hub.handle)
        app.router.add_post("/{kind:commands|actions}/{rest:.+}", api.reply)
        app.router.add_post("/upload/v1/{file_id}", api.receive)
        self._page.mount(app)
        app.router.add_get("/files-pri/{file_id}/{name:.+}", api.serve)
        app.router.add_get("/signin", api.sign_in)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port)
        await site.start()
        self._ticking = asyncio.get_running_loop().create_task(self._tick())
        address: tuple[str, int] = self._runner.addresses[0]
        return address[1]

    def _clock_moved(self) -> None:
        self.workspace.post_due()
        with self.workspace.changing():
            pass  # the page shows the clock

    async def _tick(self) -> None:
        while True:  # the clock runs by itself
            await asyncio.sleep(SCHEDULE_TICK)
            self.workspace.post_due()

    async def _close(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
        await self._dispatcher.close()
        await self._hub.close()
        if self._sender is not None:
            await self._sender.close()
        if self._runner is not None:
            await self._runner.cleanup()

    # -- users

    def person(self, user_id: str) -> Member:
        """The user's keyboard and screen."""
        person = self.workspace.people[user_id]
        return Member(person, self.workspace, self._loop, self._dispatcher, self._ack_within + 5)

    # -- how the app is reached

    def use_http(self, url: str | RequestUrls) -> None:
        """Delivers by signed HTTP from now on. Raises ConnectionError if the events URL fails the challenge."""
        urls = url if isinstance(url, RequestUrls) else RequestUrls(url, url, url)
        self._loop.run(self._switch(urls), within=self._ack_within + 5)

    def use_socket_mode(self) -> None:
        """Delivers over Socket Mode, as at the start."""
        self._loop.run(self._switch(None), within=5)

    async def _switch(self, urls: RequestUrls | None) -> None:
        before, self._sender = self._sender, None
        if before is not None:
            await before.close()
        self._dispatcher.transport = self._hub.send
        if urls is None:
            return
        self._sender = HttpSender(self.workspace, urls, self._ack_within)
        await self._sender.verify()
        self._dispatcher.transport = self._sender.send

    @property
    def connections(self) -> int:
        """The number of open Socket Mode connections."""
        return self._hub.count

    @property
    def close_codes(self) -> tuple[int | None, ...]:
        """The close code of every ended connection, in order; None for one that ended without."""
        return tuple(self._hub.close_codes)

    def wait_for_connections(self, wanted: int = 1, within: float = 60.0) -> None:
        """Waits until exactly ``wanted`` connections are open. Raises TimeoutError."""
        until = time.monotonic() + within
        with self.workspace.changed:
            while self.connections != wanted:
                left = until - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"{self.connections} connections after {within} s, not {wanted}")
                self.workspace.changed.wait(left)

    @property
    def delivered(self) -> tuple[Delivered, ...]:
        """Everything sent to the app so far, with its answers."""
        with self.workspace.lock:
            return tuple(self._dispatcher.record)

    def deliver(self, envelope: Envelope) -> Answer:
        """Sends the envelope as it is: an old one again, or one that Slack's client would not send."""
        return self._loop.run(self._dispatcher.send(envelope), within=self._ack_within + 5)

    def end_events(self, within: float) -> None:
        """Tells the app of nothing more that happens. Waits until it has answered what it was told before.

        Raises TimeoutError after ``within`` seconds.
        """
        self.workspace.on_event = None
        self._loop.run(self._dispatcher.settled(), within)

    # -- the page

    def furnish(self, tools: PageTools) -> None:
        """Adds a guide, moves of the clock and a bot's restart to the page. An open page must be loaded again."""
        self._page.tools = tools

    def _troubles(self) -> Mapping[str, Callable[[], None] | None]:
        return {
            "drop": self.drop_connections,
            "twice": self.repeat_next,
            "limit": lambda: self.fail_next("*", retry_after=RETRY_AFTER),
            "kill": self._page.tools.restart,
        }

    # -- faults

    def repeat_next(self) -> None:
        """Delivers the next command, press or event twice, as if its acknowledgement had been lost."""
        self._dispatcher.repeats_next = True

    def disconnect_all(self, reason: str = "refresh_requested", linger: float = 1.0) -> None:
        """Tells every client to disconnect. Returns when done.

        With ``refresh_requested`` or ``link_disabled`` the sockets close after ``linger`` seconds; ``warning`` only
        tells.
        """
        self._loop.run(self._hub.disconnect(reason, linger), within=linger + 5)

    def drop_connections(self) -> None:
        """Cuts every Socket Mode connection."""
        self._loop.run(self._hub.drop(), within=5)

    def fail_next(
        self, method: str, *, with_: str = "ratelimited", times: int = 1, retry_after: int = 1, hangs_for: float = 35.0
    ) -> None:
        """Makes the next calls of a method fail (``*``: any; ``response_url``; ``download``). See ``Fault``."""
        with self.workspace.lock:
            self.workspace.faults.order(method, Fault(with_, retry_after, hangs_for), times)

    def end_faults(self) -> None:
        """Ends all faults and limits."""
        with self.workspace.lock:
            self.workspace.faults.end()

    def limit(self, method: str, seconds: float, channel: str | None = None) -> None:
        """Answers a method with 429 for real seconds; with a channel or user id, only there."""
        with self.workspace.lock:
            self.workspace.faults.limit(method, seconds, channel)
