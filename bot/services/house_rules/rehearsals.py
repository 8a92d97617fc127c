"""Works out what drafts and proposals mean, in the background, and tells whoever must decide next.

A row says that it is due. One process takes it, and loses it if it reports nothing for a minute: another then begins
again. It is told before the row says that it is done, so a crash may tell it twice and never not at all.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.services import rehearsal
from bot.services.answers.house_rules import COMMAND_LINE, Rehearsed, Stage
from bot.services.deciding import Rests
from bot.services.deps import Deps
from bot.services.house_rules import rulebook as timeline
from bot.services.house_rules.proposals import to_json, views_of
from bot.services.house_rules.rulebook import HouseRulebook
from bot.services.ports import DeliveryFailed
from policy.house.overlay import with_own_rules
from storage import house_rules as rows
from storage.models import HouseRuleProposal
from storage.queries import setup

STALE_AFTER = timedelta(minutes=1)
_log = logging.getLogger("nextcall.house_rules")


class _Lost(Exception):
    """The row was decided meanwhile, or another process has taken it."""


def rehearse_due(deps: Deps) -> int:
    """Rehearse every draft and proposal that is due. Returns how many."""
    done = 0
    while True:
        at = deps.clock()
        with deps.unit_of_work() as uow:
            row = rows.take_due(uow.session, at, at - STALE_AFTER)
        if row is None:
            return done
        try:
            _rehearse(deps, row)
            done += 1
        except _Lost:
            continue
        except DeliveryFailed as failed:
            _log.warning("event=house_rules_not_told proposal=%s reason=%s", row.id, failed)
            if not failed.is_recipient_gone:
                return done  # it stays taken until that is stale, and is then told again


def _rehearse(deps: Deps, row: HouseRuleProposal) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"nextcall-house-rules-{row.id}.csv"
        found = meaning(deps, row, path)
        with deps.unit_of_work() as uow:
            if not rows.go_on(uow.session, row, deps.clock()):
                raise _Lost
            [view] = views_of(deps, uow.session, row.organisation_id, [row])
        # A draft's meaning goes to its author; a proposal's to the other admins, or, if there is none, to its author.
        others = view.admins if view.stage is Stage.PROPOSED else ()
        readers = others or tuple(one for one in (row.drafted_by,) if one != COMMAND_LINE)
        if readers:
            deps.notifier.house_rules_mean(readers, replace(view, found=found), path if found.moved else None)
    with deps.unit_of_work() as uow:
        rows.keep_findings(uow.session, row, to_json(found), deps.clock())


def meaning(deps: Deps, row: HouseRuleProposal, path: Path) -> Rehearsed:
    """What approving the row now would mean. Writes every contact that stands otherwise to `path`."""
    with deps.unit_of_work(is_read_only=True) as uow:
        approved = rows.approved(uow.session, row.organisation_id)
        names = {one.id or 0: one.name for one in setup.campaigns(uow.session, row.organisation_id)}
    as_if = HouseRuleProposal(**row.model_dump(exclude={"decided_at"}), decided_at=deps.clock())
    shipped = deps.rulebook.shipped if isinstance(deps.rulebook, HouseRulebook) else deps.rulebook()
    rulebook = with_own_rules(shipped, timeline.own_rules([*approved, as_if]))
    rests = Rests()

    def report(_done: int, _total: int) -> None:
        nonlocal rests
        with deps.unit_of_work() as uow:
            if not rows.go_on(uow.session, row, deps.clock()):
                raise _Lost
        if not rests():
            rests = Rests()  # however long it takes, people come first

    with path.open("x", encoding="utf-8", newline="") as file:
        moved = rehearsal.writing(file, names, row.zone, has_rules=False)
        return rehearsal.rehearse(deps, rehearsal.Change(rulebook), row.effective_on, row.zone, report, moved)
