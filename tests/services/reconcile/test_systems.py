"""Each system's file, made from its documented columns, says the same of the same morning."""

import pytest

from storage.models import Agent
from tests.fakes import TUESDAY
from tests.services.reconcile.phones import CALLED_IN, EVENING, RECORDED, SAMPLES, UNRECORDED, Phones

HAS_RING = {
    "asterisk-master.csv",
    "freepbx.csv",
    "3cx-cdr.csv",
    "3cx-log.csv",
    "aircall.csv",
    "dialpad.csv",
    "twilio.csv",
    "aircall-export.csv",
    "freeswitch.csv",
    "freeswitch-table.csv",
    "zoom.csv",
    "zoom-history.csv",
    "callrail.csv",
}
AT_FIVE_PAST = TUESDAY.replace(minute=5, microsecond=0)
LOCAL = "Europe/London"
FILES = {
    "asterisk-master.csv": ("Asterisk", LOCAL),
    "freepbx.csv": ("FreePBX", LOCAL),
    "3cx-cdr.csv": ("3CX", LOCAL),
    "3cx-log.csv": ("3CX", LOCAL),
    "twilio.csv": ("Twilio", ""),
    "aircall.csv": ("Aircall", ""),
    "ringcentral.csv": ("RingCentral", ""),
    "ringcentral-portal.csv": ("RingCentral", LOCAL),
    "ringcentral-app.csv": ("RingCentral", LOCAL),
    "aircall-export.csv": ("Aircall", ""),
    "freeswitch.csv": ("FreeSWITCH", LOCAL),
    "freeswitch-table.csv": ("FreeSWITCH", ""),
    "zoom.csv": ("Zoom", ""),
    "zoom-history.csv": ("Zoom", ""),
    "dialpad.csv": ("Dialpad", ""),
    "vicidial.txt": ("VICIdial", LOCAL),
    "fritzbox.csv": ("FRITZ!Box", LOCAL),
    "callrail.csv": ("CallRail", ""),
    "by-hand.csv": ("CSV", LOCAL),
}
BY_HAND = {
    "When": "start", "Who": "agent", "Called": "number", "How": "result", "Rang for": "ring", "Talked": "talk",
    "Seen": "shown",
}  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", FILES)
def test_a_sample_of_each_system_says_the_same(phones: Phones, name: str) -> None:
    phones.give_alice("101")
    phones.meet(RECORDED, UNRECORDED, CALLED_IN)
    recorded = phones.call(RECORDED)
    phones.acme.clock.at(EVENING)
    system, zone = FILES[name]
    done = phones.take(SAMPLES / name, zone, BY_HAND if name == "by-hand.csv" else None)
    has_calls_in = name not in ("vicidial.txt", "by-hand.csv")
    assert (done.system, done.faults) == (system, ())
    assert (done.matched, done.unrecorded, done.strangers, done.without_call) == (1, 1, 1, 0)
    assert done.calls_in == has_calls_in
    assert done.short_rings == (name in HAS_RING | {"by-hand.csv"})
    [found] = phones.found()
    assert (found.number, found.opened_at.replace(microsecond=0)) == (UNRECORDED, AT_FIVE_PAST)
    assert (found.agent_id == phones.acme.alice.agent_id) == (name != "twilio.csv")
    by_number = {one.number: one for one in phones.calls()}
    assert by_number[RECORDED].attempt_id == recorded.id
    assert ("+447700900599" in by_number, CALLED_IN in by_number) == (False, has_calls_in)


def test_what_twilio_does_not_tell_belongs_to_the_phone_system_and_not_to_an_agent(phones: Phones) -> None:
    phones.meet(UNRECORDED)
    phones.acme.clock.at(EVENING)
    phones.take(SAMPLES / "twilio.csv")
    [found] = phones.found()
    stand_in = phones.acme.one(Agent, found.agent_id)
    assert (stand_in.name, stand_in.is_active, stand_in.team_id) == ("Phone system", False, phones.acme.energy.id)
