"""A team lead's work: figures with shares, overdue callbacks, buttons in team status, the lines that confirm a press,
and forms: lift, pause, move work, override.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.services.agents import Member
from bot.services.answers.calls import CallRefused, CardGone, Released
from bot.services.answers.leads import LeadDecided, Moved, Overridable, Pause, PauseChanged, Reassigned, WasAsked
from bot.services.answers.teams import AgentLine, HeldBy, HeldContact, HeldFor, OpenCallback, Waiting
from bot.slack import ids
from bot.slack.blocks.kit import inputs, kit
from bot.slack.blocks.kit.kit import Block, Element
from bot.slack.blocks.lead import callback_trouble
from bot.slack.wording import labels
from bot.slack.wording.digests import contacts_made
from bot.slack.wording.labels import Reader, local_day_and_time, short_day
from bot.slack.wording.say import Markup, figure, named, plain, say, say_word, shown
from policy.calendar.local_time import latest_zone, minute_from
from policy.vocabulary import ContactState

MOST_WANTING = 5
MOST_HOLDS = 6
MOST_UNPLACED = 4
MOST_OVERDUE = 4
MOST_RESTING = 4
Line = list[Block]


def waiting(what: Waiting, team_id: int, reader: Reader) -> list[Block]:
    """Each contact on hold with its button, then the missing facts and who can supply them."""
    wanting = wanting_lines(what.wanting)
    if not what.holds and not wanting and not what.unplaced:
        return [kit.section(say("leads.nothing_waits"))]
    holds = []
    for one in what.holds[:MOST_HOLDS]:
        said = _held(one, reader.when(one.since) if one.since else None)
        holds.append(kit.section("\n".join([said, *acknowledge_by(one)]), end_hold(one, team_id)))
    unseen = what.holds_left + len(what.holds) - len(holds)
    ways = supply() if what.is_for_admin else kit.actions([tell_admins_press(team_id)])
    unplaced = [kit.section(_held(one, None), set_place(one, team_id)) for one in what.unplaced[:MOST_UNPLACED]]
    return [*holds, *kit.and_more(unseen), *kit.lines_in_sections(wanting), *unplaced, *([ways] if wanting else [])]


def tell_admins_press(team_id: int) -> Element:
    return kit.button(say("leads.tell_admins"), "tell_admins", f"{team_id}:{team_id}")


def supply() -> Block:
    """Where an admin supplies what is missing."""
    ways = ((say("admin.registers"), "admin_registers"), (say("admin.lists"), "admin_lists"))
    return kit.actions([kit.button(label, action_id, "0") for label, action_id in ways])


def set_place(one: HeldContact, team_id: int) -> Element:
    """The button of a contact whose place is unknown."""
    return kit.button(say("leads.set_place"), "lead_place_form", f"{one.contact_id}:{team_id}", of=one.name)


def _held(one: HeldContact, since: Markup | None) -> str:
    of = f" ({shown(one.masked_number)})" if one.masked_number else ""
    said = f"• *{named(one.name)}*{of}, {shown(one.campaign)}: {labels.translated_line(one.reason, 200)}"
    return f"{said}, {say('leads.since', when=since)}" if since else said


def acknowledge_by(one: HeldContact) -> list[str]:
    """The last day to acknowledge a complaint about their data."""
    return [say("leads.acknowledge_by", day=Markup(short_day(one.acknowledge_by)))] if one.acknowledge_by else []


def end_hold(one: HeldContact, team_id: int) -> Element:
    """The press on a contact on hold: to lift it, or first to say that a complaint about data is acknowledged."""
    value = f"{one.contact_id}:{team_id}"
    if one.acknowledge_by:
        return kit.button(say("labels.acknowledged"), "acknowledge", f"{value}:{','.join(one.shown)}", of=one.name)
    return kit.button(say("labels.lift_hold"), "lift_form", value, of=one.name)


def acknowledged(done: LeadDecided) -> list[Block]:
    return [kit.section(f"{say('leads.acknowledged', name=named(done.name))}\n{_stands_now(done)}")]


def _stands_now(done: LeadDecided) -> Markup:
    reason = labels.translated_line(done.because, 200) or say("leads.no_reason")
    return say("leads.stands_now", done.state, state=say("labels.state", done.state), reason=reason)


def wanting_lines(wanting: Sequence[HeldFor]) -> list[str]:
    """The largest groups first, as the services list them, and a count of the contacts in the rest."""
    lines: list[str] = []
    for one in wanting[:MOST_WANTING]:
        reason = labels.translated_line(one.reason, 200) or say("leads.no_reason")
        lines.append(say("leads.wanting", count=one.count, reason=reason, to_do=say("leads.supply", one.kind)))
    left = sum(one.count for one in wanting[MOST_WANTING:])
    return [*lines, *([say("labels.and_more", count=left)] if len(wanting) > MOST_WANTING else [])]


def admins_told(count: int, *, is_wanting: bool) -> list[Block]:
    """Confirms to how many admins the message went."""
    if not is_wanting:
        return [kit.section(say("leads.nothing_waits"))]
    return [kit.section(say("leads.admins_told", not count and "nobody", count=count))]


def outcome_asked(done: tuple[str, WasAsked]) -> list[Block]:
    agent_name, was = done
    return [kit.section(say("leads.asked", was, agent=named(agent_name)))]


_ALL = 2000  # characters of what a lead is to decide on, in a block of 3,000


def lift_form(about: HeldContact, metadata: str) -> Block:
    why = inputs.lines(placeholder=say("forms.why_lift_placeholder"), most=500)
    reason = labels.translated_line(about.reason, _ALL) or say("leads.no_reason")
    held = say("leads.lift_about", name=named(about.name), reason=reason)
    why = kit.field(ids.WORDS, say("forms.why_lift"), why, say("forms.why_lift_hint"))
    blocks = [kit.section(f"{held}\n{say('leads.lift_about_after')}"), why]
    return kit.form(say("forms.lift_title"), blocks, "lift", metadata, say("forms.lift_title"))


def lifted(done: LeadDecided, reader: Reader) -> list[Block]:
    said = say("leads.lifted", done.is_repeat and "repeat", name=named(done.name))
    return [kit.section(confirmed(said, done, reader))]


def confirmed(said: str, done: LeadDecided, reader: Reader) -> str:
    """The line, with the contact's state after the press, and with what was not kept of the words."""
    if done.state is ContactState.LOCKED and done.callable_from is not None:
        then = say("calls.next_callable", when=reader.when(minute_from(done.callable_from)))
    else:
        then = _stands_now(done)
    return " ".join(filter(None, [said, then, labels.blanked(done.blanked)]))


