"""What team leads, managers and admins do."""

from datetime import timedelta
from random import Random

from bot.services.answers.leads import HoldPlaced, LeadDecided
from bot.services.hand_out import releases
from bot.services.lists.in_use import list_terms
from bot.services.merges import parting
from bot.services.setup import plan
from bot.services.setup.fields import entry
from bot.services.setup.objects import CampaignView, PersonView, Setup
from bot.services.teams import call_check, holds, moves, pauses, team_status
from policy.vocabulary import Role
from tests.simulation.agents_work import CALLERS, number_typed
from tests.simulation.bots import Bot
from tests.simulation.cast import CAMPAIGNS, STAFF, user_of
from tests.simulation.centre import Centre, Delivery, as_actor, name_of, pick
from tests.simulation.oracle.journal import Journal

LEADS = [name for name, role, _ in STAFF if role is not Role.AGENT]
_LIVE = "SELECT id FROM lease WHERE ended_at IS NULL ORDER BY id DESC"


def take_back(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    chosen, name = pick(rolls, centre.raw.rows(_LIVE)), rolls.choice(LEADS)
    if chosen is None:
        return None
    lease_id = chosen[0]
    return Delivery(
        f"{name}: take card {lease_id} back", lambda bot: releases.take_back(bot.deps, as_actor(bot, name), lease_id)
    )


def move(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    chosen, name, to = pick(rolls, centre.raw.rows(_LIVE)), rolls.choice(LEADS), _agent(centre, rolls)
    if chosen is None:
        return None
    lease_id = chosen[0]
    return Delivery(
        f"{name}: move card {lease_id} to {to[1]}",
        lambda bot: moves.move(bot.deps, as_actor(bot, name), lease_id, to[0]),
    )


def reassign(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    open_ = "SELECT id FROM callback WHERE closed_at IS NULL ORDER BY id DESC"
    chosen, name = pick(rolls, centre.raw.rows(open_)), rolls.choice(LEADS)
    if chosen is None:
        return None
    callback_id, to = chosen[0], None if rolls.random() < 0.3 else _agent(centre, rolls)
    return Delivery(
        f"{name}: callback {callback_id} to {'anyone' if to is None else to[1]}",
        lambda bot: moves.reassign(bot.deps, as_actor(bot, name), callback_id, None if to is None else to[0]),
    )


def hold(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    contact_id, name = _contact(centre, rolls), rolls.choice(LEADS)
    reason = rolls.choice(("wants a letter", "complaint", "vulnerable"))

    def confirm(answer: HoldPlaced) -> None:
        journal.confirm_hold(contact_id, reason)

    return Delivery(
        f"{name}: hold contact {contact_id}, {reason}",
        lambda bot: holds.place(bot.deps, as_actor(bot, name), contact_id, reason),
        confirm,
    )


def lift(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    held = "SELECT DISTINCT contact_id FROM hold WHERE lifted_at IS NULL ORDER BY contact_id DESC"
    chosen, name = pick(rolls, centre.raw.rows(held)), rolls.choice(LEADS)
    contact_id = _contact(centre, rolls) if chosen is None else chosen[0]
    return Delivery(
        f"{name}: lift the hold on contact {contact_id}",
        lambda bot: holds.lift(bot.deps, as_actor(bot, name), contact_id, "spoke to them"),
        lambda _answer: journal.lift_holds(contact_id),
        doubt=lambda: journal.lift_holds(contact_id),
    )


def pause(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    to, name = _agent(centre, rolls), rolls.choice(LEADS)
    return Delivery(
        f"{name}: pause {to[1]}", lambda bot: pauses.pause(bot.deps, as_actor(bot, name), to[0], "training")
    )


def end_pause(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    paused = pick(rolls, centre.raw.rows("SELECT id FROM agent WHERE paused_at IS NOT NULL ORDER BY id DESC"))
    if paused is None:
        return None
    agent_id, name = paused[0], rolls.choice(LEADS)
    return Delivery(
        f"{name}: end the pause of agent {agent_id}", lambda bot: pauses.end(bot.deps, as_actor(bot, name), agent_id)
    )


def override(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    """What may give way is asked first, as the form does."""
    contact_id, name = _contact(centre, rolls), rolls.choice(LEADS)
    lasts = rolls.choice((None, timedelta(hours=3, milliseconds=250)))
    until, lot = None if lasts is None else centre.now + lasts, rolls.random()

    def run(bot: Bot) -> LeadDecided:
        actor = as_actor(bot, name)
        about = holds.override_options(bot.deps, actor, contact_id)
        reason = about.reasons[int(lot * len(about.reasons))]
        return holds.approve_override(bot.deps, actor, contact_id, reason, "agreed", until, about.shown)

    return Delivery(f"{name}: override on contact {contact_id}, until {until}", run)


def withdraw_list(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    return _of_list(centre, rolls, "withdraw")


def pause_list(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    return _of_list(centre, rolls, "pause")


def take_up_list(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    return _of_list(centre, rolls, "take up")


def _of_list(centre: Centre, rolls: Random, what: str) -> Delivery | None:
    list_id = rolls.randint(1, 1 + len(CAMPAIGNS))
    if what == "withdraw":
        return Delivery(
            f"ada: withdraw list {list_id}",
            lambda bot: list_terms.withdraw(bot.deps, as_actor(bot, "ada"), list_id, "sold twice"),
            lambda _answer: centre.withdrawn.add(list_id),
            doubt=lambda: centre.withdrawn.add(list_id),
        )
    act = list_terms.pause if what == "pause" else list_terms.take_up
    return Delivery(f"ada: {what} list {list_id}", lambda bot: act(bot.deps, as_actor(bot, "ada"), list_id))


def change_campaign(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    """A campaign is made inactive, or active again."""
    off = centre.raw.rows("SELECT name FROM campaign WHERE is_active = ? ORDER BY id", False)
    is_active = bool(off) and rolls.random() < 0.7
    name = rolls.choice(off)[0] if is_active else rolls.choice(CAMPAIGNS)[0]
    return _switch(name, is_active=is_active)


def _switch(name: str, *, is_active: bool) -> Delivery:
    [(_, principal, purpose, place, *_rest)] = [one for one in CAMPAIGNS if one[0] == name]
    wanted = Setup(
        campaigns=(
            entry(
                CampaignView,
                name=name,
                purpose=purpose,
                principal=principal,
                country=place.country,
                is_active=is_active,
            ),
        )
    )
    return Delivery(
        f"ada: switch {name} {'on' if is_active else 'off'}",
        lambda bot: plan.save(bot.deps, as_actor(bot, "ada"), wanted),
    )


def change_person(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    """Somebody leaves, comes back, or goes to another team."""
    name, role, team = rolls.choice([one for one in STAFF if one[1] is Role.AGENT])
    moved, is_active = rolls.choice((team, team, "Energy", "Water")), rolls.random() < 0.75
    person = entry(PersonView, slack_user_id=user_of(name), name=name.title(), role=role, team=moved)
    wanted = Setup(people=({**person, "is_active": is_active},))
    return Delivery(
        f"ada: {name} to {moved}{'' if is_active else ', switched off'}",
        lambda bot: plan.save(bot.deps, as_actor(bot, "ada"), wanted),
    )


def move_holder(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    """Whoever holds a card, or is in a call, goes to another team or is switched off."""
    chosen = pick(rolls, centre.raw.rows("SELECT id, agent_id FROM lease WHERE ended_at IS NULL ORDER BY id DESC"))
    if chosen is None:
        return None
    name = name_of(centre, chosen[1])
    role = next(role for one, role, _ in STAFF if one == name)
    if role is not Role.AGENT:
        return None
    moved, is_active = rolls.choice(("Energy", "Water", "Abroad")), rolls.random() < 0.85
    wanted = Setup(
        people=(
            entry(
                PersonView, slack_user_id=user_of(name), name=name.title(), role=role, team=moved, is_active=is_active
            ),
        )
    )
    return Delivery(
        f"ada: {name}, who holds a card, to {moved}{'' if is_active else ', switched off'}",
        lambda bot: plan.save(bot.deps, as_actor(bot, "ada"), wanted),
    )


def switch_off_held(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    """The campaign of a card that is out, or of a call under way."""
    held = """SELECT g.name FROM lease l JOIN contact c ON c.id = l.contact_id JOIN campaign g ON g.id = c.campaign_id
      WHERE l.ended_at IS NULL AND g.is_active ORDER BY l.id DESC"""
    chosen = pick(rolls, centre.raw.rows(held))
    return None if chosen is None else _switch(chosen[0], is_active=False)


def status(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    name, team = rolls.choice(STAFF)[0], rolls.choice(("", "Energy", "Water", "Abroad"))
    return Delivery(
        f"{name}: /teamstatus {team}", lambda bot: team_status.team_status(bot.deps, as_actor(bot, name), team)
    )


def check(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    name, number = rolls.choice(CALLERS), number_typed(centre, rolls)
    return Delivery(
        f"{name}: /callcheck {number}", lambda bot: call_check.check_number(bot.deps, as_actor(bot, name), number)
    )


def part(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    """Two people whom lists gave as one; now and then, some who are parted already."""
    which = "" if rolls.random() < 0.1 else "WHERE parted_from IS NULL"
    chosen, name = (
        pick(rolls, centre.raw.rows(f"SELECT id FROM personmerge {which} ORDER BY id DESC")),
        rolls.choice(LEADS),
    )
    if chosen is None:
        return None
    merge_id = chosen[0]
    return Delivery(
        f"{name}: part row {merge_id}", lambda bot: parting.part(bot.deps, as_actor(bot, name), merge_id, "two people")
    )


def _agent(centre: Centre, rolls: Random) -> tuple[int, str]:
    rows = centre.raw.rows("SELECT id, name FROM agent WHERE role IN ('agent', 'team_lead') ORDER BY id")
    agent_id, name = rolls.choice(rows)
    return agent_id, name


def _contact(centre: Centre, rolls: Random) -> int:
    """Of those rung last, mostly."""
    fate, any_one = rolls.random(), rolls.randint(1, 40)
    last = pick(
        rolls, centre.raw.rows("SELECT contact_id FROM attempt WHERE contact_id IS NOT NULL ORDER BY id DESC LIMIT 6")
    )
    return int(last[0]) if last is not None and fate < 0.75 else any_one
