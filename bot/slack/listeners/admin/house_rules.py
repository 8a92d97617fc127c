"""House rules: the page, the form of a scope, and the presses of those who propose and decide."""

from collections.abc import Callable, Sequence
from datetime import time, timedelta
from functools import partial
from itertools import pairwise
from typing import Any, TypeVar

from bot.services.answers.house_rules import Force, HouseRulesView, Stage
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone, NotTighterThanLaw, OwnProposal, ProposalDecided, TooLateToday
from bot.services.house_rules import proposals, rulebook
from bot.services.setup import overview
from bot.slack import ids
from bot.slack.blocks.admin import house_rules as screens
from bot.slack.blocks.kit.kit import Block, Reply, message_of, section
from bot.slack.boundary import replies
from bot.slack.boundary.actions import ADMIN, NOTHING, Ask, Taken, opens, press, sends
from bot.slack.boundary.payloads import Form
from bot.slack.wording import refusals
from bot.slack.wording.say import say
from policy.house.limits import LIMITS, MOST, HouseLimits, Limit, Windows

R = TypeVar("R")


def page(ask: Ask, line: Sequence[Block] = ()) -> Block:
    view = proposals.overview(ask.deps, ask.actor)
    return screens.page(view, ask.actor.slack_user_id, line, is_only_admin=len(view.admins) < 2)


def look(ask: Ask) -> Block:
    return screens.meaning_page(proposals.view_of(ask.deps, ask.actor, ask.asking.number), ask.actor.slack_user_id)


def build(ask: Ask) -> Block:
    """The form, filled with the limits that the scope will have last: a draft of one's own, else those approved."""
    view, key = proposals.overview(ask.deps, ask.actor), ask.asking.number
    name = _campaign(view, key)
    calls = overview.organisation_overview(ask.deps, ask.actor).organisation.open_calls
    tomorrow = view.today + timedelta(days=1)
    mine = [one for one in view.proposals if one.campaign_id == key]
    drafts = [one for one in mine if one.stage is Stage.DRAFT]
    approved = [one for one in mine if one.force in (Force.NOW, Force.AHEAD)]
    known = next(iter((*drafts, *sorted(approved, key=lambda one: one.effective_at, reverse=True))), None)
    limits = HouseLimits() if known is None else known.limits
    on = known.effective_on if known is not None and known.stage is Stage.DRAFT else tomorrow
    metadata, today = ask.asking.remembered(key), rulebook.today(ask.deps, key or None)
    return screens.limits_form(name, limits, max(on, tomorrow), metadata, calls_allowed=calls, today=today)


def take(ask: Ask, form: Form) -> Taken:
    view, key = proposals.overview(ask.deps, ask.actor), ask.asking.number
    _campaign(view, key)
    limits, errors = _read(form)
    if ids.YES in form.choices(ids.PRESET):
        limits = rulebook.with_wait(ask.deps, key or None, limits, screens.PRESET_HOURS)
    on = form.day(ids.ON)
    if on is None:
        errors[ids.ON] = say("house_rules.choose_later_day")
    if not errors and limits.is_empty and not any(one.campaign_id == key for one in (*view.in_force(), *view.ahead())):
        errors[ids.ON] = say("house_rules.nothing_limited")
    if errors or on is None:
        return Taken(errors)
    try:
        proposals.draft(ask.deps, ask.actor, key or None, limits, on)
    except NotTighterThanLaw as refused:
        return Taken({one.key: refusals.not_tighter(one) for one in refused.loose})
    except TooLateToday:
        return Taken({ids.ON: say("house_rules.choose_later_day")})
    return Taken(then=lambda: _say_working(ask))


def _say_working(ask: Ask) -> None:
    """On the page below; beside the message whose button opened the form: that stays as it was."""
    said = message_of(say("house_rules.working"))
    if ask.asking.open_id:
        replies.saved(ask, said.blocks, partial(page, ask))
    else:
        replies.write(ask, said)


def _decides(service: Callable[[Deps, Actor, int], R], said: Callable[[R], str]) -> Callable[[Ask], None]:
    """A proposal that was decided meanwhile stays on the screen, with who decided."""

    def answer(ask: Ask) -> None:
        try:
            line = said(service(ask.deps, ask.actor, ask.asking.number))
        except ProposalDecided:
            line = screens.decided_already(proposals.view_of(ask.deps, ask.actor, ask.asking.number))
        _show(ask, line)

    return answer


