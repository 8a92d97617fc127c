"""What a person holds now, decided again, without asking for more."""

from bot.services import next_call
from bot.services.deps import Deps
from bot.services.people_results import Who
from bot.services.results import HandOut


def held(deps: Deps, who: Who) -> HandOut:
    return next_call.hand_out_these(deps, who, ())
