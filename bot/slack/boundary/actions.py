"""One row for each thing that a person can do in Slack: its id, who may, what it is about, what is done and shown.

The rows stand in `bot/slack/listeners`. Registration, admission, the reading of values, help and the app's manifest
follow from them. An action gets the request of an actor whom this module identified, or refused.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Generic, NamedTuple, TypeVar, TypeVarTuple

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.services import agents
from bot.services.agents import Admits, require
from bot.services.answers.people import Actor
from bot.services.deps import Deps, Request
from bot.slack.blocks.kit.kit import Block
from bot.slack.boundary.payloads import Asking, Form, Surface, Unreadable, whole
from bot.slack.ids import MOMENT
from bot.slack.wording.labels import Reader
from policy.vocabulary import Outcome, Role


@dataclass(frozen=True, slots=True)
class Ask:
    """A request of a known actor, with what is needed to answer it."""

    deps: Deps
    actor: Actor
    asking: Asking
    client: WebClient

    @property
    def reader(self) -> Reader:
        """The reader of the answer, as of now."""
        return Reader(self.actor.zone, self.deps.clock())


def identified(
    deps: Deps,
    asking: Asking,
    client: WebClient,
    admits: agents.Admits = agents.Admits.AT_WORK,
    request: Request | None = None,
) -> Ask:
    """Identifies the actor, and their desk where the press came from it. Raises NotEnrolled, Deactivated.

    `request`: what they do is done once, however often Slack delivers it.
    """
    actor = agents.identify(deps, asking.slack_team_id, asking.slack_user_id, admits)
    return _asked(deps, actor, asking, client, request)


@contextmanager
def admitted(deps: Deps, asking: Asking, client: WebClient, admits: agents.Admits) -> Iterator[Ask]:
    """The same. What the actor does first goes on in the transaction that admits them: Slack is called after it."""
    with agents.admitted(deps, asking.slack_team_id, asking.slack_user_id, admits) as (theirs, actor):
        yield _asked(theirs, actor, asking, client)


def _asked(deps: Deps, actor: Actor, asking: Asking, client: WebClient, request: Request | None = None) -> Ask:
    if asking.surface is Surface.DIRECT and asking.message and asking.message == actor.desk_message:
        asking = replace(asking, surface=Surface.DESK)
    return Ask(replace(deps, by=actor.slack_user_id, request=request), actor, asking, client)


Ts = TypeVarTuple("Ts")


R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subject(Generic[*Ts]):
    """`example`: a value of this kind. `parse` raises ValueError, or Unreadable."""

    example: str
    parse: Callable[[str], tuple[*Ts]]

    def read(self, said: str) -> tuple[*Ts]:
        """What the value says. Raises Unreadable for what this version never wrote."""
        try:
            return self.parse(said)
        except ValueError as cause:
            raise Unreadable from cause


def _one_id() -> Subject[int]:
    return Subject("1", lambda said: (whole(said),))


def _and(said: str, parse: Callable[[str], T]) -> tuple[int, T]:
    subject, _, other = said.partition(":")
    return whole(subject), parse(other)


def _pair() -> Subject[int, int]:
    return Subject("1:1", lambda said: _and(said, whole))


def _contact_and_shown(said: str) -> tuple[int, list[str]]:
    if ":" not in said:  # what a form of an earlier version showed is not known: nothing may be done by it
        raise Unreadable
    return _and(said, lambda marks: marks.split(","))


def _outcome(word: str) -> Outcome | int:
    return Outcome(word) if word in set(Outcome) else whole(word)


def _attempt_shown(said: str) -> tuple[int, Outcome | int | None]:
    return _and(said, _outcome) if ":" in said else (whole(said), None)


def _attempt_undone(said: str) -> tuple[int, Outcome | int | None, datetime | None]:
    shown, _, until = said.partition("@")
    return *_attempt_shown(shown), datetime.fromisoformat(until) if until else None


def _subject_and_moment(said: str) -> tuple[int, datetime]:
    subject, _, moment = said.partition("@")
    return whole(subject), datetime.strptime(moment, MOMENT).replace(tzinfo=UTC)


def _perhaps_local(said: str) -> tuple[int, datetime | None]:
    subject, _, local = said.partition("@")
    return whole(subject), datetime.fromisoformat(local).replace(tzinfo=None) if local else None


NOTHING: Subject[()] = Subject("0", lambda _said: ())  # or the function reads it
TEXT: Subject[str] = Subject("", lambda said: (said,))

ATTEMPT = _one_id()
CONTACT = _one_id()
FILE = _one_id()
HOW_MANY = _one_id()
LEASE = _one_id()
NUMBER = _one_id()  # the row of a number
STOP = _one_id()
TEAM = _one_id()
TEAM_TWICE: Subject[int] = Subject("1:1", lambda said: _and(said, whole)[1:])  # as of a subject and a team

AGENT_AND_TEAM = _pair()  # the team whose status held the button, as of the next four
ATTEMPT_AND_TEAM = _pair()
CALLBACK_AND_TEAM = _pair()
CONTACT_AND_TEAM = _pair()
LEASE_AND_TEAM = _pair()
FILE_AND_CAMPAIGN = _pair()
FILE_AND_PAGE = _pair()

# an own outcome by its id, with ? where its form opens first
ATTEMPT_AND_OUTCOME = Subject("1:busy", lambda said: _and(said.removesuffix("?"), _outcome))
ATTEMPT_SHOWN = Subject("1:busy", _attempt_shown)  # and the outcome shown; a card of an earlier version does not say
ATTEMPT_UNDONE = Subject("1:busy@2026-11-25T14:40:00.5+00:00", _attempt_undone)  # and until when it may be, likewise
ATTEMPT_AND_TIME = Subject("1@2026-11-25T14:30", _perhaps_local)  # on the contact's clock, or none: it opens the form
ATTEMPT_AND_QUESTIONED: Subject[int, datetime | None] = Subject(  # the moment that was asked about, UTC
    "1", lambda said: _subject_and_moment(said) if "@" in said else (whole(said), None)
)
CALLBACK_AND_MOMENT = Subject("1@2026-11-25T14:30:00", _subject_and_moment)  # UTC, whole seconds
CONTACT_AND_SHOWN = Subject("1:law.rule@0", _contact_and_shown)  # marks of what a form shows, as its service gave them
CONTACT_TEAM_AND_SHOWN: Subject[int, int, list[str]] = Subject(
    "1:1:1", lambda said: (_and(said, str)[0], *_contact_and_shown(_and(said, str)[1]))
)
CONTACTS: Subject[tuple[int, ...]] = Subject("1,2", lambda said: (tuple(whole(one) for one in said.split(",")),))
FILE_AND_WORDS = Subject("1:key:stop", lambda said: _and(said, lambda words: re.split("[:,]", words)))
TEAM_AND_DAY = Subject("1:2026-11-23", lambda said: _and(said, date.fromisoformat))


class Kind(Enum):
    """How Slack sends an action."""

    COMMAND = "command"
    PRESS = "press"  # of a button, or a choice in a menu
    FORM = "form"  # sent
    EVENT = "event"


class Who(NamedTuple):
    """Who may: this role or a higher one, and whom it admits. Services check roles themselves too.

    `in_one_transaction`: the one that admits the actor goes on to the commit of what they do: the service opens
    the first (`Begun`). For a press that changes something, calls Slack only after that, and says what it is about.
    `may_come_twice`: Slack's second delivery does no harm. Any other is refused (TakenBefore).
    """

    role: Role
    admits: Admits = Admits.AT_WORK
    in_one_transaction: bool = False
    may_come_twice: bool = False


AGENT = Who(Role.AGENT)
FINISHING = Who(Role.AGENT, Admits.SWITCHED_OFF)  # finishes a call, or gives a contact back
HANDING = Who(Role.AGENT, may_come_twice=True)  # shows what they hold, filled up
CALLING = Who(Role.AGENT, in_one_transaction=True)
RECORDING = Who(Role.AGENT, Admits.SWITCHED_OFF, in_one_transaction=True)  # finishes by one press
ANYBODY = Who(Role.AGENT, Admits.ANYBODY)  # records an opt-out; before Nextcall is set up, too
LEAD = Who(Role.TEAM_LEAD)
MANAGER = Who(Role.MANAGER)
ADMIN = Who(Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Taken:
    """What happens to a submitted form.

    `errors` by block_id keep it open, `next_form` replaces it, `on_top` covers it, `closes_all` closes it and every
    modal below; otherwise it closes. `then` runs once it is closed. Views in an ack must be small.
    """

    errors: Mapping[str, str] = field(default_factory=dict)
    next_form: Block | None = None
    on_top: Block | None = None
    closes_all: bool = False
    then: Callable[[], None] | None = None

    def acknowledge(self, ack: Ack) -> None:
        """Acknowledges the submission with this result."""
        if self.errors:
            ack(response_action="errors", errors=dict(self.errors))
        elif self.next_form is not None:
            ack(response_action="update", view=self.next_form)
        elif self.on_top is not None:
            ack(response_action="push", view=self.on_top)
        elif self.closes_all:
            ack(response_action="clear")
        else:
            ack()


@dataclass(frozen=True, slots=True)
class Help:
    """What help says of an action, by keys of sentences. `line`: on the page of what Nextcall can do, for `told` and
    higher roles.

    Of a command, `typed`: how to type it; `in_slack`: its description and usage hint in Slack's own list.
    """

    line: str
    told: Role = Role.AGENT
    typed: str = ""
    in_slack: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do. `name`: its id in Slack; old messages carry it, so it never changes.

    It is answered, builds a form or page (with an `answer` too, the pressed value says which), or takes a form that is
    sent. `title`: the key of a form's sentence. `in_channel` answers a file that a person who is set up shared in a
    channel.
    """

    name: str
    kind: Kind
    who: Who
    about: "Subject[*tuple[object, ...]]"
    help: Help | None = None
    answer: Callable[[Ask], None] | None = None
    in_channel: Callable[[Ask], None] | None = None
    title: str = ""
    build: Callable[[Ask], Block] | None = None
    take: Callable[[Ask, Form], Taken] | None = None


