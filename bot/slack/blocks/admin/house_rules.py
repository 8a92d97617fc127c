"""House rules: the page, the form of one scope, and the message that says what a proposal means."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from bot.services.answers.house_rules import HouseRulesView, ProposalView, Stage
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import (
    Block,
    Element,
    Reply,
    actions,
    button,
    context,
    divider,
    field,
    form,
    lines_in_sections,
    modal,
    option,
    page_of,
    section,
    select,
)
from bot.slack.wording import house_rules as words
from bot.slack.wording.house_rules import title
from bot.slack.wording.labels import person, translated_line
from bot.slack.wording.language import figure
from bot.slack.wording.say import Markup, fallback, say, short_day, shown
from policy.house.limits import LIMITS, MOST, Asked, HouseLimits, Limit

EVERY = "0"  # in place of a campaign: all of them
_MOST_EARLIER = 10
_MOST_REASONS = 12  # lines of one sort; the file has every contact
_LONGEST_HOURS = 60
_FOR_ALL = ("open_cards", "open_calls")  # asked of every campaign together
PRESET_HOURS = 72  # after any attempt


def page(view: HouseRulesView, mine: str, line: Sequence[Block] = (), *, is_only_admin: bool = False) -> Block:
    """What is in force, ahead, waiting and over, and the buttons that change it. `mine`: the reader's Slack user id."""
    every = actions([button(say("house_rules.change_all"), "house_rules_of", EVERY, "primary")])
    groups: list[list[Block]] = [[context(say("house_rules.about_page")), every]]
    if view.campaigns:
        options = [option(name, str(key)) for key, name in view.campaigns]
        groups.append([actions([select("house_rules_of", say("house_rules.choose_campaign"), options)])])
    if is_only_admin:
        groups.append([section(say("house_rules.only_admin"))])
    waiting = [_row(one, mine) for one in view.waiting()]
    drafts = [_row(one, mine) for one in view.proposals if one.stage is Stage.DRAFT]
    now = [[section(words.scope_line(one.campaign, one.limits, one.effective_on))] for one in view.in_force()]
    ahead = [[section(words.scope_line(one.campaign, one.limits, one.effective_on))] for one in view.ahead()]
    shown_already = {one.proposal_id for one in (*view.waiting(), *view.in_force(), *view.ahead())}
    over = [one for one in view.proposals if one.proposal_id not in shown_already and one.stage is not Stage.DRAFT]
    earlier = []
    for one in over[:_MOST_EARLIER]:
        decided = words.decided_line(one.stage, one.decider, one.reason)
        earlier.append([context(f"{words.title(one.campaign, one.effective_on)} · {decided}")])
    for head, rows in (
        (say("house_rules.waiting_head"), waiting),
        (say("house_rules.drafts_head"), drafts),
        (say("house_rules.in_force_head"), now or [[section(say("house_rules.nothing_yet"))]]),
        (say("house_rules.ahead_head"), ahead),
        (say("house_rules.past_head"), earlier),
    ):
        if rows:
            groups += [[divider(), section(f"*{head}*"), *rows[0]], *rows[1:]]
    return page_of(say("house_rules.page_title"), [line, *groups])


def _row(one: ProposalView, mine: str) -> list[Block]:
    said = [f"*{words.title(one.campaign, one.effective_on)}*", *words.changes(one.before, one.limits)]
    who = context(words.made_by(one.author, one.stage))
    look = button(say("house_rules.look_button"), "house_look", str(one.proposal_id))
    return [*lines_in_sections(said), who, actions([look, *_presses(one, mine)])]


def limits_form(
    campaign: str,
    limits: HouseLimits,
    on: date,
    metadata: str,
    *,
    calls_allowed: int,
    is_for_all: bool,
    today: Mapping[str, Asked],
) -> Block:
    """The limits of every campaign, or of one. `on`: the day first shown; `today`: what holds now, by a limit's key."""
    scope = shown(campaign) if campaign else say("house_rules.for_every_campaign")
    most = {**MOST, "open_cards": MOST["open_cards"] - 1, "open_calls": calls_allowed - 1}
    asked = [limit for limit in LIMITS if limit.sort not in _FOR_ALL or (is_for_all and most[limit.sort])]
    preset = inputs.boxes([(ids.YES, say("house_rules.preset", count=PRESET_HOURS))], [])
    blocks = [
        section(f"*{scope}*\n{say('house_rules.form_about')}"),
        field(ids.ON, say("house_rules.day_asked"), inputs.day(on), say("house_rules.day_hint")),
        field(ids.PRESET, say("house_rules.preset_asked"), preset, say("house_rules.preset_hint"), is_optional=True),
    ]
    for before, limit in zip((None, *asked), asked, strict=False):
        is_first = before is None or before.sort != limit.sort
        hints = [words.limit_hint(limit)] if is_first else []
        hints += [words.today_holds(limit, today.get(limit.key))]
        element = _limit(limit, limits.value(limit), most.get(limit.sort, 0))
        hint = " ".join(filter(None, hints))
        blocks.append(field(block_of(limit), words.limit_asked(limit), element, hint, is_optional=True))
    return form(say("house_rules.page_title"), blocks, "house_rules_of", metadata)


def block_of(limit: Limit) -> str:
    """The block that asks for a limit."""
    return ids.CALLBACKS if limit.sort == "callbacks_wait" else limit.key


