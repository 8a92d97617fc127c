"""Every word of a pack is one that exists: misspelt, it would switch a rule off, or on, without a message."""

import tomllib
from collections.abc import Iterator
from typing import Any

from policy import PackError, shipped_packs
from policy.rulebook.likeness import is_like
from policy.rulebook.loading import pack_of_table

# What a pack says to people, and how it names itself, its rules and its sources.
PROSE = {
    "id",
    "title",
    "section",
    "url",
    "quote",
    "name",
    "label",
    "says",
    "note",
    "missing",
    "disabled_because",
    "override_reasons",
    "values",
}
TABLES = {path.name: tomllib.loads(path.read_text()) for path in shipped_packs()}

Path = tuple[str | int, ...]


def words(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text of a table that is no prose, and where it stands."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in PROSE:
                yield from words(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from words(one, (*path, place))
    elif isinstance(value, str):
        yield path, value


def different_words() -> dict[str, tuple[str, Path]]:
    """One place for each word under each key of each kind of rule: its pack, and where it stands there."""
    found: dict[str, tuple[str, Path]] = {}
    for file, table in TABLES.items():
        for path, word in () if is_like(table) else words(table):
            kind = table["rule"][path[1]]["kind"] if path[0] == "rule" else table["pack"]["kind"]
            keys = ".".join(one for one in path[2 if path[0] == "rule" else 0 :] if isinstance(one, str))
            found.setdefault(f"{kind} {keys} {word}", (file, path))
    return found


def is_accepted(table: dict[str, Any], file: str) -> bool:
    try:
        pack_of_table(table, file)
    except PackError:
        return False
    return True


def test_a_misspelt_word_is_refused() -> None:
    accepted = []
    for word, (file, path) in different_words().items():
        where: Any = TABLES[file]
        for key in path[:-1]:
            where = where[key]
        right, where[path[-1]] = where[path[-1]], where[path[-1]] + "x"
        if is_accepted(TABLES[file], file):
            accepted.append(word)
        where[path[-1]] = right
    assert accepted == []
