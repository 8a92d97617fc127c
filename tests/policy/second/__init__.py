"""A second evaluator of the packs, written plainly from policy/packs/README.md and docs/facts.md and for comparison alone.

It imports nothing of the product: it reads the TOML packs and the JSON questions itself, and asks every rule about one
moment after the other. `lines` makes random questions near boundaries; `compare` asks both evaluators.
"""
