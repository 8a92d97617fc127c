"""Set-up: the five first steps, as a page, on Home and as an answer to commands; what is still lacking; and the modals
that list teams, people, campaigns, lists and registers, each with its buttons.
"""

import shlex
from collections.abc import Sequence
from datetime import date

from bot.languages import languages
from bot.services.answers.people import Actor, Desk
from bot.services.setup.objects import CampaignView, PersonView, TeamView
from bot.services.setup.overview import ListView, Overview, RegisterView
from bot.services.setup.readiness import Gap, Lack, Progress, Step
from bot.slack import ids
from bot.slack.blocks.admin import admin_forms
from bot.slack.blocks.admin.admin_forms import NEW
from bot.slack.blocks.kit import inputs, kit
from bot.slack.blocks.kit.kit import Block, Element, Reply
from bot.slack.wording.labels import Reader, full_date, short_day, translated, translated_line
from bot.slack.wording.say import (
    Markup,
    channel,
    clipped,
    country_name,
    figure,
    first_lines,
    named,
    one_line,
    own_name,
    say,
    shown,
)
from policy.vocabulary import ContactState, Role

_FORMS = {
    Step.ORGANISATION: "admin_organisation",
    Step.TEAM: "admin_team",
    Step.PEOPLE: "admin_several",
    Step.CAMPAIGN: "admin_campaign",
}
_CHANGES = {
    Step.ORGANISATION: "admin_organisation",
    Step.TEAM: "admin_teams",
    Step.PEOPLE: "admin_people",
    Step.CAMPAIGN: "admin_campaigns",
    Step.LIST: "admin_lists",
}


def step_groups(found: Progress) -> list[list[Block]]:
    """A heading (`1 of 5 done`), then each step: what is done, its button, or that it comes later."""
    done = sum(found.is_done(one) for one in Step)
    steps = [_step(found, one, number) for number, one in enumerate(Step, 1)]
    head, intro = kit.header(say("admin.welcome")), kit.section(say("admin.walk_intro"))
    progress = kit.section(say("admin.progress", done=done, of=len(Step)))
    return [[head, intro, progress, kit.divider()], *steps]


def reply(found: Progress, line: Sequence[Block] = ()) -> Reply:
    return Reply(say("admin.welcome"), tuple(kit.fitted([line, *step_groups(found)])))


def _step(found: Progress, one: Step, number: int) -> list[Block]:
    name = say("admin.step", one)
    if found.is_done(one):
        change = kit.button(say("admin.change"), _CHANGES[one], NEW, spoken=name)
        return [kit.section(f":white_check_mark: {name}: *{_what(found, one)}*", change)]
    if found.next_step is not one:
        return [kit.section(f":white_circle: {number}. {name}")]
    head = f":arrow_right: *{number}. {name}*"
    if one is Step.LIST:
        bring = kit.button(say("list_files.bring"), "list_bring", NEW, "primary")
        presses = kit.actions([bring, kit.button(say("admin.look_again"), "admin_steps", NEW)])
        about, done = kit.section(say("admin.list_step")), kit.section(say("admin.list_step_done"))
        return [kit.section(head), about, presses, done]
    return [kit.section(head, kit.button(say("admin.begin_step"), _FORMS[one], NEW, "primary", spoken=name))]


def import_line(campaign: str) -> str:
    """The import command, ready to copy. Within backticks Slack obeys only a backtick."""
    name = clipped(one_line(campaign), 80).replace("`", "'")
    quoted = shlex.quote(name) if '"' in name or "$" in name or "\\" in name else f'"{name}"'
    safe = quoted.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"```nextcall import-contacts leads.csv --campaign {safe}```"


def _what(found: Progress, one: Step) -> Markup:
    if one is Step.ORGANISATION:
        return named(found.organisation)
    if one is Step.LIST:
        return say("admin.lists_so_far", count=found.lists)
    names = {Step.TEAM: found.teams, Step.PEOPLE: found.callers, Step.CAMPAIGN: found.campaigns}[one]
    first, left = named(names[0]), len(names) - 1
    return say("admin.more_names", count=left, name=first) if left else first


MOST_LINES = 8
_PRESSES = {  # of any other the press changes the campaign
    Lack.CHANNEL: ("admin.change", "admin_team"),
    Lack.AGENTS: ("admin_people.add_people", "admin_several"),
    Lack.CAMPAIGN: ("admin.campaigns", "admin_campaigns"),
    Lack.SCREENING: ("register_files.bring", "register_bring"),
    Lack.LIST: ("list_files.bring", "list_bring"),
    Lack.FACTS: ("list_files.bring", "list_bring"),
}


def groups(found: Sequence[Gap]) -> list[list[Block]]:
    if not found:
        return []
    rows = [_gap(one) for one in found[:MOST_LINES]]
    left = len(found) - MOST_LINES
    more = [[kit.context(say("labels.and_more", count=left))]] if left > 0 else []
    return [[kit.divider(), kit.header(say("checklist.heading"))], *rows, *more]


