"""The services' Notifier: direct messages and digests, paced, through clients of its own; and files in one person's
direct messages, below a message that says what they are or how far the work on them is.

Each message is a row that is tried again, so it is sent or refused at once. Slack takes about one a second in each
conversation, and some hundreds a minute in all. It does not say whether a rate limit is for one conversation or for
all: a limit in one delays only that one; a second conversation limited meanwhile counts as a limit for all.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any, Final

from slack_sdk import WebClient

from bot.clock import Clock
from bot.languages import ENGLISH
from bot.services.answers.house_rules import ProposalView
from bot.services.answers.intake import ListFileView, MessagePlace
from bot.services.answers.lists import HasFaults
from bot.services.answers.reconciliation import CallFound
from bot.services.answers.reports import Digest, Edition
from bot.services.files.row_faults import write_rejects
from bot.services.ports import DeliveryFailed
from bot.services.reconcile.reconciling import write_findings
from bot.slack.api.client import call_slack, single_try, without_retry_waits
from bot.slack.api.files import upload
from bot.slack.blocks.admin import house_rules
from bot.slack.blocks.home.messages import SCREENS
from bot.slack.blocks.kit.kit import Reply
from bot.slack.blocks.lead import calls_message, list_message
from bot.slack.blocks.report import digest as digest_blocks
from bot.slack.wording.labels import Reader, translated
from bot.slack.wording.say import language_of, say, speaking, spoken


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send. `title`: empty for its name; `alt`: what a picture shows, for those who do not see it."""

    name: str
    content: bytes
    title: str = ""
    alt: str = ""

    def upload(self) -> dict[str, Any]:
        """As slack_sdk takes it."""
        made: dict[str, Any] = {"content": self.content, "filename": self.name, "title": self.title or self.name}
        return made | ({"alt_txt": self.alt} if self.alt else {})


def attach(client: WebClient, channel: str, thread_ts: str | None, files: Sequence[Attachment]) -> None:
    """Send the files, if there are any, into the thread or the conversation. Raises DeliveryFailed."""
    if files:
        uploads = [one.upload() for one in files]
        call_slack(lambda: client.files_upload_v2(channel=channel, thread_ts=thread_ts, file_uploads=uploads))


def send_privately(
    client: WebClient, slack_user_id: str, reply: Reply, files: Sequence[Attachment], *, in_thread: bool = True
) -> None:
    """Post the message and the files, in its thread or below it. Raises DeliveryFailed."""
    said = call_slack(lambda: client.chat_postMessage(channel=slack_user_id, **reply.as_message()))
    attach(client, str(said["channel"]), str(said["ts"]) if in_thread else None, files)


DRAW_EVERY_S: Final = 5.0  # Slack takes about 50 changes of messages a minute


class UnderWay:
    """The message, posted at once. Raises DeliveryFailed."""

    def __init__(self, client: WebClient, slack_user_id: str, begun: Reply) -> None:
        self._client = client
        post = client.chat_postMessage
        said = call_slack(lambda: post(channel=slack_user_id, **begun.as_message()))
        self.channel, self.ts = str(said["channel"]), str(said["ts"])
        self._drawn_at = monotonic()

    def moved(self, told: Callable[[], Reply]) -> None:
        """Show how far it is, every few seconds at most, and if Slack takes it."""
        if monotonic() - self._drawn_at < DRAW_EVERY_S:
            return
        self._drawn_at = monotonic()
        try:
            self._show(told())
        except DeliveryFailed as fault:
            log.info("event=progress_not_shown reason=%s", fault)

    def ended(self, told: Reply, files: Sequence[Attachment] = ()) -> None:
        """Show what came of it, with files in its thread. Raises DeliveryFailed."""
        self._show(told)
        attach(self._client, self.channel, self.ts, files)

    def _show(self, told: Reply) -> None:
        change = self._client.chat_update
        call_slack(lambda: change(channel=self.channel, ts=self.ts, **told.as_message()))


