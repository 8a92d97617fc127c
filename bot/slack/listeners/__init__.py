"""One file for each command, button, form and event, in a folder for each role. Each file has its own `register`."""

from importlib import import_module
from pkgutil import walk_packages

from bot.slack.boundary.boundary import Boundary

__all__ = ["register"]


def register(boundary: Boundary) -> None:
    """Registers the listeners of every file."""
    for found in walk_packages(__path__, f"{__name__}."):
        if not found.ispkg:
            import_module(found.name).register(boundary)
