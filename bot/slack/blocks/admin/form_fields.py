"""Asks for the fields of a setup object, and takes the answers. How a field is asked for follows from its kind.

Its sentences bear its key. Those of a team's zone are `admin_people.team_zone_asked` and, where there is one,
`…_hint`; of a yes or no `…_yes` and `…_no`; of a menu `admin_people.team_zone`, whose forms are its choices, and
`…_none`. Those of whole numbers are by figure, and `otherwise`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

from bot.services.numbers.parsing import format_number
from bot.services.setup import checks, fields
from bot.services.setup.fields import Field, fields_of
from bot.services.setup.objects import CampaignView, ListTerms, OrganisationView, PersonView, TeamView
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, Element, field
from bot.slack.wording import Markup, language, say
from bot.slack.wording.say import say_word

Answers = dict[str, Any]  # by key, as JSON: a text, or texts
Choices = list[tuple[str, str]]
# Where an object's sentences stand, and what their names begin with.
PARTS: Final[Mapping[type, tuple[str, str]]] = MappingProxyType(
    {
        OrganisationView: ("admin", "organisation_"),
        TeamView: ("admin_people", "team_"),
        PersonView: ("admin_people", "person_"),
        CampaignView: ("admin_campaigns", ""),
        ListTerms: ("admin_lists", "list_"),
    }
)
_PRIORITIES: Final = "admin_campaigns.priorities"  # of lists too
# A block bears its field's key, but for these.
_BLOCKS = {
    "is_active": ids.ACTIVE,
    "is_worked": ids.ACTIVE,
    "expires_on": ids.UNTIL,
    "campaign": ids.CAMPAIGN_CHOSEN,
    "is_number_shown": ids.SHOWN,
    "starts_on": ids.FROM,
    "ends_on": ids.UNTIL,
    "shift_from": ids.FROM,
    "shift_until": ids.UNTIL,
    "digest_at": ids.AT,
    "forget_after_months": ids.FORGET,
    "warn_days_before": ids.WARN,
}


class Filled(Protocol):
    """A submitted form."""

    def has(self, block_id: str) -> bool:
        """Whether the form had this field."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What menus offer, from the packs and from the organisation. User groups, none first, and campaigns by key."""

    countries: Sequence[str] = ()
    sectors: Sequence[str] = ()
    house_packs: Sequence[str] = ()
    codes: Sequence[str] = ()
    house_default: str = ""
    teams: Sequence[TeamView] = ()
    groups: Sequence[tuple[str, str]] = ()
    campaigns: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One field of an object, to be drawn."""

    field: Field
    subject: Any  # the object
    offer: Offer

    @property
    def value(self) -> Any:
        return getattr(self.subject, self.field.key)

    def said(self, what: str, **gaps: Markup) -> str:
        """One of its sentences. Raises KeyError."""
        return say(key_of(type(self.subject), f"{self.field.key}_{what}"), **gaps)

    @property
    def hint(self) -> str:
        key = key_of(type(self.subject), f"{self.field.key}_hint")
        return say(key) if language.has_sentence(key) else ""

    def choices(self, words: Sequence[Any]) -> Choices:
        key = words_key(type(self.subject), self.field)
        return [(str(one), _word(key, one)) for one in words]

    def known(self, *chosen: str) -> Choices:
        """What is offered under the kind's name, and what is chosen already."""
        offered = getattr(self.offer, self.field.of)
        return self.choices([*offered, *(one for one in chosen if one and one not in offered)])

    def menu(self, choices: Choices) -> Element:
        return inputs.one_of(choices, str(self.value) or ids.NONE, self.said("asked"))


def key_of(table: type, name: str) -> str:
    """The key of a sentence about the fields of a table."""
    part, prefix = PARTS[table]
    return f"{part}.{prefix}{name}"


def words_key(table: type, one: Field) -> str:
    """The key of the words that a menu for a field offers; they need no sentence where they are names."""
    return _PRIORITIES if one.key == "priority" else key_of(table, one.of or one.key)


def _word(key: str, word: Any) -> str:
    if not language.has_sentence(key):
        return str(word)
    return say(key, str(word), count=word) if isinstance(word, int) else say_word(key, word)


def _line(asked: _Asked) -> Element:
    return inputs.line(asked.value, asked.field.example)


def _known(asked: _Asked) -> Element:
    default = Markup(getattr(asked.offer, asked.field.default) if asked.field.default else "")
    return asked.menu([(ids.NONE, asked.said("none", name=default)), *asked.known(asked.value)])


def _country(asked: _Asked) -> Element:
    offered = asked.offer.countries
    known = [*offered, *([asked.value] if asked.value and asked.value not in offered else [])]
    return asked.menu(sorted(((one, language.country(one)) for one in known), key=lambda one: one[1]))


def _several(asked: _Asked) -> Element:
    chosen = asked.value.split()
    if asked.field.words:
        return inputs.boxes(asked.choices(asked.field.words), chosen)
    return inputs.several(asked.known(*chosen), chosen, say("admin.choose"))


def _whole(asked: _Asked) -> Element:
    known = {*asked.field.words, *([] if asked.value is None else [asked.value])}
    return asked.menu(asked.choices(sorted(known)))


def _teams(asked: _Asked) -> Element:
    choices = [(str(one.team_id), one.name) for one in asked.offer.teams]
    chosen = [key for key, name in choices if name in asked.value]
    is_short = len(choices) <= inputs.MOST_BOXES
    return inputs.boxes(choices, chosen) if is_short else inputs.several(choices, chosen, say("admin.choose"))


