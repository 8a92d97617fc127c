"""What `nextcall --version` and the doctor say of this program."""

from bot.version import commit, version
from policy import PackError, load_rulebook
from storage.migrations import head


def described() -> str:
    """Version, commit, rulebook and schema in one line. Leaves out what nothing says."""
    try:
        rulebook = load_rulebook().version  # an organisation's own limits are not part of it
    except PackError:
        rulebook = "with faults (`nextcall policy check` names them)"
    found = commit()
    return ", ".join([version(), *([f"commit {found}"] if found else []), f"rulebook {rulebook}", f"schema {head()}"])
