"""One setting of a campaign, and what every place that knows settings then says of it, as JSON.

`python -m tests.architecture.setting_road KEY FOLDER`: `test_places` runs it in a copy of the tree. The
setting's own names and sentences are masked, so that two yes-or-no settings can be compared. Both are yes in the
beginning.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.cli.apply import line_of
from bot.services.setup import fields, overview, plan
from bot.services.setup.fields import Field, entry, fields_of
from bot.services.setup.objects import CampaignView, Setup
from bot.slack import ids
from bot.slack.blocks.admin import admin_forms, form_fields
from bot.slack.blocks.admin.form_fields import Offer
from bot.slack.boundary.payloads import Form
from bot.slack.wording.say import say, speaking
from policy.vocabulary import Role
from storage.models import Agent, Campaign
from tests.architecture.outcome_road import stage_in
from tests.services.stage import Stage

Seen = dict[str, list[str]]  # by place
FILE = """
[[campaign]]
name = "{name}"
purpose = "service"
principal = "{principal}"
country = "GB"
{named} = {value}
"""


def seen(stage: Stage, one: Field, folder: Path) -> Seen:
    file, campaign = folder / "setup.toml", stage.acme.campaign

    def written(value: str) -> Setup:
        said = FILE.format(name=campaign.name, principal=campaign.principal, named=one.named, value=value)
        file.write_text(said, "utf-8")
        return plan.read_setup(file)

    found = {
        "fault of the setup file": list(written('"perhaps"').faults),
        "setup file": [repr(written("false").campaigns[0][one.key])],
        "plan": [line_of(line) for line in plan.plan(stage.deps, written("false")).lines],
        "overview": [repr(getattr(_view(stage), one.key))],
        "form": [f"{spoken}: {block}" for spoken in ("en", "de") for block in _asked(stage, one, spoken)],
        "form of a new campaign": [str(block) for block in _drawn(CampaignView(), one)],
    }
    found["form, answered no"] = [line_of(line) for line in plan.plan(stage.deps, _answered(stage, one)).lines]
    plan.apply(stage.deps, _answered(stage, one))
    found["stored"] = [repr(getattr(stage.acme.one(Campaign, campaign.id), one.key))]
    return {place: [_masked(line, one) for line in said] for place, said in found.items()}


def _view(stage: Stage) -> CampaignView:
    erin = stage.acme.erin
    stage.acme.change(Agent, erin.agent_id, role=Role.ADMIN)
    now = overview.organisation_overview(stage.deps, replace(erin, role=Role.ADMIN))
    return now.campaign(stage.acme.campaign.id or 0)


def _asked(stage: Stage, one: Field, spoken: str) -> Iterator[dict[str, object]]:
    with speaking(spoken):
        yield from _drawn(_view(stage), one)


def _drawn(view: CampaignView, one: Field) -> list[dict[str, object]]:
    blocks = admin_forms.campaign_form(view, Offer(), "")["blocks"]
    return [block for block in blocks if block.get("block_id") == form_fields.block_of(one.key)]


def _answered(stage: Stage, one: Field) -> Setup:
    """What the form says, answered with no."""
    before = _view(stage)
    form = Form({form_fields.block_of(one.key): {ids.INPUT: {"selected_option": {"value": ids.NO}}}}, "")
    said = form_fields.parsed(before, form_fields.answers(CampaignView, form))
    return Setup(campaigns=(entry(CampaignView, name=before.name, **fields.asked_values(replace(before, **said))),))


def _masked(line: str, one: Field) -> str:
    masks = dict.fromkeys((form_fields.block_of(one.key), one.named, one.key), "<name>")
    for spoken in ("en", "de"):
        with speaking(spoken):
            for what in ("asked", "yes", "no"):
                said = say(form_fields.key_of(CampaignView, f"{one.key}_{what}"))
                masks[f"'{said}'"] = f"<{what}>"
    for text in sorted(masks, key=len, reverse=True):
        line = line.replace(text, masks[text])
    return line


if __name__ == "__main__":
    setting = next(one for one in fields_of(CampaignView) if one.key == sys.argv[1])
    print(json.dumps(seen(stage_in(Path(sys.argv[2])), setting, Path(sys.argv[2]))))
