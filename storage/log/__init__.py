"""The transparency log: what its leaves say of which rows, the tree over them, and the head that one bot moves on.

Nothing is written here while an agent waits: statements are read after their commit, and triggers note those that
change.
"""

from storage.log import changes, heads, leaf_text, merkle, posts, rows, tree, watch
from storage.log.forgetting import forget_salts
from storage.log.rows import SALT, StatedRow
from storage.log.statements import BY_NAME, STATED, Stated

__all__ = [
    "BY_NAME",
    "SALT",
    "STATED",
    "Stated",
    "StatedRow",
    "changes",
    "forget_salts",
    "heads",
    "leaf_text",
    "merkle",
    "posts",
    "rows",
    "tree",
    "watch",
]
