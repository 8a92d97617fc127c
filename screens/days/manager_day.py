"""What a manager sees: the day's report in its channel, and how to open any day's report again."""

from datetime import UTC, datetime, timedelta

from bot.cli.demo import cast
from bot.scheduler.ticks import tick_once
from screens.morning import a_morning
from screens.sitting import Album, at_home, reads

_EVENING = datetime(2026, 12, 1, 20, 16, tzinfo=UTC)
_DAYS = timedelta(days=1)


def picture(album: Album) -> None:
    album.chapter = "A manager"
    alice, bob, erin = (album.stage.server.person(one) for one in (cast.ALICE, cast.BOB, cast.ERIN))
    a_morning(album, alice, bob)
    alice.command("/dnc 0161 496 0012 asked by letter")
    reads(alice, "will not be called again")
    album.stage.clock.advance(_EVENING - album.stage.clock.now())
    tick_once(album.stage.installation.deps)
    reads(erin, "1 December 2026")
    report = "The day's digest: the audit, then the activity, with its files in a thread."
    album.posted(erin, "energy", "manager-1-digest", report, last=2)
    album.stage.clock.advance(_DAYS)
    tick_once(album.stage.installation.deps)
    erin.command("/teamstatus on 2026-12-01")
    reads(erin, "1 December 2026")
    album.message(erin, "manager-2-again", "The digest of any day: `/teamstatus on 2026-12-01`.")
    at_home(erin, "Latest digests")
    album.home(erin, "manager-3-home", "A manager's Home.")
