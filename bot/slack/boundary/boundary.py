"""Wraps every listener: sends the ack, runs the work in a pool, and turns every exception into an answer.

Bolt sends the ack when the listener returns (`process_before_response`) and loses it if the listener raises, so a
listener only hands work over. A refusal becomes a sentence; any other exception becomes an incident id.
"""

import logging
import re
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import BoundedSemaphore
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.services.deps import Deps
from bot.services.errors import (
    Deactivated,
    NewAdmin,
    NextcallError,
    NotEnrolled,
    NotYours,
    OtherWorkspace,
    OwnProposal,
    Paused,
    RoleNeeded,
    StopOfAnother,
    is_database_away,
)
from bot.services.setup import first_run
from bot.slack import ids
from bot.slack.api.incidents import log_incident
from bot.slack.blocks.agent import happened
from bot.slack.blocks.home import help_page
from bot.slack.blocks.kit import forms
from bot.slack.blocks.kit.kit import Block, home, section
from bot.slack.blocks.kit.reply import Reply
from bot.slack.boundary import late_forms, payloads, replies, setup_replies
from bot.slack.boundary.admitted import admission_of
from bot.slack.boundary.command_text import is_help
from bot.slack.boundary.form_result import Taken as Taken  # re-exported: every form returns one
from bot.slack.boundary.identity import Ask, identified
from bot.slack.boundary.languages import Languages
from bot.slack.boundary.payloads import Asking, Body, Form, Surface, Unreadable
from bot.slack.connection import ack_first
from bot.slack.delivery.second_tries import SecondTries
from bot.slack.wording import Markup, admin, labels, language, named, refusals, say, shown

log = logging.getLogger(__name__)
# Refusals about the actor, not the screen: shown beside it. The screen may belong to another user.
_ABOUT_THE_PERSON = (NotEnrolled, Deactivated, NotYours, RoleNeeded, Paused, OwnProposal, NewAdmin, StopOfAnother)


# Slack gives a form 3 s by its own clock, network included. A form that waits blocks a thread that sends acks, so at
# most MOST_WAITING wait. The others say at once that it takes longer.
WAITS_FOR_S = 1.5
MOST_WAITING = 8
Listener = Callable[[Ack, Body, WebClient], None]
_ANY = re.compile(".*")
# The name of a payload, by its kind.
_NAME: dict[str, Callable[[Body], str]] = {
    "command": lambda body: str(body["command"]),
    "action": lambda body: str(body["actions"][0]["action_id"]),
    "view": lambda body: str(body["view"]["callback_id"]),
}


