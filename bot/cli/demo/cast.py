"""The demo's people and channel, from demo/setup.toml."""

from bot.cli.app_manifest import COMMANDS, EVENTS, SCOPES
from bot.sandbox import Channel, Command, Manifest, Person, SandboxClock, Workspace

ADMIN, SECOND_ADMIN = "U0ADA00001", "U0FRANK001"
ALICE, BOB, DANA, ERIN, CHARLIE = "U0ALICE001", "U0BOB00001", "U0DANA0001", "U0ERIN0001", "U0CHARLIE1"
CHANNEL = "C0ENERGY001"

MANIFEST = Manifest(
    scopes=SCOPES, commands=tuple(Command(name, says, hint) for name, says, hint in COMMANDS), events=EVENTS
)


def workspace(clock: SandboxClock) -> Workspace:
    """A workspace where all people of the sample setup are in the team's channel. Ada sets up an empty one."""
    people = [
        Person(ALICE, "alice", "Alice", title="Agent"),
        Person(BOB, "bob", "Bob", title="Agent"),
        Person(DANA, "dana", "Dana", title="Team lead"),
        Person(ERIN, "erin", "Erin", title="Manager"),
        Person(ADMIN, "ada", "Ada", title="Admin"),
        Person(SECOND_ADMIN, "frank", "Frank", title="Admin"),
        Person(CHARLIE, "charlie", "Charlie", title="Not in the setup file"),
    ]
    channel = Channel(CHANNEL, "energy", {person.user_id for person in people})
    return Workspace(clock=clock, people=people, channels=[channel], manifest=MANIFEST, name="Acme Calls")
