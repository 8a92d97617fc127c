"""Every sentence has a German translation with the same facts; a language applies to one request only."""

import ast
import inspect
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import normalize, read_po

from bot.services.calls.outcome_words import may_be_stop
from bot.slack.boundary import outcome_and_note
from bot.slack.boundary.command_text import is_help
from bot.slack.listeners.agent.outcome import in_own_words
from bot.slack.wording import Markup, calls, labels, language, leads, times
from policy import load_rulebook
from policy.vocabulary import Outcome
from tests.slack.wording.rule_texts import of_pack, rule_texts

WORDING = Path(language.__file__).parent
CATALOGUES = sorted((WORDING / "locale").glob("*.po"))
SOURCES = sorted(WORDING.rglob("*.py"))
# A catalogue that has the sentences of some screens only: those of these modules, outcomes, and what some packs say.
# The others are said in English.
IN_PART = {
    "fr": (
        *("callbacks.py", "calls.py", "forms.py", "help_page.py", "labels.py", "outcomes/own_outcomes.py"),
        *("preferences.py", "refusals.py", "reporting/people_rung.py", "reports.py", "rules/four_answers.py"),
        "rules/values.py",
        *("setting_up/memberships.py", "times.py"),
    )
}
PACKS_IN_PART = {"fr": ("base", "fr", "fr-house", "gb-house")}
TITLE = 24  # characters Slack allows above a modal
NOT_ABOVE_A_MODAL = {"chart_title", "evidence_title"}
# How the code marks a sentence, and which of the call's arguments are its text; None: the first.
KEYWORDS = {
    "_": None,
    "N_": None,
    "sentence": None,
    "filled": None,
    "ngettext": (1, 2),
    "plural": (1, 2),
    "counted": (1, 2),
}
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
Message = str | tuple[str, ...]


def _extracted() -> set[Message]:
    """All source texts: of the code, of outcomes in the vocabulary, and of rules."""
    found = extract_from_dir(WORDING, [("**.py", "python")], keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found} | {one.meaning.label for one in Outcome} | rule_texts()


def _wanted(spoken: str) -> set[Message]:
    """What the catalogue of this language must have."""
    modules = IN_PART.get(spoken)
    if modules is None:
        return _extracted()
    found = extract_from_dir(WORDING, [("**.py", "python")], keywords=KEYWORDS)
    said = {message for name, _, message, _, _ in found if name in modules}
    packs = load_rulebook().packs
    rules = {text for name in PACKS_IN_PART[spoken] for text in of_pack(packs[name])}
    return said | {one.meaning.label for one in Outcome} | rules - {""}


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source)


def _forms(text: Any) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (str(text),)


@pytest.mark.night
@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_it_has_every_sentence_in_every_language(path: Path) -> None:
    catalogue = _catalogue(path)
    known = {one.id for one in catalogue if one.id and all(_forms(one.string)) and not one.fuzzy}
    missing = sorted(_wanted(path.stem) - known, key=str)
    assert not missing, f"translate into {path.name}:\n" + "\n".join(map(_entry, missing))
    assert not known - _extracted(), f"{path.name} has sentences that nobody says any more: take them out"


def _entry(message: Message) -> str:
    if isinstance(message, str):
        return f'msgid {normalize(message, width=118)}\nmsgstr ""\n'
    one, many = (normalize(form, width=118) for form in message)
    return f'msgid {one}\nmsgid_plural {many}\nmsgstr[0] ""\nmsgstr[1] ""\n'


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_translation_has_the_same_facts(path: Path) -> None:
    catalogue = _catalogue(path)
    for one in catalogue:
        if not one.id:
            continue
        wanted = {name for form in _forms(one.id) for name in PLACEHOLDER.findall(form)}
        for form in _forms(one.string):
            found = PLACEHOLDER.findall(form)
            # `once` needs no figure, and German may say the same name twice
            assert set(found) == wanted or (one.pluralizable and set(found) == wanted - {"{count}"}), form
            assert [mark for mark in "*`" if form.count(mark) % 2] == [], f"markup left open: {form}"
            assert re.findall(r":[a-z_]+: ", form) == re.findall(r":[a-z_]+: ", _forms(one.id)[-1]), form
        if one.pluralizable:
            assert len(_forms(one.string)) == catalogue.num_plurals


