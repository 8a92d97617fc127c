"""The fixtures of the command line: a folder of one's own, with the demo's organisation and leads."""

from tests.cli.conftest import folder, leads_folder, nextcall, settled_folder, with_leads

__all__ = ["folder", "leads_folder", "nextcall", "settled_folder", "with_leads"]
