"""Proof: everything on record about the number of a /callcheck, sent to the actor's direct messages as PDF and JSON."""

from bot.services.drawing import as_pdf
from bot.services.errors import ExtraNeeded
from bot.services.evidence import proof_pack
from bot.services.evidence.pack_json import as_json
from bot.slack import ids
from bot.slack.blocks.kit.kit import section
from bot.slack.blocks.kit.reply import Reply
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask
from bot.slack.delivery.private_files import Attachment, send_privately
from bot.slack.wording import refusals, say
from bot.slack.wording.proofs import asking
from bot.slack.wording.proofs.pack_document import document


def register(boundary: Boundary) -> None:
    boundary.action(ids.PROOF, answer)


def answer(ask: Ask) -> None:
    """Files of a few pages take a second or two. Their names carry the last digits of the number only."""
    pack = proof_pack.make_of(ask.deps, ask.actor, ask.asking.number)
    name = f"proof-{pack.number[-3:]}-{pack.at:%Y%m%d-%H%M}"
    files, said = [Attachment(f"{name}.json", as_json(pack).encode())], [asking.message(pack)]
    try:
        files.insert(0, Attachment(f"{name}.pdf", as_pdf(document(pack), pack.at)))
    except ExtraNeeded as lacking:  # the same is in the JSON
        said.append(refusals.refusal(lacking))
    send_privately(ask.client, ask.actor.slack_user_id, Reply(said[0], tuple(map(section, said))), files)
    sent = say("asking.sent")
    replies.say(ask.asking, ask.client, Reply(sent, (section(sent),)))
