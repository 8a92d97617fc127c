"""How team leads and admins ask for a proof pack in Slack."""

from bot.services.answers.evidence import ProofPack
from bot.slack.wording.language import _, counted, figure, sentence

button = sentence("Proof")
about = sentence(
    "Everything on record about this number, with what proves it, as PDF and JSON in your direct messages."
)
sent = sentence(":white_check_mark: The proof pack is in your direct messages.")


def message(pack: ProofPack) -> str:
    """The message above the files. It says no number: the files do."""
    calls = counted("{count} call", "{count} calls", len(pack.calls))
    stops = counted("{count} stop", "{count} stops", len(pack.stops))
    lines = [
        _("*Proof pack*: {calls}, {stops}.").format(calls=calls, stops=stops),
        _("The audit finds every call lawful and every stop kept."),
        _(
            "The PDF is for people, the JSON for programs. They hold the number: send them to nobody who may not have "
            "it."
        ),
    ]
    if pack.broken:
        lines[1] = _("*The audit finds fault with {count} of them: see the pack.*").format(count=figure(pack.broken))
    return "\n".join(lines)
