"""Every English text that a rule may say: of the templates, and of the shipped packs."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_type_hints

from bot.services import audit, deciding
from bot.services.do_not_call import suppressions
from bot.services.lists import importing
from bot.services.lists.in_use import list_terms
from bot.services.reconcile import call_file
from policy import Pack, Rulebook, load_rulebook
from policy.templates.sentence import OneOf, Said, templates

SAY_MORE = (
    audit,
    deciding,
    importing,
    list_terms,
    call_file,
    suppressions,
)  # their templates are made when they are imported


def rule_texts() -> set[str]:
    return {*of_templates(), *of_packs(load_rulebook())} - {""}


def of_templates() -> Iterator[str]:
    for one in templates():
        yield one.text
        for parameter in one.parameters.values():
            yield from parameter.words if isinstance(parameter, OneOf) else ()


def of_packs(rulebook: Rulebook) -> Iterator[str]:
    """What packs bring: each field of a pack, a rule or its parameters that is a `Said`, and the names of notices."""
    for pack in rulebook.packs.values():
        yield from of_pack(pack)


def of_pack(pack: Pack) -> Iterator[str]:
    yield pack.title
    for rule in pack.rules:
        yield from _said_in(rule)
        for kind in rule.parameters.notice_kinds():
            name = kind.replace("_", " ")
            yield from (name, name.capitalize())


def _said_in(one: Any) -> Iterator[str]:
    if isinstance(one, tuple):
        for each in one:
            yield from _said_in(each)
    elif is_dataclass(one):
        hints = get_type_hints(type(one))
        for field in fields(one):
            if field.init and hints[field.name] is Said:
                yield getattr(one, field.name)
            elif field.init:
                yield from _said_in(getattr(one, field.name))
