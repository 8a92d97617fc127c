"""Teams and the people in them."""

from collections.abc import Sequence
from typing import Final

from bot.slack.wording.labels import role_title
from bot.slack.wording.language import N_, _, counted, figure, ngettext, sentence, words_of
from bot.slack.wording.markup import Markup, filled
from policy.vocabulary import Role

add_team = sentence("Add a team…")
team_title = sentence("Team")
team_name = sentence("Name of the team")
team_channel = sentence("Channel for its digests")
team_channel_hint = sentence("Invite the app first: type /invite @Nextcall in that channel.")
team_zone = sentence("Time zone")
team_zone_hint = sentence(
    "Sets when the team’s day begins and ends, such as Europe/London. Suggested from your Slack profile."
)
team_digest_at = sentence("Time of the digest")
team_digest_hint = sentence(
    "In the team’s time zone, after its last calling hour: a later call counts for the next day."
)
team_editions = sentence("Which digests")
agents_group = sentence("User group of the agents")
leads_group = sentence("User group of the team leads")
group_hint = sentence(
    "People who join the group join the team. People who leave it leave the team, and their contacts go back. "
    "Admins and managers keep their role."
)
by_hand = sentence("None: add people by hand")
follows_a_group = sentence("follows a Slack user group")
no_teams = sentence("No teams yet.")
add_people = sentence("Add several…")
people_title = sentence("People")
person_title = sentence("Person")
find_person = sentence("Choose a person to add or change")
who_calls = sentence("Who?")
who_calls_hint = sentence("Choose as many as you like, and yourself if you make calls.")
what_role = sentence("What do they do?")
in_team = sentence("In which team?")
in_team_hint = sentence("Agents and team leads need one. Managers and admins in a team get contacts too.")
other_teams = sentence("Other teams they may work for")
other_teams_hint = sentence("They choose on Home which team they work for now. Team leads see all of theirs.")
no_team = sentence("No team")
needs_team = sentence("Agents and team leads need a team.")
choose_people = sentence("Choose at least one person.")
person_zone = sentence("Their time zone")
person_zone_hint = sentence("Reminders arrive during the shift, in this time zone.")
shift_from = sentence("Shift begins")
shift_until = sentence("Shift ends")
extension = sentence("Their extension")
extension_hint = sentence("What the phone system calls them: an extension or a name. Several: 101, 102.")
shift_turned = sentence("The shift must end after it begins.")
works_here = sentence("Do they work here?")
yes_works = sentence("Yes")
has_left = sentence("No: their contacts go back, their callbacks go to anyone in the team")
without_team = sentence("Without a team")
switched_off = sentence("Switched off")
team_saved = filled(":white_check_mark: Team *{name}* saved.")
person_about = filled("*{name}*")


def zone_unknown(near: str) -> str:
    if near:
        return _("There is no such time zone. Did you mean {near}?").format(near=near)
    return _("There is no such time zone. Enter a region and a city, such as Europe/London.")


edition = words_of({"day": N_("Every day"), "week": N_("Every week"), "month": N_("Every month")})

_GROUPS_REFUSED: Final = {
    "missing_scope": N_(
        "To let a team follow a Slack user group, update the app from manifest.yml (usergroups:read) and install it "
        "again."
    ),
    "plan_upgrade_required": N_(
        "Teams cannot follow Slack user groups: this workspace’s plan has none. Add people by hand."
    ),
    "paid_teams_only": N_("Teams cannot follow Slack user groups: this workspace’s plan has none. Add people by hand."),
}
_GROUPS_REFUSED_OTHERWISE: Final = N_("Slack did not list its user groups ({code}). Try again later.")


def groups_refused(code: str) -> str:
    said = _GROUPS_REFUSED.get(code)
    return _(said) if said else _(_GROUPS_REFUSED_OTHERWISE).format(code=code)


