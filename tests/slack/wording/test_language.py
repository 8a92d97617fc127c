"""Every sentence has a German translation with the same facts; a language applies to one request only."""

import ast
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Final, NamedTuple

import pytest

from bot.languages import ENGLISH, languages, of_itself
from bot.services.errors import NextcallError
from bot.services.own_outcomes import may_be_stop
from bot.services.setup import fields
from bot.slack import wording
from bot.slack.blocks.admin import form_fields
from bot.slack.blocks.admin.form_fields import key_of, words_key
from bot.slack.boundary.payloads import is_help, outcome_and_note
from bot.slack.listeners.agent.outcomes import in_own_words
from bot.slack.wording import labels
from bot.slack.wording.labels import long_day, short_day, weekday
from bot.slack.wording.refusals import key_of as key_of_refusal
from bot.slack.wording.say import (
    Form,
    figure,
    form_of,
    language_of,
    own_name,
    plural_form,
    said_in,
    say,
    sentences,
    speak,
    speaking,
    spoken,
    texts,
)
from policy import load_rulebook
from policy.vocabulary import Outcome
from tests.slack.wording.rule_texts import of_pack, rule_texts
from tests.slack.wording.test_wording import every_refusal

SLACK: Final = Path(wording.__file__).parents[1]
OTHERS = languages()[1:]
TITLE = 24  # characters Slack allows above a modal
# What people read with its braces, and what the report and the pack of evidence fill in by themselves.
FILLED_ELSEWHERE = {
    *("admin_campaigns.script_hint", "admin_campaigns.script_placeholder", "pack_document.document_page"),
    "activity.words",
}
NOT_ABOVE_A_MODAL = {"digests.chart_title", "digests.evidence_title"}
PARTS = "|".join(sorted({key.partition(".")[0] for key in sentences(ENGLISH)}))
KEY = re.compile(rf"(?:{PARTS})\.[a-z_0-9]+")


def _texts(form: Form) -> Iterator[str]:
    """Every form of a sentence."""
    if isinstance(form, str):
        yield form
    else:
        for one in form.values():
            yield from _texts(one)


def _gaps(text: str) -> set[str]:
    return {name for _text, name, _format, _how in Formatter().parse(text) if name}


def _has_words(form: Form) -> bool:
    """False of marks and gaps alone, which need no translation."""
    return any(re.search(r"[a-z]", re.sub(r"\{\w+\}|:[a-z_]+:", "", text)) for text in _texts(form))


def _names(form: Form) -> set[str]:
    """The names of its forms, those of plural forms aside, which are each language's own."""
    return set() if isinstance(form, str) or _is_plural(form) else set(form)


def _is_plural(form: Form) -> bool:
    return isinstance(form, dict) and set(form) <= {"zero", "one", "two", "few", "many", "other"}


class Use(NamedTuple):
    """A call of `say`: the keys it may have, whether it names a form, and its gaps."""

    where: str
    keys: tuple[str, ...]
    has_form: bool
    gaps: frozenset[str | None]


@cache
def _keys_and_uses() -> tuple[frozenset[str], tuple[Use, ...]]:
    """Every text of the program that reads as a key, and every call of `say` with its keys written in it."""
    keys, uses = set[str](), list[Use]()
    for path in sorted(SLACK.rglob("*.py")):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and KEY.fullmatch(one.value):
                keys.add(one.value)
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in ("say", "sentence"):
                named = tuple(text for text in _constants(one.args[0]) if KEY.fullmatch(text))
                gaps = frozenset(each.arg for each in one.keywords)
                uses.append(Use(f"{path.relative_to(SLACK)}:{one.lineno}", named, len(one.args) > 1, gaps))
    return frozenset(keys), tuple(uses)