def _gap(one: Gap) -> list[Block]:
    name, code = named(one.name), shown(one.detail, 80)
    label, action_id = _PRESSES.get(one.lack, ("admin.change", "admin_campaign"))
    value = str(one.key) if label == "admin.change" else one.register if one.lack is Lack.SCREENING else NEW
    press = kit.button(say(label), action_id, value, of=one.name)
    if one.lack is Lack.CHANNEL:  # an invitation is typed in the channel: the press looks again
        said = say("checklist.channel", one.detail, team=name, channel=channel(one.channel), code=code)
        again = kit.button(say("admin.look_again"), "admin_check", NEW)
        return [kit.section(f":white_circle: {said}"), kit.actions([again, press])]
    said = say(
        "checklist.lacks",
        one.lack,
        count=one.contacts,
        name=name,
        country=shown(country_name(one.detail)),
        day=Markup("") if one.on is None else full_date(one.on),
        register=shown(translated(one.detail), 80),
        what=translated_line(one.detail, 200),
    )
    return [kit.section(f":white_circle: {said}", press)]


Groups = Sequence[Sequence[Block]]
_MOST_NAMES = 150  # in one team


def set_up(now: Overview) -> list[Block]:
    """The set-up section on Home: totals and a button for each part."""
    active = sum(one.is_active for one in now.people)
    teams = say("admin.sum_teams", count=len(now.teams))
    campaigns = say("admin.sum_campaigns", count=len(now.campaigns))
    said = f"*{named(now.organisation.name)}*: {teams}, {say('admin.sum_people', count=active)}, {campaigns}"
    ways = (
        (say("admin.teams"), "admin_teams"),
        (say("admin.people"), "admin_people"),
        (say("admin.campaigns"), "admin_campaigns"),
        (say("admin_outcomes.page_title"), "admin_outcomes"),
        (say("house_rules.page_title"), "house_rules"),
        (say("admin.lists"), "admin_lists"),
        (say("admin.registers"), "admin_registers"),
        (say("privacy.person_button"), "subject_form"),
    )
    rename = kit.button(say("admin.change"), "admin_organisation", NEW, spoken=say("admin.organisation_title"))
    presses = [kit.button(label, action_id, NEW) for label, action_id in ways]
    troubles = [kit.section(say("admin.unsent", count=now.unsent))] if now.unsent else []
    return [kit.divider(), kit.header(say("admin.set_up")), *troubles, kit.section(said, rename), kit.actions(presses)]


def my_settings(actor: Actor) -> list[Block]:
    """The language of every user, and where agents and team leads work, on Home."""
    choices = [kit.option(say("admin.as_in_slack"), ids.NONE)]
    choices += [kit.option(own_name(one), one) for one in languages()]
    mine = next((one for one in choices if one["value"] == actor.language), choices[0])
    menu = kit.select("my_language", say("admin.my_language"), choices, mine)
    spoken = [kit.divider(), kit.header(say("admin.my_settings")), kit.section(say("admin.my_language"), menu)]
    if actor.team_id is None or actor.role not in (Role.AGENT, Role.TEAM_LEAD):
        return spoken
    desks, about = [kit.option(say("preferences.desk", one), one.value) for one in Desk], say("preferences.desk_about")
    present = desks[list(Desk).index(Desk(actor.desk))]
    return [*spoken, kit.section(about, kit.select("my_desk", about, desks, present))]


def teams(now: Overview, line: Sequence[Block] = ()) -> Block:
    rows = [[_team(one)] for one in now.teams] or [[kit.section(say("admin_people.no_teams"))]]
    return _page(say("admin.teams"), line, rows, kit.button(say("admin_people.add_team"), "admin_team", NEW, "primary"))


def people(now: Overview, line: Sequence[Block] = ()) -> Block:
    chooser = kit.actions([inputs.person("admin_person", say("admin_people.find_person"))])
    many = kit.button(say("admin_people.add_people"), "admin_several", NEW)
    active = [one for one in now.people if one.is_active]
    groups = [[chooser]]
    groups += [
        _people(named(team.name), [one for one in active if team.name in (one.teams or (one.team,))])
        for team in now.teams
    ]
    groups.append(_people(say("admin_people.without_team"), [one for one in active if not one.team]))
    groups.append(_people(say("admin_people.switched_off"), [one for one in now.people if not one.is_active]))
    return _page(say("admin.people"), line, groups, many)


def campaigns(now: Overview, line: Sequence[Block] = ()) -> Block:
    rows = [_campaign(one) for one in now.campaigns] or [[kit.section(say("admin_campaigns.no_campaigns"))]]
    add = kit.button(say("admin_campaigns.add_campaign"), "admin_campaign", NEW, "primary")
    return _page(say("admin.campaigns"), line, rows, add)


