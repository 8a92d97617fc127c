"""Builds the Slack app, for Socket Mode, HTTP and the tests."""

import logging
from concurrent.futures import ThreadPoolExecutor

from slack_bolt import App
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped
from slack_sdk import WebClient

from bot.services.deps import Deps
from bot.slack.api.client import keep_numbers_out_of_logs
from bot.slack.boundary.boundary import Boundary
from bot.slack.delivery.second_tries import SecondTries
from bot.slack.listeners import ACTIONS

WORKERS = 30  # for work; acknowledgements never wait for one


def build_app(
    deps: Deps, client: WebClient, signing_secret: str = "", workers: int = WORKERS, tries: SecondTries | None = None
) -> App:
    """Builds the app. Raises at once if its token is bad (auth.test). HTTP needs the signing secret.

    `tries` repeats the answers that Slack did not take at once.
    """
    keep_numbers_out_of_logs()
    log = logging.getLogger("slack_bolt")
    log.addFilter(_means_something)
    app = App(
        name="slack_bolt.nextcall",  # Bolt sets the level of the logger of this name at each request: not of ours
        client=client,
        signing_secret=signing_secret or None,
        logger=log,
        process_before_response=True,  # the ack leaves when the listener returns; a listener only hands its work over
        listener_executor=ThreadPoolExecutor(workers, thread_name_prefix="listener"),
    )
    boundary = Boundary(app, deps, tries)
    boundary.listen(*ACTIONS)
    boundary.leftovers()
    return app


def _means_something(record: logging.LogRecord) -> bool:
    # Bolt warns of a token in the environment beside our client, which has that very token.
    return record.getMessage() != warning_client_prioritized_and_token_skipped()
