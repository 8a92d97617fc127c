"""A house pack, and what every place that shows house packs or decides by one then says, as JSON.

`python -m tests.architecture.pack_road PACK FOLDER`: `test_pack_places` runs it in a copy of the tree.
"""

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.languages import languages
from bot.services.setup import campaign_packs
from bot.services.setup.objects import CampaignView
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.admin.admin_forms import campaign_form
from bot.slack.wording.labels import translated
from bot.slack.wording.say import speaking
from policy import Facts, Purpose, choose_packs, decide
from tests.architecture.outcome_road import stage_in
from tests.policy.small_packs import CALL, CONTACT
from tests.services.stage import Stage

Seen = dict[str, list[str]]  # by place


def seen(stage: Stage, pack: str) -> Seen:
    deps, book = stage.deps, stage.deps.rulebook()
    offer = form_fields.Offer(house_packs=campaign_packs.house_packs(deps), countries=("GB",))
    one = CampaignView(campaign_id=1, name="Spring", country="GB", principal="Acme", purpose=Purpose.SERVICE)
    form = campaign_form(one, offer, "")
    options = [block["element"]["options"] for block in form["blocks"] if block.get("block_id") == "house_pack"]
    chosen = campaign_packs.packs_chosen(deps, replace(one, house_pack=pack))
    found = {
        "menu of a campaign": [one["value"] for one in options[0] if one["value"] == pack],
        "meaning of a campaign": [hours for one in chosen if one.name == pack for hours in one.hours],
        "packs of a call": [one for one in choose_packs(CALL, CONTACT, book, pack) if one == pack],
        "open until": [
            str(decide(Facts(CALL, CONTACT, ()), book, _noon() + timedelta(hours=hour), house_pack=pack).verdict)
            for hour in range(10)
        ],
    }
    for spoken in languages():
        with speaking(spoken):
            found[f"title in {spoken}"] = [translated(book.pack(pack).title)]
    return found


def _noon() -> datetime:
    return datetime(2026, 11, 24, 12, 0, 0, 417_003, tzinfo=UTC)  # a Tuesday


if __name__ == "__main__":
    print(json.dumps(seen(stage_in(Path(sys.argv[2])), sys.argv[1])))
