"""`nextcall redecide`: decide every stored contact anew."""

from bot.cli.opening import opened
from bot.cli.screen import counted, progress, say
from bot.services import redecide as service


def redecide() -> None:
    """Decide every unfinished contact again by the rules now in force, after packs or clocks have changed."""
    with opened() as house, progress("Deciding contacts again") as report:
        done = service.redecide_all(house.deps, lambda count: report(count, None))
    say(f"{counted(done, 'contact')} decided by rulebook {house.deps.rulebook().version}.")
