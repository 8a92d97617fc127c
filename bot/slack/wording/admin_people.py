"""Teams and the people in them."""

from collections.abc import Sequence

from bot.slack.wording.say import Markup, say
from policy.vocabulary import Role


def zone_unknown(near: str) -> Markup:
    if near:
        return say("admin_people.zone_did_you_mean", near=Markup(near))
    return say("admin_people.zone_unknown")


def groups_refused(code: str) -> Markup:
    return say("admin_people.groups_refused", code, code=Markup(code))


def not_followed(code: str, shown_code: Markup) -> Markup:
    """Why a team cannot follow its user group, and what to do."""
    return say("admin_people.not_followed", code, code=shown_code)


def group_not_followed(team: Markup, code: str, shown_code: Markup) -> Markup:
    said = say("admin_people.group_not_followed", team=team)
    return Markup(f"{said} {not_followed(code, shown_code)}")


def person_left(name: Markup, contacts: int) -> Markup:
    said = say("admin_people.person_left", name=name)
    back = say("admin_people.person_left_contacts", count=contacts)
    kept = say("admin_people.person_left_anyone")
    return Markup(f"{said} {back} {kept}" if contacts else f"{said} {kept}")


def channel_refused(code: str) -> Markup:
    return say("admin_people.channel_refused", code, code=Markup(code))


def role_and_duty(role: Role) -> Markup:
    return Markup(f"{say('labels.role_title', role)}: {say('admin_people.duties', role)}")


def people_added(names: Sequence[Markup], count: int) -> Markup:
    return say("admin_people.people_added", count=count, names=Markup(", ".join(names)))


def people_left_out(names: Sequence[Markup]) -> Markup:
    return say("admin_people.people_left_out", names=Markup(", ".join(names)))


def person_saved(name: Markup, *, is_active: bool) -> Markup:
    if is_active:
        return say("admin_people.person_saved_active", name=name)
    return say("admin_people.person_saved", name=name)


def person_line(name: Markup, role: Role) -> Markup:
    return Markup(f"{name} ({say('labels.role_title', role)})")
