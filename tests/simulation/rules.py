"""The rules that are in force one after another: the shipped ones, and versions of the house's that are other ones."""

from pathlib import Path

from policy import Rulebook, load_rulebook, shipped_packs


def versions(folder: Path) -> tuple[Rulebook, ...]:
    """The shipped packs; then a house that waits longer; then one that waits less and calls later."""
    shipped = load_rulebook()
    return (
        shipped,
        _changed(folder, "longer", {"hours = 72 }": "hours = 96 }"}),
        _changed(folder, "shorter", _SHORTER),
    )


_SHORTER = {"hours = 72 }": "hours = 20 }", "[[09:00:00, 20:00:00]]": "[[08:00:00, 21:00:00]]"}


def _changed(folder: Path, name: str, words: dict[str, str]) -> Rulebook:
    house = next(path for path in shipped_packs() if path.stem == "gb-house")
    text = house.read_text()
    for before, after in words.items():
        assert before in text, f"{house.name} has no {before!r} any more"
        text = text.replace(before, after)
    (folder / name).mkdir()
    other = folder / name / house.name
    other.write_text(text)
    return load_rulebook([*(path.stem for path in shipped_packs() if path != house), other])
