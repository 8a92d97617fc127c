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

from bot.services.hand_out import cards
from bot.services.numbers.parsing import format_number
from bot.services.setup import checks, fields
from bot.services.setup.objects import CampaignView, ListTerms, OrganisationView, PersonView, TeamView
from bot.services.setup.outcome_plan import OwnOutcomeForm, QuestionView
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.kit import Block, Element, field
from bot.slack.wording import labels
from bot.slack.wording.say import Markup, country_name, has_sentence, plain, say, say_word
from policy.vocabulary import Outcome

Answers = dict[str, Any]  # by key, as JSON: a text, or texts
Choices = list[tuple[str, str]]
Names = Callable[[Sequence[str]], Sequence[str]]
Place = int | None  # of an object that a form asks for several times; None: once
# Where an object's sentences stand, and what their names begin with.
PARTS: Final[Mapping[type, tuple[str, str]]] = MappingProxyType(
    {
        OrganisationView: ("admin", "organisation_"),
        TeamView: ("admin_people", "team_"),
        PersonView: ("admin_people", "person_"),
        CampaignView: ("admin_campaigns", ""),
        ListTerms: ("admin_lists", "list_"),
        OwnOutcomeForm: ("admin_outcomes", "form_"),
        QuestionView: ("admin_outcomes", "question_"),
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
    "outcomes": ids.OFFERED,
    "own_buttons": ids.OWN_AS_BUTTONS,
    "own_outcomes": ids.OWN_IN_MENU,
    "is_in_use": ids.ACTIVE,
    "counts_as": ids.COUNTS_AS,
    "campaigns": ids.CAMPAIGNS,
    "asks": ids.ASKED,
    "kind": ids.KIND,
    "choices": ids.CHOICES,
    "is_required": ids.REQUIRED,
}
_MORE = "_too"  # after the block of a field that has two
_CHOICE = tuple(one for one in Outcome if one not in cards.ALWAYS)
# What a form leaves out where there is nothing to choose.
_IF_OFFERED = (fields.NAMES, fields.ORDERED, fields.PICKED, fields.HEADINGS)


class Filled(Protocol):
    """A submitted form."""

    def has(self, block_id: str) -> bool:
        """Whether the form had this field."""

    def as_drawn(self) -> "Filled":
        """The form before anybody filled it in."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What menus offer, from the packs and from the organisation. Titles of packs by id. User groups, none first; own
    outcomes and campaigns by key."""

    countries: Sequence[str] = ()
    sectors: Sequence[str] = ()
    house_packs: Sequence[str] = ()
    codes: Sequence[str] = ()
    house_default: str = ""
    teams: Sequence[TeamView] = ()
    own_outcomes: Sequence[tuple[str, str]] = ()
    headings: Sequence[str] = ()
    groups: Sequence[tuple[str, str]] = ()
    campaigns: Sequence[tuple[str, str]] = ()
    titles: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """One field of an object, to be drawn."""

    field: fields.Field
    subject: Any  # the object
    offer: Offer
    place: Place

    @property
    def value(self) -> Any:
        return getattr(self.subject, self.field.key)

    def said(self, what: str, **gaps: Markup | int) -> str:
        """One of its sentences. Raises KeyError."""
        return say(key_of(type(self.subject), f"{self.field.key}_{what}"), **gaps)

    @property
    def hint(self) -> str:
        key = key_of(type(self.subject), f"{self.field.key}_hint")
        return say(key) if has_sentence(key) else ""

    def choices(self, words: Sequence[Any]) -> Choices:
        key = words_key(type(self.subject), self.field)
        titles = dict(self.offer.titles)
        return [(str(one), labels.translated(titles[one]) if one in titles else _word(key, one)) for one in words]

    def known(self, *chosen: str) -> Choices:
        """What is offered under the kind's name, and what is chosen already."""
        offered = getattr(self.offer, self.field.of)
        return self.choices([*offered, *(one for one in chosen if one and one not in offered)])

    def menu(self, choices: Choices) -> Element:
        return inputs.one_of(choices, str(self.value) or ids.NONE, self.said("asked"))

    def words(self) -> Element:
        """A menu of the field's words; of a new object none may be chosen yet."""
        words = self.choices(list(self.field.words))
        return self.menu(words) if self.value else inputs.one_of(words, "", say("admin.choose"))


def key_of(table: type, name: str) -> str:
    """The key of a sentence about the fields of a table."""
    part, prefix = PARTS[table]
    return f"{part}.{prefix}{name}"


def words_key(table: type, one: fields.Field) -> str:
    """The key of the words that a menu for a field offers; they need no sentence where they are names."""
    return _PRIORITIES if one.key == "priority" else key_of(table, one.of or one.key)


def _word(key: str, word: Any) -> str:
    if isinstance(word, Outcome):
        return labels.outcome_name(word)
    if not has_sentence(key):
        return str(word)
    return say(key, str(word), count=word) if isinstance(word, int) else say_word(key, word)


def _known(asked: _Asked) -> Element:
    default = getattr(asked.offer, asked.field.default) if asked.field.default else ""
    name = labels.translated_line(dict(asked.offer.titles).get(default, default))
    return asked.menu([(ids.NONE, asked.said("none", name=name)), *asked.known(asked.value)])


def _country(asked: _Asked) -> Element:
    offered = asked.offer.countries
    known = [*offered, *([asked.value] if asked.value and asked.value not in offered else [])]
    return asked.menu(sorted(((one, country_name(one)) for one in known), key=lambda one: one[1]))


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


def _headings(asked: _Asked) -> Element:
    choices = [(heading, heading) for heading in asked.offer.headings]
    return inputs.several(choices, cards.wanted_headings(asked.value), say("admin.choose"), asked.field.most)


def _in_order(asked: _Asked) -> Element:
    order = {key: place for place, key in enumerate(asked.value.split())}
    choices = sorted(getattr(asked.offer, asked.field.of), key=lambda one: order.get(one[0], len(order)))
    return inputs.several(choices, list(order), say("admin.choose"), asked.field.most)


def _outcomes(asked: _Asked, choices: Sequence[Outcome]) -> Element:
    ticked = [one.value for one in cards.offered_outcomes(asked.value)] if asked.value else []
    return inputs.boxes([(one.value, labels.outcome_name(one)) for one in choices], ticked)


def _numbers(asked: _Asked) -> Element:
    return inputs.line(", ".join(format_number(one, asked.subject.country) for one in asked.value.split()))


def zone_unknown(written: str) -> Markup:
    near = checks.zone_like(written)
    return say("admin_people.zone_unknown", near and "near", near=Markup(near))


def _day_fault(_one: fields.Field, answer: str, _subject: Any) -> str:
    return say("admin_campaigns.day_too_far") if answer and not checks.is_day(date.fromisoformat(answer)) else ""


def _script_fault(_one: fields.Field, answer: str, _subject: Any) -> str:
    wrong = cards.unknown_variables(answer)
    if not wrong:
        return ""
    known = ", ".join(f"{{{one}}}" for one in cards.VARIABLES)
    said = Markup(f"{{{plain(wrong[0], 40)}}}")
    return say("admin_campaigns.script_unknown", wrong=said, variables=Markup(known))


def _heading_fault(one: fields.Field, _answer: Sequence[str], subject: Any) -> str:
    known = cards.wanted_headings(getattr(subject, one.among or one.key))
    is_known = set(cards.wanted_headings(getattr(subject, one.key))) <= set(known)
    return "" if is_known else say("admin_campaigns.link_not_shown")


def _number_fault(_one: fields.Field, answer: str, subject: Any) -> str:
    found, wrong = checks.read(checks.parts_of(answer), subject.country)
    if wrong:
        return say("admin_campaigns.not_a_number", written=Markup(wrong[0]))
    return say("admin_campaigns.too_many_numbers", count=checks.MOST) if len(found) > checks.MOST else ""


class _Widget(NamedTuple):
    """How a kind is asked for. `reads`: the method of a form that gives the answer; `fault`: what is wrong with one.

    `more`: what a second block asks for, where one has no room for all.
    """

    draw: Callable[[_Asked], Element]
    reads: str
    fault: Callable[[fields.Field, Any, Any], str] = lambda _one, _answer, _subject: ""
    more: Callable[[_Asked], Element] | None = None


_WIDGETS: dict[fields.Kind, _Widget] = {
    fields.TEXT: _Widget(
        lambda asked: inputs.line(asked.value, asked.field.example, asked.field.most or 80),
        "text",
        lambda one, answer, _: say("admin.write_a_name") if one.is_required and not answer else "",
    ),
    fields.ZONE: _Widget(
        lambda asked: inputs.line(asked.value, "Europe/London"),
        "text",
        lambda _one, answer, _: "" if checks.is_zone(answer) else zone_unknown(answer),
    ),
    fields.NUMBERS: _Widget(_numbers, "text", _number_fault),
    fields.CHANNEL: _Widget(lambda asked: inputs.channel(asked.value, asked.said("asked")), "channel"),
    fields.WORD: _Widget(
        _Asked.words, "choice", lambda one, answer, _: "" if answer in set(one.words) else say("admin.choose")
    ),
    fields.WHOLE: _Widget(_whole, "choice"),
    fields.KNOWN: _Widget(_known, "choice"),
    fields.COUNTRY: _Widget(_country, "choice"),
    fields.PICKED: _Widget(lambda asked: asked.menu([*getattr(asked.offer, asked.field.of)]), "choice"),
    fields.EITHER: _Widget(lambda asked: inputs.radio(asked.choices(asked.field.words), asked.value), "choice"),
    fields.FLAG: _Widget(lambda asked: inputs.yes_or_no(asked.said("yes"), asked.said("no"), asked.value), "choice"),
    fields.SEVERAL: _Widget(_several, "choices"),
    fields.LINES: _Widget(lambda asked: inputs.lines("\n".join(asked.value), most=asked.field.most), "text"),
    fields.TICK: _Widget(
        lambda asked: inputs.boxes([(ids.YES, asked.said("yes"))], [ids.YES] if asked.value else []), "choices"
    ),
    fields.NAMES: _Widget(_teams, "choices"),
    fields.SCRIPT: _Widget(
        lambda asked: inputs.lines(asked.value, asked.said("placeholder"), asked.field.most), "text", _script_fault
    ),
    fields.HEADINGS: _Widget(_headings, "choices", _heading_fault),
    fields.ORDERED: _Widget(_in_order, "choices"),
    fields.OUTCOMES: _Widget(
        lambda asked: _outcomes(asked, _CHOICE[: inputs.MOST_BOXES]),
        "choices",
        more=lambda asked: _outcomes(asked, _CHOICE[inputs.MOST_BOXES :]),
    ),
    fields.DAY: _Widget(lambda asked: inputs.day(asked.value), "day", _day_fault),
    fields.MOMENT: _Widget(lambda asked: inputs.clock(asked.value), "time_of_day"),
}


def block_of(key: str, place: Place = None) -> str:
    """The block that asks for a field."""
    return f"{_BLOCKS.get(key, key)}{'' if place is None else place}"


def drawn(subject: Any, *, is_new: bool, offer: Offer = Offer(), of: str = "", place: Place = None) -> list[Block]:
    """The fields of a form, with today's values. Where there is nothing to choose, a menu is left out.

    `of`: which of the object's forms.
    """
    asked = [one for one in fields.fields_of(type(subject)) if one.asked and one.form == of]
    asked = [one for one in asked if not (one.is_later if is_new else one.is_first)]
    offered = (one for one in asked if one.kind not in _IF_OFFERED or getattr(offer, one.of))
    ordered = sorted(offered, key=lambda one: one.asked)
    return [block for one in ordered for block in _blocks(_Asked(one, subject, offer, place))]


def _blocks(asked: _Asked) -> Iterator[Block]:
    one, widget = asked.field, _WIDGETS[asked.field.kind]
    is_optional = one.kind.may_be_empty or one.is_optional or (one.kind is fields.TEXT and not one.is_required)
    block_id, label = block_of(one.key, asked.place), asked.said("asked", number=(asked.place or 0) + 1)
    yield field(block_id, label, widget.draw(asked), asked.hint, is_optional=is_optional)
    if widget.more is not None:
        yield field(f"{block_id}{_MORE}", asked.said("more"), widget.more(asked), is_optional=is_optional)


def answers(table: type, form: Filled, of: str = "", place: Place = None) -> Answers:
    """What a form says, of the fields that it had."""
    found: Answers = {}
    for one in fields.fields_of(table):
        if one.asked and one.form == of and form.has(block_of(one.key, place)):
            reads, block_id = getattr(form, _WIDGETS[one.kind].reads), block_of(one.key, place)
            said = reads(block_id)
            if _WIDGETS[one.kind].more is not None:
                said = (*said, *reads(f"{block_id}{_MORE}"))
            said = said.isoformat() if isinstance(said, date | time) else said
            found[one.key] = "" if said in (None, ids.NONE) else said
    return found


def changes(table: type, form: Filled, of: str = "") -> Answers:
    """What a form says other than it was drawn with: the rest may have changed since it was opened, and stays."""
    was = answers(table, form.as_drawn(), of)
    return {key: said for key, said in answers(table, form, of).items() if key not in was or said != was[key]}


def parsed(subject: Any, said: Answers, names: Mapping[fields.Kind, Names] = MappingProxyType({})) -> dict[str, Any]:
    """The values that the answers mean, by key. `names`: of what is chosen by its id, for such kinds.

    Raises ValueError, TypeError or KeyError for what no form says.
    """
    beside = {one.key: getattr(subject, one.key) for one in fields.fields_of(type(subject))}
    for one in fields.fields_of(type(subject)):
        if one.key in said:
            answer = names[one.kind](said[one.key]) if one.kind in names else said[one.key]
            beside[one.key] = one.kind.parse(fields.Answer(answer, one, beside[one.key], beside))
    return {key: value for key, value in beside.items() if key in said}


def faults(subject: Any, said: Answers) -> dict[str, str]:
    """What is wrong, by block. `subject`: with the answers."""
    asked = [one for one in fields.fields_of(type(subject)) if one.key in said]
    told = ((one.key, _WIDGETS[one.kind].fault(one, said[one.key], subject)) for one in asked)
    return {block_of(key): says for key, says in told if says}
