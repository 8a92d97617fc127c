"""The rulebooks of a simulation, in force one after another: the shipped one, then two with other house packs."""

from pathlib import Path
from shutil import copy

from policy import Rulebook, load_rulebook, shipped_packs

_CHANGED = ("gb-house", "au-house")
_LIKE_THEM = ("us-house", "de-house")  # au-house with other figures


def versions(folder: Path) -> tuple[Rulebook, ...]:
    """The shipped packs; then house packs that wait longer; then such as wait less and call later."""
    shipped = load_rulebook()
    return (
        shipped,
        _changed(folder / "longer", {"hours = 72 }": "hours = 96 }"}),
        _changed(folder / "shorter", _SHORTER),
    )


_SHORTER = {"hours = 72 }": "hours = 20 }", "[[09:00:00, 20:00:00]]": "[[08:00:00, 21:00:00]]"}


def _changed(folder: Path, words: dict[str, str]) -> Rulebook:
    folder.mkdir()
    shipped = {path.stem: path for path in shipped_packs()}
    for name in _CHANGED:
        text = shipped[name].read_text()
        for before, after in words.items():
            assert before in text, f"{name} has no {before!r} any more"
            text = text.replace(before, after)
        (folder / shipped[name].name).write_text(text)
    for name in _LIKE_THEM:
        copy(shipped[name], folder)
    own = list(folder.iterdir())
    return load_rulebook([*shipped.keys() - {path.stem for path in own}, *own])
