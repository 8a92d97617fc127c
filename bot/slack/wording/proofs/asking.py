"""How team leads and admins ask for a proof pack in Slack."""

from bot.slack.wording.language import _, sentence

button = sentence("Proof")
under_way = sentence(":hourglass_flowing_sand: The proof pack is being made. It comes as a direct message.")


def message(calls: int, stops: int, broken: int) -> str:
    """The message above the files. It says no number: the files do."""
    said = _("Proof pack: {calls} calls, {stops} stops.").format(calls=calls, stops=stops)
    found = (
        _("*The audit finds fault with {broken} of them: see the pack.*").format(broken=broken)
        if broken
        else _("The audit finds every call lawful and every stop kept.")
    )
    holds = _(
        "The PDF is for people, the JSON for programs. They hold the number: send them to nobody who may not have it."
    )
    return f"{said} {found}\n{holds}"
