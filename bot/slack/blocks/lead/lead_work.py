"""The team's work: figures with shares, pauses, overdue callbacks, and the lines that confirm a press."""

from collections.abc import Sequence

from bot.services.answers.calls import CallRefused, CardGone
from bot.services.answers.leads import LeadDecided, Moved, Pause, PauseChanged, Reassigned
from bot.services.answers.teams import AgentLine, HeldBy, OpenCallback
from bot.services.local_time import latest_zone
from bot.slack.blocks.kit.findings import refusal_lines
from bot.slack.blocks.kit.kit import Block, Reader, actions, button, confirm, section
from bot.slack.blocks.lead import callback_trouble, lead_presses
from bot.slack.wording import Markup, labels, named, say, shown
from bot.slack.wording.digests import contacts_made
from bot.slack.wording.language import figure

MOST_OVERDUE = 4
MOST_RESTING = 4
Line = list[Block]


def day_of(one: AgentLine) -> str:
    return f"• *{named(one.name)}*: {' · '.join(_figures(one))}"


def _figures(one: AgentLine) -> list[Markup]:
    parts = [Markup(f"{say('reports.calls', count=one.attempts)} · {contacts_made(one.contacts, one.attempts)}")]
    if one.not_dialled:
        share = _share(one.not_dialled, one.attempts + one.not_dialled)
        parts.append(say("lead_work.not_dialled", count=one.not_dialled, share=share))
    if one.unreported:
        parts.append(say("lead_work.without_outcome", count=one.unreported, share=_share(one.unreported, one.attempts)))
    if one.given_back:
        count, of = sum(many for _, many in one.given_back), one.handed_out
        each = ", ".join(f"{figure(many)} {say('lead_work.given_back', why)}" for why, many in one.given_back)
        parts.append(say("lead_work.gave_back", count=count, of=of, share=_share(count, of), reasons=Markup(each)))
    parts += [say("lead_work.holds", count=one.holding)] if one.holding else []
    return parts + ([say("lead_work.is_paused")] if one.is_paused else [])


def _share(count: int, of: int) -> int:
    return round(100 * count / of) if of else 0


def resting(paused: Sequence[Pause], team_id: int, reader: Reader) -> list[Block]:
    """Paused agents, each with a button that ends the pause."""
    rows = [_resting(one, team_id, reader) for one in paused[:MOST_RESTING]]
    return rows + (
        [section(say("labels.and_more", count=len(paused) - MOST_RESTING))] if len(paused) > MOST_RESTING else []
    )


def _resting(one: Pause, team_id: int, reader: Reader) -> Block:
    since = reader.when(one.since)
    if one.is_own:
        reason = labels.break_reason(one.reason)
        said = say("lead_work.on_break", name=named(one.name), since=since, reason=reason)
    else:
        reason = shown(one.reason, 200)
        said = say(
            "lead_work.resting", reason and "reason", name=named(one.name), since=since, by=named(one.by), reason=reason
        )
    return section(said, button(say("lead_work.end_pause"), "end_pause", f"{one.agent_id}:{team_id}", of=one.name))


def pause_press(team_id: int) -> Block:
    return actions([button(say("lead_work.pause_press"), "pause_form", f"{team_id}:{team_id}")])


def overdue(late: Sequence[OpenCallback], count: int, team_id: int, reader: Reader) -> list[Block]:
    """Overdue callbacks, each with a button that reassigns it. `count`: how many there are in all."""
    if not late:
        return []
    rows = [_overdue(one, team_id, reader) for one in late[:MOST_OVERDUE]]
    left = max(count, len(late)) - len(rows)
    another = button(say("lead_work.any_callback_press"), "any_callback_form", f"{team_id}:{team_id}")
    return [
        section(say("lead_work.overdue_heading")),
        *rows,
        *([section(say("labels.and_more", count=left), another)] if left else []),
    ]


def _overdue(one: OpenCallback, team_id: int, reader: Reader) -> Block:
    due = reader.both(one.due_at, latest_zone(one.zones.split(), one.due_at))
    agent = shown(one.agent_name)
    said = say(
        "lead_work.overdue", agent and "agent", name=named(one.name), campaign=shown(one.campaign), due=due, agent=agent
    )
    value = f"{one.callback_id}:{team_id}"
    return section(said, button(say("lead_work.reassign_press"), "reassign_form", value, of=one.name))


def holding(one: HeldBy, said: str, team_id: int) -> list[Block]:
    """One line of who holds what, with buttons to free or reassign it."""
    value = f"{one.lease_id}:{team_id}"
    sure = confirm(
        say("leads.take_back_ask"),
        say("leads.take_back_sure", agent=Markup(one.agent_name)),
        say("labels.take_back"),
        say("labels.cancel"),
    )
    presses = [
        button(say("labels.take_back"), "take_back", value, "", sure, one.contact_name),
        button(say("lead_work.move_press"), "move_form", value, of=one.contact_name),
    ]
    return [section(said), actions(presses)]


def another_contact(team_id: int) -> Block:
    return actions([button(say("lead_work.any_contact_press"), "any_contact_form", f"{team_id}:{team_id}")])


# -- lines that confirm a press


def paused(done: PauseChanged) -> Line:
    key = "lead_work.paused" if done.is_paused else "lead_work.resumed"
    return [section(say(key, done.is_repeat and "repeat", name=named(done.name)))]


def moved(answer: Moved | CallRefused | CardGone, reader: Reader) -> Line:
    if isinstance(answer, CardGone):
        return lead_presses.taken_back(answer)
    if isinstance(answer, CallRefused):
        return [
            section(
                "\n".join([say("lead_work.not_moved", name=named(answer.name)), *refusal_lines(answer.refusal, reader)])
            )
        ]
    return [
        section(say("lead_work.moved", answer.is_repeat and "repeat", name=named(answer.name), to=named(answer.to)))
    ]


def reassigned(done: Reassigned, reader: Reader) -> Line:
    """Whose callback it is now, when they are reminded, and what stands against the call at its time."""
    to = shown(done.to)
    said: str = say(
        "lead_work.reassigned",
        "repeat" if done.is_repeat and to else "repeat_anyone" if done.is_repeat else to and "to",
        name=named(done.name),
        to=to,
    )
    if done.to and not done.is_repeat and not done.is_own:
        said = f"{said} {_told(done, reader)}"
    wrong = [] if done.trouble is None else callback_trouble.trouble(done.trouble, reader, is_alone=False)
    return [section(said), *wrong]


def _told(done: Reassigned, reader: Reader) -> str:
    if done.reminded_at is None:
        return say("lead_work.told")
    if done.reminded_at <= reader.now:
        return say("lead_work.reminded_now")
    when = reader.both(done.reminded_at, done.zone)
    return (
        say("lead_work.reminded_in_shift", when=when) if done.waits_for_shift else say("lead_work.reminded", when=when)
    )


def overridden(done: LeadDecided, reader: Reader) -> Line:
    until = None if done.until is None else reader.moment(done.until)
    said = say(
        "lead_work.overridden", "repeat" if done.is_repeat else until and "until", name=named(done.name), until=until
    )
    return [section(lead_presses.confirmed(said, done, reader))]