_NOT_FOLLOWED: Final = {
    "missing_scope": N_("Update the app from manifest.yml (usergroups:read) and install it again."),
    "plan_upgrade_required": N_("This workspace’s plan no longer has user groups: add people by hand on Home."),
    "paid_teams_only": N_("This workspace’s plan no longer has user groups: add people by hand on Home."),
    "no_such_subteam": N_("The group was deleted or disabled: choose another on Home, Teams."),
    "empty_group": N_("The group is empty: add people to it, or choose another on Home, Teams."),
}


def not_followed(code: str, shown_code: Markup) -> str:
    """Why a team cannot follow its user group, and what to do."""
    if code in _NOT_FOLLOWED:
        return _(_NOT_FOLLOWED[code])
    return _("Slack answered {code}. Run `nextcall doctor` to see what to do.").format(code=shown_code)


def group_not_followed(team: Markup, code: str, shown_code: Markup) -> str:
    said = _(":warning: Team {team} cannot follow its Slack user group and stays as it is.").format(team=team)
    return f"{said} {not_followed(code, shown_code)}"


def person_left(name: Markup, contacts: int) -> str:
    said = _("{name}’s Slack account was switched off, so {name} is switched off here too.").format(name=name)
    back = ngettext(
        "{count} contact of theirs is back on the list.", "{count} contacts of theirs are back on the list.", contacts
    ).format(count=figure(contacts))
    kept = _("Anyone in the team can now make their callbacks.")
    return f"{said} {back} {kept}" if contacts else f"{said} {kept}"


_CHANNEL_REFUSED: Final = {
    "not_in_channel": N_("The app is not in that channel. Type /invite @Nextcall there, then save again."),
    "channel_not_found": N_("The app cannot see that channel. Type /invite @Nextcall there, then save again."),
    "is_archived": N_("That channel is archived. Choose another, or restore it first."),
    "restricted_action": N_("Posting in that channel is restricted. Let the app post there, then save again."),
}
_CHANNEL_REFUSED_OTHERWISE: Final = N_("Slack does not let the app post there ({code}). Choose another channel.")


def channel_refused(code: str) -> str:
    said = _CHANNEL_REFUSED.get(code)
    return _(said) if said else _(_CHANNEL_REFUSED_OTHERWISE).format(code=code)


def team_line(name: Markup, channel: Markup, zone: Markup, at: str, count: int) -> str:
    return counted(
        "*{name}*: {count} person, digest in {channel} at {at} ({zone})",
        "*{name}*: {count} people, digest in {channel} at {at} ({zone})",
        count,
        name=name,
        channel=channel,
        at=at,
        zone=zone,
    )


_DUTIES: Final = {
    Role.AGENT: N_("calls people"),
    Role.TEAM_LEAD: N_("runs a team: holds, corrections, alerts"),
    Role.MANAGER: N_("reads every team’s digests"),
    Role.ADMIN: N_("sets up teams, people, campaigns and lists"),
}


def role_and_duty(role: Role) -> str:
    return f"{role_title(role)}: {_(_DUTIES[role])}"


def people_added(names: Sequence[Markup], count: int) -> str:
    return counted(
        ":white_check_mark: {count} person saved: {names}.",
        ":white_check_mark: {count} people saved: {names}.",
        count,
        names=", ".join(names),
    )


def people_left_out(names: Sequence[Markup]) -> str:
    return _(":warning: Not added, because Slack has no active account for them: {names}.").format(
        names=", ".join(names)
    )


def person_saved(name: Markup, *, is_active: bool) -> str:
    if is_active:
        return _(":white_check_mark: *{name}* saved.").format(name=name)
    said = _(
        ":white_check_mark: *{name}* is switched off. Their contacts are back on the list. They can still finish a "
        "call in progress."
    )
    return said.format(name=name)


def people_of(team: Markup, count: int) -> str:
    return f"*{team}* ({figure(count)})"


def person_line(name: Markup, role: Role) -> str:
    return f"{name} ({role_title(role)})"
