"""From Call to outcome: attempts, their outcomes, callbacks, and stops recorded in a call."""
