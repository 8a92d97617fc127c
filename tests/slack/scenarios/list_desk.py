"""Steps of a team lead who imports a list: shares a file, reads the preview, imports."""

from time import monotonic, sleep

from bot.sandbox import VisibleMessage
from bot.slack import ids
from storage.models import ListFile
from tests.slack.scenarios.town import Town, form, reads

LEADS = b"Name,Phone\nGrace Hopper,07700900111\nAda Lovelace,07700900222\nNobody,none\n"
SHOWN = "Nothing is imported yet"


def dropped(town: Town, content: bytes = LEADS, name: str = "leads.csv", says: str = "Reading") -> None:
    town.dana.upload(name, content)
    worked_on(town, says)


def worked_on(town: Town, says: str = "Reading") -> None:
    """Waits for these words, and until the workers have done what they promise."""
    reads(town.dana, says)
    town.work()


def accepted(town: Town, shown: VisibleMessage, says: str) -> None:
    """Dana presses the button below the preview."""
    town.dana.press(shown, "list_import")
    worked_on(town, says)


def previewed(town: Town, content: bytes = LEADS, name: str = "leads.csv") -> VisibleMessage:
    dropped(town, content, name)
    return reads(town.dana, name, SHOWN)


def imported(town: Town, shown: VisibleMessage) -> VisibleMessage:
    accepted(town, shown, "Importing")
    return reads(town.dana, "is imported into")


def handed_over(town: Town) -> None:
    """Waits until the listener has handed the file to the workers."""
    until = monotonic() + 30
    while any(one.taken_at for one in town.acme.all(ListFile)) and monotonic() < until:
        sleep(0.01)


def stage_of(town: Town) -> str:
    [file] = town.acme.all(ListFile)
    return file.stage


def from_app(town: Town) -> list[VisibleMessage]:
    return [one for one in town.dana.direct_messages if one.is_from_app]


def corrected(town: Town, shown: VisibleMessage, heading: str, meaning: str) -> None:
    """Sets the meaning of a column in the form."""
    town.dana.press(shown, "list_facts")
    asked = form(town.dana, f"{ids.COLUMN}0")
    at = next(one["block_id"] for one in asked.blocks if one.get("label", {}).get("text") == heading)
    town.dana.submit(asked, {at: {ids.INPUT: meaning}})
    worked_on(town)
