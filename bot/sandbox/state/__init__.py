"""The workspace's state: people, channels, messages, views, files, and faults to come."""

from bot.sandbox.state.faults import Fault
from bot.sandbox.state.form import Fill, Given, complaints, fill_in, slot, state, state_value
from bot.sandbox.state.keeping import NotKept, kept, restore, time_kept
from bot.sandbox.state.manifest import Command, Manifest
from bot.sandbox.state.messages import File, Message, Scheduled
from bot.sandbox.state.people import Channel, Person, UserGroup
from bot.sandbox.state.views import ResponseUrl, Trigger, View
from bot.sandbox.state.workspace import Workspace

# fmt: off
__all__ = [
    "Channel", "Command", "Fault", "File", "Fill", "Given", "Manifest", "Message", "NotKept", "Person", "ResponseUrl",
    "Scheduled", "Trigger", "UserGroup", "View", "Workspace", "complaints", "fill_in", "kept", "restore",
    "slot", "state", "state_value", "time_kept",
]
