"""The log's checkpoint, as the channel that keeps it gets it, and what admins hear where it does not."""

from bot.services.answers.evidence import CheckpointToKeep
from bot.slack.blocks.kit import Reader, Reply, section
from bot.slack.wording import channel as linked
from bot.slack.wording import digests, shown
from bot.slack.wording.proofs import checkpoints


def checkpoint(kept: CheckpointToKeep, reader: Reader) -> Reply:
    """The note stands in it in full, to be copied."""
    said = f"{checkpoints.heading(kept.size, reader.moment(kept.at))}\n{checkpoints.what_for()}"
    return Reply(checkpoints.fallback(kept.size), (section(said), section(f"```\n{kept.note}```")))


def checkpoint_not_posted(channel: str, reason: str) -> Reply:
    said = checkpoints.not_posted(linked(channel))
    why = digests.why_not_posted(reason, shown(reason))
    return Reply(said, (section(f"{said} {why} {checkpoints.tried_again()}"),))