def build_decline(ask: Ask) -> Block:
    one = proposals.view_of(ask.deps, ask.actor, ask.asking.number)
    if one.drafted_by == ask.actor.slack_user_id:
        raise OwnProposal
    if one.stage is not Stage.PROPOSED:
        return screens.decided_page(one)
    return screens.decline_form(one, ask.asking.remembered(one.proposal_id))


def decline(ask: Ask, form: Form) -> Taken:
    done = proposals.decline(ask.deps, ask.actor, ask.asking.number, form.text(ids.REASON))

    def then() -> None:
        said = screens.decision(done)
        if ask.asking.open_id:
            replies.fill(ask.asking, ask.client, ask.asking.open_id, page(ask, [section(said)]))
        else:
            replies.write(ask, message_of(said))

    return Taken(then=then)


def _show(ask: Ask, said: str) -> None:
    """In the modal pressed in; or in place of the message, without its buttons."""
    line = [section(said)]
    if ask.asking.view_id:
        replies.fill(ask.asking, ask.client, ask.asking.view_id, page(ask, line))
        return
    one = proposals.view_of(ask.deps, ask.actor, ask.asking.number)
    still = screens.meaning(one, None)
    replies.replace_with(ask, Reply(still.text, (*still.blocks, *line)))


def _campaign(view: HouseRulesView, key: int) -> str:
    """The campaign's name; empty: every campaign. Raises AlreadyGone."""
    named = {0: "", **dict(view.campaigns)}
    if key not in named:
        raise AlreadyGone
    return named[key]


def _read(form: Form) -> tuple[HouseLimits, dict[str, str]]:
    values: dict[Limit, Any] = {}
    errors: dict[str, str] = {}
    for limit in LIMITS:
        block = screens.block_of(limit)
        text = form.text(block)
        if limit.sort == "callbacks_wait":
            values[limit] = ids.YES in form.choices(block)
        elif limit.sort == "hours" and text:
            values[limit] = _windows(text)
            errors |= {block: say("house_rules.write_hours")} if values[limit] is None else {}
        elif text and text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST[limit.sort]:
            values[limit] = int(text)
        elif text:
            errors[block] = say("house_rules.write_whole")
    return HouseLimits.of(values), errors


def _windows(text: str) -> Windows | None:
    """`10:00-18:00`, several with commas between them, or the word for closed; None: not understood."""
    if text.casefold() in {"closed", say("house_rules.hours_word").casefold()}:
        return ()
    found = []
    for part in text.replace("–", "-").split(","):
        opens, _, closes = part.partition("-")
        try:
            found.append((time.fromisoformat(_clock(opens)), time.fromisoformat(_clock(closes))))
        except ValueError:
            return None
    minutes = [(opens.hour * 60 + opens.minute, closes.hour * 60 + closes.minute or 24 * 60) for opens, closes in found]
    edges = [minute for window in minutes for minute in window]
    is_in_order = all(earlier < later for earlier, later in pairwise(edges))
    return tuple(found) if is_in_order else None


def _clock(text: str) -> str:
    hour, _, minute = text.strip().replace(".", ":").partition(":")
    return f"{int(hour):02d}:{int(minute or 0):02d}"


ACTIONS = (
    opens("house_rules", ADMIN, NOTHING, "house_rules.page_title", page),
    opens("house_rules_of", ADMIN, NOTHING, "house_rules.page_title", build),
    sends("house_rules_of", ADMIN, NOTHING, take),
    opens("house_look", ADMIN, NOTHING, "house_rules.page_title", look),
    press("house_propose", ADMIN, NOTHING, _decides(proposals.propose, lambda _: say("house_rules.sent_to_admins"))),
    press("house_withdraw", ADMIN, NOTHING, _decides(proposals.withdraw, lambda _: say("house_rules.taken_back"))),
    press("house_approve", ADMIN, NOTHING, _decides(proposals.approve, screens.decision)),
    opens("house_decline", ADMIN, NOTHING, "house_rules.decline_title", build_decline),
    sends("house_decline", ADMIN, NOTHING, decline),
)
