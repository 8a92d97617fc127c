"""The Slack app, built by a function: for Socket Mode, for HTTP, and for the tests."""

import logging
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App
from slack_sdk import WebClient

from bot.services.deps import Deps
from bot.slack.api import keep_numbers_out_of_logs
from bot.slack.boundary import Boundary
from bot.slack.delivery import SecondTries
from bot.slack.listeners import admin, agent, home, lead

WORKERS = 30  # work waits for one of these; acknowledgements never do


def build_app(
    deps: Deps, client: WebClient, signing_secret: str = "", workers: int = WORKERS, tries: SecondTries | None = None
) -> App:
    """Asks Slack who it is (auth.test) and fails at once with a token that is not good. HTTP wants the signing secret.

    `tries`: where answers go that Slack does not take at once.
    """
    keep_numbers_out_of_logs()
    app = App(
        name="nextcall",
        client=client,
        signing_secret=signing_secret or None,
        logger=logging.getLogger("slack_bolt"),
        process_before_response=True,  # the ack leaves with the listener, which hands its work over and returns
        listener_executor=ThreadPoolExecutor(workers, thread_name_prefix="listener"),
    )
    register(Boundary(app, deps, tries))
    return app


def register(boundary: Boundary) -> None:
    """The table of contents: everything this app answers to."""
    for role in (agent, lead, admin, home):
        role.register(boundary)
    boundary.leftovers()
