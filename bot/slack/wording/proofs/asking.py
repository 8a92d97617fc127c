"""How team leads and admins ask for a proof pack in Slack."""

from bot.services.answers.evidence.proof_packs import ProofPack
from bot.slack.wording.say import Markup, say


def message(pack: ProofPack) -> Markup:
    """The message above the files. It says no number: the files do."""
    calls = say("asking.message", count=len(pack.calls))
    stops = say("asking.message_stops", count=len(pack.stops))
    lines = [
        say("asking.message_proof", calls=calls, stops=stops),
        say("asking.message_audit"),
        say("asking.message_pdf"),
    ]
    if pack.broken:
        lines[1] = say("asking.message_broken", count=pack.broken)
    return Markup("\n".join(lines))