def lists(found: Sequence[ListView], names: Sequence[str], reader: Reader, line: Sequence[Block] = ()) -> Block:
    """The page of lists. `names`: the campaigns a list can be imported into."""
    rows = [_list(one, reader) for one in found] or [[kit.section(say("admin_lists.no_lists"))]]
    press = kit.button(say("list_files.bring"), "list_bring", NEW)
    bring: list[Block] = [kit.divider(), kit.section(say("admin_lists.how_to_bring"), press)]
    bring += [*(kit.section(import_line(one)) for one in names[:5]), kit.context(say("admin_lists.what_to_state"))]
    return _page(say("admin.lists"), line, [*rows, bring])


def registers(found: Sequence[RegisterView], reader: Reader) -> Block:
    rows = [[kit.section(_register(one, reader.today))] for one in found] or [
        [kit.section(say("admin_lists.no_registers"))]
    ]
    press = kit.button(say("register_files.bring"), "register_bring", NEW)
    rows.append([kit.divider(), kit.section(say("admin_lists.how_to_screen"), press)])
    return _page(say("admin.registers"), (), rows)


def _page(title: str, line: Sequence[Block], rows: Groups, press: Element | None = None) -> Block:
    return kit.page_of(title, [line, [kit.actions([press])] if press else [], *rows])


def _team(one: TeamView) -> Block:
    name, where, at, zone = named(one.name), channel(one.channel), Markup(f"{one.digest_at:%H:%M}"), shown(one.zone)
    said: str = say("admin_people.team_line", count=one.people, name=name, channel=where, at=at, zone=zone)
    said += f" · {say('admin_people.follows_a_group')}" if one.agents_group or one.leads_group else ""
    fault = one.group_fault
    said += f"\n:warning: {say('admin_people.not_followed', fault, code=shown(fault))}" if fault else ""
    return kit.section(said, kit.button(say("admin.change"), "admin_team", str(one.team_id), of=one.name))


def _people(heading: Markup, found: Sequence[PersonView]) -> list[Block]:
    if not found:
        return []
    lines = first_lines([f"{named(one.name)} ({say('labels.role_title', one.role)})" for one in found], _MOST_NAMES)
    return kit.lines_in_sections([say("admin_people.people_of", team=heading, count=len(found)), *lines])


def _campaign(one: CampaignView) -> list[Block]:
    said: str = say(
        "admin_campaigns.campaign_line",
        "with_teams" if one.teams else None,
        name=named(one.name),
        purpose=say("admin_campaigns.purpose_name", one.purpose),
        principal=shown(one.principal),
        country=shown(country_name(one.country)),
        teams=shown(", ".join(one.teams), 200),
    )
    said += f" · {say('admin_campaigns.runs_from', day=full_date(one.starts_on))}" if one.starts_on else ""
    said += f" · {say('admin_campaigns.runs_until', day=full_date(one.ends_on))}" if one.ends_on else ""
    said += "" if one.is_active else f" · {say('admin_campaigns.campaign_stopped')}"
    value, spoken = str(one.campaign_id), f"{say('admin_campaigns.card_title')}: {one.name}"
    change = kit.button(say("admin.change"), "admin_campaign", value, of=one.name)
    card = kit.button(say("admin_campaigns.card_button"), "admin_card", value, spoken=spoken)
    return [kit.section(said), kit.actions([change, card])]


def _list(one: ListView, reader: Reader) -> list[Block]:
    said = admin_forms.heading(one, reader)
    total = sum(count for _, count in one.counts)
    each = [f"{figure(count)} {say('labels.state', state)}" for state, count in reversed(one.counts) if count]
    counts = " · ".join(each) if total else say("admin_lists.list_counts")
    counts += f" · {say('admin_lists.list_withdrawn', count=one.withdrawn)}" if one.withdrawn else ""
    value, presses = str(one.list_id), list[Element]()
    # Both for a list of which only a part is closed: by a withdrawal that was interrupted, or by an earlier one.
    if one.withdrawn:
        presses.append(kit.button(say("admin_lists.take_up"), "admin_take_up", value, of=one.name))
    if total > sum(count for word, count in one.counts if word is ContactState.FINISHED):
        presses.append(kit.button(say("admin_lists.withdraw"), "admin_withdraw", value, of=one.name))
    presses.append(kit.button(say("admin.change"), "admin_list", value, of=one.name))
    return [kit.section(said), kit.context(f"{counts}\n{admin_forms.figures(one)}"), kit.actions(presses)]


def _register(one: RegisterView, today: date) -> str:
    if one.newest_at is None:
        return say("admin_lists.register_missing", name=translated_line(one.name))
    name, newest, limit = translated_line(one.name), one.newest_at.date(), one.max_age_days
    made = say("admin_lists.register_line", count=one.numbers, name=name, newest=short_day(newest, today))
    if limit is None:
        return made
    left = limit - (today - newest).days
    is_over = left < 0
    key = "admin_lists.register_expired" if is_over else "admin_lists.register_valid"
    return say(key, count=limit if is_over else left, made=made)
