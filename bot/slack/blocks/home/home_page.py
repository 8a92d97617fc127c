"""The Home tab of each role. It stays on screen after a lease ends, so it shows no number."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.services.answers.calls import CallingCard, Card, OpenAttempt
from bot.services.answers.people import Actor
from bot.services.answers.teams import LastDigest, OwnDay, TeamStatus
from bot.services.setup import Overview, Preferences, Progress
from bot.slack.blocks.admin import admin_pages, step_groups
from bot.slack.blocks.agent import working_day
from bot.slack.blocks.home import home_day
from bot.slack.blocks.home.direct import attempt_groups
from bot.slack.blocks.kit import MOST_BLOCKS_IN_VIEW, Block, Reader, context, divider, fitted, header, section
from bot.slack.blocks.lead import list_forms, list_page, sections_of
from bot.slack.blocks.report import activity
from bot.slack.wording import admin_lists, more_cards, named, reports, role_title, shown
from policy.vocabulary import LeaseStage, Role

NO_DAY = OwnDay((), None)


@dataclass(frozen=True, slots=True)
class Shown:
    """The actor's own work, and that of their teams."""

    cards: Sequence[Card] = ()
    attempts: Sequence[OpenAttempt] = ()
    day: OwnDay = NO_DAY
    status: TeamStatus | None = None
    digests: Sequence[LastDigest] = ()
    first_run: Progress | None = None  # for an admin
    overview: Overview | None = None
    mine: Preferences | None = None


def render(actor: Actor, what: Shown, reader: Reader, line: Sequence[Block] = ()) -> list[Block]:
    """Draws the Home tab. `line`: what a press has just done, shown first."""
    groups: list[list[Block]] = [list(line)] if line else []
    groups.append([header(reports.home_heading(actor.name)), context(role_title(actor.role))])
    if what.mine is not None and what.mine.pause is not None:
        groups.append(working_day.paused(what.mine, reader))
    groups += _set_up(what)
    if _has_work(actor, what):
        groups += _work(what, reader)
    if what.status is not None:
        groups += [[divider(), header(reports.home_team(what.status.team))], *sections_of(what.status, reader)]
    groups += home_day.digests(what.digests, reader)
    if _may_bring_lists(actor, what):
        groups.append([activity.press()])
    if _may_bring_lists(actor, what):
        groups.append([*list_forms.on_home(), *([] if actor.role is Role.ADMIN else [list_page.press()])])
    if what.mine is not None and actor.team_id is not None:
        groups.append(working_day.working_day(what.mine))
    groups.append(admin_pages.my_settings(actor))
    groups.append([divider(), header(reports.home_start()), section(_how_to(actor.role))])
    return fitted(groups, most_blocks=MOST_BLOCKS_IN_VIEW)


def _set_up(what: Shown) -> list[list[Block]]:
    """The first steps until the organisation is set up, then a button for each part."""
    if what.first_run is not None and what.first_run.next_step is not None:
        return step_groups(what.first_run)
    return [admin_pages.set_up(what.overview)] if what.overview is not None else []


def _may_bring_lists(actor: Actor, what: Shown) -> bool:
    """A team lead, manager or admin; but during the first steps, which come to lists last."""
    return actor.role is not Role.AGENT and (what.first_run is None or what.first_run.next_step is None)


def _has_work(actor: Actor, what: Shown) -> bool:
    """Whether to show own work: always for agents; for other roles only if there is some."""
    is_agent = actor.role is Role.AGENT and actor.team_id is not None
    return is_agent or bool(what.cards or what.attempts or what.day.callbacks)


def _work(what: Shown, reader: Reader) -> list[list[Block]]:
    cards, attempts = what.cards, what.attempts
    held = [section("\n".join(_card(one, reader) for one in cards[:10]) or reports.home_no_cards())]
    if len(cards) > 10:
        held.append(section(more_cards(len(cards) - 10)))
    if cards:
        held.append(context(reports.home_see_cards()))
    owed = [[section(reports.home_none_open())]] if not attempts else attempt_groups(attempts[:20], reader)
    work = [[divider(), header(reports.home_cards()), *held], [header(reports.home_open())], *owed]
    return [*work, *home_day.own_day(what.day, reader)]


def _card(card: Card, reader: Reader) -> str:
    offer = card.offer if isinstance(card, CallingCard) else card
    stage = LeaseStage.CALLING if isinstance(card, CallingCard) else LeaseStage.OFFERED
    until = reader.when(offer.leased_until)
    return reports.home_card(named(offer.name), shown(offer.masked_number), shown(offer.campaign), stage, until)


def _how_to(role: Role) -> str:
    parts = [reports.how_to_agent()]
    parts += [reports.how_to_lead()] if role is not Role.AGENT else []
    parts += [admin_lists.how_to_admin()] if role is Role.ADMIN else []
    return "\n".join(parts)
