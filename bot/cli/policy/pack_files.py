"""Packs that a person names at the command line: a file, a folder, or a shipped pack."""

from pathlib import Path

from bot.cli.terminal import Refused
from policy import Rulebook, load_rulebook, shipped_packs


def read_sides(old: str, new: str) -> tuple[Rulebook, Rulebook]:
    """The two rulebooks to compare. Raises PackError with every fault, Refused if there is nothing of that name.

    A single pack beside a folder stands for the folder with that pack in it: nothing else counts as changed.
    """
    first, second = _named(old), _named(new)
    if Path(old).is_dir() and not Path(new).is_dir():
        second = _put_into(first, second)
    elif Path(new).is_dir() and not Path(old).is_dir():
        first = _put_into(second, first)
    return load_rulebook(first), load_rulebook(second)


def with_pack(file: Path) -> Rulebook:
    """The shipped packs with one of a file, in the place of the shipped one of its id if there is one."""
    if not file.is_file():
        raise Refused(f"There is no file {file}: check the name.")
    return load_rulebook(_put_into(list(shipped_packs()), [file]))


def _named(name: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        found = sorted(path.glob("*.toml"))
        if not found:
            raise Refused(f"There is no pack (*.toml) in {path}: check the name.")
        return found
    if path.suffix == ".toml" and path.is_file():
        return [path]
    shipped = [one for one in shipped_packs() if one.stem == name]
    if not shipped:
        raise Refused(f"{name} is neither a file, a folder nor a shipped pack; `nextcall policy list` names those.")
    return shipped


def _put_into(folder: list[Path], packs: list[Path]) -> list[Path]:
    """The folder's files, without those whose pack the others replace."""
    book = load_rulebook(packs)
    names = {pack.id for pack in book.packs.values() if any(pack.file == one.name for one in packs)}
    kept = [one for one in folder if not names & _ids(one)]
    return [*kept, *packs]


def _ids(file: Path) -> set[str]:
    return {pack.id for pack in load_rulebook([file]).packs.values() if pack.file == file.name}
