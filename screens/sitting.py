"""A person in the local workspace who acts and has what they see pictured."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from urllib.parse import quote

from bot.cli.demo.player import plain
from bot.cli.demo.stage import Stage
from bot.sandbox import Member, Seen, VisibleMessage, VisibleView
from screens.browser import Browser

Found = TypeVar("Found")
_WITHIN_S = 60.0  # as long as a busy machine may take; only a failure waits for it
_DESK, _PHONE = 860, 390  # window width without the sidebar, and phone width, in pixels
_SIDE = 250


@dataclass(frozen=True, slots=True)
class Screen:
    chapter: str
    name: str
    caption: str

    @property
    def file(self) -> str:
        return f"{self.name}.png"


@dataclass
class Album:
    """The pictures in order; each is written at once."""

    folder: Path
    browser: Browser
    stage: Stage
    chapter: str = ""
    screens: list[Screen] = field(default_factory=list)

    def message(self, actor: Member, name: str, caption: str, words: str = "", *, is_phone: bool = False) -> None:
        """Picture the newest message in the conversation with the app; with `words`: the newest that says them."""
        self._open(actor, "app", is_phone=is_phone)
        self.browser.wait_until(found := message(words))
        self.settled()
        self.keep(name, caption, self.browser.picture_of(f"[{found}]"))

    def posted(self, actor: Member, channel: str, name: str, caption: str, last: int) -> None:
        """Picture the newest messages of a channel."""
        self.keep(name, caption, self._drawn(actor, channel, "#messages .message", last))

    def home(self, actor: Member, name: str, caption: str, *, is_phone: bool = False) -> None:
        self._open(actor, "app", is_phone=is_phone)
        self.browser.wait_until("!document.getElementById('tab-home').closest('[hidden]')")
        self.browser.value_of("document.getElementById('tab-home').click()")
        self.browser.wait_until("document.querySelector('#home .blocks')")
        self.keep(name, caption, self.pictured("#home > .blocks"))

    def modal(self, actor: Member, name: str, caption: str) -> None:
        self.keep(name, caption, self._drawn(actor, "app", "#modal form"))

    def drop(self, actor: Member, name: str, content: bytes) -> None:
        """Drop a file onto the conversation with the app."""
        self._open(actor, "app", is_phone=False)
        self.drop_here(name, content)

    def drop_here(self, name: str, content: bytes) -> None:
        """Drop a file onto the conversation that the page shows."""
        self.browser.wait_until("document.getElementById('title').textContent")
        self.browser.wait_until("!document.getElementById('composer').hidden")
        left, top = self.browser.value_of(
            "(() => { const box = document.querySelector('.pane').getBoundingClientRect(); "
            "return [box.left + box.width / 2, box.top + box.height / 2]; })()"
        )
        with TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.write_bytes(content)
            self.browser.drop(file, left, top)
            self.browser.wait_until(f"[...performance.getEntriesByType('resource')].some({_is_up(name)})")

    def _drawn(self, actor: Member, place: str, selector: str, last: int = 1, *, is_phone: bool = False) -> bytes:
        self._open(actor, place, is_phone=is_phone)
        self.browser.wait_until(f"document.querySelector('{selector}')")
        return self.pictured(selector, last)

    def _open(self, actor: Member, place: str, *, is_phone: bool) -> None:
        width = _PHONE if is_phone else _SIDE + _DESK
        self.browser.open(f"{self.stage.server.url}#{quote(actor.user_id)}/{place}", width, 4000)

    def pictured(self, selector: str, last: int = 1) -> bytes:
        """The PNG of the last `last` elements that match, as the window shows them now."""
        self.settled()
        return self.browser.picture(selector, last)

    def settled(self) -> None:
        """Waits for the pictures on the page, and shows a whole form without scrolling."""
        self.browser.wait_until("[...document.images].every((one) => one.complete)")
        self.browser.value_of("document.getElementById('modal').style.maxHeight = 'none'")
        self.browser.value_of("document.activeElement?.matches('button') && document.activeElement.blur()")

    def keep(self, name: str, caption: str, png: bytes) -> None:
        """Writes a picture and adds it to the album."""
        screen = Screen(self.chapter, name, caption)
        (self.folder / screen.file).write_bytes(png)
        self.screens.append(screen)
        print(f"  {name}: {caption}", flush=True)


def _is_up(name: str) -> str:
    """Whether a request of the page, as JavaScript, carried this file."""
    return (
        f"(one) => one.name.includes('/upload?') && new URL(one.name).searchParams.get('name') === {json.dumps(name)}"
    )


def message(words: str) -> str:
    """The newest message on the page that says these words, as JavaScript."""
    said = f"one.innerText.includes({json.dumps(words)})"
    return f"[...document.querySelectorAll('#messages .message')].filter((one) => {said}).at(-1)"


def reads(member: Member, words: str) -> VisibleMessage:
    """The newest message with these words. Waits for it."""
    return _waits(
        member, lambda seen: next((one for one in reversed(seen.messages) if words in plain(one.words)), None)
    )


def answer(member: Member, act: Callable[[], object], words: str) -> VisibleMessage:
    """Act, and wait for a message that is new or has changed to say these words."""
    before = {(one.ts, one.words) for one in member.seen.messages}
    act()

    def is_new(one: VisibleMessage) -> bool:
        return (one.ts, one.words) not in before and words in plain(one.words)

    return _waits(member, lambda seen: next(filter(is_new, reversed(seen.messages)), None))


def at_home(member: Member, words: str) -> VisibleView:
    member.open_home()
    return _waits(member, lambda seen: seen.home if seen.home and words in plain(seen.home.words) else None)


def asked(member: Member, block_id: str) -> VisibleView:
    """The form with this field, once it is open."""
    return _waits(member, lambda seen: seen.modal if seen.modal and _has(seen.modal, block_id) else None)


def on_top(member: Member, words: str) -> VisibleView:
    return _waits(member, lambda seen: seen.modal if seen.modal and words in plain(seen.modal.words) else None)


def filled(**fields: object) -> Mapping[str, Mapping[str, object]]:
    return {name: {"input": value} for name, value in fields.items()}


def _has(view: VisibleView, block_id: str) -> bool:
    return any(block.get("block_id") == block_id for block in view.blocks)


def _waits(member: Member, wanted: Callable[[Seen], Found | None]) -> Found:
    found = member.wait_for(wanted, _WITHIN_S)
    assert found is not None
    return found
