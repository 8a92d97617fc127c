"""Why fewer contacts came than the agent asked for: counts by state and reason, and when the next contact opens."""

from bot.services.answers.calls import Closed, NothingCallable
from bot.services.lists.in_use import list_terms
from bot.services.lists.in_use.list_terms import BY_LIST
from bot.services.local_time import minute_from
from bot.slack.blocks.kit.kit import Block, Reader, lines_in_sections, section
from bot.slack.wording import labels
from bot.slack.wording.labels import translated_line
from bot.slack.wording.language import figure
from bot.slack.wording.say import Markup, say
from policy.vocabulary import ContactState, Outcome

MOST_REASONS = 10


def nothing_callable(short: NothingCallable, wanted: int, held: int, reader: Reader) -> list[Block]:
    fewer = say("reports.fewer", not held and "none", count=wanted)
    heading = section(f"*{fewer}* {_next(short, reader)}")
    return [heading, *closed_rows(short.rows, reader)]


def closed_rows(rows: tuple[Closed, ...], reader: Reader, most: int = MOST_REASONS) -> list[Block]:
    """The largest reasons, and a count of the rest."""
    ordered = sorted(rows, key=lambda row: -row.count)

    def more_from(place: int) -> str:
        return say("labels.and_more", count=sum(row.count for row in ordered[place:]))

    lines = [closed_row(row, reader) for row in ordered[:most]] + ([more_from(most)] if len(ordered) > most else [])
    return lines_in_sections(lines, lambda left: more_from(len(lines) - left))


def closed_row(row: Closed, reader: Reader) -> str:
    if row.state is ContactState.CALLABLE:  # but not handed out to this agent
        return say("reports.callable_by_others", count=row.count)
    why = why_closed(row.reason)
    said = f"• *{figure(row.count)}* {say('labels.state', row.state)}{f': {why}' if why else ''}"
    opens = say("reports.closed_row", when=reader.moment(minute_from(row.opens_at))) if row.opens_at else ""
    return f"{said} {opens}" if opens else said


def why_closed(reason: str) -> Markup:
    """The reason as a sentence; for a finished contact its outcome."""
    said = labels.outcome_name(Outcome(reason)) if reason in set(Outcome) else list_terms.said(reason)
    return translated_line(said, 200)


def finished_line(because: str) -> list[str]:
    """Why a contact is finished, and what may open it again; nothing if it is not finished."""
    if not because:
        return []
    said = say("calls.finished", reason=Markup(why_closed(because).rstrip(".")))
    return [f"{said} {say('calls.finished_by_list')}" if because.startswith(BY_LIST) else said]


def _next(short: NothingCallable, reader: Reader) -> str:
    if short.opens_at is not None:
        key = "reports.opens" if short.opens_is_theirs else "reports.next_opens"
        return say(key, when=reader.moment(minute_from(short.opens_at)))
    if short.is_inactive:
        return say("reports.no_campaign_of_yours")
    return say("reports.nothing_opens") if any(row.count for row in short.rows) else say("reports.no_contacts")
