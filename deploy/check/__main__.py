"""`python -m deploy.check`: everything, each step with its seconds. Ends within --within seconds, whatever hangs."""

import argparse
import os
import sys
import threading
from time import monotonic

from deploy.check.image import build
from deploy.check.lint import lint
from deploy.check.steps import Failed, missing
from deploy.check.walk import on_postgresql, on_sqlite

PROGRAMS = {
    "buildah": "buildah",
    "podman": "podman",
    "runc": "runc",
    "mmdebstrap": "mmdebstrap",
    "systemd-analyze": "systemd",
}


def main() -> int:
    asked = _asked()
    if absent := missing(PROGRAMS):
        print(f"Missing: {' '.join(absent)}. On Debian 13, as root: .ci/packages", file=sys.stderr)
        return 1
    if os.geteuid() != 0:
        print("Containers without a daemon are built and run as root here: run it as root.", file=sys.stderr)
        return 1
    timer = threading.Timer(asked.within, _end, [asked.within])
    timer.daemon = True
    timer.start()
    began = monotonic()
    try:
        lint()
        size = build()
        if asked.engine in ("sqlite", "both"):
            on_sqlite(asked.stops)
        if asked.engine in ("postgresql", "both"):
            on_postgresql(1 if asked.engine == "both" else asked.stops)
    except Failed as failed:
        print(f"FAILED: {failed}", file=sys.stderr)
        return 1
    print(f"The container works: {size}; {monotonic() - began:.0f} s.")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.check", description=__doc__)
    parser.add_argument("--stops", type=int, default=5, help="stops in the middle of work (default 5)")
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument("--within", type=float, default=1200, metavar="SECONDS", help="give up after (default 1200)")
    return parser.parse_args()


def _end(within: float) -> None:
    print(f"FAILED: not done within {within:.0f} s", file=sys.stderr, flush=True)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
