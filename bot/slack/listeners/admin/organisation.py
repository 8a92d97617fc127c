"""The pages of set-up, opened from Home; the forms of the organisation, whose name is the first step, and its teams;
and its people: several with one role and team, or one at a time. Names come from Slack profiles. Its lists: changed,
withdrawn with a reason, taken up again.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

from slack_sdk.errors import SlackApiError

from bot.services.errors import AlreadyGone
from bot.services.lists.in_use import list_move, list_terms
from bot.services.setup import overview, plan, readiness, slack_watch
from bot.services.setup.fields import Values, entry
from bot.services.setup.objects import ListTerms, OrganisationView, PersonView, Setup, TeamView
from bot.slack import ids
from bot.slack.api import directory
from bot.slack.api.client import code_of
from bot.slack.blocks.admin import admin_forms, form_fields
from bot.slack.blocks.admin import admin_pages as pages
from bot.slack.blocks.kit.kit import Block, section
from bot.slack.boundary import replies
from bot.slack.boundary.actions import ADMIN, NOTHING, Ask, Taken, form_about, opens, page_about, press, sends
from bot.slack.boundary.payloads import Form, Unreadable
from bot.slack.wording.say import Markup, named, say
from policy.vocabulary import ContactState, Role

IN_A_TEAM = (Role.AGENT, Role.TEAM_LEAD)


def teams_page(ask: Ask, line: Sequence[Block] = ()) -> Block:
    return pages.teams(overview.organisation_overview(ask.deps, ask.actor), line)


def people_page(ask: Ask, line: Sequence[Block] = ()) -> Block:
    return pages.people(overview.organisation_overview(ask.deps, ask.actor), line)


def campaigns_page(ask: Ask, line: Sequence[Block] = ()) -> Block:
    return pages.campaigns(overview.organisation_overview(ask.deps, ask.actor), line)


def lists_page(ask: Ask, line: Sequence[Block] = ()) -> Block:
    running = [one.name for one in overview.organisation_overview(ask.deps, ask.actor).campaigns if one.is_active]
    return pages.lists(overview.lists_now(ask.deps, ask.actor), running, ask.reader, line)


def look_again(ask: Ask) -> None:
    """Looks again after a list was imported on the command line: the first steps are over, or the rest is shown."""
    is_over = readiness.progress(ask.deps).is_done(readiness.Step.LIST)
    over = say("admin.walk_over") if ask.actor.team_id is not None else say("admin.walk_over_for_callers")
    replies.saved(ask, [section(over)] if is_over else [])


def check_again(ask: Ask) -> None:
    """Looks at every channel again, after the app was invited."""
    slack_watch.look(ask.deps, at_all=True)
    replies.saved(ask, [])


def name_fault(name: str, taken: Iterable[str] = ()) -> dict[str, str]:
    """What is wrong with a name, by field. `taken`: the names of others."""
    if not name:
        return {ids.NAME: say("admin.write_a_name")}
    is_taken = name.casefold() in {one.casefold() for one in taken}
    return {ids.NAME: say("admin.name_taken", name=Markup(name))} if is_taken else {}


def saved(ask: Ask, said: str, page: Callable[[Ask, Sequence[Block]], Block] | None = None) -> Taken:
    """Closes the form, and says what was saved, on the page below if there is one."""
    below = None if page is None else partial(page, ask)
    return Taken(then=lambda: replies.saved(ask, [section(said)], below))


def build(ask: Ask) -> Block:
    one = overview.organisation_overview(ask.deps, ask.actor).organisation
    one = replace(one, name="") if one.name == readiness.UNNAMED else one
    return admin_forms.organisation_form(one, ask.asking.remembered(0))


def take(ask: Ask, form: Form) -> Taken:
    name, now = form.text(ids.NAME), overview.organisation_overview(ask.deps, ask.actor)
    if errors := name_fault(name):
        return Taken(errors)
    said = form_fields.parsed(now.organisation, form_fields.changes(OrganisationView, form))
    plan.save(ask.deps, ask.actor, Setup(organisation={"name": name, **said}))
    return saved(ask, say("admin.organisation_saved", name=named(name)))


def build_team(ask: Ask) -> Block:
    now, team_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    if not team_id:
        zone = directory.own_profile(ask.client, ask.actor.slack_user_id).zone or ask.actor.zone
        return admin_forms.team_form(TeamView(zone=zone), ask.asking.remembered(0))
    team = now.team(team_id)
    try:
        found = ask.client.usergroups_list()["usergroups"]
        groups = admin_forms.Groups(tuple((str(one["id"]), str(one["handle"])) for one in found))
    except SlackApiError as fault:
        groups = admin_forms.Groups(refused=code_of(fault))
    return admin_forms.team_form(team, ask.asking.remembered(team_id), groups)


def take_team(ask: Ask, form: Form) -> Taken:
    now, team_id = overview.organisation_overview(ask.deps, ask.actor), ask.asking.number
    known = now.team(team_id) if team_id else None
    answers = (form_fields.answers if known is None else form_fields.changes)(TeamView, form)
    name, channel = known.name if known else form.text(ids.NAME), form.channel(ids.CHANNEL)
    errors = name_fault(name, (one.name for one in now.teams if known is None)) | form_fields.faults(
        known or TeamView(), answers
    )
    is_other_channel = known is None or "channel" in answers
    if not errors and is_other_channel and (code := directory.refused(ask.client, channel, ask.reader.now)):
        errors = {ids.CHANNEL: say("admin_people.channel_refused", code, code=Markup(code))}
    if errors:
        return Taken(errors)
    wanted = {"name": name, **form_fields.parsed(known or TeamView(), answers)}
    plan.save(ask.deps, ask.actor, Setup(teams=(wanted,)))
    if is_other_channel:
        slack_watch.note_open(ask.deps, channel)
    return saved(ask, say("admin_people.team_saved", name=named(name)), teams_page)


def take_several(ask: Ask, form: Form) -> Taken:
    """Reads the form. Slack profiles are read after the form has closed: many take longer than an ack may."""
    now = overview.organisation_overview(ask.deps, ask.actor)
    users, role, team = form.users(ids.USERS), role_in(form), team_in(now, form)
    if not users:
        return Taken({ids.USERS: say("admin_people.choose_people")})
    if role in IN_A_TEAM and not team:
        return Taken({ids.TEAM: say("admin_people.needs_team")})
    return Taken(then=lambda: add(ask, now, users, role, team))


def add(ask: Ask, now: overview.Overview, users: Sequence[str], role: Role, team: str) -> None:
    people, left_out = [], []
    for user in users:
        profile = directory.profile_of(ask.client, user)
        if profile.is_person:
            people.append(_person(now, user, profile.name, role, team, profile.zone))
        else:
            left_out.append(profile.name or user)
    if people:
        plan.save(ask.deps, ask.actor, Setup(people=tuple(people)))
    line = admin_forms.people_saved([one["name"] for one in people], left_out)
    replies.saved(ask, line, partial(people_page, ask))


def _person(now: overview.Overview, user: str, name: str, role: Role, team: str, zone: str) -> Values:
    """A person as they will be saved. An admin stays an admin; who is in several teams joins one more."""
    known = now.person(user)
    keeps = known is not None and known.role is Role.ADMIN and role in IN_A_TEAM
    several = (*known.teams, team) if known is not None and len(known.teams) > 1 and team else None
    return entry(
        PersonView,
        slack_user_id=user,
        name=name,
        role=Role.ADMIN if keeps else role,
        team=None if several else team,
        zone=None if known else zone or None,
        is_active=True,
        teams=several and tuple(dict.fromkeys(several)),
    )


def role_in(form: Form) -> Role:
    if form.choice(ids.ROLE) not in set(Role):
        raise Unreadable
    return Role(form.choice(ids.ROLE))


def team_in(now: overview.Overview, form: Form) -> str:
    """The chosen team's name; empty for none. Raises AlreadyGone."""
    chosen = form.choice(ids.TEAM)
    return now.team(int(chosen)).name if chosen.isascii() and chosen.isdigit() else ""