def taken_back(answer: Released | CardGone) -> list[Block]:
    if isinstance(answer, CardGone):
        return [kit.section(say("leads.not_taken", answer.because, name=named(answer.name)))]
    return [kit.section(say("leads.taken", answer.is_repeat and "repeat", name=named(answer.name)))]


HALF = 28  # characters of a name in a menu


def pause(people: Sequence[Member], metadata: str) -> Block:
    if not people:
        return kit.message_modal(say("lead_work.pause_title"), say("lead_work.nobody_to_pause"))
    why = inputs.lines(placeholder=say("lead_work.pause_why_placeholder"), most=300)
    blocks = [
        kit.section(say("lead_work.pause_about")),
        kit.field(ids.WHO, say("lead_work.whom"), _one_of(people)),
        kit.field(ids.WORDS, say("lead_work.pause_why"), why, is_optional=True),
    ]
    return kit.form(say("lead_work.pause_title"), blocks, "pause", metadata, say("lead_work.pause"))


def move(name: str, people: Sequence[Member], metadata: str) -> Block:
    if not people:
        return kit.message_modal(say("lead_work.move_title"), say("lead_work.nobody_takes"))
    who = kit.field(ids.WHO, say("lead_work.who_takes"), _one_of(people))
    blocks = [kit.section(say("lead_work.move_about", name=named(name))), who]
    return kit.form(say("lead_work.move_title"), blocks, "move", metadata, say("lead_work.give"))


def reassign(name: str, due_at: datetime, people: Sequence[Member], metadata: str, reader: Reader) -> Block:
    who = kit.field(ids.WHO, say("lead_work.who_takes"), _one_of(people, (ids.ANYONE, say("lead_work.anyone"))))
    blocks = [kit.section(say("lead_work.reassign_about", name=named(name), due=reader.when(due_at))), who]
    return kit.form(say("lead_work.reassign_title"), blocks, "reassign", metadata, say("lead_work.reassign"))