A_CHANNEL_EVERY_S: Final = 1.0
MOST_A_MINUTE: Final = 240
_MINUTE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a message must wait. `is_limit`: a rate limit of Slack, or one that would follow."""

    seconds: float = 0.0
    is_for_all: bool = False
    is_limit: bool = False


GO: Final = Wait()


class Pacing:
    """Pacing shared by all senders and threads. `now`: seconds on a monotonic clock."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._free_at: dict[str, float] = {}
        self._limited_until: dict[str, float] = {}
        self._all_until = 0.0
        self._sent: deque[float] = deque()

    def take(self, channel: str) -> Wait:
        """Counts a message and returns GO, or returns how long it must wait."""
        with self._lock:
            now = self._now()
            wait = self._wait(channel, now)
            if wait is GO:
                # Drops entries that no longer delay anything.
                while self._sent and now - self._sent[0] >= _MINUTE_S:
                    self._sent.popleft()
                for moments in (self._free_at, self._limited_until):
                    for name in [name for name, at in moments.items() if at <= now]:
                        del moments[name]
                self._free_at[channel] = now + A_CHANNEL_EVERY_S
                self._sent.append(now)
            return wait

    def answered(self, channel: str) -> None:
        """Restarts the second at the message's arrival, from which Slack counts."""
        with self._lock:
            self._free_at[channel] = self._now() + A_CHANNEL_EVERY_S

    def limit(self, channel: str, seconds: float) -> bool:
        """Records Slack's limit for the conversation. Returns whether it counts for all."""
        with self._lock:
            now = self._now()
            others = [until for name, until in self._limited_until.items() if name != channel and until > now]
            self._limited_until[channel] = now + seconds
            if others:
                self._all_until = max(self._all_until, now + seconds, *others)
            return bool(others)

    def _wait(self, channel: str, now: float) -> Wait:
        if self._all_until > now:
            return Wait(self._all_until - now, is_for_all=True, is_limit=True)
        limited = self._limited_until.get(channel, now) - now
        if limited > 0:
            return Wait(limited, is_limit=True)
        if len(self._sent) >= MOST_A_MINUTE and now - self._sent[-MOST_A_MINUTE] < _MINUTE_S:
            return Wait(_MINUTE_S - (now - self._sent[-MOST_A_MINUTE]), is_for_all=True, is_limit=True)
        paced = self._free_at.get(channel, now) - now
        return Wait(paced) if paced > 0 else GO


log = logging.getLogger(__name__)
NOT_KNOWN: Callable[[str], str] = lambda _user: ""  # noqa: E731 - English
TOO_MUCH = frozenset({"invalid_blocks", "msg_too_long", "msg_blocks_too_long"})  # Slack's error codes