def build_person(ask: Ask) -> Block:
    now, user = overview.organisation_overview(ask.deps, ask.actor), ask.asking.said
    known = now.person(user)
    if known is not None:
        return admin_forms.person_form(known, now.teams, ask.asking.remembered(user), is_known=True)
    profile = directory.profile_of(ask.client, user)
    if not profile.is_person:
        left_out = admin_forms.people_saved([], [profile.name or user])
        return people_page(ask, left_out)
    team = now.teams[0].name if now.teams else ""
    person = PersonView(slack_user_id=user, name=profile.name, team=team, zone=profile.zone or ask.actor.zone)
    return admin_forms.person_form(person, now.teams, ask.asking.remembered(user), is_known=False)


def take_person(ask: Ask, form: Form) -> Taken:
    """Saves what the form changed, and all it says of somebody new."""
    now, user = overview.organisation_overview(ask.deps, ask.actor), ask.asking.said
    known, drawn = now.person(user), form.as_drawn()
    role, team = role_in(form), team_in(now, form)
    answers = (form_fields.answers if known is None else form_fields.changes)(PersonView, form)
    if role in IN_A_TEAM and not team:
        return Taken({ids.TEAM: say("admin_people.needs_team")})
    if errors := form_fields.faults(known or PersonView(), answers):
        return Taken(errors)
    said = form_fields.parsed(known or PersonView(), answers)
    wanted = replace(known or PersonView(slack_user_id=user), **said)
    if wanted.shift_from >= wanted.shift_until:
        return Taken({ids.UNTIL: say("admin_people.shift_turned")})
    if known is not None and drawn.choice(ids.ROLE) == role:
        role = known.role
    name = known.name if known else directory.own_profile(ask.client, user).name or user
    person: Values = {"is_active": wanted.is_active, **said, "slack_user_id": user, "name": name, "role": role}
    if known is None or _teams_in(form) != _teams_in(drawn):
        several = tuple(dict.fromkeys(now.team(int(one)).name for one in _teams_in(form)))
        person = {**person, **({"teams": several} if team and len(several) > 1 else {"team": team})}
    plan.save(ask.deps, ask.actor, Setup(people=(person,)))
    return saved(ask, say("admin_people.person_saved", wanted.is_active and "active", name=named(name)), people_page)


