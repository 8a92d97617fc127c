"""Own outcomes where an admin sets them up: the page, an outcome's form, its questions, and their place on cards."""

from collections.abc import Sequence

from bot.slack.wording.labels import outcome_name
from bot.slack.wording.say import Markup, say
from policy.vocabulary import Outcome


def counts_as(outcome: Outcome) -> Markup:
    return say("admin_outcomes.counts_as", outcome=outcome_name(outcome))


def outcome_line(
    name: Markup, counts_as: Outcome, questions: int, campaigns: Sequence[Markup], *, is_old: bool
) -> Markup:
    """One outcome of the page."""
    said = [say("admin_outcomes.outcome_counts_as", name=name, outcome=outcome_name(counts_as))]
    said += [say("admin_outcomes.how_many_questions", count=questions)] if questions else []
    said += (
        [say("admin_outcomes.outcome_on_cards", campaigns=Markup(", ".join(campaigns)))]
        if campaigns
        else [say("admin_outcomes.outcome_on_no_cards")]
    )
    return Markup(f"{said[0]} ({say('admin_outcomes.is_retired')})" if is_old else " · ".join(said))
