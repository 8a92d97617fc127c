"""The bot is killed between the commit and the message about it: another bot tells it, once."""

from time import sleep

import pytest

from bot.sandbox import Member
from storage.models import Lease, Message
from tests.crashes.centre import Centre, reads

POST = "chat.postMessage"
GONE = "no longer on your cards"


def _told(member: Member, name: str) -> int:
    return sum(GONE in one.words and name in one.words for one in member.messages())


@pytest.mark.long
def test_a_notice_outlives_the_bot_that_was_to_send_it(centre: Centre) -> None:
    contact = centre.acme.add_contact("Grace")
    centre.start()
    alice, bob = centre.person("alice"), centre.person("bob")
    alice.command("/nextcall 1")
    reads(alice, "Grace")
    with centre.killed_while(POST, lambda: all(one.ended_at for one in centre.acme.all(Lease))):
        bob.command(f"/dnc {contact.number}")
    assert not _told(alice, "Grace")
    centre.start()
    sleep(2)  # from when this one saw that another had begun, it counts the minute after which that has died
    centre.move(minutes=2)
    reads(alice, "Grace", GONE)
    centre.until(lambda: [one.closed_because for one in centre.acme.all(Message)] == ["sent"])
    centre.move(minutes=2)
    centre.kill()  # whatever it had begun, another goes on with
    centre.start()
    sleep(2)
    assert _told(alice, "Grace") == 1