def command(name: str, who: Who, answer: Callable[[Ask, str], None], said: Help | None = None) -> Action:
    """A command. `answer` gets the text after it."""
    return Action(name, Kind.COMMAND, who, TEXT, said, answer=_reads(who, TEXT, answer))


def press(name: str, who: Who, about: Subject[*Ts], answer: Callable[[Ask, *Ts], None]) -> Action:
    """A button or menu that is answered."""
    return Action(name, Kind.PRESS, who, about, answer=_reads(who, about, answer))


def opens(
    name: str,
    who: Who,
    about: Subject[*Ts],
    title: str,
    build: Callable[[Ask, *Ts], Block],
    answer: Callable[[Ask, *Ts], None] | None = None,
) -> Action:
    """A button or menu that opens a form or page; with `answer`, one whose value decides (`Asking.opens_form`)."""
    answers = None if answer is None else _reads(who, about, answer)
    return Action(name, Kind.PRESS, who, about, title=title, build=_reads(who, about, build), answer=answers)


def sends(name: str, who: Who, about: Subject[*Ts], take: Callable[[Ask, Form, *Ts], Taken]) -> Action:
    """A form that is sent. It is about what it remembers (`Asking.remembered`)."""
    return Action(name, Kind.FORM, who, about, take=lambda ask, form: take(ask, form, *_subject(ask, who, about)))


