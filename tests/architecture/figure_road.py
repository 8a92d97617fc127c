"""Days of calls, and what each place that shows a digest's figures then says of one of them, as JSON.

`python -m tests.architecture.figure_road KEY NAME FOLDER`: `test_places` runs it in a copy of the tree. `NAME` is a
pattern of what places call the figure beside its key. Both are masked, so that two figures can be compared.
"""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

from bot.cli.reports import digest as command
from bot.cli.terminal import say_json
from bot.services.answers.reports import Digest, Edition
from bot.services.reports import digests
from bot.slack.blocks.report import digest as digest_blocks
from policy.vocabulary import Outcome
from storage.models import DigestRun
from tests.architecture.outcome_road import stage_in
from tests.fakes import TUESDAY
from tests.services.reports.digest_stage import EVENING, ON, in_the_evening
from tests.services.stage import DAY, HOUR, Stage
from tests.slack import strict

Seen = dict[str, list[str]]  # by place
_BETWEEN = re.compile(r", | · |: |; |\n|\.(?:\s|$)")


def seen(stage: Stage, key: str, name: str) -> Seen:
    """Two calls on Tuesday, three on Wednesday, and one more that came to the record after Wednesday's digest.

    What is said then of Wednesday and of its week.
    """
    for days, calls in ((0, 2), (1, 3)):
        for hour in range(calls):
            stage.call(stage.contact(), stage.alice, TUESDAY + days * DAY + hour * HOUR, Outcome.BUSY)
        stage.now = EVENING + days * DAY
        digests.post_due(stage.deps)
    stage.now = EVENING + 5 * DAY
    late = stage.call(stage.contact(), stage.alice, TUESDAY + DAY + 5 * HOUR, Outcome.BUSY)
    stage.change(late, found_at=stage.now)
    told: Seen = {}
    for edition in (Edition.DAY, Edition.WEEK):
        day = replace(digests.repost(stage.deps, stage.energy.id or 0, ON + DAY, edition), agents=())
        texts = {
            "Slack": strict.words(digest_blocks.digest(day).blocks),
            "Slack, cut short": strict.words(digest_blocks.cut_short(day).blocks),
            "the command line": "\n".join(command.told(day)),
            "the evidence": _days_in(stage.outbox.evidence[-1]),
        }
        told |= {
            f"{edition} in {place}": _about(text, f"{key.replace('_', ' ')}|{name}") for place, text in texts.items()
        }
        told[f"{edition} as JSON"] = sorted(_numbers(json.loads(_printed(say_json, day)), key))
    for run in (one for one in stage.rows(DigestRun) if one.team_id == stage.energy.id):
        told[f"stored {run.edition} of {run.on_date}"] = sorted(_numbers({**run.content, "agents": []}, key))
    return told


def _printed(say: Callable[[Digest], None], day: Digest) -> str:
    with redirect_stdout(StringIO()) as printed:
        say(day)
    return printed.getvalue()


def _days_in(evidence: bytes) -> str:
    rows = csv.DictReader(StringIO(evidence.decode("utf-8-sig")))
    return "\n".join(row["says"] for row in rows if row["kind"] == "day")


def _about(text: str, names: str) -> list[str]:
    """The pieces of a text that are a figure's number and its name."""
    pieces = [one.strip() for one in _BETWEEN.split(text)]
    after = [re.fullmatch(rf"([\d,]+) (?:{names})( \(.+\))?", one) for one in pieces]
    before = [re.fullmatch(rf"(?:{names}) ([+−-]?[\d,]+)", one) for one in pieces]
    return sorted(
        {f"{one[1]} <figure>{one[2] or ''}" for one in after if one} | {f"<figure> {one[1]}" for one in before if one}
    )


def _numbers(value: Any, key: str, path: str = "") -> Iterator[str]:
    """Each number of the figure in a digest as JSON, with the place that it stands in."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _numbers(part, key, f"{path}.{'<figure>' if name == key else name}")
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _numbers(part, key, f"{path}.{place}")
    elif path.endswith(".<figure>"):
        yield f"{path[1:]} {value}"


if __name__ == "__main__":
    print(json.dumps(seen(in_the_evening(stage_in(Path(sys.argv[3])).acme), *sys.argv[1:3])))
