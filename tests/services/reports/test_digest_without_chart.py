"""A small install draws nothing: its digests come all the same."""

import pytest

from bot.services.reports import building, digests
from policy.vocabulary import Outcome
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.reports.digest_stage import in_the_evening
from tests.services.stage import DAY


@pytest.mark.usefixtures("no_reports")
def test_without_what_draws_it_is_posted_without_a_picture_and_the_log_says_once_what_to_install(
    acme: SampleOrganisation, caplog: pytest.LogCaptureFixture
) -> None:
    stage = in_the_evening(acme)
    building._note_once.cache_clear()
    for days in (0, 1):
        stage.call(stage.contact(), stage.alice, TUESDAY + days * DAY, Outcome.BUSY)
        stage.now += days * DAY
        assert digests.post_due(stage.deps)
    assert set(stage.outbox.charts) == {b""}
    assert sum(map(bool, stage.outbox.evidence)) == 2
    assert [one.getMessage() for one in caplog.records if "chart" in one.getMessage()] == [
        "event=digest_without_chart extra=reports repair=\"pip install 'nextcall[reports]'\""
    ]
