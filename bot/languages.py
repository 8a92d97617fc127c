"""The languages in which people read Nextcall, and what each says of itself.

A language is one file of `bot/slack/wording`. Its first table, `language`, has `forms` and `plural`, the names of its
plural forms and which of them is for a number; `help` and `rules`, the words that ask for these after a command;
`today` and `yesterday`, the words for these days there, and `on`, which stands before a day;
`opt_outs`, how people write that they want no more calls, as regular expressions; `rejects`, the two columns that a
file of rejects adds. A language that has some sentences only names them: `parts` of `en.toml`, and `packs`.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

ENGLISH: Final = "en"
SENTENCES: Final = Path(__file__).parent / "slack" / "wording"
_OF_ITSELF: Final = re.compile(r"^\[language\]\n.*?(?=^\[)", re.DOTALL | re.MULTILINE)


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The available languages, the source first: `en`, `de`."""
    return (ENGLISH, *sorted(path.stem for path in SENTENCES.glob("*.toml") if path.stem != ENGLISH))


@lru_cache(maxsize=16)
def of_itself(language: str) -> Mapping[str, Any]:
    """The file's first table. Its sentences are not read: there are thousands."""
    [said] = _OF_ITSELF.findall(f"{(SENTENCES / f'{language}.toml').read_text('utf-8')}\n[")
    table: Mapping[str, Any] = tomllib.loads(said)["language"]
    return table


def in_every_language(what: str) -> Iterator[Any]:
    """What each language that says it says of itself."""
    return (said for one in languages() if (said := of_itself(one).get(what)))
