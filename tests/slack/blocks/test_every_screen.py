"""Every screen there is, found by looking: what an agent or a lead reads is drawn from any data its parameters may
hold.

A new function in bot/slack/blocks is judged here without being named; what takes a value that nobody can draw yet
fails, and so does an admin's or a manager's screen that no test of its own judges.
"""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.languages import languages
from bot.services.agents import Member
from bot.services.answers import callbacks, calls, intake, leads, lists, privacy, teams
from bot.services.answers import people as people_results
from bot.services.answers.lists import Meaning, PossibleNo
from bot.services.answers.places import PlacesView
from bot.services.answers.registers import FileUse, ScreeningAges
from bot.services.hand_out.cards import offered_outcomes
from bot.services.intake import uses
from bot.services.intake.shared import AboutList
from bot.services.setup.objects import CampaignView
from bot.services.setup.preferences import Preferences
from bot.slack import blocks
from bot.slack.blocks.agent import contact_pages, happened
from bot.slack.blocks.home.home_page import Pressed, Shown
from bot.slack.blocks.kit import kit
from bot.slack.blocks.kit.kit import Block, CardPlace, Reply, actions
from bot.slack.blocks.lead import status_pages
from bot.slack.boundary.form_result import refilled
from bot.slack.boundary.payloads import Asking, Surface
from bot.slack.wording.labels import Reader
from bot.slack.wording.say import Markup, shown, speaking
from policy.vocabulary import ContactState, Outcome, Purpose, Role
from tests.slack import activity_reports, alert_screens, house_screens, list_files, own_screens, strict
from tests.slack import strategies as some
from tests.slack.cast import LONDON, NOW
from tests.slack.checks import numbers_checked, places

PARTS = ("kit", "inputs", "findings", "form_fields", "reply")  # what screens are made of, tested beside this
# An admin's and a manager's: they show an overview or a day, which tests of their own draw.
# Any data is given to these in their modules.
ALSO_OURS = frozenset(
    f"admin_forms.{name}"
    for name in (
        *("asking_form", "change_form", "erase_form", "erased", "export_form"),
        *("outcomes", "outcome_form", "questions_form"),
    )
)
FORMS = tuple(f"contact_pages.{name}" for name in ("release_form", "outcome_form", "questions_form", "callback_form"))
IN_AN_ACK = (*FORMS, "lead_presses.override")  # may be sent so, where large ones are lost
THEIRS = ("admin_", "checklist.", "digest", "refill.")
HERE = Path(__file__).parent
SURFACE = Path(blocks.__file__).parents[1]
METADATA = Asking("T1", "U1", "34", Surface.CARDS, "https://hooks.slack.com/" + "a" * 200).remembered(34)
judged = settings(
    max_examples=12, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate)
)

