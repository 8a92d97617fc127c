"""What a proposal means, as it is kept on its row."""

from dataclasses import asdict
from datetime import date
from typing import Any

from bot.services.answers.house_rules import BrokenCount, MovedCount, Moves, Rehearsed, SupplyOfDay
from policy.templates import said_again, sentence_of


def to_json(found: Rehearsed) -> dict[str, Any]:
    said = asdict(found)
    said["effective_on"], said["calls_since"] = f"{found.effective_on}", f"{found.calls_since}"
    said["supply"] = [{**day, "day": f"{day['day']}"} for day in said["supply"]]
    said["moved"] = [{**_kept(one), "moves": one["moves"].value} for one in said["moved"]]
    said["broken"] = [_kept(one) for one in said["broken"]]
    return said


def from_json(said: dict[str, Any]) -> Rehearsed:
    return Rehearsed(
        **{
            **said,
            "effective_on": date.fromisoformat(said["effective_on"]),
            "calls_since": date.fromisoformat(said["calls_since"]),
            "moved": tuple(MovedCount(**{**_said(one), "moves": Moves(one["moves"])}) for one in said["moved"]),
            "broken": tuple(BrokenCount(**_said(one)) for one in said["broken"]),
            "supply": tuple(SupplyOfDay(**{**one, "day": date.fromisoformat(one["day"])}) for one in said["supply"]),
        }
    )


def _kept(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "sentence": sentence_of(one["because"])}


def _said(one: dict[str, Any]) -> dict[str, Any]:
    because = said_again(one["because"], one.get("sentence", ""))
    return {name: value for name, value in one.items() if name != "sentence"} | {"because": because}
