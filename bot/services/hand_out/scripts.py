"""A campaign's script: the words to open a call with, and the variables that each call fills in."""

import re
from typing import Final

NAME, COMPANY, AGENT = "name", "company", "agent"
VARIABLES: Final = (NAME, COMPANY, AGENT)
_VARIABLE = re.compile(r"\{([^{}\n]*)\}")
# A variable without a value goes with the blank and the comma before it, so that the sentence reads on.
_IN_PLACE = re.compile(r"(?P<before>,?[ \t]*)\{(?P<name>[^{}\n]*)\}")


def unknown_variables(script: str) -> tuple[str, ...]:
    """What stands in braces and is no variable, each once, without its braces."""
    found = (one.group(1) for one in _VARIABLE.finditer(script))
    return tuple(dict.fromkeys(one for one in found if _key(one) not in VARIABLES))


def uses(script: str, variable: str) -> bool:
    """Whether the script has the variable."""
    return any(_key(one.group(1)) == variable for one in _VARIABLE.finditer(script))


def spoken(script: str, *, name: str, company: str, agent: str) -> str:
    """The script with its variables filled in, or left out where there is no value.

    What no variable is stays as it is: scripts written before there were variables may hold braces.
    """
    values = {NAME: name, COMPANY: company, AGENT: agent}

    def filled(found: re.Match[str]) -> str:
        value = values.get(_key(found["name"]))
        if value is None:
            return found[0]
        if value.strip():
            return f"{found['before']}{value.strip()}"
        follows = found.string[found.end() : found.end() + 1]
        return "" if not follows.isalnum() else found["before"]

    return _IN_PLACE.sub(filled, script).strip(" ,;\n\t")


def _key(written: str) -> str:
    return written.strip().casefold()
