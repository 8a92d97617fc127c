"""House rules: the page, the form of one scope, and the message that says what a proposal means."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

from bot.services.answers.house_rules import HouseRulesView, ProposalView, Stage
from bot.slack import ids
from bot.slack.blocks.kit import inputs, kit
from bot.slack.blocks.kit.kit import Block, Element, Reply
from bot.slack.wording import refusals
from bot.slack.wording.labels import label, person, short_day, translated_line
from bot.slack.wording.say import Markup, fallback, figure, has_form, say, shown
from policy.house.limits import FOR_EVER, LIMITS, MOST, Asked, HouseLimits, Limit
from policy.vocabulary import Outcome

EVERY = "0"  # in place of a campaign: all of them
_MOST_EARLIER = 10
_MOST_REASONS = 12  # lines of one sort; the file has every contact
_LONGEST_HOURS = 60
_FOR_ALL = ("open_cards", "open_calls")  # asked of every campaign together
PRESET_HOURS = 72  # after any attempt


def page(view: HouseRulesView, mine: str, line: Sequence[Block] = (), *, is_only_admin: bool = False) -> Block:
    """What is in force, ahead, waiting and over, and the buttons that change it. `mine`: the reader's Slack user id."""
    every = kit.actions([kit.button(say("house_rules.change_all"), "house_rules_of", EVERY, "primary")])
    groups: list[list[Block]] = [[kit.context(say("house_rules.about_page")), every]]
    if view.campaigns:
        options = [kit.option(name, str(key)) for key, name in view.campaigns]
        groups.append([kit.actions([kit.select("house_rules_of", say("house_rules.choose_campaign"), options)])])
    if is_only_admin:
        groups.append([kit.section(say("house_rules.only_admin"))])
    waiting = [_row(one, mine) for one in view.waiting()]
    drafts = [_row(one, mine) for one in view.proposals if one.stage is Stage.DRAFT]
    now, ahead = ([[kit.section(_scope(one))] for one in some] for some in (view.in_force(), view.ahead()))
    shown_already = (*view.waiting(), *view.in_force(), *view.ahead())
    over = [one for one in view.proposals if one not in shown_already and one.stage is not Stage.DRAFT]
    earlier = [[kit.context(f"{title(one)} · {_decided_line(one)}")] for one in over[:_MOST_EARLIER]]
    for head, rows in (
        (say("house_rules.waiting_head"), waiting),
        (say("house_rules.drafts_head"), drafts),
        (say("house_rules.in_force_head"), now or [[kit.section(say("house_rules.nothing_yet"))]]),
        (say("house_rules.ahead_head"), ahead),
        (say("house_rules.past_head"), earlier),
    ):
        if rows:
            groups += [[kit.divider(), kit.section(f"*{head}*"), *rows[0]], *rows[1:]]
    return kit.page_of(say("house_rules.page_title"), [line, *groups])


def _row(one: ProposalView, mine: str) -> list[Block]:
    said = kit.lines_in_sections([f"*{title(one)}*", *changes(one.before, one.limits)])
    return [*said, kit.context(_made_by(one)), kit.actions([_look(one), *_presses(one, mine)])]


def _look(one: ProposalView) -> Element:
    return kit.button(say("house_rules.look_button"), "house_look", str(one.proposal_id))


def limits_form(
    campaign: str, limits: HouseLimits, on: date, metadata: str, *, calls_allowed: int, today: Mapping[str, Asked]
) -> Block:
    """The limits of one campaign; empty: of every. `on`: the day first shown; `today`: what holds now, by a limit's
    key."""
    scope = shown(campaign) or say("house_rules.for_every_campaign")
    most = {**MOST, "open_cards": MOST["open_cards"] - 1, "open_calls": calls_allowed - 1}
    asked = [limit for limit in LIMITS if limit.sort not in _FOR_ALL or (not campaign and most[limit.sort])]
    preset = inputs.boxes([(ids.YES, say("house_rules.preset", count=PRESET_HOURS))], [])
    blocks = [
        kit.section(f"*{scope}*\n{say('house_rules.form_about')}"),
        kit.field(ids.ON, say("house_rules.day_asked"), inputs.day(on), say("house_rules.day_hint")),
        kit.field(
            ids.PRESET, say("house_rules.preset_asked"), preset, say("house_rules.preset_hint"), is_optional=True
        ),
    ]
    for before, limit in zip((None, *asked), asked, strict=False):
        is_first = before is None or before.sort != limit.sort
        hints = [say("house_rules.hints", limit.sort)] if is_first and has_form("house_rules.hints", limit.sort) else []
        hint = " ".join(filter(None, [*hints, today_holds(limit, today.get(limit.key))]))
        element = _limit(limit, limits.value(limit), most.get(limit.sort, 0))
        blocks.append(kit.field(block_of(limit), limit_asked(limit), element, hint, is_optional=True))
    return kit.form(say("house_rules.page_title"), blocks, "house_rules_of", metadata)


