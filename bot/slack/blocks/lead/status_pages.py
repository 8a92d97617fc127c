"""/teamstatus at a glance: six figures, what needs a person, who is doing what; a button for each longer page.

The longer pages: why not the others, what opens when, who holds what. The supply ahead is drawn as text bars: a private
reply carries no files, and phones show text too.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import Enum
from itertools import zip_longest

from bot.services.answers.calls import OpenAttempt
from bot.services.answers.teams import AgentLine, Forecast, HeldBy, HeldContact, TeamStatus
from bot.slack.blocks.agent.contact_pages import closed_rows
from bot.slack.blocks.kit import kit
from bot.slack.blocks.kit.kit import Block, Reply
from bot.slack.blocks.lead import lead_presses, list_forms
from bot.slack.wording.digests import contacts_made
from bot.slack.wording.labels import Reader, local_time, weekday, zone_of
from bot.slack.wording.say import Markup, figure, first_lines, named, say, say_word, shown
from policy.calendar.local_time import minute_from
from policy.vocabulary import AttemptState, ContactState

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
    return kit.page_of(which.title, [line, *groups])


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
    heading = kit.section(say("reports.why_closed", count=sum(row.count for row in rows)))
    closed = [heading, *closed_rows(rows, reader, MOST_LINES)] if rows else []
    waiting = []
    if status.waiting is not None:
        what = lead_presses.waiting(status.waiting, status.team_id, reader)
        waiting = [kit.divider(), kit.section(say("leads.waiting")), *what]
    return [[kit.section("\n".join(lines))], closed, waiting]


def ahead(status: TeamStatus, reader: Reader) -> list[list[Block]]:
    return [forecast(status.forecast, reader)] if status.forecast else [[kit.section(say("leads.nothing_this_week"))]]


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
    team = f"{status.team_id}:{status.team_id}"
    any_contact = kit.actions([kit.button(say("lead_work.any_contact_press"), "any_contact_form", team)])
    another = [any_contact] if len(movable) > len(pressed) else []
    return [
        [*presses, *rest, *another],
        [kit.divider(), *late] if late else [],
        [kit.divider(), kit.section(say("reports.unreported_heading")), *unreported],
        [kit.divider(), kit.section(say("reports.agents_today")), *_agents(status, reader)] if has_agents else [],
    ]


def _holds(one: HeldBy, reader: Reader) -> str:
    since, until = (reader.when(at) for at in (one.since, one.leased_until))
    agent, contact, number = named(one.agent_name), named(one.contact_name), shown(one.number)
    at = say_word("labels.stages", one.stage)
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
    pause = kit.button(say("lead_work.pause_press"), "pause_form", f"{status.team_id}:{status.team_id}")
    press = [kit.actions([pause])] if status.leads else []
    return [*resting, *_lines([lead_presses.day_of(one) for one in agents], ""), *press]


def agent_line(one: AgentLine) -> str:
    parts = [say("reports.calls", count=one.attempts), contacts_made(one.contacts, one.attempts)]
    parts += [say("reports.not_dialled_calls", count=one.not_dialled)] if one.not_dialled else []
    parts += [say("reports.figures_of_a_day_missing_outcomes", count=one.unreported)] if one.unreported else []
    parts += [say("lead_work.holds", count=one.holding)] if one.holding else []
    return f"• *{named(one.name)}*: {' · '.join(parts)}"


def _lines(lines: list[str], none: str) -> list[Block]:
    if not lines:
        return [kit.section(none)] if none else []
    shown_lines = first_lines(lines, MOST_LINES)
    unshown = len(lines) - len(shown_lines)
    return kit.lines_in_sections(shown_lines, lambda unseen: say("labels.and_more", count=unshown + unseen))


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
        kit.section(f"{say('leads.forecast')}\n{_runs_dry(ahead, reader)}"),
        kit.section(f"{say('leads.by_hour')}\n{hours}" if hours else say("leads.nothing_today")),
        kit.section(f"{say('leads.by_day')}\n{days}" if days else say("leads.nothing_this_week")),
        kit.context(say("leads.comes_again")),
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


MOST_NEEDS = 5
MOST_SHOWN = 11  # needs and agents together
PAGES = {"status_why": Page.WHY, "status_ahead": Page.AHEAD, "status_held": Page.HELD}


def team_status(status: TeamStatus, reader: Reader, line: Sequence[Block] = ()) -> Reply:
    """The team's status. `line`: what a press has just done, shown first."""
    heading = say("reports.status_heading", team=Markup(status.team))
    return Reply(shown(heading, 150), tuple(kit.fitted([line, [kit.header(heading)], *sections_of(status, reader)])))


def sections_of(status: TeamStatus, reader: Reader) -> list[list[Block]]:
    needs = _needs(status, reader)
    groups = [[kit.section(_figures(status, reader))]]
    if status.waiting is not None or needs:
        heading = kit.section(say("leads.needs") if needs else say("leads.nothing_needed"))
        groups.append([heading, *needs[:MOST_NEEDS], *kit.and_more(len(needs) - MOST_NEEDS)])
    pages = [one for one in PAGES if one != "status_ahead" or status.forecast is not None]
    presses = kit.actions([kit.button(PAGES[one].title, one, str(status.team_id)) for one in pages])
    return [*groups, _now(status, reader, MOST_SHOWN - min(len(needs), MOST_NEEDS)), [presses]]


