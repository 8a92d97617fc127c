"""What is done with files, beside the bots or by them: lists, do-not-call lists, screenings; and a court's order by
hand."""

from datetime import datetime, timedelta
from random import Random

from bot.services.answers.registers import SuppressionReport
from bot.services.do_not_call.register_import import ScreeningOrder, screen
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.lists.importing import ListOrder, import_contacts
from bot.services.reconcile.call_file import Order
from bot.services.reconcile.reconciling import reconcile
from tests.simulation.agents_work import CALLERS, number_typed
from tests.simulation.cast import CAMPAIGNS, GB, PRINCIPALS, draw_list, draw_proofs
from tests.simulation.centre import Centre, Delivery, name_of
from tests.simulation.oracle.journal import Journal
from tests.simulation.oracle.raw import surely


def import_stops(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """A few numbers, or hundreds, most of them nobody's."""
    numbers = list(dict.fromkeys(number_typed(centre, rolls) for _ in range(rolls.choice((1, 2, 4)))))
    principal = rolls.choice(("", *PRINCIPALS))
    padding = [f"+4479111{n:05d}" for n in range(252 if rolls.random() < 0.2 else 0)]
    path = centre.file(f"stop-{rolls.getrandbits(32)}.csv", "\n".join(["Phone", *padding, *numbers]) + "\n")

    def confirm(answer: SuppressionReport) -> None:
        for number in numbers:
            journal.confirm_stop(number, principal, f"imported {number}")

    return Delivery(
        f"import-suppressions {', '.join(numbers)}{f' after {len(padding)} others' if padding else ''} "
        f"for {principal or 'everybody'}",
        lambda bot: import_list(bot.deps, SuppressionOrder(path, principal, "their own list")),
        confirm,
    )


def order_by_court(centre: Centre, journal: Journal, rolls: Random) -> Delivery | None:
    """Another program writes a stop that ends by itself."""
    number, principal = number_typed(centre, rolls), rolls.choice(("", *PRINCIPALS))
    since = centre.now
    until = since + timedelta(minutes=rolls.choice((1, 10, 60)), milliseconds=rolls.randrange(1000))
    values = (1, number, principal, "court", "do_not_call", "", since, until, "")
    columns = "organisation_id, number, principal, source, reason, note, since, until, withdrawn_because"
    sql = f"INSERT INTO suppression ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"

    def run(_bot: object) -> None:
        if not centre.raw.one("SELECT count(*) FROM suppression WHERE since = ? AND number = ?", since, number):
            centre.raw.change(sql, *values)

    return Delivery(f"a court stops {number} for {principal or 'everybody'} until {until:%d %b %H:%M:%S.%f}", run)


def import_people(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    campaign = rolls.choice(CAMPAIGNS)[0]
    rows = rolls.choice((1, 2, 5))
    path = centre.file(f"list-{rolls.getrandbits(32)}.csv", draw_list(rolls, centre.now, campaign, rows))
    proofs, name = draw_proofs(rolls, centre.now, campaign), rolls.choice((f"{campaign} list", "bought"))
    return Delivery(
        f"import-contacts, {rows} rows into {campaign}, {proofs.basis}",
        lambda bot: import_contacts(bot.deps, ListOrder(path, campaign, list_name=name, proofs=proofs)),
    )


def read_records(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    """The phone system's records of the last hours: recorded calls, and one number rung again and again by nobody's
    word."""
    name, number, rows = rolls.choice(CALLERS), number_typed(centre, rolls), list[str]()
    at = centre.now - timedelta(minutes=rolls.choice((70, 130)), milliseconds=rolls.randrange(1000))
    for _ in range(rolls.choice((0, 1, 2, 6))):
        rows.append(_record_of(len(rows), name, number, at, is_answered=rolls.random() < 0.3))
        at += timedelta(minutes=rolls.choice((3, 9)), seconds=rolls.randrange(40))
    lately = """SELECT number, agent_id, opened_at FROM attempt WHERE lease_id IS NOT NULL AND opened_at > ?
      ORDER BY id DESC LIMIT 4"""
    for dialled, agent_id, opened_at in centre.raw.rows(lately, centre.now - timedelta(hours=20)):
        if rolls.random() < 0.6:
            begun = surely(opened_at) + timedelta(seconds=4)
            rows.append(_record_of(len(rows), name_of(centre, agent_id), dialled, begun, is_answered=True))
    path = centre.file(f"calls-{rolls.getrandbits(32)}.csv", _RECORDS + "".join(rows))
    says = f"reconcile: {name} rang {number} unrecorded, {len(rows)} calls in all"
    return Delivery(says, lambda bot: reconcile(bot.deps, Order(path))) if rows else None


_RECORDS = "call_id,direction,external_number,target,date_started,date_connected,date_ended\n"  # Dialpad's


def _record_of(nth: int, name: str, number: str, at: datetime, *, is_answered: bool) -> str:
    began = round(at.timestamp() * 1000)
    answered = began + 20_000
    key = f"{began}{nth}"
    return f"{key},outbound,{number},{name.title()},{began},{answered if is_answered else ''},{answered + 40_000}\n"


def screen_numbers(centre: Centre, _journal: Journal, rolls: Random) -> Delivery | None:
    listed = rolls.sample(GB.numbers, rolls.choice((0, 1, 2)))
    path = centre.file(f"tps-{rolls.getrandbits(32)}.csv", "\n".join(["Phone", *listed]) + "\n")
    on = centre.now.date() - timedelta(days=rolls.choice((0, 0, 3, 30)))
    return Delivery(
        f"screen against the TPS of {on}: {', '.join(listed)}",
        lambda bot: screen(bot.deps, ScreeningOrder(path, "tps", on)),
    )