def block_of(limit: Limit) -> str:
    """The block that asks for a limit."""
    return ids.CALLBACKS if limit.sort == "callbacks_wait" else limit.key


def _limit(limit: Limit, value: Any, most: int) -> Element:
    if limit.sort == "hours":
        return inputs.line("" if value is None else _value(limit, value), most=_LONGEST_HOURS)
    if limit.sort == "callbacks_wait":
        return inputs.boxes([(ids.YES, say("house_rules.callbacks_wait"))], [ids.YES] if value else [])
    return inputs.whole(value or 0, most)


def decline_form(one: ProposalView, metadata: str) -> Block:
    asked, hint = say("house_rules.reason_asked"), say("house_rules.reason_hint")
    blocks = [kit.section(f"*{title(one)}*"), kit.field(ids.REASON, asked, inputs.lines(most=500), hint)]
    return kit.form(say("house_rules.decline_title"), blocks, "house_decline", metadata)


def meaning(one: ProposalView, mine: str | None, *, has_file: bool = False) -> Reply:
    """What the proposal changes and what that means, with the buttons that the reader may press; None: no buttons."""
    return Reply(fallback(title(one), 300), tuple(_meaning(one, mine, has_file=has_file)))


def meaning_page(one: ProposalView, mine: str) -> Block:
    """The same in a modal."""
    return kit.page_of(say("house_rules.page_title"), [[each] for each in _meaning(one, mine)])


def decided_page(one: ProposalView) -> Block:
    """In place of a form for a proposal that is decided already."""
    return kit.modal(say("house_rules.page_title"), [kit.section(f"*{title(one)}*"), kit.section(decided_already(one))])


def waiting(found: Sequence[ProposalView]) -> list[Block]:
    """The proposals that wait for a second admin, on Home; nothing where there are none."""
    if not found:
        return []
    lines = [kit.section(f"*{title(one)}*\n{_made_by(one)}", _look(one)) for one in found[:_MOST_EARLIER]]
    return [kit.divider(), kit.section(f"*{say('house_rules.waiting_head')}*"), *lines]


def decided(one: ProposalView) -> Reply:
    return Reply(fallback(decision(one), 300), (kit.section(decision(one)),))


def decision(one: ProposalView) -> Markup:
    """A proposal was approved or declined."""
    if one.stage is Stage.APPROVED:
        return say("house_rules.approved", title=title(one), person=person(one.decider))
    return say("house_rules.declined", title=title(one), person=person(one.decider), reason=shown(one.reason, 300))


def _meaning(one: ProposalView, mine: str | None, *, has_file: bool = False) -> list[Block]:
    presses = [] if mine is None else _presses(one, mine)
    buttons = [kit.actions(presses)] if presses else []
    head = [f":scales: *{title(one)}*", *(changes(one.before, one.limits) or [say("house_rules.nothing_limited")])]
    blocks = [*kit.lines_in_sections(head), kit.context(_made_by(one))]
    if one.found is None:
        return [*blocks, kit.section(say("house_rules.not_worked_out")), *buttons]
    found = one.found
    lines: list[str] = [say("house_rules.live", count=found.contacts)]
    if not found.moved:
        lines.append(say("register_files.nothing_changes"))
    for how, counts in groupby(found.moved, key=attrgetter("moves")):
        each = list(counts)
        contacts = say("house_rules.moved_head", count=sum(one.contacts for one in each))
        lines.append(f"*{say('house_rules.moves', how)}*: {contacts}")
        lines += [_counted(one.contacts, one.campaign, one.because) for one in each[:_MOST_REASONS]]
    calls = [say("house_rules.broken", calls=sum(one.calls for one in found.broken), of=found.calls)]
    calls += [_counted(one.calls, one.campaign, one.because) for one in found.broken[:_MOST_REASONS]]
    days = (f"{short_day(one.day)}: {figure(one.before)} → {figure(one.after)}" for one in found.supply)
    supply = [f"*{say('house_rules.supply_head')}*", *days]
    blocks += [*kit.lines_in_sections(lines), *kit.lines_in_sections(calls), *kit.lines_in_sections(supply)]
    notes = [say("house_rules.list_attached")] if has_file else []
    if one.stage in (Stage.DRAFT, Stage.PROPOSED):
        notes.append(say("house_rules.only_foreseen"))
    if one.stage is Stage.PROPOSED:
        notes.append(say("house_rules.you_decide") if one.admins else say("house_rules.only_admin"))
    return [*blocks, *([kit.context("\n".join(notes))] if notes else []), *buttons]