def _figures(status: TeamStatus, reader: Reader) -> str:
    counts = dict(status.by_state)
    states = reversed(ContactState)
    line = Markup(" · ".join(f"*{figure(counts.get(one, 0))}* {say('labels.state', one)}" for one in states))
    if status.is_inactive:
        return f"{line}\n{say('reports.no_active_campaign')}"
    if counts.get(ContactState.CALLABLE) or status.next_opens_at is None:
        return line
    return f"{line}\n{say('reports.next_opens', when=reader.moment(minute_from(status.next_opens_at)))}"


def _needs(status: TeamStatus, reader: Reader) -> list[Block]:
    """What needs a person, each with its button: the first of each kind first, so that no kind hides another."""
    if status.waiting is None:
        return []
    waiting, team = status.waiting, status.team_id
    # Each open call, and a line for each agent and person whose calls have no outcome.
    still = [one for one in status.long_calls if one.state is not AttemptState.UNREPORTED]
    over = by_agent_and_person(one for one in status.long_calls if one.state is AttemptState.UNREPORTED)
    lines = [(one.opened_at, _long_call(one, team, reader)) for one in still]
    lines += [(some[0].opened_at, _unsaid(some, team, reader)) for some in over]
    late = (
        (say("leads.overdue_since", name=named(one.name), when=reader.when(one.due_at)), one) for one in status.overdue
    )
    unplaced = ((say("leads.place_unknown", name=named(one.name)), one) for one in waiting.unplaced)
    dry = [] if status.dry_soon_at is None else [say("leads.dry_from", when=reader.when(status.dry_soon_at))]
    see = kit.button(say("leads.see_missing"), "status_why", str(team))
    press = see if waiting.is_for_admin else lead_presses.tell_admins_press(team)
    facts = say("leads.facts_missing", count=sum(one.count for one in waiting.wanting))
    wanting = [kit.section(facts, press)] if waiting.wanting else []
    kinds = [
        [kit.section(said, list_forms.bring_press()) for said in dry],
        [block for _, block in sorted(lines, key=lambda line: line[0])],
        [kit.section(said, lead_presses.reassign_press(one, team)) for said, one in late],
        [_on_hold(one, team, reader) for one in waiting.holds],
        [kit.section(said, lead_presses.set_place(one, team)) for said, one in unplaced],
        wanting,
    ]
    return [one for each in zip_longest(*kinds) for one in each if one is not None]


def _unsaid(some: Sequence[OpenAttempt], team_id: int, reader: Reader) -> Block:
    first, last = some[0], some[-1]
    if len(some) == 1:
        return _long_call(first, team_id, reader)
    whom = named(first.name) if first.name else shown(first.number)
    since, until = reader.when(first.opened_at), reader.when(last.opened_at)
    agent, count = named(first.agent_name), len(some)
    said = say("leads.calls_unsaid", count=count, agent=agent, whom=whom, first=since, last=until)
    return kit.section(said, ask_press(first, team_id))


def _long_call(one: OpenAttempt, team_id: int, reader: Reader) -> Block:
    is_over = one.state is AttemptState.UNREPORTED
    said = say("leads.long_call", is_over and "over", agent=named(one.agent_name), when=reader.when(one.opened_at))
    return kit.section(said, ask_press(one, team_id))


def ask_press(one: OpenAttempt, team_id: int, *, stays: bool = False) -> Block:
    """The button that asks an agent for the outcome of one call. `stays`: in a message that is not drawn anew."""
    action_id = "ask_for_outcome" if stays else "ask_outcome"
    return kit.button(say("leads.ask_outcome"), action_id, f"{one.attempt_id}:{team_id}", of=one.agent_name)


def _on_hold(one: HeldContact, team_id: int, reader: Reader) -> Block:
    since = reader.when(one.since) if one.since else None
    said = say("leads.on_hold", "since" if since else "now", name=named(one.name), when=since)
    return kit.section("\n".join([said, *lead_presses.acknowledge_by(one)]), lead_presses.end_hold(one, team_id))


def _now(status: TeamStatus, reader: Reader, most: int) -> list[Block]:
    if not status.now:
        return [kit.section(say("leads.nobody_at_work"))]
    lines: list[str] = [say("leads.agents_now")]
    for one in status.now[:most]:
        does = say("leads.doing", one.doing)
        if one.since:  # of a free agent the last call
            does = say("leads.doing_since", what=does, when=reader.when(one.since))
        lines.append(f"• *{named(one.name)}*: {does} · {figure(one.calls)}/{figure(one.contacts)}")
    left = len(status.now) - most
    lines += [say("labels.and_more", count=left)] if left > 0 else []
    return [kit.section("\n".join(lines))]
