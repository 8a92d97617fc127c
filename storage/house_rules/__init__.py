"""Proposals of house rules: read, and moved from stage to stage by conditional update."""

from storage.house_rules.proposals import (
    approved,
    go_on,
    keep_findings,
    move,
    of_organisation,
    of_scope,
    supersede,
    take_due,
)

__all__ = ["approved", "go_on", "keep_findings", "move", "of_organisation", "of_scope", "supersede", "take_due"]