worded = some.texts.map(lambda one: shown(one, 300))  # what the wording hands on: markup of ours, theirs made harmless
states = st.sampled_from(ContactState)
people = st.builds(Member, some.ids, some.texts)
# by the parameter's name, where its type does not tell what is in it
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "metadata": st.just(METADATA),
    "title": st.sampled_from(("Outcome", "Eine lange Überschrift eines Formulars")),
    "sentence": worded,
    "about": worded,
    "question": worded,
    "said": worded,
    "told": st.lists(worded, max_size=6),
    "zone": some.zones,
    "first": st.dates().map(str),
    "last": st.dates().map(str),
    "place": st.none() | st.just(["D1", "1795514400.000100"]),
    "line": some.recorded.map(lambda done: happened.recorded(done, Reader(LONDON, NOW))) | st.just([]),
    "wanted": st.integers(0, 10),
    "held": st.integers(0, 10),
    "most": st.integers(1, 25),
    "note": some.texts.map(lambda one: one[:1000]),  # typed into a form that takes no more
    "outcome": st.sampled_from([one.value for one in Outcome]),
    "offered": st.sampled_from(Outcome).map(lambda one: offered_outcomes(one.value)),
}
merged_rows = st.builds(
    privacy.MergedRow,
    some.ids,
    some.texts,
    some.texts,
    st.just(("•••• 123", "•••• 456")),
    st.sampled_from(("reference", "name_and_number")),
    some.texts,
    some.texts,
    some.counts,
    some.counts,
    some.moments,
    some.maybe_moments,
    some.texts,
    some.texts,
)
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: some.texts,
    int: some.ids,
    bool: st.booleans(),
    datetime: some.moments,
    Markup: worded,
    Reader: st.builds(Reader, some.zones, st.just(NOW)),
    Outcome: st.sampled_from(Outcome),
    Role: st.sampled_from(Role),
    CardPlace: st.builds(CardPlace, some.ids, some.ids),
    Member: people,
    callbacks.CallbackTrouble: some.callback_troubles,
    callbacks.CallbackSoon: st.builds(callbacks.CallbackSoon, some.texts, some.soon, some.zones, st.booleans()),
    callbacks.CallbackMoved: st.builds(callbacks.CallbackMoved, some.texts, some.moments, some.zones),
    callbacks.CallbackRefused: some.callback_refusals,
    Shown: some.homes(),
    Preferences: some.preferences,
    people_results.Actor: some.people,
    calls.OfferCard: some.offers,
    **own_screens.BY_TYPE,
    **house_screens.BY_TYPE,
    calls.HandOut: some.hand_outs,
    calls.NothingCallable: some.shorts,
    calls.Closed: some.closed,
    calls.CallRefused: some.call_refusals,
    calls.CardGone: some.gone,
    calls.OutcomeFirst: st.builds(calls.OutcomeFirst, some.texts, some.attempts),
    Mapping[str, str]: st.dictionaries(st.just("note:1"), some.texts, max_size=1),
    Pressed: st.builds(Pressed, st.just(()), st.none() | st.builds(CardPlace, some.ids, some.ids)),
    timedelta: st.sampled_from((timedelta(), timedelta(minutes=15), timedelta.max)),
    calls.Released: some.released,
    calls.Refusal: some.refusals,
    calls.PlaceCorrected: some.corrected,
    calls.OpenAttempt: some.attempts,
    calls.NumberChecked: numbers_checked,
    PlacesView: places,
    calls.StopTakenBack: st.builds(
        calls.StopTakenBack, st.just("•••• 123"), st.booleans(), st.booleans(), some.counts, some.counts
    ),
    calls.Suppressed: some.suppressed,
    Sequence[callbacks.ReminderLine]: some.reminders(),
    leads.Kept: st.builds(leads.Kept, some.texts, some.soon, st.booleans()),
    leads.Moved: st.builds(leads.Moved, some.texts, some.texts, st.booleans()),
    leads.Reassigned: st.builds(
        leads.Reassigned,
        some.texts,
        some.texts,
        some.moments,
        st.booleans(),
        some.zones,
        some.maybe_moments,
        st.none() | some.callback_troubles,
    ),
    **activity_reports.BY_TYPE,
    intake.ListFileView: list_files.views,
    PossibleNo: list_files.possible,
    FileUse: list_files.uses,
    ScreeningAges: list_files.ages,
    uses.UseChoices: list_files.choices,
    AboutList: list_files.about,
    tuple[int, str]: st.tuples(some.ids, some.texts),
    tuple[str, str]: list_files.call_columns,
    intake.ColumnRead: st.builds(intake.ColumnRead, some.texts, st.sampled_from(Meaning), st.booleans()),
    leads.PauseChanged: st.builds(leads.PauseChanged, some.texts, st.booleans(), st.booleans(), some.counts),
    leads.LeadDecided: st.builds(
        leads.LeadDecided, some.texts, st.booleans(), states, some.maybe_moments, until=some.maybe_moments
    ),
    leads.Overridable: st.builds(
        leads.Overridable,
        some.texts,
        some.texts,
        some.many(some.findings, 9),
        st.sampled_from((("litigation",), ("litigation", "a_reason_of_the_house"))),
    ),
    lists.ListResults: st.builds(
        lists.ListResults,
        some.ids,
        *[some.counts] * 6,
        *[some.texts] * 3,
        some.moments,
        st.booleans(),
        st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
        st.none() | st.integers(0, 4),
    ),
    CampaignView: st.builds(
        CampaignView,
        campaign_id=some.ids,
        name=some.texts,
        purpose=st.sampled_from(Purpose),
        sector=some.texts,
        principal=some.texts,
        country=st.just("GB"),
        script=some.texts,
        outcomes=some.texts,
        teams=st.just(("Energy",)),
        is_active=st.booleans(),
    ),
    privacy.MergedPerson: st.builds(privacy.MergedPerson, *[some.texts] * 3, some.many(merged_rows, 12)),
    privacy.Subject: st.builds(
        privacy.Subject, some.ids, some.texts, some.texts, st.lists(some.texts, max_size=3).map(tuple)
    ),
    privacy.Erased: st.builds(privacy.Erased, *[some.counts] * 13),
    leads.LeadAlert: alert_screens.alerts,
    leads.BrokenPromise: alert_screens.broken,
    leads.ForbiddenFound: alert_screens.found,
    tuple[str, leads.WasAsked]: st.tuples(some.texts, st.sampled_from(leads.WasAsked)),
    status_pages.Page: st.sampled_from(status_pages.Page),
    teams.HeldBy: some.held_by,
    teams.HeldContact: st.builds(
        teams.HeldContact, some.ids, some.texts, st.just("•••• 123"), some.texts, some.texts, some.maybe_moments
    ),
    teams.HeldFor: st.builds(
        teams.HeldFor, some.texts, some.counts, st.sampled_from(("register", "basis", "hours", ""))
    ),
    teams.Waiting: some.waitings(3),
    leads.Pause: some.pauses,
    teams.OpenCallback: some.overdue,
    teams.Forecast: some.forecasts(),
    teams.TeamStatus: some.statuses(),
    teams.OwnDay: some.homes().map(lambda home: home.day),
    teams.LastDigest: st.builds(teams.LastDigest, some.ids, some.texts, some.digest_days, some.maybe_moments),
}


