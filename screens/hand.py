"""A person at the page: what they press, choose and type goes through the browser, as with a mouse and a keyboard."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import quote

from screens.sitting import Album

WIDE, NARROW, LOW, HIGH = 1280, 390, 900, 4000  # pixels of the page
HOME: Final = "document.querySelector('#home:not([hidden]) > .blocks')"
FORM: Final = "document.querySelector('#modal[open]')"
ASKED: Final = "document.querySelector('#confirm[open]')"
_SHOWN = "(one) => one.getClientRects().length > 0"


class Look(Enum):
    """A window's width and theme, and what the picture's caption adds."""

    DESK = (WIDE, "light", "", "")
    PHONE = (NARROW, "light", "-phone", "The same on a phone.")
    DARK = (WIDE, "dark", "-dark", "The same in the dark theme.")
    DARK_PHONE = (NARROW, "dark", "-dark-phone", "The same on a phone, in the dark theme.")


@dataclass(frozen=True, slots=True)
class Hand:
    """One person. Each method waits until the page shows what it needs; TimeoutError if it never does."""

    album: Album
    user_id: str

    def sit_down(self, tab: str = "home") -> None:
        """Opens the page as this person, at the app's tab `home` or `messages`."""
        url = f"{self.album.stage.server.url}#{quote(self.user_id)}/app"
        self.album.browser.open(url, WIDE, LOW)
        self.album.browser.wait_until("!document.getElementById('tab-home').closest('[hidden]')")
        self.open_tab(tab)

    def open_tab(self, tab: str) -> None:
        """`home` or `messages`."""
        self._click(f"document.getElementById('tab-{tab}')")

    def sees(self, *words: str, inside: str = HOME, without: str = "") -> None:
        """Waits until the surface shows all of these words, and not the others."""
        said = f"({inside}?.innerText ?? '')"
        wanted = [f"{said}.includes({json.dumps(one)})" for one in words]
        wanted += [f"!{said}.includes({json.dumps(without)})"] if without else []
        self.album.browser.wait_until(" && ".join(wanted))

    def press(self, label: str, inside: str = HOME, at: int = 0) -> None:
        """Clicks a button or link by its label; of several, the one `at` this place."""
        self._click(_found(inside, "button, a, summary", f"one.textContent.trim() === {json.dumps(label)}", at))

    def choose(self, menu: str, option: str, inside: str = HOME) -> None:
        """Chooses in a menu, by the words it shows while nothing is chosen or by its label."""
        found = _found(
            inside,
            "select",
            f"one.options[0].text === {json.dumps(menu)} || one.labels[0]?.innerText.includes({json.dumps(menu)})",
        )
        self.album.browser.wait_until(found)
        chosen = self.album.browser.value_of(
            f"(() => {{ const menu = {found}; const wanted = [...menu.options].find((one) => one.text === "
            f"{json.dumps(option)}); if (!wanted) return [...menu.options].map((one) => one.text); menu.value = "
            "wanted.value; menu.dispatchEvent(new Event('change')); return true; })()"
        )
        assert chosen is True, f"{menu} offers {chosen}"

    def tick(self, box: str, inside: str = FORM) -> None:
        """Ticks a box by the words beside it."""
        self._click(_found(inside, "label", f"one.innerText.trim() === {json.dumps(box)}"))

    def set_day(self, label: str, day: str, inside: str = FORM) -> None:
        """Sets a field for a day (ISO 8601). A date field has a picker of the browser's own, which no script opens."""
        self._set(_field(inside, label), f"field.value = {json.dumps(day)}")

    def attach(self, label: str, name: str, text: str, inside: str = FORM) -> None:
        """Attaches a file, as the browser's own dialogue does, and waits until it is up."""
        carried = f"new File([{json.dumps(text)}], {json.dumps(name)}, {{ type: 'text/csv' }})"
        filled = f"const carried = new DataTransfer(); carried.items.add({carried}); field.files = carried.files"
        self._set(_field(inside, label), filled)
        self.sees(name, inside=inside, without="Uploading")

    def drop(self, name: str, content: bytes) -> None:
        """Drops a file onto the conversation, and waits until it is up."""
        self.album.drop_here(name, content)

    def write(self, label: str, text: str, inside: str = HOME) -> None:
        """Types into a field, in place of what it held."""
        field = _field(inside, label)
        self._click(field)
        self.album.browser.value_of(f"{field}.select()")
        self.album.browser.type_text(text)

    def picture(self, name: str, caption: str, inside: str = HOME, looks: Collection[Look] = (Look.DESK,)) -> None:
        """Pictures the surface, once in each look."""
        window = self.album.browser
        try:
            for look in looks:
                width, scheme, suffix, same = look.value
                window.resize(width, HIGH)
                window.prefer(scheme)
                window.wait_until(f"document.documentElement.dataset.theme === '{scheme}'")
                window.wait_until("document.getAnimations().length === 0")
                self.album.settled()
                window.wait_until(inside)
                self.album.keep(f"{name}{suffix}", same or caption, window.picture_of(f"[{inside}]"))
        finally:
            window.prefer("light")
            window.resize(WIDE, LOW)
            window.value_of("document.getElementById('modal').style.maxHeight = ''")  # a long form scrolls again

    def window(self, name: str, caption: str, height: int = 820) -> None:
        """Pictures the whole window."""
        self.album.browser.resize(WIDE, height)
        self.album.settled()
        self.album.keep(name, caption, self.album.browser.picture_of("[document.body]"))
        self.album.browser.resize(WIDE, LOW)

    def _set(self, field: str, how: str) -> None:
        self.album.browser.wait_until(field)
        self.album.browser.value_of(
            f"(() => {{ const field = {field}; {how}; field.dispatchEvent(new Event('input')); "
            "field.dispatchEvent(new Event('change')); })()"
        )

    def _click(self, found: str) -> None:
        """Clicks an element in its middle, once no other covers it; again if the page drew it anew at that moment."""
        window = self.album.browser
        middle = (
            f"const box = ({found}).getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2"
        )
        free = f"(() => {{ {middle}; return ({found}).contains(document.elementFromPoint(x, y)); }})()"
        heard = f"({found}).addEventListener('click', () => {{ window.isClicked = true; }}, {{ once: true }})"
        window.value_of("window.isClicked = false")
        while not window.value_of("window.isClicked"):
            window.wait_until(
                f"{found} && !{found}.disabled && ({found}.scrollIntoView({{ block: 'center' }}), {free})"
            )
            place = window.value_of(f"(() => {{ {middle}; {heard}; return [x, y]; }})()")
            window.click(*place)


def _field(inside: str, label: str) -> str:
    return _found(inside, "input, textarea", f"one.labels?.[0]?.innerText.includes({json.dumps(label)})")


def _found(inside: str, selector: str, condition: str, at: int = 0) -> str:
    all_of_them = f"[...({inside}?.querySelectorAll('{selector}') ?? [])]"
    return f"{all_of_them}.filter({_SHOWN}).filter((one) => {condition}).at({at})"
