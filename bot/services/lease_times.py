"""How long an offered contact stays with its agent, and whether that may still be lengthened."""

from datetime import timedelta

from storage.models import Lease

LEASED_FOR = timedelta(minutes=30)
KEPT_FOR = timedelta(minutes=10)  # longer, once, if the agent asks


def may_be_kept(lease: Lease) -> bool:
    """Not lengthened before, and the law leaves room: the end of a lease says both."""
    return lease.leased_until <= lease.offered_at + LEASED_FOR and lease.leased_until < lease.lawful_until
