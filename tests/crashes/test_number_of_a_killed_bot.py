"""The bot that showed a number is killed, and another records the end of the call: the number is hidden all the
same."""

import pytest

from storage.models import Attempt, ShownNumber
from tests.crashes.centre import Centre, reads
from tests.slack.scenarios.town import NUMBER


@pytest.mark.long
def test_the_number_is_hidden_though_the_bot_that_showed_it_was_killed(centre: Centre) -> None:
    centre.acme.add_contact("Grace")
    centre.start()
    alice, bob = centre.person("alice"), centre.person("bob")
    alice.command("/nextcall 1")
    alice.press(reads(alice, "Grace"), "call")
    shown = reads(alice, NUMBER)
    centre.kill()
    centre.start()
    assert [one.message.partition(":")[2] for one in centre.acme.all(ShownNumber)] == [shown.ts]
    bob.command(f"/dnc {centre.acme.all(Attempt)[0].number}")
    alice.wait_for(lambda seen: all(NUMBER not in one.words for one in seen.messages))
    centre.until(lambda: not centre.acme.all(ShownNumber))
