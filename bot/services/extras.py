"""What a small install leaves out: `pip install "nextcall[reports]"` brings it. Import it inside `needs_extra`."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.services.errors import ExtraNeeded

BROUGHT = {  # by the extras of pyproject.toml; a register is read without [registers] too, only not as fast
    "PIL": "reports",
    "fpdf": "reports",
    "xlsxwriter": "reports",
    "aiohttp": "demo",
    "psycopg": "postgres",
    "prometheus_client": "metrics",
}


@contextmanager
def needs_extra() -> Iterator[None]:
    """Raise ExtraNeeded, which names the extra, if what is imported inside comes with one and is not installed."""
    try:
        yield
    except ModuleNotFoundError as missing:
        extra = BROUGHT.get((missing.name or "").partition(".")[0])
        if extra is None:
            raise
        raise ExtraNeeded(extra) from missing
