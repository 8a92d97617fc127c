"""What `nextcall --version` and the doctor say of this program."""

from bot.version import commit, version
from policy import PackError, load_rulebook
from storage.migrations import head


def described() -> str:
    """Version, commit, rulebook and schema in one line. Leaves out what nothing says."""
    found = commit()
    return ", ".join(
        [version(), *([f"commit {found}"] if found else []), f"rulebook {_rulebook()}", f"schema {head()}"]
    )


def _rulebook() -> str:
    """An organisation's own limits are not part of it."""
    try:
        return load_rulebook().version
    except PackError:
        return "with faults (`nextcall policy check` names them)"
