"""A team lead asks for a number's proof pack at /callcheck, over the socket; it comes privately, and no agent gets
it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pypdfium2 import PdfDocument

from bot.sandbox import Member, VisibleMessage
from bot.sandbox.state.contents import File
from policy.vocabulary import Role
from storage.models import Agent
from tests.fakes import SampleOrganisation
from tests.services.evidence.busy import NUMBER, busy_number
from tests.services.privacy.stage import MARKS
from tests.slack import strict
from tests.slack.scenarios.town import Town, presses, reads, types

MODE = "socket"
pytestmark = pytest.mark.both_engines
SCRIPT = Path(__file__).parents[4] / "docs" / "verify_proof.py"


@pytest.fixture
def acme(acme: SampleOrganisation) -> SampleOrganisation:
    busy_number(acme)
    return acme


def _checked(member: Member, says: str = "May you call") -> VisibleMessage:
    return types(member, f"/callcheck {NUMBER}", says)


def _sent(town: Town) -> dict[str, File]:
    every = list(town.server.workspace.files.every.values())
    return (
        {one.name.rsplit(".", 1)[1]: one for one in every}
        if len(every) == 2 and all(one.channels for one in every)
        else {}
    )


@pytest.mark.usefixtures("no_reports")
def test_without_what_draws_the_pack_comes_as_json_alone_and_names_the_extra(town: Town) -> None:
    message = presses(town.dana, _checked(town.dana), "proof", "*Proof pack*: 4 calls, 2 stops.")
    assert "pip install 'nextcall[reports]'" in message.words
    [file] = town.dana.wait_for(lambda _: [one for one in town.server.workspace.files.every.values() if one.channels])
    assert file.name.endswith(".json")


@pytest.mark.night
def test_a_team_lead_gets_the_pack_privately_and_it_verifies(town: Town, tmp_path: Path) -> None:
    answer = _checked(town.dana)
    strict.message(list(answer.blocks))
    assert strict.shows_no_number(answer.blocks)
    town.dana.press(answer, "proof")
    message = reads(town.dana, "*Proof pack*: 4 calls, 2 stops.", "The audit finds every call lawful")
    assert strict.shows_no_number(message.blocks)
    files = town.dana.wait_for(lambda _: _sent(town))
    assert {tuple(one.channels) for one in files.values()} == {(message.channel_id,)}
    assert all(NUMBER[-6:] not in one.name for one in files.values())
    reads(town.dana, "The proof pack is in your direct messages.")
    pdf = PdfDocument(files["pdf"].content or b"")[0].get_textpage().get_text_bounded()
    assert "Proof pack: calls to +44 7700 900801" in pdf
    text = (files["json"].content or b"").decode()
    assert [mark for mark in (*MARKS, "Alice", "U0ALICE") if mark in text.replace(NUMBER, "")] == []
    assert _verified(tmp_path, text) == 0


def _verified(tmp_path: Path, text: str) -> int:
    file = tmp_path / "pack.json"
    file.write_text(text)
    pack: dict[str, Any] = json.loads(text)
    asked = [sys.executable, "-S", "-I", SCRIPT, "--key", pack["log"]["public_key"], file]
    return subprocess.run(asked, env={}, cwd=tmp_path, check=False, stdout=subprocess.DEVNULL).returncode


@pytest.mark.night
def test_it_comes_in_german(town: Town, acme: SampleOrganisation) -> None:
    acme.change(Agent, acme.dana.agent_id, language="de")
    presses(town.dana, _checked(town.dana, "angerufen werden"), "proof", "*Nachweis*: 4 Anrufe, 2 Sperren.")
    files = town.dana.wait_for(lambda _: _sent(town))
    pdf = PdfDocument(files["pdf"].content or b"")[0].get_textpage().get_text_bounded()
    assert "Laut Prüfung war jeder Anruf zulässig, und jede Sperre wurde befolgt." in pdf


def test_an_agent_is_never_offered_it_nor_given_it(town: Town, acme: SampleOrganisation) -> None:
    assert "proof" not in str(_checked(town.alice).blocks)
    answer = _checked(town.dana)
    acme.change(Agent, acme.dana.agent_id, role=Role.AGENT)  # no team lead any more, with the button still on screen
    presses(town.dana, answer, "proof", "team lead")
    assert not town.server.workspace.files.every