def _numbers(asked: _Asked) -> Element:
    return inputs.line(", ".join(format_number(one, asked.subject.country) for one in asked.value.split()))


def _text_fault(one: Field, answer: str, _subject: Any) -> str:
    return say("admin.write_a_name") if one.is_required and not answer else ""


def _zone_fault(_one: Field, answer: str, _subject: Any) -> str:
    return "" if checks.is_zone(answer) else zone_unknown(answer)


def zone_unknown(written: str) -> Markup:
    near = checks.zone_like(written)
    return say("admin_people.zone_unknown", near and "near", near=Markup(near))


def _day_fault(_one: Field, answer: str, _subject: Any) -> str:
    return say("admin_campaigns.day_too_far") if answer and not checks.is_day(date.fromisoformat(answer)) else ""


def _number_fault(_one: Field, answer: str, subject: Any) -> str:
    found, wrong = checks.read(checks.parts_of(answer), subject.country)
    if wrong:
        return say("admin_campaigns.not_a_number", written=Markup(wrong[0]))
    return say("admin_campaigns.too_many_numbers", count=checks.MOST) if len(found) > checks.MOST else ""


class _Widget(NamedTuple):
    """How a kind is asked for. `reads`: the method of a form that gives the answer; `fault`: what is wrong with one."""

    draw: Callable[[_Asked], Element]
    reads: str
    fault: Callable[[Field, Any, Any], str] = lambda _one, _answer, _subject: ""


_WIDGETS: dict[fields.Kind, _Widget] = {
    fields.TEXT: _Widget(_line, "text", _text_fault),
    fields.ZONE: _Widget(lambda asked: inputs.line(asked.value, "Europe/London"), "text", _zone_fault),
    fields.NUMBERS: _Widget(_numbers, "text", _number_fault),
    fields.CHANNEL: _Widget(lambda asked: inputs.channel(asked.value, asked.said("asked")), "channel"),
    fields.WORD: _Widget(lambda asked: asked.menu(asked.choices(list(asked.field.words))), "choice"),
    fields.WHOLE: _Widget(_whole, "choice"),
    fields.KNOWN: _Widget(_known, "choice"),
    fields.COUNTRY: _Widget(_country, "choice"),
    fields.PICKED: _Widget(lambda asked: asked.menu([*getattr(asked.offer, asked.field.of)]), "choice"),
    fields.EITHER: _Widget(lambda asked: inputs.radio(asked.choices(asked.field.words), asked.value), "choice"),
    fields.FLAG: _Widget(lambda asked: inputs.yes_or_no(asked.said("yes"), asked.said("no"), asked.value), "choice"),
    fields.SEVERAL: _Widget(_several, "choices"),
    fields.NAMES: _Widget(_teams, "choices"),
    fields.DAY: _Widget(lambda asked: inputs.day(asked.value), "day", _day_fault),
    fields.MOMENT: _Widget(lambda asked: inputs.clock(asked.value), "time_of_day"),
}


def block_of(key: str) -> str:
    """The block that asks for a field."""
    return _BLOCKS.get(key, key)


def drawn(subject: Any, *, is_new: bool, offer: Offer = Offer()) -> list[Block]:
    """The fields of a form, with today's values. Where there is nothing to choose, a menu is left out."""
    return [_block(_Asked(one, subject, offer)) for one in _asked(type(subject), offer, is_new=is_new)]


def _asked(table: type, offer: Offer, *, is_new: bool) -> Iterator[Field]:
    asked = (one for one in fields_of(table) if one.asked and not (one.is_later and is_new))
    for one in sorted(asked, key=lambda one: one.asked):
        if one.kind not in (fields.NAMES, fields.PICKED) or getattr(offer, one.of):
            yield one


def _block(asked: _Asked) -> Block:
    one, element = asked.field, _WIDGETS[asked.field.kind].draw(asked)
    is_optional = one.kind.may_be_empty or one.is_optional or (one.kind is fields.TEXT and not one.is_required)
    return field(block_of(one.key), asked.said("asked"), element, asked.hint, is_optional=is_optional)


def answers(table: type, form: Filled) -> Answers:
    """What a form says, of the fields that it had."""
    found: Answers = {}
    for one in fields_of(table):
        if one.asked and form.has(block_of(one.key)):
            said = getattr(form, _WIDGETS[one.kind].reads)(block_of(one.key))
            said = said.isoformat() if isinstance(said, date | time) else said
            found[one.key] = "" if said in (None, ids.NONE) else said
    return found


def parsed(subject: Any, said: Answers, teams: Callable[[Sequence[str]], Sequence[str]] = tuple) -> dict[str, Any]:
    """The values that the answers mean, by key. `teams`: the names of teams with these ids.

    Raises ValueError, TypeError or KeyError for what no form says.
    """
    values: dict[str, Any] = {}
    for one in fields_of(type(subject)):
        if one.key in said:
            answer = teams(said[one.key]) if one.kind is fields.NAMES else said[one.key]
            values[one.key] = one.kind.parse(fields.Answer(answer, one, getattr(subject, one.key), values))
    return values


def faults(subject: Any, said: Answers) -> dict[str, str]:
    """What is wrong, by block. `subject`: with the answers."""
    asked = [one for one in fields_of(type(subject)) if one.key in said]
    told = ((one.key, _WIDGETS[one.kind].fault(one, said[one.key], subject)) for one in asked)
    return {block_of(key): says for key, says in told if says}
