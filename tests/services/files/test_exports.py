"""Some 40 products' exports: each is right by itself, or after the one question that it raises. Nobody is lost."""

import tomllib
from pathlib import Path
from typing import Any

from bot.services.errors import FileRefused
from bot.services.files.columns import read_choices
from bot.services.files.table import Wishes, open_list
from bot.services.lists.rows import RowReader, RowRefused
from tests.every import every
from tests.services.import_stage import NOW

EXPORTS: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "exports.toml").read_text())


def test_each_export_is_read_as_its_product_means_it(tmp_path: Path) -> None:
    assert len(EXPORTS) >= 40
    every(EXPORTS, lambda product: check(tmp_path / "export.csv", EXPORTS[product]))


def check(path: Path, one: dict[str, Any]) -> None:
    path.write_text(one["file"])
    says: dict[str, str] = one.get("says", {})
    try:
        asked = open_list(path).questions
        assert [question.heading for question in asked] == list(says), "its questions"
        file = open_list(path, Wishes(read_choices(says)))
    except FileRefused as refused:
        raise AssertionError(refused.reason) from refused
    assert not file.questions
    reader = RowReader(file.columns, "GB", NOW, file.refused)
    people, stopped, faults = dict[str, list[str]](), list[str](), list[tuple[int, str]]()
    for record in file.below():
        try:
            row = reader.read(record)
        except RowRefused as refused:
            faults.append((record.line, str(refused)))
            continue
        people[row.name] = list(row.all_numbers)
        stopped += [row.name] if row.proofs.bars else []
    assert people == one["people"], (people, faults)
    assert stopped == one.get("stopped", [])
    assert [line for line, _ in faults] == one.get("faults", []), faults
    assert file.rows == len(people) + len(faults)
