"""The Home tab of each role, the same desk as a message (the cards of `/nextcall`, with their buttons), and help.

Below the cards: the actor's own day, and the last audits of the teams they answer for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bot.services.answers.calls import NOTHING_HELD, CallingCard, HandOut, OpenAttempt
from bot.services.answers.house_rules import ProposalView
from bot.services.answers.people import Actor
from bot.services.answers.teams import DigestDay, LastDigest, OwnDay, OwnFigures, RecentStop, Tally, TeamStatus
from bot.services.hand_out.next_call import MOST_AT_ONCE
from bot.services.setup.overview import Overview
from bot.services.setup.preferences import Preferences
from bot.services.setup.readiness import Gap, Progress
from bot.slack import ids
from bot.slack.blocks.admin import admin_pages, house_rules
from bot.slack.blocks.agent import happened
from bot.slack.blocks.agent.cards import USUALLY_WANTED, hand_out, next_contacts
from bot.slack.blocks.home.messages import attempt_groups
from bot.slack.blocks.kit import kit
from bot.slack.blocks.kit.kit import Block, Reply
from bot.slack.blocks.lead import list_forms
from bot.slack.blocks.lead.status_pages import sections_of
from bot.slack.blocks.report import activity
from bot.slack.wording.digests import audit_verdict
from bot.slack.wording.labels import APP, Reader, short_day
from bot.slack.wording.say import Markup, named, say, shown
from policy.calendar.local_time import latest_zone
from policy.vocabulary import Role

NO_DAY = OwnDay((), None)


@dataclass(frozen=True, slots=True)
class Shown:
    """The actor's own work, and that of their teams."""

    handed: HandOut = NOTHING_HELD
    attempts: Sequence[OpenAttempt] = ()
    day: OwnDay = NO_DAY
    status: TeamStatus | None = None
    digests: Sequence[LastDigest] = ()
    first_run: Progress | None = None  # for an admin
    overview: Overview | None = None
    gaps: Sequence[Gap] = ()  # what is missing before agents can work, for an admin
    proposals: Sequence[ProposalView] = ()  # of house rules that wait for a second admin, for an admin
    mine: Preferences | None = None
    teams: Sequence[tuple[int, str]] = ()  # those they may work for, the present one first


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press has just done, the card that was pressed, and the notes written on cards, by block_id."""

    line: Sequence[Block] = ()
    place: kit.CardPlace | None = None
    notes: Mapping[str, str] = field(default_factory=dict)


NOT_PRESSED = Pressed()


def render(actor: Actor, what: Shown, reader: Reader, pressed: Pressed = NOT_PRESSED) -> list[Block]:
    """Draws the Home tab."""
    # Whether to show own work: always for agents; for other roles only if there is some.
    is_agent = actor.role is Role.AGENT and actor.team_id is not None
    has_work = is_agent or bool(what.handed.cards or what.attempts or what.day.callbacks or what.day.stops)
    # The first steps until the organisation is set up; then what is still missing, and a button for each part.
    is_begun, set_up = what.first_run is not None and what.first_run.next_step is not None, list[list[Block]]()
    if what.first_run is not None and is_begun:
        set_up = admin_pages.step_groups(what.first_run)
    elif what.overview is not None:
        waiting = house_rules.waiting(what.proposals)
        set_up = [waiting, *admin_pages.groups(what.gaps), admin_pages.set_up(what.overview)]
    groups: list[Sequence[Block]] = [
        () if has_work else pressed.line,
        [kit.header(Markup(f"{APP}: {actor.name}")), kit.context(say("labels.role_title", actor.role))],
        happened.work_for(what.teams),
        [] if what.mine is None else happened.paused(what.mine, reader),
        *set_up,
    ]
    if has_work:
        groups += _work(what, reader, pressed)
    if what.status is not None:
        groups.append([kit.divider(), kit.header(say("reports.home_team", team=Markup(what.status.team)))])
        groups += sections_of(what.status, reader)
    groups += digests(what.digests, reader)
    if actor.role is not Role.AGENT and not is_begun:
        groups.append(activity.on_home(may_audit=actor.role in (Role.MANAGER, Role.ADMIN)))
        results = kit.actions([kit.button(say("admin_lists.results_button"), "list_results", "0")])
        groups.append([*list_forms.on_home(), *([] if actor.role is Role.ADMIN else [results])])
    if what.mine is not None and (has_work or actor.role is Role.TEAM_LEAD):
        pauses = [happened.pause_me()] if actor.role is Role.AGENT and what.mine.pause is None else []
        groups.append([*happened.working_day(what.mine), *pauses])
    groups.append(admin_pages.my_settings(actor))
    parts = [say("reports.how_to_agent")]
    parts += [say("reports.how_to_lead")] if actor.role is not Role.AGENT else []
    parts += [say("admin_lists.how_to_admin", is_begun and "steps")] if actor.role is Role.ADMIN else []
    groups.append([kit.divider(), kit.header(say("reports.home_start")), kit.section("\n".join(parts))])
    return kit.fitted(groups, most_blocks=kit.MOST_BLOCKS_IN_VIEW)


def desk(what: Shown, reader: Reader, pressed: Pressed = NOT_PRESSED) -> Reply:
    """The work of Home as one message, without what is set only now and then."""
    mine = what.mine
    paused = [] if mine is None else happened.paused(mine, reader)
    groups = [happened.work_for(what.teams), paused, *_work(what, reader, pressed)]
    if mine is not None and mine.pause is None:
        groups.append([kit.divider(), happened.pause_me()])
    held = what.handed.cards
    text = say("calls.hand_out", count=len(held)) if held else say("reports.home_no_cards")
    return Reply(text, tuple(kit.fitted(groups)), what.handed.calling)


def _work(what: Shown, reader: Reader, pressed: Pressed) -> list[list[Block]]:
    """The cards, as `/nextcall` shows them; then what else is open or promised, and the day's figures."""
    handed = what.handed
    is_empty = not (handed.cards or handed.short or handed.dropped or pressed.line)
    may_have_more = what.mine is None or what.mine.pause is None
    groups = [[kit.section(say("reports.home_no_cards"))]] if is_empty else []
    draw = partial(hand_out, can_be_redrawn=True, notes=pressed.notes, may_have_more=may_have_more)
    cards = draw(handed, reader, pressed.line, pressed.place)
    groups += [[block] for block in cards.blocks]
    groups += stops(what.day, reader, pressed.line)
    if handed.cards and may_have_more:
        groups.append([kit.divider(), next_contacts(min(len(handed.cards) + USUALLY_WANTED, MOST_AT_ONCE))])
    on_cards = {card.attempt_id for card in handed.cards if isinstance(card, CallingCard)}
    owed = [one for one in what.attempts if one.attempt_id not in on_cards]
    if owed:
        groups += [[kit.divider(), kit.header(say("reports.home_open"))], *attempt_groups(owed[:20], reader)]
    return [*groups, *own_day(what.day, reader)]


