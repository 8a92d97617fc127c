"""People who were rung against the rules, as the phone system's call records show: one sentence for each."""

from collections.abc import Sequence
from datetime import UTC
from typing import Final

from bot.services.answers.reconciliation import PersonRung
from bot.slack.wording.markup import shown
from bot.slack.wording.rules import translated_line
from bot.slack.wording.say import Markup, say
from bot.slack.wording.times import short_day, zone_of

_LONGEST: Final = 160  # characters of a rule's sentence


def person_rung(one: PersonRung) -> Markup:
    """Who was rung how often and when, by whom, against which rule; and whether the agent could have known."""
    by = Markup(", ".join(shown(name, 40) for name in one.agents))
    if one.is_by_others:
        by = say("people_rung.by_and_another_team", agents=by) if by else say("people_rung.by_another_team")
    there = zone_of(one.zone)
    first, last = one.first_at.astimezone(there or UTC), one.last_at.astimezone(there or UTC)
    said = say(
        "people_rung.person_rung",
        count=one.count,
        number=shown(one.masked_number),
        day=short_day(first.date()),
        first=Markup(f"{first:%H:%M}"),
        last=Markup(f"{last:%H:%M}"),
        by=by,
        says=translated_line(one.says, _LONGEST),
    )
    known = say("people_rung.agent_knew") if one.is_known else say("people_rung.only_records_show")
    return Markup(f"{said} {known}")


def people_rung(people: Sequence[PersonRung], count: int, mark: str = "") -> list[str]:
    """A line for each, and how many more there are. `mark`: begins each line."""
    lines = [f"{mark}{person_rung(one)}" for one in people]
    left = count - len({(one.masked_number, one.zone) for one in people})
    return [*lines, *([say("people_rung.more_people", count=left)] if people and left > 0 else [])]