def _limit(limit: Limit, value: Any, most: int) -> Element:
    if limit.sort == "hours":
        hours = ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in value or ())
        written = "" if value is None else hours or say("house_rules.hours_word")
        return inputs.line(written, most=_LONGEST_HOURS)
    if limit.sort == "callbacks_wait":
        return inputs.boxes([(ids.YES, say("house_rules.callbacks_wait"))], [ids.YES] if value else [])
    return inputs.whole(value or 0, most)


def decline_form(one: ProposalView, metadata: str) -> Block:
    about = section(f"*{words.title(one.campaign, one.effective_on)}*")
    label, hint = say("house_rules.reason_asked"), say("house_rules.reason_hint")
    blocks = [about, field(ids.REASON, label, inputs.lines(most=500), hint)]
    return form(say("house_rules.decline_title"), blocks, "house_decline", metadata)


def meaning(one: ProposalView, mine: str | None, *, has_file: bool = False) -> Reply:
    """What the proposal changes and what that means, with the buttons that the reader may press; None: no buttons."""
    presses = [] if mine is None else _presses(one, mine)
    blocks = (*_meaning(one, has_file=has_file), *([actions(presses)] if presses else []))
    return Reply(fallback(words.title(one.campaign, one.effective_on), 300), blocks)


def meaning_page(one: ProposalView, mine: str) -> Block:
    """The same in a modal."""
    presses = _presses(one, mine)
    said = [*_meaning(one, has_file=False), *([actions(presses)] if presses else [])]
    return page_of(say("house_rules.page_title"), [[each] for each in said])


def decided_page(one: ProposalView, said: str) -> Block:
    """In place of a form for a proposal that is decided already."""
    head = section(f"*{words.title(one.campaign, one.effective_on)}*")
    return modal(say("house_rules.page_title"), [head, section(said)])


def waiting(found: Sequence[ProposalView]) -> list[Block]:
    """The proposals that wait for a second admin, on Home; nothing where there are none."""
    if not found:
        return []
    lines = []
    for one in found[:_MOST_EARLIER]:
        said = f"*{words.title(one.campaign, one.effective_on)}*\n{words.made_by(one.author, one.stage)}"
        lines.append(section(said, button(say("house_rules.look_button"), "house_look", str(one.proposal_id))))
    return [divider(), section(f"*{say('house_rules.waiting_head')}*"), *lines]


def decided(one: ProposalView) -> Reply:
    """A proposal was approved or declined."""
    about, by = title(one.campaign, one.effective_on), person(one.decider)
    if one.stage is Stage.APPROVED:
        said = say("house_rules.approved", title=about, person=by)
    else:
        said = say("house_rules.declined", title=about, person=by, reason=shown(one.reason, 300))
    return Reply(fallback(said, 300), (section(said),))


def _meaning(one: ProposalView, *, has_file: bool) -> list[Block]:
    title = words.title(one.campaign, one.effective_on)
    head = [f":scales: *{title}*", *(words.changes(one.before, one.limits) or [say("house_rules.nothing_limited")])]
    blocks = [*lines_in_sections(head), context(words.made_by(one.author, one.stage))]
    if one.found is None:
        return [*blocks, section(say("house_rules.not_worked_out"))]
    found = one.found
    lines: list[str] = [say("house_rules.live", count=found.contacts)]
    if not found.moved:
        lines.append(say("house_rules.none_moves"))
    for how, counts in groupby(found.moved, key=attrgetter("moves")):
        each = list(counts)
        contacts = say("house_rules.moved_head", count=sum(one.contacts for one in each))
        lines.append(f"*{say('house_rules.moves', how)}*: {contacts}")
        lines += [_counted(one.contacts, one.campaign, one.because) for one in each[:_MOST_REASONS]]
    calls = [say("house_rules.broken", calls=sum(one.calls for one in found.broken), of=found.calls)]
    calls += [_counted(one.calls, one.campaign, one.because) for one in found.broken[:_MOST_REASONS]]
    supply = [
        f"*{say('house_rules.supply_head')}*",
        *(f"{short_day(one.day)}: {figure(one.before)} → {figure(one.after)}" for one in found.supply),
    ]
    blocks += [*lines_in_sections(lines), *lines_in_sections(calls), *lines_in_sections(supply)]
    notes = [say("house_rules.list_attached")] if has_file else []
    if one.stage in (Stage.DRAFT, Stage.PROPOSED):
        notes.append(say("house_rules.only_foreseen"))
    if one.stage is Stage.PROPOSED:
        notes.append(say("house_rules.you_decide") if one.admins else say("house_rules.only_admin"))
    return [*blocks, *([context("\n".join(notes))] if notes else [])]


def _counted(count: int, campaign: str, because: str) -> Markup:
    why = translated_line(because, 200) or say("house_rules.moved_line_callable")
    return say("house_rules.moved_line", count=count, campaign=shown(campaign), because=why)


def _presses(one: ProposalView, mine: str) -> list[Element]:
    key = str(one.proposal_id)
    if one.stage is Stage.DRAFT and one.found is not None:
        return [
            button(say("house_rules.propose_button"), "house_propose", key, "primary"),
            button(say("admin.change"), "house_rules_of", f"{one.campaign_id}"),
            button(say("house_rules.discard_button"), "house_withdraw", key),
        ]
    if one.stage is Stage.DRAFT:
        return [button(say("house_rules.discard_button"), "house_withdraw", key)]
    if one.stage is not Stage.PROPOSED:
        return []
    if one.drafted_by == mine:
        return [button(say("admin_lists.withdraw_press"), "house_withdraw", key)]
    return [
        button(say("lead_work.approve"), "house_approve", key, "primary"),
        button(say("house_rules.decline_button"), "house_decline", key),
    ]
