"""A stand-in for the Web API methods that the boundary calls, and retries that the test runs itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.delivery.second_tries import SecondTries
from tests.fakes import FakeClock


@dataclass
class _Answer:
    said: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, key: str) -> Any:
        return self.said.get(key)


class Slack(WebClient):
    """Records the calls; refuses the named methods, once for each code listed."""

    def __init__(self, **refuses: list[str]) -> None:
        super().__init__("xoxb-test")
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refuses, self.waits = refuses, {"Retry-After": "12.3"}
        self.tried_within: list[int] = []  # seconds, for each message

    def views_open(self, **given: Any) -> Any:
        return self._take("views_open", given)

    def views_push(self, **given: Any) -> Any:
        return self._take("views_push", given)

    def views_update(self, **given: Any) -> Any:
        return self._take("views_update", {**given, "within": self.timeout, "handlers": self.retry_handlers})

    def views_publish(self, **given: Any) -> Any:
        return self._take("views_publish", given)

    def chat_postMessage(self, **given: Any) -> Any:  # noqa: N802 - Slack's name
        self.tried_within.append(self.timeout)
        return self._take("chat_postMessage", given)

    def _take(self, method: str, given: dict[str, Any]) -> Any:
        self.asked.append((method, given))
        if codes := self.refuses.get(method):
            code = codes.pop(0)
            raise SlackApiError(code, _Answer({"error": code}, self.waits))  # type: ignore[no-untyped-call]
        return {"view": {"id": "V1"}}

    def of(self, method: str) -> list[dict[str, Any]]:
        return [given for name, given in self.asked if name == method]


class Tries(SecondTries):
    """Keeps the later tries, for the test to run."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.waits: list[float] = []
        self.kept: list[tuple[str, Callable[[], None], float]] = []

    def later(self, key: str, attempt: Callable[[], None], tried_for_s: float, wait_s: float) -> None:
        self.waits.append(wait_s)
        self.kept.append((key, attempt, tried_for_s))

    def go_on(self) -> None:
        """Runs the next try, as its thread would."""
        key, attempt, tried_for_s = self.kept.pop()
        self.now_or_later(key, attempt, tried_for_s)
