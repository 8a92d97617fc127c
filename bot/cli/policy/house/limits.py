"""The organisation's own limits, shown, proposed and approved without Slack."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import time, timedelta
from typing import Annotated, Any, NamedTuple

import typer

from bot.cli.commands import command
from bot.cli.installation import opened_installation, operator_actor
from bot.cli.terminal import Refused, answer, counted, day_of, say
from bot.services.answers.house_rules import Force, HouseRulesView, ProposalView, Stage
from bot.services.answers.people import Actor
from bot.services.errors import AlreadyGone, NotEnrolled, NotTighterThanLaw, OwnProposal, ProposalDecided, TooLateToday
from bot.services.house_rules import proposals
from bot.wiring import Installation
from policy.house.limits import CAPS, DAYS, MOST, WAITS, HouseLimits
from policy.vocabulary import Outcome


@command
def show(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Show which own limits are in force, ahead and waiting for approval, and what came of earlier ones."""
    with opened_installation() as installation:
        view = proposals.overview(installation.deps, _by(installation))
    answer(list(map(_plain, view.proposals)), _lines(view), as_json=as_json)


class Wanted(NamedTuple):
    """Limits to propose, and for when."""

    wait: Annotated[list[str] | None, typer.Option(help="OUTCOME=HOURS, such as no_answer=96.")] = None
    cap: Annotated[list[str] | None, typer.Option(help="SPAN=ATTEMPTS; a span is day, week or month.")] = None
    hours: Annotated[list[str] | None, typer.Option(help="DAYS=FROM-UNTIL or DAYS=closed; mon-fri, sat or sun.")] = None
    ring: Annotated[int, typer.Option(help="Let it ring for so many seconds.", min=0, max=120)] = 0
    callbacks_wait: Annotated[bool, typer.Option(help="Agreed callbacks follow every limit of house policy.")] = False
    open_cards: Annotated[
        int, typer.Option(help="Cards of one agent at a time.", min=0, max=MOST["open_cards"] - 1)
    ] = 0
    open_calls: Annotated[
        int, typer.Option(help="Open calls of one agent at a time.", min=0, max=MOST["open_calls"] - 1)
    ] = 0
    campaign: Annotated[str, typer.Option(help="For this campaign alone. Default: for every one.")] = ""
    on: Annotated[str, typer.Option(help="The day on which they begin. Default: tomorrow.")] = ""

    def limits(self) -> HouseLimits:
        waits = [_pair(one, WAITS, MOST["wait"]) for one in self.wait or ()]
        return HouseLimits(
            hours=dict(_hours(one) for one in self.hours or ()),
            waits={Outcome(name): value for name, value in waits},
            caps=dict(_pair(one, CAPS, MOST["cap"]) for one in self.cap or ()),
            ring_seconds=self.ring,
            callbacks_wait=self.callbacks_wait,
            open_cards=self.open_cards,
            open_calls=self.open_calls,
        )


@command
def propose(asked: Wanted) -> None:
    """Propose limits, which replace those of before. An admin approves them in Slack, where they see what they mean."""
    limits = asked.limits()
    with opened_installation() as installation:
        deps, by = installation.deps, _by(installation)
        view = proposals.overview(deps, by)
        day = day_of(asked.on) or view.today + timedelta(days=1)
        known = {each: key for key, each in view.campaigns}
        if asked.campaign and asked.campaign not in known:
            raise Refused(f'There is no campaign "{asked.campaign}"; choose one of {", ".join(known)}.')
        where = known.get(asked.campaign)
        if limits.is_empty and not any(one.campaign_id == (where or 0) for one in (*view.in_force(), *view.ahead())):
            raise Refused("No limit is set here, and none was set before: see `nextcall policy house propose --help`.")
        try:
            key = proposals.draft(deps, by, where, limits, day)
        except NotTighterThanLaw as loose:
            said = "; ".join(f"{one.key}: {_figures(one.value)} already" for one in loose.loose)
            raise Refused(f"These values tighten nothing: {said}.") from None
        except TooLateToday:
            raise Refused(f"House rules cannot begin on {day} any more: choose a later day.") from None
        proposals.propose(deps, by, key)
    say(f"Proposal {key} waits for an admin, who approves or declines it in Slack. It would begin on {day}.")
    say("The bot tells the admins what it means.")


