"""Why the last try of an open message failed is kept apart from why a message was closed."""

import pytest
from sqlalchemy import Engine, text

from policy import Rulebook
from storage import migrations
from storage.database.unit_of_work import UnitsOfWork
from storage.models import Message
from tests.fakes import FakeClock, SampleOrganisation

_WRITTEN = (
    "INSERT INTO message (organisation_id, agent_id, kind, params, once, written_at, tries, closed_at, closed_because) "
    "VALUES (1, 1, 'card_given', '{}', '', '2026-11-24 10:00:00.300001+00:00', 3, "
)


@pytest.mark.long
def test_an_open_message_that_broke_is_open_after_the_upgrade(empty: Engine, rulebook: Rulebook) -> None:
    migrations.upgrade(empty, "0107")
    acme = SampleOrganisation(UnitsOfWork(empty), rulebook, FakeClock())
    with empty.begin() as connection:
        connection.execute(text(f"{_WRITTEN}NULL, 'broken')"))
        connection.execute(text(f"{_WRITTEN}'2026-11-24 10:15:00.300001+00:00', 'broken')"))
    migrations.upgrade(empty)
    said = sorted((one.closed_because, one.failed_because) for one in acme.all(Message))
    assert said == [("", "broken"), ("broken", "")]
