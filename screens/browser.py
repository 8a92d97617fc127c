"""Drives a headless Chromium by its DevTools protocol."""

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self

from aiohttp import ClientSession, ClientWebSocketResponse
from PIL import Image

from bot.sandbox.background import BackgroundLoop

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_ANSWERS_WITHIN_S = 60.0
_DRAWN_WITHIN_S = 60.0  # as long as a busy machine may take; only a failure waits for it
_LOOKS_EVERY_S = 0.01
_COLOURS = 160
_DENSITY = 1.5  # device pixels for each pixel of the page


class NoBrowser(Exception):
    """Chromium is not installed under any known name."""


class Browser:
    """One window. Every method waits until the browser is done."""

    def __init__(self, socket: ClientWebSocketResponse, loop: BackgroundLoop) -> None:
        self._socket = socket
        self._loop = loop
        self._serial = itertools.count(1)

    def open(self, url: str, width: int, height: int = 900) -> Self:
        self.resize(width, height)
        self._ask("Page.navigate", url="about:blank")
        self._ask("Page.navigate", url=url)
        return self

    def resize(self, width: int, height: int = 900) -> None:
        """Gives the window this size, in pixels of the page, and leaves the page as it is."""
        size = {"width": width, "height": height, "deviceScaleFactor": _DENSITY, "mobile": width < 500}
        self._ask("Emulation.setDeviceMetricsOverride", **size)

    def click(self, left: float, top: float) -> None:
        """Clicks with the mouse, this far from the window's corner, and takes it away again."""
        for kind in ("mousePressed", "mouseReleased"):
            self._ask("Input.dispatchMouseEvent", type=kind, x=left, y=top, button="left", clickCount=1)
        self._ask("Input.dispatchMouseEvent", type="mouseMoved", x=0, y=0)

    def drop(self, file: Path, left: float, top: float) -> None:
        """Drops a file of this machine there, as if it were dragged from a folder with the mouse."""
        data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self._ask("Input.dispatchDragEvent", type=kind, x=left, y=top, data=data)

    def type_text(self, text: str) -> None:
        """Types into the focused element."""
        self._ask("Input.insertText", text=text)

    def download_to(self, folder: Path) -> None:
        """Saves what is downloaded from now on in the folder, by its name."""
        self._ask("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))

    def prefer(self, scheme: str) -> None:
        """Has the system prefer `light` or `dark` from now on."""
        self._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def press_key(self, key: str, text: str = "") -> None:
        """Presses one key on the focused element. `key` is its DOM name; `text` is what it types."""
        code = {"Enter": 13, "Tab": 9, "Escape": 27}.get(key, 0)
        for kind in ("keyDown", "keyUp"):
            self._ask("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, text=text)

    def wait_until(self, condition: str) -> None:
        """Wait until the JavaScript is truthy. Raises TimeoutError."""
        until = monotonic() + _DRAWN_WITHIN_S
        while not self.value_of(f"Boolean({condition})"):
            if monotonic() > until:
                raise TimeoutError(f"the page never came to: {condition}\n{self.value_of('document.body.innerText')}")
            sleep(_LOOKS_EVERY_S)

    def value_of(self, script: str) -> Any:
        answer = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return answer["result"].get("value")

    def picture(self, selector: str, last: int = 1) -> bytes:
        """The PNG of the last `last` elements that match the selector."""
        return self.picture_of(f"[...document.querySelectorAll({json.dumps(selector)})].slice(-{last})")

    def picture_of(self, each: str) -> bytes:
        """The PNG of the elements that the JavaScript lists."""
        boxes = self.value_of(f"{each}.map((one) => one.getBoundingClientRect().toJSON())")
        left, top = min(box["left"] for box in boxes), min(box["top"] for box in boxes)
        right, bottom = max(box["right"] for box in boxes), max(box["bottom"] for box in boxes)
        clip = {"x": left, "y": top, "width": right - left, "height": bottom - top, "scale": 1}
        shot = self._ask("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
        return _in_fewer_colours(base64.b64decode(shot["data"]))

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self._loop.run(self._answer(method, params), _ANSWERS_WITHIN_S)

    async def _answer(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        serial = next(self._serial)
        await self._socket.send_json({"id": serial, "method": method, "params": params})
        while True:  # events come in between
            heard = await self._socket.receive_json()
            if heard.get("id") == serial:
                if "error" in heard:
                    raise RuntimeError(f"{method}: {heard['error']['message']}")
                answer: dict[str, Any] = heard["result"]
                return answer


def _in_fewer_colours(png: bytes) -> bytes:
    """Reduce the colours. A screen has few, so this takes a third of the space."""
    written = BytesIO()
    Image.open(BytesIO(png)).convert("RGB").quantize(_COLOURS).save(written, "PNG", optimize=True)
    return written.getvalue()


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium. Raises NoBrowser, which says what to install."""
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if program is None:
        raise NoBrowser("Chromium is not installed (Debian, Ubuntu: apt-get install chromium).")
    loop = BackgroundLoop()
    loop.start()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # The pages are our own and local, and Chromium's sandbox does not work for root in a container.
        options = ["--headless=new", "--no-sandbox", "--hide-scrollbars", "--lang=en-GB", "--remote-debugging-port=0"]
        process = subprocess.Popen(
            [program, *options, f"--user-data-dir={folder}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            session, socket = loop.run(_connect(Path(folder) / "DevToolsActivePort"), 30)
            yield Browser(socket, loop)
            loop.run(session.close(), 5)
        finally:
            process.terminate()
            process.wait(10)
            loop.stop()


async def _connect(port_file: Path) -> tuple[ClientSession, ClientWebSocketResponse]:
    """Connect. The browser writes its port into the file once it listens."""
    while not (port_file.exists() and len(port_file.read_text().split()) > 1):
        await asyncio.sleep(0.1)
    port = port_file.read_text().split()[0]
    session = ClientSession()
    async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
        [page] = [one for one in await answer.json() if one["type"] == "page"]
    return session, await session.ws_connect(page["webSocketDebuggerUrl"], max_msg_size=64 * 1024 * 1024)