MOST_WITH_DAYS = 10  # teams whose days are shown: Home has room for more besides


def own_day(day: OwnDay, reader: Reader) -> list[list[Block]]:
    """Callbacks by time, on both clocks, then today's figures."""
    callbacks = []
    for one in day.callbacks:
        due = reader.both(one.due_at, latest_zone(one.zones.split(), one.due_at))
        name, campaign = named(one.name), shown(one.campaign)
        is_late = one.due_at < reader.now
        late = say("preferences.own_callback", due=due, name=name, campaign=campaign)
        callbacks.append(f"• {late}" if is_late else f"• *{due}*: {name}, {campaign}")
    lines = kit.lines_in_sections(callbacks or [say("preferences.no_callbacks")])
    groups = [[kit.header(say("preferences.own_callbacks")), *lines]]
    if day.figures is not None:
        groups.append([kit.header(say("preferences.own_today")), *_figures(day.figures)])
    return groups


def stops(day: OwnDay, reader: Reader, line: Sequence[Block]) -> list[list[Block]]:
    """Each do-not-call that can still be taken back, unless the line of what just happened has that button."""
    said = {(one.get("action_id"), one.get("value")) for one in (block.get("accessory") or {} for block in line)}
    found = [_stop(one, reader) for one in day.stops if one.undo_until > reader.now]
    return [[block] for block in found if (block["accessory"]["action_id"], block["accessory"]["value"]) not in said]


