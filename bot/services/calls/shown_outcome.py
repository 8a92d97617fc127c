"""Compares what a card shows of a call with what its reader recorded last: an old card's Undo undoes nothing newer."""

from bot.services.answers.people import Actor
from bot.services.calls import recording
from bot.services.deps import Deps
from bot.services.errors import OutcomeChanged
from policy.vocabulary import Outcome
from storage.queries import attempts


def refuse_stale(deps: Deps, actor: Actor, attempt_id: int, shown: Outcome) -> None:
    """Raise OutcomeChanged if the actor has recorded another outcome since. Raises NotYours, AlreadyGone."""
    with deps.unit_of_work(is_read_only=True) as uow:
        recording.find(uow.session, actor, attempt_id, is_only_read=True)
        said = attempts.statements_of(uow.session, attempt_id)
    own = [one.outcome for one in said if one.recorded_by == actor.agent_id and one.outcome is not None]
    if own and own[-1] is not shown:
        raise OutcomeChanged