class Boundary:
    """Registers listeners, wrapped."""

    def __init__(self, app: App, deps: Deps, tries: SecondTries | None = None) -> None:
        self._app = app
        self._tries = tries or SecondTries(deps.clock)
        self._deps = deps
        self._languages = Languages(deps)
        self._pool = app.listener_runner.listener_executor
        self._may_wait = BoundedSemaphore(MOST_WAITING)
        self._known: dict[str, dict[str, Listener]] = {}

    def command(self, name: str, answer: Callable[[Ask], None]) -> None:
        def listener(ack: Ack, body: Body, client: WebClient) -> None:
            walked = lambda ask: _walked(name, ask, answer)  # noqa: E731 - one line
            self._hand_over(self._answer, name, body, payloads.from_command, client, walked)
            ack()

        self._listen("command", name, listener)

    def action(self, action_id: str, answer: Callable[[Ask], None]) -> None:
        def listener(ack: Ack, body: Body, client: WebClient) -> None:
            self._hand_over(self._answer, action_id, body, payloads.from_press, client, answer)
            ack()

        self._listen("action", action_id, listener)

    def opens(self, action_id: str, title: str, build: Callable[[Ask], Block]) -> None:
        """Registers a button that opens a form: the form first, because its trigger lives 3 s, then the actor."""

        self.opens_or_answers(action_id, title, build, None)

    def opens_or_answers(
        self,
        action_id: str,
        title: str,
        build: Callable[[Ask], Block],
        answer: Callable[[Ask], None] | None,
    ) -> None:
        """Registers a button or menu that opens a form where its value says so, or without `answer`; else it
        answers."""

        def listener(ack: Ack, body: Body, client: WebClient) -> None:
            def work(asking: Asking) -> None:
                if answer is not None and not asking.opens_form:
                    self._answered(action_id, asking, client, answer)
                else:
                    replies.open_form(asking, client, title, lambda: build(self._identified(action_id, asking, client)))

            self._hand_over(self._hold, action_id, client, lambda: payloads.from_press(body), work)
            ack()

        self._listen("action", action_id, listener)

    def submits(self, callback_id: str, take: Callable[[Ask, Form], Taken]) -> None:
        """Registers a form's submission.

        The ack carries field errors, so it waits up to WAITS_FOR_S for the service. After that the form says that it
        takes longer, and shows the result when there is one.
        """

        def listener(ack: Ack, body: Body, client: WebClient) -> None:
            taking = self._pool.submit(self._take, callback_id, body, client, take)
            taken = self._in_time(taking)
            if taken is not None:
                taken.acknowledge(ack)
                self._follow_up(callback_id, body, client, taken)
                return
            with language.speaking():
                self._languages.speak_to(str(body["user"]["id"]))
                ack(response_action="update", view=late_forms.takes_longer(body))
            taking.add_done_callback(
                lambda done: self._pool.submit(self._late, callback_id, body, client, done.result())
            )

        self._listen("view", callback_id, listener)

    def event(self, name: str, answer: Callable[[Ask], None], in_channel: Callable[[Ask], None] | None = None) -> None:
        """Registers an event, by its name in the manifest. Events that no user caused are acknowledged and dropped.

        `in_channel`: answers a file that a person who is set up shared in a channel.
        """

        def listener(ack: Ack, body: Body, client: WebClient) -> None:
            if payloads.is_of_a_person(body["event"]):
                self._hand_over(self._answer, name, body, payloads.from_event, client, answer)
            elif in_channel is not None and payloads.is_in_channel(body["event"]):
                self._hand_over(self._overheard, name, body, client, in_channel)
            ack()

        self._app.event(name.partition(".")[0])(listener)

    def leftovers(self) -> None:
        """Registers the buttons and forms of older messages, and Bolt's own errors. Call it last."""

        def old_button(ack: Ack, body: Body, client: WebClient) -> None:
            answer = lambda asking: replies.say(asking, client, Reply(say("refusals.old_button")))  # noqa: E731 - one line
            self._hand_over(self._hold, "old button", client, lambda: payloads.from_press(body), answer)
            ack()

        def old_form(ack: Ack, body: Body) -> None:
            with language.speaking():
                self._languages.speak_to(str(body["user"]["id"]))
                ack(response_action="update", view=forms.message_modal(labels.APP, say("refusals.stale_form")))

        def escaped(error: Exception) -> None:
            log_incident(error, "bolt")

        self._app.action(_ANY)(old_button)
        self._app.view(_ANY)(old_form)
        self._app.error(escaped)

    def _listen(self, kind: str, name: str, listener: Listener) -> None:
        """Registers one listener per kind, which looks its names up. Bolt would ask 60 listeners one after another."""
        known = self._known.setdefault(kind, {})
        if not known:

            def is_known(body: Body) -> bool:
                return _NAME[kind](body) in known

            def listen(ack: Ack, body: Body, client: WebClient) -> None:
                known[_NAME[kind](body)](ack, body, client)

            on = {"command": self._app.command, "action": self._app.action, "view": self._app.view}[kind]
            on(_ANY, matchers=[is_known])(listen)
        known[name] = listener

    def _hand_over(self, work: Callable[..., None], *given: Any) -> None:
        ack_first.hand_over(partial(self._pool.submit, work, *given))

    def _answer(
        self,
        name: str,
        body: Body,
        parse: Callable[[Body], Asking],
        client: WebClient,
        answer: Callable[[Ask], None],
    ) -> None:
        self._hold(name, client, lambda: parse(body), lambda asking: self._answered(name, asking, client, answer))

    def _overheard(self, name: str, body: Body, client: WebClient, answer: Callable[[Ask], None]) -> None:
        """Answers what was not said to the app. It says nothing to those it does not know, such as the app itself."""

        def work(asking: Asking) -> None:
            try:
                self._answered(name, asking, client, answer)
            except NextcallError as refusal:
                log.info("overheard listener=%s refusal=%s", name, type(refusal).__name__)

        self._hold(name, client, lambda: payloads.from_event(body), work)

    def _answered(self, name: str, asking: Asking, client: WebClient, answer: Callable[[Ask], None]) -> None:
        ask = self._languages.first(self._identified(name, asking, client))
        answer(ask)
        self._languages.learn(ask)

    def _identified(self, name: str, asking: Asking, client: WebClient) -> Ask:
        """Identifies the actor and sets the language of the answer."""
        ask = identified(self._deps, asking, client, admission_of(name))
        self._languages.greet(ask.actor)
        return ask

    def _hold(self, name: str, client: WebClient, read: Callable[[], Asking], work: Callable[[Asking], None]) -> None:
        """Runs the work. Logs or tells every exception, and raises none."""
        try:
            asking = read().heard(self._tries)
            with language.speaking():
                self._languages.speak_to(asking.slack_user_id)
                try:
                    work(asking)
                except Exception as fault:
                    self._tell(name, fault, asking, client)
        except Exception as fault:
            log_incident(fault, name)

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

    def _follow_up(self, name: str, body: Body, client: WebClient, taken: Taken) -> None:
        """Updates other screens after the form has closed."""
        then = taken.then
        if then is not None:
            self._pool.submit(self._hold, name, client, lambda: payloads.from_submission(body)[0], lambda _: then())

    def _late(self, name: str, body: Body, client: WebClient, taken: Taken) -> None:
        """Shows the result in a form that said it takes longer."""
        try:
            with language.speaking():
                self._languages.speak_to(str(body["user"]["id"]))
                late_forms.show(body, client, taken, self._tries)
        except Exception as fault:
            log_incident(fault, name)
        self._follow_up(name, body, client, taken)

    def _take(self, name: str, body: Body, client: WebClient, take: Callable[[Ask, Form], Taken]) -> Taken:
        """Runs a form's work. Never raises: every exception becomes a field error."""
        with language.speaking():
            try:
                asking, form = payloads.from_submission(body)
                asking = asking.heard(self._tries)
                self._languages.speak_to(asking.slack_user_id)
                return take(self._identified(name, asking, client), form)
            except Unreadable:
                sentence: str = say("refusals.stale_form")
            except NextcallError as refusal:
                sentence = refusals.refusal(refusal)
            except Exception as fault:
                sentence = _broke(fault, name)
            return Taken(errors={payloads.first_field(body): replies.field_error(sentence)})

    def _tell(self, name: str, fault: Exception, asking: Asking, client: WebClient) -> None:
        if isinstance(fault, NextcallError):
            log.info("refused listener=%s user=%s refusal=%s", name, asking.slack_user_id, type(fault).__name__)
            self._refuse(name, fault, asking, client)
        elif isinstance(fault, Unreadable):
            replies.say(asking, client, Reply(say("refusals.old_button")))
        else:
            replies.say(asking, client, Reply(_broke(fault, name, asking.slack_user_id)))

    def _refuse(self, name: str, refusal: NextcallError, asking: Asking, client: WebClient) -> None:
        is_stranger = isinstance(refusal, NotEnrolled)
        sentence = self._stranger(refusal, asking.slack_user_id) if is_stranger else refusals.refusal(refusal)
        if asking.surface is Surface.NOWHERE:
            replies.publish(asking, client, lambda: home([section(sentence)]))
        elif asking.surface is Surface.COMMAND or isinstance(refusal, _ABOUT_THE_PERSON):
            replies.say(asking, client, Reply(sentence))
        else:
            replies.show_work(self._identified(name, asking, client), happened.told(sentence))

    def _stranger(self, refusal: NextcallError, slack_user_id: str) -> str:
        """The sentence for an unknown user: who can add them or, before set-up, who can set Nextcall up."""
        found = first_run.progress(self._deps)
        admins = [named(one) for one in found.admins[:5]]
        if isinstance(refusal, OtherWorkspace):
            return admin.other_workspace(named(found.organisation), admins)
        if found.is_empty:
            return admin.not_set_up(admins)
        return admin.ask_an_admin(shown(slack_user_id), admins) if admins else refusals.stranger(slack_user_id)


def _walked(name: str, ask: Ask, answer: Callable[[Ask], None]) -> None:
    """Before set-up, answers an admin with the first steps, except to /dnc and /outcome, which still record."""
    if is_help(ask.asking.said):
        replies.say(ask.asking, ask.client, help_page.of_command(name))
    elif name in (ids.DNC, ids.SET_OUTCOME) or not setup_replies.is_answered_by_the_walk(ask):
        answer(ask)


def _broke(fault: Exception, name: str, user: str = "") -> str:
    code = log_incident(fault, name, user)
    return (
        say("refusals.database_away", code=Markup(code))
        if is_database_away(fault)
        else say("refusals.incident", code=Markup(code))
    )