def any_contact(held: Sequence[HeldBy], people: Sequence[Member], metadata: str) -> Block:
    """Gives one of many contacts to another agent, or back to the list."""
    if not held:
        return kit.message_modal(say("lead_work.any_contact_title"), say("lead_work.nothing_to_move"))
    which = [(str(one.lease_id), _both(one.contact_name, one.agent_name)) for one in held]
    blocks = [
        kit.field(ids.WHAT, say("lead_work.which_contact"), inputs.one_of(which, "", say("lead_work.choose_contact"))),
        kit.field(ids.WHO, say("lead_work.who_takes"), _one_of(people, (ids.BACK, say("lead_work.back_to_list")))),
    ]
    return kit.form(say("lead_work.any_contact_title"), blocks, "any_contact", metadata, say("lead_work.give"))


def any_callback(late: Sequence[OpenCallback], people: Sequence[Member], metadata: str, reader: Reader) -> Block:
    """Gives one of many callbacks to another agent, or to any agent."""
    if not late:
        return kit.message_modal(say("lead_work.reassign_title"), say("lead_work.nothing_overdue"))
    which = []
    for one in late:
        due = local_day_and_time(one.due_at, reader.zone)
        which.append((str(one.callback_id), f"{due} · {_both(one.name, one.agent_name or say('lead_work.anyone'))}"))
    menu = inputs.one_of(which, "", say("lead_work.choose_callback"))
    who = kit.field(ids.WHO, say("lead_work.who_takes"), _one_of(people, (ids.ANYONE, say("lead_work.anyone"))))
    blocks = [kit.field(ids.WHAT, say("lead_work.which_callback"), menu), who]
    return kit.form(say("lead_work.reassign_title"), blocks, "any_callback", metadata, say("lead_work.reassign"))


def _both(contact: str, agent: str) -> str:
    return f"{plain(contact, HALF) or say('labels.no_name')} · {plain(agent, HALF) or say('labels.no_name')}"


def override(about: Overridable, metadata: str) -> Block:
    """Override form: the rules that give way, their accepted reasons, a text, and an end if for more than one call."""
    reasons = [(one, say_word("lead_work.reasons", one)) for one in about.reasons]
    hint, until_hint = say("lead_work.override_hint"), say("lead_work.override_until_hint")
    picked = inputs.one_of(reasons, "", say("admin.choose"))
    blocks = [
        kit.section(say("lead_work.override_about", name=named(about.name), campaign=shown(about.campaign))),
        *kit.lines_in_sections(labels.finding_lines(about.giving_way)),
        kit.field(ids.REASON, say("lead_work.override_reason"), picked),
        kit.field(ids.WORDS, say("lead_work.override_words"), inputs.lines(most=500), hint),
        kit.field(ids.ON, say("lead_work.override_until"), inputs.day(None), until_hint, is_optional=True),
    ]
    return kit.form(say("lead_work.override_title"), blocks, "override", metadata, say("lead_work.approve"))


def _one_of(people: Sequence[Member], *first: tuple[str, str]) -> Element:
    choices = [*first, *((str(one.agent_id), one.name or say("labels.no_name")) for one in people)]
    return inputs.one_of(choices, "", say("lead_work.choose_somebody"))


def day_of(one: AgentLine) -> str:
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
    parts += [say("lead_work.is_paused")] if one.is_paused else []
    return f"• *{named(one.name)}*: {' · '.join(parts)}"


def _share(count: int, of: int) -> int:
    return round(100 * count / of) if of else 0


def resting(paused: Sequence[Pause], team_id: int, reader: Reader) -> list[Block]:
    """Paused agents, each with a button that ends the pause."""
    rows = []
    for one in paused[:MOST_RESTING]:
        name, since = named(one.name), reader.when(one.since)
        if one.is_own:
            said = say("lead_work.on_break", name=name, since=since, reason=labels.break_reason(one.reason))
        else:
            reason, by = shown(one.reason, 200), named(one.by)
            said = say("lead_work.resting", reason and "reason", name=name, since=since, by=by, reason=reason)
        end = kit.button(say("lead_work.end_pause"), "end_pause", f"{one.agent_id}:{team_id}", of=one.name)
        rows.append(kit.section(said, end))
    return [*rows, *kit.and_more(len(paused) - MOST_RESTING)]


