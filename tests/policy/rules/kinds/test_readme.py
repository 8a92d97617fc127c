"""What policy/packs/README.md says of the kinds are their docstrings, and pack authors can write what stands there.

`python -m tests.policy.rules.kinds.test_readme` writes it anew.
"""

import inspect
import re
import tomllib

import pytest

from policy.calendar.public_holidays import Calendar
from policy.rules.kinds import KINDS
from policy.rules.pack_table import Fields
from tests.policy.shipped import ROOT

README = ROOT / "policy" / "packs" / "README.md"
COMMAND = "python -m tests.policy.rules.kinds.test_readme"
_SECTION = re.compile(r"(?<=\n## Kinds\n\n).*(?=\n## Cases\n)", re.DOTALL)


def section() -> str:
    kinds = [f"**{name}.** {inspect.getdoc(kind)}\n" for name, kind in KINDS.items()]
    return "\n".join([f"<!-- Made from the classes in policy/rules/kinds by `{COMMAND}`. -->\n", *kinds])


def test_it_says_what_the_kinds_say() -> None:
    [written] = _SECTION.findall(README.read_text("utf-8"))
    assert written == section(), f"write it again: {COMMAND}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_rule_may_be_written_as_its_kind_says(kind: str) -> None:
    says = inspect.getdoc(KINDS[kind]) or ""
    [example] = re.findall(r"```toml\n(.*?)```", says, re.DOTALL)
    table = tomllib.loads(example)
    table |= table.pop("rule", {})
    assert table.pop("kind") == kind
    faults: list[tuple[str, str]] = []
    fields = Fields(table, faults)
    KINDS[kind].read(fields, {"public": Calendar(source="GB")})
    for key in KINDS[kind].lifting_keys:
        fields.note_read(key)
    fields.done()
    assert faults == []
    assert [key for key in fields._read - {"lifted_by"} if not re.search(rf"\b{key}\b", says)] == [], (
        "say what it means"
    )


if __name__ == "__main__":
    README.write_text(_SECTION.sub(lambda _: section(), README.read_text("utf-8")), "utf-8")
