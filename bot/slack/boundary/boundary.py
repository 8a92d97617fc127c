"""Wraps every listener: sends the ack, runs the work in a pool, and turns every exception into an answer.

Bolt sends the ack when the listener returns (`process_before_response`) and loses it if the listener raises, so a
listener only hands work over. A refusal becomes a sentence; any other exception becomes an incident id.
"""

import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import BoundedSemaphore

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot import request_context
from bot.services import errors
from bot.services.agents import Admits
from bot.services.deps import Deps, Request
from bot.services.setup import readiness
from bot.services.watching.counts import Came, Presses
from bot.slack.api.incidents import log_incident
from bot.slack.blocks.agent import happened
from bot.slack.blocks.kit import kit
from bot.slack.blocks.kit.kit import Reply
from bot.slack.boundary import form_result, payloads, replies
from bot.slack.boundary.actions import AGENT, NOTHING, Action, Ask, Kind, Taken, admitted, identified
from bot.slack.boundary.answers import Languages
from bot.slack.boundary.payloads import Asking, Body, Form, Surface, Unreadable, is_help
from bot.slack.delivery.second_tries import SecondTries
from bot.slack.wording import labels, refusals
from bot.slack.wording.labels import APP, either
from bot.slack.wording.say import Markup, named, say, shown, speaking
from policy.vocabulary import Outcome, Role

log = logging.getLogger(__name__)
Takes = Callable[[Ask, Form], Taken]
# Refusals about the actor or the place, not what is shown there: said beside it. The screen may belong to another user.
_ABOUT_THE_PERSON = (
    errors.NotEnrolled,
    errors.Deactivated,
    errors.NotYours,
    errors.NotPrivate,
    errors.RoleNeeded,
    errors.Paused,
    errors.OwnProposal,
    errors.NewAdmin,
    errors.StopOfAnother,
)


# Slack gives a form 3 s by its own clock, network included. A form that waits blocks a thread that sends acks, so at
# most MOST_WAITING wait. The others say at once that it takes longer.
WAITS_FOR_S = 1.5
MOST_WAITING = 8
_ANY = re.compile(".*")
_NAME: dict[Kind, Callable[[Body], str]] = {
    Kind.COMMAND: lambda body: str(body["command"]),
    Kind.PRESS: lambda body: str(body["actions"][0]["action_id"]),
    Kind.FORM: lambda body: str(body["view"]["callback_id"]),
}
_READ: dict[Kind, Callable[[Body], Asking]] = {
    Kind.COMMAND: payloads.from_command,
    Kind.PRESS: payloads.from_press,
    Kind.FORM: lambda body: payloads.from_submission(body)[0],
    Kind.EVENT: payloads.from_event,
}
_OLD_BUTTON = Action("old button", Kind.PRESS, AGENT, NOTHING)


@dataclass(slots=True)
class _Heard:
    """Something that Slack sent, and what came of it. `at`: seconds by the process's timer."""

    request: str
    action: Action
    at: float
    user: str = ""
    came: Came = Came.DONE

    def met(self, fault: Exception) -> None:
        self.came = Came.REFUSED if isinstance(fault, errors.NextcallError | Unreadable) else Came.BROKEN


