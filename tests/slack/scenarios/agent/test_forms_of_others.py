"""A form opens only for a person who may send it."""

import pytest

from tests.slack.scenarios.town import Town, button


def pressed(town: Town, user: str, action_id: str, value: str) -> str:
    """What the modal says that a button opens which no screen of this person has."""
    member = getattr(town, user)
    member.press(town.shows(user, button(action_id, value)), action_id)
    return str(member.wait_for(lambda seen: seen.modal if seen.modal and "…" not in seen.modal.words else None).words)


@pytest.mark.parametrize(
    ("user", "action_id", "says"),
    [
        ("dana", "subject_form", "Only an admin may do that"),
        ("bob", "release_form", "Alice has that contact"),
        ("bob", "outcome_form", "Alice has that contact"),
        ("dana", "withdraw_stop", "Only an admin may do that"),
        ("dana", "house_decline", "Only an admin may do that"),
    ],
)
def test_a_form_does_not_open_for_a_person_who_may_not_send_it(
    town: Town, user: str, action_id: str, says: str
) -> None:
    town.calling()
    assert says in pressed(town, user, action_id, "1")
