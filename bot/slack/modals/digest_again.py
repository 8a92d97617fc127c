"""Show again: a digest as the record stands now, for whoever asks alone; the channel hears nothing of it."""

from bot.services import past_digests
from bot.slack import ids
from bot.slack.blocks import digest
from bot.slack.blocks.kit import Block, modal
from bot.slack.boundary import Boundary
from bot.slack.identity import Ask
from bot.slack.wording import forms, labels


def register(boundary: Boundary) -> None:
    boundary.opens(ids.DIGEST_FORM, forms.digest_title, build)


def build(ask: Ask) -> Block:
    day = past_digests.shown_again(ask.deps, ask.who, *ask.asking.team_and_day)
    return modal(forms.digest_title(), digest.digest(day, is_private=True).blocks, close=labels.close())
