"""People who were rung against the rules, as the phone system's call records show: one sentence for each."""

from collections.abc import Sequence
from datetime import UTC
from typing import Final

from bot.services.answers.reconciliation import PersonRung
from bot.slack.wording.language import _, counted, plural
from bot.slack.wording.markup import shown
from bot.slack.wording.rules import translated_line
from bot.slack.wording.times import short_day, zone_of

_LONGEST: Final = 160  # characters of a rule's sentence
more_people = plural("… and {count} more person", "… and {count} more people")


def person_rung(one: PersonRung) -> str:
    """Who was rung how often and when, by whom, against which rule; and whether the agent could have known."""
    by = ", ".join(shown(name, 40) for name in one.agents)
    if one.is_by_others:
        by = _("{agents} and another team").format(agents=by) if by else _("another team")
    there = zone_of(one.zone)
    first, last = one.first_at.astimezone(there or UTC), one.last_at.astimezone(there or UTC)
    facts = {
        "number": shown(one.masked_number),
        "day": short_day(first.date()),
        "first": f"{first:%H:%M}",
        "last": f"{last:%H:%M}",
        "by": by,
        "says": translated_line(one.says, _LONGEST),
    }
    if one.count == 1:
        said = _("{number} was rung on {day}, {first}, by {by}: {says}.").format(**facts)
    else:
        said = counted(
            "{number} was rung {count} time on {day}, {first} to {last}, by {by}: {says}.",
            "{number} was rung {count} times on {day}, {first} to {last}, by {by}: {says}.",
            one.count,
            **facts,
        )
    known = _("The agent could have known.") if one.is_known else _("Only the phone system’s records show it.")
    return f"{said} {known}"


def people_rung(people: Sequence[PersonRung], count: int, mark: str = "") -> list[str]:
    """A line for each, and how many more there are. `mark`: begins each line."""
    lines = [f"{mark}{person_rung(one)}" for one in people]
    left = count - len({(one.masked_number, one.zone) for one in people})
    return [*lines, *([more_people(left)] if people and left > 0 else [])]
