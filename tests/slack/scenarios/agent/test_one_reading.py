"""A press on a card reads what the agent holds once, in the transaction in which it changed it: in messages and on
Home."""

from collections.abc import Callable

import pytest

from bot.sandbox import VisibleMessage, VisibleView
from tests.fakes import SampleOrganisation
from tests.slack.scenarios.town import NUMBER, Town, home_shows, reads, types
from tests.slack.scenarios.town import town as opened
from tests.transactions import transactions

pytestmark = pytest.mark.both_engines
Screen = VisibleMessage | VisibleView
Sees = Callable[..., Screen]
THE_HAND = "WHERE lease.agent_id ="
ROAD = (  # what is pressed, what the screen says then, and what was changed
    ("call", NUMBER, "INSERT INTO attempt"),
    ("outcome_conversation", "*Spoke* recorded", "INSERT INTO outcomerecord"),
    ("undo", "*Spoke* undone", "INSERT INTO outcomerecord"),
    ("keep", "stays yours until", "UPDATE lease"),
    ("give_back", "given back", "UPDATE lease"),
)


def in_messages(town: Town) -> Sees:
    return lambda *words: reads(town.alice, *words)


def on_home(town: Town) -> Sees:
    town.alice.open_home()
    return lambda *words: home_shows(town.alice, *words)


@pytest.mark.long
@pytest.mark.parametrize("surface", [in_messages, on_home])
def test_a_press_reads_the_hand_once_where_it_changed_it(
    acme: SampleOrganisation, surface: Callable[[Town], Sees]
) -> None:
    acme.add_contact("Grace", "+447700900111")
    acme.add_contact("Ada", "+447700900222")
    with opened(acme, "http") as town:
        types(town.alice, "/nextcall 2", "You hold 2 contacts")
        sees = surface(town)
        screen = sees("Grace", "Ada")
        for pressed, said, change in ROAD:
            town.move(seconds=71.3)
            with transactions() as asked:
                town.alice.press(screen, pressed)
                screen = sees(said)
                [where] = [one for one in asked if any(THE_HAND in each for each in one)]
            assert sum(THE_HAND in each for each in where) == 1, pressed
            assert any(each.startswith(change) for each in where), pressed