def overdue(late: Sequence[OpenCallback], count: int, team_id: int, reader: Reader) -> list[Block]:
    """Overdue callbacks, each with a button that reassigns it. `count`: how many there are in all."""
    if not late:
        return []
    rows = []
    for one in late[:MOST_OVERDUE]:
        due = reader.both(one.due_at, latest_zone(one.zones.split(), one.due_at))
        name, campaign, agent = named(one.name), shown(one.campaign), shown(one.agent_name)
        said = say("lead_work.overdue", agent and "agent", name=name, campaign=campaign, due=due, agent=agent)
        rows.append(kit.section(said, reassign_press(one, team_id)))
    left = max(count, len(late)) - len(rows)
    another = kit.button(say("lead_work.any_callback_press"), "any_callback_form", f"{team_id}:{team_id}")
    more = [kit.section(say("labels.and_more", count=left), another)] if left else []
    return [kit.section(say("lead_work.overdue_heading")), *rows, *more]


def reassign_press(one: OpenCallback, team_id: int) -> Element:
    """The button that gives a callback to another agent."""
    return kit.button(say("lead_work.reassign_press"), "reassign_form", f"{one.callback_id}:{team_id}", of=one.name)


def holding(one: HeldBy, said: str, team_id: int) -> list[Block]:
    """One line of who holds what, with buttons to free or reassign it."""
    value = f"{one.lease_id}:{team_id}"
    ask, is_sure = say("leads.take_back_ask"), say("leads.take_back_sure", agent=Markup(one.agent_name))
    sure = kit.confirm(ask, is_sure, say("labels.take_back"), say("labels.cancel"))
    back = kit.button(say("labels.take_back"), "take_back", value, "", sure, one.contact_name)
    move = kit.button(say("lead_work.move_press"), "move_form", value, of=one.contact_name)
    return [kit.section(said), kit.actions([back, move])]


def paused(done: PauseChanged) -> Line:
    key = "lead_work.paused" if done.is_paused else "lead_work.resumed"
    return [kit.section(say(key, done.is_repeat and "repeat", name=named(done.name)))]


def moved(answer: Moved | CallRefused | CardGone, reader: Reader) -> Line:
    if isinstance(answer, CardGone):
        return taken_back(answer)
    name = named(answer.name)
    if isinstance(answer, CallRefused):
        lines = [say("lead_work.not_moved", name=name), *labels.refusal_lines(answer.refusal, reader)]
        return [kit.section("\n".join(lines))]
    return [kit.section(say("lead_work.moved", answer.is_repeat and "repeat", name=name, to=named(answer.to)))]


def reassigned(done: Reassigned, reader: Reader) -> Line:
    """Whose callback it is now, when they are reminded, and what stands against the call at its time."""
    to = shown(done.to)
    how = "repeat" if done.is_repeat and to else "repeat_anyone" if done.is_repeat else to and "to"
    said: str = say("lead_work.reassigned", how, name=named(done.name), to=to)
    if done.to and not done.is_repeat and not done.is_own:
        said = f"{said} {_told(done, reader)}"
    wrong = [] if done.trouble is None else callback_trouble.trouble(done.trouble, reader, is_alone=False)
    return [kit.section(said), *wrong]


def _told(done: Reassigned, reader: Reader) -> str:
    if done.reminded_at is None:
        return say("lead_work.told")
    if done.reminded_at <= reader.now:
        return say("lead_work.reminded_now")
    key = "lead_work.reminded_in_shift" if done.waits_for_shift else "lead_work.reminded"
    return say(key, when=reader.both(done.reminded_at, done.zone))


def overridden(done: LeadDecided, reader: Reader) -> Line:
    until = None if done.until is None else reader.moment(done.until)
    how = "repeat" if done.is_repeat else until and "until"
    return [kit.section(confirmed(say("lead_work.overridden", how, name=named(done.name), until=until), done, reader))]
