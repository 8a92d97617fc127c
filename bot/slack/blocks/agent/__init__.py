"""Agent screens: cards, outcomes, why nothing is callable, what just happened."""
