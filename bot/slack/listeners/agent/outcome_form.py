"""Records any outcome with a note, from a message that asks for it, or corrects one."""

from bot.services.calls import outcomes
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.kit import Block, outcome_form
from bot.slack.boundary import Ask, Boundary, Form, Taken, replies
from bot.slack.listeners.agent.callback import form_for
from bot.slack.wording import forms, named
from policy.vocabulary import Outcome


def register(boundary: Boundary) -> None:
    boundary.opens(ids.OUTCOME_FORM, forms.outcome_title, build)
    boundary.submits(ids.OUTCOME_MODAL, take)


def build(ask: Ask) -> Block:
    attempt_id, chosen = ask.asking.attempt_perhaps_outcome
    reader = ask.reader
    about = [
        forms.outcome_about(named(one.name), reader.when(one.opened_at))
        for one in outcomes.open_attempts(ask.deps, ask.actor)
        if one.attempt_id == attempt_id
    ]
    return outcome_form("".join(about), ask.asking.remembered(attempt_id), chosen)


def take(ask: Ask, form: Form) -> Taken:
    """Records the outcome. A short ring is not asked about again: the form already took thought."""
    chosen, note = form.choice(ids.OUTCOME), form.text(ids.NOTE)
    if chosen not in set(Outcome):
        return Taken({ids.OUTCOME: forms.choose()})
    outcome = Outcome(chosen)
    if outcome is Outcome.CALLBACK_AGREED:
        return Taken(next_form=form_for(ask, note))
    if outcome is Outcome.NOT_DIALLED and not note:
        return Taken({ids.NOTE: forms.why_not_dialled()})
    done = outcomes.record(ask.deps, ask.actor, ask.asking.number, outcome, note, is_confirmed=True)
    return Taken(then=lambda: replies.show_work(ask, happened.recorded(done, ask.reader)))
