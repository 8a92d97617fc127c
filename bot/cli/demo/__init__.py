"""`nextcall demo`: placeholder."""


def demo() -> None: ...
