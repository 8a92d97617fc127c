"""Every refusal has its own sentence, every word of the vocabulary its label, and no sentence says what no text
supports."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot import sandbox
from bot.services import errors
from bot.services.errors import NextcallError
from bot.slack import wording
from bot.slack.wording import labels, refusals
from bot.slack.wording.labels import short_day
from bot.slack.wording.say import Markup, has_sentence, say, speaking
from policy.house.limits import Asked, Origin
from policy.vocabulary import ContactState, LeaseEnd, Outcome, ReleaseReason, Role, Status, Verdict
from tests.slack.cast import NOW

FACTS: dict[str, Any] = {
    "asked": "<!channel>",
    "known": ("Energy", "Water"),
    "candidates": ("no_answer",),
    "names": ("Grace", "Ada"),
    "faults": ("team 1: no name",),
    "most": 10,
    "needed": "team_lead",
    "holder": "Bob",
    "agent": "Alice",
    "slack_user_id": "U0ALICE",
    "principal": "Bright Energy",
    "wanted": "Clear Water",
    "people": ((1, "Grace", "crm-1"), (2, "Ada", "")),
    "reason": "leads.csv is empty: export it again.",
    "part": "city",
    "attempt_id": 34,
    "seconds": 4,
    "by": "Dana",
    "is_own": False,
    "since": NOW,
    "name": "Bob",
    "because": "paused",
    "outcome": Outcome.DO_NOT_CALL,
    "what": "campaign",
    "first": NOW.date(),
    "last": NOW.date(),
    "most_days": 366,
    "own_names": ("Wants a brochure",),
    "loose": (Asked("wait:no_answer", 72, Origin.HOUSE_PACK),),
    "stage": "declined",
    "on": NOW.date(),
    "figure": 60,
    "until": NOW,
    "extra": "reports",
}


def every_refusal(kind: type[NextcallError] = NextcallError) -> Iterator[type[NextcallError]]:
    for one in kind.__subclasses__():
        yield one
        yield from every_refusal(one)


def made(kind: type[NextcallError], facts: Mapping[str, Any] = FACTS) -> NextcallError:
    if kind.__init__ is Exception.__init__:
        return kind()
    names = [name for name in inspect.signature(kind).parameters if name not in ("args", "kwargs")]
    return kind(**{name: facts[name] for name in names})


def _name(kind: object) -> str:
    return getattr(kind, "__name__", "")


@pytest.mark.parametrize("kind", sorted(every_refusal(), key=_name), ids=_name)
def test_it_has_a_sentence_for_every_refusal(kind: type[NextcallError]) -> None:
    is_said = kind in refusals.REFUSALS or has_sentence(refusals.key_of(kind))
    assert is_said, "a new refusal needs its own wording"
    said = refusals.refusal(made(kind))
    assert len(said) > 20
    assert said.rstrip().endswith((".", "?", "`."))
    assert "<!channel>" not in said


def test_an_unknown_refusal_still_gets_words() -> None:
    class Unheard(errors.NotYours):
        pass

    assert "Bob" in refusals.refusal(Unheard("Bob"))
    del Unheard


def test_it_says_what_to_do_for_bad_input() -> None:
    assert "1 to 10" in refusals.refusal(errors.CountOutOfRange(99, 10))
    assert "“Energy”, “Water”" in refusals.refusal(errors.UnknownCampaign("abc", ("Energy", "Water")))
    assert "“No answer”, “Not now”" in refusals.refusal(errors.UnknownOutcome("n", ("no_answer", "not_now")))
    assert "Type one of: No answer" in refusals.refusal(errors.UnknownOutcome("xyz", ()))
    assert "Say which number" in refusals.refusal(errors.BadNumber(""))


def test_german_readers_are_told_in_german_what_they_may_type() -> None:
    with speaking("de"):
        fits = refusals.refusal(errors.UnknownOutcome("v", ("voicemail_heard", "not_in_service")))
        assert "„Mailbox“, „Nummer nicht vergeben“" in fits
        assert "`/teamstatus gestern`" in refusals.refusal(errors.UnknownDay("Dez"))
        made = say("admin_lists.register_line", count=2, name=Markup("TPS"), newest=short_day(NOW.date()))
        assert ".." not in say("admin_lists.register_valid", count=2, made=made)


@pytest.mark.parametrize(
    ("key", "vocabulary"),
    [
        ("labels.release_reason", ReleaseReason),
        ("labels.state", ContactState),
        ("labels.statuses", Status),
        ("labels.verdict", Verdict),
        ("labels.a_role", Role),
        ("labels.role_title", Role),
        ("calls.afterwards", ContactState),
        ("calls.refused_until", Verdict),
    ],
)
def test_it_has_words_for_the_whole_vocabulary(key: str, vocabulary: Any) -> None:
    words = [say(key, one) for one in vocabulary]
    assert all(words)
    assert len(set(words)) == len(words)


def test_it_words_every_end_of_a_lease_and_every_outcome() -> None:
    said = {say("calls.gone", one, name=labels.label(Outcome.BUSY)) for one in LeaseEnd}
    assert len(said) == len(LeaseEnd)
    assert all(labels.label(one) for one in Outcome)


def test_it_calls_house_policy_by_its_name() -> None:
    assert say("labels.statuses", Status.HOUSE) == "house policy"
    assert say("labels.statuses", Status.REGULATOR_POLICY) == "regulator policy"


@pytest.mark.long
def test_listeners_and_blocks_contain_no_sentences() -> None:
    """A text of four words or more is a sentence, and sentences live in bot/slack/wording."""
    slack = Path(__file__).resolve().parents[3] / "bot" / "slack"
    sources = [path for path in slack.rglob("*.py") if "wording" not in path.parts]
    found = [f"{path.name}: {text}" for path in sources for text in _sentences(ast.parse(path.read_text()))]
    assert len(sources) > 30
    assert not found


def test_no_sentence_has_at_before_a_moment_that_may_be_tomorrow() -> None:
    """Moments read `14:30` today and `tomorrow, 10:00` after: no language has a word that goes before both."""
    wording = Path(labels.__file__).parent
    sources = [*wording.rglob("*.py"), *wording.glob("*.toml")]
    wrong = re.compile(r"\b(?:at|um|(?<!jusqu’)à) \*?\{(?:when|due|until|moment)\}")
    assert [f"{path.name}: {found}" for path in sources for found in wrong.findall(path.read_text())] == []


def _sentences(tree: ast.AST) -> Iterator[str]:
    """Texts in the code that are neither a docstring nor meant for the log, or for the manifest, which is English."""
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return
    if isinstance(tree, ast.Call) and ast.unparse(tree.func).startswith("log."):
        return
    if isinstance(tree, ast.keyword) and tree.arg == "in_slack":
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str) and re.search(r"([a-z]+ ){3}[a-z]+", tree.value):
        yield tree.value
    for child in ast.iter_child_nodes(tree):
        yield from _sentences(child)


def test_the_local_page_draws_every_emoji_of_our_sentences() -> None:
    drawn = (Path(sandbox.__file__).parent / "page/emoji.js").read_text()
    sources = [path for path in Path(wording.__file__).parent.rglob("*") if path.suffix in {".py", ".toml"}]
    used = {name for path in sources for name in re.findall(r":([a-z_]+): ", path.read_text())}
    assert len(used) > 20
    assert [name for name in sorted(used) if not re.search(rf"\b{name}: \"", drawn)] == []