@command
def approve(
    proposal: Annotated[int, typer.Argument(help="Its number, as `nextcall policy house show` gives it.")],
) -> None:
    """Approve what your only admin proposed in Slack. It stays on record as such."""
    with opened_installation() as installation:
        deps = installation.deps
        try:
            done = proposals.approve(deps, _by(installation), proposal)
        except OwnProposal:
            only = "here you can only approve what your only admin proposed in Slack."
            raise Refused(f"Another admin must approve it in Slack: {only}") from None
        except ProposalDecided as decided:
            raise Refused(f"Proposal {proposal} does not wait for approval: it is {decided.stage}.") from None
        except TooLateToday as late:
            raise Refused(f"{late.on} has begun, or begins within a minute: propose a later day.") from None
        except AlreadyGone:
            raise Refused(f"There is no proposal {proposal}: see `nextcall policy house show`.") from None
    say(f"Approved. It begins on {done.effective_on}, 00:00 ({done.zone}).")


def _figures(value: Any) -> str:
    return ", ".join(str(second) for window in value for second in window) if isinstance(value, tuple) else str(value)


def _by(installation: Installation) -> Actor:
    try:
        return operator_actor(installation)
    except NotEnrolled:
        raise Refused("There is no organisation yet: run `nextcall apply setup.toml` first.") from None


def _pair(text: str, allowed: tuple[str, ...], most: int) -> tuple[str, int]:
    name, _, value = text.partition("=")
    if name not in allowed or not value.isdecimal() or not 1 <= int(value) <= most:
        raise typer.BadParameter(f"{text}: write one of {', '.join(allowed)}, = and a number from 1 to {most}.")
    return name, int(value)


def _hours(text: str) -> tuple[str, tuple[tuple[time, time], ...]]:
    day, _, windows = text.partition("=")
    try:
        if day not in DAYS or not windows:
            raise ValueError(day)
        if windows == "closed":
            return day, ()
        opens, closes = (time.fromisoformat(one.strip()) for one in windows.split("-"))
    except ValueError:
        raise typer.BadParameter(f"{text}: write such as mon-fri=10:00-18:00, or sat=closed.") from None
    return day, ((opens, closes),)


_STANDING = {Force.AHEAD: "approved, not yet in force", Force.NOW: "in force", Force.OVER: "over"}


def _lines(view: HouseRulesView) -> Iterator[str]:
    if not view.proposals:
        yield "No limits of your own yet."
    for one in view.proposals:
        said = ", ".join(f"{name}: {value}" for name, value in one.limits.to_json().items()) or "no limits of its own"
        yield f"{one.proposal_id:>4}  {one.campaign or 'every campaign'}, from {one.effective_on}: {said}"
        standing = one.stage.value if one.force is None else _STANDING.get(one.force, "never came into force")
        reason = f" ({one.reason})" if one.reason else ""
        decided = f"; decided by {one.decider}{reason}" if one.decider else ""
        yield f"      {standing}; proposed by {one.author}{decided}"
        if one.found is not None and one.stage in (Stage.DRAFT, Stage.PROPOSED):
            moved = sum(count.contacts for count in one.found.moved)
            broken = sum(count.calls for count in one.found.broken)
            calls = counted(broken, "recent call")
            yield f"      {counted(moved, 'contact')} would change, {calls} would have broken it"


def _plain(one: ProposalView) -> dict[str, object]:
    said = asdict(one) | {"limits": one.limits.to_json(), "before": one.before.to_json()}
    return {key: value for key, value in said.items() if key != "admins"}
