"""Lists and registers."""

from collections.abc import Sequence

from bot.slack.wording.language import figure
from bot.slack.wording.say import Markup, say
from policy.vocabulary import ContactState


def list_is_moved(name: Markup, campaign: Markup, moved: int, stayed: int) -> Markup:
    said = say("admin_lists.list_is_moved", count=moved, name=name, campaign=campaign)
    if not stayed:
        return said
    rest = say("admin_lists.list_is_moved_contacts", count=stayed)
    return Markup(f"{said} {rest}")


def list_results(called: int, reached: int, won: int, opted_out: int, complaints: int) -> Markup:
    told = (
        say("admin_lists.results_called", count=called),
        say("admin_lists.results_reached", count=reached),
        say("admin_lists.results_won", count=won),
        say("admin_lists.results_opted_out", count=opted_out),
        say("admin_lists.results_complaints", count=complaints),
    )
    return Markup(" · ".join(told))


def list_counts(counts: Sequence[tuple[ContactState, int]], total: int) -> Markup:
    if not total:
        return say("admin_lists.list_counts")
    return Markup(" · ".join(f"{figure(count)} {say('labels.state', one)}" for one, count in counts if count))


def register_line(name: Markup, numbers: int, newest: Markup, days: int, limit: int | None) -> Markup:
    """One register. `days`: age of the newest screening; `limit`: the greatest age allowed, in days."""
    made = say("admin_lists.register_line", count=numbers, name=name, newest=newest)
    if limit is None:
        return made
    if days > limit:
        return say("admin_lists.register_expired", count=limit, made=made)
    return say("admin_lists.register_valid", count=limit - days, made=made)
