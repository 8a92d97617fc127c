"""Decides: asks every rule that may apply, and answers with all findings. Beside it: duties, dates, allowances."""
