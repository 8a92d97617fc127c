"""What is said of registers' files and do-not-call lists that people share, and of screenings that grow old."""

from bot.slack.wording.registers import register_files

__all__ = ["register_files"]
