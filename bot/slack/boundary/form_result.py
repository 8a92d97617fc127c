"""The result of a submitted form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from slack_bolt import Ack

from bot.slack.blocks.kit.kit import Block


@dataclass(frozen=True, slots=True)
class Taken:
    """What happens to a submitted form.

    `errors` by block_id keep it open, `next_form` replaces it, `on_top` covers it, `closes_all` closes it and every
    modal below; otherwise it closes. `then` runs once it is closed. Views in an ack must be small.
    """

    errors: Mapping[str, str] = field(default_factory=dict)
    next_form: Block | None = None
    on_top: Block | None = None
    closes_all: bool = False
    then: Callable[[], None] | None = None

    def acknowledge(self, ack: Ack) -> None:
        """Acknowledges the submission with this result."""
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
