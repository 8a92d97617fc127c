"""/teamstatus at a glance: six figures, what needs a person, who is doing what; a button for each longer page."""

from collections.abc import Sequence
from itertools import zip_longest

from bot.services.answers.calls import OpenAttempt
from bot.services.answers.teams import HeldContact, TeamStatus, Waiting
from bot.services.local_time import minute_from
from bot.slack.blocks.kit.kit import Block, Reader, Reply, actions, and_more, button, fitted, header, section
from bot.slack.blocks.lead import lead_presses, list_forms
from bot.slack.blocks.lead.status_pages import Page, by_agent_and_person
from bot.slack.wording.language import figure
from bot.slack.wording.say import Markup, named, say, shown
from policy.vocabulary import AttemptState, ContactState

MOST_NEEDS = 5
MOST_LINES = 11  # needs and agents together
PAGES = {"status_why": Page.WHY, "status_ahead": Page.AHEAD, "status_held": Page.HELD}


def team_status(status: TeamStatus, reader: Reader, line: Sequence[Block] = ()) -> Reply:
    """The team's status. `line`: what a press has just done, shown first."""
    heading = say("reports.status_heading", team=Markup(status.team))
    return Reply(shown(heading, 150), tuple(fitted([line, [header(heading)], *sections_of(status, reader)])))


def sections_of(status: TeamStatus, reader: Reader) -> list[list[Block]]:
    needs = _needs(status, reader)
    groups = [[section(_figures(status, reader))]]
    if status.waiting is not None or needs:
        heading = section(say("leads.needs") if needs else say("leads.nothing_needed"))
        groups.append([heading, *needs[:MOST_NEEDS], *and_more(len(needs) - MOST_NEEDS)])
    pages = [one for one in PAGES if one != "status_ahead" or status.forecast is not None]
    presses = actions([button(PAGES[one].title, one, str(status.team_id)) for one in pages])
    return [*groups, _now(status, reader, MOST_LINES - min(len(needs), MOST_NEEDS)), [presses]]


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
    kinds = [
        [section(said, list_forms.bring_press()) for said in dry],
        [block for _, block in sorted(lines, key=lambda line: line[0])],
        [section(said, lead_presses.reassign_press(one, team)) for said, one in late],
        [_on_hold(one, team, reader) for one in waiting.holds],
        [section(said, lead_presses.set_place(one, team)) for said, one in unplaced],
        _wanting(waiting, team),
    ]
    return [one for each in zip_longest(*kinds) for one in each if one is not None]


def _unsaid(some: Sequence[OpenAttempt], team_id: int, reader: Reader) -> Block:
    first, last = some[0], some[-1]
    if len(some) == 1:
        return _long_call(first, team_id, reader)
    whom = named(first.name) if first.name else shown(first.number)
    since, until = reader.when(first.opened_at), reader.when(last.opened_at)
    return section(
        say("leads.calls_unsaid", count=len(some), agent=named(first.agent_name), whom=whom, first=since, last=until),
        ask_press(first, team_id),
    )


def _long_call(one: OpenAttempt, team_id: int, reader: Reader) -> Block:
    is_over = one.state is AttemptState.UNREPORTED
    said = say("leads.long_call", is_over and "over", agent=named(one.agent_name), when=reader.when(one.opened_at))
    return section(said, ask_press(one, team_id))


def ask_press(one: OpenAttempt, team_id: int, *, stays: bool = False) -> Block:
    """The button that asks an agent for the outcome of one call. `stays`: in a message that is not drawn anew."""
    action_id = "ask_for_outcome" if stays else "ask_outcome"
    return button(say("leads.ask_outcome"), action_id, f"{one.attempt_id}:{team_id}", of=one.agent_name)


def _on_hold(one: HeldContact, team_id: int, reader: Reader) -> Block:
    since = reader.when(one.since) if one.since else None
    said = say("leads.on_hold", "since" if since else "now", name=named(one.name), when=since)
    return section("\n".join([said, *lead_presses.acknowledge_by(one)]), lead_presses.end_hold(one, team_id))


def _wanting(waiting: Waiting, team_id: int) -> list[Block]:
    if not waiting.wanting:
        return []
    see = button(say("leads.see_missing"), "status_why", str(team_id))
    press = see if waiting.is_for_admin else lead_presses.tell_admins_press(team_id)
    return [section(say("leads.facts_missing", count=sum(one.count for one in waiting.wanting)), press)]


def _now(status: TeamStatus, reader: Reader, most: int) -> list[Block]:
    if not status.now:
        return [section(say("leads.nobody_at_work"))]
    lines: list[str] = [say("leads.agents_now")]
    for one in status.now[:most]:
        does = say("leads.doing", one.doing)
        if one.since:  # of a free agent the last call
            does = say("leads.doing_since", what=does, when=reader.when(one.since))
        lines.append(f"• *{named(one.name)}*: {does} · {figure(one.calls)}/{figure(one.contacts)}")
    left = len(status.now) - most
    lines += [say("labels.and_more", count=left)] if left > 0 else []
    return [section("\n".join(lines))]
