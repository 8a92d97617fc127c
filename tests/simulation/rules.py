"""The rulebooks of a simulation, in force one after another: the shipped one, then two with another house pack."""

from pathlib import Path

from policy import Rulebook, load_rulebook, shipped_packs


def versions(folder: Path) -> tuple[Rulebook, ...]:
    """The shipped packs; then a house pack that waits longer; then one that waits less and calls later."""
    shipped = load_rulebook()
    return (
        shipped,
        _changed(folder, "longer", {"hours = 72 }": "hours = 96 }"}),
        _changed(folder, "shorter", _SHORTER),
    )


_SHORTER = {"hours = 72 }": "hours = 20 }", "[[09:00:00, 20:00:00]]": "[[08:00:00, 21:00:00]]"}


def _changed(folder: Path, name: str, words: dict[str, str]) -> Rulebook:
    ours = next(path for path in shipped_packs() if path.stem == "gb-house")
    text = ours.read_text()
    for before, after in words.items():
        assert before in text, f"{ours.name} has no {before!r} any more"
        text = text.replace(before, after)
    (folder / name).mkdir()
    changed = folder / name / ours.name
    changed.write_text(text)
    return load_rulebook([*(path.stem for path in shipped_packs() if path != ours), changed])