def _functions() -> Iterator[Callable[..., Any]]:
    found = pkgutil.walk_packages(blocks.__path__, f"{blocks.__name__}.")
    for name in sorted(one.name for one in found if not one.ispkg and one.name.rpartition(".")[2] not in PARTS):
        module = importlib.import_module(name)
        for made_by, one in inspect.getmembers(module, inspect.isfunction):
            if one.__module__ == module.__name__ and not made_by.startswith("_"):
                yield one


def _is_screen(function: Callable[..., Any]) -> bool:
    """Whether it makes a message, a view, or blocks of either; a function that only writes a line does not count."""
    made_of = get_type_hints(function)["return"]
    return made_of is Reply or made_of == Block or made_of in (list[Block], list[list[Block]])


def _called(function: Callable[..., Any]) -> str:
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


SCREENS = [one for one in _functions() if _is_screen(one)]
OURS = [one for one in SCREENS if _called(one) in ALSO_OURS or not _called(one).startswith(THEIRS)]


def _drawn(name: str, hint: Any) -> st.SearchStrategy[Any]:
    if name in BY_NAME and (
        hint is str or (hint is int and name not in ("first", "last")) or hint is object or name in ("line", "offered")
    ):
        return BY_NAME[name]
    if hint in BY_TYPE:
        return BY_TYPE[hint]
    of = get_args(hint)
    if get_origin(hint) is UnionType:
        return st.one_of(*(st.none() if one is type(None) else _drawn("", one) for one in of))
    if get_origin(hint) in (Sequence, Collection, tuple):
        times = st.sampled_from((0, 1, 2, 120))
        return st.tuples(_drawn("", of[0]), times).map(lambda pair: (pair[0],) * pair[1])
    raise LookupError(f"nothing draws {hint} yet: add it to BY_TYPE")


def _judge(shown: Any) -> None:
    if isinstance(shown, Reply):
        strict.message(shown.blocks, shown.text)
    elif isinstance(shown, list) and shown and isinstance(shown[0], list):
        for group in shown:
            strict.message(group)
    elif isinstance(shown, list):
        strict.message(shown)
    elif shown.get("type") == "modal":
        strict.modal_shown(shown)
    elif shown.get("type") in ("button", "static_select"):
        strict.message([actions([shown])])
    elif "deny" in shown:
        button = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "x", "value": "1"}
        strict.message([actions([button | {"confirm": shown}])])
    else:
        strict.message([shown])


@pytest.mark.long
@pytest.mark.parametrize("screen", OURS, ids=_called)
def test_it_shows_any_data_within_the_limits(screen: Callable[..., Any]) -> None:
    hints = get_type_hints(screen)
    given_by = {name: _drawn(name, hints[name]) for name in inspect.signature(screen).parameters}

    @judged
    @given(st.fixed_dictionaries(given_by), st.sampled_from(languages()))
    def any_data(drawn: dict[str, Any], spoken: str) -> None:
        with speaking(spoken):
            shown = screen(**drawn)
        if screen.__name__ == "render":
            strict.home({"type": "home", "blocks": shown})
        elif _called(screen).startswith(IN_AN_ACK):
            strict.modal(shown)
        else:
            _judge(shown)

    any_data()