def _teams_in(form: Form) -> tuple[str, ...]:
    return tuple(one for one in (form.choice(ids.TEAM), *form.choices(ids.OTHER_TEAMS)) if one.isdigit())


def build_take_up(ask: Ask) -> Block:
    return admin_forms.take_up_form(_list(ask), ask.asking.remembered())


def build_withdraw(ask: Ask) -> Block:
    listed = _list(ask)
    left = sum(count for state, count in listed.counts if state is not ContactState.FINISHED)
    return admin_forms.withdraw_form(listed.name, left, ask.asking.remembered(listed.list_id))


def build_change(ask: Ask) -> Block:
    listed = _list(ask)
    known = overview.organisation_overview(ask.deps, ask.actor).campaigns
    ours = next(one.principal for one in known if one.name == listed.campaign)
    campaigns = [one for one in known if one.principal == ours and (one.is_active or one.name == listed.campaign)]
    return admin_forms.change_form(listed, campaigns, ask.asking.remembered(listed.list_id))


def change(ask: Ask, form: Form) -> Taken:
    """Changes what the form changed, after it has closed: a long list takes longer than an ack may."""
    list_id, was = ask.asking.number, _list(ask)
    changed = form_fields.changes(ListTerms, form)
    wanted = ListTerms(**form_fields.parsed(ListTerms(), changed))

    def then() -> None:
        if "expires_on" in changed:
            list_terms.set_last_day(ask.deps, ask.actor, list_id, wanted.expires_on)
        if wanted.priority is not None:
            list_terms.set_priority(ask.deps, ask.actor, list_id, wanted.priority)
        if "is_worked" in changed:
            (list_terms.take_up if wanted.is_worked else list_terms.pause)(ask.deps, ask.actor, list_id)
        to = int(wanted.campaign) if wanted.campaign.isdecimal() else None
        moved = None if to is None else list_move.move(ask.deps, ask.actor, list_id, to)
        replies.decide_again(ask.deps)
        _saved(ask, _changed(was.name, moved))

    return Taken(then=then)