def event(
    name: str,
    who: Who,
    answer: Callable[[Ask, str], None],
    in_channel: Callable[[Ask], None] | None = None,
    said: Help | None = None,
) -> Action:
    """An event, by its name in the manifest."""
    return Action(name, Kind.EVENT, who, TEXT, said, answer=_reads(who, TEXT, answer), in_channel=in_channel)


def does(service: Callable[[Deps, Actor, *Ts], R], shows: Callable[[Ask, R], T]) -> Callable[[Ask, *Ts], T]:
    """Asks one service, and shows what it answers."""
    return lambda ask, *subject: shows(ask, service(ask.deps, ask.actor, *subject))


def form_about(service: Callable[[Deps, Actor, *Ts], R], form: Callable[[R, str], T]) -> Callable[[Ask, *Ts], T]:
    """A form about what one service answers. It remembers what was pressed."""
    return does(service, lambda ask, found: form(found, ask.asking.remembered()))


def page_about(service: Callable[[Deps, Actor, *Ts], R], page: Callable[[R, Reader], T]) -> Callable[[Ask, *Ts], T]:
    """A page that shows what one service answers."""
    return does(service, lambda ask, found: page(found, ask.reader))


def _reads(who: Who, about: Subject[*Ts], answer: Callable[[Ask, *Ts], T]) -> Callable[[Ask], T]:
    return lambda ask: answer(ask, *_subject(ask, who, about))


def _subject(ask: Ask, who: Who, about: Subject[*Ts]) -> tuple[*Ts]:
    subject = about.read(ask.asking.said)
    require(ask.actor, who.role)
    return subject
