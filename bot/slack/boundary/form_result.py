"""What came of a form that was sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from slack_bolt import Ack

from bot.slack.blocks.kit import Block


@dataclass(frozen=True, slots=True)
class Taken:
    """A submitted form. `errors` by block_id keep it open; `next_form` takes its place; `on_top` covers it, to come back
    to; `closes_all` takes those under it along. `then` runs once it is closed. Forms in an ack must be small."""

    errors: Mapping[str, str] = field(default_factory=dict)
    next_form: Block | None = None
    on_top: Block | None = None
    closes_all: bool = False
    then: Callable[[], None] | None = None

    def acknowledge(self, ack: Ack) -> None:
        """Have Slack do so with the form."""
        if self.errors:
            ack(response_action="errors", errors=dict(self.errors))
        elif self.next_form is not None:
            ack(response_action="update", view=self.next_form)
        elif self.on_top is not None:
            ack(response_action="push", view=self.on_top)
        elif self.closes_all:
            ack(response_action="clear")
        else:
            ack()
