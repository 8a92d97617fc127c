"""Errors as sentences for the command line."""

import logging
from collections.abc import Callable
from typing import Any

from bot import request_context
from bot.cli.terminal import Refused
from bot.services import errors
from bot.settings import SettingsRefused
from bot.slack.wording import refusals
from bot.wiring import CannotStart
from policy import PackError
from storage.errors import StorageError

log = logging.getLogger("nextcall.cli")
_ARTICLES = ("a ", "another ", "the ")


def refusal_lines(error: Exception) -> list[str]:
    """One sentence; several if a file has several faults."""
    if isinstance(error, SettingsRefused | errors.SetupRefused):
        return [*error.faults, f"{_counted(len(error.faults))}; nothing was done."]
    if isinstance(error, PackError):
        return [*map(str, error.faults), f"{_counted(len(error.faults))}."]
    if isinstance(error, Refused | CannotStart):
        return [str(error)]
    if isinstance(error, StorageError):
        text = str(error)
        begins = text[:1].upper() if text.startswith(_ARTICLES) else text[:1]  # a file's name stays as it is
        return [begins + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")]
    for kind, says in _SENTENCES.items():
        if isinstance(error, kind):
            return [says(error)]
    if isinstance(error, errors.NextcallError):
        return [refusals.refusal(error)]
    incident = request_context.new_id()
    log.error("event=unexpected incident=%s error=%s", incident, type(error).__name__, exc_info=error)
    return [f"Something broke (incident {incident}). Look for this code in the log."]


def _counted(faults: int) -> str:
    return f"{faults} fault{'' if faults == 1 else 's'}"


def _known(names: tuple[str, ...], what: str) -> str:
    return f"choose one of {', '.join(names)}." if names else f"add a {what} with `nextcall apply`."


def _which(people: tuple[tuple[int, str, str], ...]) -> str:
    each = "; ".join(f"#{key} {name or 'erased'}{f' (reference {said})' if said else ''}" for key, name, said in people)
    return (
        f"{len(people)} people have this number: {each}. Add --person with a reference, a name or #id, "
        "or --everyone-at-number."
    )


_SENTENCES: dict[type[Exception], Callable[[Any], str]] = {
    errors.ExtraNeeded: lambda error: (
        f"That needs the extra {error.extra}, which is not installed: pip install 'nextcall[{error.extra}]'."
    ),
    errors.ColumnsRefused: lambda error: (
        f'{error.reason} Or say what the columns hold, such as --map "Client=name" --map "Line=phone".'
    ),
    errors.FileRefused: lambda error: str(error.reason),
    errors.UnknownCampaign: lambda error: f'There is no campaign "{error.asked}"; {_known(error.known, "campaign")}',
    errors.UnknownTeam: lambda error: f'There is no team "{error.asked}"; {_known(error.known, "team")}',
    errors.BadNumber: lambda error: (
        f'"{error.asked}" is not a telephone number: write it with its country code, such as +44 20 7946 0958.'
    ),
    errors.NobodyChosen: lambda error: _which(error.people),
    errors.NumberNotKnown: lambda _error: "That number is on none of the lists.",
    errors.NotEnrolled: lambda _error: "There are no people yet: run `nextcall apply setup.toml` first.",
}
