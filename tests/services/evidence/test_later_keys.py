"""A pack is checked with the key that somebody kept, though other keys sign the log since."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.services.evidence import proof_pack
from bot.services.evidence.pack_json import as_json
from bot.services.proof import notes, signing
from tests.fakes import SampleOrganisation
from tests.services.evidence.busy import NUMBER, busy_number

pytestmark = [pytest.mark.both_engines, pytest.mark.long]
SCRIPT = Path(__file__).parents[3] / "docs" / "verify_proof.py"


def test_who_kept_the_first_key_can_check_a_pack_of_today(acme: SampleOrganisation, tmp_path: Path) -> None:
    busy_number(acme)
    first = json.loads(as_json(proof_pack.make(acme.deps, acme.erin, NUMBER)))
    keys = [first["log"]["public_key"]]
    for _ in range(2):
        key = signing.change_key(acme.deps, acme.organisation_id)
        assert key is not None
        keys.append(key.shown)
    pack = json.loads(as_json(proof_pack.make(acme.deps, acme.erin, NUMBER, [first["log"]["note"]])))
    (tmp_path / "kept.txt").write_text(first["log"]["note"])
    for key in keys:
        assert _checked(tmp_path, pack, key) == 0
    assert _checked(tmp_path, pack, keys[0], "--published", "kept.txt") == 0
    assert _checked(tmp_path, first, keys[0]) == 0
    assert _checked(tmp_path, first, keys[1]) == 1, "a later key did not sign what was before"
    other = notes.PublicKey(keys[0].split("+")[0], notes.public_part(notes.new_private_key())).shown
    assert _checked(tmp_path, pack, other) == 1
    without = {**pack, "log": {**pack["log"], "key_changes": pack["log"]["key_changes"][1:]}}
    assert _checked(tmp_path, without, keys[0]) == 1
    without["log"].pop("key_changes")
    assert _checked(tmp_path, without, keys[-1]) == 1, "the pack as a whole is signed"


def test_a_pack_names_no_key_that_the_one_before_did_not_sign(acme: SampleOrganisation, tmp_path: Path) -> None:
    """Somebody with a copy of a pack, and a key of their own, makes a pack that begins with the log's key."""
    busy_number(acme)
    pack = json.loads(as_json(proof_pack.make(acme.deps, acme.erin, NUMBER)))
    real, theirs = pack["log"]["public_key"], notes.new_private_key()
    said = notes.read(pack["log"]["note"])
    mine = notes.PublicKey(said.origin, notes.public_part(theirs)).shown
    forged = notes.sign(replace(said, was=real, now=mine), theirs)
    lines = pack["log"]["note"].partition("\n\n")[2]
    pack["log"] = {**pack["log"], "key_changes": [forged + lines], "note": notes.sign(said, theirs)}
    rest = {name: one for name, one in pack.items() if name != "signature"}
    canonical = json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()
    pack["signature"] = notes.sign_pack(canonical, theirs)
    assert _checked(tmp_path, pack, mine) == 0, "it is forged well"
    assert _checked(tmp_path, pack, real) == 1


def _checked(tmp_path: Path, pack: dict[str, Any], key: str, *more: str) -> int:
    (tmp_path / "pack.json").write_text(json.dumps(pack))
    asked: Sequence[Any] = [sys.executable, "-S", "-I", SCRIPT, "--key", key, *more, "pack.json"]
    return subprocess.run(asked, capture_output=True, env={}, cwd=tmp_path, check=False).returncode