@pytest.mark.long
def test_every_sentence_goes_through_the_catalogue() -> None:
    """Texts that extraction misses would stay English: inside an f-string, in a nested call, or without a call."""
    seen = {form for message in _extracted() for form in _forms(message)}
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        said = {text for call in _calls(tree) for text in _literals(call)}
        lost = said - seen
        assert not lost, f"{path.name}: not found by extraction, as inside an f-string"
        bare = {text for text in _words(tree) if text not in said}
        assert not bare, f"{path.name}: a sentence outside _()"


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for one in ast.walk(tree):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in KEYWORDS:
            built = [
                part
                for part in one.args
                if isinstance(part, ast.JoinedStr | ast.BinOp) or "format(" in ast.unparse(part)
            ]
            assert not built, f"no such sentence is in a catalogue: {ast.unparse(one)}"
            yield one


def _literals(call: ast.Call) -> list[str]:
    return [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _words(tree: ast.AST) -> Iterator[str]:
    """Texts of two words or more, except docstrings."""
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant):
        return
    if (
        isinstance(tree, ast.Constant)
        and isinstance(tree.value, str)
        and re.search(r"[A-Za-z]{2,} [a-z]{2,}", tree.value)
    ):
        yield tree.value
    for child in ast.iter_child_nodes(tree):
        yield from _words(child)


@pytest.mark.parametrize("spoken", language.languages())
def test_it_fits_the_title_of_a_modal_in_every_language(spoken: str) -> None:
    with language.speaking(spoken):
        titles = [make() for make in _titles()]
    assert len(titles) > 4
    assert [title for title in titles if len(title) > TITLE] == []


def _module(path: Path) -> str:
    return ".".join(("bot.slack.wording", *path.relative_to(WORDING).with_suffix("").parts))


def _titles() -> Iterator[Any]:
    for path in SOURCES:
        for name, made in vars(import_module(_module(path))).items():
            is_title = name.endswith("_title") and name not in NOT_ABOVE_A_MODAL
            if is_title and not inspect.signature(made).parameters:
                yield made


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [("de-DE", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("en-US", "en"), ("zz-ZZ", "en"), ("", "en"), ("x", "en")],
)
def test_it_knows_the_language_of_a_locale(locale: str, spoken: str) -> None:
    assert language.language_of(locale) == spoken


def test_it_writes_figures_days_and_plurals_as_the_language_does() -> None:
    on = date(2026, 9, 2)
    assert (language.figure(3200), times.short_day(on), times.weekday(on)) == ("3,200", "Wed 2 Sept", "Wed")
    assert calls.hand_out_heading(1) == "You hold 1 contact"
    with language.speaking("de"):
        assert (language.figure(3200), times.short_day(on), times.weekday(on)) == ("3.200", "Mi., 2. Sept.", "Mi")
        assert times.long_day(on) == "Mittwoch, 2. September 2026"
        assert calls.hand_out_heading(1) == "Sie haben 1 Kontakt"
        assert calls.hand_out_heading(3200) == "Sie haben 3.200 Kontakte"
        assert calls.attempts(1, 2, Markup("in 7 days")) == "einmal angerufen, noch 2 in 7 Tagen"
        assert calls.attempts(0, 1, Markup("in some way")) == "noch nicht angerufen, noch 1 in some way"
        assert leads.wanting(2, Markup("TPS"), "register").endswith("das Ergebnis importieren.")
    assert calls.hand_out_heading(2) == "You hold 2 contacts"


@pytest.mark.parametrize("spoken", language.languages())
def test_every_outcome_can_be_typed_as_its_button_reads(spoken: str) -> None:
    with language.speaking(spoken):
        for one in Outcome:
            word, note = outcome_and_note(f"{labels.label(one)} rang off", in_own_words)
            assert (in_own_words(word), note) == (one, "rang off")


def test_it_understands_a_call_for_help_and_an_opt_out_in_every_language() -> None:
    typed = {
        "en": ("help", "do not call again"),
        "de": ("hilfe", "bitte nicht mehr anrufen"),
        "fr": ("aide", "ne veut plus être appelée"),
    }
    assert set(typed) == set(language.languages())
    for asks_for_help, asks_to_stop in typed.values():
        assert is_help(asks_for_help)
        assert may_be_stop(asks_to_stop)


def test_it_names_each_language_as_its_speakers_do() -> None:
    assert [language.own_name(one) for one in ("en", "de", "fr")] == ["English", "Deutsch", "Français"]


def test_a_language_set_for_one_request_affects_no_other() -> None:
    with ThreadPoolExecutor(1) as other:
        with language.speaking("de"), language.speaking():
            assert labels.cancel() == "Abbrechen", "what is inside speaks as what is around it"
            assert other.submit(labels.cancel).result() == "Cancel"
            language.speak("en")
            assert labels.cancel() == "Cancel"
        assert language.spoken() == "en"
