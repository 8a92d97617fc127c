"""Audits a team's calls, independently of the hand-out."""
