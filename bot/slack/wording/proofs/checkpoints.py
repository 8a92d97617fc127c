"""The checkpoint of the log in the channel that keeps it, and the admin's choice of that channel."""

from bot.slack.wording.language import _, figure, sentence
from bot.slack.wording.markup import Markup

asked = sentence("Where should we post the log’s checkpoints?")
hint = sentence(
    "One post a day. With it you can check later that the record was not changed. Choose a channel where as few people as "
    "possible can delete messages. Leave empty for no posts."
)
what_for = sentence(
    "Keep this post. To check that nothing up to this moment was changed since, save the text below as a file and run "
    "`nextcall evidence verify --against FILE`."
)
tried_again = sentence("Nextcall tries again every 10 minutes.")


def heading(size: int, at: Markup) -> str:
    return _("*Checkpoint of the log*: {size} entries, {at}").format(size=figure(size), at=at)


def fallback(size: int) -> str:
    return _("Checkpoint of the log: {size} entries").format(size=figure(size))


def not_posted(channel: Markup) -> str:
    return _(":warning: The log’s checkpoint could not be posted to {channel}.").format(channel=channel)
