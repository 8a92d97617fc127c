"""Hands out to all agents of a team who ask at once, in the usual case: none hold anything, and there is enough.

One search, one claim and one commit serve them all. `next_call` handles every other case, one agent at a time, so this
need not be complete, only right.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from bot.services.answers.calls import HandOut
from bot.services.answers.people import Actor
from bot.services.batching import Batcher, Batchers
from bot.services.deps import Deps
from bot.services.hand_out import claiming
from bot.services.hand_out.cards import cards
from storage.hand_out.ready import Asking, next_up
from storage.hand_out.resume import ResumePoints

MOST_TOGETHER = 16


class _Request(NamedTuple):
    actor: Actor
    wanted: int


_Team = tuple[int, int | None]  # organisation and team
_batchers = partial(Batchers[_Team, _Request, HandOut], MOST_TOGETHER)


def ask(deps: Deps, actor: Actor, wanted: int) -> HandOut | None:
    """`wanted` contacts for an agent who holds none. None: an unusual case, or too few contacts."""
    if actor.team_id is None or actor.paused_at is not None:
        return None
    return desk_of(deps, actor).ask(_Request(actor, wanted), partial(_hand_out, deps))


def desk_of(deps: Deps, actor: Actor) -> Batcher[_Request, HandOut]:
    """The batcher of the agent's team."""
    return deps.kept.of(_batchers).of((actor.organisation_id, actor.team_id))


def _hand_out(deps: Deps, requests: Sequence[_Request]) -> list[HandOut | None]:
    first = requests[0].actor
    wanted = {actor.agent_id: most for actor, most in requests}
    with deps.unit_of_work() as uow:
        asking = Asking(first.organisation_id, first.team_id, wanted, deps.clock())
        found = next_up(uow.session, asking, (), deps.kept.of(ResumePoints), whatever_comes_first=False)
        held = claiming.claim_candidates(deps, uow.session, asking, found).held
        answers: list[HandOut | None] = []
        for actor, most in requests:
            mine = held[actor.agent_id]
            is_enough = len(mine) == most
            answers.append(HandOut(most, cards(uow.session, mine, asking.at, actor), None) if is_enough else None)
        return answers
