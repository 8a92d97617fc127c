"""What a proposal means, as it is kept on its row."""

from dataclasses import asdict
from datetime import date
from typing import Any

from bot.services.answers.rehearsals import BrokenCount, MovedCount, Moves, Rehearsed, SupplyOfDay


def to_json(found: Rehearsed) -> dict[str, Any]:
    said = asdict(found)
    said["effective_on"], said["calls_since"] = f"{found.effective_on}", f"{found.calls_since}"
    said["supply"] = [{**day, "day": f"{day['day']}"} for day in said["supply"]]
    said["moved"] = [{**one, "moves": one["moves"].value} for one in said["moved"]]
    return said


def from_json(said: dict[str, Any]) -> Rehearsed:
    return Rehearsed(
        **{
            **said,
            "effective_on": date.fromisoformat(said["effective_on"]),
            "calls_since": date.fromisoformat(said["calls_since"]),
            "moved": tuple(MovedCount(**{**one, "moves": Moves(one["moves"])}) for one in said["moved"]),
            "broken": tuple(BrokenCount(**one) for one in said["broken"]),
            "supply": tuple(SupplyOfDay(**{**one, "day": date.fromisoformat(one["day"])}) for one in said["supply"]),
        }
    )