def _constants(tree: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def test_every_sentence_of_the_program_exists_and_every_sentence_is_said() -> None:
    english, (keys, uses), (asked, perhaps) = sentences(ENGLISH), _keys_and_uses(), _asked_in_forms()
    assert sorted((keys | asked) - set(english)) == [], "en.toml lacks it"
    assert sorted(set(english) - keys - asked - perhaps) == [], "nobody says it: take it out"
    assert len(uses) > 1000


def _asked_in_forms() -> tuple[set[str], set[str]]:
    """The keys with which forms ask for the settings of setup objects: those that must be, and those that may. Refusals
    without facts are said by their names."""
    asked, perhaps = set[str](), {key_of_refusal(NextcallError), *map(key_of_refusal, every_refusal())}
    more_of = {
        fields.FLAG: ("yes", "no"),
        fields.KNOWN: ("none",),
        fields.SCRIPT: ("placeholder",),
        fields.OUTCOMES: ("more",),
        fields.TICK: ("yes",),
    }
    with_words = (fields.WORD, fields.WHOLE, fields.EITHER, fields.SEVERAL, fields.KNOWN)
    for table in form_fields.PARTS:
        for one in fields.fields_of(table):
            if one.asked:
                asked |= {key_of(table, f"{one.key}_{what}") for what in ("asked", *more_of.get(one.kind, ()))}
                perhaps |= {key_of(table, f"{one.key}_hint")}
                perhaps |= {words_key(table, one)} if one.kind in with_words else set()
    return asked, perhaps


def test_each_call_fills_the_gaps_of_its_sentence_and_no_more() -> None:
    english, wrong = sentences(ENGLISH), []
    for use in _keys_and_uses()[1]:
        wanted = [_gaps(text) for key in use.keys for text in _texts(english[key])]
        if not FILLED_ELSEWHERE.intersection(use.keys) and wanted and None not in use.gaps:
            lacks, spare = set().union(*wanted) - use.gaps, use.gaps - set().union(*wanted) - {"count"}
            wrong += [f"{use.where} {use.keys}: lacks {sorted(lacks)}"] if lacks else []
            wrong += [f"{use.where} {use.keys}: has no gap {sorted(map(str, spare))}"] if spare else []
        has_forms = [bool(_names(english[key])) for key in use.keys]
        wrong += [f"{use.where} {use.keys}: names a form, or lacks one"] if {use.has_form} < {*has_forms} else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("spoken", languages())
def test_each_language_says_of_itself_what_is_read_elsewhere(spoken: str) -> None:
    asked = set(of_itself(ENGLISH)) - ({"rejects"} if "parts" in of_itself(spoken) else set())
    assert sorted(asked - set(of_itself(spoken))) == [], f"say it in {spoken}.toml, under [language]"
    assert set(of_itself(spoken).get("parts", ())) <= {key.partition(".")[0] for key in sentences(ENGLISH)}


@pytest.mark.parametrize("spoken", OTHERS)
def test_it_has_every_sentence_in_every_language(spoken: str) -> None:
    english, known = sentences(ENGLISH), sentences(spoken)
    parts = of_itself(spoken).get("parts")
    wanted = {
        key for key, form in english.items() if _has_words(form) and (parts is None or key.partition(".")[0] in parts)
    }
    missing = [f"{key} = {json.dumps(english[key], ensure_ascii=False)}" for key in sorted(wanted - set(known))]
    assert not missing, f"say it in {spoken}.toml:\n" + "\n".join(missing)
    assert sorted(set(known) - set(english)) == [], "en.toml has no such sentence: take it out"


@pytest.mark.night
@pytest.mark.parametrize("spoken", OTHERS)
def test_it_has_every_text_of_outcomes_and_rules_in_every_language(spoken: str) -> None:
    said = rule_texts() | {one.meaning.label for one in Outcome}
    packs = load_rulebook().packs
    wanted = said
    if "packs" in of_itself(spoken):
        rules = {text for name in of_itself(spoken)["packs"] for text in of_pack(packs[name])}
        wanted = {one.meaning.label for one in Outcome} | rules - {""}
    known = texts(spoken)
    missing = [f"{json.dumps(text, ensure_ascii=False)} = " for text in sorted(wanted - set(known))]
    assert not missing, f"say it in {spoken}.toml, under [texts]:\n" + "\n".join(missing)
    assert sorted(set(known) - said) == [], "nobody says it any more: take it out"


@pytest.mark.parametrize("spoken", OTHERS)
def test_every_translation_has_the_same_facts(spoken: str) -> None:
    english, wrong = sentences(ENGLISH), []
    pairs = [(key, english[key], form) for key, form in sentences(spoken).items()]
    pairs += [(text, text, form) for text, form in texts(spoken).items()]
    for key, ours, theirs in pairs:
        if _names(ours) != _names(theirs):
            wrong.append(f"{key}: other forms")
        for name in _names(ours) or ("",):
            wrong += _differences(key, ours[name] if name else ours, theirs[name] if name else theirs)  # type: ignore[index]
    assert not wrong, "\n".join(wrong)


def _differences(key: str, ours: Form, theirs: Form) -> Iterator[str]:
    first = list(_texts(ours))[-1]
    for name, text in theirs.items() if isinstance(theirs, dict) else [("", theirs)]:
        same = ours.get(name, first) if isinstance(ours, dict) else first
        if _gaps(str(text)) - {"count"} != _gaps(str(same)) - {"count"}:  # `once` needs no figure
            yield f"{key}: other gaps in {text}"
    for text in _texts(theirs):
        if [mark for mark in "*`" if text.count(mark) % 2]:
            yield f"{key}: markup left open in {text}"
        if re.findall(r":[a-z_]+: ", text) != re.findall(r":[a-z_]+: ", first):
            yield f"{key}: other emoji in {text}"


@pytest.mark.parametrize("spoken", languages())
def test_each_sentence_about_a_number_has_the_plural_forms_of_its_language(spoken: str) -> None:
    forms = [form for _key, sentence in sentences(spoken).items() for form in (sentence, *_parts(sentence))]
    wanted = {plural_form(number, spoken) for number in range(200)}
    assert [form for form in forms if _is_plural(form) and set(form) != wanted] == []


def _parts(form: Form) -> list[Form]:
    return [] if isinstance(form, str) else list(form.values())


@pytest.mark.parametrize("spoken", languages())
def test_it_fits_the_title_of_a_modal_in_every_language(spoken: str) -> None:
    titles = {key for key in sentences(ENGLISH) if re.search(r"[._]title$", key)} - NOT_ABOVE_A_MODAL
    with speaking(spoken):
        said = [say(key) for key in titles if not _gaps(str(form_of(key)))]
    assert len(said) > 20
    assert [title for title in said if len(title) > TITLE] == []


@pytest.mark.long
def test_no_sentence_stands_in_the_code() -> None:
    """Texts of two words or more, except docstrings: they would stay English."""
    for path in sorted(Path(wording.__file__).parent.rglob("*.py")):
        bare = set(_words(ast.parse(path.read_text(encoding="utf-8"))))
        assert not bare, f"{path.name}: a sentence without a key"


def _words(tree: ast.AST) -> Iterator[str]:
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


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [("de-DE", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("en-US", "en"), ("zz-ZZ", "en"), ("", "en"), ("x", "en")],
)
def test_it_knows_the_language_of_a_locale(locale: str, spoken: str) -> None:
    assert language_of(locale) == spoken


def test_it_writes_figures_days_and_plurals_as_the_language_does() -> None:
    on = date(2026, 9, 2)
    assert (figure(3200), short_day(on), weekday(on)) == ("3,200", "Wed 2 Sept", "Wed")
    assert say("calls.hand_out", count=1) == "You hold 1 contact"
    with speaking("de"):
        assert (figure(3200), short_day(on), weekday(on)) == ("3.200", "Mi., 2. September", "Mi")
        assert long_day(on) == "Mittwoch, 2. September 2026"
        assert say("calls.hand_out", count=1) == "Sie haben 1 Kontakt"
        assert say("calls.hand_out", count=3200) == "Sie haben 3.200 Kontakte"
        assert say("calls.tried", "", count=1) == "einmal angerufen"
        assert say("leads.supply", "register").endswith("das Ergebnis importieren")
    assert say("calls.hand_out", count=2) == "You hold 2 contacts"


@pytest.mark.parametrize("spoken", ["en", "de", "fr"])
def test_a_sentence_that_ends_with_a_date_has_one_full_stop(spoken: str) -> None:
    with speaking(spoken):
        assert not [one for month in range(1, 13) if (one := short_day(date(2026, month, 8))).endswith(".")]


def test_a_sentence_that_a_language_lacks_is_said_in_english_with_its_plurals() -> None:
    with speaking("fr"):  # of nothing, French says the singular
        assert said_in("admin_lists.results") == "en"
        assert say("admin_lists.results", "complaints", count=0) == "0 complaints"


@pytest.mark.parametrize("spoken", languages())
def test_every_outcome_can_be_typed_as_its_button_reads(spoken: str) -> None:
    with speaking(spoken):
        for one in Outcome:
            word, note = outcome_and_note(f"{labels.label(one)} rang off", in_own_words)
            assert (in_own_words(word), note) == (one, "rang off")


def test_it_understands_a_call_for_help_and_an_opt_out_in_every_language() -> None:
    typed = {
        "en": ("help", "do not call again"),
        "de": ("hilfe", "bitte nicht mehr anrufen"),
        "fr": ("aide", "ne veut plus être appelée"),
    }
    for asks_for_help, asks_to_stop in typed.values():
        assert is_help(asks_for_help)
        assert may_be_stop(asks_to_stop)


def test_it_names_each_language_as_its_speakers_do() -> None:
    assert [own_name(one) for one in ("en", "de", "fr")] == ["English", "Deutsch", "Français"]


def test_a_language_set_for_one_request_affects_no_other() -> None:
    with ThreadPoolExecutor(1) as other:
        with speaking("de"), speaking():
            assert say("labels.cancel") == "Abbrechen", "what is inside speaks as what is around it"
            assert other.submit(say, "labels.cancel").result() == "Cancel"
            speak("en")
            assert say("labels.cancel") == "Cancel"
        assert spoken() == "en"
