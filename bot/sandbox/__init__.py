"""A small Slack workspace on 127.0.0.1 for the demo and the tests. It does not depend on Nextcall."""

from bot.sandbox.browser.screen import Jump, PageTools, Step
from bot.sandbox.clock import SandboxClock
from bot.sandbox.delivery.envelopes import Delivery, Envelope
from bot.sandbox.delivery.transports import RequestUrls
from bot.sandbox.member import Member, NeverSeen
from bot.sandbox.seen import Seen, VisibleElement, VisibleFile, VisibleMessage, VisibleView
from bot.sandbox.server import SandboxServer
from bot.sandbox.state.contents import Channel, Command, Manifest, Person, UserGroup
from bot.sandbox.state.workspace import NotKept, Workspace, kept, restore, time_kept
from bot.sandbox.wire import Call, CannotDo, Notice

# fmt: off
__all__ = [
    "Call", "CannotDo", "Channel", "Command", "Delivery", "Envelope", "Jump", "Manifest", "Member", "NeverSeen",
    "NotKept", "Notice", "PageTools", "Person", "RequestUrls", "SandboxClock", "SandboxServer", "Seen", "Step",
    "UserGroup", "VisibleElement", "VisibleFile", "VisibleMessage", "VisibleView", "Workspace", "kept", "restore",
    "time_kept",
]
