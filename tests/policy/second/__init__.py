"""A second evaluator of the packs, written simply from policy/packs/README.md and docs/reference/facts.md, to compare
with.

It imports nothing of the product: it reads the TOML packs and the JSON questions itself, and asks every rule about one
moment after another. `lines` makes random questions near boundaries; `compare` asks both evaluators.
"""