def _counted(count: int, campaign: str, because: str) -> Markup:
    why = translated_line(because, 200) or say("house_rules.moved_line_callable")
    return say("house_rules.moved_line", count=count, campaign=shown(campaign), because=why)


def _presses(one: ProposalView, mine: str) -> list[Element]:
    key = str(one.proposal_id)
    if one.stage is Stage.DRAFT:
        propose = kit.button(say("house_rules.propose_button"), "house_propose", key, "primary")
        change = kit.button(say("admin.change"), "house_rules_of", f"{one.campaign_id}")
        discard = kit.button(say("house_rules.discard_button"), "house_withdraw", key)
        return [discard] if one.found is None else [propose, change, discard]
    if one.stage is not Stage.PROPOSED:
        return []
    if one.drafted_by == mine:
        return [kit.button(say("admin_lists.withdraw_press"), "house_withdraw", key)]
    approve = kit.button(say("lead_work.approve"), "house_approve", key, "primary")
    return [approve, kit.button(say("house_rules.decline_button"), "house_decline", key)]


def title(one: ProposalView) -> Markup:
    """`House rules for *Energy switch* from Tue 1 Dec on`."""
    campaign, day = shown(one.campaign), short_day(one.effective_on)
    return say("house_rules.title", not campaign and "all", campaign=campaign, day=day)


def limit_asked(limit: Limit) -> Markup:
    """What a limit limits."""
    if limit.sort == "cap":
        return say("house_rules.caps", limit.of)
    day = say("house_rules.days", limit.of) if limit.sort == "hours" else None
    outcome = label(Outcome(limit.of)) if limit.sort == "wait" else None
    return say("house_rules.asked", limit.sort, day=day, outcome=outcome)


def limits_in_words(limits: HouseLimits) -> list[tuple[str, str]]:
    """Each limit that is set: what it limits, and to what."""
    found = ((limit, limits.value(limit)) for limit in LIMITS)
    return [(limit_asked(limit), _value(limit, value)) for limit, value in found if value is not None]


def _value(limit: Limit, value: Any) -> Markup:
    if limit.sort == "hours":
        hours = ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in value)
        return Markup(hours or say("house_rules.hours_word"))
    if limit.sort == "callbacks_wait":
        return say("house_rules.callbacks_wait")
    return say("digests.hours", count=value) if limit.sort == "wait" else Markup(str(value))


def today_holds(limit: Limit, now: Asked | None) -> Markup:
    """What holds today, and where it comes from."""
    if now is None:
        return say("house_rules.today_nothing") if limit.sort != "callbacks_wait" else Markup("")
    if limit.sort == "hours":
        value = refusals.hours_in_words(now.value)
    elif limit.sort == "wait" and now.value >= FOR_EVER:
        value = say("house_rules.for_ever")
    else:
        value = _value(limit, now.value)
    origin = say("house_rules.origin", now.origin)
    if now.unasked is None:
        return say("house_rules.today_holds", value=value, origin=origin)
    by = say("house_rules.origin", now.unasked.origin)
    return say("house_rules.today_by_request", unasked=now.unasked.value, by=by, value=value, origin=origin)


def changes(before: HouseLimits, after: HouseLimits) -> list[str]:
    """A line for each limit that differs."""
    was, now = dict(limits_in_words(before)), dict(limits_in_words(after))
    lines: list[str] = []
    for name in {**now, **was}:
        old, new = was.get(name), now.get(name)
        if old != new:
            how, then = "new" if old is None else new is None and "ended", Markup(old or "")
            lines.append(say("house_rules.change", how, what=Markup(name), now=Markup(new or ""), before=then))
    return lines


def _scope(one: ProposalView) -> Markup:
    said = "; ".join(f"{what}: {value}" for what, value in limits_in_words(one.limits)) or say("house_rules.no_limits")
    scope = shown(one.campaign) or say("house_rules.for_every_campaign")
    return say("house_rules.scope_line", scope=scope, day=short_day(one.effective_on), limits=Markup(said))


def _made_by(one: ProposalView) -> Markup:
    return say("house_rules.made_by", one.stage is Stage.DRAFT and "draft", person=person(one.author))


def decided_already(one: ProposalView) -> str:
    return f":information_source: {_decided_line(one)}"


def _decided_line(one: ProposalView) -> str:
    said: str = say("house_rules.stage", one.stage)
    said = f"{said}: {person(one.decider)}" if one.decider else said
    return f"{said}: {shown(one.reason, 300)}" if one.reason else said