@judged
@given(some.texts)
def test_a_form_that_waits_or_only_tells_shows_any_name(name: str) -> None:
    strict.modal(kit.loading_modal(name or "x"))
    strict.modal(kit.message_modal("Outcome", shown(name)))


def test_the_search_finds_the_screens() -> None:
    names = {_called(one) for one in OURS}
    assert {"cards.hand_out", "status_pages.team_status", "home_page.render", "contact_pages.callback_form"} <= names
    assert len(names) > 45
    assert len(SCREENS) > len(OURS)


def test_every_screen_of_admins_and_managers_has_a_test_of_its_own() -> None:
    sent = {one for path in SURFACE.rglob("*.py") for one in _named_in(path)}
    tests = (text for path in HERE.parent.rglob("test_*.py") if "strict" in (text := path.read_text()))
    judging = {one for text in tests for one in _judged_in(ast.parse(text))}
    wholes = [one for one in SCREENS if one not in OURS and _called(one) in sent]
    assert len(wholes) > 15
    assert not [_called(one) for one in wholes if one.__name__ not in judging], "the strict judge has never seen it"


def _named_in(path: Path) -> set[str]:
    """Which screens a file of the surface speaks of; not a file of blocks, whose parts are judged in what they make."""
    if "blocks" in path.parts:
        return set()
    tree = ast.parse(path.read_text())
    imports = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and one.module]
    called = {one.asname or one.name: f"{each.module}.{one.name}" for each in imports for one in each.names}
    spoken = {f"{called.get(_of(one), '')}.{one.attr}" for one in ast.walk(tree) if isinstance(one, ast.Attribute)}
    return set(filter(None, map(_screen_at, {*spoken, *called.values()})))


def _screen_at(dotted: str) -> str:
    """The name of the function at this place; empty if no function of the blocks is there."""
    if not dotted.startswith(f"{blocks.__name__}."):
        return ""
    module, _, name = dotted.rpartition(".")
    with suppress(ModuleNotFoundError):  # an attribute of a value
        found = getattr(importlib.import_module(module), name, None)
        return _called(found) if inspect.isfunction(found) else ""
    return ""


def _of(attribute: ast.Attribute) -> str:
    return attribute.value.id if isinstance(attribute.value, ast.Name) else ""


def _judged_in(tree: ast.Module) -> Iterator[str]:
    """The names used by a test function that calls the strict judge, directly or through a function in its module."""
    spoken = {one.name: _speaks_of(one) for one in tree.body if isinstance(one, ast.FunctionDef)}
    asks = {name for name, words in spoken.items() if words & {"message", "modal", "modal_shown", "home"}}
    for name, words in spoken.items():
        if name in asks or words & asks:
            yield from words


def _speaks_of(function: ast.AST) -> set[str]:
    words = {one.attr for one in ast.walk(function) if isinstance(one, ast.Attribute)}
    return words | {one.id for one in ast.walk(function) if isinstance(one, ast.Name)}


nasty = st.sampled_from(some.NASTY)


@judged
@given(some.texts, some.moments, st.lists(some.texts, max_size=3), some.texts)
def test_a_form_drawn_again_keeps_its_values_within_the_limits(
    name: str, first: datetime, sentences: list[str], note: str
) -> None:
    """Slack returns a form without its initial values, and keeps the filled ones separately."""
    form = contact_pages.callback_form(name, LONDON, first, NOW, METADATA, note[:1000])
    begun = {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}
    values = {field: {element["action_id"]: _state(element)} for field, element in begun.items()}
    again = refilled(form | {"id": "V1", "state": {"values": values}}, sentences)
    strict.modal_shown(again)
    assert again["blocks"][-5:] == form["blocks"][-5:]


def _state(element: dict[str, Any]) -> dict[str, Any]:
    name = {"datepicker": "date", "timepicker": "time", "radio_buttons": "option", "plain_text_input": "value"}
    of = name[element["type"]]
    return {of if of == "value" else f"selected_{of}": element.get(f"initial_{of}")}
