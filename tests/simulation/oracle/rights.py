"""Who may have a card, whom nobody may ring again, and which callback must be open: read from the raw rows alone."""

from tests.simulation.centre import Centre
from tests.simulation.oracle.violation import Violation

_WITHOUT_RIGHT = """SELECT l.id, a.name, g.name FROM lease l JOIN contact c ON c.id = l.contact_id
  JOIN campaign g ON g.id = c.campaign_id JOIN agent a ON a.id = l.agent_id
  WHERE l.ended_at IS NULL AND l.stage = 'offered' AND (NOT g.is_active OR NOT a.is_active OR c.finished_at IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM campaignteam t WHERE t.campaign_id = g.id AND t.team_id = a.team_id))"""
# Cancelled in the very moment of a stop that bound it, with nothing since that takes it up, and no such stop in force.
_LOST = """SELECT b.id, b.contact_id FROM callback b JOIN contact c ON c.id = b.contact_id
  JOIN campaign g ON g.id = c.campaign_id LEFT JOIN attempt made ON made.id = b.attempt_id
  WHERE b.closed_at IS NOT NULL AND c.finished_at IS NULL
  AND (made.id IS NULL OR made.outcome = 'callback_agreed')
  AND EXISTS (SELECT 1 FROM suppression s WHERE s.since = b.closed_at AND s.until IS NULL
    AND s.principal IN ('', g.principal) AND (s.number = c.number OR s.person_id = c.person_id))
  AND NOT EXISTS (SELECT 1 FROM suppression s WHERE s.withdrawn_at IS NULL AND s.principal IN ('', g.principal)
    AND (s.number = c.number OR s.person_id = c.person_id))
  AND NOT EXISTS (SELECT 1 FROM callback later WHERE later.contact_id = c.id AND later.id > b.id)
  AND NOT EXISTS (SELECT 1 FROM attempt n WHERE (n.person_id = c.person_id OR n.number = c.number)
    AND n.opened_at >= b.closed_at)
  AND NOT EXISTS (SELECT 1 FROM outcomerecord o JOIN attempt n ON n.id = o.attempt_id
    WHERE (n.person_id = c.person_id OR n.number = c.number) AND o.recorded_at > b.closed_at AND o.outcome IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM personmerge p WHERE p.parted_from IS NOT NULL
    AND c.person_id IN (p.person_id, p.parted_from))"""

_SAID_NO = """SELECT c.id, a.id, a.outcome FROM attempt a
  JOIN contact c ON c.id = a.contact_id AND c.campaign_id = a.campaign_id
  WHERE a.outcome IN ('refused', 'success') AND c.finished_at IS NULL AND NOT EXISTS (SELECT 1 FROM personmerge p
    WHERE p.parted_from IS NOT NULL AND c.person_id IN (p.person_id, p.parted_from))"""


def check(centre: Centre) -> None:
    """Whatever takes the right away takes the card: team, campaign, activity, list."""
    for lease_id, agent, campaign in centre.raw.rows(_WITHOUT_RIGHT):
        raise Violation("card without right", f"card {lease_id} of {campaign} is still with {agent}")


def final_words_stand(centre: Centre) -> None:
    """Whoever takes theirs back: a contact stays finished as long as any call to it says that it is."""
    for contact_id, attempt_id, outcome in centre.raw.rows(_SAID_NO):
        raise Violation("final word lost", f"contact {contact_id} is open again, and call {attempt_id} says {outcome}")


def callbacks_come_back(centre: Centre) -> None:
    """Once every stop that cancelled a callback is taken back, it is open again."""
    for callback_id, contact_id in centre.raw.rows(_LOST):
        raise Violation(
            "callback lost", f"callback {callback_id} of contact {contact_id} is closed, and no stop is in force"
        )
