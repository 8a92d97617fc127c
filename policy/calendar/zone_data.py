"""The time-zone data: that of the package `tzdata` alone, in the whole process, whatever data the machine has.

A country changes its clocks at a few months' notice, and a machine's own data may lag behind for years. Importing this
module, as every module of `policy.calendar` does first, decides it once for `zoneinfo` and all who use it.
"""

import zoneinfo
from importlib import metadata

OLDEST = (
    "2026.6"  # the locked release; the first in which Manitoba, Alberta and British Columbia keep one time all year
)

zoneinfo.reset_tzpath(())
zoneinfo.ZoneInfo.clear_cache()


def zone_data_version() -> str:
    """The release of the zone data in use; empty if the package is not installed."""
    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return ""


def zone_data_fault() -> str:
    """Why no decision may rest on the zone data; empty if it is as new as the locked release."""
    version = zone_data_version()
    if not version:
        return f"is not installed; install tzdata {OLDEST} or newer"
    if _number(version) < _number(OLDEST):
        return f"{version} is older than {OLDEST}: some clocks have changed since; install tzdata {OLDEST} or newer"
    return ""


def _number(version: str) -> tuple[int, ...]:
    """`2026.6` as (2026, 6); what follows the digits of a part is left out."""
    parts = ("".join(char for char in part if char.isdigit()) for part in version.split(".")[:2])
    return tuple(int(part or 0) for part in parts)