def _changed(name: str, moved: list_move.ListMoved | None) -> str:
    if moved is None or not moved.contacts + moved.stayed:
        return say("admin_lists.list_changed", name=named(name))
    name, campaign = named(moved.name), named(moved.campaign)
    said = say("admin_lists.list_is_moved", count=moved.contacts, name=name, campaign=campaign)
    return f"{said} {say('admin_lists.list_is_moved_contacts', count=moved.stayed)}" if moved.stayed else said


def withdraw(ask: Ask, form: Form) -> Taken:
    """Withdraws the list after the form has closed: a long list takes longer than an ack may."""
    reason = form.text(ids.WORDS)
    if not reason:
        return Taken({ids.WORDS: say("admin_lists.say_why")})
    listed = list_terms.find_list(ask.deps, ask.actor, ask.asking.number)

    def then() -> None:
        done = list_terms.withdraw(ask.deps, ask.actor, listed.id or 0, reason)
        _saved(ask, say("admin_lists.list_is_withdrawn", count=done.contacts, name=named(done.name)))

    return Taken(then=then)


def take_up(ask: Ask, _form: Form) -> Taken:
    listed = list_terms.find_list(ask.deps, ask.actor, ask.asking.number)

    def then() -> None:
        done = list_terms.take_up(ask.deps, ask.actor, listed.id or 0)
        replies.decide_again(ask.deps)
        _saved(ask, say("admin_lists.list_is_taken_up", count=done.contacts, name=named(done.name)))

    return Taken(then=then)


def _saved(ask: Ask, said: str) -> None:
    replies.saved(ask, [section(said)], partial(lists_page, ask))


def _list(ask: Ask) -> overview.ListView:
    """The list. Raises AlreadyGone."""
    for one in overview.lists_now(ask.deps, ask.actor):
        if one.list_id == ask.asking.number:
            return one
    raise AlreadyGone


build_several = form_about(overview.organisation_overview, admin_forms.several_form)

ACTIONS = (
    opens("admin_teams", ADMIN, NOTHING, "admin.teams", teams_page),
    opens("admin_people", ADMIN, NOTHING, "admin.people", people_page),
    opens("admin_campaigns", ADMIN, NOTHING, "admin.campaigns", campaigns_page),
    opens("admin_lists", ADMIN, NOTHING, "admin.lists", lists_page),
    opens("admin_registers", ADMIN, NOTHING, "admin.registers", page_about(overview.registers_now, pages.registers)),
    press("admin_steps", ADMIN, NOTHING, look_again),
    press("admin_check", ADMIN, NOTHING, check_again),
    opens("admin_organisation", ADMIN, NOTHING, "admin.organisation_title", build),
    sends("admin_organisation", ADMIN, NOTHING, take),
    opens("admin_team", ADMIN, NOTHING, "admin_people.team_title", build_team),
    sends("admin_team", ADMIN, NOTHING, take_team),
    opens("admin_several", ADMIN, NOTHING, "admin.people", build_several),
    sends("admin_several", ADMIN, NOTHING, take_several),
    opens("admin_person", ADMIN, NOTHING, "admin_people.person_title", build_person),
    sends("admin_person", ADMIN, NOTHING, take_person),
    opens("admin_withdraw", ADMIN, NOTHING, "admin_lists.withdraw_title", build_withdraw),
    sends("admin_withdraw", ADMIN, NOTHING, withdraw),
    opens("admin_take_up", ADMIN, NOTHING, "admin_lists.take_up_press", build_take_up),
    sends("admin_take_up", ADMIN, NOTHING, take_up),
    opens("admin_list", ADMIN, NOTHING, "admin_lists.change_title", build_change),
    sends("admin_list", ADMIN, NOTHING, change),
)