def _stop(one: RecentStop, reader: Reader) -> Block:
    name = one.name or one.masked_number
    if one.attempt_id is None:
        undo = kit.button(say("labels.undo"), "undo_stop", str(one.stop_id), of=name)
    else:
        undo = happened.undo_button(one.attempt_id, one.outcome, one.undo_until, of=name)
    return kit.section(say("preferences.stop_undoable", name=named(name), until=reader.when(one.undo_until)), undo)


def _figures(own: OwnFigures) -> list[Block]:
    beside: list[str] = []
    if any(own.yesterday):
        beside.append(say("preferences.yesterday_by_now", counts=Markup(", ".join(_counts(own.yesterday)))))
    if own.median is not None:
        beside.append(say("preferences.team_median", counts=Markup(", ".join(_counts(own.median)))))
    beside += [say("preferences.breaks_today", count=own.breaks // timedelta(minutes=1))] if own.breaks else []
    small = [kit.context(" · ".join(beside))] if beside else []
    today = _counts(own.today)
    today += [say("preferences.figure_an_hour", count=own.an_hour)] if own.an_hour else []
    return [kit.section(" · ".join(today)), *small]


def _counts(tally: Tally) -> list[Markup]:
    keys = ("preferences.figure_calls", "preferences.figure_contacts", "preferences.figure_successes")
    return [say(key, count=count) for key, count in zip(keys, tally, strict=True)]


def digests(last: Sequence[LastDigest], reader: Reader) -> list[list[Block]]:
    """One line for each team, and the days of the week, each with its digest; of many teams the newest digest alone."""
    if not last:
        return []
    groups = [[kit.divider(), kit.header(say("preferences.latest_digests"))]]
    for one in last:
        posted = say("preferences.last_digest")
        if one.posted_at:
            posted = say("preferences.last_digest_posted_at", when=reader.when(one.posted_at))
        sign = ":rotating_light:" if one.newest.broken or one.newest.people else ":white_check_mark:"
        said = f"{sign} *{named(one.team)}*, {_verdict(one.newest)} {posted}"
        presses = []
        for day, action_id in zip(one.days, ids.DIGEST_DAYS, strict=False):
            label = f"{'🚨' if day.broken or day.people else '✅'} {short_day(day.on)}"
            presses.append(
                kit.button(label, action_id, f"{one.team_id}:{day.on}", spoken=f"{one.team}, {_verdict(day)}")
            )
        if presses and len(last) <= MOST_WITH_DAYS:
            groups.append([kit.section(said), kit.actions(presses)])
        else:
            again = kit.button(say("labels.show_again"), "digest_form", f"{one.team_id}:{one.newest.on}", of=one.team)
            groups.append([kit.section(said, again)])
    return groups


def _verdict(day: DigestDay) -> str:
    return f"{short_day(day.on)}. {audit_verdict(day.broken, day.people).replace('*', '')}"


def what_i_do(role: Role, told: Sequence[Markup]) -> Reply:
    """What a role can do, a line each, and buttons for its most likely tasks."""
    presses = [
        kit.button(say("labels.next_contacts"), "next_contacts", str(USUALLY_WANTED), "primary"),
        kit.button(say("help_page.see_cards"), "see_cards", "0"),
    ]
    presses += [] if role is Role.AGENT else [kit.button(say("reports.see_status"), "see_status", "0")]
    said = say("help_page.not_recorded")
    return Reply(said, (kit.section("\n".join([said, *told, say("help_page.more_help")])), kit.actions(presses)))
