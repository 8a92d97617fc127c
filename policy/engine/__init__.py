"""Decides a question: asks every rule that may apply and returns all findings. Also gives duties and
allowances."""