class SlackNotifier:
    """Sends through chat.postMessage (scope chat:write); a user id opens the conversation. Raises DeliveryFailed."""

    def __init__(self, client: WebClient, clock: Clock, spoken_by: Callable[[str], str] = NOT_KNOWN) -> None:
        """`spoken_by`: the language or locale of a Slack user; empty if unknown."""
        self._client = client
        self._clock = clock
        self._spoken_by = spoken_by
        self._quick, self._brief = without_retry_waits(client), single_try(client)
        self._pacing = Pacing()

    def knows(self, kind: str) -> bool:
        return kind in SCREENS

    def tell(self, slack_user_id: str, zone: str, kind: str, values: Mapping[str, Any]) -> None:
        def words() -> Reply:
            return SCREENS[kind](Reader(zone, self._clock()), **values)

        if values.get("place"):
            try:  # replaces a message, if it is still there
                self._put(MessagePlace(slack_user_id, *values["place"]), words, self._brief)
            except DeliveryFailed as fault:
                if not fault.is_permanent:
                    raise
                log.info("event=message_gone reason=%s", fault)
        try:
            self._tell(slack_user_id, words, waits=False)
        except DeliveryFailed as fault:
            if str(fault) not in TOO_MUCH:
                raise
            if len(values.get("several", ())) > 1:
                raise ValueError(str(fault)) from fault
            log.error("event=message_cut_short kind=%s code=%s", kind, fault)
            self._tell_short(slack_user_id, words)

    def _tell_short(self, slack_user_id: str, words: Callable[[], Reply]) -> None:
        try:
            self._tell(slack_user_id, lambda: Reply(words().text))
        except DeliveryFailed as fault:
            if str(fault) not in TOO_MUCH:
                raise
            raise ValueError(str(fault)) from fault

    def show_list_file(self, place: MessagePlace, view: ListFileView) -> MessagePlace:
        """Shows the file; without its first rows if Slack calls the message too long or malformed."""
        try:
            return self._put(place, lambda: list_message.message(view))
        except DeliveryFailed as fault:
            if str(fault) not in TOO_MUCH:
                raise
            log.error("event=list_file_cut_short file=%d stage=%s code=%s", view.file_id, view.stage, fault)
            return self._put(place, lambda: list_message.message(view, is_short=True))

    def _put(self, place: MessagePlace, words: Callable[[], Reply], client: WebClient | None = None) -> MessagePlace:
        """Posts the message or, if there is one, replaces it, in the reader's language."""
        client = client or self._quick
        with self._speaking_to(place.slack_user_id):
            said = words().as_message()
        if place.ts:
            call_slack(lambda: client.chat_update(channel=place.channel, ts=place.ts, **said))
            return place
        post = client.chat_postMessage
        answer = call_slack(lambda: post(channel=place.slack_user_id, unfurl_links=False, **said))
        return replace(place, channel=str(answer["channel"]), ts=str(answer["ts"]))

    def attach_rejects(self, place: MessagePlace, report: HasFaults, rejects: Path) -> None:
        """Writes the faulty rows to the file, with reasons in the reader's language, and attaches it to the message."""
        with self._speaking_to(place.slack_user_id):
            write_rejects(report, rejects, translated, spoken())
        call_slack(lambda: upload(self._quick, rejects, place.channel, place.ts))

    def attach_findings(self, place: MessagePlace, found: Iterable[CallFound], path: Path) -> None:
        """Writes the findings in the reader's language, and attaches them to the message, if there are any."""
        with self._speaking_to(place.slack_user_id):
            is_written = write_findings(
                found, path, [say("call_files.columns", str(place)) for place in range(7)], calls_message.cells
            )
        if is_written:
            call_slack(lambda: upload(self._quick, path, place.channel, place.ts))

    def house_rules_mean(self, slack_user_ids: tuple[str, ...], view: ProposalView, moved: Path | None) -> None:
        """Tells each admin, and attaches the contacts that stand otherwise. Raises DeliveryFailed if it reaches
        none."""
        failed: list[DeliveryFailed] = []
        for user_id in slack_user_ids:
            words = partial(house_rules.meaning, view, user_id, has_file=moved is not None)
            try:
                place = self._put(MessagePlace(user_id), words)
                if moved is not None:
                    call_slack(partial(upload, self._quick, moved, place.channel, place.ts))
            except DeliveryFailed as fault:
                failed.append(fault)
        if failed and len(failed) == len(slack_user_ids):
            raise failed[0]

    def post_digest(self, digest: Digest, chart_png: bytes, evidence_csv: bytes) -> str:
        """Posts the digest, then its files in the thread, in English. Returns the message's ts.

        A failed upload is logged, and the message stays.
        """
        with speaking(ENGLISH):
            ts = self._send_digest(digest, has_picture=bool(chart_png))
            try:
                self._upload(digest, ts, chart_png, evidence_csv)
            except DeliveryFailed as fault:
                log.error('event=digest_files_not_attached team="%s" on=%s code=%s', digest.team, digest.on, fault)
            return ts

    def _send_digest(self, digest: Digest, *, has_picture: bool) -> str:
        """Posts the digest; without Slack's charts, then only its totals, if Slack calls it too long or malformed."""
        whole = digest_blocks.digest(digest, has_picture=has_picture, has_charts=True)
        plain = digest_blocks.digest(digest, has_picture=has_picture)
        for reply in [whole] if whole == plain else [whole, plain]:
            try:
                return self._send(digest.channel, reply)
            except DeliveryFailed as fault:
                if str(fault) not in TOO_MUCH:
                    raise
                log.error('event=digest_cut_short team="%s" on=%s code=%s', digest.team, digest.on, fault)
        return self._send(digest.channel, digest_blocks.cut_short(digest))

    def _upload(self, digest: Digest, ts: str, chart_png: bytes, evidence_csv: bytes) -> None:
        kind = "" if digest.edition is Edition.DAY else f"{digest.edition}-"
        name = f"nextcall-{kind}{digest.on}"
        files = []
        if chart_png:
            title, alt = "digests.chart_title", say("digests.chart_alt", digest.edition is Edition.DAY and "day")
            files.append(Attachment(f"{name}.png", chart_png, say(title, digest.edition), alt))
        if evidence_csv:
            files.append(Attachment(f"{name}.csv", evidence_csv, say("digests.evidence_title")))
        attach(self._client, digest.channel, ts, files)

    def _speaking_to(self, slack_user_id: str) -> AbstractContextManager[None]:
        return speaking(language_of(self._spoken_by(slack_user_id)))

    def _tell(self, slack_user_id: str, words: Callable[[], Reply], *, waits: bool = True) -> None:
        with self._speaking_to(slack_user_id):
            self._send(slack_user_id, words(), self._brief, waits=waits)

    def _send(self, channel: str, reply: Reply, client: WebClient | None = None, *, waits: bool = True) -> str:
        """Sends when pacing allows. Returns the message's ts.

        Sleeps for pacing if `waits`, but never for a rate limit, which would delay every other message: that raises
        DeliveryFailed.
        """
        wait = self._pacing.take(channel)
        while waits and wait.seconds and not wait.is_limit:
            sleep(wait.seconds)
            wait = self._pacing.take(channel)
        if wait.seconds:
            raise DeliveryFailed(
                "ratelimited", is_permanent=False, retry_after=wait.seconds, is_for_all=wait.is_for_all
            )
        blocks = list(reply.blocks) or None
        post = (client or self._quick).chat_postMessage
        try:
            answer = call_slack(lambda: post(channel=channel, text=reply.text, blocks=blocks, unfurl_links=False))
        except DeliveryFailed as failed:
            if failed.retry_after:
                failed.is_for_all = self._pacing.limit(channel, failed.retry_after)
            raise
        self._pacing.answered(channel)
        return str(answer["ts"])
