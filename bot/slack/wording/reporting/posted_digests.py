"""The names of figures, and why a figure of a digest differs from the posted one."""

from collections.abc import Sequence

from bot.services.answers.reports import Edition, Since
from bot.slack.wording.language import figure
from bot.slack.wording.say import Markup, say


def figure_by_name(key: str, count: int, change: str = "") -> Markup:
    return Markup(f"{figure(count)} {say('posted_digests.figure_name', key)}{change}")


def posted_otherwise(changed: Sequence[tuple[str, int, int]], edition: Edition, since: Since) -> Markup:
    """What was posted, what it is now, and why. `changed`: the figure's name, then and now."""
    said = " · ".join(
        say("posted_digests.posted_otherwise", what=say("posted_digests.figure_name", name), then=then, now=now)
        for name, then, now in changed
    )
    key = "posted_digests.posted_otherwise_day" if edition is Edition.DAY else "posted_digests.posted_otherwise_daily"
    return Markup(" ".join([say(key, figures=Markup(said)), *_reasons(changed, since)]))


def _reasons(changed: Sequence[tuple[str, int, int]], since: Since) -> list[str]:
    is_open_then = any(name == "unreported" and now > then for name, then, now in changed)
    found = [
        say("posted_digests.outcomes", count=since.outcomes) if since.outcomes else "",
        say("posted_digests.calls", count=since.calls) if since.calls else "",
        say("posted_digests.open_then") if is_open_then else "",
        say("posted_digests.other_rules") if since.is_by_other_rules else "",
    ]
    return [one for one in found if one] or [say("posted_digests.nothing_since")]
