"""The longer pages of a team's status: why not the others, what opens when, who holds what.

The supply ahead is drawn as text bars: a private reply carries no files, and phones show text too.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import Enum

from bot.services.answers.calls import OpenAttempt
from bot.services.answers.teams import AgentLine, Forecast, HeldBy, TeamStatus
from bot.services.local_time import minute_from
from bot.slack.blocks.agent.nothing_callable import closed_rows
from bot.slack.blocks.kit.kit import (
    Block,
    Reader,
    context,
    divider,
    first_lines,
    lines_in_sections,
    page_of,
    section,
)
from bot.slack.blocks.lead import lead_presses
from bot.slack.wording.digests import figures_of_a_day
from bot.slack.wording.labels import stage
from bot.slack.wording.language import figure
from bot.slack.wording.say import Markup, local_time, named, say, shown, weekday, zone_of
from policy.vocabulary import ContactState

MOST_LINES = 25
MOST_PRESSES = 4


class Page(Enum):
    """The pages, each with the key of its title, which is also the label of its button."""

    WHY = "leads.why_page"
    AHEAD = "leads.ahead_page"
    HELD = "leads.held_page"

    @property
    def title(self) -> str:
        return say(self.value)


def page(which: Page, status: TeamStatus, reader: Reader, line: Sequence[Block] = ()) -> Block:
    """One page as a modal. `line`: what a press in it has just done, shown first."""
    groups = {Page.WHY: why, Page.AHEAD: ahead, Page.HELD: held}[which](status, reader)
    return page_of(which.title, [line, *groups])


def why(status: TeamStatus, reader: Reader) -> list[list[Block]]:
    """Contacts by state, why the others cannot be called, and what waits for a decision."""
    counts = dict(status.by_state)
    states = reversed(ContactState)
    lines = [f"• *{figure(counts.get(state, 0))}* {say('labels.state', state)}" for state in states]
    lines = ["\n".join([*lines, say("reports.sum_of_states", count=status.total)])]
    if status.next_opens_at is not None:
        lines.append(say("reports.next_opens", when=reader.moment(minute_from(status.next_opens_at))))
    if status.overdue_callbacks:
        lines.append(say("reports.overdue_callbacks", count=status.overdue_callbacks))
    rows = tuple(row for row in status.rows if row.state is not ContactState.CALLABLE)
    heading = section(say("reports.why_closed", count=sum(row.count for row in rows)))
    closed = [heading, *closed_rows(rows, reader, MOST_LINES)] if rows else []
    waiting = []
    if status.waiting is not None:
        what = lead_presses.waiting(status.waiting, status.team_id, reader)
        waiting = [divider(), section(say("leads.waiting")), *what]
    return [[section("\n".join(lines))], closed, waiting]


def ahead(status: TeamStatus, reader: Reader) -> list[list[Block]]:
    return [forecast(status.forecast, reader)] if status.forecast else [[section(say("leads.nothing_this_week"))]]


def held(status: TeamStatus, reader: Reader) -> list[list[Block]]:
    """Who holds what, overdue callbacks, calls without an outcome, and each agent's day."""
    owed = [unreported_lines(some, reader) for some in by_agent_and_person(status.unreported)]
    unreported = _lines(owed, say("reports.all_reported"))
    has_agents = status.agents or status.paused or status.leads
    late = lead_presses.overdue(status.overdue, status.overdue_callbacks, status.team_id, reader)
    movable = [one for one in status.held_by if one.can_take_back]
    pressed = movable[:MOST_PRESSES]
    others = [one for one in status.held_by if one not in pressed]
    presses = [block for one in pressed for block in lead_presses.holding(one, _holds(one, reader), status.team_id)]
    rest = _lines([_holds(one, reader) for one in others], "" if pressed else say("reports.nobody_holds"))
    another = [lead_presses.another_contact(status.team_id)] if len(movable) > len(pressed) else []
    return [
        [*presses, *rest, *another],
        [divider(), *late] if late else [],
        [divider(), section(say("reports.unreported_heading")), *unreported],
        [divider(), section(say("reports.agents_today")), *_agents(status, reader)] if has_agents else [],
    ]


def _holds(one: HeldBy, reader: Reader) -> str:
    since, until = (reader.when(at) for at in (one.since, one.leased_until))
    agent, contact, number = named(one.agent_name), named(one.contact_name), shown(one.number)
    at = stage(one.stage)
    return say("reports.holds", agent=agent, contact=contact, number=number, stage=at, since=since, until=until)


def by_agent_and_person(calls: Iterable[OpenAttempt]) -> list[list[OpenAttempt]]:
    """One agent's calls to one person together, in the order of the first."""
    found: dict[tuple[str, str, str], list[OpenAttempt]] = {}
    for one in calls:
        found.setdefault((one.agent_name, one.name, one.number), []).append(one)
    return list(found.values())


