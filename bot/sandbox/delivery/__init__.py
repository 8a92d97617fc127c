"""Delivers users' actions to the app, over Socket Mode or HTTP, and applies its answers."""