class Boundary:
    """Listens for actions, each wrapped."""

    def __init__(self, app: App, deps: Deps, tries: SecondTries | None = None) -> None:
        self._app = app
        self._tries = tries or SecondTries(deps.clock)
        self._deps = deps
        self._languages = Languages(deps)
        self._pool = app.listener_runner.listener_executor
        self._may_wait = BoundedSemaphore(MOST_WAITING)
        self._known: dict[Kind, dict[str, Action]] = {}
        self._presses = deps.kept.of(Presses)

    def listen(self, *actions: Action) -> None:
        """Answers these actions from now on."""
        for action in actions:
            if action.kind is Kind.EVENT:
                self._app.event(action.name.partition(".")[0])(self._heard_event(action))
                continue
            known = self._known.setdefault(action.kind, {})
            if not known:
                self._listen_for(action.kind, known)
            known[action.name] = action

    def leftovers(self) -> None:
        """Registers the buttons and forms of older messages, and Bolt's own errors. Call it last."""

        def old_button(ack: Ack, body: Body, client: WebClient) -> None:
            def answer(asking: Asking) -> None:
                replies.say(asking, client, Reply(say("refusals.old_button")))

            self._hand_over(_OLD_BUTTON, body, client, answer)
            ack()

        def old_form(ack: Ack, body: Body) -> None:
            with speaking():
                self._languages.speak_to(str(body["user"]["id"]))
                ack(response_action="update", view=kit.message_modal(labels.APP, say("refusals.stale_form")))

        def escaped(error: Exception) -> None:
            log_incident(error, "bolt")

        self._app.action(_ANY)(old_button)
        self._app.view(_ANY)(old_form)
        self._app.error(escaped)

    def _listen_for(self, kind: Kind, known: dict[str, Action]) -> None:
        """Registers one listener per kind, which looks its names up. Bolt would ask 60 listeners one after another."""
        name_of = _NAME[kind]

        def is_known(body: Body) -> bool:
            return name_of(body) in known

        def listen(ack: Ack, body: Body, client: WebClient) -> None:
            action = known[name_of(body)]
            if action.take is not None:
                self._sent(action, action.take, ack, body, client)
                return
            self._hand_over(action, body, client, lambda asking: self._work(action, asking, client))
            ack()

        on = {Kind.COMMAND: self._app.command, Kind.PRESS: self._app.action, Kind.FORM: self._app.view}[kind]
        on(_ANY, matchers=[is_known])(listen)

    def _heard_event(self, action: Action) -> Callable[[Ack, Body, WebClient], None]:
        """Events that no person caused are acknowledged and dropped."""

        def listen(ack: Ack, body: Body, client: WebClient) -> None:
            if payloads.is_of_a_person(body["event"]):
                self._hand_over(action, body, client, lambda asking: self._work(action, asking, client))
            elif (answer := action.in_channel) and payloads.is_in_channel(body["event"]):
                self._hand_over(action, body, client, lambda asking: self._overheard(action, asking, client, answer))
            ack()

        return listen

    def _sent(self, action: Action, take: Takes, ack: Ack, body: Body, client: WebClient) -> None:
        """The ack carries field errors, so it waits up to WAITS_FOR_S for the service.

        After that the form says that it takes longer, and shows the result when there is one.
        """
        heard = self._heard(action)
        taking = self._pool.submit(self._take, heard, take, body, client)
        taken = self._in_time(taking)
        if taken is not None:
            taken.acknowledge(ack)
            self._follow_up(heard, body, client, taken)
            return
        with speaking():
            self._languages.speak_to(str(body["user"]["id"]))
            ack(response_action="update", view=form_result.takes_longer(body))
        taking.add_done_callback(lambda done: self._pool.submit(self._late, heard, body, client, done.result()))

    def _hand_over(self, action: Action, body: Body, client: WebClient, work: Callable[[Asking], None]) -> None:
        heard = self._heard(action)
        request_context.hand_over(partial(self._pool.submit, self._answer, heard, body, client, work))

    def _heard(self, action: Action) -> _Heard:
        return _Heard(request_context.new_id(), action, self._deps.kept.timer())

    @contextmanager
    def _counting(self, heard: _Heard) -> Iterator[None]:
        """Counts what was heard once the block has answered it, and logs that with all that the block logs."""
        with request_context.working_on(heard.request):
            yield
            action, took_s = heard.action, self._deps.kept.timer() - heard.at
            self._presses.count(action.kind.value, action.name, heard.came, took_s, self._deps.clock())
            took_ms, said = round(1000 * took_s), "event=answered kind=%s action=%s came=%s took_ms=%d user=%s"
            log.info(said, action.kind.value, action.name, heard.came, took_ms, heard.user)

    def _answer(self, heard: _Heard, body: Body, client: WebClient, work: Callable[[Asking], None]) -> None:
        with self._counting(heard):
            self._hold(heard, body, client, work)

    def _work(self, action: Action, asking: Asking, client: WebClient) -> None:
        """A form opens first, because its trigger lives 3 s; then the actor is found."""
        if (build := action.build) is not None and (action.answer is None or asking.opens_form):
            replies.open_form(asking, client, action.title, lambda: build(self._identified(action, asking, client)))
        elif action.answer is not None:
            self._answered(action, asking, client, action.answer)

    def _overheard(self, action: Action, asking: Asking, client: WebClient, answer: Callable[[Ask], None]) -> None:
        """Answers what was not said to the app. It says nothing to those it does not know, such as the app itself."""
        try:
            self._answered(action, asking, client, answer)
        except errors.NextcallError as refusal:
            log.info("event=overheard listener=%s refusal=%s", action.name, type(refusal).__name__)

    def _answered(self, action: Action, asking: Asking, client: WebClient, answer: Callable[[Ask], None]) -> None:
        with self._admitted(action, asking, client) as admitted_now:
            ask = self._languages.first(admitted_now)
            if not (action.kind is Kind.COMMAND and _is_answered_before(action, ask)):
                answer(ask)
        self._languages.learn(ask)

    @contextmanager
    def _admitted(self, action: Action, asking: Asking, client: WebClient) -> Iterator[Ask]:
        if not action.who.in_one_transaction:
            yield self._identified(action, asking, client, _request(action, asking))
            return
        with admitted(self._deps, asking, client, action.who.admits) as ask:
            self._languages.greet(ask.actor)
            yield ask

    def _identified(self, action: Action, asking: Asking, client: WebClient, request: Request | None = None) -> Ask:
        ask = identified(self._deps, asking, client, action.who.admits, request)
        self._languages.greet(ask.actor)
        return ask

    def _hold(self, heard: _Heard, body: Body, client: WebClient, work: Callable[[Asking], None]) -> None:
        """Runs the work. Logs or tells every exception, and raises none."""
        action = heard.action
        try:
            asking = _READ[action.kind](body).heard(self._tries)
            heard.user = asking.slack_user_id
            with speaking():
                self._languages.speak_to(asking.slack_user_id)
                try:
                    work(asking)
                except Exception as fault:
                    heard.met(fault)
                    self._tell(action, fault, asking, client)
        except Exception as fault:
            heard.came = Came.BROKEN
            log_incident(fault, action.name)

    def _in_time(self, taking: Future[Taken]) -> Taken | None:
        """The form's result, if known before its ack must go."""
        if not self._may_wait.acquire(blocking=False):
            return None
        try:
            return taking.result(WAITS_FOR_S)
        except TimeoutError:
            return None
        finally:
            self._may_wait.release()

    def _follow_up(self, heard: _Heard, body: Body, client: WebClient, taken: Taken) -> None:
        """Does what follows on a form, which was counted when it was answered."""
        then = taken.then
        if then is not None:

            def go_on() -> None:
                with request_context.working_on(heard.request):
                    self._hold(heard, body, client, lambda _: then())

            self._pool.submit(go_on)

    def _late(self, heard: _Heard, body: Body, client: WebClient, taken: Taken) -> None:
        """Shows the result in a form that said it takes longer."""
        try:
            with speaking(), request_context.working_on(heard.request):
                self._languages.speak_to(str(body["user"]["id"]))
                form_result.show(body, client, taken, self._tries)
        except Exception as fault:
            log_incident(fault, heard.action.name)
        self._follow_up(heard, body, client, taken)

    def _take(self, heard: _Heard, take: Takes, body: Body, client: WebClient) -> Taken:
        """Runs a form's work. Never raises: every exception becomes a field error."""
        action = heard.action
        with self._counting(heard), speaking():
            try:
                asking, form = payloads.from_submission(body)
                asking = asking.heard(self._tries)
                heard.user = asking.slack_user_id
                self._languages.speak_to(asking.slack_user_id)
                taken = take(self._identified(action, asking, client, _request(action, asking)), form)
                heard.came = Came.REFUSED if taken.errors else Came.DONE
                return taken
            except Exception as fault:
                heard.met(fault)
                if isinstance(fault, errors.NextcallError):
                    sentence: str = refusals.refusal(fault)
                else:
                    is_old = isinstance(fault, Unreadable)
                    sentence = say("refusals.stale_form") if is_old else _broke(fault, action.name)
            return Taken(errors={payloads.first_field(body): replies.field_error(sentence)})

    def _tell(self, action: Action, fault: Exception, asking: Asking, client: WebClient) -> None:
        if isinstance(fault, errors.NextcallError):
            log.info(
                "event=refused listener=%s user=%s refusal=%s", action.name, asking.slack_user_id, type(fault).__name__
            )
            is_stranger = isinstance(fault, errors.NotEnrolled)
            sentence = self._stranger(fault, asking.slack_user_id) if is_stranger else refusals.refusal(fault)
            if asking.surface is Surface.NOWHERE:
                replies.publish(asking, client, lambda: kit.message_of(sentence))
            elif asking.surface is Surface.COMMAND or isinstance(fault, _ABOUT_THE_PERSON):
                replies.say(asking, client, Reply(sentence))
            else:
                replies.show_work(self._identified(action, asking, client), happened.told(sentence))
        elif isinstance(fault, Unreadable):
            replies.say(asking, client, Reply(say("refusals.old_button")))
        else:
            replies.say(asking, client, Reply(_broke(fault, action.name, asking.slack_user_id)))

    def _stranger(self, refusal: errors.NextcallError, slack_user_id: str) -> str:
        """The sentence for an unknown user: who can add them or, before set-up, who can set Nextcall up."""
        found = readiness.progress(self._deps)
        admins = [named(one) for one in found.admins[:5]]
        names = Markup(", ".join(admins))
        if isinstance(refusal, errors.OtherWorkspace):
            said = say("admin.other_workspace", organisation=named(found.organisation))
            return f"{said} {say('admin.other_workspace_tell', admins=names)}" if admins else said
        if found.is_empty:
            return say("admin.not_set_up", "admins" if admins else None, admins=names)
        if admins:
            return say("admin.ask_an_admin", admins=either(admins), user=shown(slack_user_id))
        return say("refusals.stranger", app=Markup(APP), user=shown(slack_user_id))


def _request(action: Action, asking: Asking) -> Request | None:
    if action.who.may_come_twice or not asking.trigger_id or asking.heard_at is None:
        return None
    return Request(asking.trigger_id, request_context.current_id(), asking.heard_at)


def _is_answered_before(action: Action, ask: Ask) -> bool:
    """Answers `help` after a command and, before set-up, an admin with the first steps, where nothing is recorded."""
    if is_help(ask.asking.said) and action.help is not None and action.help.typed:
        every = Markup(", ".join(map(labels.outcome_name, Outcome)))
        replies.beside(ask, kit.message_of(say(action.help.typed, every=every)))
        return True
    is_admin = ask.actor.role is Role.ADMIN and action.who.admits is not Admits.ANYBODY
    step = replies.next_step(ask) if is_admin else None
    if step is not None:
        replies.beside(ask, step)
    return step is not None


def _broke(fault: Exception, name: str, user: str = "") -> str:
    code = log_incident(fault, name, user)
    key = "refusals.database_away" if errors.is_database_away(fault) else "refusals.incident"
    return say(key, code=Markup(code))
