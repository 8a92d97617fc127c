"""The result of a form, as its ack shows it."""

from typing import Any

import pytest

from bot.slack.boundary.actions import Taken

FORM, OTHER = {"type": "modal", "callback_id": "a"}, {"type": "modal", "callback_id": "b"}


@pytest.mark.parametrize(
    ("taken", "said"),
    [
        (Taken(), {}),
        (
            Taken(errors={"note": "Too long."}, next_form=FORM),
            {"response_action": "errors", "errors": {"note": "Too long."}},
        ),
        (Taken(next_form=FORM, on_top=OTHER), {"response_action": "update", "view": FORM}),
        (Taken(on_top=OTHER, closes_all=True), {"response_action": "push", "view": OTHER}),
        (Taken(closes_all=True), {"response_action": "clear"}),
    ],
)
def test_it_keeps_replaces_covers_or_closes_the_form(taken: Taken, said: dict[str, Any]) -> None:
    sent: list[dict[str, Any]] = []

    def ack(**words: Any) -> None:
        sent.append(words)

    taken.acknowledge(ack)  # type: ignore[arg-type]  # what it says is all that is looked at
    assert sent == [said]
