"""The measured apps, each in its own process: Bolt with an empty listener, and the shipped one."""

import asyncio
import gc
import logging
import multiprocessing
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from threading import Thread

from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler

from benchmarks.harness.contenders import deps
from benchmarks.harness.workers import processor_s
from benchmarks.slack.server import SECRET
from bot.scheduler.ticks import build_scheduler
from bot.services.deciding import rulebook_change
from bot.slack.api.client import listener_client
from bot.slack.app import build_app
from bot.slack.boundary.actions import AGENT, Ask, command
from bot.slack.boundary.boundary import Boundary
from bot.slack.connection.http import HttpMode
from bot.slack.connection.socket_mode import SocketMode

NO_OP = "/noop"
_SPAWN = multiprocessing.get_context("spawn")
_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Kind:
    """`url`: the database of the shipped app; empty: Bolt alone."""

    name: str
    url: str = ""
    is_before_response: bool = True
    workers: int = 30
    is_http: bool = False
    is_ticking: bool = False  # with the scheduler's work, from its first walk on


@dataclass(frozen=True, slots=True)
class Running:
    """`port`: in HTTP mode, else 0."""

    pid: int
    port: int

    def processor_s(self) -> float:
        return processor_s(self.pid)


@asynccontextmanager
async def running(kind: Kind, api_url: str) -> AsyncIterator[Running]:
    """Start the app's process. It is connected or listening."""
    ours, theirs = _SPAWN.Pipe()
    child = _SPAWN.Process(target=_run, args=(kind, api_url, theirs), daemon=True)
    child.start()
    try:
        if not await asyncio.to_thread(ours.poll, _PATIENCE_S):
            raise RuntimeError(f"{kind.name} did not start")
        yield Running(child.pid or 0, int(ours.recv()))
    finally:
        child.kill()
        child.join(5)


def _run(kind: Kind, api_url: str, parent: Connection) -> None:
    logging.disable(logging.WARNING)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        os.environ.pop(name, None)
    app = _ours(kind, api_url) if kind.url else _bolt(kind, api_url)
    port = _listen(kind, app)
    gc.collect()
    gc.freeze()  # as `nextcall run` does
    parent.send(port)
    parent.poll(None)  # until the parent is gone


def _listen(kind: Kind, app: App) -> int:
    if kind.is_http:
        mode = HttpMode(app, 0, {}, SECRET, host="127.0.0.1")
        Thread(target=mode.run, daemon=True).start()
        return mode.port
    if kind.url:
        SocketMode(app, "xapp-1").start()
    else:
        SocketModeHandler(app, "xapp-1").client.connect()
    return 0


def _bolt(kind: Kind, api_url: str) -> App:
    app = App(
        client=listener_client("xoxb-1", api_url),
        signing_secret=SECRET,
        process_before_response=kind.is_before_response,
    )

    def listener(ack: Ack) -> None:
        ack()

    app.command(NO_OP)(listener)
    return app


def _ours(kind: Kind, api_url: str) -> App:
    """The shipped app with one more command, registered last, which replies nothing."""
    app = build_app(deps(kind.url), listener_client("xoxb-1", api_url), SECRET, kind.workers)
    app.listener_runner.process_before_response = kind.is_before_response

    def nothing(_ask: Ask, _text: str) -> None: ...

    Boundary(app, deps(kind.url)).listen(command(NO_OP, AGENT, nothing))
    if kind.is_ticking:
        rulebook_change.begin_if_changed(deps(kind.url))
        build_scheduler(deps(kind.url)).start()
    return app
