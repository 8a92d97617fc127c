"""The Home tab of each role, and the same desk as a message: the cards of `/nextcall`, with their buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.services.answers.calls import NOTHING_HELD, CallingCard, HandOut, OpenAttempt
from bot.services.answers.house_rules import ProposalView
from bot.services.answers.people import Actor
from bot.services.answers.teams import LastDigest, OwnDay, TeamStatus
from bot.services.hand_out.next_call import MOST_AT_ONCE
from bot.services.setup.first_run import Progress
from bot.services.setup.overview import Overview
from bot.services.setup.preferences import Preferences
from bot.services.setup.readiness import Gap
from bot.slack.blocks.admin import admin_pages, checklist, house_rules
from bot.slack.blocks.admin.first_steps import step_groups
from bot.slack.blocks.agent import working_day
from bot.slack.blocks.agent.cards import USUALLY_WANTED, hand_out, next_contacts
from bot.slack.blocks.home import home_day
from bot.slack.blocks.home.direct import attempt_groups
from bot.slack.blocks.kit.kit import MOST_BLOCKS_IN_VIEW, Block, actions, context, divider, fitted, header, section
from bot.slack.blocks.kit.reply import CardPlace, Reader, Reply
from bot.slack.blocks.lead import list_forms, list_page
from bot.slack.blocks.lead.team_status import sections_of
from bot.slack.blocks.report import activity
from bot.slack.wording import Markup, calls, reports, say
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
    place: CardPlace | None = None
    notes: Mapping[str, str] = field(default_factory=dict)


NOT_PRESSED = Pressed()


def render(actor: Actor, what: Shown, reader: Reader, pressed: Pressed = NOT_PRESSED) -> list[Block]:
    """Draws the Home tab."""
    has_work = _has_work(actor, what)
    groups: list[list[Block]] = [list(pressed.line)] if pressed.line and not has_work else []
    groups.append([header(reports.home_heading(actor.name)), context(say("labels.role_title", actor.role))])
    groups += [teams] if (teams := working_day.work_for(what.teams)) else []
    if what.mine is not None and what.mine.pause is not None:
        groups.append(working_day.paused(what.mine, reader))
    groups += _set_up(what)
    if has_work:
        groups += _work(what, reader, pressed)
    if what.status is not None:
        groups += [
            [divider(), header(say("reports.home_team", team=Markup(what.status.team)))],
            *sections_of(what.status, reader),
        ]
    groups += home_day.digests(what.digests, reader)
    if _may_bring_lists(actor, what):
        groups.append(activity.on_home(may_audit=actor.role in (Role.MANAGER, Role.ADMIN)))
        groups.append([*list_forms.on_home(), *([] if actor.role is Role.ADMIN else [actions([list_page.press()])])])
    if what.mine is not None and (has_work or actor.role is Role.TEAM_LEAD):
        pauses = [working_day.pause_me()] if actor.role is Role.AGENT and what.mine.pause is None else []
        groups.append([*working_day.working_day(what.mine), *pauses])
    groups.append(admin_pages.my_settings(actor))
    groups.append([divider(), header(say("reports.home_start")), section(_how_to(actor.role))])
    return fitted(groups, most_blocks=MOST_BLOCKS_IN_VIEW)


def desk(what: Shown, reader: Reader, pressed: Pressed = NOT_PRESSED) -> Reply:
    """The work of Home as one message, without what is set only now and then."""
    mine = what.mine
    groups = [teams] if (teams := working_day.work_for(what.teams)) else []
    groups += [working_day.paused(mine, reader)] if mine is not None and mine.pause is not None else []
    groups += _work(what, reader, pressed)
    if mine is not None and mine.pause is None:
        groups.append([divider(), working_day.pause_me()])
    held = what.handed.cards
    text = calls.hand_out_heading(len(held)) if held else say("reports.home_no_cards")
    calling = tuple(one.offer.lease_id for one in held if isinstance(one, CallingCard))
    return Reply(text, tuple(fitted(groups)), calling)


def _set_up(what: Shown) -> list[list[Block]]:
    """The first steps until the organisation is set up; then what is still missing, and a button for each part."""
    if what.first_run is not None and what.first_run.next_step is not None:
        return step_groups(what.first_run)
    if what.overview is None:
        return []
    waiting = [found] if (found := house_rules.waiting(what.proposals)) else []
    return [*waiting, *checklist.groups(what.gaps), admin_pages.set_up(what.overview)]


def _may_bring_lists(actor: Actor, what: Shown) -> bool:
    """A team lead, manager or admin; but during the first steps, which come to lists last."""
    return actor.role is not Role.AGENT and (what.first_run is None or what.first_run.next_step is None)


def _has_work(actor: Actor, what: Shown) -> bool:
    """Whether to show own work: always for agents; for other roles only if there is some."""
    is_agent = actor.role is Role.AGENT and actor.team_id is not None
    return is_agent or bool(what.handed.cards or what.attempts or what.day.callbacks or what.day.stops)


def _work(what: Shown, reader: Reader, pressed: Pressed) -> list[list[Block]]:
    """The cards, as `/nextcall` shows them; then what else is open or promised, and the day's figures."""
    handed = what.handed
    is_empty = not (handed.cards or handed.short or handed.dropped or pressed.line)
    may_have_more = what.mine is None or what.mine.pause is None
    groups = [[section(say("reports.home_no_cards"))]] if is_empty else []
    cards = hand_out(
        handed,
        reader,
        pressed.line,
        pressed.place,
        can_be_redrawn=True,
        notes=pressed.notes,
        may_have_more=may_have_more,
    )
    groups += [[block] for block in cards.blocks]
    groups += home_day.stops(what.day, reader, pressed.line)
    if handed.cards and may_have_more:
        groups.append([divider(), next_contacts(min(len(handed.cards) + USUALLY_WANTED, MOST_AT_ONCE))])
    on_cards = {card.attempt_id for card in handed.cards if isinstance(card, CallingCard)}
    owed = [one for one in what.attempts if one.attempt_id not in on_cards]
    if owed:
        groups += [[divider(), header(say("reports.home_open"))], *attempt_groups(owed[:20], reader)]
    return [*groups, *home_day.own_day(what.day, reader)]


def _how_to(role: Role) -> str:
    parts = [say("reports.how_to_agent")]
    parts += [say("reports.how_to_lead")] if role is not Role.AGENT else []
    parts += [say("admin_lists.how_to_admin")] if role is Role.ADMIN else []
    return "\n".join(parts)
