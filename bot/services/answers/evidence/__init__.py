"""Answers about the record itself: audits of many days, stored decisions decided again, proof packs of a number."""