def unreported_lines(some: Sequence[OpenAttempt], reader: Reader) -> str:
    """One agent's calls to one person, one at least."""
    first, last = some[0], some[-1]
    if len(some) == 1:
        return unreported_line(first, reader)
    who = {"name": named(first.name), "number": shown(first.number), "agent": shown(first.agent_name)}
    since, until = reader.when(first.opened_at), reader.when(last.opened_at)
    return say("reports.several_unreported", count=len(some), first=since, last=until, **who)


def unreported_line(one: OpenAttempt, reader: Reader) -> str:
    at, agent = reader.when(one.opened_at), shown(one.agent_name)
    name, number = named(one.name), shown(one.number)
    return say("reports.unreported", agent and "agent", name=name, number=number, when=at, agent=agent)


def _agents(status: TeamStatus, reader: Reader) -> list[Block]:
    agents: Sequence[AgentLine] = status.agents
    if len(agents) > MOST_LINES:  # those with the most to follow up come first
        agents = sorted(agents, key=lambda one: (-one.unreported, -one.not_dialled, -sum(n for _, n in one.given_back)))
    resting = lead_presses.resting(status.paused, status.team_id, reader) if status.leads else []
    press = [lead_presses.pause_press(status.team_id)] if status.leads else []
    return [*resting, *_lines([lead_presses.day_of(one) for one in agents], ""), *press]


def agent_line(one: AgentLine) -> str:
    figures = (one.attempts, one.contacts, one.not_dialled, one.unreported, one.holding)
    return Markup(f"• *{named(one.name)}*: {figures_of_a_day(figures)}")


def _lines(lines: list[str], none: str) -> list[Block]:
    if not lines:
        return [section(none)] if none else []
    shown_lines = first_lines(lines, MOST_LINES)
    unshown = len(lines) - len(shown_lines)
    return lines_in_sections(shown_lines, lambda unseen: say("labels.and_more", count=unshown + unseen))


BAR = 16  # characters: 30 with label and count, which fits a phone
HOUR_BAR = 9  # leaves room for what opens and where the team runs dry
_EIGHTHS = "▏▎▍▌▋▊▉█"


def forecast(ahead: Forecast, reader: Reader) -> list[Block]:
    # For each hour: contacts left at its start, contacts that open in it, and a mark where the team runs dry.
    shown = ahead.hours[: max((place for place, one in enumerate(ahead.hours, 1) if one.opens or one.left), default=0)]
    opens = [f"+{figure(one.opens)}" if one.opens else "" for one in shown]
    width = max(map(len, opens), default=0)
    until_dry = [timedelta(-1) if ahead.dry_at is None else ahead.dry_at - one.starts_at for one in shown]
    dry = [f"← {say('leads.dry_here')}" if timedelta() <= one < timedelta(hours=1) else "" for one in until_dry]
    rows = [(local_time(one.starts_at, ahead.zone) or f"{one.starts_at:%H:%M}", one.left) for one in shown]
    beside = [f"{opening:>{width}} {end}".rstrip() for opening, end in zip(opens, dry, strict=True)]
    hours = drawn(rows, HOUR_BAR, beside) if shown else ""
    local = [one.starts_at.astimezone(zone_of(ahead.zone) or one.starts_at.tzinfo) for one in ahead.days]
    days = drawn([(f"{weekday(at)} {at.day:>2}", one.opens) for at, one in zip(local, ahead.days, strict=True)])
    return [
        section(f"{say('leads.forecast')}\n{_runs_dry(ahead, reader)}"),
        section(f"{say('leads.by_hour')}\n{hours}" if hours else say("leads.nothing_today")),
        section(f"{say('leads.by_day')}\n{days}" if days else say("leads.nothing_this_week")),
        context(say("leads.comes_again")),
    ]


def drawn(rows: Sequence[tuple[str, int]], longest: int = BAR, beside: Sequence[str] = ()) -> str:
    """Labelled bars, the largest `longest` characters wide; empty if there is nothing to draw or to say beside it."""
    most = max((count for _, count in rows), default=0)
    if not most and not any(beside):
        return ""
    label_width = max(len(label) for label, _ in rows)
    count_width = len(figure(most))
    lines = [
        f"{label:<{label_width}} {bar(count, most, longest):<{longest}} {figure(count):>{count_width}} {note}".rstrip()
        for (label, count), note in zip(rows, beside or [""] * len(rows), strict=True)
    ]
    return "\n".join(["```", *lines, "```"])


def bar(count: int, most: int, longest: int = BAR) -> str:
    """A bar, to an eighth of a character. Any count above 0 shows."""
    eighths = max(count * longest * 8 // most, 1) if count else 0
    whole, rest = divmod(eighths, 8)
    return _EIGHTHS[-1] * whole + (_EIGHTHS[rest - 1] if rest else "")


def _runs_dry(ahead: Forecast, reader: Reader) -> str:
    if ahead.calls_an_hour and ahead.dry_at is not None:
        return say("leads.runs_dry", count=ahead.calls_an_hour, when=reader.when(ahead.dry_at))
    nobody = say("leads.nobody_calls")
    said = say("leads.enough", count=ahead.calls_an_hour) if ahead.calls_an_hour else nobody
    return f"{said} {say('leads.closes_at', when=reader.when(ahead.closes_at))}" if ahead.closes_at else said
