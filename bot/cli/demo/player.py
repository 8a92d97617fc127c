"""The tour: its players, who type, press, wait for the answer and print it; the clock and the steps."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.cli.demo import cast
from bot.cli.demo.stage import LONDON, Stage
from bot.cli.terminal import say, say_lines
from bot.sandbox import Member, NeverSeen, Seen, VisibleMessage, VisibleView
from bot.scheduler.ticks import tick_once
from storage.models import Attempt, Contact

Given = Mapping[str, Mapping[str, object]]
WITHIN = 10.0  # real seconds for any answer, generous so that a slow machine passes
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_LINK = re.compile(r"<(?:tel:|https?:)[^|>]*\|([^>]*)>")
Found = TypeVar("Found")
_EMOJI = {
    ":white_check_mark:": "✓",
    ":no_entry:": "⛔",
    ":warning:": "⚠",
    ":bell:": "🔔",
    ":rotating_light:": "🚨",
    ":hourglass:": "⌛",
    ":speech_balloon:": "💬",
    ":round_pushpin:": "📍",
    ":calendar:": "📆",
    ":raised_hand:": "✋",
    ":inbox_tray:": "📥",
}


class TourFailed(Exception):
    """A step did not show what it should. Carries what was expected and what was seen."""


class Player:
    """One player. `name` is printed before everything they do and see."""

    def __init__(self, name: str, member: Member) -> None:
        self.name = name
        self._member = member

    def types(self, line: str, shows: str, channel: str | None = None, *, is_quiet: bool = False) -> VisibleMessage:
        """Types a command and waits for an answer that contains `shows`."""
        return self._acts(f"types {line}", lambda: self._member.command(line, channel), shows, is_quiet)

    def presses(
        self,
        on: VisibleMessage,
        action: str,
        shows: str,
        value: str | None = None,
        selected: object = None,
        *,
        is_quiet: bool = False,
        is_stale: bool = False,
    ) -> VisibleMessage:
        """Presses a button of a message, or chooses in its menu, and waits for the answer."""
        label = on.element(action, value=value).label if selected is None else str(selected).partition(":")[2]

        def press() -> object:
            return self._member.press(on, action, value=value, selected=selected, stale=is_stale)

        return self._acts(f"presses [{label}]", press, shows, is_quiet)

    def opens_form(self, on: VisibleMessage, action: str, shows: str, selected: str | None = None) -> VisibleView:
        """Presses a button that opens a form, or chooses so in a menu, and waits for the form."""
        self._member.press(on, action, selected=selected)
        return self._sees(lambda seen: seen.modal if seen.modal and shows in seen.modal.words else None, shows)

    def sends(self, form: VisibleView, given: Given, shows: str, *, is_quiet: bool = False) -> VisibleMessage:
        """Sends a form and waits for its result."""
        return self._acts(f"sends the form “{form.title}”", lambda: self._member.submit(form, given), shows, is_quiet)

    def sends_and_is_refused(self, form: VisibleView, given: Given, told: str) -> VisibleView:
        """Sends a form that stays open with a sentence beside a field."""
        self._member.submit(form, given)

        def refused(seen: Seen) -> VisibleView | None:
            is_told = seen.modal and any(told in error for error in seen.modal.errors.values())
            return seen.modal if is_told else None

        found = self._sees(refused, told)
        say(f"  {self.name} sends the form “{form.title}” and reads beside the field:")
        say_lines(f"      {error}" for error in found.errors.values())
        return found

    def finds(self, shows: str, channel: str | None = None, *, is_quiet: bool = False) -> VisibleMessage:
        """Waits for a message that comes by itself."""

        def newest(seen: Seen) -> VisibleMessage | None:
            theirs = [one for one in seen.messages if channel in (None, one.channel_id) and shows in plain(one.words)]
            return theirs[-1] if theirs else None

        found = self._sees(newest, shows)
        if not is_quiet:
            say(f"  {self.name} finds{' in #' + found.channel_name if channel else ''}:")
            show(found)
        return found

    def messages(self, channel: str) -> tuple[VisibleMessage, ...]:
        return self._member.messages(channel)

    def _acts(self, what: str, act: Callable[[], object], shows: str, is_quiet: bool) -> VisibleMessage:
        before = {(one.ts, one.words) for one in self._member.seen.messages}
        act()

        def answer(seen: Seen) -> VisibleMessage | None:
            new = [one for one in seen.messages if (one.ts, one.words) not in before and shows in plain(one.words)]
            return new[-1] if new else None

        found = self._sees(answer, shows)
        if not is_quiet:
            say(f"  {self.name} {what}:")
            show(found)
        return found

    def _sees(self, wanted: Callable[[Seen], Found | None], shows: str) -> Found:
        try:
            found = self._member.wait_for(wanted, WITHIN)
        except NeverSeen as error:
            raise TourFailed(f"{self.name} should have seen “{shows}”. {plain(str(error))}") from error
        if found is None:
            raise TourFailed(f"{self.name} should have seen “{shows}”.")
        return found


def plain(text: str) -> str:
    """Text as a screen shows it: times, links and bold without markup."""
    text = _LINK.sub(r"\1", _DATE.sub(r"\1", text))
    for code, sign in _EMOJI.items():
        text = text.replace(code, sign)
    return text.replace("*", "").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def show(message: VisibleMessage) -> None:
    """Prints a message as a screen shows it, its buttons on one line."""
    labels = [one.label for one in message.elements()]
    lines = [line for line in plain(message.words).splitlines() if line.strip()]
    for is_button, group in groupby(lines, key=labels.__contains__):
        together = list(group)
        shown = [" ".join(f"[{line}]" for line in together)] if is_button else together
        say_lines(f"      {line}" for line in shown)


class Tour:
    """The players, the clock and the step counter."""

    def __init__(self, at: Stage) -> None:
        self.stage, self.steps = at, 0
        self.alice = Player("Alice", at.server.person(cast.ALICE))
        self.bob = Player("Bob", at.server.person(cast.BOB))
        self.dana = Player("Dana", at.server.person(cast.DANA))
        self.erin = Player("Erin", at.server.person(cast.ERIN))
        self.charlie = Player("Charlie", at.server.person(cast.CHARLIE))

    def step(self, title: str, at: datetime | None = None) -> None:
        """Begins a step, first moving the clock to `at`, if given. Its heading shows the time."""
        self.steps += 1
        if at is not None:
            self.passes(at - self.stage.clock.now())
        now = self.stage.clock.now().astimezone(ZoneInfo(LONDON))
        say(f"\n{self.steps:>2}. {title}  ({now:%a} {now.day} {now:%b, %H:%M}, London)")

    def expect(self, holds: object, what: str) -> None:
        if not holds:
            raise TourFailed(f"expected: {what}")
        self.shown(what)

    def shown(self, what: str) -> None:
        """Prints what the last answer has proved."""
        say(f"      ✓ {what}")

    def passes(self, by: timedelta) -> None:
        """Moves the clock and runs everything that is due."""
        self.stage.clock.advance(by)
        broken = [name for name, done in tick_once(self.stage.installation.deps).items() if done is None]
        if broken:
            raise TourFailed(f"a tick broke: {', '.join(broken)}")

    def contact_of(self, attempt_id: int) -> Contact:
        """The contact of an attempt, read from the database."""
        with self.stage.installation.deps.unit_of_work(is_read_only=True) as uow:
            attempt = uow.session.get_one(Attempt, attempt_id)
            return uow.session.get_one(Contact, attempt.contact_id)
